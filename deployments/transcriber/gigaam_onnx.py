"""GigaAM as files of ONNX, named as https://huggingface.co/istupakov/gigaam-v3-onnx has them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from callscribe.errors import ModelUnavailable
from deployments.transcriber.onnx_engine import OnnxModel

LONGEST_SECONDS = 25.0
"""What the network was trained on. Beyond 200 s it would write nothing."""
_STEP_SECONDS = 0.04
_NAME = re.compile(
    r"(?P<model>(?P<version>v\d)(_e2e)?_(ctc|rnnt(?=_encoder)))(_encoder)?(\.(?P<quantization>\w+))?\.onnx"
)


def gigaam_model(file: Path) -> OnnxModel:
    """Tell by its name which model a file is, or, of a transducer, its encoder; the other files lie beside it.

    Raises ``ModelUnavailable`` where there is no such file, or the folder's ``config.json`` is of another version.
    """
    name = _NAME.fullmatch(file.name)
    if name is None or not file.is_file():
        raise ModelUnavailable(
            f"There is no model of GigaAM at {file}: set CALLSCRIBE_GIGAAM to a file that is named like "
            "v3_e2e_ctc.int8.onnx or v3_rnnt_encoder.onnx, or to a model of `callscribe models list`."
        )
    _require_version(file.with_name("config.json"), name["version"])
    return OnnxModel(
        kind=f"gigaam-{name['model'].replace('_', '-')}",
        folder=file.parent,
        quantization=name["quantization"],
        title=file.stem.replace("_encoder", ""),
        longest=LONGEST_SECONDS,
        step=_STEP_SECONDS,
    )


def _require_version(file: Path, version: str) -> None:
    """Stop where onnx-asr would silently compute the features of version 2 for a model of version 3."""
    told = json.loads(file.read_text(encoding="utf-8")).get("version", "v2") if file.is_file() else "v2"
    if told != version:
        raise ModelUnavailable(
            f'A model of GigaAM {version} needs "version": "{version}" in {file}: take that file from the hub too.'
        )
