"""Lies that sound like what was said, each kind that a review has found, beside honest rewordings of the same calls."""

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
from deployments.summarizer.orders import WITHHELD
from tests.summarizer.llm.meetings import spoken

HERE = Path(__file__).parent
CALLS = sorted((HERE / "claims").glob("*.toml"))
ORDERS = tomllib.loads((HERE / "orders.toml").read_text("utf-8"))
reader = lru_cache(Reader)


@dataclass(frozen=True)
class Case:
    """A claim about the call of a file."""

    path: Path
    claim: dict[str, Any]

    def __str__(self) -> str:
        told = self.claim.get("text") or f"{self.claim['task']} ({self.claim['owner']}, {self.claim['due']})"
        return f"{self.path.stem}: {told}"


def cases(kind: str) -> list[Case]:
    return [Case(path, claim) for path in CALLS for claim in tomllib.loads(path.read_text("utf-8"))[kind]]


@lru_cache
def proof_of(path: Path) -> Proof:
    call = tomllib.loads(path.read_text("utf-8"))
    language = Language(call["language"])
    transcript = spoken(language, *((speaker, text) for speaker, text in call["turns"]))
    names = {int(speaker): name for speaker, name in call["names"].items()}
    return Proof(Ground(lines_of(transcript), names, reader(language)), reader(language))


def stands(case: Case) -> bool:
    proof, claim = proof_of(case.path), case.claim
    if "text" in claim:
        return proof.point(SaidPoint(text=claim["text"], turns=claim["turns"])) is not None
    owner, due = claim["owner"] or None, claim["due"] or None
    return proof.item(SaidItem(task=claim["task"], owner=owner, due=due, turns=claim["turns"])) is not None


@pytest.mark.parametrize("case", cases("lies"), ids=str)
def test_a_lie_falls_as_a_point_and_in_the_summary(case: Case) -> None:
    assert not stands(case)
    assert proof_of(case.path).summary([case.claim["text"]]) == ([], 1)


@pytest.mark.parametrize("case", cases("false_items"), ids=str)
def test_a_task_of_somebody_else_or_of_another_day_falls(case: Case) -> None:
    assert not stands(case)


@pytest.mark.parametrize("case", [*cases("honest"), *cases("true_items")], ids=str)
def test_an_honest_rewording_stands(case: Case) -> None:
    assert stands(case)


def shown(language: Language, text: str) -> str:
    return Ground(lines_of(spoken(language, (1, text))), {}, reader(language)).shown[1]


@pytest.mark.parametrize("language", Language)
def test_what_is_spoken_to_the_machine_is_withheld(language: Language) -> None:
    orders = ORDERS[f"to_the_machine_{language}"]
    assert [order for order in orders if WITHHELD not in shown(language, order)] == []


@pytest.mark.parametrize("language", Language)
def test_what_is_spoken_to_people_is_shown(language: Language) -> None:
    for text in ORDERS[f"to_people_{language}"]:
        assert shown(language, text) == text
