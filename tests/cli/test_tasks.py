from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from callscribe.cli.app import app
from callscribe.domain import TaskStatus
from tests.cli.contract_server import Behaviour

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def task(behaviour: Behaviour) -> UUID:
    task_id = uuid4()
    behaviour.titles[task_id] = "Планёрка [в понедельник]"
    return task_id


def test_the_list_shows_titles_and_states(runner: CliRunner, task: UUID) -> None:
    result = runner.invoke(app, ["tasks"], env={"COLUMNS": "160"})
    assert result.exit_code == 0
    for part in (str(task), "Планёрка [в понедельник]", "queued, place 2", "1:45"):
        assert part in result.stdout


def test_the_list_can_be_filtered(runner: CliRunner, task: UUID) -> None:
    result = runner.invoke(app, ["tasks", "--status", "failed"])
    assert "No tasks." in result.stdout


def test_a_task_is_shown(runner: CliRunner, task: UUID) -> None:
    result = runner.invoke(app, ["tasks", "show", str(task)])
    assert result.exit_code == 0
    assert "Планёрка [в понедельник]" in result.stdout


def test_a_completed_task_is_shown_as_its_result(runner: CliRunner, task: UUID, behaviour: Behaviour) -> None:
    behaviour.ended[task] = TaskStatus.COMPLETED
    result = runner.invoke(app, ["tasks", "show", str(task), "--format", "srt"])
    assert "00:00:42,000 -->" in result.stdout


def test_a_failed_task_says_why(runner: CliRunner, task: UUID, behaviour: Behaviour) -> None:
    behaviour.ended[task] = TaskStatus.FAILED
    result = runner.invoke(app, ["tasks", "show", str(task)])
    assert "The file's audio cannot be decoded." in result.stderr


def test_an_unknown_task_is_a_sentence_and_exit_code_1(runner: CliRunner) -> None:
    result = runner.invoke(app, ["tasks", "show", str(uuid4())])
    assert (result.exit_code, result.stderr) == (1, "No task has that id.\n")


def test_tasks_are_cancelled_retried_and_deleted(runner: CliRunner, task: UUID, behaviour: Behaviour) -> None:
    for arguments in (["cancel"], ["retry", "--from", "transcribing"], ["delete", "--yes"]):
        assert runner.invoke(app, ["tasks", *arguments, str(task)]).exit_code == 0
    assert behaviour.acts == ["cancel", "retry?from=transcribing", "delete"]


def test_a_task_is_made_another_kind_of_call(runner: CliRunner, task: UUID, behaviour: Behaviour) -> None:
    for arguments in (["--template", "sales"], ["--from", "summarizing", "--template", "support"]):
        assert runner.invoke(app, ["tasks", "retry", *arguments, str(task)]).exit_code == 0
    assert behaviour.acts == ["retry?template=sales", "retry?from=summarizing&template=support"]
    wrong = runner.invoke(app, ["tasks", "retry", "--template", "party", str(task)])
    assert wrong.exit_code == 2
    assert len(behaviour.acts) == 2


def test_deleting_asks_first(runner: CliRunner, task: UUID, behaviour: Behaviour) -> None:
    assert runner.invoke(app, ["tasks", "delete", str(task)], input="n\n").exit_code == 1
    assert behaviour.acts == []


def test_the_server_may_be_named_before_the_command(
    runner: CliRunner, task: UUID, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CALLSCRIBE_SERVER")
    assert runner.invoke(app, ["tasks", "--server", server, "show", str(task)]).exit_code == 0
    assert runner.invoke(app, ["tasks", "show", str(task), "--server", server]).exit_code == 0


def test_the_server_and_its_key_may_stand_in_the_file_of_settings(
    runner: CliRunner, server: str, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CALLSCRIBE_SERVER")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"CALLSCRIBE_SERVER={server}\nCALLSCRIBE_API_KEY=a-key\n")
    assert runner.invoke(app, ["tasks"]).exit_code == 0
    assert behaviour.authorizations == {"Bearer a-key"}
