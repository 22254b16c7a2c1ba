"""Which key the command line shows to which server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from callscribe.cli import checks
from callscribe.cli.app import app
from callscribe.cli.checks import Verdict
from callscribe.cli.contract import Contract
from callscribe.domain import TaskStatus
from callscribe.settings import Settings
from tests.api.keyed import ANNA, CRM, KEYS
from tests.cli.contract_server import Behaviour


@pytest.fixture
def here(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is this machine's own, and takes keys."""
    monkeypatch.delenv("CALLSCRIBE_SERVER")
    monkeypatch.setenv("CALLSCRIBE_PORT", str(urlsplit(server).port))
    monkeypatch.setenv("CALLSCRIBE_API_KEYS", f"anna:{ANNA},crm:{CRM}")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "environ", "shown"),
    [
        ([], {}, f"Bearer {ANNA}"),
        ([], {"CALLSCRIBE_API_KEY": CRM}, f"Bearer {CRM}"),
        (["--api-key", "said"], {"CALLSCRIBE_API_KEY": CRM}, "Bearer said"),
    ],
)
def test_this_machine_s_server_is_shown_a_key_that_it_takes(
    runner: CliRunner, behaviour: Behaviour, arguments: list[str], environ: dict[str, str], shown: str
) -> None:
    assert runner.invoke(app, ["tasks", *arguments], env=environ).exit_code == 0
    assert behaviour.authorizations == {shown}


def test_a_server_that_is_named_is_shown_none_of_our_own_keys(
    runner: CliRunner, server: str, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSCRIBE_API_KEYS", f"anna:{ANNA}")
    assert runner.invoke(app, ["tasks", "--server", server]).exit_code == 0
    assert behaviour.authorizations == {None}


@pytest.mark.usefixtures("server")
def test_a_key_may_stand_before_the_command_and_after_it(runner: CliRunner, behaviour: Behaviour) -> None:
    behaviour.key = "said"
    task_id = uuid4()
    behaviour.titles[task_id] = "Планёрка"
    for arguments in (["--api-key", "said", "cancel", str(task_id)], ["cancel", str(task_id), "--api-key", "said"]):
        assert runner.invoke(app, ["tasks", *arguments]).exit_code == 0
    refused = runner.invoke(app, ["tasks", "cancel", str(task_id)])
    assert (refused.exit_code, refused.stderr.startswith("The server wants a key that it knows")) == (1, True)


@pytest.mark.usefixtures("server")
def test_a_recording_is_sent_with_the_key(runner: CliRunner, behaviour: Behaviour, recording: Path) -> None:
    behaviour.key = "said"
    assert runner.invoke(app, ["transcribe", str(recording), "--api-key", "said"]).exit_code == 0
    assert behaviour.authorizations == {"Bearer said"}


@pytest.mark.usefixtures("server")
def test_who_calls_too_often_waits(runner: CliRunner, behaviour: Behaviour, recording: Path) -> None:
    behaviour.too_often = 2
    assert runner.invoke(app, ["tasks"]).exit_code == 0
    behaviour.too_often = 1
    assert runner.invoke(app, ["transcribe", str(recording)]).exit_code == 0
    (task_id,) = behaviour.titles

    async def followed() -> TaskStatus:
        async with Contract.open(os.environ["CALLSCRIBE_SERVER"], None) as contract:
            behaviour.too_often = 1
            return [task.status async for task in contract.follow(task_id)][-1]

    assert asyncio.run(followed()) is TaskStatus.COMPLETED
    assert behaviour.too_often == 0


def test_the_doctor_says_whether_the_api_is_open(tmp_path: Path) -> None:
    def check(**fields: object) -> tuple[Verdict, str]:
        settings = Settings(_env_file=None, data_dir=tmp_path).model_copy(update=fields)
        found = checks.api_keys(settings)
        return found.verdict, f"{found.detail} {found.advice}"

    assert check(api_keys=KEYS, host="0.0.0.0") == (Verdict.OK, "anna, crm ")  # noqa: S104
    for host in ("127.0.0.1", "127.1.2.3", "localhost"):
        assert check(host=host)[0] is Verdict.OK
    verdict, said = check(host="0.0.0.0")  # noqa: S104
    assert verdict is Verdict.OPTIONAL
    assert said == "none: whoever reaches 0.0.0.0 may use the API set CALLSCRIBE_API_KEYS"
