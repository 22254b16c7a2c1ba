"""What a baseline's process is told and answers: JSON files, and nothing beyond the standard library."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Hear = Callable[[str, str], dict[str, Any]]
"""Hears an audio file in a language (empty when not known): ``heard``, ``voices`` and ``stages``."""


def serve(load: Callable[[str, set[str]], Hear]) -> None:
    """Read the job named on the command line, load the model, hear each recording, write the answer."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    hear = load(job["whisper"], {recording["language"] or "" for recording in job["recordings"].values()})
    answer: dict[str, Any] = {"start_seconds": time.time() - job["started_at"], "hearings": {}}
    for name, recording in job["recordings"].items():
        started = time.monotonic()
        hearing = hear(recording["audio"], recording["language"] or "")
        answer["hearings"][name] = hearing | {"seconds": time.monotonic() - started}
    Path(sys.argv[2]).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
