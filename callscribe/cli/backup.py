"""``callscribe backup`` and ``callscribe restore``: the archive in a folder, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from callscribe.backup import Manifest, back_up
from callscribe.backup import restore as restore_archive
from callscribe.backup.saving import Say
from callscribe.blobs import Blobs
from callscribe.cli.console import explained, fail, stderr, stdout
from callscribe.cli.database import database
from callscribe.cli.wording import WORDS
from callscribe.settings import Settings, read_settings

Folder = Annotated[Path, typer.Argument(help=WORDS.backup_folder, file_okay=False, resolve_path=True)]
Media = Annotated[bool, typer.Option("--media/--no-media", help=WORDS.backup_media)]


def backup(folder: Folder, media: Media = True) -> None:
    """Save the archive; exit code 1 where recordings' files are lost."""
    with explained():
        settings = read_settings()
        with database(settings, alone=False) as dsn, _shown(WORDS.saving) as say:
            manifest = asyncio.run(back_up(dsn, _blobs(settings) if media else None, folder, say))
    stdout().print(_told(WORDS.saved, manifest, folder), soft_wrap=True)
    _end_if_any(WORDS.media_lost, manifest.lost, most=5)


def restore(folder: Folder) -> None:
    """Bring a saved archive back into an empty database; exit code 1 where recordings' files are no good."""
    with explained():
        settings = read_settings()
        with database(settings, alone=True) as dsn, _shown(WORDS.restoring) as say:
            restored = asyncio.run(restore_archive(dsn, _blobs(settings), folder, say))
    stdout().print(_told(WORDS.restored, restored.manifest, folder, restored.damaged), soft_wrap=True)
    _end_if_any(WORDS.media_damaged, restored.damaged)


def _end_if_any(sentence: str, keys: Sequence[str], most: int | None = None) -> None:
    """Name the recordings, ``most`` at most where another place names them all, and end with exit code 1."""
    if keys:
        fail(sentence.format(count=len(keys), keys=", ".join(keys[:most])))


def _blobs(settings: Settings) -> Blobs:
    return Blobs.open(settings.blobs, settings.blob_options)


@contextmanager
def _shown(doing: str) -> Iterator[Say]:
    with stderr().status(doing.format(done=0, total="…")) as status:
        yield lambda done, total: status.update(doing.format(done=done, total=total))


def _told(sentence: str, manifest: Manifest, folder: Path, damaged: Sequence[str] = ()) -> str:
    media = [saved for saved in manifest.media if saved.name not in damaged]
    size = decimal(sum(saved.size for saved in media))
    dump = decimal(manifest.dump.size)
    return sentence.format(folder=folder, dump=dump, count=len(media), size=size, at=manifest.made_at)
