"""What the fake space answers is what Kontur Talk's description of its API allows.

The description comes without a licence, so that it is not kept here: contract.json says in our own words what of it
CallScribe reads. Whoever has the description names it in KONTUR_TALK_OPENAPI, and the answers are held to it too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.kontur_talk.fake import SPACE_MADE, TOKEN, FakeRecording, FakeTalk

CONTRACT = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))
DESCRIPTION = os.environ.get("KONTUR_TALK_OPENAPI")

Answers = list[tuple[str, Any]]


@pytest.fixture
async def answers(fake: FakeTalk) -> Answers:
    """One of every answer that the fake can give, the troubled ones included."""
    fake.add(FakeRecording("one", b"media", tracks=[("Иван Орлов", [(0, 1)]), ("Мария", [(2, 3)])]))
    fake.add(FakeRecording("two", b"media", tracks=[("Иван", [])], transcript_status="inProgress", qualities=("360p",)))
    paths = [
        "/api/Domain/recordings/v2",
        "/api/Domain/recordings/v2?top=1",
        "/api/Domain/recordings/one",
        "/api/Domain/recordings/one/participants",
        "/api/recordings/one/transcript",
        "/api/recordings/two/transcript",
        "/api/domain/conferencesHistory?roomName=mayak",
        "/api/ConferencesHistory/v2/conference-two",
        "/api/Webhooks",
    ]
    webhook = {
        "title": "CallScribe",
        "url": f"{fake.url}/nowhere",
        "events": ["recordingCompleted"],
        "customHeaders": [{"name": "X-Secret", "value": "secret"}],
    }
    async with httpx.AsyncClient(base_url=fake.url, headers={"X-Auth-Token": TOKEN}) as client:
        (await client.post("/api/Webhooks", json=webhook)).raise_for_status()
        for path in paths:
            (await client.get(path)).raise_for_status()
    return [(f"{method} {template}", answer) for method, template, answer in fake.answers]


def faults(answers: Answers, schema_of: Any, whole: dict[str, Any]) -> list[str]:
    return [
        f"{call}: {error.json_path}: {error.message}"
        for call, answer in answers
        for error in Draft202012Validator({**whole, **schema_of(call)}).iter_errors(answer)
    ]


async def test_every_answer_is_as_the_contract_says(answers: Answers) -> None:
    assert {call for call, _ in answers} == set(CONTRACT["answers"])
    assert faults(answers, CONTRACT["answers"].__getitem__, {"$defs": CONTRACT["$defs"]}) == []


async def test_the_check_sees_a_slip(answers: Answers) -> None:
    call, recording = next((call, answer) for call, answer in answers if call.endswith("{recordingKey}"))
    slips = [(call, recording | {"createdDate": SPACE_MADE.timestamp()}), (call, recording | {"name": "x"})]
    assert len(faults(slips, CONTRACT["answers"].__getitem__, {"$defs": CONTRACT["$defs"]})) == 2


if DESCRIPTION is not None:
    DESCRIBED = json.loads(Path(DESCRIPTION).read_text(encoding="utf-8"))

    async def test_every_answer_is_as_the_official_description_says(answers: Answers) -> None:
        described = _with_null(DESCRIBED)

        def schema_of(call: str) -> dict[str, Any]:
            method, path = call.split()
            answer = described["paths"][path][method.lower()]["responses"]["200"]
            schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
            return schema

        assert faults(answers, schema_of, {"components": described["components"]}) == []


def _with_null(part: Any) -> Any:
    """OpenAPI 3.0 says of what may be null that it is nullable; JSON Schema has a type for it."""
    if isinstance(part, list):
        return [_with_null(each) for each in part]
    if not isinstance(part, dict):
        return part
    changed = {name: _with_null(each) for name, each in part.items()}
    if changed.pop("nullable", False) is True and isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    return changed
