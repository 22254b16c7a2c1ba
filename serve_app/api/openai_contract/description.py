"""What OpenAI's path for transcriptions answers."""

from __future__ import annotations

from typing import Any, Final

from serve_app.api import kinds
from serve_app.api.openai_contract.errors import described

RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The transcript in the format that was asked for.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/plain": {"schema": {"type": "string"}},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    },
    **described(
        kinds.MALFORMED_BODY,
        kinds.INVALID_REQUEST,
        kinds.TOO_LARGE,
        kinds.NOT_MULTIPART,
        kinds.NOT_MEDIA,
        kinds.TASK_CONFLICT,
        kinds.QUEUE_FULL,
        kinds.INTERNAL_ERROR,
        kinds.UNAVAILABLE,
    ),
}
"""What they answer."""
