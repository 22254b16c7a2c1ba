"""A transcription as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.responses import StreamingResponse

from callscribe.domain import Result, TaskId
from callscribe.errors import CallScribeError
from serve_app.api.openai_contract.answers import events
from serve_app.api.openai_contract.errors import error_body
from serve_app.api.openai_contract.form import TranscriptionForm
from serve_app.api.openai_contract.waiting import transcript_of
from serve_app.api.problems import ProblemError, problem_of
from serve_app.api.services import Services

COMMENT_SECONDS: Final = 15.0
"""How often a comment keeps the connection open while nothing can be told."""


def stream(services: Services, task_id: TaskId, form: TranscriptionForm) -> StreamingResponse:
    """Send the turns as soon as they are there, then the whole text; an error is the last event."""
    return StreamingResponse(
        _lines(services, task_id, form), media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
    )


async def _lines(services: Services, task_id: TaskId, form: TranscriptionForm) -> AsyncIterator[str]:
    waiting = asyncio.create_task(transcript_of(services, task_id))
    try:
        while not (await asyncio.wait([waiting], timeout=COMMENT_SECONDS))[0]:
            yield ": working\n\n"
        for line in await asyncio.to_thread(_written, waiting.result(), form):
            yield line
    except ProblemError as error:
        yield _event(error_body(error))
    except CallScribeError as error:
        yield _event(error_body(problem_of(error)))
    finally:
        waiting.cancel()


def _written(result: Result, form: TranscriptionForm) -> list[str]:
    return [_event(event) for event in events(result, form)]


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
