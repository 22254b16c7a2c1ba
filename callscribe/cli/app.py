"""The commands, put together."""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

from callscribe.cli.backup import backup, restore
from callscribe.cli.console import interrupt_on_termination
from callscribe.cli.doctor import doctor
from callscribe.cli.kontur_talk import app as kontur_app
from callscribe.cli.log import log
from callscribe.cli.models import app as models_app
from callscribe.cli.plan import plan
from callscribe.cli.tasks import app as tasks_app
from callscribe.cli.transcribe import transcribe
from callscribe.cli.up import up
from callscribe.cli.wording import WORDS

app = typer.Typer(help=WORDS.help_app, no_args_is_help=True, pretty_exceptions_show_locals=False)
app.command(help=WORDS.help_up)(up)
app.command(help=WORDS.help_transcribe)(transcribe)
app.add_typer(tasks_app, name="tasks", help=WORDS.help_tasks)
app.add_typer(models_app, name="models", help=WORDS.help_models)
app.add_typer(kontur_app, name="kontur", help=WORDS.help_kontur)
app.command(help=WORDS.help_log)(log)
app.command(help=WORDS.help_plan)(plan)
app.command(help=WORDS.help_backup)(backup)
app.command(help=WORDS.help_restore)(restore)
app.command(help=WORDS.help_doctor)(doctor)
for each in sorted(entry_points(group="callscribe.commands")):
    app.add_typer(each.load(), name=each.name)  # of the rooms above this one, which it may not import


def run() -> None:
    """Run the command that the arguments name."""
    interrupt_on_termination()
    app()
