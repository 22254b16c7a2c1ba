"""``callscribe doctor``: what this machine has, what it lacks, and what to do about that."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from callscribe.cli.checks import Check, Verdict, checks
from callscribe.cli.console import stderr, stdout
from callscribe.cli.wording import WORDS

_STYLES = {Verdict.OK: "green", Verdict.MISSING: "red", Verdict.OPTIONAL: "yellow"}


def doctor() -> None:
    """Check everything; exit code 1 when something required is missing."""
    found = list(checks())
    table = Table.grid(padding=(0, 2))
    for check in found:
        table.add_row(Text(_word(check.verdict), style=_STYLES[check.verdict]), check.what, _detail(check))
    stdout().print(table)
    if any(check.verdict is Verdict.MISSING for check in found):
        stderr().print(f"[red]{WORDS.not_fine}")
        raise typer.Exit(1)
    stdout().print(f"[green]{WORDS.fine}")


def _word(verdict: Verdict) -> str:
    match verdict:
        case Verdict.OK:
            return WORDS.ok
        case Verdict.MISSING:
            return WORDS.missing
        case Verdict.OPTIONAL:
            return WORDS.optional


def _detail(check: Check) -> Text:
    detail = Text(check.detail)
    if check.advice:
        detail.append(f" → {check.advice}", style="bold")
    return detail
