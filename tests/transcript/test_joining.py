from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Word
from callscribe.transcript.joining import join_chunks
from callscribe.transcript.spelling import spoken as spoken_of


def said(text: str, start: float = 0.0, *, step: float = 0.5) -> tuple[Word, ...]:
    return tuple(
        Word(start + place * step, start + place * step + 0.4, word, 0.9) for place, word in enumerate(text.split())
    )


def text_of(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def test_chunks_that_do_not_overlap_follow_each_other() -> None:
    assert text_of(join_chunks([said("раз два"), said("три четыре", 2.0)])) == "раз два три четыре"


def test_what_both_heard_is_taken_once() -> None:
    before, after = said("мы закупаем второй сервер"), said("Второй, сервер на неделе", 1.0)
    assert text_of(join_chunks([before, after])).lower().replace(",", "") == "мы закупаем второй сервер на неделе"


def test_without_a_common_word_the_middle_of_the_overlap_parts_them() -> None:
    joined = join_chunks([said("один два три тыре"), said("ре четыре пять", 1.5)])
    assert text_of(joined).startswith("один два три")
    assert text_of(joined).endswith("четыре пять")


def test_silent_chunks_change_nothing() -> None:
    assert text_of(join_chunks([(), said("раз"), (), said("два", 3.0), ()])) == "раз два"


@given(st.integers(2, 60), st.integers(4, 12), st.integers(1, 3))
def test_one_text_cut_anywhere_with_overlaps_comes_back_whole(count: int, length: int, overlap: int) -> None:
    whole = said(" ".join(f"слово{number}" for number in range(count)))
    chunks = [whole[begin : begin + length] for begin in range(0, count, length - overlap)]
    assert join_chunks(chunks) == whole


def test_repeated_short_words_are_neither_lost_nor_doubled() -> None:
    seams = [(begin, end) for begin in range(1, 7) for end in range(begin + 1, min(7, begin + 4) + 1)]
    for texts in product(("да", "нет"), repeat=7):
        whole = said(" ".join(texts), step=0.3)
        for begin, end in seams:
            assert text_of(join_chunks([whole[:end], whole[begin:]])) == text_of(whole)


def test_three_times_yes_stays_three_times() -> None:
    whole = said("скажу да да да конечно едем", step=0.3)
    assert text_of(join_chunks([whole[:4], whole[1:]])) == "скажу да да да конечно едем"


@pytest.mark.parametrize("offset", [-0.1, -0.05, -0.02, 0.0, 0.02, 0.05, 0.1])
@pytest.mark.parametrize(
    ("one", "other"), [("двадцать", "20"), ("twenty", "20"), ("из за", "из-за"), ("двадцать два", "22"), ("её", "ее")]
)
def test_a_word_that_is_spelled_in_two_ways_is_taken_once(one: str, other: str, offset: float) -> None:
    parts = one.split()
    heard = tuple(Word(9.7 + 0.5 * place, 10.2 + 0.5 * place, word, 0.9) for place, word in enumerate(parts))
    end = heard[-1].end
    before = (Word(8.0, 8.5, "ровно", 0.9), *heard)
    after = (Word(9.7 + offset, end + offset, other, 0.9), Word(end + 0.2, end + 0.6, "человек", 0.9))
    assert text_of(join_chunks([before, after])) in {f"ровно {one} человек", f"ровно {other} человек"}


SPELLINGS = [
    ("да", "Да,"),
    ("нет", "нет."),
    ("двадцать", "20"),
    ("двадцать два", "22"),
    ("из за", "из-за"),
    ("её", "ее"),
]


@given(
    st.lists(st.sampled_from(range(len(SPELLINGS))), min_size=4, max_size=12),
    st.data(),
)
def test_what_two_chunks_spell_and_time_differently_comes_back_once(spoken: list[int], data: st.DataObject) -> None:
    begin = data.draw(st.integers(1, len(spoken) - 2))
    end = data.draw(st.integers(begin + 1, min(begin + 4, len(spoken))))
    jitter = st.floats(-0.08, 0.08)

    def heard(places: range) -> tuple[Word, ...]:
        words: list[Word] = []
        for place in places:
            start = place * 0.8 + data.draw(jitter)
            parts = data.draw(st.sampled_from(SPELLINGS[spoken[place]])).split()
            step = 0.6 / len(parts)
            words += [Word(start + step * k, start + step * (k + 1), part, 0.9) for k, part in enumerate(parts)]
        return tuple(words)

    joined = join_chunks([heard(range(end)), heard(range(begin, len(spoken)))])
    assert normalised(text_of(joined)) == normalised(" ".join(SPELLINGS[place][0] for place in spoken))
    assert all(one.end <= other.start + 0.2 for one, other in pairwise(joined))


def normalised(text: str) -> list[str]:
    return [key for word in text.split() for key in spoken_of(word)]
