"""Both layers together: the LLM's failure costs its polish and nothing else."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from callscribe.domain import Brief, Protocol, ProtocolStatus
from callscribe.models import Installation
from callscribe.settings import LlmSettings, Settings
from deployments.summarizer.engines import load_engine
from deployments.summarizer.layers import Layers
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.linguistic.salience import turn_weights
from deployments.summarizer.llm.layer import LlmLayer
from tests.summarizer.linguistic.dialogues import brief

ASKED = brief("иван: Мария, пришлите смету до среды.\nмария: Пришлю смету во вторник.")


async def test_without_an_endpoint_the_linguistic_protocol_is_complete() -> None:
    settings = Settings(_env_file=None)
    protocol = await load_engine(settings).summarize(ASKED)
    assert (protocol.status, protocol.engine, protocol.llm) == (ProtocolStatus.COMPLETE, "linguistic", None)
    assert protocol == LinguisticEngine(Installation(settings.models_path)).summarize(ASKED)


async def test_an_endpoint_that_is_away_leaves_it_standing_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = Settings(_env_file=None, llm=LlmSettings(url=f"http://127.0.0.1:{port}/v1", call_seconds=2))

    protocol = await load_engine(settings).summarize(ASKED)

    assert (protocol.status, protocol.reason_code) == (ProtocolStatus.DEGRADED, "llm_unavailable")
    assert protocol.reason
    assert [item.owner for item in protocol.action_items] == ["Мария"]


class Broken(LlmLayer):
    """An LLM layer that breaks on what the endpoint has sent."""

    async def improve(self, brief: Brief, linguistic: Protocol) -> Protocol:
        raise AttributeError("'NoneType' object has no attribute 'content'")


async def test_whatever_the_llm_layer_breaks_on_the_linguistic_protocol_stands() -> None:
    settings = Settings(_env_file=None)
    layers = Layers(
        LinguisticEngine(Installation(settings.models_path)),
        Broken(LlmSettings(url="http://127.0.0.1/v1"), turn_weights),
    )

    protocol = await layers.summarize(ASKED)

    assert protocol.status is ProtocolStatus.DEGRADED
    assert protocol.reason == "The language model's answer could not be read."
    assert protocol.reason_code == "llm_nonsense"
    assert protocol.action_items


class Back(LlmLayer):
    """An LLM layer whose endpoint has come back."""

    async def improve(self, brief: Brief, linguistic: Protocol) -> Protocol:
        return replace(linguistic, llm="gemma")


class Unread(LinguisticEngine):
    """A linguistic layer that must not be asked again."""

    def summarize(self, brief: Brief) -> Protocol:
        raise AssertionError("the linguistic protocol is there already")


DEGRADED = Protocol(
    ProtocolStatus.DEGRADED, "linguistic", 1.0, summary="Смета.", reason="It is away.", reason_code="llm_unavailable"
)


@pytest.mark.parametrize("llm", [Back, None])
async def test_a_degraded_protocol_is_improved_without_reading_the_call_again(llm: type[LlmLayer] | None) -> None:
    """Where the operator has taken the LLM away for good, it is whole without."""
    linguistic = Unread(Installation(Settings(_env_file=None).models_path))
    layers = Layers(linguistic, llm(LlmSettings(url="http://127.0.0.1/v1"), turn_weights) if llm else None)

    protocol = await layers.improve(ASKED, DEGRADED)

    assert (protocol.status, protocol.reason, protocol.reason_code) == (ProtocolStatus.COMPLETE, None, None)
    assert (protocol.summary, protocol.llm) == ("Смета.", "gemma" if llm else None)
