"""``callscribe transcribe``: recordings in, transcripts and protocols out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from callscribe.cli.board import Board
from callscribe.cli.console import complain, explained, fail, stderr
from callscribe.cli.contract import Contract
from callscribe.cli.models import installation_of, pull_with_progress
from callscribe.cli.naming import distinct_names
from callscribe.cli.options import FormatOption, KeyOption, ServerOption, key_for, settings_with
from callscribe.cli.output import Output
from callscribe.cli.server import own_server, running_server
from callscribe.cli.wording import WORDS
from callscribe.cli.work import Job, transcribe_all
from callscribe.domain import RequestedLanguage, Template
from callscribe.models import required_models
from callscribe.ports import free_port
from callscribe.schemas import TaskView
from callscribe.settings import Settings, require_one_machine


def transcribe(  # noqa: PLR0917 - the arguments of a command line
    files: Annotated[list[Path], typer.Argument(help=WORDS.files, exists=True, dir_okay=False, readable=True)],
    format_: FormatOption = None,
    output_dir: Annotated[Path | None, typer.Option(help=WORDS.output_dir, file_okay=False)] = None,
    language: Annotated[RequestedLanguage, typer.Option(help=WORDS.language)] = RequestedLanguage.AUTO,
    num_speakers: Annotated[int | None, typer.Option(help=WORDS.num_speakers, min=1)] = None,
    template: Annotated[Template | None, typer.Option(help=WORDS.template)] = None,
    server: ServerOption = None,
    api_key: KeyOption = None,
    again: Annotated[bool, typer.Option("--again", help=WORDS.again)] = False,
) -> None:
    """Transcribe recordings."""
    if format_ is not None and output_dir is None and len(files) > 1:
        fail(WORDS.several_need_folder.format(format=format_))
    fields = {"language": language.value}
    if num_speakers is not None:
        fields["num_speakers"] = str(num_speakers)
    jobs = [Job(file, name, fields, template, again) for file, name in distinct_names(files).items()]
    output = Output(format_, output_dir, [job.name for job in jobs])
    with explained():
        settings = settings_with(api_key)
        with _server(server or settings.server, settings) as (url, is_ours):
            whole = asyncio.run(_work(url, key_for(server, settings), jobs, output, cancel_on_exit=is_ours))
    if not whole:
        raise typer.Exit(1)


@contextlib.contextmanager
def _server(named: str | None, settings: Settings) -> Iterator[tuple[str, bool]]:
    """The address of the server to use, and whether it is ours to command."""
    url = named or running_server(settings)
    if url is not None:
        yield url, False
        return
    require_one_machine(settings)
    pull_with_progress(installation_of(settings), required_models(settings))
    console = stderr()
    with contextlib.ExitStack() as stack:
        with console.status(WORDS.starting) as status:
            started = own_server("127.0.0.1", free_port(), status.update)
            server = stack.enter_context(started)
        yield server.url, True


async def _work(url: str, key: SecretStr | None, jobs: list[Job], output: Output, *, cancel_on_exit: bool) -> bool:
    """Transcribe all, deliver each as it is done; ``False`` if some could not be."""
    async with Contract.open(url, key) as contract:
        with Board(stderr()) as board:

            async def deliver(job: Job, task: TaskView) -> None:
                await output.deliver(contract, job.name, task.task_id, board.away)

            complaints = await transcribe_all(contract, jobs, board, deliver, cancel_on_exit=cancel_on_exit)
        for complaint in complaints:
            complain(complaint)
        return not complaints
