"""The language model stands beside the graph only where the settings name one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from callscribe.settings import LlmSettings, Settings
from cluster.stack import llm_environment, serve_file


def applications(llm: LlmSettings) -> dict[str, Any]:
    config = serve_file(Settings(_env_file=None, pages=False, llm=llm))
    return {application["name"]: application for application in config["applications"]}


def test_without_a_model_there_is_only_the_graph() -> None:
    assert applications(LlmSettings()).keys() == {"callscribe"}


def test_the_model_is_the_one_that_the_settings_name() -> None:
    llm = applications(LlmSettings(serve="gemma3-270m-base"))["llm"]
    assert llm["args"] == {"model": "gemma3-270m-base"}
    assert llm["route_prefix"] == "/llm"


@pytest.mark.parametrize(
    ("llm", "url"),
    [
        (LlmSettings(), None),
        (LlmSettings(url="http://elsewhere/v1", serve="gemma3-270m-base"), None),
        (LlmSettings(serve="gemma3-270m-base"), "http://127.0.0.1:8123/llm/v1"),
    ],
)
def test_the_graph_is_pointed_at_it_unless_the_operator_points_elsewhere(llm: LlmSettings, url: str | None) -> None:
    environment = llm_environment(Settings(_env_file=None, port=8123, llm=llm))
    assert environment.get("CALLSCRIBE_LLM__URL") == url
    assert environment.get("CALLSCRIBE_LLM__SERVE") == llm.serve


def test_the_graph_shows_the_model_the_operators_key_or_one_that_nobody_knows() -> None:
    def key(llm: LlmSettings) -> str:
        return llm_environment(Settings(_env_file=None, llm=llm))["CALLSCRIBE_LLM__API_KEY"]

    assert key(LlmSettings(serve="gemma3-270m-base", api_key=SecretStr("mine"))) == "mine"
    drawn = [key(LlmSettings(serve="gemma3-270m-base")) for _ in range(2)]
    assert len(set(drawn)) == len(drawn)
    assert min(map(len, drawn)) >= 32
