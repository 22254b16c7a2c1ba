"""Which transcriber the settings ask for."""

from __future__ import annotations

from callscribe.errors import ModelUnavailable
from callscribe.glossary import Glossary
from callscribe.models import Installation
from callscribe.settings import AsrMode, Settings
from deployments.transcriber.bilingual import Russian
from deployments.transcriber.engine import TranscriberEngine

NO_GLOSSARY = Glossary()


def load_engine(settings: Settings, glossary: Glossary = NO_GLOSSARY, *, threads: int = 1) -> TranscriberEngine:
    """Build the engine on ``threads`` processors; ``ModelUnavailable`` when its weights or packages are not here."""
    match settings.asr:
        case AsrMode.FAST | AsrMode.VOTED:
            return _with_vosk(settings, glossary, threads)
        case AsrMode.GIGAAM:
            return _bilingual(_gigaam(settings, threads), settings, glossary, threads)


def _with_vosk(settings: Settings, glossary: Glossary, threads: int) -> TranscriberEngine:
    from callscribe.glossary.terms import Terms
    from deployments.transcriber.crew import Crew
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
    if settings.asr is AsrMode.FAST:
        from deployments.transcriber.fast import FastTranscriber

        return FastTranscriber(vosk, whisper, crew, rehearing)
    from deployments.transcriber.calibration import Calibration
    from deployments.transcriber.voted import VotedTranscriber
    from deployments.transcriber.voting import Vote

    vote = Vote(Calibration.load(), unhearable)
    return VotedTranscriber(vosk, whisper, crew, vote=vote, rehearing=rehearing)


def _bilingual(russian: Russian, settings: Settings, glossary: Glossary, threads: int) -> TranscriberEngine:
    from callscribe.glossary.terms import Terms
    from deployments.transcriber.bilingual import BilingualTranscriber
    from deployments.transcriber.crew import Crew
    from deployments.transcriber.rehearing import Rehearing
    from deployments.transcriber.unhearable import Unhearable
    from deployments.transcriber.whisper import Whisper

    whisper = Whisper(Installation(settings.models_path).path("whisper-base-ct2"), threads=threads)
    terms = Terms(glossary.terms)
    rehearing = Rehearing(terms, whisper, Unhearable(terms, lambda _: True))
    return BilingualTranscriber(russian, whisper, Crew(threads), rehearing)


def _gigaam(settings: Settings, threads: int) -> Russian:
    if settings.gigaam is None:
        raise ModelUnavailable("CALLSCRIBE_ASR=gigaam needs a checkpoint of GigaAM: set CALLSCRIBE_GIGAAM to one.")
    try:
        import torch

        from deployments.transcriber.gigaam import GigaAM
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"CALLSCRIBE_ASR=gigaam needs {error.name}: install locks/gpu.txt.") from error
    torch.set_num_threads(threads)
    return GigaAM(settings.gigaam, device=torch.device("cuda" if torch.cuda.is_available() else "cpu"))
