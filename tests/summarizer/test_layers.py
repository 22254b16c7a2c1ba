"""Both layers together: the LLM's failure costs its polish and nothing else."""

from __future__ import annotations

import socket

from callscribe.domain import Brief, Protocol, ProtocolStatus
from callscribe.models import Installation
from callscribe.settings import LlmSettings, Settings
from deployments.summarizer.engines import load_engine
from deployments.summarizer.layers import Layers
from deployments.summarizer.linguistic.engine import LinguisticEngine
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

    assert protocol.status is ProtocolStatus.DEGRADED
    assert protocol.reason
    assert [item.owner for item in protocol.action_items] == ["Мария"]


class Broken(LlmLayer):
    """An LLM layer that breaks on what the endpoint has sent."""

    async def improve(self, brief: Brief, linguistic: Protocol) -> Protocol:
        raise AttributeError("'NoneType' object has no attribute 'content'")


async def test_whatever_the_llm_layer_breaks_on_the_linguistic_protocol_stands() -> None:
    settings = Settings(_env_file=None)
    layers = Layers(
        LinguisticEngine(Installation(settings.models_path)), Broken(LlmSettings(url="http://127.0.0.1/v1"))
    )

    protocol = await layers.summarize(ASKED)

    assert protocol.status is ProtocolStatus.DEGRADED
    assert protocol.reason == "The language model's answer could not be read."
    assert protocol.action_items
