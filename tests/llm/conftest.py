"""The real llama.cpp with a real, tiny model, as a client sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import OpenAI

from benchmarks.llama import serving
from callscribe.settings import LlmSettings, Settings
from deployments.llm.engines import load_engine
from deployments.llm.llama import Llama
from tests.llm.served import KEY, MODEL
from tests.stack.running import Stack, running_stack

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


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """A stack that serves the model itself; it asks it again soon, and only who leaves ends a call."""
    settings = {
        "CALLSCRIBE_LLM__SERVE": MODEL,
        "CALLSCRIBE_LLM__SERVE_CONTEXT_TOKENS": "2048",
        "CALLSCRIBE_LLM__API_KEY": KEY,
        "CALLSCRIBE_LLM__CALL_SECONDS": "3600",
        "CALLSCRIBE_LLM__RETRY_SECONDS": "2",
    }
    with running_stack(settings) as stack:
        yield stack
