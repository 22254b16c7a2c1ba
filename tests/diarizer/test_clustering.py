"""Voices as points on a sphere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.diarizer.clustering import Embeddings, Labels, cluster, unit_length


def voices(*counts: int, spread: float = 0.04, seed: int = 1) -> tuple[Embeddings, list[int]]:
    """So many windows of each voice, in turn, and whose they are."""
    random = np.random.default_rng(seed)
    centres = unit_length(random.standard_normal((len(counts), 192)).astype(np.float32))
    truth = [voice for voice, count in enumerate(counts) for _ in range(count)]
    noise = spread * random.standard_normal((len(truth), 192)).astype(np.float32)
    return unit_length(centres[truth] + noise), truth


def found(embeddings: Embeddings, num_speakers: int | None = None) -> Labels:
    return cluster(embeddings, np.ones(len(embeddings), bool), num_speakers)


def agree(labels: Labels, truth: list[int]) -> bool:
    """Whether both divide the windows in the same way."""
    return len(set(zip(labels.tolist(), truth, strict=True))) == len(set(labels.tolist())) == len(set(truth))


@pytest.mark.parametrize("counts", [(40,), (40, 30), (30, 30, 30), (100, 8), (20, 20, 20, 20, 20)])
def test_the_number_of_voices_is_found(counts: tuple[int, ...]) -> None:
    embeddings, truth = voices(*counts)
    assert agree(found(embeddings), truth)


def test_a_long_recording_is_clustered_by_its_landmarks() -> None:
    embeddings, truth = voices(3000, 2500, 1500)
    assert agree(found(embeddings), truth)


def test_a_recording_that_repeats_itself_has_no_more_voices() -> None:
    once, truth = voices(30, 25)
    repeated = np.tile(once, (40, 1))
    assert agree(found(repeated), truth * 40)


def test_unreliable_windows_make_no_voices() -> None:
    embeddings, truth = voices(40, 30)
    lost, _ = voices(12, spread=1, seed=7)
    reliable = np.array([True] * len(embeddings) + [False] * len(lost))
    labels = cluster(np.concatenate([embeddings, lost]), reliable, None)
    assert agree(labels[: len(truth)], truth)
    assert set(labels[len(truth) :]) <= set(labels[: len(truth)])


@given(st.integers(1, 6), st.integers(1, 40), st.integers(0, 3))
def test_the_number_that_is_given_is_honoured(num_speakers: int, rows: int, seed: int) -> None:
    embeddings, _ = voices(rows, spread=0.2, seed=seed)
    assert 1 <= len(set(found(embeddings, num_speakers).tolist())) <= num_speakers


@pytest.mark.parametrize("num_speakers", [1, 2, 3, 4])
def test_a_number_that_is_not_the_one_heard_is_honoured(num_speakers: int) -> None:
    embeddings, _ = voices(40, 30)
    assert len(set(found(embeddings, num_speakers).tolist())) == num_speakers


def test_the_same_windows_give_the_same_voices() -> None:
    embeddings, _ = voices(40, 30, 20, spread=0.1)
    assert found(embeddings).tolist() == found(embeddings).tolist()
