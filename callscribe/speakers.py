"""What the voices of a recording are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from callscribe.domain import ActionItem, Language, Protocol, Result

_SPEAKER: Final = {Language.RU: "Спикер", Language.EN: "Speaker"}
LABEL: Final = rf"^({'|'.join(_SPEAKER.values())}) [1-9][0-9]*$"
"""How labels look, as a regular expression."""
_DIGITS: Final = 9
_IN_BRACKETS: Final = re.compile(r"(?<=\()[^(),]+(?=[,)])")


def speaker_label(speaker: int, language: Language) -> str:
    """Name a speaker whose name nobody knows, in the recording's language."""
    return f"{_SPEAKER[language]} {speaker}"


def speaker_name(result: Result, speaker: int) -> str:
    """The name that someone gave the speaker, else the one that the protocol has found, else the label."""
    found = next((voice.name for voice in result.protocol.participants if voice.speaker == speaker), None)
    return result.speaker_names.get(speaker) or found or speaker_label(speaker, result.transcript.language)


def labelled(text: str) -> tuple[int, Language] | None:
    """Which speaker, and in recordings of which language, a text names by the label, if it does: «спикер 2»."""
    label, _, number = text.strip().casefold().partition(" ")
    language = next((each for each, speaker in _SPEAKER.items() if speaker.casefold() == label), None)
    return (int(number), language) if language and number.isdecimal() and len(number) <= _DIGITS else None


def renamed(protocol: Protocol, names: Mapping[int, str], language: Language) -> Protocol:
    """The protocol with its participants, and the owners of its tasks, under the names that their voices have now.

    An owner is a voice's where they had one name when the protocol was made, and no other voice had it too. The summary
    has owners in brackets behind their tasks.
    """
    if not names:
        return protocol
    now = _by_earlier_name(protocol, names, language)
    return replace(
        protocol,
        participants=tuple(
            replace(voice, name=names.get(voice.speaker, voice.name)) for voice in protocol.participants
        ),
        action_items=tuple(_of_owner(item, now) for item in protocol.action_items),
        summary=_IN_BRACKETS.sub(lambda owner: now.get(owner[0], owner[0]), protocol.summary),
    )


def unnamed(protocol: Protocol, names: Mapping[int, str], language: Language) -> Protocol:
    """The protocol as if nobody had given these names, under which it was made: by their labels."""
    by_labels = renamed(protocol, {speaker: speaker_label(speaker, language) for speaker in names}, language)
    voices = (replace(voice, name=None) if voice.speaker in names else voice for voice in by_labels.participants)
    return replace(by_labels, participants=tuple(voices))


def _by_earlier_name(protocol: Protocol, names: Mapping[int, str], language: Language) -> dict[str, str]:
    speakers_of: dict[str, set[int]] = {}
    for voice in protocol.participants:
        for name in (voice.name, speaker_label(voice.speaker, language)):
            if name is not None:
                speakers_of.setdefault(name, set()).add(voice.speaker)
    only = {name: min(speakers) for name, speakers in speakers_of.items() if len(speakers) == 1}
    return {name: names[speaker] for name, speaker in only.items() if speaker in names}


def _of_owner(item: ActionItem, now: Mapping[str, str]) -> ActionItem:
    return item if item.owner is None else replace(item, owner=now.get(item.owner, item.owner))
