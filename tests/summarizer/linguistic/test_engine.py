"""The linguistic layer on whole labelled meetings: nothing invented, everything shown, facts found."""

from __future__ import annotations

import pytest

from benchmarks.protocol.findings import Findings
from benchmarks.protocol.meetings import MEETINGS, load_meetings
from benchmarks.protocol.said import Inventions, Said
from benchmarks.protocol.scoring import ProtocolScore, score
from callscribe.domain import Brief, Protocol
from deployments.summarizer.linguistic.engine import LinguisticEngine

pytestmark = pytest.mark.models

LEAST_RECALL, LEAST_PRECISION = 0.75, 0.65
"""A little below what ``python -m benchmarks.protocol`` measures: a guard, not the figure."""


@pytest.fixture(scope="module")
def protocols(engine: LinguisticEngine) -> dict[str, Protocol]:
    return {meeting.name: engine.summarize(Brief(meeting.transcript)) for meeting in load_meetings([MEETINGS])}


@pytest.fixture(scope="module")
def scores(protocols: dict[str, Protocol]) -> dict[str, ProtocolScore]:
    return {
        meeting.name: score(meeting, Said(meeting.transcript), protocols[meeting.name])
        for meeting in load_meetings([MEETINGS])
    }


def test_nothing_is_invented_and_every_point_has_its_evidence(scores: dict[str, ProtocolScore]) -> None:
    for name, found in scores.items():
        assert found.invented == Inventions(), name
        assert found.evident.share == 1.0, name


def test_most_facts_are_found_and_most_points_are_right(scores: dict[str, ProtocolScore]) -> None:
    together = sum((each.findings for each in scores.values()), Findings())
    assert together.recall is not None
    assert together.precision is not None
    assert together.recall >= LEAST_RECALL
    assert together.precision >= LEAST_PRECISION


def test_the_same_transcript_gives_the_same_protocol(engine: LinguisticEngine, protocols: dict[str, Protocol]) -> None:
    for meeting in load_meetings([MEETINGS])[::-4]:
        assert engine.summarize(Brief(meeting.transcript)) == protocols[meeting.name], meeting.name
