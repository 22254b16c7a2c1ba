"""A thousand protocols before an LLM that is away: a few wait for it, and one at a time tries whether it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from callscribe.domain import Brief, Language, Protocol, Transcript
from callscribe.errors import LlmFailed, LlmNonsense, LlmTimeout, LlmUnavailable
from callscribe.settings import LlmSettings
from deployments.summarizer.linguistic.salience import turn_weights
from deployments.summarizer.llm.breaker import FAILURES_TO_OPEN, Breaker
from deployments.summarizer.llm.layer import LlmLayer
from tests.summarizer.llm.fake_endpoint import NOTHING, FakeLlm
from tests.summarizer.llm.meetings import linguistic, spoken

TASKS = 1000
CALL_SECONDS = 1.0
SAID = "Решили закупить сервер до пятницы."
CALL: Transcript = spoken(Language.RU, (1, SAID))
PROTOCOL = linguistic(CALL)


def layer_of(llm: FakeLlm, **settings: float) -> LlmLayer:
    return LlmLayer(LlmSettings(url=llm.url, **settings), turn_weights)


async def refused(layer: LlmLayer, count: int) -> list[LlmFailed]:
    """So many protocols, one after the other, none of which the LLM improves."""
    failures = []
    for _ in range(count):
        with pytest.raises(LlmFailed) as failure:
            await layer.improve(Brief(CALL), PROTOCOL)
        failures.append(failure.value)
    return failures


async def test_a_thousand_tasks_do_not_each_wait_for_an_llm_that_never_ends_an_answer(llm: FakeLlm) -> None:
    """It lists its model and counts tokens at once: what is asked first looks well every time."""
    llm.seconds = 600
    layer = layer_of(llm, call_seconds=CALL_SECONDS)
    failures = await refused(layer, TASKS)
    llm.seconds = 0
    await layer.close()
    assert len(llm.asked) == FAILURES_TO_OPEN
    assert {(type(failure), str(failure)) for failure in failures} == {(LlmTimeout, "The LLM did not answer in time.")}


async def test_a_thousand_tasks_cost_an_endpoint_that_is_down_three_calls(llm: FakeLlm) -> None:
    llm.model_list_status = 502
    layer = layer_of(llm)
    failures = await refused(layer, TASKS)
    await layer.close()
    assert llm.calls == FAILURES_TO_OPEN
    assert {str(failure) for failure in failures} == {"The LLM's endpoint answers 502."}


async def test_nonsense_is_an_answer(llm: FakeLlm) -> None:
    llm.content = lambda _: "nonsense"
    layer = layer_of(llm)
    failures = await refused(layer, 2 * FAILURES_TO_OPEN)
    await layer.close()
    assert {type(failure) for failure in failures} == {LlmNonsense}
    assert llm.calls == 2 * FAILURES_TO_OPEN


async def test_when_it_is_back_everybody_asks_again(llm: FakeLlm) -> None:
    layer = layer_of(llm, retry_seconds=0.2)
    llm.model_list_status = 502
    await refused(layer, FAILURES_TO_OPEN)
    llm.model_list_status, llm.content = 200, lambda _: NOTHING | {"summary": [SAID]}
    await asyncio.sleep(0.3)
    improved = [await layer.improve(Brief(CALL), PROTOCOL) for _ in range(2)]
    await layer.close()
    assert {protocol.llm for protocol in improved} == {"fake-1b"}


async def away() -> Protocol:
    raise LlmUnavailable("It is away.")


async def there() -> Protocol:
    return PROTOCOL


async def opened(seconds: float) -> Breaker:
    breaker = Breaker(seconds)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(LlmUnavailable):
            await breaker.call(away)
    return breaker


async def test_one_at_a_time_tries_and_the_others_do_not_wait_for_it() -> None:
    breaker = await opened(0.01)
    await asyncio.sleep(0.05)
    begun, over = asyncio.Event(), asyncio.Event()

    async def slow() -> Protocol:
        begun.set()
        await over.wait()
        return PROTOCOL

    trial = asyncio.create_task(breaker.call(slow))
    await begun.wait()
    for _ in range(5):
        with pytest.raises(LlmUnavailable, match="It is away"):
            await breaker.call(there)
    over.set()
    assert await trial == PROTOCOL
    assert await breaker.call(there) == PROTOCOL


@pytest.mark.parametrize("way", ["cancelled", "broken"])
async def test_a_trial_that_says_nothing_of_the_endpoint_leaves_it_to_the_next(way: str) -> None:
    breaker = await opened(0.01)
    await asyncio.sleep(0.05)

    async def unfinished() -> Protocol:
        if way == "cancelled":
            raise asyncio.CancelledError
        raise RuntimeError("a fault of ours")

    works: list[Callable[[], Awaitable[Protocol]]] = [unfinished, away]
    for work, error in zip(works, [(asyncio.CancelledError, RuntimeError), (LlmUnavailable,)], strict=True):
        with pytest.raises(error):
            await breaker.call(work)
    with pytest.raises(LlmUnavailable):
        await breaker.call(there)
