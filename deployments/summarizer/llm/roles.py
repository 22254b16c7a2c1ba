"""Who does what to whom: the cases and prepositions that a claim must keep."""

from __future__ import annotations

from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.words import Case

_OBJECT = frozenset({"gent", "accs"})
_OF_PASSIVES = frozenset({"nomn", "accs", "gent", "ablt"})
_OF_NOUNS = frozenset({"nomn", "accs", "gent"})


def keeps_role(said: Clause, place: int, claimed: Clause, claimed_place: int) -> bool:
    """Whether a word that is claimed stands to its clause as the one that was said does to its own."""
    return _same_preposition(said, place, claimed, claimed_place) and _same_case(said, place, claimed, claimed_place)


def _same_preposition(said: Clause, place: int, claimed: Clause, claimed_place: int) -> bool:
    spoken, told = said.prepositions.get(place), claimed.prepositions.get(claimed_place)
    return spoken == told or (told is None and claimed_place not in claimed.times)


def _same_case(said: Clause, place: int, claimed: Clause, claimed_place: int) -> bool:
    one, other = said.tokens[place], claimed.tokens[claimed_place]
    if not (one.form.cases and other.form.cases) or claimed_place in claimed.times:
        return True
    person = one in said.people or other in claimed.people
    loose = said.passive or claimed.passive or not (said.tenses and claimed.tenses)
    if not person and loose and not (said.compares or claimed.compares):
        return True
    return any(_fits(spoken, told, said, claimed) for spoken in one.form.cases for told in other.form.cases)


def _fits(spoken: Case, told: Case, said: Clause, claimed: Clause) -> bool:
    genders = {gender for gender in (spoken[0], told[0]) if gender}
    if len(genders) > 1:
        return False
    cases = {spoken[1], told[1]}
    if len(cases) == 1:
        return True
    if said.compares or claimed.compares:
        return False
    if cases <= _OBJECT:
        return True
    if said.passive or claimed.passive:
        return cases <= _OF_PASSIVES
    return not (said.tenses and claimed.tenses) and cases <= _OF_NOUNS
