"""The live display: a line a recording, with its stage and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from callscribe.cli.times import clock
from callscribe.cli.wording import WORDS
from callscribe.domain import TaskStatus
from callscribe.schemas import TaskView

NAME_WIDTH = 32


class Board:
    """Shows recordings as they are worked on; where there is no terminal, a line at every change of stage."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, TaskID] = {}
        self._said: dict[str, str] = {}
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[stage]}", style="cyan"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[position]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Leave the last state on the screen."""
        self._progress.stop()

    def note(self, name: str, stage: str, *, done: float = 0.0, position: str = "") -> None:
        """Show that a recording is at a stage; ``done`` is the share of the work, 0..1."""
        if name not in self._rows:
            shown = name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"
            self._rows[name] = self._progress.add_task(escape(shown), total=1.0, stage="", position="")
        self._progress.update(self._rows[name], completed=done, stage=stage, position=position)
        if not self._console.is_terminal and self._said.get(name) != stage:
            self._said[name] = stage
            self._console.print(f"{escape(name)}: {stage}", soft_wrap=True)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the display off the screen while something else is written there."""
        if self._progress.disable:
            yield
            return
        self._progress.live.transient = True
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.live.transient = False
            self._progress.start()

    def remark(self, sentence: str) -> None:
        """Say something above the display."""
        self._console.print(escape(sentence), soft_wrap=True)

    def show(self, name: str, task: TaskView) -> None:
        """Show where a task stands."""
        done = 1.0 if task.status is TaskStatus.COMPLETED else task.progress
        self.note(name, stage_of(task), done=done, position=_position(task, done))


def stage_of(task: TaskView) -> str:
    """The stage, or the state where no stage is being worked on, in words."""
    if task.status is TaskStatus.PROCESSING and task.stage is not None:
        return WORDS.stages[task.stage]
    if task.status is TaskStatus.QUEUED and task.queue_position is not None:
        return WORDS.queue_place.format(place=task.queue_position)
    return WORDS.statuses[task.status]


def _position(task: TaskView, done: float) -> str:
    if task.duration_seconds is None:
        return f"{done:.0%}"
    return WORDS.of.format(done=clock(done * task.duration_seconds), total=clock(task.duration_seconds))
