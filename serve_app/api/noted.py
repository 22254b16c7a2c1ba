"""What becomes known of a request while it is answered: for its log line, and for who counts calls."""

from __future__ import annotations

from starlette.requests import Request


def note_task(request: Request, task_id: object) -> None:
    """Make a task known of which the request's path does not tell."""
    request.state.task_id = str(task_id)


def note_caller(request: Request, name: str | None) -> None:
    """Make the name of whose key was shown known."""
    request.state.caller = name


def caller_noted(request: Request) -> str | None:
    """The name of whose key was shown, if one was."""
    name: str | None = request.state.caller
    return name
