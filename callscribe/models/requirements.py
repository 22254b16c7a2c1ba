"""Which models of the catalogue the settings ask for."""

from __future__ import annotations

from collections.abc import Iterator

from callscribe.settings import AsrMode, EnglishEngine, Settings, is_catalogued


def required_models(settings: Settings) -> list[str]:
    """The names of the models that the chosen engines cannot do without; weights that are files need no fetching."""
    return [name for name in _wanted(settings) if is_catalogued(name)]


def _wanted(settings: Settings) -> Iterator[str]:
    yield "whisper-base-ct2"
    match settings.engines.asr:
        case AsrMode.VOTED | AsrMode.FAST:
            yield "vosk-small-ru-0.22"
        case AsrMode.GIGAAM:
            yield settings.engines.gigaam
    if settings.english is EnglishEngine.PARAKEET:
        yield settings.parakeet
    yield "en-core-web-sm-3.8.0"
    if settings.llm.serve:
        yield settings.llm.serve
