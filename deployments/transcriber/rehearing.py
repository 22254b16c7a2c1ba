"""Terms listened for again, where they may have been said, and only there.

A glossary that is shown to Whisper blindly makes it write terms that nobody said. So a chunk is heard first as ever;
where words of it sound like terms, it is heard again with these terms as hotwords; and a term takes the place of such
words only if the rehearing has it just there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from callscribe.domain import Language, Word
from callscribe.glossary.nearness import Doubted, Near
from callscribe.glossary.terms import SURE, Terms
from callscribe.media.chunks import Chunk
from callscribe.transcript.alignment import regions
from deployments.transcriber.unhearable import Unhearable
from deployments.transcriber.whisper import Whisper

Words = tuple[Word, ...]
Reheard = tuple[str, Words]
"""A term, and the words that it is in a rehearing."""


class Rehearing:
    """Corrects the hearings of a chunk. Of a glossary without terms nothing is asked, and nothing changes."""

    def __init__(self, terms: Terms, whisper: Whisper, unhearable: Unhearable) -> None:
        self._terms = terms
        self._whisper = whisper
        self._unhearable = unhearable

    def of_two(self, chunk: Chunk, vosk: Words, whisper: Words) -> tuple[Words, Words]:
        """Put the terms into what both engines heard, but for words that they agree on.

        Vosk's words stay also where it knows the term: it could have heard it.
        """
        if not self._terms:
            return vosk, whisper
        shared = [region for region in regions(vosk, whisper) if region.agrees]
        agreed = {id(unit.word) for region in shared for unit in (*region.left, *region.right)}
        ours, theirs = (self._suspects(words, lambda word: id(word) not in agreed) for words in (vosk, whisper))
        reheard = self._again(chunk, Language.RU, [*ours, *theirs])
        corrected = self._corrected(vosk, ours, [found for found in reheard if self._unhearable(found[1])])
        return corrected, self._corrected(whisper, theirs, reheard)

    def of_one(self, chunk: Chunk, words: Words, language: Language) -> Words:
        """Put the terms into what Whisper alone heard, but for words that it is sure of."""
        suspects = self._suspects(words, lambda word: word.confidence < SURE)
        return self._corrected(words, suspects, self._again(chunk, language, suspects))

    def _suspects(self, words: Words, doubted: Doubted) -> list[Near]:
        """Find the words that sound like terms and are none."""
        said = {place for mention in self._terms.said(words) for place in range(mention.begin, mention.end)}
        return [near for near in self._terms.near(words, doubted) if said.isdisjoint(range(near.begin, near.end))]

    def _again(self, chunk: Chunk, language: Language, suspects: Sequence[Near]) -> list[Reheard]:
        """Hear a chunk again, and say which terms it then has."""
        wanted = list(dict.fromkeys(near.term.text for near in suspects))
        (words,) = self._whisper.hear([chunk], language, wanted) if wanted else ((),)
        return [(mention.term.text, words[mention.begin : mention.end]) for mention in self._terms.said(words)]

    def _corrected(self, words: Words, suspects: Sequence[Near], reheard: Sequence[Reheard]) -> Words:
        done, place = list[Word](), 0
        for near in sorted(suspects, key=lambda each: (each.begin, -each.likeness)):
            misheard = words[near.begin : near.end]
            meant = (term for text, term in reheard if text == near.term.text and _share_a_moment(term, misheard))
            if near.begin >= place and (term := next(meant, None)):
                done += [*words[place : near.begin], *_within(misheard, term)]
                place = near.end
        return (*done, *words[place:])


def _share_a_moment(one: Words, other: Words) -> bool:
    return one[0].start < other[-1].end and other[0].start < one[-1].end


def _within(misheard: Words, term: Words) -> Iterator[Word]:
    """Give a term's words the times of those that were heard in their place."""
    start, seconds = misheard[0].start, misheard[-1].end - misheard[0].start
    scale = seconds / (term[-1].end - term[0].start)
    for word in term:
        begin, end = (start + (moment - term[0].start) * scale for moment in (word.start, word.end))
        yield replace(word, start=begin, end=end)
