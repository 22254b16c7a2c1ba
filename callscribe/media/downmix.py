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
    channels with opposite phase (a cable wired the wrong way round, a "wide stereo" effect) would cancel out: where
    adding a channel to the mix would lose more than half of their energy over the last seconds, it is inverted.
    """

    def __init__(self, channels: int) -> None:
        self._signs = np.ones(channels, dtype=np.float32)
        self._products = np.zeros((channels, 2))

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
        """The sign to take, faded over 20 ms where it changes while there is sound."""
        silent_so_far = not self._products[channel].any()
        before = self._signs[channel]
        after = self._signs[channel] = _sign(self._gained(channel, samples, mixed), before)
        if before == after or silent_so_far:
            return after
        gain = np.full(len(samples), after, dtype=np.float32)
        fade = min(_FADE_SAMPLES, len(samples))
        gain[:fade] = np.linspace(before, after, fade, dtype=np.float32)
        return gain

    def _gained(self, channel: int, samples: NDArray[np.float32], mixed: NDArray[np.float32]) -> float:
        """The share of energy that adding gains, in -1 (all is lost) to 1, over the last seconds, older ones fading."""
        products = self._products[channel]
        products *= 0.5 ** (len(samples) / SAMPLE_RATE / _MEMORY_SECONDS)
        products += (2 * np.dot(samples, mixed), np.dot(samples, samples) + np.dot(mixed, mixed))
        cross, energy = products
        return float(cross / energy) if energy > 0 else 0.0


def _sign(gained: float, before: np.float32) -> np.float32:
    if gained < _TURN_BELOW:
        return np.float32(-1)
    return np.float32(1) if gained > _TURN_BACK_ABOVE else before
