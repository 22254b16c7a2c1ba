"""The contract in docs/ is the code's."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from pydantic import ValidationError

from callscribe.errors import InvalidMessage
from ingest.kafka.contract import HEADERS, asyncapi, files
from ingest.kafka.dead_letters import EMPTY, WHOLE, _reasons
from ingest.kafka.publisher import EVENT_ID
from ingest.kafka.recordings import Media

DOCS = Path(__file__).parents[3] / "docs" / "kafka"


def test_the_docs_hold_the_contract_as_it_is() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in DOCS.iterdir()}
    assert written == files(), f"run: python -m ingest.kafka.contract {DOCS}"


def test_a_dead_letters_headers_are_described() -> None:
    record = SimpleNamespace(topic="recordings", partition=1, offset=2)
    told = {name for name, _ in _reasons(record, InvalidMessage("no JSON"))}
    assert told == HEADERS.keys() - {EMPTY, WHOLE}


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi()
    references = re.findall(r"\$ref: '?#/([\w/]+)", yaml.safe_dump(document))
    assert len(references) > 10
    for reference in references:
        found = document
        for part in reference.split("/"):
            found = found[part]


def test_every_field_is_described() -> None:
    recording = asyncapi()["components"]["schemas"]["RecordingMessage"]
    assert all("description" in field for name, field in recording["properties"].items() if name != "media")


@pytest.mark.parametrize(
    ("url", "valid"),
    [
        ("https://records.example.com/4711.mp3", True),
        ("HTTP://records.example.com/4711.mp3", True),
        ("blob:incoming/4711.mp3", True),
        ("blob:media/4711.mp3", False),
        ("file:///etc/passwd", False),
        ("4711.mp3", False),
    ],
)
def test_the_schema_takes_the_urls_that_the_code_takes(url: str, *, valid: bool) -> None:
    pattern = Media.model_json_schema()["properties"]["url"]["pattern"]
    assert bool(re.search(pattern, url)) is valid
    if valid:
        Media(url=url)
    else:
        with pytest.raises(ValidationError):
            Media(url=url)


def test_the_document_tells_what_messages_bear_beside_their_payload() -> None:
    messages = asyncapi()["components"]["messages"]
    assert messages["deadLetter"]["contentType"] == "application/octet-stream"
    assert messages["event"]["headers"]["properties"].keys() == {EVENT_ID}
