from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import typer
from docx import Document
from rich.console import Console
from typer.testing import CliRunner

from callscribe.cli import rendering
from callscribe.cli.app import app
from callscribe.cli.output import Output
from callscribe.cli.rendering import render
from callscribe.cli.wording import wording
from callscribe.domain import ProtocolStatus, TaskStatus, Template
from callscribe.exports import ExportFormat
from callscribe.schemas import ResultView
from tests.cli.contract_server import Behaviour, a_result

pytestmark = pytest.mark.usefixtures("server")


def test_stages_go_to_stderr_and_the_transcript_to_stdout(runner: CliRunner, recording: Path) -> None:
    result = runner.invoke(app, ["transcribe", str(recording), "--format", "txt"])
    assert result.exit_code == 0
    assert "Спикер 1: Доброе утро, начнём." in result.stdout
    assert "transcribing" not in result.stdout
    for stage in ("queued, place 2", "decoding", "transcribing", "completed"):
        assert f"meeting.flac: {stage}" in result.stderr


@pytest.mark.parametrize("format_", ["txt", "srt", "vtt", "json", "md"])
def test_every_format_can_be_had(runner: CliRunner, recording: Path, format_: str) -> None:
    result = runner.invoke(app, ["transcribe", str(recording), "--format", format_])
    assert result.exit_code == 0
    assert "Доброе утро, начнём." in result.stdout
    if format_ == "json":
        assert json.loads(result.stdout)["segments"][0]["speaker"] == "Спикер 1"


def test_a_document_goes_to_a_file(runner: CliRunner, recording: Path, tmp_path: Path) -> None:
    folder = tmp_path / "протоколы"
    result = runner.invoke(app, ["transcribe", str(recording), "--format", "docx", "--output-dir", str(folder)])
    assert result.exit_code == 0
    assert "Доброе утро, начнём." in "".join(one.text for one in Document(str(folder / "meeting.docx")).paragraphs)


def test_a_document_can_be_redirected(runner: CliRunner, recording: Path) -> None:
    result = runner.invoke(app, ["transcribe", str(recording), "--format", "docx"])
    assert Document(io.BytesIO(result.stdout_bytes)).paragraphs[0].text == "meeting.flac"


def test_a_document_does_not_go_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(typer.BadParameter, match="--output-dir"):
        Output(ExportFormat.DOCX, None)


