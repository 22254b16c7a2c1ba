"""Wording: case and sentence punctuation where the engine gave none. Words themselves never change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, groupby, islice, pairwise

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.transcript.bare import LONG_PAUSE_SECONDS, SHORT_PAUSE_SECONDS, Morphology, asks, is_bare
from callscribe.transcript.sentences import ends_sentence

_TRAILING = " ,;:-–—"
_NOT_OF_WORD = re.compile(r"^\W+|\W+$")
_FULL_STOP = re.compile(r"[^.][.?!]$")
_ABBREVIATION = re.compile(r"\w\.\w+\.$|^(г|гг|руб|коп|тыс|млн|млрд|ул|д|кв|стр|см|др|пр|им|т)\.$", re.IGNORECASE)

_CLEARLY_BARE = 12
"""So many bare words that no mark ends are Vosk's, even where a punctuated sentence has begun before them."""

_REPLIES, _REPLY_WORDS = 2, 3
"""So many replies of so many words do not end another's sentence …"""
_REPLY_SECONDS = 3.0
"""… if they let the speaker go on within so many seconds."""


def polish(transcript: Transcript) -> Transcript:
    """Give bare Russian words sentences and names, and every sentence a capital start and a final mark.

    A sentence that only another's short reply interrupts goes on after it.
    """
    morphology = _morphology() if transcript.language is Language.RU else None
    turns = list(transcript.turns)
    for strand in _strands(turns, morphology):
        words = list(chain.from_iterable(turns[place].words for place in strand))
        worded = iter(_worded(words, morphology))
        for place in strand:
            turns[place] = replace(turns[place], words=tuple(islice(worded, len(turns[place].words))))
    return replace(transcript, turns=tuple(turns))


@cache
def _morphology() -> Morphology:
    return Morphology()


def _strands(turns: Sequence[Turn], morphology: Morphology | None) -> list[list[int]]:
    """Put the places of turns together between which one sentence goes on."""
    strands: list[list[int]] = []
    latest: dict[int, list[int]] = {}
    for place, turn in enumerate(turns):
        strand = latest.get(turn.speaker)
        if strand and _only_interrupted(turns, strand[-1], place) and _goes_on(turns[strand[-1]], turn, morphology):
            strand.append(place)
        else:
            latest[turn.speaker] = [place]
            strands.append(latest[turn.speaker])
    return strands


def _only_interrupted(turns: Sequence[Turn], before: int, after: int) -> bool:
    return (
        0 < after - before - 1 <= _REPLIES
        and turns[after].start - turns[before].end <= _REPLY_SECONDS
        and all(len(reply.words) <= _REPLY_WORDS for reply in turns[before + 1 : after])
    )


def _goes_on(before: Turn, after: Turn, morphology: Morphology | None) -> bool:
    """Whether the words show it: the last one wants another, or punctuated speech goes on in lower case."""
    if not before.words or not after.words or ends_sentence(before.words[-1].text):
        return False
    if morphology is not None and morphology.binds(_letters(before.words[-1].text)):
        return True
    return after.words[0].text[:1].islower() and not all(is_bare(word.text) for word in before.words)


def _worded(words: Sequence[Word], morphology: Morphology | None) -> list[Word]:
    if not words:
        return []
    runs = _bare_runs(words) if morphology is not None else []
    bare = frozenset(chain.from_iterable(runs))
    ends = _sentence_ends(words, runs, morphology) if morphology is not None else [len(words)]
    texts = [word.text for word in words]
    for place in bare:
        if morphology is not None and morphology.is_name(texts[place]):
            texts[place] = _capital(texts[place])
    for begin, end in pairwise((0, *ends)):
        question = bare.issuperset(range(begin, end)) and asks([word.text for word in words[begin:end]])
        texts[begin] = _capital(texts[begin])
        texts[end - 1] = _ended(texts[end - 1], "?" if question else ".")
    return [replace(word, text=text) for word, text in zip(words, texts, strict=True)]


def _bare_runs(words: Sequence[Word]) -> list[range]:
    """Find the stretches of bare words that no engine has punctuated."""
    runs: list[range] = []
    for bare, places in groupby(range(len(words)), key=lambda place: is_bare(words[place].text)):
        run = list(places)
        if bare and _is_unpunctuated(words, run[0], run[-1] + 1):
            runs.append(range(run[0], run[-1] + 1))
    return runs


def _is_unpunctuated(words: Sequence[Word], begin: int, end: int) -> bool:
    """Whether a sentence begins there without a capital, or the stretch is long and nothing closes it."""
    begins = begin == 0 or _is_full_stop(words[begin - 1].text)
    open_end = end == len(words) or words[end].text[:1].isupper()
    return begins or (open_end and end - begin >= _CLEARLY_BARE)


def _sentence_ends(words: Sequence[Word], runs: Sequence[range], morphology: Morphology) -> list[int]:
    """Say after how many words each sentence ends: at marks, and in bare stretches at pauses."""
    free = frozenset(chain.from_iterable(runs))
    said = list(_said_until_pause(words, morphology)) if free else []
    ends: list[int] = []
    predicate = False
    for place, (word, after) in enumerate(pairwise(words)):
        if place in free:
            predicate = predicate or morphology.is_predicate(word.text)
        if _is_full_stop(word.text) or (
            place in free and _pause_ends(word, after, both=predicate and said[place + 1], morphology=morphology)
        ):
            ends.append(place + 1)
            predicate = False
    return [*ends, len(words)]


def _pause_ends(word: Word, after: Word, *, both: bool, morphology: Morphology) -> bool:
    pause = after.start - word.end
    if pause < SHORT_PAUSE_SECONDS or morphology.binds(word.text):
        return False
    return pause >= LONG_PAUSE_SECONDS or both or after.text[:1].isupper()


def _said_until_pause(words: Sequence[Word], morphology: Morphology) -> Iterator[bool]:
    """Tell for each word whether a predicate comes from it on, before the next pause or full stop."""
    said: list[bool] = []
    for word, after in zip(reversed(words), chain((None,), reversed(words)), strict=False):
        parted = after is None or after.start - word.end >= SHORT_PAUSE_SECONDS or _is_full_stop(word.text)
        said.append(morphology.is_predicate(_letters(word.text)) or (not parted and said[-1]))
    return reversed(said)


def _is_full_stop(text: str) -> bool:
    """Whether a sentence surely ends with the word: neither «и т.д.» nor «ну...», which go on in lower case."""
    return _FULL_STOP.search(text) is not None and _ABBREVIATION.search(text) is None


def _ended(text: str, mark: str) -> str:
    return text if ends_sentence(text) or not _letters(text) else text.rstrip(_TRAILING) + mark


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.islower() else text


def _letters(text: str) -> str:
    return _NOT_OF_WORD.sub("", text).lower()
