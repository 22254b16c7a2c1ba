"""A result as it looks on a terminal: who said what and when, then the protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from callscribe.cli.times import clock
from callscribe.cli.wording import WORDS
from callscribe.remarks import protocol_remarks, recording_remarks
from callscribe.schemas import ResultView

COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")
BAR_WIDTH = 20


def render(result: ResultView) -> RenderableType:
    """The whole result."""
    length = f" · {clock(result.duration_seconds)}" if result.duration_seconds is not None else ""
    title = Rule(Text(f"{result.title} · {result.language}{length}", style="bold"))
    if not result.segments:
        return Group(title, Padding(Text(WORDS.result.no_speech, style="italic"), (1, 2)), *_remarks(result))
    return Group(title, Padding(_transcript(result), (1, 0)), *_remarks(result), *_protocol(result))


def _colours(result: ResultView) -> Mapping[str, str]:
    speakers = [participant.speaker for participant in result.participants]
    return {speaker: COLOURS[index % len(COLOURS)] for index, speaker in enumerate(speakers)}


def _names(result: ResultView) -> Mapping[str, str]:
    return {participant.speaker: participant.name or participant.speaker for participant in result.participants}


def _transcript(result: ResultView) -> Table:
    colours, names = _colours(result), _names(result)
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for segment in result.segments:
        speaker = Text(names.get(segment.speaker, segment.speaker), style=f"bold {colours.get(segment.speaker, '')}")
        table.add_row(clock(segment.start), speaker, Text(segment.text))
    return table


def _protocol(result: ResultView) -> Iterator[RenderableType]:
    if result.summary:
        yield _panel(WORDS.result.summary, [Text(result.summary)])
    protocol = result.protocol
    if protocol.key_points:
        yield _panel(WORDS.result.key_points, (_point(point.text, point.at) for point in protocol.key_points))
    if protocol.decisions:
        yield _panel(WORDS.result.decisions, (_point(point.text, point.at) for point in protocol.decisions))
    if protocol.action_items:
        items = zip(result.action_items, protocol.action_items, strict=True)
        yield _panel(WORDS.result.action_items, (_point(text, item.at) for text, item in items))
    yield _panel(WORDS.result.participants, [_talk_time(result)])


def _panel(title: str, lines: Iterable[RenderableType]) -> Panel:
    return Panel(Group(*lines), title=f"[bold]{title}", title_align="left", style="none")


def _remarks(result: ResultView) -> Iterator[RenderableType]:
    """What must be known of the result, in the interface's language."""
    language = WORDS.interface
    remarks = recording_remarks(truncated=result.truncated, language=language)
    for remark in (*remarks, *protocol_remarks(result.protocol, language)):
        yield Padding(Text(remark, style="yellow"), (0, 2))


def _point(text: str, at: list[float]) -> Text:
    line = Text.assemble("• ", text)
    if at:
        line.append(f"  [{', '.join(clock(second) for second in at)}]", style="dim")
    return line


def _talk_time(result: ResultView) -> Table:
    colours, names = _colours(result), _names(result)
    total = sum(participant.talk_seconds for participant in result.participants) or 1.0
    table = Table.grid(padding=(0, 2))
    for participant in result.participants:
        share = participant.talk_seconds / total
        bar = Text("█" * max(1, round(share * BAR_WIDTH)), style=colours[participant.speaker])
        name = Text(names[participant.speaker], style=f"bold {colours[participant.speaker]}")
        table.add_row(name, clock(participant.talk_seconds), f"{share:.0%}", bar)
    return table
