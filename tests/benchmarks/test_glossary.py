"""The labels of the glossary's benchmark: its own terms are said, and none of another company's."""

from __future__ import annotations

import pytest

from benchmarks.glossary.__main__ import FOREIGN, SPEECH
from benchmarks.recordings import load_recordings
from callscribe.domain import Word
from callscribe.glossary import Glossary
from callscribe.glossary.terms import Terms


@pytest.fixture(scope="module")
def said() -> tuple[Word, ...]:
    (recording,) = load_recordings(SPEECH)
    text = " ".join(utterance.text for utterance in recording.utterances)
    return tuple(Word(place, place + 1, word, 1.0) for place, word in enumerate(text.split()))


def test_every_term_of_the_recordings_own_glossary_is_said(said: tuple[Word, ...]) -> None:
    terms = Terms(Glossary.read(SPEECH / "names_ru.txt").terms)
    assert {mention.term.text for mention in terms.said(said)} == {term.text for term in terms.all}


def test_of_the_other_glossary_none_is(said: tuple[Word, ...]) -> None:
    assert Terms(Glossary.read(FOREIGN).terms).said(said) == []
