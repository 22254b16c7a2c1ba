"""``callscribe tasks``: list, show, cancel, retry, delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from callscribe.cli.board import stage_of
from callscribe.cli.console import complain, stdout
from callscribe.cli.contract import Contract
from callscribe.cli.options import FormatOption, KeyOption, ServerOption, with_contract
from callscribe.cli.output import Output
from callscribe.cli.times import clock
from callscribe.cli.wording import WORDS
from callscribe.domain import Stage, TaskStatus, Template
from callscribe.exports import ExportFormat
from callscribe.schemas import TaskView

app = typer.Typer()

Ids = Annotated[list[UUID], typer.Argument(help=WORDS.task_ids)]
_STYLES = {
    TaskStatus.QUEUED: "yellow",
    TaskStatus.PROCESSING: "cyan",
    TaskStatus.COMPLETED: "green",
    TaskStatus.FAILED: "red",
    TaskStatus.CANCELLED: "dim",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What ``tasks`` itself was told of the server, for the command after it."""

    server: str | None
    api_key: str | None

    def do(self, server: str | None, api_key: str | None, work: Callable[[Contract], Awaitable[None]]) -> None:
        with_contract(server or self.server, api_key or self.api_key, work)


@app.callback(invoke_without_command=True)
def list_tasks(
    context: typer.Context,
    status: Annotated[TaskStatus | None, typer.Option(help=WORDS.status_filter)] = None,
    limit: Annotated[int, typer.Option(help=WORDS.limit, min=1, max=100)] = 20,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """List the newest tasks."""
    context.obj = _Asked(server, api_key)
    if context.invoked_subcommand is None:
        context.obj.do(None, None, lambda contract: _list(contract, status, limit))


@app.command(help=WORDS.help_tasks_show)
def show(
    context: typer.Context,
    task_id: UUID,
    format_: FormatOption = None,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """Show a task."""
    context.obj.do(server, api_key, lambda contract: _show(contract, task_id, format_))


@app.command(help=WORDS.help_tasks_cancel)
def cancel(context: typer.Context, task_ids: Ids, server: ServerOption = None, api_key: KeyOption = None) -> None:
    """Cancel tasks."""
    context.obj.do(server, api_key, lambda contract: _each(task_ids, contract.cancel, WORDS.cancelled))


@app.command(help=WORDS.help_tasks_retry)
def retry(  # noqa: PLR0917 - the arguments of a command line
    context: typer.Context,
    task_ids: Ids,
    from_stage: Annotated[Stage | None, typer.Option("--from", help=WORDS.from_stage)] = None,
    template: Annotated[Template | None, typer.Option(help=WORDS.new_template)] = None,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """Run tasks again."""
    context.obj.do(
        server,
        api_key,
        lambda contract: _each(
            task_ids, lambda task_id: contract.retry(task_id, from_stage, template), WORDS.queued_again
        ),
    )


@app.command(help=WORDS.help_tasks_delete)
def delete(
    context: typer.Context,
    task_ids: Ids,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=WORDS.yes)] = False,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """Delete tasks."""
    if not yes:
        typer.confirm(WORDS.confirm_delete.format(count=len(task_ids)), abort=True)
    context.obj.do(server, api_key, lambda contract: _each(task_ids, contract.delete, WORDS.deleted))


async def _list(contract: Contract, status: TaskStatus | None, limit: int) -> None:
    page = await contract.tasks(status=status, limit=limit)
    if not page.items:
        stdout().print(WORDS.no_tasks)
        return
    table = Table(WORDS.task, WORDS.title, WORDS.status, WORDS.result.duration, WORDS.created, box=None)
    table.columns[0].no_wrap = True
    for task in page.items:
        table.add_row(str(task.task_id), Text(task.title), _status(task), _duration(task), _created(task))
    stdout().print(table)


async def _show(contract: Contract, task_id: UUID, format_: ExportFormat | None) -> None:
    task = await contract.task(task_id)
    if task.status is TaskStatus.COMPLETED:
        await Output(format_, None).deliver(contract, PurePath(task.title), task_id)
        return
    table = Table.grid(padding=(0, 2))
    table.add_row(WORDS.task, str(task.task_id))
    table.add_row(WORDS.title, Text(task.title))
    table.add_row(WORDS.status, _status(task))
    table.add_row(WORDS.result.duration, _duration(task))
    table.add_row(WORDS.created, _created(task))
    stdout().print(table)
    if task.error is not None:
        complain(task.error.message)


async def _each(task_ids: list[UUID], act: Callable[[UUID], Awaitable[None]], sentence: str) -> None:
    for task_id in task_ids:
        await act(task_id)
        stdout().print(sentence.format(task=task_id))


def _status(task: TaskView) -> Text:
    return Text(stage_of(task), style=_STYLES[task.status])


def _duration(task: TaskView) -> str:
    return "" if task.duration_seconds is None else clock(task.duration_seconds)


def _created(task: TaskView) -> str:
    return f"{task.created_at.astimezone():%Y-%m-%d %H:%M}"
