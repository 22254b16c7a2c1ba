from __future__ import annotations

import io

from rich.console import Console

from callscribe.cli.board import Board


def test_the_display_is_gone_while_something_else_is_written() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=80)
    with Board(console) as board:
        board.note("a.flac", "transcribing")
        with board.away():
            before = screen.getvalue()
            screen.write("the result\n")
        board.note("a.flac", "completed", done=1.0)
    assert before.endswith("\x1b[2K")  # the display's lines are erased
    after = screen.getvalue().partition("the result\n")[2]
    assert "a.flac" in after
    assert not after.endswith("\x1b[2K")  # its last state stays
