"""How a point is worded: the speaker's own words, without what was only said to the listener's ear."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from spacy.tokens import Span, Token

from callscribe.domain import Point
from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.conversation import Utterance, can_be
from deployments.summarizer.linguistic.deadlines import spans_of
from deployments.summarizer.linguistic.decision import Decision
from deployments.summarizer.linguistic.mentions import mentions
from deployments.summarizer.linguistic.people import People
from deployments.summarizer.linguistic.things import content

_BEFORE_MARK = re.compile(r"\s+(?=[,.;:?!»…)])")
_DOUBLED = re.compile(r"(?:[,;:]\s*)+(?=[,;:.])")
_OPENING = frozenset('«"(')
_ENDS = " ,;:—–-.?!…"


class Wording:
    """Puts tasks into the infinitive and takes fillers, addresses and politeness away; adds no word of its own."""

    def __init__(self, words: Mapping[str, Collection[str]], infinitive: Callable[[Token], str]) -> None:
        self._fillers = frozenset(words["fillers"])
        self._asides = frozenset(words["asides"])
        self._unsaid = frozenset(words["unsaid"])
        self._helping = frozenset(words["helping"])
        self._denying = frozenset(words["denying"])
        self._infinitive = infinitive

    def task(self, clause: Span, match: Span, without: Iterable[Span]) -> str:
        """Word a task: its verb in the infinitive, without whom it speaks to and when."""
        verb = _verb(match)
        dropped = {token.i for token in clause} - {token.i for token in _less(clause, without)}
        dropped |= {token.i for token in match if token.norm_ in self._helping and token != verb}
        dropped |= {place for token in clause if token.norm_ in self._unsaid for place in _with_its_marks(token)}
        kept = [token for token in clause if token.i not in dropped]
        if verb is None or verb not in kept:
            return self.statement(kept)
        words = self._trimmed(kept, idle=self._fillers | self._helping, verb=verb)
        return sentence((token, self._infinitive(token) if token == verb else token.text) for token in words)

    def commitment(self, one: Commitment, people: People) -> str:
        """Word a commitment: its task, what its answer adds, and in quotes what was said before that it points to."""
        parts = [one, *(answer for answer in one.answers if content(answer.clause) - one.about)]
        text = "; ".join(self._task(part, people) for part in parts)
        worded = {part.utterance.place for part in parts}
        quoted = [shown for shown in one.around if shown.place not in worded]
        return self._in_context(text, quoted, but=one.due.text if one.due is not None else "")

    def decision(self, one: Decision) -> Point:
        """Word a decision as it was said."""
        span = one.utterance.doc[one.clauses[0].span.start : one.clauses[-1].span.end]
        text = self._in_context(self.statement(span), one.around)
        return Point(text, tuple(shown.start for shown in (*one.around, *one.evidence)))

    def _in_context(self, text: str, context: Iterable[Utterance], *, but: str = "") -> str:
        """Add the context in quotes, less what the text or the due says already."""
        quotes = dict.fromkeys(self._quote(shown) for shown in context)
        said = [quote for quote in quotes if quote and quote not in text and quote.rstrip("?").lower() != but.lower()]
        quoted = "… ".join(said).replace("?… ", "? ")
        if not text:
            return quoted
        return f"{text} — «{quoted}»" if quoted else text

    def _quote(self, shown: Utterance) -> str:
        text = self.statement(shown.doc)
        return f"{text}?" if text and shown.asks else text

    def _task(self, one: Commitment, people: People) -> str:
        mentioned = list(mentions(one.utterance))
        addressed = [mention.span for mention in mentioned if mention.calls]
        owners = [mention.span for mention in mentioned if people.bears(mention, one.voice, one.named)]
        before = [span for span in owners if span.start < one.match.end]
        without = [*addressed, *before, *_times(one)]
        if one.way == "told":
            return self.statement(_less(one.clause.span, [*addressed, *_times(one)]))
        if one.way == "result":
            return self.statement(_less(one.clause.span, without))
        return self.task(one.clause.span, one.match, without)

    def statement(self, span: Iterable[Token]) -> str:
        """Word what was said without its fillers at the start."""
        return sentence((token, token.text) for token in self._trimmed(list(span), idle=self._fillers))

    def _trimmed(self, tokens: Sequence[Token], *, idle: frozenset[str], verb: Token | None = None) -> list[Token]:
        """Drop idle words at the start, up to the verb, and fillers that stand between two marks."""
        said = [token for token in tokens if not self._is_aside(token)]
        telling = (place for place, token in enumerate(said) if token == verb or not self._is_idle(token, idle))
        return said[next(telling, len(said)) :]

    def _is_idle(self, token: Token, idle: frozenset[str]) -> bool:
        """Whether nothing is lost at the start without it: «Нет, …» answers, but “no fireworks” says what is not."""
        denies = token.norm_ in self._denying and token.i + 1 < len(token.doc) and not token.nbor().is_punct
        aside = token.norm_ in self._asides and token.i + 1 < len(token.doc) and token.nbor().is_punct
        return token.text not in _OPENING and (token.is_punct or aside or (token.norm_ in idle and not denies))

    def _is_aside(self, token: Token) -> bool:
        doc, place = token.doc, token.i
        before, after = place == 0 or doc[place - 1].is_punct, place + 1 >= len(doc) or doc[place + 1].is_punct
        return token.norm_ in self._fillers | self._asides and before and after


def _less(clause: Span, without: Iterable[Span]) -> list[Token]:
    dropped = {token.i for span in without for token in span}
    return [token for token in clause if token.i not in dropped]


def _times(one: Commitment) -> list[Span]:
    """The times of a clause that its due says anew: the same, or one that was corrected later."""
    if one.due is None:
        return []
    times = [one.due] if one.due.doc is one.clause.span.doc else spans_of(one.clause)
    return [time for time in times if _stands_free(time)]


def _stands_free(due: Span) -> bool:
    """Whether nothing is left hanging without a time: “for the whole of next week”."""
    return due.start == 0 or not can_be(due.doc[due.start - 1], "preposition")


def _with_its_marks(token: Token) -> range:
    """The places of a word, and of the two commas between which it stands: «пришлите, пожалуйста, смету»."""
    doc, place = token.doc, token.i
    aside = 0 < place < len(doc) - 1 and doc[place - 1].text == doc[place + 1].text == ","
    return range(place - aside, place + 1 + aside)


def _verb(match: Span) -> Token | None:
    """The verb that a match is about: its infinitive, else its last finite one."""
    infinitives = [token for token in match if can_be(token, "infinitive")]
    verbs = [token for token in match if can_be(token, "i_will", "do", "they_will", "we_will", "past")]
    return (infinitives or verbs)[-1] if infinitives or verbs else None


def sentence(words: Iterable[tuple[Token, str]]) -> str:
    """Put tokens' texts together as they stood: spaces where some were left out, a capital first, no mark last."""
    text, last = "", None
    for token, spelled in words:
        apart = last is not None and (last.whitespace_ or token.i != last.i + 1)
        text += f" {spelled}" if apart else spelled
        last = token
    text = _DOUBLED.sub("", _BEFORE_MARK.sub("", text)).strip(_ENDS)
    return text[:1].upper() + text[1:]
