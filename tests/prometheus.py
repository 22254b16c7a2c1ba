"""Debian's Prometheus with our rules, which looks often."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import yaml

from callscribe.ports import free_port

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "cluster" / "prometheus"
START_SECONDS = 120
RULE_FILES = ("recording.rules.yml", "alert.rules.yml")


def rules() -> list[dict[str, Any]]:
    """Every rule of ours."""
    files = [yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")) for name in RULE_FILES]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


@asynccontextmanager
async def prometheus(folder: Path, *, every: str = "1s", **targets: str) -> AsyncIterator[httpx.AsyncClient]:
    """A Prometheus in a folder, with the jobs of our configuration that are named, each with its one target."""
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(every, targets)), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={address}",
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            async with httpx.AsyncClient(base_url=f"http://{address}/api/v1", timeout=30) as client:
                async with asyncio.timeout(START_SECONDS):
                    await _ready(client, f"http://{address}/-/ready")
                yield client
        finally:
            process.terminate()
            await process.wait()


async def _ready(client: httpx.AsyncClient, url: str) -> None:
    """Wait until it answers queries: it listens sooner, and says 503."""
    while True:
        with suppress(httpx.TransportError):
            if (await client.get(url)).is_success:
                return
        await asyncio.sleep(0.1)


def _configuration(every: str, targets: dict[str, str]) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every}
    config["rule_files"] = [str(FOLDER / name) for name in config["rule_files"]]
    jobs = {job["job_name"] for job in config["scrape_configs"]}
    assert targets.keys() <= jobs, "our own configuration has no such job"
    config["scrape_configs"] = [
        {"job_name": job, "static_configs": [{"targets": [target]}]} for job, target in targets.items()
    ]
    return config


async def samples(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    """The series that Prometheus answers to a query, each with its labels and its value now."""
    answer = await client.get("/query", params={"query": query})
    assert answer.status_code == httpx.codes.OK, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


async def values(client: httpx.AsyncClient, query: str) -> list[float]:
    """What Prometheus answers to a query."""
    return [float(sample["value"][1]) for sample in await samples(client, query)]
