"""GigaAM's own networks, small and with random weights, through the whole engine."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gigaam.encoder import ConformerEncoder

from benchmarks.random_gigaam import TINY, make_gigaam
from callscribe.domain import Language
from callscribe.errors import ModelUnavailable
from callscribe.media.chunks import Chunk
from callscribe.settings import AsrMode, Settings
from deployments.transcriber.engines import load_engine
from deployments.transcriber.gigaam import GigaAM
from tests.transcriber.conftest import cut, text

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = torch.device("cpu")
NEWEST = "subsampling" in signature(ConformerEncoder).parameters
"""Whether the package is its repository's, which knows version 3; its release 0.1.0 does not."""
NAMES = ["v2_ctc", "v2_rnnt", *(["v3_ctc", "v3_rnnt"] if NEWEST else [])]
Make = Callable[..., GigaAM]


@pytest.fixture(scope="module")
def chunks() -> list[Chunk]:
    """Pieces of a meeting, the last one too long."""
    return [cut(0, 7.3), cut(5, 6.1), cut(30, 55.4)]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda name, **how: GigaAM(make_gigaam(tmp_path, name, TINY, **how), device=CPU)


def by_the_package(engine: GigaAM, chunk: Chunk) -> str:
    """What the package's own decoder makes of one chunk."""
    network: Any = engine._network
    samples = torch.from_numpy(chunk.samples.astype(np.float32) / 32768)[None]
    with torch.inference_mode():
        encoded, frames = network(samples, torch.tensor([samples.shape[1]]))
        heard = network.decoding.decode(network.head, encoded, frames)[0]
    return " ".join((heard if isinstance(heard, str) else heard[0]).split())


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_that_the_package_would_write(make: Make, name: str) -> None:
    engine = make(name)
    chunk = cut(8, 13)  # as long as a bucket: where it is filled up, release 0.1.0 hears its end a little otherwise
    heard = text(engine.hear([chunk])[0])
    assert heard == by_the_package(engine, chunk)
    assert len(set(heard)) > 3, "not one letter over and over"


def test_pieces_of_words_become_words(make: Make, tokenizer: Path) -> None:
    engine, chunk = make("v2_e2e_ctc", tokenizer=tokenizer), cut(8, 13)
    heard = text(engine.hear([chunk])[0])
    assert " " in heard
    assert heard == by_the_package(engine, chunk)


@pytest.mark.parametrize("name", NAMES)
def test_a_chunk_is_heard_the_same_alone_and_among_others(make: Make, chunks: list[Chunk], name: str) -> None:
    engine = make(name)
    together = engine.hear(chunks)
    assert [text(words) for words in together] == [text(engine.hear([chunk])[0]) for chunk in chunks]
    assert engine.hear(chunks[::-1]) == together[::-1], "answers come in the order of the chunks"


@pytest.mark.parametrize("name", NAMES)
def test_words_are_timed_in_order_within_their_chunk(make: Make, chunks: list[Chunk], name: str) -> None:
    for chunk, words in zip(chunks, make(name).hear(chunks), strict=True):
        assert words
        assert chunk.start <= words[0].start
        assert words[-1].end <= chunk.start + chunk.seconds + 0.1
        assert all(word.start < word.end for word in words)
        assert all(one.end <= other.start for one, other in itertools.pairwise(words))
        assert all(0 < word.confidence <= 1 for word in words)


def test_more_chunks_than_a_batch_takes(tmp_path: Path, chunks: list[Chunk]) -> None:
    checkpoint = make_gigaam(tmp_path, "v2_ctc", TINY)
    few, many = (GigaAM(checkpoint, device=CPU, batch=batch).hear(chunks) for batch in (2, 32))
    assert list(map(text, few)) == list(map(text, many))


def test_no_chunks_have_no_words(make: Make) -> None:
    assert make("v2_ctc").hear([]) == []


def test_a_missing_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="CALLSCRIBE_GIGAAM"):
        GigaAM(tmp_path / "v3_ctc.ckpt", device=CPU)


def test_a_checkpoint_that_lacks_weights_is_told(tmp_path: Path) -> None:
    path = make_gigaam(tmp_path, "v2_ctc", TINY)
    checkpoint = torch.load(path, weights_only=False)
    del checkpoint["state_dict"]["head.decoder_layers.0.weight"]
    torch.save(checkpoint, path)
    with pytest.raises(ModelUnavailable, match=r"lacks weights.*head\.decoder_layers"):
        GigaAM(path, device=CPU)


def test_a_model_that_the_package_is_too_old_for_is_told(tmp_path: Path) -> None:
    path = make_gigaam(tmp_path, "v2_ctc", TINY)
    checkpoint = torch.load(path, weights_only=False)
    checkpoint["cfg"].encoder.of_tomorrow = 1
    torch.save(checkpoint, path)
    with pytest.raises(ModelUnavailable, match="cannot build"):
        GigaAM(path, device=CPU)


@pytest.mark.models
def test_the_settings_choose_it(tmp_path: Path, chunks: list[Chunk]) -> None:
    chosen = {"asr": AsrMode.GIGAAM, "gigaam": str(make_gigaam(tmp_path, "v2_ctc", TINY))}
    engine = load_engine(Settings().model_copy(update=chosen))
    assert engine.name.startswith("gigaam")
    assert engine.name.endswith("v2_ctc")
    assert text(engine.transcribe(chunks[:1], Language.RU)[0])
    assert engine.detect_language(chunks[:1]) is Language.RU
