"""The README's picture, drawn from a real run: ``python -m benchmarks.picture docs/demo.svg``."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from callscribe.cli.rendering import render
from callscribe.schemas import ResultView

MEETING = Path(__file__).parents[1] / "demo" / "meeting_ru_mayak.flac"
COLUMNS = 110


def main(target: Annotated[Path, typer.Argument(help="The SVG to write.")]) -> None:
    """Transcribe the bundled meeting and draw what the terminal shows."""
    command = [sys.executable, "-c", "from callscribe.cli import main; main()"]
    answer = subprocess.run(
        [*command, "transcribe", "--again", "--format", "json", MEETING], check=True, stdout=subprocess.PIPE
    )
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(render(ResultView.model_validate_json(answer.stdout)))
    target.write_text(_without_web_fonts(console.export_svg(title="make demo")), encoding="utf-8")


def _without_web_fonts(svg: str) -> str:
    """Let the reader's own monospace font draw it: a picture must not call another site."""
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    typer.run(main)
