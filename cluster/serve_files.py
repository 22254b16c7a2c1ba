"""Serve's files, fitted to the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from callscribe.settings import Settings

GRAPH: Final = "callscribe"
"""The application of the API and the models."""

PAGES: Final = "ui"
"""The application that serves the web pages, where the settings want them."""

LLM: Final = "llm"
"""The application that serves a language model, where the settings name one."""

KONTUR_TALK: Final = "kontur_talk"
"""The application that fetches a space's recordings, where the settings have the key to one."""

KAFKA: Final = "kafka"
"""The application that speaks to brokers, where the settings name some."""

_OUR_LLM: Final = "serve_app.llm:build_llm"
"""llama.cpp, which runs wherever the graph does. Others need an image of their own."""


def fitted(config: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """A Serve file's content, told the settings' profile and model, without the applications that they do not want."""
    applications = [_told(each, settings) for each in config["applications"] if _is_wanted(each, settings)]
    return {**config, "applications": applications}


def _is_wanted(application: Mapping[str, Any], settings: Settings) -> bool:
    wanted = {
        PAGES: settings.pages,
        LLM: settings.llm.serve is not None and application["import_path"] == _OUR_LLM,
        KONTUR_TALK: settings.kontur_talk.enabled,
        KAFKA: settings.kafka.enabled,
    }
    return wanted.get(application["name"], True)


def _told(application: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    told = {GRAPH: {"profile": settings.profile.value}, LLM: {"model": settings.llm.serve}}
    args = application.get("args", {}) | told.get(application["name"], {})
    return {**application, "args": args}
