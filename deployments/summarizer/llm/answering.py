"""What a reply says to what was said before. It is read to its end: «Конечно нет» agrees to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.tokens import Token

REPLY_WORDS = 3
"""A reply agrees or refuses with its first words."""


class Answering:
    """Reads replies in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def agrees(self, reply: Sequence[Token]) -> bool:
        """Whether a sentence begins with words that agree, and nothing in it or elsewhere takes them back."""
        sentences = [tuple(group) for _, group in groupby(reply, lambda token: token.sentence)]
        agreeing = [sentence for sentence in sentences if _begins(sentence, self._lexicon.agreeing)]
        return any(map(self._means_it, agreeing)) and not any(map(self._puts_off, sentences))

    def promises(self, reply: Sequence[Token]) -> tuple[Token, ...]:
        """The verbs with which a reply promises something, where it denies nothing."""
        if self._denies(reply) or self._puts_off(reply):
            return ()
        return tuple(token for token in reply if token.form.first_person and "future" in token.form.tenses)

    def refuses(self, reply: Sequence[Token]) -> bool:
        """Whether a reply begins with words that refuse."""
        return _begins(reply, self._lexicon.refusing)

    def declines(self, reply: Sequence[Token]) -> bool:
        """Whether a reply that does not agree denies something in its first sentence, or puts it off."""
        first = [token for token in reply if token.sentence == reply[0].sentence]
        return not self.agrees(reply) and (self._puts_off(first) or self._denies(first))

    def _means_it(self, sentence: Sequence[Token]) -> bool:
        return not any(token.asked for token in sentence) and not self._denies(sentence)

    def _denies(self, sentence: Sequence[Token]) -> bool:
        text = _spoken(sentence)
        for phrase in self._lexicon.yet_agreeing:
            text = text.replace(f" {phrase} ", " ")
        said = set(text.split())
        return any(
            token.is_any(self._lexicon.negators | self._lexicon.echoing) or folded(token.text).endswith("n't")
            for token in sentence
            if folded(token.text) in said
        )

    def _puts_off(self, sentence: Sequence[Token]) -> bool:
        text = _spoken(sentence)
        return any(f" {phrase} " in text for phrase in self._lexicon.putting_off | self._lexicon.ironic)


def _begins(tokens: Sequence[Token], phrases: frozenset[str]) -> bool:
    text = f"{' '.join(folded(token.text) for token in tokens[:REPLY_WORDS])} "
    return any(text.startswith(f"{phrase} ") for phrase in phrases)


def _spoken(tokens: Sequence[Token]) -> str:
    return f" {' '.join(folded(token.text) for token in tokens)} "
