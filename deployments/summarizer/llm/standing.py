"""Whether what was said stands as it is claimed: as sure, as done or to be done, and to the end of the call."""

from __future__ import annotations

from collections.abc import Callable

from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.ground import Said
from deployments.summarizer.llm.lexicon import Lexicon
from deployments.summarizer.llm.tokens import Token

Need = Callable[[Said], bool]
"""What a kind of point must rest on."""

_DONE = frozenset({"past", "state"})
_TO_DO = frozenset({"present"})


class Standing:
    """Judges clauses of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def stands(self, said: Said, claim: Clause) -> bool:
        """Whether it was said, and not only asked, proposed in vain, supposed, doubted, refused, or of another time."""
        clause = said.clause
        if clause.ironic or (clause.conditional and not claim.conditional):
            return False
        if not claim.asked and (said.refused or (said.declined and (clause.requests or clause.asked))):
            return False
        open_ = (clause.asked and not claim.asked) or (clause.proposed and not claim.proposed)
        if open_ and not said.agreed:
            return False
        if claim.directs and not claim.shades and not self.settled(said):
            return False
        return self._keeps_shades(said, claim) and self._keeps_tenses(said, claim)

    def settled(self, said: Said) -> bool:
        """Whether it is a decision, or was agreed to."""
        clause = said.clause
        planned = bool(clause.times) and not clause.tenses
        return self._is_meant(said) and (clause.settles or planned or self._accepted(said))

    def committed(self, said: Said) -> bool:
        """Whether somebody took it on, or was asked to do it."""
        return self._is_meant(said) and (said.clause.commits or self._accepted(said))

    def takes_back(self, later: Said, said: Clause, claim: Clause) -> bool:
        """Whether something said later denies it, or says what it denied, of the same time and number."""
        clause = later.clause
        if bool(clause.denials) == bool(said.denials) or clause.asked or clause.conditional or clause.ironic:
            return False
        if clause.shades or (clause.proposed and not later.agreed) or (said.denials and not clause.commits):
            return False
        wanted = self._taken_back_by(clause, claim)
        same_time = all(said.evidence.has(token.form) for token in clause.exact) and all(
            map(said.evidence.bears, clause.figures)
        )
        return bool(wanted) and same_time and all(clause.evidence.has_kin(token.form) for token in wanted)

    def _taken_back_by(self, clause: Clause, claim: Clause) -> tuple[Token, ...]:
        """What a clause must speak of to take a claim back: «никого не увольняем» names nobody, «отбой» no doing."""
        whole = (*claim.content, *claim.names)
        if any(token.is_any(self._lexicon.cancelling) for token in clause.tokens):
            return claim.names or tuple(token for token in claim.content if token not in claim.predicates)
        if any(token.is_any(self._lexicon.echoing) for token in clause.tokens) and claim.people:
            return tuple(token for token in claim.content if token not in claim.people)
        return whole if len(whole) > 1 else ()

    def _is_meant(self, said: Said) -> bool:
        lifted = self._lexicon.lifted_by_agreement if said.agreed else frozenset()
        return said.clause.shades <= self._lexicon.may_be_lost | lifted

    def _accepted(self, said: Said) -> bool:
        return said.agreed and (said.clause.asked or said.clause.proposed)

    def _keeps_shades(self, said: Said, claim: Clause) -> bool:
        lost, added = said.clause.shades - claim.shades, claim.shades - said.clause.shades
        lifted = self._lexicon.lifted_by_agreement if said.agreed else frozenset()
        return lost <= self._lexicon.may_be_lost | lifted and added <= self._lexicon.may_be_added

    def _keeps_tenses(self, said: Said, claim: Clause) -> bool:
        return all(
            self._keeps_tense(said, claim, place) for place, token in enumerate(claim.tokens) if token in claim.content
        )

    def _keeps_tense(self, said: Said, claim: Clause, place: int) -> bool:
        """Whether what is claimed as done was done, and what is to be done was not."""
        token, clause = claim.tokens[place], said.clause
        told = self._tenses(claim, place)
        spoken = [self._tenses(clause, at) for at, other in enumerate(clause.tokens) if other.akin(token)]
        if not told or not spoken:
            return True
        if self._is_performed(token) and self.settled(said):
            return True
        if told <= _DONE:
            return any(tenses & _DONE for tenses in spoken)
        return any(not tenses or tenses - _DONE for tenses in spoken)

    def _tenses(self, clause: Clause, place: int) -> frozenset[str]:
        """A word's tenses; where the morphology knows the past alone, what is not past is to be done."""
        return clause.tenses.get(place, frozenset() if self._lexicon.has_predicates else _TO_DO)

    def _is_performed(self, token: Token) -> bool:
        return token.is_any(self._lexicon.performed)
