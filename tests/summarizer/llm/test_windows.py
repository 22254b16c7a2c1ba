from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Language, Transcript
from deployments.summarizer.llm.lines import LONGEST_WORDS, Line, lines_of, word_count
from deployments.summarizer.llm.windows import Window, by_salience, coverage, divided, halved, windows
from tests.summarizer.llm.meetings import spoken

TURNS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 300)), min_size=1, max_size=30)
FIXED = 50


def transcript_of(turns: Sequence[tuple[int, int]]) -> Transcript:
    said = ((speaker, " ".join(f"слово{place}" for place in range(words))) for speaker, words in turns)
    return spoken(Language.RU, *said)


async def tokens(window: Window) -> int:
    return FIXED + word_count(window)


def in_order(parts: Sequence[Window]) -> tuple[Line, ...]:
    return tuple(line for part in parts for line in part)


@given(TURNS)
def test_lines_have_every_word_once_in_order(turns: list[tuple[int, int]]) -> None:
    transcript = transcript_of(turns)
    lines = lines_of(transcript)
    assert [word for line in lines for word in line.words] == [word for turn in transcript.turns for word in turn.words]
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(0 < len(line.words) <= LONGEST_WORDS for line in lines)
    assert all(transcript.turns[line.turn].speaker == line.speaker for line in lines)


@pytest.mark.parametrize("sentence", ["Первое предложение из пяти слов.", "«Первое предложение из пяти слов.»"])
def test_a_long_turn_is_cut_at_a_sentences_end(sentence: str) -> None:
    lines = lines_of(spoken(Language.RU, (1, f"{sentence} " * 30)))
    assert len(lines) > 1
    assert all(line.text.endswith(sentence) for line in lines)


@given(TURNS, st.integers(FIXED + 1, 2000))
async def test_every_line_is_in_exactly_one_window_that_fits_or_stands_alone(
    turns: list[tuple[int, int]], room: int
) -> None:
    lines = lines_of(transcript_of(turns))
    if not lines:
        return
    parts = await windows(lines, tokens, room)
    assert in_order(parts) == lines
    assert all(len(part) == 1 or FIXED + word_count(part) <= room for part in parts)


async def test_what_fits_is_one_window() -> None:
    lines = lines_of(transcript_of([(1, 100), (2, 100)]))
    assert await windows(lines, tokens, 1000) == [lines]


@given(TURNS, st.integers(2, 9))
def test_parts_are_all_of_the_lines_and_none_is_empty(turns: list[tuple[int, int]], count: int) -> None:
    lines = lines_of(transcript_of(turns))
    if len(lines) < 2:
        return
    for parts in (divided(lines, count), halved(lines)):
        assert in_order(parts) == lines
        assert len(parts) > 1
        assert all(parts)


@given(TURNS, st.data())
def test_coverage_is_the_share_of_words_read(turns: list[tuple[int, int]], data: st.DataObject) -> None:
    transcript = transcript_of(turns)
    lines = lines_of(transcript)
    read = data.draw(st.lists(st.sampled_from(lines), unique=True)) if lines else []
    rest = [line for line in lines if line not in read]
    if lines:
        shares = coverage(word_count(read), transcript) + coverage(word_count(rest), transcript)
        assert shares == pytest.approx(1)
    assert coverage(word_count(lines), transcript) == 1


def test_windows_that_matter_are_read_first() -> None:
    lines = lines_of(transcript_of([(1, 10), (2, 10), (1, 10)]))
    parts = [(line,) for line in lines]
    assert by_salience(parts, [0.1, 0.9, 0.5]) == [parts[1], parts[2], parts[0]]
    assert by_salience(parts, [1.0, 1.0, 1.0]) == parts
