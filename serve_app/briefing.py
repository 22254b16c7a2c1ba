"""The brief: what the summarizer is asked, whether a protocol is made for the first time or again."""

from __future__ import annotations

from callscribe.domain import Brief, Result
from callscribe.glossary.terms import Terms


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
