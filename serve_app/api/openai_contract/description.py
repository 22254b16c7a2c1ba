"""What OpenAI's path for transcriptions answers."""

from __future__ import annotations

from typing import Any, Final

from serve_app.api import kinds
from serve_app.api.openai_contract.errors import described

_EXAMPLE: Final = {
    "text": "Начинаем в мае. Смету подготовлю к пятнице.",
    "usage": {"type": "duration", "seconds": 5.2},
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The transcript in the format that was asked for.",
        "content": {
            "application/json": {"schema": {"type": "object", "required": ["text"], "examples": [_EXAMPLE]}},
            "text/plain": {"schema": {"type": "string"}},
            "text/event-stream": {"itemSchema": {"type": "object", "properties": {"data": {"type": "string"}}}},
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
        kinds.UNAVAILABLE,
    ),
}
"""What they answer."""
