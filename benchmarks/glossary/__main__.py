"""``python -m benchmarks.glossary [FOLDER]``: recordings heard without a glossary, with theirs and with another's.

A recording NAME.flac has its words in NAME.json, its voices in NAME.rttm and its terms in NAME.txt, a glossary; one
without terms is heard with another's only, which must change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.glossary.measuring import Bench, Heard, Score
from benchmarks.recordings import load_recordings
from callscribe.domain import Language
from callscribe.glossary import Glossary
from callscribe.settings import Settings

HERE = Path(__file__).parent
SPEECH = HERE / "speech"
FOREIGN = HERE / "foreign.txt"
COLUMNS = ("recording", "glossary", "WER", "terms heard", "terms put in", "words changed", "seconds more")


def main(
    folder: Annotated[Path, typer.Argument(help="Recordings: NAME.flac, .json, .rttm and, with terms, .txt.")] = SPEECH,
) -> None:
    """Score the words and the terms of each recording."""
    console, bench = Console(), Bench(Settings())
    table = Table(*COLUMNS, box=None)
    for recording in load_recordings(folder):
        if recording.language is None:
            continue
        console.print(f"Hearing {recording.name} …")
        for glossary, score in _scores(bench, bench.hear(recording, Language(recording.language))):
            table.add_row(recording.name, glossary, *score.cells)
    console.print(table)


def _scores(bench: Bench, heard: Heard) -> Iterator[tuple[str, Score]]:
    """Score a recording without a glossary, then by what each changes."""
    plain = bench.measure(heard, Glossary())
    yield "none", plain
    if heard.glossary.terms:
        yield "its own", bench.measure(heard, heard.glossary, plain)
    yield "another's", bench.measure(heard, Glossary.read(FOREIGN), plain)


if __name__ == "__main__":
    typer.run(main)
