"""The small parts: patterns, tidying, judging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Language
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.grammar import Grammar, compiled
from deployments.summarizer.linguistic.judging import Judge, Judges
from deployments.summarizer.linguistic.pipelines import load_reader
from deployments.summarizer.linguistic.tidying import Tidier


@pytest.mark.parametrize("language", Language)
def test_every_pattern_names_lists_and_readings_that_there_are(language: Language) -> None:
    grammar = Grammar.load(language)
    for lines in grammar.patterns.values():
        for line in lines:
            for token in compiled(line, grammar.words):
                readings = token.get("_", {}).get("readings", {}).get("INTERSECTS", [])
                assert set(readings) <= set(grammar.readings), line


def test_a_line_is_a_pattern_of_spacys() -> None:
    line = "до|к <numeral>* @month _? ,!"
    assert compiled(line, {"month": ("май",)}) == [
        {"NORM": {"IN": ["до", "к"]}},
        {"_": {"readings": {"INTERSECTS": ["numeral"]}}, "OP": "*"},
        {"LEMMA": {"IN": ["май"]}},
        {"IS_PUNCT": False, "OP": "?"},
        {"IS_PUNCT": True, "OP": "!"},
    ]


def test_lists_join_and_take_readings() -> None:
    assert compiled("@month|@day<noun>?", {"month": ("май",), "day": ("среда",)}) == [
        {"LEMMA": {"IN": ["май", "среда"]}, "_": {"readings": {"INTERSECTS": ["noun"]}}, "OP": "?"}
    ]


@pytest.mark.parametrize("line", ["@month|май", "<noun>|май", "<noun"])
def test_what_is_no_pattern_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is no token of a pattern"):
        compiled(line, {"month": ("май",)})


@pytest.mark.parametrize(
    ("sentence", "readings"),
    [
        ("Вызову завтра", {"i_will"}),
        ("Я вызову мастера, а он занят", {"i_will"}),
        ("По вызову приедут завтра", {"noun"}),
        ("Меняем вызову время", {"noun"}),
    ],
)
def test_a_word_that_may_promise_is_read_by_what_stands_around_it(sentence: str, readings: set[str]) -> None:
    grammar = Grammar.load(Language.RU)
    (doc,) = load_reader(Language.RU, grammar, Installation(Settings().models_path)).read([sentence])
    (word,) = (token for token in doc if token.norm_ == "вызову")
    assert {"i_will", "noun"} & set(word._.readings) == readings


@pytest.mark.parametrize(
    ("said", "tidy"),
    [
        ("Ну, короче, номер сдаём в среду.", "Номер сдаём в среду."),
        ("Can you, um, can you retest it?", "Can you retest it?"),
        ("Мы, как бы, согласны.", "Мы согласны."),
        ("Короче говоря, номер сдаём.", "Короче говоря, номер сдаём."),
        ("Ну.", "Ну."),
    ],
)
def test_fillers_and_stutters_go(said: str, tidy: str) -> None:
    assert Tidier(["ну", "короче", "как бы", "um"])(said) == tidy


@given(st.text(max_size=60))
def test_tidying_never_empties_a_sentence(text: str) -> None:
    tidy = Tidier(["ну", "короче"])(text)
    assert any(letter.isalpha() for letter in tidy) == any(letter.isalpha() for letter in text)


def test_a_judge_weighs_features() -> None:
    judge = Judge(threshold=0.5, bias=-1.0, weights={"due": 3.0})
    candidates = [("Пришлю завтра.", {"due": 1.0}), ("Пришлю.", {"due": 0.0, "unheard of": 5.0})]
    ((chance, believed),) = judge.believed(candidates)
    assert chance == pytest.approx(0.881, abs=1e-3)
    assert believed == "Пришлю завтра."


def test_the_judges_that_ship_are_whole() -> None:
    judges = Judges.load()
    points = [judge for of in (judges.talks, judges.short) for judge in (of.commitments, of.decisions)]
    for judge in (*points, judges.sentences.tasks, judges.sentences.decisions):
        assert 0 < judge.threshold < 1
        assert judge.weights
    assert judges.sentences.owners.weights
