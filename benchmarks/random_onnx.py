"""Speech models as files of ONNX, with random weights: GigaAM's own networks, and a Parakeet of their parts.

Networks are exported as those that are published were, in 2025: with one chunk, of any length.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from gigaam.encoder import ConformerEncoder
from onnxruntime.quantization import quantize_dynamic
from torch import Tensor, nn

from benchmarks.random_gigaam import MAX_SYMBOLS
from deployments.transcriber.gigaam_loading import load_network

BLANK = "<blk>"
_OPSET = 17
Axes = Mapping[str, Sequence[int]]
"""Inputs or outputs of a network in their order, and which of their dimensions may have any size."""


class _WithHead(nn.Module):
    """A network of CTC from features to the tokens' logarithmic probabilities."""

    def __init__(self, network: Any) -> None:  # noqa: ANN401 - the package has no types
        super().__init__()
        self.encoder, self.head = network.encoder, network.head

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        scores: Tensor = self.head(self.encoder(features, lengths)[0])
        return scores


def export_gigaam(checkpoint: Path, folder: Path, name: str | None = None) -> Path:
    """Write the ONNX files of a checkpoint and what onnx-asr wants beside them; the file that names the model.

    ``name`` is another one than the checkpoint's: its version is that of the features.
    """
    network = load_network(checkpoint, torch.device("cpu"))
    name = name or checkpoint.stem
    folder.mkdir(exist_ok=True)
    version = name.partition("_")[0]
    tokens = _tokens(network.decoding.tokenizer)
    _write_words(folder / (f"{name if 'e2e' in name else version}_vocab.txt"), tokens)
    _write_config(folder, model_type="gigaam", version=version, max_tokens_per_step=MAX_SYMBOLS)
    example = network.encoder.input_example(batch_size=1)
    if name.endswith("ctc"):
        whole: Axes = {"features": (0, 2), "feature_lengths": (0,)}
        return _exported(_WithHead(network), example, folder / f"{name}.onnx", whole, {"log_probs": (0, 1)})
    decoder, joint = network.head.decoder, network.head.joint
    hidden = torch.zeros(1, 1, decoder.pred_hidden)
    said, frame = torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, joint.enc_hidden, 1)
    state: Axes = {"x": (), "h.1": (), "c.1": ()}
    after: Axes = {"dec": (), "h": (), "c": ()}
    _exported(decoder, (said, hidden, hidden), folder / f"{name}_decoder.onnx", state, after)
    both = frame, hidden.transpose(1, 2)
    _exported(joint, both, folder / f"{name}_joint.onnx", {"enc": (), "dec": ()}, {"joint": ()})
    sound: Axes = {"audio_signal": (0, 2), "length": (0,)}
    encoded: Axes = {"encoded": (0, 2), "encoded_len": (0,)}
    return _exported(network.encoder, example, folder / f"{name}_encoder.onnx", sound, encoded)


class Tdt(nn.Module):
    """A token-and-duration transducer: what was said so far and a frame, to the next token and how long it lasts."""

    def __init__(self, hidden: int, tokens: int, durations: int = 5) -> None:
        super().__init__()
        self.embed = nn.Embedding(tokens, hidden)
        self.lstm = nn.LSTM(hidden, hidden, 2)
        self.scores = nn.Linear(hidden, tokens + durations)

    def forward(
        self, frame: Tensor, targets: Tensor, lengths: Tensor, hidden: Tensor, cell: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Take ``frame`` (1 × D × 1) and ``targets`` (1 × 1); give 1 × 1 × 1 × (tokens + durations), and the state."""
        predicted, (hidden, cell) = self.lstm(self.embed(targets).transpose(0, 1), (hidden, cell))
        joined = frame.transpose(1, 2).unsqueeze(2) + predicted.transpose(0, 1).unsqueeze(1)
        return self.scores(joined.relu()), lengths + 0, hidden, cell


class ParakeetEncoder(nn.Module):
    """GigaAM's Conformer with Parakeet's features and its eight frames in one."""

    def __init__(self, hidden: int, features: int = 128) -> None:
        super().__init__()
        self.conformer = ConformerEncoder(
            feat_in=features, n_layers=2, d_model=hidden, n_heads=4, subsampling_factor=8, pos_emb_max_len=5000
        )

    def forward(self, features: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """From B × 128 × T to B × D × T/8."""
        encoded, lengths = self.conformer(features, lengths)
        return encoded, lengths.long()


def make_parakeet(folder: Path, tokens: Sequence[str], hidden: int = 32, seed: int = 0) -> tuple[Path, nn.Module, Tdt]:
    """Write a small Parakeet TDT; the file that names it, and its two networks."""
    torch.manual_seed(seed)
    encoder, decoder = ParakeetEncoder(hidden).eval(), Tdt(hidden, len(tokens) + 1).eval()
    with torch.no_grad():
        decoder.scores.weight.mul_(8)
    folder.mkdir(exist_ok=True)
    _write_words(folder / "vocab.txt", tokens)
    _write_config(folder, model_type="nemo-conformer-tdt", features_size=128, subsampling_factor=8)
    state = torch.zeros(2, 1, hidden)
    example = torch.zeros(1, hidden, 1), torch.zeros(1, 1, dtype=torch.int32), torch.ones(1, dtype=torch.int32)
    names = ("encoder_outputs", "targets", "target_length", "input_states_1", "input_states_2")
    given: Axes = dict.fromkeys(names, ())
    told: Axes = dict.fromkeys(("outputs", "prednet_lengths", "output_states_1", "output_states_2"), ())
    _exported(decoder, (*example, state, state), folder / "decoder_joint-model.onnx", given, told)
    sound: Axes = {"audio_signal": (0, 2), "length": (0,)}
    encoded: Axes = {"outputs": (0, 2), "encoded_lengths": (0,)}
    features = torch.zeros(1, 128, 200), torch.tensor([200])
    return _exported(encoder, features, folder / "encoder-model.onnx", sound, encoded), encoder, decoder


def quantized(file: Path, folder: Path) -> Path:
    """Write the int8 files of a model into another folder, with what is beside them; the file that names it."""
    folder.mkdir(exist_ok=True)
    for each in file.parent.iterdir():
        if each.suffix == ".onnx":
            quantize_dynamic(each, folder / f"{each.stem}.int8.onnx", op_types_to_quantize=["MatMul"])
        else:
            shutil.copy(each, folder)
    return folder / f"{file.stem}.int8.onnx"


def _exported(network: nn.Module, example: tuple[Tensor, ...], file: Path, inputs: Axes, outputs: Axes) -> Path:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter's age, and of every constant that it meets
        torch.onnx.export(
            network,
            example,
            str(file),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: list(axes) for name, axes in (*inputs.items(), *outputs.items()) if axes},
            opset_version=_OPSET,
            dynamo=False,
        )
    return file


def _tokens(tokenizer: Any) -> list[str]:  # noqa: ANN401
    if tokenizer.charwise:
        return list(tokenizer.vocab)
    return [tokenizer.model.IdToPiece(token) for token in range(len(tokenizer.model))]


def _write_words(file: Path, tokens: Sequence[str]) -> None:
    lines = (f"{token.replace(' ', '▁')} {number}\n" for number, token in enumerate([*tokens, BLANK]))
    file.write_text("".join(lines), encoding="utf-8")


def _write_config(folder: Path, **config: str | int) -> None:
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
