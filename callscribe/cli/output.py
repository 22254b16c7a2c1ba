"""Where results go: the screen, stdout, files."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from callscribe.cli.console import stderr, stdout
from callscribe.cli.contract import Contract
from callscribe.cli.rendering import render
from callscribe.cli.wording import WORDS
from callscribe.exports import ExportFormat


class Output:
    """Delivers results: drawn for people where no format is named, else exported, to stdout or files."""

    def __init__(self, format_: ExportFormat | None, folder: Path | None, files: Sequence[Path] = ()) -> None:
        self._format = format_
        self._folder = folder
        self._stems = Counter(file.stem for file in files)

    async def deliver(self, contract: Contract, file: Path, task_id: UUID) -> None:
        """Fetch and deliver one result."""
        if self._folder is not None:
            await self._write(contract, file, task_id, self._folder)
        elif self._format is None:
            stdout().print(render(await contract.result(task_id)))
        else:
            content = await contract.export(task_id, self._format)
            sys.stdout.write(content.decode().rstrip("\n") + "\n")

    async def _write(self, contract: Contract, file: Path, task_id: UUID, folder: Path) -> None:
        format_ = self._format or ExportFormat.TXT
        # Recordings that differ in their endings only would overwrite each other's results.
        name = file.name if self._stems[file.stem] > 1 else file.stem
        path = folder / f"{name}.{format_}"
        content = await contract.export(task_id, format_)
        await asyncio.to_thread(_write, path, content)
        stderr().print(WORDS.written.format(path=path), soft_wrap=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
