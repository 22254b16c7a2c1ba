"""The contract in docs/ is the code's."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import yaml

from callscribe.errors import InvalidMessage
from ingest.kafka.contract import HEADERS, asyncapi, files
from ingest.kafka.dead_letters import EMPTY, WHOLE, _reasons

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
