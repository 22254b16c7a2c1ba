"""``python -m benchmarks.protocol [FOLDER…]``: protocols of labelled meetings, from their reference texts.

With ``--recordings FOLDER``, also from CallScribe's own transcripts of the labelled recordings in that folder. With
``--llm-url URL``, or ``--llm NAME`` for a model of the catalogue, the linguistic layer, the LLM alone and both.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.llama import served
from benchmarks.machine import machine
from benchmarks.protocol.heard import heard_transcripts
from benchmarks.protocol.measuring import Bench, Measured
from benchmarks.protocol.meetings import WORKED_ON, Meeting, load_meetings
from benchmarks.protocol.report import WIDTH, as_json, show
from callscribe.domain import Transcript
from callscribe.models import Installation
from callscribe.settings import LlmSettings, Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine

TITLES = {"reference": "From the reference texts", "heard": "From CallScribe's own transcripts"}
Heard = Sequence[tuple[Meeting, Transcript]]
"""Meetings, each with what is known of its words."""


def main(
    folders: Annotated[list[Path] | None, typer.Argument(help="More folders with labelled meetings.")] = None,
    *,
    recordings: Annotated[Path | None, typer.Option(help="Transcribe the labelled recordings of this folder.")] = None,
    meetings: Annotated[str | None, typer.Option(help="Names of the only meetings to measure: a,b,c.")] = None,
    llm_url: Annotated[str | None, typer.Option(help="Measure the LLM of this endpoint too, up to /v1.")] = None,
    llm_model: Annotated[str | None, typer.Option(help="The endpoint's model; else its first.")] = None,
    llm: Annotated[str | None, typer.Option(help="Measure this GGUF of the catalogue, served here.")] = None,
    llm_threads: Annotated[int | None, typer.Option(min=1, help="Its processors; else all.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here as they come.")] = None,
) -> None:
    """Score the protocols of labelled meetings. Times and context windows are those of CALLSCRIBE_LLM__…."""
    if llm and llm_url:
        raise typer.BadParameter("An endpoint or a model of the catalogue, not both.", param_hint="--llm")
    logging.basicConfig(level=logging.ERROR)  # the table says what failed
    settings = Settings()
    labelled = load_meetings([*WORKED_ON, *(folders or ())])
    recorded = load_meetings([recordings]) if recordings else []
    chosen = _chosen([*labelled, *recorded], meetings)
    told: dict[str, Heard] = {"reference": [(one, one.transcript) for one in labelled if one.name in chosen]}
    if recordings is not None:
        heard = heard_transcripts(settings, recordings, chosen & {one.name for one in recorded})
        told["heard"] = [(one, heard[one.name]) for one in recorded if one.name in heard]
    threads = llm_threads or psutil.cpu_count() or 1
    with _endpoint(settings, llm_url, llm_model, llm, threads) as endpoint:
        bench = Bench(LinguisticEngine(Installation(settings.models_path)), endpoint)
        figured = Figured(json_file, endpoint, threads if llm else None)
        asyncio.run(_measure(Console(width=max(Console().width, WIDTH)), bench, told, figured))


class Figured:
    """The figures so far, in a file that is whole at any time."""

    def __init__(self, path: Path | None, llm: LlmSettings | None, threads: int | None) -> None:
        self._path = path
        settings = llm.model_dump(mode="json", exclude={"api_key", "url"}) | {"threads": threads} if llm else None
        self._found: dict[str, Any] = {"machine": machine(), "llm": settings}

    def write(self, source: str, measured: Sequence[Measured]) -> None:
        """Write what has been measured from one kind of transcript."""
        self._found[source] = as_json(measured)
        if self._path is not None:
            partial = self._path.with_name(f"{self._path.name}.partial")
            partial.write_text(json.dumps(self._found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            partial.replace(self._path)


async def _measure(console: Console, bench: Bench, told: Mapping[str, Heard], figured: Figured) -> None:
    for source, heard in ((source, heard) for source, heard in told.items() if heard):
        measured: list[Measured] = []
        try:
            with _progress(console) as progress:
                bar = progress.add_task(source, total=len(heard) * len(bench.systems))
                for meeting, transcript in heard:
                    for system in bench.systems:
                        progress.update(bar, description=f"{meeting.name}, {system}")
                        measured.append(await bench.measure(system, meeting, transcript))
                        figured.write(source, measured)
                        progress.advance(bar)
        finally:  # what an interruption leaves is shown too
            show(console, TITLES[source], measured)


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=console, transient=True)


def _chosen(meetings: Sequence[Meeting], names: str | None) -> set[str]:
    known = {meeting.name for meeting in meetings}
    chosen = set(names.split(",")) if names else known
    if unknown := sorted(chosen - known):
        raise typer.BadParameter(f"There is no {', '.join(unknown)}.", param_hint="--meetings")
    return chosen


@contextmanager
def _endpoint(
    settings: Settings, url: str | None, model: str | None, name: str | None, threads: int
) -> Iterator[LlmSettings | None]:
    """The endpoint to measure; a model of the catalogue is served for as long as the context lasts."""
    if url:
        yield settings.llm.model_copy(update={"url": url, "model": model})
    elif name:
        with served(settings, name, threads=threads) as here:
            yield settings.llm.model_copy(update={"url": here, "model": name})
    else:
        yield None


if __name__ == "__main__":
    typer.run(main)
