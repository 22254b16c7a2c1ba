"""Texts for people: plain, and Markdown with the protocol before the transcript."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from callscribe.domain import ActionItem, Participant, Point, Result
from callscribe.exports.facts import facts, remarks, remarks_on_recording
from callscribe.exports.wording import Wording, clock, wording
from callscribe.speakers import speaker_name

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")
_LIST_START = re.compile(r"^(\d+)([.)])|^([-+])(?=\s)")


def as_txt(result: Result) -> str:
    """A line a turn: when, who, what; and a last one where the recording breaks off."""
    lines = [
        f"[{clock(turn.start)}] {speaker_name(result, turn.speaker)}: {turn.text}" for turn in result.transcript.turns
    ]
    said = lines or [wording(result.transcript.language).no_speech]
    return "".join(f"{line}\n" for line in (*said, *remarks_on_recording(result)))


def as_md(result: Result, zone: tzinfo) -> str:
    """Title, date, what must be known of the result, what the protocol says, then the transcript."""
    words = wording(result.transcript.language)
    blocks = [f"# {_plain(result.task.title)}", *_facts(result, words, zone), *_remarks(result)]
    blocks += [*_protocol(result, words), f"## {words.transcript}", *_transcript(result, words)]
    return "\n\n".join(blocks) + "\n"


def _facts(result: Result, words: Wording, zone: tzinfo) -> Iterator[str]:
    yield "\n".join(f"- {fact}" for fact in facts(result, words, zone))


def _remarks(result: Result) -> Iterator[str]:
    """A quotation a remark: what was said never begins with its sign."""
    for remark in remarks(result):
        yield f"> {_plain(remark)}"


def _protocol(result: Result, words: Wording) -> Iterator[str]:
    protocol = result.protocol
    yield from _section(words.participants, (_participant(result, person) for person in protocol.participants))
    if protocol.summary:
        yield f"## {words.summary}"
        yield _plain(protocol.summary)
    yield from _section(words.key_points, map(_point, protocol.key_points))
    yield from _section(words.decisions, map(_point, protocol.decisions))
    yield from _section(words.action_items, (_action(item, words) for item in protocol.action_items))


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    """A heading and a list, or nothing where the list is empty."""
    if lines := [f"- {item}" for item in items]:
        yield f"## {title}"
        yield "\n".join(lines)


def _participant(result: Result, person: Participant) -> str:
    return f"{_plain(speaker_name(result, person.speaker))} ({clock(person.talk_seconds)})"


def _point(point: Point) -> str:
    return _plain(point.text) + _evidence(point.at)


def _action(item: ActionItem, words: Wording) -> str:
    known = [
        f"{label}: {_plain(value)}" for label, value in ((words.owner, item.owner), (words.due, item.due)) if value
    ]
    return f"[ ] {_plain(item.task)}" + (f" ({', '.join(known)})" if known else "") + _evidence(item.at)


def _evidence(at: Iterable[float]) -> str:
    return "".join(f" `{clock(second)}`" for second in at)


def _transcript(result: Result, words: Wording) -> Iterator[str]:
    if not result.transcript.turns:
        yield words.no_speech
    for turn in result.transcript.turns:
        yield f"**{_plain(speaker_name(result, turn.speaker))}** `{clock(turn.start)}`  \n{_plain(turn.text)}"


def _plain(text: str) -> str:
    """Text in which Markdown finds no marks of its own."""
    escaped = _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
    return _LIST_START.sub(lambda match: match[1] + "\\" + match[2] if match[1] else "\\" + match[3], escaped)
