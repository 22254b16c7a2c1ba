"""An LLM that says what a test tells it to, and a layer that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from callscribe.domain import Transcript
from callscribe.settings import LlmSettings
from deployments.summarizer.linguistic.salience import turn_weights
from deployments.summarizer.llm.layer import LlmLayer
from tests.summarizer.llm.fake_endpoint import FakeLlm, serving
from tests.summarizer.llm.meetings import MAYAK, meeting


@pytest.fixture
def llm() -> Iterator[FakeLlm]:
    with serving(FakeLlm()) as served:
        yield served


@pytest.fixture
async def layer(llm: FakeLlm) -> AsyncIterator[LlmLayer]:
    layer = LlmLayer(LlmSettings(url=llm.url, call_seconds=5, budget_seconds=20), turn_weights)
    yield layer
    await layer.close()


@pytest.fixture(scope="session")
def mayak() -> Transcript:
    return meeting(MAYAK)
