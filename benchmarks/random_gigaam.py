"""Checkpoints of GigaAM as its authors publish them, with random weights: for speed the weights do not matter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from gigaam.model import GigaAMASR
from omegaconf import OmegaConf

MAX_SYMBOLS = 2
"""What a transducer may write at a frame: with random weights it writes as much as it may, 50 letters a second."""
LETTERS = [" ", *map(chr, range(ord("а"), ord("я") + 1))]

_ENCODER = {
    "_target_": "gigaam.encoder.ConformerEncoder",
    "feat_in": 64,
    "subsampling_factor": 4,
    "ff_expansion_factor": 4,
    "self_attention_model": "rotary",
    "pos_emb_max_len": 5000,
    "flash_attn": False,
}
_VERSION_3 = {"subsampling": "conv1d", "subs_kernel_size": 5, "conv_kernel_size": 5, "conv_norm_type": "layer_norm"}
_FEATURES = {"_target_": "gigaam.preprocess.FeatureExtractor", "sample_rate": 16_000, "features": 64}
_FEATURES_3 = {
    "win_length": 320,
    "hop_length": 160,
    "mel_scale": "htk",
    "n_fft": 320,
    "mel_norm": None,
    "center": False,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How large an encoder is; the defaults are GigaAM's own: 240 million weights."""

    d_model: int = 768
    n_layers: int = 16
    n_heads: int = 16
    hidden: int = 320
    """Of the transducer's predictor and joint."""


TINY = Size(d_model=32, n_layers=2, n_heads=4, hidden=32)


def make_gigaam(folder: Path, name: str, size: Size = Size(), *, tokenizer: Path | None = None, seed: int = 0) -> Path:
    """Write ``NAME.ckpt``: the version is what the name begins with, the head ``ctc`` or ``rnnt`` what it ends with.

    ``tokenizer`` is a SentencePiece model, for names with ``e2e``; else tokens are letters.
    """
    torch.manual_seed(seed)
    settings = OmegaConf.create(_settings(name, size, tokenizer))
    network = GigaAMASR(settings)
    _let_it_speak(network)
    path = folder / f"{name}.ckpt"
    torch.save({"cfg": settings, "state_dict": network.state_dict()}, path)
    if tokenizer is not None:
        path.with_name(f"{name}_tokenizer.model").write_bytes(tokenizer.read_bytes())
    return path


def _settings(name: str, size: Size, tokenizer: Path | None) -> dict[str, Any]:
    newest, kind = name.startswith("v3"), name.rpartition("_")[2]
    classes = 1 + (_pieces(tokenizer) if tokenizer else len(LETTERS))
    return {
        "model_name": name,
        "preprocessor": _FEATURES | (_FEATURES_3 if newest else {}),
        "encoder": _ENCODER
        | (_VERSION_3 if newest else {})
        | {"d_model": size.d_model, "n_layers": size.n_layers, "n_heads": size.n_heads},
        "head": _head(kind, size, classes),
        "decoding": {
            "_target_": f"gigaam.decoding.{'CTC' if kind == 'ctc' else 'RNNT'}GreedyDecoding",
            "vocabulary": None if tokenizer else LETTERS,
            "model_path": str(tokenizer) if tokenizer else None,
            **({} if kind == "ctc" else {"max_symbols_per_step": MAX_SYMBOLS}),
        },
    }


def _head(kind: str, size: Size, classes: int) -> dict[str, Any]:
    if kind == "ctc":
        return {"_target_": "gigaam.decoder.CTCHead", "feat_in": size.d_model, "num_classes": classes}
    predictor = {"pred_hidden": size.hidden, "num_classes": classes}
    return {
        "_target_": "gigaam.decoder.RNNTHead",
        "decoder": predictor | {"pred_rnn_layers": 1},
        "joint": predictor | {"enc_hidden": size.d_model, "joint_hidden": size.hidden},
    }


def _pieces(tokenizer: Path) -> int:
    from sentencepiece import SentencePieceProcessor  # noqa: PLC0415

    return len(SentencePieceProcessor(model_file=str(tokenizer)))


def _let_it_speak(network: GigaAMASR) -> None:
    """Spread the head's scores, so that what is likeliest changes with what is heard."""
    with torch.no_grad():
        for parameter in network.head.parameters():
            parameter.mul_(8)
