"""The real llama.cpp with a real, tiny model, as a client sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import OpenAI

from benchmarks.llama import serving
from callscribe.settings import LlmSettings, Settings
from deployments.llm.engines import load_engine
from deployments.llm.llama import Llama
from tests.llm.server import MODEL

CONTEXT_TOKENS = 1024


@pytest.fixture(scope="package")
def llama() -> Llama:
    settings = Settings(llm=LlmSettings(serve_context_tokens=CONTEXT_TOKENS))
    return load_engine(settings, MODEL, threads=1)


@pytest.fixture(scope="package")
def url(llama: Llama) -> Iterator[str]:
    with serving(llama.address, call_seconds=120) as url:
        yield url


@pytest.fixture(scope="package")
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        yield client