def test_what_is_known_of_the_recording_is_sent(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    runner.invoke(app, ["transcribe", str(recording), "--language", "ru", "--num-speakers", "2"])
    assert behaviour.uploads[0].items() >= {"language": "ru", "num_speakers": "2"}.items()
    assert behaviour.bytes_seen == [recording.stat().st_size]


def test_the_key_is_that_of_content_and_wishes(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    for language in ("ru", "ru", "en"):
        runner.invoke(app, ["transcribe", str(recording), "--language", language])
    keys = [upload["key"] for upload in behaviour.uploads]
    assert keys[0] == keys[1] != keys[2]


def test_the_template_is_sent_and_makes_no_other_key(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    for template in ("sales", "sales"):
        assert runner.invoke(app, ["transcribe", str(recording), "--template", template]).exit_code == 0
    assert list(behaviour.templates.values()) == [Template.SALES]
    assert behaviour.acts == []


def test_a_known_recording_gets_its_protocol_in_another_template(
    runner: CliRunner, recording: Path, behaviour: Behaviour
) -> None:
    runner.invoke(app, ["transcribe", str(recording)])
    other = runner.invoke(app, ["transcribe", str(recording), "--template", "support"])
    assert other.exit_code == 0
    assert "--again" not in other.stderr
    again = runner.invoke(app, ["transcribe", str(recording)])
    assert "--again" in again.stderr
    assert behaviour.acts == ["retry?from=summarizing&template=support"]


def test_several_recordings_go_to_files(runner: CliRunner, recording: Path, tmp_path: Path) -> None:
    other, twin = recording.with_name("call.mp3"), recording.with_name("meeting.wav")
    other.write_bytes(b"ID3")
    twin.write_bytes(b"RIFF")
    folder = tmp_path / "out"
    files = [str(recording), str(other), str(twin)]
    result = runner.invoke(app, ["transcribe", *files, "--format", "md", "--output-dir", str(folder)])
    assert result.exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"meeting.flac.md", "meeting.wav.md", "call.md"}


def test_recordings_of_one_name_do_not_overwrite_each_other(
    runner: CliRunner, tmp_path: Path, behaviour: Behaviour
) -> None:
    files = [tmp_path / "a" / "x.flac", tmp_path / "b" / "x.flac"]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(file.parent.name.encode())
    again = tmp_path / "a" / ".." / "a" / "x.flac"
    folder = tmp_path / "out"
    result = runner.invoke(app, ["transcribe", *map(str, files), str(again), "--output-dir", str(folder)])
    assert result.exit_code == 0
    written = {str(path.relative_to(folder)) for path in folder.rglob("*.txt")}
    assert written == {"a/x.txt", "b/x.txt"}
    assert len(behaviour.uploads) == 2
    assert {"a/x.flac: completed", "b/x.flac: completed"} <= set(result.stderr.splitlines())


def test_a_result_is_delivered_when_it_is_done(recording: Path, tmp_path: Path, behaviour: Behaviour) -> None:
    """Whoever is interrupted while another recording is worked on keeps what was finished."""
    slow, folder = recording.with_name("slow.flac"), tmp_path / "out"
    slow.write_bytes(b"fLaC")
    behaviour.hang_on = "slow.flac"
    arguments = ["transcribe", str(recording), str(slow), "--output-dir", str(folder)]
    command = subprocess.Popen([sys.executable, "-c", "from callscribe.cli import main; main()", *arguments])
    try:
        behaviour.following.wait(30)
        deadline = time.monotonic() + 30
        while not (folder / "meeting.txt").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert command.poll() is None
    finally:
        command.send_signal(signal.SIGINT)
    assert command.wait() == 130
    assert [path.name for path in folder.iterdir()] == ["meeting.txt"]


def test_a_result_that_cannot_be_written_is_a_sentence(runner: CliRunner, recording: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "meeting.txt").mkdir(parents=True)
    result = runner.invoke(app, ["transcribe", str(recording), "--output-dir", str(folder)])
    assert result.exit_code == 1
    assert "Is a directory" in result.stderr.splitlines()[-1]


def test_several_recordings_in_one_stream_are_refused(runner: CliRunner, recording: Path) -> None:
    result = runner.invoke(app, ["transcribe", str(recording), str(recording), "--format", "srt"])
    assert result.exit_code == 1
    assert "--output-dir" in result.stderr


def test_the_servers_reason_is_one_sentence(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    behaviour.refuse = 415
    result = runner.invoke(app, ["transcribe", str(recording)])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "meeting.flac: This is neither audio nor video."
    assert "Traceback" not in result.output


def test_a_failed_task_says_why(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    behaviour.end = TaskStatus.FAILED
    result = runner.invoke(app, ["transcribe", str(recording)])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "meeting.flac: The file's audio cannot be decoded."


def test_a_task_that_failed_before_is_tried_again(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    behaviour.end = TaskStatus.FAILED
    runner.invoke(app, ["transcribe", str(recording)])
    behaviour.end = TaskStatus.COMPLETED
    result = runner.invoke(app, ["transcribe", str(recording)])
    assert result.exit_code == 0
    assert behaviour.acts == ["retry"]


def test_a_result_is_reused_unless_it_is_wanted_anew(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    runner.invoke(app, ["transcribe", str(recording)])
    reused = runner.invoke(app, ["transcribe", str(recording)])
    assert "--again" in reused.stderr
    assert behaviour.acts == []
    runner.invoke(app, ["transcribe", "--again", str(recording)])
    assert behaviour.acts == ["retry?from=decoding"]


def test_a_full_queue_is_waited_for(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    behaviour.full_once = True
    result = runner.invoke(app, ["transcribe", str(recording)])
    assert result.exit_code == 0
    assert "takes no more recordings" in result.stderr


def test_a_broken_stream_of_events_is_taken_up_again(runner: CliRunner, recording: Path, behaviour: Behaviour) -> None:
    behaviour.cut_events_once = True
    result = runner.invoke(app, ["transcribe", str(recording)])
    assert result.exit_code == 0
    assert "Доброе утро" in result.stdout


def test_a_server_that_is_not_there_is_named(runner: CliRunner, recording: Path) -> None:
    result = runner.invoke(app, ["transcribe", "--server", "http://127.0.0.1:1", str(recording)])
    assert result.exit_code == 1
    assert "http://127.0.0.1:1 does not answer" in result.stderr


def drawn(result: ResultView) -> str:
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(render(result))
    return console.export_text()


def test_the_rendering_shows_who_said_what_and_the_protocol() -> None:
    result = a_result(uuid4(), "Планёрка")
    text = drawn(ResultView.of(result))
    for part in (
        "Планёрка · ru · 1:45",
        "0:42",
        "Иван",
        "смету [к пятнице]",
        "Summary",
        "Action items",
        "75%",
        "The language model has not completed the protocol yet. It will when it answers.",
        "The protocol was made from 50% of the transcript.",
    ):
        assert part in text


def test_the_rendering_speaks_russian_to_who_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "WORDS", wording({"LANG": "ru_RU.UTF-8"}))
    result = a_result(uuid4(), "Call")
    cut = replace(result, task=replace(result.task, truncated=True))
    text = drawn(ResultView.of(cut))
    for remark in (
        "Запись обрывается: расшифрована только сохранившаяся часть.",
        "Языковая модель ещё не дополнила протокол. Она сделает это, когда ответит.",
        "Протокол составлен по 50\u00a0% расшифровки.",
    ):
        assert remark in text


def test_of_a_whole_result_is_said_that_it_is_whole() -> None:
    result = a_result(uuid4(), "Call")
    whole = replace(result, protocol=replace(result.protocol, status=ProtocolStatus.COMPLETE, coverage=1.0))
    text = drawn(ResultView.of(whole))
    assert text.count("protocol") == text.count("The protocol was made from the whole transcript.") == 1
    assert "recording" not in text


def test_silence_is_said_in_words() -> None:
    text = drawn(ResultView.of(a_result(uuid4(), "Тишина", silent=True)))
    assert "Nobody speaks in this recording." in text
    assert "Participants" not in text
