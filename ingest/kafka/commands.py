"""``callscribe kafka``: for whoever has a folder of recordings and a broker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Set
from enum import Enum, auto
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from callscribe.blobs import Blobs
from callscribe.cli.board import Board
from callscribe.cli.console import complain, explained, fail, stderr
from callscribe.cli.naming import distinct_names
from callscribe.cli.wording import WORDS
from callscribe.domain import RequestedLanguage, Template
from callscribe.errors import BadSettings, CallScribeError, InvalidMedia
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings, read_settings

if TYPE_CHECKING:
    from ingest.kafka.sending import Asked

app = typer.Typer(help=WORDS.help_kafka, no_args_is_help=True)

AT_A_TIME = 4


@app.callback()
def _group() -> None:
    """Have Typer take ``send`` for a command of its own, though it is alone."""


@app.command(help=WORDS.help_kafka_send)
def send(
    files: Annotated[list[Path], typer.Argument(help=WORDS.files_or_folders, exists=True, readable=True)],
    language: Annotated[RequestedLanguage, typer.Option(help=WORDS.language)] = RequestedLanguage.AUTO,
    num_speakers: Annotated[int | None, typer.Option(help=WORDS.num_speakers, min=1)] = None,
    template: Annotated[Template, typer.Option(help=WORDS.template)] = Template.MEETING,
) -> None:
    """Send recordings."""
    # The client of the brokers is loaded for this command alone.
    from ingest.kafka.sending import Asked, recordings_in  # noqa: PLC0415

    with explained():
        settings = read_settings()
        if not settings.kafka.enabled:
            raise BadSettings(WORDS.no_brokers)
        recordings = distinct_names(recordings_in(files))
        if not recordings:
            fail(WORDS.no_recordings)
        asked = Asked(language, num_speakers, template)
        outcomes = asyncio.run(_send_all(settings, recordings, asked, named=set(files)))
    sent, failed = outcomes.count(Outcome.SENT), outcomes.count(Outcome.FAILED)
    if not sent + failed:
        fail(WORDS.no_recordings)
    stderr().print(WORDS.sent_of.format(sent=sent, total=sent + failed))
    if failed:
        raise typer.Exit(1)


class Outcome(Enum):
    """What became of a file; one of a folder that is no recording is left out."""

    SENT = auto()
    FAILED = auto()
    LEFT_OUT = auto()


async def _send_all(
    settings: Settings, recordings: Mapping[Path, PurePath], asked: Asked, *, named: Set[Path]
) -> list[Outcome]:
    """Send some at a time and show how it goes; what is ``named`` by itself should be a recording."""
    from ingest.kafka.sending import Sender  # noqa: PLC0415

    # Brokers that are away are told of in our words; the client's own would come before them.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    slots = asyncio.Semaphore(AT_A_TIME)
    blobs = Blobs.open(settings.blobs, settings.blob_options)
    with Board(stderr()) as board:
        async with Sender.open(settings.kafka, blobs, Decoder(settings.decode)) as sender:

            async def one(path: Path, name: str) -> Outcome:
                async with slots:
                    board.note(name, WORDS.uploading)
                    try:
                        await sender.send(path, asked)
                    except (CallScribeError, OSError) as error:
                        if isinstance(error, InvalidMedia) and path not in named:
                            complain(WORDS.left_out.format(name=name, reason=error))
                            return Outcome.LEFT_OUT
                        complain(f"{name}: {error}")
                        return Outcome.FAILED
                    board.note(name, WORDS.sent, done=1.0)
                    return Outcome.SENT

            return await asyncio.gather(*(one(path, str(name)) for path, name in recordings.items()))
