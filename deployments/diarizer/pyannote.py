"""Diarization with pyannote.audio 4 (https://github.com/pyannote/pyannote-audio), on a GPU where there is one.

In single precision always: in half precision a third of the speech goes to the wrong voice.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from pyannote.audio import Pipeline
from pyannote.audio.telemetry import set_telemetry_metrics
from pyannote.core import Annotation

from callscribe.domain import SpeakerSegment
from callscribe.errors import ModelUnavailable
from callscribe.media.pcm import SAMPLE_RATE
from deployments.diarizer.clustering import MAX_SPEAKERS
from deployments.diarizer.speech import read_samples

SEGMENTATION_BATCH = 32
EMBEDDING_BATCH = 16
"""Windows of 10 s, as above: more are no faster and take more memory."""


class PyannoteDiarizer:
    """A pipeline of pyannote's. Calls come from one thread at a time."""

    def __init__(self, pipeline: str, *, token: str | None, device: torch.device, threads: int = 1) -> None:
        """``pipeline`` is a folder, or a name on Hugging Face, which then may want its user's ``token``."""
        set_telemetry_metrics(False)
        self._pipeline = _loaded(pipeline, None if Path(pipeline).is_dir() else token).to(device)
        self._pipeline.segmentation_batch_size = SEGMENTATION_BATCH
        self._pipeline.embedding_batch_size = EMBEDDING_BATCH
        self._pipeline.legacy = False
        self._model = Path(pipeline).name
        self._threads = threads

    @property
    def name(self) -> str:
        """The library and its version, and the pipeline."""
        return f"pyannote.audio {version('pyannote.audio')} {self._model}"

    def diarize(self, wav: Path, *, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        """Segments of a 16 kHz mono 16-bit WAV in time order, overlapping where voices do; none where nobody speaks.

        The whole recording is in memory as floats, 230 MB an hour: read window by window, it takes seven times as long.
        """
        torch.set_num_threads(self._threads)
        with wave.open(str(wav), "rb") as reader:
            samples = torch.from_numpy(read_samples(reader, 0, reader.getnframes()))
        if not len(samples):
            return ()
        bounds = {"num_speakers": num_speakers} if num_speakers else {"min_speakers": 1, "max_speakers": MAX_SPEAKERS}
        found = self._pipeline({"waveform": samples[None], "sample_rate": SAMPLE_RATE, "uri": wav.stem}, **bounds)
        return tuple(_segments(found.speaker_diarization))


def _loaded(pipeline: str, token: str | None) -> Any:  # noqa: ANN401 - called as a file's pipeline, it has no type
    try:
        return Pipeline.from_pretrained(pipeline, token=token)
    except (HfHubHTTPError, LocalEntryNotFoundError, FileNotFoundError) as error:
        raise ModelUnavailable(
            f"The pipeline {pipeline} cannot be had ({type(error).__name__}): accept its conditions on Hugging Face, "
            "and those of speaker-diarization-community-1 where it names no plda, and set CALLSCRIBE_HUB_TOKEN, "
            "or set CALLSCRIBE_PYANNOTE to a folder that holds it all."
        ) from error


def _segments(annotation: Annotation) -> Iterator[SpeakerSegment]:
    for segment, _, speaker in annotation.itertracks(yield_label=True):
        yield SpeakerSegment(float(segment.start), float(segment.end), str(speaker))
