"""What the LLM must answer.

The limits stand in the JSON schema, where a server's grammar keeps them, and are not checked again: an answer of a
server without grammars may be longer, and what it says is proven point by point all the same.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MAX_POINTS = 12
"""Points of one kind in one answer."""
MAX_SENTENCES = 20
"""Sentences of a summary. It is a list of short ones because llama.cpp's grammar knows no string of 2,000 letters."""
MAX_CITED = 4
"""Turns that a point may cite: one that cites everything proves nothing."""


def _at_most(letters: int) -> Any:  # noqa: ANN401 - FieldInfo, which pydantic types as Any
    return Field(json_schema_extra={"maxLength": letters})


def _few(items: int) -> Any:  # noqa: ANN401
    return Field(json_schema_extra={"maxItems": items})


Text = Annotated[str, _at_most(300)]
Short = Annotated[str, _at_most(80)]
Turns = Annotated[list[int], _few(MAX_CITED)]
Sentences = Annotated[list[Text], _few(MAX_SENTENCES)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SaidPoint(_Answer):
    """A point, and the numbers of the turns in which it was said."""

    text: Text
    turns: Turns


class SaidItem(_Answer):
    """A task, whose it is, when it is due as it was said, and the turns in which it was said."""

    task: Text
    owner: Short | None
    due: Short | None
    turns: Turns


class Notes(_Answer):
    """A protocol of what the LLM was given to read."""

    summary: Sentences
    key_points: Annotated[list[SaidPoint], _few(MAX_POINTS)]
    decisions: Annotated[list[SaidPoint], _few(MAX_POINTS)]
    action_items: Annotated[list[SaidItem], _few(MAX_POINTS)]


class Digest(_Answer):
    """Several notes as one: what a whole call came to."""

    summary: Sentences
    key_points: Annotated[list[SaidPoint], _few(MAX_POINTS)]


def texts(answer: Notes | Digest) -> list[str]:
    """Everything that an answer says."""
    said = [*answer.summary, *(point.text for point in answer.key_points)]
    if isinstance(answer, Notes):
        said += [point.text for point in answer.decisions] + [item.task for item in answer.action_items]
    return said


def json_schema(answer: type[Notes | Digest]) -> dict[str, Any]:
    """The JSON schema with its definitions put in place and no titles: the least that a grammar must understand."""
    schema = answer.model_json_schema()
    definitions = schema.pop("$defs", {})
    plain: dict[str, Any] = _plain(schema, definitions)
    return plain


def _plain(node: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rpartition("/")[2]], definitions)
    described = {"description", "title"} if "type" in node or "anyOf" in node else set()
    return {key: _plain(value, definitions) for key, value in node.items() if key not in described}
