"""Which transcriber the settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from callscribe.errors import ModelUnavailable
from callscribe.glossary import Glossary
from callscribe.models import Catalogue, Installation
from callscribe.settings import AsrMode, EnglishEngine, Settings, is_catalogued
from deployments.transcriber.engine import Monolingual, TranscriberEngine

if TYPE_CHECKING:
    from deployments.transcriber.crew import Crew
    from deployments.transcriber.whisper import Whisper

NO_GLOSSARY = Glossary()
TORCH_WEIGHTS = ".ckpt"


def load_engine(settings: Settings, glossary: Glossary = NO_GLOSSARY, *, threads: int = 1) -> TranscriberEngine:
    """Build the engine on ``threads`` processors; ``ModelUnavailable`` when its weights or packages are not here."""
    match settings.engines.asr:
        case AsrMode.FAST | AsrMode.VOTED:
            return _with_vosk(settings, glossary, threads)
        case AsrMode.GIGAAM:
            return _bilingual(_gigaam(settings, threads), settings, glossary, threads)


def _with_vosk(settings: Settings, glossary: Glossary, threads: int) -> TranscriberEngine:
    from callscribe.glossary.terms import Terms
    from deployments.transcriber.crew import Crew
    from deployments.transcriber.english import English
    from deployments.transcriber.rehearing import Rehearing
    from deployments.transcriber.unhearable import Unhearable
    from deployments.transcriber.vosk import Vosk
    from deployments.transcriber.whisper import Whisper

    models = Installation(settings.models_path)
    vosk = Vosk(models.path("vosk-small-ru-0.22"))
    whisper = Whisper(models.path("whisper-base-ct2"), threads=threads)
    crew = Crew(threads)
    terms = Terms(glossary.terms)
    unhearable = Unhearable(terms, vosk.knows)
    rehearing = Rehearing(terms, whisper, unhearable)
    english = English(_english(settings, whisper, crew, threads), crew, rehearing)
    if settings.engines.asr is AsrMode.FAST:
        from deployments.transcriber.fast import FastTranscriber

        return FastTranscriber(vosk, english, whisper, crew)
    from deployments.transcriber.calibration import Calibration
    from deployments.transcriber.voted import VotedTranscriber
    from deployments.transcriber.voting import Vote

    vote = Vote(Calibration.load(), unhearable)
    return VotedTranscriber(vosk, whisper, english, crew, vote=vote, rehearing=rehearing)


def _bilingual(russian: Monolingual, settings: Settings, glossary: Glossary, threads: int) -> TranscriberEngine:
    from callscribe.glossary.terms import Terms
    from deployments.transcriber.bilingual import BilingualTranscriber
    from deployments.transcriber.crew import Crew
    from deployments.transcriber.english import English
    from deployments.transcriber.rehearing import Rehearing
    from deployments.transcriber.unhearable import Unhearable
    from deployments.transcriber.whisper import Whisper

    whisper = Whisper(Installation(settings.models_path).path("whisper-base-ct2"), threads=threads)
    crew = Crew(threads)
    terms = Terms(glossary.terms)
    rehearing = Rehearing(terms, whisper, Unhearable(terms, lambda _: True))
    english = English(_english(settings, whisper, crew, threads), crew, rehearing)
    return BilingualTranscriber(russian, english, whisper, crew, rehearing)


def _english(settings: Settings, whisper: Whisper, crew: Crew, threads: int) -> Monolingual:
    match settings.english:
        case EnglishEngine.WHISPER:
            from deployments.transcriber.english import WhisperEnglish

            return WhisperEnglish(whisper, crew)
        case EnglishEngine.PARAKEET:
            from deployments.transcriber.onnx_engine import OnnxEngine
            from deployments.transcriber.parakeet import parakeet_model

            model = parakeet_model(_file(settings.parakeet, settings))
            return OnnxEngine(model, provider=settings.onnx_provider, threads=threads)


def _gigaam(settings: Settings, threads: int) -> Monolingual:
    weights = _file(settings.engines.gigaam, settings)
    if weights.suffix == TORCH_WEIGHTS:
        return _gigaam_on_torch(weights, threads)
    from deployments.transcriber.gigaam_onnx import gigaam_model
    from deployments.transcriber.onnx_engine import OnnxEngine

    return OnnxEngine(gigaam_model(weights), provider=settings.onnx_provider, threads=threads)


def _gigaam_on_torch(checkpoint: Path, threads: int) -> Monolingual:
    try:
        import torch

        from deployments.transcriber.gigaam import GigaAM
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"{checkpoint.name} needs {error.name}: install locks/gpu.txt.") from error
    torch.set_num_threads(threads)
    return GigaAM(checkpoint, device=torch.device("cuda" if torch.cuda.is_available() else "cpu"))


def _file(weights: str, settings: Settings) -> Path:
    """Find the file that names the weights: the operator's, or the first of a model of the catalogue."""
    if not is_catalogued(weights):
        return Path(weights)
    return Installation(settings.models_path).path(weights) / Catalogue.load()[weights].files[0].path
