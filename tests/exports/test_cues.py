"""Subtitles lose no word and never stand on each other."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.exports.cues import LINE_CHARACTERS, LINES, LONGEST_MS, cues
from tests.exports.results import turn

LETTERS = st.text(alphabet="абвгдежзыя-.,?!", min_size=1, max_size=60)


@st.composite
def words(draw: st.DrawFn, *, start: float) -> tuple[Word, ...]:
    found: list[Word] = []
    for text in draw(st.lists(LETTERS, min_size=1, max_size=25)):
        start += draw(st.floats(0, 4))
        end = start + draw(st.floats(0, 12))
        found.append(Word(start, end, text, 0.5))
        start = end if draw(st.booleans()) else start
    return tuple(found)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    turns: list[Turn] = []
    start = 0.0
    for _ in range(draw(st.integers(0, 6))):
        start += draw(st.floats(0, 20))
        said = draw(words(start=start))
        turns.append(Turn(said[0].start, max(word.end for word in said), draw(st.integers(1, 3)), said))
    return Transcript(Language.RU, tuple(turns))


@given(transcripts())
def test_every_word_is_shown_once_and_each_speakers_in_order(transcript: Transcript) -> None:
    shown = cues(transcript, lambda _: "")

    texts = sorted(word for cue in shown for line in cue.lines for word in line.split())
    assert texts == sorted(word.text for turn in transcript.turns for word in turn.words)


@given(transcripts())
def test_cues_ascend_and_never_overlap(transcript: Transcript) -> None:
    shown = cues(transcript, lambda speaker: f"Спикер {speaker}:")

    assert all(cue.start < cue.end <= cue.start + LONGEST_MS for cue in shown)
    assert all(before.end <= after.start for before, after in pairwise(shown))


@given(transcripts())
def test_a_cue_is_at_most_two_lines_that_fit_unless_one_word_does_not(transcript: Transcript) -> None:
    for cue in cues(transcript, lambda speaker: f"Спикер {speaker}:"):
        words_of_it = " ".join(cue.lines).replace(f"Спикер {cue.speaker}: ", "").split()
        fits = len(cue.lines) <= LINES and all(len(line) <= LINE_CHARACTERS for line in cue.lines)
        assert fits or len(words_of_it) == 1


@given(st.lists(LETTERS, min_size=1, max_size=80), st.floats(0.1, 3))
def test_turns_that_do_not_overlap_keep_the_order_of_all_words(texts: list[str], pace: float) -> None:
    half = len(texts) // 2 or 1
    first = turn(1, 0, " ".join(texts[:half]), pace=pace)
    turns = (first, turn(2, first.end + 1, " ".join(texts[half:]), pace=pace)) if texts[half:] else (first,)

    shown = cues(Transcript(Language.RU, turns), lambda _: "")

    assert [word for cue in shown for line in cue.lines for word in line.split()] == texts


def test_a_pause_ends_a_cue() -> None:
    said = turn(1, 0, "раз два")
    after = turn(1, 5, "три")
    whole = Turn(0, after.end, 1, (*said.words, *after.words))

    shown = cues(Transcript(Language.RU, (whole,)), lambda _: "")

    assert [cue.lines for cue in shown] == [("раз два",), ("три",)]
    assert shown[0].end == 900


def test_a_reply_inside_a_long_turn_stands_where_it_was_said() -> None:
    long = turn(1, 0, "слово " * 60)
    reply = turn(2, 10, "угу")

    shown = cues(Transcript(Language.RU, (long, reply)), lambda _: "")

    place = next(index for index, cue in enumerate(shown) if cue.speaker == 2)
    assert 0 < place < len(shown) - 1
    assert 10_000 <= shown[place].start < 12_000
