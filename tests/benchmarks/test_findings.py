"""What counts as a fact found and as a point right: nothing is to be had by saying everything."""

from __future__ import annotations

import pytest

from benchmarks.protocol.findings import MOST_WORDS, matches, unquoted

FACTS = (("иван", "смет"), ("договор",))


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], 0),
        (["Прислать смету, Иван", "Подписать договор"], 2),
        (["Прислать смету и подписать договор, Иван"], 1),
        (["Подписать договор", "Подготовить договор"], 1),
        (["Прислать смету и договор, Иван", "Прислать смету, Иван"], 2),
        (["Прислать смету, Мария"], 0),
    ],
)
def test_a_point_counts_for_one_fact_and_a_fact_for_one_point(texts: list[str], found: int) -> None:
    assert matches(FACTS, texts) == found


def test_who_says_everything_says_nothing() -> None:
    words = ["Иван", "смета", "договор"]
    assert matches(FACTS, [" ".join(words + ["да"] * (MOST_WORDS - len(words)))]) == 1
    assert matches(FACTS, [" ".join(words + ["да"] * MOST_WORDS)]) == 0


def test_without_facts_none_is_found() -> None:
    assert matches((), ["Подписать договор"]) == 0


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Прислать его — «Смета готова»", "Прислать его"),
        ("Прислать его — «Смета готова» Иван до пятницы", "Прислать его Иван до пятницы"),
        ("Назвать проект «Маяк»", "Назвать проект «Маяк»"),
    ],
)
def test_what_a_point_quotes_is_left_out(text: str, own: str) -> None:
    assert unquoted(text) == own
