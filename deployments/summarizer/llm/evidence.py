"""What was said, ready to be asked whether it bears a text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from callscribe.domain import Language
from deployments.summarizer.llm.figures import Facts, Figure, claimed, said
from deployments.summarizer.llm.lexicon import Lexicon
from deployments.summarizer.llm.tokens import Token, tokens_of
from deployments.summarizer.llm.words import KIN_LETTERS, Form, kin, misheard, morphology


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words and facts of some lines."""

    forms: frozenset[Form] = frozenset()
    facts: Facts = frozenset()
    roots: frozenset[str] = frozenset()
    affirmed: frozenset[str] = frozenset()
    negated: frozenset[str] = frozenset()
    stems: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, forms: Iterable[Form], facts: Iterable[str], affirmed: Iterable[str], negated: Iterable[str]
    ) -> Evidence:
        """Index words by what they are looked up with."""
        known = frozenset(forms)
        stems: dict[str, set[str]] = {}
        for form in known:
            stems.setdefault(form.stem[:KIN_LETTERS], set()).add(form.stem)
        return cls(
            known,
            frozenset(facts),
            frozenset(root for form in known for root in form.roots),
            frozenset(affirmed),
            frozenset(negated),
            {beginning: frozenset(group) for beginning, group in stems.items()},
        )

    @classmethod
    def together(cls, parts: Sequence[Evidence]) -> Evidence:
        """All of these lines as one."""
        return cls.of(
            (form for part in parts for form in part.forms),
            (fact for part in parts for fact in part.facts),
            (root for part in parts for root in part.affirmed),
            (root for part in parts for root in part.negated),
        )

    def has(self, form: Form) -> bool:
        """Whether a form of the word was said."""
        return not form.roots.isdisjoint(self.roots)

    def has_kin(self, form: Form) -> bool:
        """Whether a word of its family was said: «закупка» where «закупаем» was."""
        return self.has(form) or any(kin(form.stem, stem) for stem in self.stems.get(form.stem[:KIN_LETTERS], ()))

    def has_name(self, form: Form) -> bool:
        """Whether the name was said, or one that a recognizer spells a letter off."""
        return self.has(form) or any(misheard(form, other) for other in self.forms)

    def bears(self, figure: Figure) -> bool:
        """Whether a figure was said in one of the ways in which it can be read."""
        return any(way <= self.facts for way in figure.ways)

    def contradicts(self, token: Token) -> bool:
        """Whether the word was said, but only with a «не» that the token has not, or without one that it has."""
        same, other = (self.negated, self.affirmed) if token.negated else (self.affirmed, self.negated)
        return same.isdisjoint(token.form.roots) and not other.isdisjoint(token.form.roots)


@dataclass(frozen=True, slots=True)
class Claim:
    """A text that wants proof: its figures, its names, its words of time and measure, and what it says of them."""

    figures: tuple[Figure, ...]
    names: tuple[Token, ...]
    exact: tuple[Token, ...]
    content: tuple[Token, ...]

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to prove: a name alone, or «участники обсудили вопросы», says nothing."""
        return bool(self.content or self.exact or self.figures)

    @property
    def clauses(self) -> list[list[Token]]:
        """The content, clause by clause."""
        return _by_clause(self.content)

    @property
    def places(self) -> list[list[Token]]:
        """By what each clause is looked for: its content and its words of time, or else its names."""
        placed = _by_clause((*self.content, *self.exact))
        return placed or _by_clause(self.names)


def _by_clause(tokens: Iterable[Token]) -> list[list[Token]]:
    found: dict[int, list[Token]] = {}
    for token in tokens:
        found.setdefault(token.clause, []).append(token)
    return list(found.values())


class Reader:
    """Reads texts of one language, what was said and what is claimed."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._lexicon = Lexicon.load(language)
        self._morphology = morphology(language)

    @property
    def to_the_machine(self) -> tuple[str, ...]:
        """Patterns of what nobody says to a person."""
        return self._lexicon.to_the_machine

    def said(self, text: str) -> Evidence:
        """Read what was said."""
        tokens = self._tokens(text)
        affirmed = [root for token in tokens if not token.negated for root in token.form.roots]
        negated = [root for token in tokens if token.negated for root in token.form.roots]
        return Evidence.of((token.form for token in tokens), said(tokens, self._lexicon), affirmed, negated)

    def voice(self, speaker: int, name: str) -> Evidence:
        """That a voice spoke is evidence of its name and number."""
        named = (token.form for token in self._tokens(name) if not token.digits)
        return Evidence.of(named, [f"speaker:{speaker}"], (), ())

    def claim(self, text: str) -> Claim:
        """Read what is claimed."""
        tokens = self._tokens(text)
        words = [token for token in tokens if not token.digits and not token.is_any((self._lexicon.speaker,))]
        names = tuple(token for token in words if self._is_name(token))
        exact = tuple(token for token in words if token not in names and token.is_any(self._exact))
        rest = (token for token in words if token not in names and token not in exact)
        return Claim(claimed(tokens, self._lexicon), names, exact, tuple(token for token in rest if self._says(token)))

    def forms(self, text: str) -> tuple[Form, ...]:
        """The words of a text that say something, names and times too."""
        claim = self.claim(text)
        return tuple(token.form for token in (*claim.names, *claim.exact, *claim.content))

    def _tokens(self, text: str) -> tuple[Token, ...]:
        return tokens_of(text, self.language, self._lexicon, self._morphology)

    @property
    def _exact(self) -> frozenset[str]:
        return self._lexicon.exact

    def _is_name(self, token: Token) -> bool:
        if token.is_any((*self._lexicon.months, *self._lexicon.exact)) or self._is_number(token) or token.form.function:
            return False
        if self.language is Language.RU and token.text.isascii():
            return True
        if not token.capital:
            return token.form.surely_proper
        if not token.opens:
            return True
        return token.form.proper or not (
            token.form.known or token.is_any(self._lexicon.openers | self._lexicon.neutral)
        )

    def _is_number(self, token: Token) -> bool:
        known = self._lexicon.numbers.keys() | self._lexicon.multipliers.keys()
        return not token.form.likely.isdisjoint(known)

    def _says(self, token: Token) -> bool:
        """Whether a word must have been said for the text to be true."""
        if token.form.function or self._is_number(token):
            return False
        return not token.is_any(self._lexicon.neutral | frozenset(self._lexicon.months) | self._lexicon.only)
