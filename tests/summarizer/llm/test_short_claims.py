"""One claim about a few turns each: lies, and honest rewordings, with what is known not to work."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from callscribe.domain import Language
from deployments.summarizer.llm.ground import Ground
from deployments.summarizer.llm.lines import lines_of
from deployments.summarizer.llm.proof import Proof
from deployments.summarizer.llm.reader import Reader
from deployments.summarizer.llm.schema import SaidItem, SaidPoint
from tests.summarizer.llm.meetings import spoken

SHORT = sorted((Path(__file__).parent / "claims" / "short").glob("*.toml"))
reader = lru_cache(Reader)


@dataclass(frozen=True)
class Case:
    """A claim of a file: ``said`` are its turns; a ``text``, which is a decision or not, or a task."""

    path: Path
    claim: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.path.stem}: {self.claim.get('text') or self.claim['task']}"


def cases(kind: str) -> list[Any]:
    """The claims of a kind, those with ``known`` as what does not work yet."""
    found = (Case(path, claim) for path in SHORT for claim in tomllib.loads(path.read_text("utf-8")).get(kind, []))
    return [pytest.param(case, id=str(case), marks=_marks(case)) for case in found]


def _marks(case: Case) -> tuple[pytest.MarkDecorator, ...]:
    reason = case.claim.get("known")
    return (pytest.mark.xfail(reason=reason, strict=True),) if reason else ()


def stands(case: Case) -> bool:
    call, claim = tomllib.loads(case.path.read_text("utf-8")), case.claim
    language = Language(call["language"])
    names = {int(speaker): name for speaker, name in call["names"].items()}
    transcript = spoken(language, *((speaker, text) for speaker, text in claim["said"]))
    ground = Ground(lines_of(transcript), names, reader(language))
    proof = Proof(ground, reader(language), claim.get("glossary", ()))
    turns = claim.get("turns", [line.number for line in ground.lines])
    if "task" in claim:
        owner, due = claim["owner"] or None, claim["due"] or None
        return proof.item(SaidItem(task=claim["task"], owner=owner, due=due, turns=turns)) is not None
    check = proof.decision if claim.get("decision") else proof.point
    return check(SaidPoint(text=claim["text"], turns=turns)) is not None


@pytest.mark.parametrize("case", cases("lies"))
def test_a_lie_falls(case: Case) -> None:
    assert not stands(case)


@pytest.mark.parametrize("case", cases("honest"))
def test_an_honest_rewording_stands(case: Case) -> None:
    assert stands(case)
