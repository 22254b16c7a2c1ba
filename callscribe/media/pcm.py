"""The one form of audio inside CallScribe: WAV files of 16 kHz mono signed 16 bit."""

from __future__ import annotations

SAMPLE_RATE = 16_000
"""Hertz of all audio inside CallScribe; mono, signed 16 bit."""

SAMPLE_BYTES = 2

HEADER_BYTES = 44

LONGEST_SECONDS = (2**32 - HEADER_BYTES) // (SAMPLE_RATE * SAMPLE_BYTES) - 1
"""A WAV file's sizes are 32 bit numbers: 37 hours."""


def bytes_of(seconds: float) -> int:
    """How many bytes that much audio is, without a header."""
    return round(seconds * SAMPLE_RATE) * SAMPLE_BYTES
