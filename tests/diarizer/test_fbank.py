"""Filter bank features, on sounds whose features are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from callscribe.media.pcm import SAMPLE_RATE
from deployments.diarizer.fbank import MEL_BINS, FilterBank

WINDOW = SAMPLE_RATE * 3 // 2
LOWEST_HZ, HIGHEST_HZ = 20, SAMPLE_RATE / 2


@pytest.fixture
def filter_bank() -> FilterBank:
    return FilterBank()


def noise(samples: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(0, 0.1, samples).astype(np.float32)


def mel(hertz: float) -> float:
    return float(1127 * np.log(1 + hertz / 700))


def filter_around(hertz: float) -> float:
    """Which of the triangles, evenly spaced in mel, has its peak there."""
    lowest, highest = mel(LOWEST_HZ), mel(HIGHEST_HZ)
    return (mel(hertz) - lowest) / (highest - lowest) * (MEL_BINS + 1) - 1


@pytest.mark.parametrize("hertz", [300, 1000, 4000])
def test_a_tone_stands_out_in_the_filter_around_its_frequency(filter_bank: FilterBank, hertz: int) -> None:
    silence_then_tone = np.sin(2 * np.pi * hertz * np.arange(WINDOW) / SAMPLE_RATE).astype(np.float32)
    silence_then_tone[: WINDOW // 2] = 0
    features = filter_bank.extract(silence_then_tone + noise(WINDOW) * np.float32(0.01))
    risen = features[-20:].mean(axis=0) - features[:20].mean(axis=0)
    assert abs(int(risen.argmax()) - filter_around(hertz)) <= 1


def test_a_window_has_a_frame_each_10_ms_and_no_mean(filter_bank: FilterBank) -> None:
    features = filter_bank.extract(noise(WINDOW))
    assert features.shape == (148, MEL_BINS)
    assert features.dtype == np.float32
    assert np.allclose(features.mean(axis=0), 0, atol=1e-4)


def test_nothing_is_random_and_loudness_does_not_matter(filter_bank: FilterBank) -> None:
    loud = noise(WINDOW)
    assert np.array_equal(filter_bank.extract(loud), filter_bank.extract(loud))
    assert np.allclose(filter_bank.extract(loud), filter_bank.extract(loud / np.float32(8)), atol=1e-3)


@pytest.mark.parametrize("samples", [1, 399, 400])
def test_a_piece_of_a_frame_or_less_is_one_frame(filter_bank: FilterBank, samples: int) -> None:
    assert filter_bank.extract(noise(samples)).shape == (1, MEL_BINS)
