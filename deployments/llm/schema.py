"""Answers held to a JSON schema, with no blanks between their tokens."""

from __future__ import annotations

import json

from xllamacpp import json_schema_to_grammar

Json = dict[str, "Json"] | list["Json"] | str | float | bool | None

_COMPACT = {"whitespace_flexible": False, "lenient": True}
"""LLGuidance's options. Lenient: keywords that it does not know are left to who asked, as llama.cpp leaves them."""


def held(body: bytes) -> bytes | None:
    """Rewrite a request whose answer must be JSON of a schema; ``None`` for any other, right or wrong."""
    try:
        request = json.loads(body)
        schema = request["response_format"]["json_schema"]["schema"]
    except (ValueError, LookupError, TypeError):
        return None
    if not isinstance(schema, dict) or request.get("stream"):
        return None
    del request["response_format"]
    # llama.cpp's own grammar for response_format lets a small model write blanks until its tokens are used up.
    request["grammar"] = json_schema_to_grammar(_closed(schema | {"x-guidance": _COMPACT}))
    return json.dumps(request).encode()


def is_held(answer: bytes) -> bool:
    """Whether every finished answer is JSON: llama.cpp drops a schema that it cannot compile, and says nothing."""
    choices = json.loads(answer)["choices"]
    return all(_is_json(choice["message"]["content"] or "") for choice in choices if choice["finish_reason"] == "stop")


def _closed(schema: Json) -> Json:
    """Forbid properties that are not named, as OpenAI and llama.cpp do: a small model would invent them for ever."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    return {"additionalProperties": False} | closed if "properties" in schema else closed


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
