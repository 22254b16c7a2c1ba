"""The brief: what the summarizer is asked, whether a protocol is made for the first time or again."""

from __future__ import annotations

from callscribe.domain import Brief, Result


def brief_of(result: Result) -> Brief:
    """Ask for the protocol of a recording, telling all that is known beside its transcript."""
    return Brief(result.transcript, speaker_names=result.speaker_names, template=result.task.template)
