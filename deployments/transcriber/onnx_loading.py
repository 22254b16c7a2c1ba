"""onnx-asr's models from a folder, computed where the operator wants them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import onnx_asr
import onnxruntime
from onnx_asr.adapters import TextResultsAsrAdapter
from onnx_asr.utils import ModelLoadingError
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, RuntimeException

from callscribe.errors import ModelUnavailable
from callscribe.settings import OnnxProvider

_PROVIDERS: Final = {
    OnnxProvider.CPU: ("CPUExecutionProvider",),
    OnnxProvider.CUDA: ("CUDAExecutionProvider", "CPUExecutionProvider"),
    OnnxProvider.TENSORRT: ("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"),
}
"""As ONNX Runtime calls them; what the first cannot compute the next does."""


def loaded(
    kind: str, folder: Path, quantization: str | None, provider: OnnxProvider | None = None
) -> TextResultsAsrAdapter:
    """Load a model with one thread to a chunk; ``ModelUnavailable`` where it is not there or cannot run so."""
    wanted = _PROVIDERS[provider or _best()]
    _require(wanted[0])
    if wanted[0] != _PROVIDERS[OnnxProvider.CPU][0]:
        onnxruntime.preload_dlls()  # CUDA and cuDNN out of the packages that torch brings along
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        model = onnx_asr.load_model(
            kind, folder, quantization=quantization, sess_options=options, providers=list(wanted)
        )
    except (ModelLoadingError, ValueError, Fail, InvalidGraph, InvalidProtobuf, RuntimeException) as error:
        raise ModelUnavailable(f"{folder} does not hold {kind} as onnx-asr reads it: {error}") from error
    _require_to_run_on(wanted[0], model)
    return model


def _best() -> OnnxProvider:
    """CUDA where there is some. TensorRT compiles for minutes at every start: it has to be asked for."""
    there = onnxruntime.get_available_providers()
    return OnnxProvider.CUDA if _PROVIDERS[OnnxProvider.CUDA][0] in there else OnnxProvider.CPU


def _require(wanted: str) -> None:
    there = onnxruntime.get_available_providers()
    if wanted not in there:
        raise ModelUnavailable(
            f"The ONNX Runtime that is installed has no {wanted}, only {', '.join(there)}: install onnxruntime-gpu in "
            "the place of onnxruntime, or set CALLSCRIBE_ONNX_PROVIDER=cpu."
        )


def _require_to_run_on(wanted: str, model: TextResultsAsrAdapter) -> None:
    """Refuse what ONNX Runtime does when a GPU's libraries are not there: it logs that, and computes on processors."""
    sessions = [part for part in vars(model.asr).values() if isinstance(part, onnxruntime.InferenceSession)]
    if not all(wanted in session.get_providers() for session in sessions):
        raise ModelUnavailable(
            f"ONNX Runtime could not start {wanted}; its log says why. Install the CUDA and cuDNN that it needs, or "
            "set CALLSCRIBE_ONNX_PROVIDER=cpu."
        )
