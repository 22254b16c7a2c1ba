"""What the Dockerfile promises, beside what hadolint finds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from callscribe.priority import SHORT_WAITS
from callscribe.settings import Settings
from tests.core.test_settings import names_of

ROOT = Path(__file__).parents[2]
DOCKERFILES = [path for path in ROOT.glob("**/Dockerfile*") if not {".venv", "tools"} & set(path.parts)]
TEXT = (ROOT / "cluster" / "docker" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STAGES = dict(re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", TEXT, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_hadolint_finds_no_fault(path: Path) -> None:
    check = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), str(path)], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout


def test_what_is_copied_is_let_in_and_is_here() -> None:
    copied = {
        source
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", TEXT, flags=re.MULTILINE)
        for source in sources.split()
    }
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert {line[1:].rstrip("/") for line in lines if line.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)


def test_every_room_is_in_the_image() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert rooms <= set(re.findall(r"^COPY (\w+) \w+/$", STAGES["code"], flags=re.MULTILINE))


@pytest.mark.parametrize("stage", ["cpu", "gpu"])
def test_what_runs_is_nobody_in_particular_and_carries_no_tools(stage: str) -> None:
    assert re.search(rf"^FROM runtime AS {stage}$", TEXT, flags=re.MULTILINE)
    whole = STAGES["base"] + STAGES["runtime"] + STAGES[stage]
    assert re.findall(r"^USER (.+)$", whole, flags=re.MULTILINE) == ["10001:10001"]
    assert not re.search(r"\b(pip|uv|gcc|build-essential|curl|git)\b", re.sub(r"^#.*$", "", whole, flags=re.MULTILINE))
    assert "HEALTHCHECK" in whole


def test_packages_come_by_their_hashes() -> None:
    installs = re.findall(r"pip install (.+?)(?=&&|\n|\Z)", TEXT)
    ours = [each for each in installs if each.rstrip().endswith(" .")]
    assert len(ours) == 1
    assert "--no-build-isolation" in ours[0]
    assert all("--require-hashes" in each for each in installs if each not in ours)


def test_python_is_the_one_that_the_locks_are_made_for() -> None:
    (tag,) = re.findall(r"^ARG PYTHON=(.+)$", TEXT, flags=re.MULTILINE)
    assert re.fullmatch(r"3\.11\.\d+-slim-bookworm", tag)
    assert set(re.findall(r"lib/python(\d\.\d+)/", TEXT)) == {"3.11"}


def test_the_settings_in_the_image_are_settings() -> None:
    named = set(re.findall(r"\b(CALLSCRIBE_\w+)=", TEXT))
    assert named
    assert named <= names_of(Settings, "CALLSCRIBE_")


def test_models_that_share_processors_sleep_soon_there_too() -> None:
    assert all(f" {name}={value}" in TEXT for name, value in SHORT_WAITS.items())
