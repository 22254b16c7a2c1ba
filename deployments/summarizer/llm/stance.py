"""How a sentence takes what its clauses say: as a fact, as doubted, as past, as decided."""

from __future__ import annotations

from collections.abc import Sequence

from deployments.summarizer.llm.lexicon import Lexicon, folded
from deployments.summarizer.llm.tokens import Token

_COMMITTED = frozenset({"infinitive", "order", "future", "we"})
_BE_REACH = 2
"""Words between “be” and its participle."""

Part = Sequence[Token]
"""The tokens of one clause."""
Tenses = dict[int, frozenset[str]]
"""The tenses that a verb can have, by its place in the clause."""


class Stance:
    """Reads one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def in_active_order(self, part: Part) -> Part:
        """An English clause as if its verb were active: “was signed Acme the contract”."""
        being = next((at for at, token in enumerate(part[:-1]) if folded(token.text) in self._lexicon.being), None)
        reached = range(0 if being is None else being + 1, 0 if being is None else being + 1 + _BE_REACH)
        verb = next((at for at in reached if at < len(part) and part[at].form.tenses), None)
        if being is None or verb is None:
            return part
        rest = part[verb + 1 :]
        doer = next((at for at, token in enumerate(rest) if folded(token.text) == self._lexicon.by), len(rest))
        times = self.times(rest)
        ends = (at for at, token in enumerate(rest) if at > doer and (at in times or self._is_preposition(token)))
        end = next(ends, len(rest))
        if end == doer + 1:  # “by Friday”
            doer = end = len(rest)
        return [*rest[doer + 1 : end], *part[being : verb + 1], *part[:being], *rest[:doer], *rest[end:]]

    def shades(self, parts: Sequence[Part]) -> list[frozenset[str]]:
        """The shades of a sentence's clauses: their own, and of those that govern the clauses after them.

        What stands last governs all that stands before: «Успеем, но я сомневаюсь».
        """
        own = [self._own(part) for part in parts]
        governed = frozenset[str]()
        shades = []
        for part, shade in zip(parts, own, strict=True):
            governed = shade if self._opposes(part) else governed | shade
            shades.append(shade | (governed | own[-1]) & self._lexicon.governing)
        return shades

    def tenses(self, part: Part) -> Tenses:
        """The tenses of a clause's verbs; what will be done is in the future."""
        found: Tenses = {}
        for place, token in enumerate(part):
            if token.form.tenses:
                before = part[max(0, place - _BE_REACH) : place]
                coming = any(folded(word.text) in self._lexicon.future for word in before)
                found[place] = frozenset({"future"}) if coming else token.form.tenses
        return found

    def decides(self, part: Part) -> bool:
        """Whether it speaks of a decision."""
        return any(token.is_any(self._lexicon.deciding) for token in part)

    def commits(self, part: Part, tenses: Tenses) -> bool:
        """Whether it says what is to be done: a promise, a request, an obligation."""
        told = [tense for place, tense in tenses.items() if not part[place].is_any(self._lexicon.deciding)]
        if any(tense & _COMMITTED for tense in told) or self.assigns(part):
            return True
        if any(tense <= {"past", "state"} for tense in told):
            return False
        first = any(token.form.first_person for token in part)
        return first or any(token.is_any(self._lexicon.committing) or _will(token) for token in part)

    def assigns(self, part: Part) -> bool:
        """Whether it gives a thing to somebody to do without saying what: «с меня презентация»."""
        text = f" {' '.join(folded(token.text) for token in part)} "
        return any(f" {phrase} " in text for phrase in self._lexicon.tasking)

    def requests(self, part: Part, tenses: Tenses) -> bool:
        """Whether it asks somebody to do something."""
        ordered = any("order" in tense and "we" not in tense for tense in tenses.values())
        return ordered or any(token.is_any(self._lexicon.addressing) for token in part)

    def settles(self, part: Part, tenses: Tenses) -> bool:
        """Whether it decides by being said: «перенесли», «решено», or says what is to be done."""
        performed = any(part[place].is_any(self._lexicon.performed) for place in tenses)
        return performed or self.decides(part) or self.commits(part, tenses)

    def prepositions(self, part: Part) -> dict[int, str]:
        """The preposition of each word that stands after one, by its place; those that mean one thing are one."""
        found: dict[int, str] = {}
        current = ""
        for place, token in enumerate(part):
            word = folded(token.text)
            group = next((group[0] for group in self._lexicon.prepositions if word in group), None)
            if group or token.apart or token.form.predicate:
                current = group or ""
            elif current:
                if not token.is_any(self._lexicon.openers):  # “to send” is no place
                    found[place] = current
                goes_on = token.form.modifier or self._counts(token) or word in self._lexicon.articles
                current = current if goes_on else ""
        plain = self._lexicon.plain_prepositions
        times = self.times(part)
        return {place: word for place, word in found.items() if place not in times or word not in plain}

    def _is_preposition(self, token: Token) -> bool:
        return any(folded(token.text) in group for group in self._lexicon.prepositions)

    def times(self, part: Part) -> frozenset[int]:
        """The places of the words that say when, or how much."""
        said = self._lexicon.exact | frozenset(self._lexicon.months)
        return frozenset(
            place for place, token in enumerate(part) if self._counts(token) or not token.form.likely.isdisjoint(said)
        )

    def _counts(self, token: Token) -> bool:
        counting = self._lexicon.numbers.keys() | self._lexicon.multipliers.keys()
        return token.digits or not token.form.likely.isdisjoint(counting)

    def _own(self, part: Part) -> frozenset[str]:
        text = f" {' '.join(folded(token.text) for token in part)} "
        return frozenset(
            name
            for name, words in self._lexicon.shades.items()
            if any(f" {word} " in text or any(word in token.form.likely for token in part) for word in words)
        )

    def _opposes(self, part: Part) -> bool:
        return folded(part[0].text) in self._lexicon.adversative


def _will(token: Token) -> bool:
    return folded(token.text).endswith("'ll")
