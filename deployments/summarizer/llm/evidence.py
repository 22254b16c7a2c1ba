"""Words and facts, ready to be asked what they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deployments.summarizer.llm.figures import Facts, Figure
from deployments.summarizer.llm.words import KIN_LETTERS, Form, kin, misheard


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words and facts of something that was said."""

    forms: frozenset[Form] = frozenset()
    facts: Facts = frozenset()
    roots: frozenset[str] = frozenset()
    stems: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Iterable[Form], facts: Iterable[str] = ()) -> Evidence:
        """Index words by what they are looked up with."""
        known = frozenset(forms)
        stems: dict[str, set[str]] = {}
        for form in known:
            stems.setdefault(form.stem[:KIN_LETTERS], set()).add(form.stem)
        return cls(
            known,
            frozenset(facts),
            frozenset(root for form in known for root in form.roots),
            {beginning: frozenset(group) for beginning, group in stems.items()},
        )

    def has(self, form: Form) -> bool:
        """Whether a form of the word was said."""
        return not form.roots.isdisjoint(self.roots)

    def has_kin(self, form: Form) -> bool:
        """Whether a word of its family was said: «закупка» where «закупаем» was."""
        return self.has(form) or any(kin(form.stem, stem) for stem in self.stems.get(form.stem[:KIN_LETTERS], ()))

    def has_name(self, form: Form) -> bool:
        """Whether the name was said, or one that a recognizer spells a letter off."""
        return any(form.may_name(other) or misheard(form, other) for other in self.forms)

    def bears(self, figure: Figure) -> bool:
        """Whether a figure was said in one of the ways in which it can be read."""
        return any(way <= self.facts for way in figure.ways)
