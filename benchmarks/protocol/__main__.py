"""``python -m benchmarks.protocol [FOLDER…]``: the linguistic layer on labelled meetings, from their reference texts.

With ``--recordings FOLDER``, also from CallScribe's own transcripts of the labelled recordings in that folder.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.protocol.heard import heard_transcripts
from benchmarks.protocol.meetings import MEETINGS, Meeting, load_meetings
from benchmarks.protocol.scoring import ProtocolScore, Tally, score
from callscribe.domain import Brief, Transcript
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.linguistic.pipelines import Morphology


def main(
    folders: Annotated[list[Path] | None, typer.Argument(help="More folders with labelled meetings.")] = None,
    recordings: Annotated[Path | None, typer.Option(help="Transcribe the labelled recordings of this folder.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Score the protocols of labelled meetings."""
    console = Console()
    settings = Settings()
    engine = LinguisticEngine(Installation(settings.models_path))
    meetings = load_meetings([MEETINGS, *(folders or ())])
    figures = {"reference": _scored(console, "From the reference texts", meetings, engine, {})}
    if recordings is not None:
        heard = heard_transcripts(settings, recordings)
        told = [meeting for meeting in load_meetings([recordings]) if meeting.name in heard]
        figures["heard"] = _scored(console, "From CallScribe's own transcripts", told, engine, heard)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _scored(
    console: Console,
    title: str,
    meetings: Sequence[Meeting],
    engine: LinguisticEngine,
    heard: Mapping[str, Transcript],
) -> dict[str, Any]:
    morphology = Morphology()
    scores: dict[str, ProtocolScore] = {}
    seconds: dict[str, float] = {}
    for meeting in meetings:
        transcript = heard.get(meeting.name, meeting.transcript)
        started = time.perf_counter()
        protocol = engine.summarize(Brief(transcript))
        seconds[meeting.name] = time.perf_counter() - started
        scores[meeting.name] = score(meeting, transcript, protocol, morphology)
    scores["all"], seconds["all"] = reduce(add, scores.values(), ProtocolScore()), sum(seconds.values())
    _show(console, title, scores, seconds)
    return {name: _as_json(found, seconds[name]) for name, found in scores.items()}


def _show(console: Console, title: str, scores: Mapping[str, ProtocolScore], seconds: Mapping[str, float]) -> None:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("meeting", no_wrap=True)
    for heading in ("decisions\nfound", "right", "actions\nfound", "right", "evidence", "invented", "seconds"):
        table.add_column(heading, justify="right")
    for name, found in scores.items():
        tallies = (
            found.found_decisions,
            found.right_decisions,
            found.found_action_items,
            found.right_action_items,
            found.evident,
        )
        table.add_row(name, *map(_cell, tallies), str(len(found.invented)), f"{seconds[name]:.1f}")
    console.print(table)
    together = scores["all"]
    console.print(f"facts found {_figure(together.recall)}, points right {_figure(together.precision)}")
    if together.invented:
        console.print("words that were not said:", ", ".join(together.invented))


def _cell(tally: Tally) -> str:
    return f"{tally.hits}/{tally.total}"


def _figure(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


def _as_json(found: ProtocolScore, seconds: float) -> dict[str, Any]:
    return {
        "recall": found.recall,
        "precision": found.precision,
        "decisions_found": found.found_decisions.share,
        "decisions_right": found.right_decisions.share,
        "action_items_found": found.found_action_items.share,
        "action_items_right": found.right_action_items.share,
        "evidence": found.evident.share,
        "invented": list(found.invented),
        "seconds": round(seconds, 2),
    }


if __name__ == "__main__":
    typer.run(main)
