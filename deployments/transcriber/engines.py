"""Which transcriber a profile uses."""

from __future__ import annotations

from callscribe.glossary import Glossary
from callscribe.models import Installation
from callscribe.settings import AsrMode, Settings
from deployments.transcriber.engine import TranscriberEngine

NO_GLOSSARY = Glossary()


def load_engine(settings: Settings, glossary: Glossary = NO_GLOSSARY, *, threads: int = 1) -> TranscriberEngine:
    """Build the profile's engine on ``threads`` processors; ``ModelUnavailable`` when its weights are not here."""
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
    match settings.asr:
        case AsrMode.FAST:
            from deployments.transcriber.fast import FastTranscriber

            return FastTranscriber(vosk, whisper, crew, rehearing)
        case AsrMode.VOTED:
            from deployments.transcriber.calibration import Calibration
            from deployments.transcriber.voted import VotedTranscriber
            from deployments.transcriber.voting import Vote

            vote = Vote(Calibration.load(), unhearable)
            return VotedTranscriber(vosk, whisper, crew, vote=vote, rehearing=rehearing)
