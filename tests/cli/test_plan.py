"""``callscribe plan``: what docs/sizing.md shows is what it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callscribe.cli.app import app

ROOT = Path(__file__).parents[2]
SHOWN = re.findall(
    r"^\$ callscribe (plan .*)\n((?:.*\n)*?)```$",
    (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n"


def test_the_page_shows_examples() -> None:
    assert any("--hours-a-day 1000" in command for command, _ in SHOWN)
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("command", "output"), SHOWN)
def test_the_page_shows_what_the_command_says(command: str, output: str) -> None:
    assert said(*shlex.split(command)[1:]) == output


def test_programs_get_json() -> None:
    made = json.loads(said("--hours-a-day", "1000", "--json"))
    (diarizer,) = [each for each in made["deployments"] if each["name"] == "Diarizer"]
    assert diarizer["max_replicas"] == 4
    assert made["gpus"] == pytest.approx(3.25)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["--hours-a-day", "0"], 2, "hours-a-day"),
        (["--hours-a-day", "-5"], 2, "hours-a-day"),
        (["--hours-a-day", "1e9"], 2, "hours-a-day"),
        (["--hours-a-day", "10", "--peak-hours", "25"], 2, "peak-hours"),
        (["--hours-a-day", "10", "--utilisation", "1"], 2, "utilisation"),
        (["--hours-a-day", "10", "--mean-call-minutes", "0"], 2, "mean-call-minutes"),
        (["--hours-a-day", "10", "--config", "absent.yaml"], 2, "absent.yaml cannot be read"),
        (["--hours-a-day", "10", "--gpu-memory", "8"], 1, "larger share"),
        (["--hours-a-day", "10", "--node-gpus", "0"], 1, "more than a node"),
        (["--hours-a-day", "1000", "--profile", "embedded", "--node-cores", "2"], 1, "--node-cores"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(arguments: list[str], exit_code: int, words: str) -> None:
    result = CliRunner().invoke(app, ["plan", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == exit_code
    assert words in " ".join(result.stderr.split())
