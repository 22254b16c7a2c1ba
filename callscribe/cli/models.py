"""``callscribe models``: list, pull, verify."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from callscribe.cli.console import explained, stderr, stdout
from callscribe.cli.wording import WORDS
from callscribe.models import (
    BundledModel,
    Catalogue,
    Installation,
    Model,
    ModelState,
    Origins,
    PullProgress,
    required_models,
)
from callscribe.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help=WORDS.model_names)]
_STYLES = {ModelState.PRESENT: "green", ModelState.DAMAGED: "red", ModelState.ABSENT: "dim"}


def installation_of(settings: Settings) -> Installation:
    """The models' folder that the settings name."""
    return Installation(settings.models_path, origins=Origins.of(settings))


@app.command("list", help=WORDS.help_models_list)
def list_models() -> None:
    """Show the catalogue."""
    with explained():
        settings = read_settings()
        catalogue, installation, wanted = Catalogue.load(), installation_of(settings), required_models(settings)
        table = Table(WORDS.model, WORDS.size, WORDS.state, WORDS.licence, box=None, padding=(0, 2, 0, 0))
        for model in catalogue.models:
            state = installation.state(model.name)
            size = decimal(model.size) if model.size else "?"
            shown = f"[{_STYLES[state]}]{_state(state)}[/]"
            table.add_row(_described(model, wanted=model.name in wanted), size, shown, model.licence.spdx)
        for bundled in catalogue.bundled:
            place = WORDS.bundled.format(package=bundled.package)
            table.add_row(_described(bundled), "", f"[green]{place}[/]", bundled.licence.spdx)
        stdout().print(table)


def _described(model: Model | BundledModel, *, wanted: bool = False) -> str:
    needed = f" ({WORDS.needed})" if wanted else ""
    return f"[bold]{model.name}[/]{needed}\n[dim]{model.purpose}[/]"


def _state(state: ModelState) -> str:
    match state:
        case ModelState.PRESENT:
            return WORDS.present
        case ModelState.DAMAGED:
            return WORDS.damaged
        case ModelState.ABSENT:
            return WORDS.absent


@app.command(help=WORDS.help_models_pull)
def pull(names: Names = None) -> None:
    """Fetch what is missing or damaged."""
    with explained():
        settings = read_settings()
        wanted = names or required_models(settings)
        if not pull_with_progress(installation_of(settings), wanted):
            size = sum(Catalogue.load()[name].size for name in wanted)
            sentence = WORDS.all_models_there.format(names=", ".join(wanted), size=decimal(size))
            stderr().print(sentence, soft_wrap=True)


def pull_with_progress(installation: Installation, names: list[str]) -> bool:
    """Fetch models, showing how it goes; ``False`` when all was there already. Raises ``ModelUnavailable``."""
    bars: dict[str, TaskID] = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr()) as progress:

        def show(news: PullProgress) -> None:
            if news.model not in bars:
                bars[news.model] = progress.add_task(news.model, total=news.total)
            progress.update(bars[news.model], completed=news.done, total=news.total)

        fetched = [pulled for pulled in installation.pull(names, show) if pulled.source]
    for pulled in fetched:
        stderr().print(WORDS.pulled.format(model=pulled.model.name, source=pulled.source), soft_wrap=True)
    return bool(fetched)


@app.command(help=WORDS.help_models_verify)
def verify(names: Names = None) -> None:
    """Check every file's hash; exit code 1 if something is missing or damaged."""
    with explained():
        settings = read_settings()
        verified = installation_of(settings).verify(names or required_models(settings))
        for each in verified:
            faults = f": {', '.join(each.faults)}" if each.faults else ""
            stdout().print(f"[{_STYLES[each.state]}]{_state(each.state)}[/] {each.model.name}{faults}", soft_wrap=True)
        if faulty := [each.model.name for each in verified if each.faults]:
            stderr().print(WORDS.run_pull.format(names=" ".join(faulty)))
            raise typer.Exit(1)
