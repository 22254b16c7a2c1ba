"""What is heard by small networks with random weights, and what they are made with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from sentencepiece import SentencePieceTrainer

from callscribe.domain import Word
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from tests.sounds import speech


def cut(start: float, end: float) -> Chunk:
    """A piece of the bundled meeting."""
    samples = (speech(60)[0] * 32767).astype(np.int16)
    return Chunk(start, samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)])


def text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """So small a network waits for its threads more than it works."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SentencePiece model as the models with punctuation have it."""
    folder = tmp_path_factory.mktemp("tokenizer")
    text = folder / "text.txt"
    text.write_text("Да, мы там. Нет, вы тут! Как он, так и они? Что ж, то да это.\n" * 20, encoding="utf-8")
    SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "pieces"), vocab_size=60, hard_vocab_limit=False, minloglevel=2
    )
    return folder / "pieces.model"
