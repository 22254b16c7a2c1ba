"""Any audio to 16 kHz, its channels as they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.filter import Graph
from numpy.typing import NDArray

from callscribe.media.pcm import SAMPLE_RATE


class Resampler:
    """What ``av.AudioResampler`` does, for frames that are all like the first, but in one thread.

    That one starts a thread a core, and on a large machine their stacks alone are past the limit of memory.
    """

    def __init__(self, like: AudioFrame) -> None:
        self._graph = Graph()
        self._graph.threads = 1
        self._graph.link_nodes(
            self._graph.add(
                "abuffer",
                sample_rate=str(like.sample_rate),
                sample_fmt=like.format.name,
                channel_layout=like.layout.name,
                time_base=f"1/{like.sample_rate}",
            ),
            # Packed samples, since PyAV reads past the end of the list of planes where there are eight or more.
            self._graph.add("aformat", sample_rates=str(SAMPLE_RATE), sample_fmts="flt"),
            self._graph.add("abuffersink"),
        ).configure()
        self._graph.set_audio_frame_size(SAMPLE_RATE)

    def resample(self, frame: AudioFrame | None) -> Iterator[NDArray[np.float32]]:
        """Blocks of a second, shaped (channels, samples); ``None`` asks for the rest."""
        if frame is not None:
            frame.pts = None
        self._graph.push(frame)
        while True:
            try:
                block = self._graph.pull()
            except (NothingYet, NothingMore):
                return
            if isinstance(block, AudioFrame):
                interleaved = block.to_ndarray().astype(np.float32, copy=False)
                yield interleaved.reshape(block.samples, -1).T
