"""Where the command line speaks: results on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from callscribe.cli.wording import WORDS
from callscribe.errors import BadSettings, CallScribeError

MISUSED = 2
INTERRUPTED = 130


def stdout() -> Console:
    """The console for results."""
    return Console(highlight=False)


def stderr() -> Console:
    """The console for progress and errors."""
    return Console(stderr=True, highlight=False)


def complain(sentence: str) -> None:
    """Say in red what went wrong."""
    stderr().print(Text(sentence, style="red"), soft_wrap=True)


def fail(sentence: str) -> NoReturn:
    """Say in red what went wrong, and end with exit code 1."""
    complain(sentence)
    raise typer.Exit(1)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn errors of ours into one red sentence and exit code 1 (2 for bad settings), an interruption into 130."""
    try:
        yield
    except BadSettings as error:
        complain(str(error))
        raise typer.Exit(MISUSED) from None
    except CallScribeError as error:
        fail(str(error))
    except KeyboardInterrupt:
        complain(WORDS.interrupted)
        raise typer.Exit(INTERRUPTED) from None


def interrupt_on_termination() -> None:
    """Let SIGTERM and a closed terminal unwind the stack as Ctrl-C does, so that nothing stays behind."""
    signal.signal(signal.SIGTERM, _interrupt)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
