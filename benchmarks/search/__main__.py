"""``python -m benchmarks.search``: how fast search and statistics are over many calls, and by which plans."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import numpy as np
import psutil
import typer

from benchmarks.api import services_of
from benchmarks.machine import machine
from benchmarks.search.archive import PATIENCE, Writer, fill
from benchmarks.search.plans import plan
from benchmarks.search.queries import Params, deep, queries
from callscribe.errors import SearchTooBroad
from callscribe.settings import Settings
from callscribe.store import Store
from callscribe.store.database import Database
from cluster.postgres import EmbeddedPostgres
from serve_app.api import create_app

PAGES = 20


def main(
    calls: Annotated[int, typer.Option(help="How many calls the archive has, of 50 turns on average.")] = 100_000,
    rounds: Annotated[int, typer.Option(help="How often each query is sent.")] = 5,
    folder: Annotated[
        Path | None, typer.Option(help="Where the archive is kept, and found when it is there; else it is removed.")
    ] = None,
    plans: Annotated[bool, typer.Option(help="Show how PostgreSQL goes about a query of each kind.")] = False,
) -> None:
    """Fill an archive and measure."""
    with TemporaryDirectory(prefix="callscribe-search-") as scratch:
        kept = folder or Path(scratch) / "archive"
        server = EmbeddedPostgres(kept, kept / "sockets")
        try:
            figures = asyncio.run(_measure(server.dsn, calls, rounds, Path(scratch), plans=plans))
        finally:
            server.stop()
    typer.echo(json.dumps({"machine": machine(), **figures}, ensure_ascii=False, indent=1))


async def _measure(dsn: str, calls: int, rounds: int, scratch: Path, *, plans: bool) -> dict[str, object]:
    database = await Database.open(dsn, min_size=1, max_size=2, patience=PATIENCE)
    async with _api(dsn, scratch) as client:
        writer = Writer(calls)
        began = time.monotonic()
        if not await database.fetch("SELECT FROM tasks LIMIT 1"):
            await fill(database, writer, calls)
        filled = time.monotonic() - began
        kinds = queries(writer)
        times = {kind: await _times(client, some, rounds) for kind, some in kinds.items()}
        times["page after page"] = [spent for word in deep(writer) for spent in await _pages(client, word)]
        counted = {"statistics of 30 days": 30, "statistics of a year": 365}
        statistics = {name: await _statistics(client, days, rounds * 4) for name, days in counted.items()}
        if plans:
            for kind, (first, *_) in kinds.items():
                typer.echo(f"{kind}: {dict(first)}\n{await plan(database, first)}\n", err=True)
        sizes = await _sizes(database)
    await database.close()
    everything = [spent for each in times.values() for spent in each]
    return {
        "load": psutil.getloadavg(),
        "filled_in_seconds": round(filled),
        "archive": sizes,
        "all": _figures(everything),
        **{kind: _figures(each) for kind, each in (times | statistics).items()},
    }


@asynccontextmanager
async def _api(dsn: str, scratch: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The API itself, without a network."""
    store = await Store.connect(dsn)
    await store.migrate()
    transport = httpx.ASGITransport(create_app(services_of(store, Settings(data_dir=scratch))))
    async with httpx.AsyncClient(transport=transport, base_url="http://api", timeout=60) as client:
        yield client
    await store.close()


async def _times(client: httpx.AsyncClient, some: list[Params], rounds: int) -> list[float]:
    return [(await _search(client, params))[0] for _ in range(rounds) for params in some]


async def _pages(client: httpx.AsyncClient, word: str) -> list[float]:
    times: list[float] = []
    params: Params = {"q": word}
    for _ in range(PAGES):
        spent, cursor = await _search(client, params)
        times.append(spent)
        if cursor is None:
            break
        params = {"q": word, "cursor": cursor}
    return times


async def _search(client: httpx.AsyncClient, params: Params) -> tuple[float, str | None]:
    began = time.monotonic()
    answer = await client.get("/api/v1/search", params=params)
    spent = time.monotonic() - began
    body = answer.json()
    if answer.is_error and body["code"] != SearchTooBroad.code:
        answer.raise_for_status()
    return spent, body.get("next_cursor")


async def _statistics(client: httpx.AsyncClient, days: int, rounds: int) -> list[float]:
    params = {"from": (datetime.now(UTC) - timedelta(days=days)).isoformat(), "tz": "Europe/Moscow"}
    times: list[float] = []
    for _ in range(rounds):
        began = time.monotonic()
        (await client.get("/api/v1/stats", params=params)).raise_for_status()
        times.append(time.monotonic() - began)
    return times


def _figures(times: list[float]) -> dict[str, float]:
    milliseconds = np.array(times) * 1000
    shares = {f"p{share}_ms": round(float(np.percentile(milliseconds, share)), 1) for share in (50, 95)}
    return {"queries": len(times), **shares, "max_ms": round(float(milliseconds.max()), 1)}


async def _sizes(database: Database) -> dict[str, object]:
    rows = await database.fetch(SIZES)
    return {row["name"]: row["size"] if row["rows"] is None else f"{row['rows']} rows, {row['size']}" for row in rows}


SIZES = """
SELECT relname AS name, pg_size_pretty(pg_relation_size(oid)) AS size,
    CASE relkind WHEN 'r' THEN reltuples::bigint END AS rows
FROM pg_class WHERE relname ~ '^(tasks|turns|turn_lexemes)' AND relkind IN ('r', 'i') ORDER BY relkind DESC, relname
"""

if __name__ == "__main__":
    typer.run(main)
