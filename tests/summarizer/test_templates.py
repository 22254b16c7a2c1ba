"""Templates: every kind of call has its data, and turns the protocol to what such calls are about."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from importlib.resources import files
from itertools import combinations
from operator import add

import pytest

from benchmarks.protocol.findings import Tally
from benchmarks.protocol.meetings import MEETINGS, Meeting, load_meetings
from benchmarks.protocol.templates import compare
from callscribe.domain import Brief, Language, Template
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.linguistic.grammar import normal
from deployments.summarizer.linguistic.pipelines import Morphology
from deployments.summarizer.templates import TemplateContent
from tests.summarizer.linguistic.dialogues import transcript

OTHERS = [template for template in Template if template is not Template.MEETING]
CALLS = [meeting for meeting in load_meetings([MEETINGS]) if meeting.template is not Template.MEETING]


@pytest.fixture(scope="module")
def engine() -> LinguisticEngine:
    return LinguisticEngine(Installation(Settings().models_path))


@pytest.mark.parametrize("language", Language)
def test_every_template_has_its_file_and_every_file_is_a_template_s(language: Language) -> None:
    folder = files("deployments.summarizer").joinpath(f"templates/{language}")
    assert {entry.name for entry in folder.iterdir()} == {f"{template}.toml" for template in Template}
    contents = [TemplateContent.load(language, template) for template in Template]
    assert len({content.title for content in contents}) == len(Template)


def test_there_are_both_languages_and_no_others() -> None:
    assert {entry.name for entry in files("deployments.summarizer").joinpath("templates").iterdir()} == set(Language)


@pytest.mark.parametrize("language", Language)
def test_every_kind_of_call_but_a_meeting_has_its_own_topic(language: Language) -> None:
    assert TemplateContent.load(language, Template.MEETING).topic == ()
    topics = [{normal(lemma) for lemma in TemplateContent.load(language, template).topic} for template in OTHERS]
    assert all(len(topic) > 20 for topic in topics)
    for one, other in combinations(topics, 2):
        assert len(one & other) < len(one ^ other) / 4


@pytest.mark.parametrize("template", OTHERS)
def test_russian_topics_are_lemmas(template: Template) -> None:
    """A word in another form would never be found."""
    morphology, topic = Morphology(), TemplateContent.load(Language.RU, template).topic
    assert [lemma for lemma in topic if normal(lemma) not in morphology.lemmas(lemma)] == []
    assert len({normal(lemma) for lemma in topic}) == len(topic)


def test_what_a_kind_of_call_turns_on_is_quoted(engine: LinguisticEngine) -> None:
    said = transcript(
        "\n".join(
            (
                *(f"а: Поезд номер {number} отходит утром с третьего пути вокзала." for number in range(20, 40)),
                "б: Скидка по договору будет восемь процентов цены.",
                *(f"а: Поезд номер {number} приходит вечером на третий путь вокзала." for number in range(40, 60)),
            )
        )
    )
    points = {
        template: " ".join(point.text for point in engine.summarize(Brief(said, template=template)).key_points)
        for template in Template
    }
    assert "Скидка" in points[Template.SALES]
    assert "Скидка" not in points[Template.MEETING]
    assert points[Template.INTERVIEW] == points[Template.MEETING], "nothing of its topic was said"


@pytest.mark.models
def test_key_points_say_more_of_what_matters_in_such_calls(engine: LinguisticEngine) -> None:
    compared = [compare(call, engine) for call in CALLS]
    assert {one.call.template for one in compared} == set(OTHERS)
    for told in ("telling", "on_topic"):
        plain = reduce(add, (getattr(one.plain, told) for one in compared), Tally())
        biased = reduce(add, (getattr(one.biased, told) for one in compared), Tally())
        assert biased.total == plain.total
        assert biased.hits > plain.hits, told


@pytest.mark.models
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_template_changes_no_decision_and_no_task(engine: LinguisticEngine, call: Meeting) -> None:
    plain = engine.summarize(Brief(call.transcript))
    biased = engine.summarize(Brief(call.transcript, template=call.template))
    assert biased.summary != plain.summary
    assert biased.participants != plain.participants
    told = replace(plain, summary=biased.summary, key_points=biased.key_points, participants=biased.participants)
    assert told == biased
