"""The brief: what the summarizer is asked, whether a protocol is made for the first time or again."""

from __future__ import annotations

from callscribe.domain import Brief, Protocol, Result
from callscribe.glossary.terms import Terms
from callscribe.speakers import unnamed


def brief_of(result: Result, glossary: Terms) -> Brief:
    """Ask for the protocol of a recording, telling all that is known beside its transcript.

    Of the glossary, that is the names of who took part, and what may have been said: a prompt has no room for hundreds
    of terms.
    """
    return Brief(
        result.transcript,
        speaker_names=result.speaker_names,
        template=result.task.template,
        glossary=tuple(dict.fromkeys([*result.task.participants, *glossary.heard_in(result.transcript)])),
    )


def as_stored(protocol: Protocol, result: Result) -> Protocol:
    """What comes of a brief, less the names that people gave: they stand above it, and may be taken back."""
    return unnamed(protocol, result.names_by_hand, result.transcript.language)
