"""What GigaAM's encoder has heard, written as tokens: greedily, whole batches at a time, with times and confidences.

Arrays: B chunks, T frames of the encoder (25 a second), D features, C tokens of which the last is the blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from gigaam.decoder import CTCHead
from torch import Tensor

from deployments.transcriber.gigaam_loading import Network
from deployments.transcriber.tokens import BLANK, PIECE_BLANK, Token

Decoder = Callable[[Tensor, Tensor, Tensor], list[list[Token]]]
"""From the encoder's output (B × D × T), its lengths in frames and in seconds (B), to each chunk's tokens."""


def decoder_of(network: Network) -> Decoder:
    """Give the decoder that fits a network's head."""
    path = _ctc_path if isinstance(network.head, CTCHead) else _transducer_path
    spelling = _spelling(network.decoding.tokenizer)

    def decode(encoded: Tensor, frames: Tensor, seconds: Tensor) -> list[list[Token]]:
        emitted = path(network, encoded, frames)
        steps = (seconds / frames.clamp(min=1)).tolist()
        return [
            [Token(spelling[token], start * step, end * step, confidence) for token, start, end, confidence in row]
            for row, step in zip(emitted, steps, strict=True)
        ]

    return decode


Emission = tuple[int, int, int, float]
"""A token, the frame at which it begins and the one before which it ends, and its probability."""


def _ctc_path(network: Network, encoded: Tensor, frames: Tensor) -> list[list[Emission]]:
    """Align by the likeliest path: a token lasts for as long as it is the likeliest of all."""
    scores, labels = network.head(encoder_output=encoded).max(dim=-1)
    rows = zip(labels.cpu().numpy(), scores.exp().cpu().numpy(), frames.tolist(), strict=True)
    return [list(_runs(label[:length], score[:length], network.decoding.blank_id)) for label, score, length in rows]


def _runs(labels: np.ndarray[Any, Any], scores: np.ndarray[Any, Any], blank: int) -> Iterator[Emission]:
    borders = np.flatnonzero(np.diff(labels, prepend=-1, append=-1))
    for start, end in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True):
        if labels[start] != blank:
            yield int(labels[start]), start, end, float(scores[start:end].max())


def _transducer_path(network: Network, encoded: Tensor, frames: Tensor) -> list[list[Emission]]:
    """Let every chunk emit at a frame until it emits the blank, or as many tokens as the model may; then go on."""
    head, decoding = network.head, network.decoding
    heard = encoded.transpose(1, 2)
    predicted, state = head.decoder.predict(None, None, batch_size=len(heard))
    steps: list[tuple[int, Tensor, Tensor, Tensor]] = []
    for frame in range(int(frames.max())):
        emitting = frame < frames
        for _ in range(decoding.max_symbols):
            scores, tokens = head.joint.joint(heard[:, frame : frame + 1], predicted)[:, 0, 0].max(dim=-1)
            emitting = emitting & (tokens != decoding.blank_id)
            if not emitting.any():
                break
            steps.append((frame, emitting, tokens, scores.exp()))
            fresh, after = head.decoder.predict(tokens[:, None], state)
            predicted = torch.where(emitting[:, None, None], fresh, predicted)
            state = tuple(torch.where(emitting[:, None], new, old) for new, old in zip(after, state, strict=True))
    return _by_chunk(steps, len(heard))


def _by_chunk(steps: Sequence[tuple[int, Tensor, Tensor, Tensor]], count: int) -> list[list[Emission]]:
    if not steps:
        return [[] for _ in range(count)]
    emitting, tokens, scores = (torch.stack(column).cpu().numpy() for column in list(zip(*steps, strict=True))[1:])
    starts = [step[0] for step in steps]
    return [
        [(int(tokens[at, row]), starts[at], starts[at] + 1, float(scores[at, row])) for at in np.flatnonzero(emits)]
        for row, emits in enumerate(emitting.T)
    ]


def _spelling(tokenizer: Any) -> list[str]:  # noqa: ANN401
    """Each token's text: a letter, or a piece of a word with the blank before it; nothing where it marks something."""
    if tokenizer.charwise:
        return list(tokenizer.vocab)
    model = tokenizer.model
    marks = {token for token in range(len(model)) if model.IsControl(token) or model.IsUnknown(token)}
    return ["" if token in marks else model.IdToPiece(token).replace(PIECE_BLANK, BLANK) for token in range(len(model))]
