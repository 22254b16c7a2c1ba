"""Where results go: the screen, stdout, files."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path, PurePath
from uuid import UUID

import typer

from callscribe.cli.console import stderr, stdout
from callscribe.cli.contract import Contract
from callscribe.cli.naming import result_names
from callscribe.cli.rendering import render
from callscribe.cli.wording import WORDS
from callscribe.exports import ExportFormat


class Output:
    """Delivers results: drawn for people where no format is named, else exported, to stdout or files.

    ``names`` are those of all recordings. Raises ``typer.BadParameter`` where a document would go to a terminal.
    """

    def __init__(self, format_: ExportFormat | None, folder: Path | None, names: Iterable[PurePath] = ()) -> None:
        if format_ is ExportFormat.DOCX and folder is None and sys.stdout.isatty():
            raise typer.BadParameter(WORDS.no_document_here)
        self._format = format_
        self._folder = folder
        self._names = result_names(names)

    async def deliver(
        self,
        contract: Contract,
        name: PurePath,
        task_id: UUID,
        screen: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Fetch and deliver one result; ``screen`` is held while it is drawn or printed."""
        if self._folder is not None:
            await self._write(contract, name, task_id, self._folder)
        elif self._format is None:
            result = await contract.result(task_id)
            with screen():
                stdout().print(render(result))
        else:
            content = await contract.export(task_id, self._format)
            with screen():
                _print(content, self._format)

    async def _write(self, contract: Contract, name: PurePath, task_id: UUID, folder: Path) -> None:
        format_ = self._format or ExportFormat.TXT
        path = folder / f"{self._names[name]}.{format_}"
        content = await contract.export(task_id, format_)
        await asyncio.to_thread(_write, path, content)
        stderr().print(WORDS.written.format(path=path), soft_wrap=True)


def _print(content: bytes, format_: ExportFormat) -> None:
    if format_ is ExportFormat.DOCX:
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.write(content.decode().rstrip("\n") + "\n")
    sys.stdout.flush()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
