from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Word
from callscribe.transcript.joining import join_chunks


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
