"""Running a baseline's script, and reading what it answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.memory import MemoryWatch
from benchmarks.recordings import Recording, Utterance
from benchmarks.systems import Hearing, Run, Skipped
from callscribe.settings import Settings

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_QUIET = {"PYTHONPATH": str(_ROOT), "PYANNOTE_METRICS_ENABLED": "0", "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}


def run_sequential(settings: Settings, recordings: Sequence[Recording]) -> Run:
    """Run the plain script in this environment."""
    return _run([sys.executable, "-m", "benchmarks.baselines.sequential"], settings, recordings)


def run_whisperx(settings: Settings, recordings: Sequence[Recording]) -> Run:
    """Run WhisperX in an environment of its own. Raises ``Skipped`` where it does not install or run."""
    python = _whisperx_environment(settings.data_dir.absolute() / "bench" / "whisperx")
    return _run([str(python), "-m", "benchmarks.baselines.whisperx_script"], settings, recordings)


def _run(command: list[str], settings: Settings, recordings: Sequence[Recording]) -> Run:
    job = {
        "started_at": time.time(),
        "whisper": str(settings.models_path.absolute() / "whisper-base-ct2"),
        "recordings": {one.name: {"audio": str(one.audio.absolute()), "language": one.language} for one in recordings},
    }
    with tempfile.TemporaryDirectory() as folder:
        asked, answered, log = Path(folder, "job.json"), Path(folder, "answer.json"), Path(folder, "log")
        asked.write_text(json.dumps(job), encoding="utf-8")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, str(asked), str(answered)], env=os.environ | _QUIET, stdout=output, stderr=output
            )
            with MemoryWatch(process.pid).watching() as memory:
                code = process.wait()
        if code != 0:
            message = f"it ended with {code}: {_last_line(log)}"
            raise Skipped(message)
        answer = json.loads(answered.read_text(encoding="utf-8"))
    return Run(
        {name: _hearing(hearing) for name, hearing in answer["hearings"].items()}, answer["start_seconds"], memory.peak
    )


def _hearing(answer: Mapping[str, Any]) -> Hearing:
    voices = answer["voices"]
    return Hearing(
        tuple(Utterance(**one) for one in answer["heard"]),
        None if voices is None else tuple(Utterance(**one) for one in voices),
        answer["seconds"],
        answer["stages"],
    )


def _whisperx_environment(folder: Path) -> Path:
    """Make WhisperX's environment when it is not there yet (about 7 GB), from its own list of pinned versions."""
    python, done = folder / "bin" / "python", folder / ".done"
    if done.exists():
        return python
    uv = Path(sys.executable).with_name("uv")
    pins = str(_HERE / "whisperx.txt")
    try:
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--no-deps", "--python", python, "-r", pins], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"it did not install: {error}"
        raise Skipped(message) from error
    done.touch()
    return python


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "no message"
