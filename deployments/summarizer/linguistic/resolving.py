"""Resolving: whether a clause decides or proposes something, or only leads the talk and tells how things are."""

from __future__ import annotations

from spacy.tokens import Span

from deployments.summarizer.linguistic.conversation import Clause, Utterance, can_be
from deployments.summarizer.linguistic.modality import is_supposed


def resolution(clause: Clause) -> Span | None:
    """What resolves: «берём», but not «мы берём», which tells what is done anyway, unless it is declared."""
    telling = ("stative",) if clause.has("abstain") else ("stative", "ongoing")
    match = clause.meant("settled", *telling)
    if match is None or is_supposed(clause, match) or _comes_before(clause, "purpose", match):
        return None
    if _is_procedural(clause, match):
        return None
    return match if clause.has("declared", "abstain", "so") or not _comes_before(clause, "ours", match) else None


def proposes(utterance: Utterance, clause: Clause) -> bool:
    """Whether it is a proposal, or asks for consent to what would else be declared: «Берём, да?»."""
    if clause.meant("hypothetical", "proposal") is not None:
        return False
    match = clause.first("proposal") or _ruled_out(utterance, clause)
    if match is None and utterance.asks and clause.has("tag"):
        match = clause.meant("settled", "stative") or clause.first("upshot")
    return match is not None and not _is_procedural(clause, match)


def _ruled_out(utterance: Utterance, clause: Clause) -> Span | None:
    """What is put in bare words: “So no rollback for now”, but not “There is no time”."""
    match = clause.meant("ruled", "idle")
    if match is None or utterance.asks or any(can_be(token, "finite") for token in clause.span if token not in match):
        return None
    return match


def _is_procedural(clause: Clause, match: Span) -> bool:
    """Whether it only leads the talk: «Давайте начнём», but not «Начинаем продажи в мае»."""
    leads = any(leading.end >= match.end for leading in clause.found.get("procedural", ()))
    return leads and not any(_goes_with(match, when) for when in clause.found.get("deadline", ()))


def _goes_with(match: Span, when: Span) -> bool:
    """Whether no mark stands between a verb and a time."""
    between = match.doc[min(match.end, when.end) : max(match.start, when.start)]
    return not any(token.is_punct for token in between)


def _comes_before(clause: Clause, kind: str, match: Span) -> bool:
    return any(other.start < match.start for other in clause.found.get(kind, ()))
