"""What the LLM must answer.

The limits stand in the JSON schema, where a server's grammar keeps them, and are not checked again: an answer of a
server without grammars may be longer, and what it says is proven point by point all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

MAX_POINTS = 12
"""Points of one kind in one answer."""
MAX_SENTENCES = 20
"""Sentences of a summary. It is a list of short ones because llama.cpp's grammar knows no string of 2,000 letters."""
TEXT_LETTERS = 200
WRITTEN_LETTERS = 3
"""Letters of Russian that a token has at least in what Gemma and Qwen write: 4.1 of Gemma's, on a sentence of ours."""
SUMMARY_SHARE = 0.35
"""Of an answer's letters so many are the summary's."""
POINT_KINDS = 3
POINT_LETTERS = 40
"""What a point has beside its text: names of fields, turns."""
MAX_CITED = 4
"""Turns that a point may cite: one that cites everything proves nothing."""


def _at_most(letters: int) -> Any:  # noqa: ANN401 - FieldInfo, which pydantic types as Any
    return Field(json_schema_extra={"maxLength": letters})


def _few(items: int) -> Any:  # noqa: ANN401
    return Field(json_schema_extra={"maxItems": items})


Text = Annotated[str, _at_most(TEXT_LETTERS)]
Short = Annotated[str, _at_most(80)]
Turns = Annotated[list[int], _few(MAX_CITED)]


class _Answer(BaseModel):
    # What was said, and stands in an answer, belongs into no log.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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

    summary: list[Text]
    key_points: list[SaidPoint]
    decisions: list[SaidPoint]
    action_items: list[SaidItem]


class Digest(_Answer):
    """Several notes as one: what a whole call came to."""

    summary: list[Text]
    key_points: list[SaidPoint]


def texts(answer: Notes | Digest) -> list[str]:
    """Everything that an answer says."""
    said = [*answer.summary, *(point.text for point in answer.key_points)]
    if isinstance(answer, Notes):
        said += [point.text for point in answer.decisions] + [item.task for item in answer.action_items]
    return said


@dataclass(frozen=True, slots=True)
class Limits:
    """How many sentences, and points of each kind, an answer may have."""

    sentences: int
    points: int

    @classmethod
    def within(cls, tokens: int) -> Self:
        """The most with which an answer ends within so many tokens, however long each text is."""
        letters = tokens * WRITTEN_LETTERS
        sentences = int(SUMMARY_SHARE * letters / TEXT_LETTERS)
        points = int((1 - SUMMARY_SHARE) * letters / (POINT_KINDS * (TEXT_LETTERS + POINT_LETTERS)))
        return cls(max(1, min(sentences, MAX_SENTENCES)), max(1, min(points, MAX_POINTS)))


def json_schema(answer: type[Notes | Digest], limits: Limits) -> dict[str, Any]:
    """The JSON schema with its definitions put in place and no titles: the least that a grammar must understand."""
    schema = answer.model_json_schema()
    definitions = schema.pop("$defs", {})
    plain: dict[str, Any] = _plain(schema, definitions)
    for name, kind in plain["properties"].items():
        kind["maxItems"] = limits.sentences if name == "summary" else limits.points
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
