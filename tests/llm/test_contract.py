"""What a client of OpenAI's contract may rely on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.llama import serving
from deployments.llm.llama import Llama
from tests.llm.conftest import CONTEXT_TOKENS
from tests.llm.served import MODEL

pytestmark = pytest.mark.models

LONG = "слово " * CONTEXT_TOKENS


class Point(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(json_schema_extra={"enum": ["task", "decision"]})
    text: str = Field(max_length=12)
    owner: str | None = Field(max_length=8)


class Points(BaseModel):
    model_config = ConfigDict(extra="forbid")

    points: list[Point] = Field(min_length=1, max_length=2)


def held_to(schema: dict[str, Any]) -> ResponseFormatJSONSchema:
    return {"type": "json_schema", "json_schema": {"name": "points", "schema": schema, "strict": True}}


def asked(client: OpenAI, schema: dict[str, Any] | None = None, **options: Any) -> ChatCompletion:
    response_format: Any = held_to(schema) if schema else openai.omit
    completion: ChatCompletion = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Что решили на планёрке? Купить второй сервер."}],
        response_format=response_format,
        **options,
    )
    return completion


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        yield silent


def address_of(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def wait_until_closed(server: socket.socket) -> None:
    """Read the one request to its connection's end, by which llama.cpp knows that nobody waits."""
    connection, _ = server.accept()
    with connection:
        connection.settimeout(30)
        while connection.recv(1024):
            pass


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_answer_keeps_to_its_schema_and_wastes_no_blanks(client: OpenAI, seed: int) -> None:
    completion = asked(client, Points.model_json_schema(), max_tokens=120, seed=seed)

    assert completion.choices[0].finish_reason == "stop"
    text = completion.choices[0].message.content or ""
    points = Points.model_validate_json(text).points
    assert {point.kind for point in points} <= {"task", "decision"}
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def test_properties_that_nobody_named_are_not_invented(client: OpenAI) -> None:
    greeting = {"type": "object", "properties": {"greeting": {"const": "hello"}}, "required": ["greeting"]}
    completion = asked(client, greeting, max_tokens=40, seed=1)
    assert json.loads(completion.choices[0].message.content or "") == {"greeting": "hello"}


def test_a_keyword_that_no_grammar_knows_does_not_free_the_model(client: OpenAI) -> None:
    numbers = {"type": "array", "items": {"enum": [1, 2]}, "minItems": 2, "maxItems": 2, "uniqueItems": True}
    completion = asked(client, numbers, max_tokens=20)
    assert set(json.loads(completion.choices[0].message.content or "")) <= {1, 2}


def test_a_schema_that_cannot_be_kept_to_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="schema"):
        asked(client, {"type": "nonsense"}, max_tokens=20, stop=["\n"], temperature=0)


def test_an_answer_that_was_cut_says_so(client: OpenAI) -> None:
    completion = asked(client, max_tokens=4, extra_body={"ignore_eos": True})
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 4
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + 4


def test_a_prompt_longer_than_the_window_is_refused_with_both_lengths(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": LONG}])
    assert isinstance(refused.value.body, dict)
    assert refused.value.body["n_ctx"] == CONTEXT_TOKENS
    assert refused.value.body["n_prompt_tokens"] > CONTEXT_TOKENS


def test_what_is_not_json_is_refused(url: str) -> None:
    answer = httpx.post(f"{url}/v1/chat/completions", content=b"{")
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_body_without_end_is_not_read_to_its_end(url: str) -> None:
    answer = httpx.post(f"{url}/tokenize", content=bytes(5_000_000))
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


def test_the_model_tells_its_name_and_its_window(client: OpenAI, url: str) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    (model,) = httpx.get(f"{url}/v1/models").json()["data"]
    assert model["meta"]["n_ctx"] == CONTEXT_TOKENS
    assert model["meta"]["n_ctx_train"] > CONTEXT_TOKENS


def test_tokens_are_counted_as_the_prompt_will_be(url: str) -> None:
    def tokens(**body: Any) -> list[int]:
        found: list[int] = httpx.post(f"{url}/tokenize", json=body).raise_for_status().json()["tokens"]
        return found

    plain = tokens(content="Привет, мир")
    assert len(plain) == 3
    assert len(tokens(content="Привет, мир", add_special=True)) == 4
    assert len(tokens(content="Привет, мир" * 10)) > 20


def test_llama_cpps_other_routes_stay_closed(url: str) -> None:
    for path in ("/props", "/slots", "/metrics", "/v1/embeddings"):
        assert httpx.get(url + path).status_code == httpx.codes.NOT_FOUND


def test_a_call_has_its_time_and_then_lets_go_of_the_model(silent: socket.socket) -> None:
    with serving(address_of(silent), call_seconds=0.2) as url:
        answer = httpx.post(f"{url}/v1/chat/completions", json={}, timeout=30)
    assert answer.status_code == httpx.codes.GATEWAY_TIMEOUT
    assert answer.json()["error"]["type"] == "server_error"
    wait_until_closed(silent)


def test_a_caller_who_leaves_lets_go_of_the_model(silent: socket.socket) -> None:
    with serving(address_of(silent), call_seconds=300) as url:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}/v1/chat/completions", json={}, timeout=0.5)
        wait_until_closed(silent)


def test_health_is_told_while_the_model_writes(llama: Llama) -> None:
    endless = {"messages": [{"role": "user", "content": "Once"}], "max_tokens": 900, "ignore_eos": True}
    with serving(llama.address, call_seconds=2) as url, ThreadPoolExecutor() as pool:
        writing = pool.submit(httpx.post, f"{url}/v1/chat/completions", json=endless, timeout=30)
        assert httpx.get(f"{url}/health").json() == {"status": "ok"}
        assert not writing.done()
        assert writing.result().status_code == httpx.codes.GATEWAY_TIMEOUT


def test_a_server_that_is_gone_is_unavailable() -> None:
    with serving("http://127.0.0.1:9", call_seconds=5) as url:
        assert httpx.get(f"{url}/v1/models").status_code == httpx.codes.SERVICE_UNAVAILABLE
