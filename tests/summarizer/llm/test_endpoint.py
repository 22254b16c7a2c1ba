import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from callscribe.errors import LlmNonsense, LlmTimeout, LlmUnavailable
from callscribe.logs import about
from callscribe.settings import LlmSettings
from deployments.summarizer.llm.endpoint import SAFE_CONTEXT_TOKENS, Endpoint, ServedModel, Spent
from deployments.summarizer.llm.failures import MAX_ATTEMPTS
from deployments.summarizer.llm.schema import MAX_POINTS, MAX_SENTENCES, Limits, Notes
from tests.summarizer.llm.fake_endpoint import NOTHING, FakeLlm

MODEL = ServedModel("fake-1b", 8192)


@pytest.fixture
async def endpoint(llm: FakeLlm) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(LlmSettings(url=llm.url, call_seconds=20))
    yield endpoint
    await endpoint.close()


async def ask(endpoint: Endpoint) -> Notes:
    return await endpoint.answer("Rules.", "1. Hello.", Notes, MODEL, max_tokens=100)


async def test_asks_for_a_schema_with_a_cap_and_no_dice(llm: FakeLlm, endpoint: Endpoint) -> None:
    await ask(endpoint)
    asked = llm.asked[0]
    assert asked["temperature"] == 0
    assert asked["max_tokens"] == 100
    assert asked["model"] == "fake-1b"
    schema = asked["response_format"]["json_schema"]["schema"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["decisions"]["maxItems"] == Limits.within(100).points
    assert "$ref" not in str(schema)


async def test_says_whose_request_it_asks_for(llm: FakeLlm, endpoint: Endpoint) -> None:
    with about(request_id="mine"):
        await ask(endpoint)
    await ask(endpoint)
    assert llm.requests == ["mine", None]


def test_a_small_context_gets_a_short_answer_that_comes_to_its_end() -> None:
    assert Limits.within(1365) == Limits(sentences=7, points=3)
    assert Limits.within(4096) == Limits(MAX_SENTENCES, points=11)
    assert Limits.within(10_000) == Limits(MAX_SENTENCES, MAX_POINTS)


@pytest.mark.parametrize(
    ("card", "props", "tokens"),
    [
        ({"meta": {"n_ctx": 2048, "n_ctx_train": 131072}}, None, 2048),
        ({"meta": {"n_ctx_train": 131072}}, {"default_generation_settings": {"n_ctx": 6000}}, 6000),
        ({"meta": {"n_ctx_train": 131072}}, None, SAFE_CONTEXT_TOKENS),
        ({"max_model_len": 32768}, None, 32768),
        ({"metadata": {"max_request_context_length": 16000}}, None, 16000),
        ({"owned_by": "library"}, None, SAFE_CONTEXT_TOKENS),
    ],
)
async def test_finds_the_context_that_is_served(
    llm: FakeLlm, endpoint: Endpoint, card: dict[str, Any], props: dict[str, Any] | None, tokens: int
) -> None:
    llm.card, llm.props = card, props
    served = await endpoint.served()
    assert (served.name, served.context_tokens) == ("fake-1b", tokens)


@pytest.mark.parametrize(
    ("owner", "version", "engine"),
    [
        ("llamacpp", None, "llama.cpp"),
        ("vllm", None, "vllm"),
        ("organization-owner", None, "vllm"),
        ("library", None, "ollama"),
        ("bartowski", "0.12.3", "ollama"),
        ("somebody", None, "other"),
    ],
)
async def test_finds_out_which_engine_answers(
    llm: FakeLlm, endpoint: Endpoint, owner: str, version: str | None, engine: str
) -> None:
    llm.card, llm.version = {"owned_by": owner}, version
    assert (await endpoint.served()).engine == engine


async def test_an_operator_may_name_model_and_context(llm: FakeLlm) -> None:
    endpoint = Endpoint(LlmSettings(url=llm.url, model="other", context_tokens=1234))
    assert await endpoint.served() == ServedModel("other", 1234)
    await endpoint.close()


def test_without_a_url_nobody_is_asked_least_of_all_openai() -> None:
    with pytest.raises(ValueError, match="URL"):
        Endpoint(LlmSettings())


async def test_counts_with_the_models_own_tokenizer(llm: FakeLlm, endpoint: Endpoint) -> None:
    assert await endpoint.count_tokens("раз два три", MODEL) == 3
    assert llm.counted[0]["prompt"] == llm.counted[0]["content"]


async def test_bounds_tokens_where_nothing_counts_them(llm: FakeLlm, endpoint: Endpoint) -> None:
    llm.tokenizes = False
    assert await endpoint.count_tokens("раз два три", MODEL) == 6


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_an_endpoint_that_refuses_is_unavailable_and_its_words_are_not_ours(
    llm: FakeLlm, endpoint: Endpoint, status: int
) -> None:
    llm.status = status
    with pytest.raises(LlmUnavailable, match=str(status)) as error:
        await ask(endpoint)
    assert "Rate limit" not in str(error.value)
    assert len(llm.asked) == (MAX_ATTEMPTS if status in (429, 503) else 1)


async def test_a_busy_server_is_asked_again_when_it_wants_to_be_and_within_the_calls_time(llm: FakeLlm) -> None:
    endpoint = Endpoint(LlmSettings(url=llm.url, call_seconds=2))
    llm.status, llm.retry_after = 429, "60"
    with pytest.raises(LlmTimeout):
        await ask(endpoint)
    assert len(llm.asked) == 1
    llm.retry_after = "0"
    with pytest.raises(LlmUnavailable, match="429"):
        await ask(endpoint)
    assert len(llm.asked) == 1 + MAX_ATTEMPTS
    await endpoint.close()


async def test_a_request_that_is_refused_is_nonsense_and_may_be_tried_smaller(llm: FakeLlm, endpoint: Endpoint) -> None:
    llm.status = 400
    with pytest.raises(LlmNonsense):
        await ask(endpoint)


async def test_a_page_of_a_proxy_is_unavailable(llm: FakeLlm, endpoint: Endpoint) -> None:
    llm.page = "<html>Log in</html>"
    with pytest.raises(LlmUnavailable):
        await ask(endpoint)


async def test_a_slow_one_is_told_from_one_that_is_away(llm: FakeLlm) -> None:
    endpoint = Endpoint(LlmSettings(url=llm.url, call_seconds=1))
    llm.seconds = 30
    with pytest.raises(LlmTimeout, match="in time"):
        await ask(endpoint)
    llm.seconds = 0
    await endpoint.close()


@pytest.mark.parametrize("status", [408, 504])
async def test_a_server_whose_own_time_has_ended_is_slow(llm: FakeLlm, endpoint: Endpoint, status: int) -> None:
    llm.status = status
    with pytest.raises(LlmTimeout):
        await ask(endpoint)


async def test_nobody_there_is_unavailable() -> None:
    endpoint = Endpoint(LlmSettings(url="http://127.0.0.1:9/v1"))
    with pytest.raises(LlmUnavailable):
        await endpoint.served()
    await endpoint.close()


@pytest.mark.parametrize(
    "content",
    [
        lambda _: "",
        lambda _: "Конечно! Вот протокол:",
        lambda _: '{"summary": ["Начало',
        lambda _: {"summary": "not a list"},
        lambda _: NOTHING | {"summary": ["мы обсудили бюджет и сроки"] * 30},
    ],
)
async def test_what_nobody_can_use_is_nonsense(
    llm: FakeLlm, endpoint: Endpoint, content: Callable[[dict[str, Any]], dict[str, Any] | str]
) -> None:
    llm.content = content
    with pytest.raises(LlmNonsense) as raised:
        await ask(endpoint)
    logged = "".join(traceback.format_exception(raised.value))
    assert not [said for said in ("Вот", "Начало", "not a list", "бюджет") if said in logged]


async def test_an_answer_that_was_cut_is_nonsense_even_if_it_is_json(llm: FakeLlm, endpoint: Endpoint) -> None:
    llm.finish_reason = lambda _: "length"
    with pytest.raises(LlmNonsense):
        await ask(endpoint)


async def test_what_an_answer_took_is_told_be_it_of_use_or_not(llm: FakeLlm) -> None:
    told: list[Spent] = []
    endpoint = Endpoint(LlmSettings(url=llm.url), on_answer=told.append)
    llm.seconds = 0.2
    await ask(endpoint)
    llm.content, llm.usage = (
        lambda _: "nonsense",
        {"prompt_tokens": 70, "completion_tokens": 9, "total_tokens": 79},
    )
    with pytest.raises(LlmNonsense):
        await ask(endpoint)
    assert [(one.prompt_tokens, one.completion_tokens) for one in told] == [(0, 0), (70, 9)]
    assert all(one.seconds >= 0.2 for one in told)
    await endpoint.close()
