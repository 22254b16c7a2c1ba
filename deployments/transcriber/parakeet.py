"""Parakeet TDT as files of ONNX, named as https://huggingface.co/istupakov/parakeet-tdt-0.6b-v3-onnx has them."""

from __future__ import annotations

import re
from pathlib import Path

from callscribe.errors import ModelUnavailable
from callscribe.media.chunks import MAX_SECONDS
from deployments.transcriber.onnx_engine import OnnxModel

_STEP_SECONDS = 0.08
_NAME = re.compile(r"encoder-model(\.(?P<quantization>\w+))?\.onnx")


def parakeet_model(file: Path) -> OnnxModel:
    """Tell the model by its encoder; the other files lie beside it. It hears longer chunks than there are.

    Raises ``ModelUnavailable`` where there is no such file, or no ``config.json`` with it.
    """
    name = _NAME.fullmatch(file.name)
    if name is None or not file.is_file():
        raise ModelUnavailable(
            f"There is no Parakeet at {file}: set CALLSCRIBE_PARAKEET to a file that is named encoder-model.onnx or "
            "encoder-model.int8.onnx, or to a model of `callscribe models list`."
        )
    if not file.with_name("config.json").is_file():
        raise ModelUnavailable(f"Parakeet needs config.json in {file.parent}: take that file from the hub too.")
    return OnnxModel(
        kind="nemo-conformer-tdt",
        folder=file.parent,
        quantization=name["quantization"],
        title=file.parent.name,
        longest=MAX_SECONDS,
        step=_STEP_SECONDS,
    )
