"""How OpenAI's paths are described."""

from __future__ import annotations

from typing import Any, Final

from serve_app.api import kinds
from serve_app.api.form import FILE_FIELD
from serve_app.api.openai_contract.errors import described
from serve_app.api.openai_contract.form import SCHEMA

BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [FILE_FIELD],
                "additionalProperties": False,
                "properties": {
                    FILE_FIELD: {"type": "string", "format": "binary", "description": "The recording."},
                    **SCHEMA["properties"],
                },
            }
        }
    },
}
"""The form."""

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
