"""What a query means, before PostgreSQL sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.search.lemmas import Lemmas
from callscribe.search.query import plain
from callscribe.search.words import folded, words_of

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=50)


@given(ANY_TEXT)
def test_a_text_is_found_by_itself_in_capitals(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_folding() -> None:
    assert folded("ЁЛКИ") == folded("елки")
    assert folded("ﬁle №1") == "file no1"


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("Смета, пожалуйста!", '"смета" "пожалуйста"'),
        ("«до пятницы» -отчёт", '"до пятницы" -"отчет"'),
        ("кто-то don’t", '"кто то" "don t"'),
        ("смета или отчёт or договор", '"смета" or "отчет" or "договор"'),
        ('-"до пятницы"', '-"до пятницы"'),
        ('не закрыта "до пят', '"не" "закрыта" "до пят"'),
        ("!!! — ' \" \\ & | <-> ()", ""),
        ("я" * 51, ""),
    ],
)
def test_a_query_is_words_quotes_and_signs(query: str, read: str) -> None:
    assert plain(query) == read


@given(ANY_TEXT)
def test_no_query_says_anything_else(text: str) -> None:
    for piece in plain(text).replace('" ', '"\n').replace("or ", "or\n").splitlines():
        assert piece == "or" or (piece.lstrip("-")[:1] + piece[-1:]) == '""'


@pytest.mark.parametrize(
    ("form", "lemma"),
    [("прислали", "прислать"), ("дня", "день"), ("людей", "человек"), ("счёте", "счет"), ("budgets", "budgets")],
)
def test_forms_that_no_stem_has_have_a_lemma(form: str, lemma: str) -> None:
    assert lemma in Lemmas().of(*words_of(form))


def test_a_form_of_two_words_has_both_lemmas() -> None:
    assert Lemmas().of("закрою") == {"закрыть", "закроить", "закрой"}
    assert Lemmas().vector(["я", "печь"]) == "'я':1A 'печь':2A"
    assert Lemmas().of("стали") == {"стать"}, "what is hardly meant does not count"
