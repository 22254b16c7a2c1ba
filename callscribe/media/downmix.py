"""Many channels to one, without losing a voice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from callscribe.media.pcm import SAMPLE_RATE

_MEMORY_SECONDS = 5.0
_TURN_BELOW = -0.5
_TURN_BACK_ABOVE = -0.25
_FADE_SAMPLES = SAMPLE_RATE // 50


class Downmixer:
    """The mean of the channels, each turned round first while it is the mirror image of those before it.

    A voice in one channel only, as telephone recordings have it, survives a plain mean. A voice that is in both
    channels with opposite phase (a cable wired the wrong way round, a "wide stereo" effect) would cancel out: where the
    running correlation of a channel with the mix falls below -0.5, the channel is inverted, faded over 20 ms.
    """

    def __init__(self, channels: int) -> None:
        self._signs = np.ones(channels, dtype=np.float32)
        self._products = np.zeros((channels, 3))

    def mix(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """``block`` has shape (channels, samples) and about a second; the result has shape (samples,)."""
        mixed = block[0].copy()
        for channel in range(1, len(block)):
            mixed += block[channel] * self._gain(channel, block[channel], mixed)
        mean: NDArray[np.float32] = mixed / np.float32(len(block))
        return mean

    def _gain(
        self, channel: int, samples: NDArray[np.float32], mixed: NDArray[np.float32]
    ) -> NDArray[np.float32] | np.float32:
        before = self._signs[channel]
        after = self._sign(self._correlation(channel, samples, mixed), before)
        self._signs[channel] = after
        if before == after:
            return after
        gain = np.full(len(samples), after, dtype=np.float32)
        fade = min(_FADE_SAMPLES, len(samples))
        gain[:fade] = np.linspace(before, after, fade, dtype=np.float32)
        return gain

    def _correlation(self, channel: int, samples: NDArray[np.float32], mixed: NDArray[np.float32]) -> float:
        """Of the last seconds, older ones fading; 0 where one side is silent."""
        products = self._products[channel]
        products *= 0.5 ** (len(samples) / SAMPLE_RATE / _MEMORY_SECONDS)
        products += (np.dot(samples, mixed), np.dot(samples, samples), np.dot(mixed, mixed))
        cross, own, other = products
        return float(cross / np.sqrt(own * other)) if own > 0 and other > 0 else 0.0

    @staticmethod
    def _sign(correlation: float, before: np.float32) -> np.float32:
        if correlation < _TURN_BELOW:
            return np.float32(-1)
        return np.float32(1) if correlation > _TURN_BACK_ABOVE else before
