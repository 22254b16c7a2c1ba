"""Whether a clause that was said bears out one that is claimed."""

from __future__ import annotations

from rapidfuzz import fuzz

from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.roles import keeps_role
from deployments.summarizer.llm.tokens import Token

GLOSSARY_SPELLING = 75
"""So alike (rapidfuzz's ratio) must a heard word be to a term of the glossary to have been it: «маек», «Маяк»."""
SKIPPED_WORDS = 1
"""So many words may be left out between two that are kept, where no dictionary tells which are verbs."""


class Bearing:
    """Compares clauses.

    ``glossary`` has the words that may have been misheard, ``preparing`` those that say what one does with a thing that
    one has been given to do; ``ordered``: word order is grammar.
    """

    def __init__(self, glossary: frozenset[str], preparing: frozenset[str], *, ordered: bool) -> None:
        self._glossary = glossary
        self._preparing = preparing
        self._ordered = ordered

    def bears(self, said: Clause, claimed: Clause, speaker: frozenset[Token]) -> bool:
        """Whether all that is claimed was said, of the same people, numbers and doings, and not its opposite.

        ``speaker`` are the claimed names that are the speaker's own: who says «я» need not name themselves.
        """
        named = tuple(token for token in claimed.names if token not in speaker)
        return (
            said.denials == claimed.denials
            and all(said.evidence.bears(figure) for figure in claimed.figures if not figure.is_voice)
            and all(said.evidence.has(token.form) for token in claimed.exact)
            and all(self._was_said(said, token) for token in claimed.content)
            and all(self.has_name(said, token) for token in named)
            and self._same_people(said, claimed, speaker)
            and self._in_place(said, claimed, speaker)
            and self.keep_roles(said, claimed, speaker)
        )

    def _was_said(self, said: Clause, token: Token) -> bool:
        """Whether a word of its family was said, or it only says what one does with a thing that is assigned."""
        return said.evidence.has_kin(token.form) or (said.assigns and token.is_any(self._preparing))

    def has_name(self, said: Clause, token: Token) -> bool:
        """Whether a name was said, as it is written or as the glossary says that it is."""
        if said.evidence.has_name(token.form):
            return True
        term = folded(token.text)
        return term in self._glossary and any(
            fuzz.ratio(term, folded(other.text)) >= GLOSSARY_SPELLING
            for other in said.tokens
            if not self._is_known_name(said, other)
        )

    def _is_known_name(self, said: Clause, token: Token) -> bool:
        """Whether a word is a name as it is, so that nobody else can have been meant."""
        if folded(token.text) in self._glossary or (token.form.known and token.form.proper):
            return True
        return self._ordered and token in said.names

    def _same_people(self, said: Clause, claimed: Clause, speaker: frozenset[Token]) -> bool:
        """Of several people named none may be left out, else another is the doer."""
        named = [token for token in claimed.names if token not in speaker]
        return not named or len(said.names) <= len(named) or not said.crowded

    def keep_roles(self, said: Clause, claimed: Clause, speaker: frozenset[Token] = frozenset()) -> bool:
        """Whether what is claimed has the cases and prepositions with which it was said."""
        for place, token in enumerate(claimed.tokens):
            places = [] if token in speaker or token.form.function else self._places(said, claimed, token)
            if places and not any(keeps_role(said, one, claimed, place) for one in places):
                return False
        return True

    def _in_place(self, said: Clause, claimed: Clause, speaker: frozenset[Token]) -> bool:
        if not (self._ordered or said.crowded or claimed.crowded):
            return True
        wanted = [token for token in claimed.stands if token not in speaker and self._places(said, claimed, token)]
        reached = self._places(said, claimed, wanted[0]) if wanted else []
        for token in wanted[1:]:
            places = self._places(said, claimed, token)
            reached = [place for place in places if any(self._follows(said, claimed, one, place) for one in reached)]
        return not wanted or bool(reached)

    def _places(self, said: Clause, claimed: Clause, token: Token) -> list[int]:
        number = claimed.numbers.get(claimed.tokens.index(token))
        if number is not None:
            return [place for place, value in said.numbers.items() if value == number]
        return [place for place, other in enumerate(said.tokens) if place not in said.numbers and other.akin(token)]

    def _follows(self, said: Clause, claimed: Clause, before: int, after: int) -> bool:
        """Whether one word comes after another, with no person, number or doing between them that is not claimed."""
        if after <= before:
            return False
        between = range(before + 1, after)
        parted = {
            token for token in (*said.names, *said.predicates) if not any(token.akin(other) for other in claimed.tokens)
        }
        others = {place for place, value in said.numbers.items() if value not in claimed.numbers.values()}
        if any(place in others or said.tokens[place] in parted for place in between):
            return False
        left_out = sum(said.tokens[place] in said.content for place in between)
        return not self._ordered or left_out <= SKIPPED_WORDS
