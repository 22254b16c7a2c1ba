"""Many channels become one without losing a voice."""

from __future__ import annotations

import numpy as np
import pytest

from callscribe.media.downmix import Downmixer
from tests import sounds


def mixed(sound: sounds.Sound) -> sounds.Sound:
    downmixer = Downmixer(len(sound))
    blocks = [downmixer.mix(sound[:, start : start + 16_000]) for start in range(0, sound.shape[1], 16_000)]
    return np.concatenate(blocks)[None]


def test_one_channel_is_itself() -> None:
    assert np.array_equal(mixed(sounds.tone(2)), sounds.tone(2))


def test_equal_channels_are_one_of_them() -> None:
    assert np.allclose(mixed(np.repeat(sounds.speech(5), 4, axis=0)), sounds.speech(5), atol=1e-6)


def test_different_voices_are_both_heard_at_half_their_level() -> None:
    left, right = sounds.tone(3, hertz=300), sounds.tone(3, hertz=1000)

    assert np.allclose(mixed(sounds.stereo(left, right)), (left + right) / 2, atol=1e-6)


def test_a_mirrored_channel_is_turned_round() -> None:
    speech = sounds.speech(5)

    assert np.allclose(mixed(sounds.stereo(speech, -speech)), speech, atol=1e-6)


def test_a_silent_first_channel_does_not_hide_the_mirror() -> None:
    speech = sounds.speech(5)
    sound = np.concatenate([np.zeros_like(speech), speech, -speech])

    assert np.allclose(mixed(sound), speech * 2 / 3, atol=1e-6)


@pytest.mark.parametrize("echo", [-0.1, -0.2, 0.3])
def test_the_faint_mirrored_echo_of_the_other_voice_turns_nothing_round(echo: float) -> None:
    """A telephone's hybrid leaks the far voice into the near channel, often inverted."""
    near, far = sounds.speech(4, start=0), sounds.speech(4, start=20)
    silence = sounds.silence(4)
    left = np.concatenate([far, silence], axis=1)
    right = np.concatenate([echo * far, near], axis=1)

    assert np.allclose(mixed(sounds.stereo(left, right)), (left + right) / 2, atol=1e-6)


def test_turning_round_is_faded_and_not_a_click() -> None:
    tone = sounds.tone(4, hertz=200, level=0.5)
    right = np.concatenate([tone[:, :32_000], -tone[:, 32_000:]], axis=1)
    sound = sounds.stereo(tone, right)

    steps = np.abs(np.diff(mixed(sound)[0]))

    assert steps.max() < 0.1, "a tone of that pitch moves by 0.04 a sample"
