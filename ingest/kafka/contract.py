"""``python -m ingest.kafka.contract FOLDER``: the topics' contract as JSON Schemas and as an AsyncAPI document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from callscribe import __version__
from callscribe.kafka_settings import KafkaSettings
from callscribe.schemas.events import EventMessage
from ingest.kafka.dead_letters import EMPTY, WHOLE
from ingest.kafka.publisher import EVENT_ID
from ingest.kafka.recordings import RecordingMessage

DIALECT: Final = GenerateJsonSchema.schema_dialect
HEADERS: Final = {
    "callscribe-reason-code": "Why it is here: stable, for programs.",
    "callscribe-reason": "Why it is here: a sentence for people.",
    "callscribe-topic": "Where it came from; the same origin twice is the same message.",
    "callscribe-partition": "The partition that it came from.",
    "callscribe-offset": "Its offset there.",
    "callscribe-buried-at": "When it was given up, ISO 8601.",
    WHOLE: "Only where the value is cut: how long it was.",
    EMPTY: "`true`, only where the value stands for none: there was neither value nor key, or they cannot be sent.",
}
"""What a dead letter bears beside the headers that it came with."""
EVENT_HEADERS: Final = {EVENT_ID: "The event's id, as in its message: whoever reads past it need not look into that."}


def files() -> dict[str, str]:
    """The contract's files by their names."""
    recording = {"$schema": DIALECT} | RecordingMessage.model_json_schema()
    event = {"$schema": DIALECT} | EventMessage.model_json_schema(mode="serialization")
    return {
        "recording.schema.json": _json(recording),
        "event.schema.json": _json(event),
        "asyncapi.yaml": yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=120),
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document, with the topics' names as they are unless set otherwise."""
    settings = KafkaSettings()
    _, schemas = models_json_schema(
        [(RecordingMessage, "validation"), (EventMessage, "serialization")],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "CallScribe over Kafka", "version": __version__, "license": {"name": "MIT"}},
        "defaultContentType": "application/json",
        "channels": {
            "recordings": _channel(settings.recordings_topic, "recording", "Recordings to take in."),
            "deadLetters": _channel(
                settings.dead_letters_topic, "deadLetter", "Messages of which no task can be made, as they came."
            ),
            "events": _channel(settings.events_topic, "event", "Changes of tasks."),
        },
        "operations": {
            "takeRecording": _operation("receive", "recordings", "A task is registered, then the offset is committed."),
            "buryRecording": _operation("send", "deadLetters", "The offset is committed once the letter is stored."),
            "tellOfTask": _operation("send", "events", "None is lost, a task's keep their order, one may come twice."),
        },
        "components": {
            "messages": {
                "recording": _message("RecordingMessage", key="Any; messages of one key keep their order."),
                "deadLetter": {
                    "contentType": "application/octet-stream",
                    "payload": {"description": "The bytes of the message, whatever they are."},
                    "headers": _described(HEADERS),
                },
                "event": _message("EventMessage", key="The task's id.") | {"headers": _described(EVENT_HEADERS)},
            },
            "schemas": schemas["$defs"],
        },
    }


def _channel(address: str, message: str, description: str) -> dict[str, Any]:
    return {
        "address": address,
        "description": description,
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }


def _operation(action: str, channel: str, summary: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _message(schema: str, *, key: str) -> dict[str, Any]:
    return {
        "payload": {"$ref": f"#/components/schemas/{schema}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": key}}},
    }


def _described(descriptions: Mapping[str, str]) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text in descriptions.items()}
    return {"type": "object", "properties": properties}


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def main(folder: Path) -> None:
    """Write the contract's files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
