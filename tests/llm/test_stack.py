"""The language model beside the graph, on a real Ray."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from openai import OpenAI

from tests.llm.served import KEY
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]

MORE_THAN_SERVE_LETS_IN = 20
SHOWN = {"authorization": f"Bearer {KEY}"}
ENDLESS = {"messages": [{"role": "user", "content": "Once"}], "ignore_eos": True}


def greeting(stack: Stack) -> str:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {"greeting": {"enum": ["hello", "goodbye"]}},
        "required": ["greeting"],
    }
    with OpenAI(base_url=f"{stack.url}/llm/v1", api_key=KEY, max_retries=0, timeout=60) as client:
        (model,) = client.models.list()
        completion = client.chat.completions.create(
            model=model.id,
            messages=[{"role": "user", "content": "Say hello."}],
            response_format={"type": "json_schema", "json_schema": {"name": "greeting", "schema": schema}},
            max_tokens=20,
        )
    said: str = json.loads(completion.choices[0].message.content or "")["greeting"]
    return said


def test_a_call_is_answered_below_the_graphs_address(stack: Stack) -> None:
    assert greeting(stack) in {"hello", "goodbye"}
    assert httpx.get(f"{stack.url}/readyz").status_code == httpx.codes.OK


@pytest.mark.parametrize("path", ["v1/chat/completions", "tokenize"])
def test_who_shows_no_key_has_nothing_written_or_counted(stack: Stack, path: str) -> None:
    answers = [
        httpx.post(f"{stack.url}/llm/{path}", json=ENDLESS, headers=shown)
        for shown in ({}, {"authorization": "Bearer x"})
    ]
    assert [answer.status_code for answer in answers] == [httpx.codes.UNAUTHORIZED] * 2


def test_too_many_callers_are_turned_away_and_those_who_leave_free_the_model(stack: Stack) -> None:
    def status(_: int) -> int | None:
        try:
            return httpx.post(
                f"{stack.url}/llm/v1/chat/completions", json=ENDLESS, headers=SHOWN, timeout=10
            ).status_code
        except httpx.ReadTimeout:
            return None

    with ThreadPoolExecutor(MORE_THAN_SERVE_LETS_IN) as callers:
        statuses = list(callers.map(status, range(MORE_THAN_SERVE_LETS_IN)))
    assert set(statuses) == {None, httpx.codes.SERVICE_UNAVAILABLE}
    assert greeting(stack) in {"hello", "goodbye"}, "an endless answer takes longer than this call may"
