"""Cuts a text into clauses, and reads of each what it says and in which mood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.evidence import Evidence
from deployments.summarizer.llm.figures import claimed, said, values
from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.stance import Stance
from deployments.summarizer.llm.tokens import Token

TOPIC_WORDS = 2
"""A piece of an English sentence stands for itself with so many words that say anything."""


class Parser:
    """Cuts tokens of one language into clauses."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._stance = Stance(lexicon)

    def parse(self, tokens: Sequence[Token]) -> tuple[Clause, ...]:
        """The clauses of a text, in their order."""
        sentences = [tuple(group) for _, group in groupby(tokens, lambda token: token.sentence)]
        return tuple(clause for sentence in sentences for clause in self._sentence(sentence))

    def _sentence(self, sentence: Sequence[Token]) -> list[Clause]:
        parts = [self._stance.in_active_order(part) for part in self._parts(sentence)]
        shades = self._stance.shades(parts)
        return [self._clause(part, sentence, shade) for part, shade in zip(parts, shades, strict=True)]

    def _parts(self, sentence: Sequence[Token]) -> list[list[Token]]:
        """The pieces between the signs, those that say nothing by themselves joined to the one before, or after."""
        pieces = [list(group) for _, group in groupby(sentence, lambda token: token.clause)]
        listed = not any(self._predicates(piece) for piece in pieces)
        joined: list[list[Token]] = []
        complete = False
        for piece in pieces:
            stands = self._stands_alone(piece, listed=listed)
            if not joined or (stands and complete):
                joined.append(piece)
                complete = stands
            else:
                joined[-1].extend(piece)
                complete = complete or stands
        return joined

    def _stands_alone(self, piece: Sequence[Token], *, listed: bool) -> bool:
        content = [token for token in piece if self._says(token)]
        if listed and self._lexicon.has_predicates:
            return bool(content or any(map(self._is_name, piece)))
        if self._predicates(piece) or (content and values(piece, self._lexicon)):
            return True
        return not self._lexicon.has_predicates and len(content) >= TOPIC_WORDS

    def _clause(self, tokens: Sequence[Token], sentence: Sequence[Token], shades: frozenset[str]) -> Clause:
        lexicon, stance = self._lexicon, self._stance
        tenses = stance.tenses(tokens)
        assigns, requests = stance.assigns(tokens), stance.requests(tokens, tenses)
        words = [token for token in tokens if not token.digits and not token.is_any((lexicon.speaker,))]
        names = tuple(token for token in words if self._is_name(token))
        exact = tuple(token for token in words if token not in names and token.is_any(lexicon.exact))
        text = f" {' '.join(folded(token.text) for token in sentence)} "
        wished = any(f" {phrase} " in text for phrase in lexicon.wishing)
        return Clause(
            tuple(tokens),
            names,
            exact,
            tuple(token for token in words if token not in names and token not in exact and self._says(token)),
            claimed(tokens, lexicon),
            Evidence.of((token.form for token in tokens), said(tokens, lexicon)),
            values(tokens, lexicon),
            self._predicates(tokens),
            tuple(token for token in words if token.form.being and self._says(token)),
            self._denials(tokens),
            contrasts=any(token.is_any(lexicon.contrasting) for token in tokens),
            first_person=not requests and self._is_of_oneself(tokens, assigns=assigns),
            asked=any(token.asked for token in sentence),
            conditional=any(token.is_any(lexicon.conditional) for token in sentence) and not wished,
            proposed=wished or any(f" {phrase} " in text for phrase in lexicon.proposing),
            ironic=any(f" {phrase} " in text for phrase in lexicon.ironic),
            shades=shades,
            tenses=tenses,
            prepositions=stance.prepositions(tokens),
            times=stance.times(tokens),
            decides=stance.decides(tokens),
            commits=stance.commits(tokens, tenses),
            settles=stance.settles(tokens, tenses),
            assigns=assigns,
            requests=requests,
        )

    def _is_of_oneself(self, tokens: Sequence[Token], *, assigns: bool) -> bool:
        """Whether who speaks is who does it, where it is not asked of another: «скиньте мне»."""
        own = self._lexicon.first_person | (self._lexicon.given_to_oneself if assigns else frozenset())
        return any(token.form.first_person or token.is_any(own) for token in tokens)

    def _denials(self, tokens: Sequence[Token]) -> int:
        """How often it is denied: «никто не» once, «нельзя без» twice, a «нет» that only answers not at all."""
        pieces = [tuple(group) for _, group in groupby(tokens, lambda token: token.clause)]
        replies = {piece[0] for piece in pieces if len(piece) == 1 and folded(piece[0].text) in self._lexicon.refusing}
        told = [token for token in tokens if token not in replies]
        plain = sum(self._denies(token) for token in told)
        doubled = any(token.is_any(self._lexicon.echoing) for token in told)
        return plain or int(doubled)

    def _denies(self, token: Token) -> bool:
        return token.is_any(self._lexicon.negators) or folded(token.text).endswith("n't")

    def _predicates(self, tokens: Iterable[Token]) -> tuple[Token, ...]:
        return tuple(token for token in tokens if token.form.predicate and not token.is_any(self._lexicon.helping))

    def _is_name(self, token: Token) -> bool:
        lexicon = self._lexicon
        if token.digits or token.form.function or self._is_number(token):
            return False
        if token.is_any((*lexicon.months, *lexicon.exact, lexicon.speaker)):
            return False
        if lexicon.has_predicates and token.text.isascii():
            return True
        if not token.capital:
            return token.form.surely_proper
        if not token.opens:
            return True
        return token.form.proper or not (token.form.known or token.is_any(lexicon.openers | lexicon.helping))

    def _is_number(self, token: Token) -> bool:
        return not token.form.likely.isdisjoint(self._lexicon.numbers.keys() | self._lexicon.multipliers.keys())

    def _says(self, token: Token) -> bool:
        """Whether a word must have been said for the text to be true."""
        lexicon = self._lexicon
        if token.digits or token.form.function or self._is_number(token) or token.is_any(lexicon.exact):
            return False
        free = lexicon.helping | frozenset(lexicon.months) | lexicon.only | lexicon.negators | lexicon.echoing
        return not token.is_any(free | {lexicon.speaker})
