"""The decoding process is limited, yields, and is never left behind."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import psutil
import pytest

from callscribe.errors import CallScribeError, DamagedMedia, LimitExceeded, Unavailable
from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits
from tests import sounds

HOURS = 2.0


@pytest.fixture(scope="session")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hours of a tone at 8 kHz."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    second = np.uint8(128 + 60 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)).tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        for _ in range(round(HOURS * 60)):
            file.writeframesraw(second * 60)
    return path


async def worker(wav: Path, of: int | None = None) -> psutil.Process:
    """The process that writes ``wav``, once it is at work."""
    while True:
        for child in psutil.Process(of).children():
            if child.status() != psutil.STATUS_ZOMBIE and str(wav) in " ".join(child.cmdline()) and _at_work(wav):
                return child
        await asyncio.sleep(0.01)


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def oom_score(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/oom_score_adj").read_text())


def _at_work(wav: Path) -> bool:
    part = wav.with_name(f"{wav.name}.part")
    return part.exists() and part.stat().st_size > 0


async def test_a_recording_past_the_longest_is_refused_and_one_of_that_length_is_not(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "a.flac", sounds.tone(10))

    audio = await Decoder(DecodeLimits(duration_seconds=10)).decode(source, tmp_path / "out.wav")
    with pytest.raises(LimitExceeded, match="longer than"):
        await Decoder(DecodeLimits(duration_seconds=9.9)).decode(source, tmp_path / "out.wav")

    assert audio.duration_seconds == 10
    assert left_in(tmp_path) == [source]


async def test_a_bomb_of_duration_ends_at_the_limit_and_not_at_its_own(tmp_path: Path) -> None:
    """A megabyte that claims a thousand samples a second is a quarter of an hour long."""
    source = tmp_path / "bomb.wav"
    with wave.open(str(source), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(1000)
        file.writeframes(bytes(1_000_000))

    with pytest.raises(LimitExceeded):
        await Decoder(DecodeLimits(duration_seconds=60)).decode(source, tmp_path / "out.wav")

    assert left_in(tmp_path) == [source]


@pytest.mark.parametrize("hertz", [1, 999])
async def test_a_rate_at_which_nobody_records_is_damage(decoder: Decoder, tmp_path: Path, hertz: int) -> None:
    """32 KB at one sample a second were half a gigabyte of nine hours."""
    source = tmp_path / "bomb.wav"
    with wave.open(str(source), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(hertz)
        file.writeframes(bytes(32_000))

    with pytest.raises(DamagedMedia):
        await decoder.probe(source)
    with pytest.raises(DamagedMedia):
        await decoder.decode(source, tmp_path / "out.wav")

    assert left_in(tmp_path) == [source]


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.m4a", "a.mkv", "a.webm"])
async def test_what_says_itself_that_it_is_too_long_is_refused_at_the_first_look(tmp_path: Path, name: str) -> None:
    source = sounds.write(tmp_path / name, sounds.tone(9))

    assert (await Decoder(DecodeLimits(duration_seconds=10)).probe(source)).duration_seconds is not None
    with pytest.raises(LimitExceeded, match="longer than"):
        await Decoder(DecodeLimits(duration_seconds=2)).probe(source)


async def test_a_length_that_is_guessed_is_not_held_against_a_recording(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "a.mp3", sounds.tone(9))

    await Decoder(DecodeLimits(duration_seconds=2)).probe(source)


async def test_a_decoding_that_lasts_too_long_is_ended(long_recording: Path, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="seconds that are allowed"):
        await Decoder(DecodeLimits(wall_seconds=0.7)).decode(long_recording, tmp_path / "out.wav")

    assert left_in(tmp_path) == []


async def test_a_decoding_that_takes_too_much_processor_is_ended(long_recording: Path, tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="processor"):
        await Decoder(DecodeLimits(cpu_seconds=1)).decode(long_recording, tmp_path / "out.wav")

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("mebibytes", [40, 120])
async def test_a_decoding_that_takes_too_much_memory_is_ended(tmp_path: Path, mebibytes: int) -> None:
    source = sounds.write(tmp_path / "a.flac", sounds.tone(10))

    with pytest.raises(LimitExceeded, match="memory"):
        await Decoder(DecodeLimits(memory_bytes=mebibytes * 1024 * 1024)).decode(source, tmp_path / "out.wav")

    assert left_in(tmp_path) == [source]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("number", "error"),
    [
        (signal.SIGKILL, Unavailable),
        (signal.SIGTERM, Unavailable),
        (signal.SIGSEGV, DamagedMedia),
        (signal.SIGXCPU, LimitExceeded),
    ],
)
async def test_how_the_process_ends_tells_whether_to_try_again(
    decoder: Decoder, long_recording: Path, tmp_path: Path, number: signal.Signals, error: type[CallScribeError]
) -> None:
    decoding = asyncio.create_task(decoder.decode(long_recording, tmp_path / "out.wav"))
    (await worker(tmp_path / "out.wav")).send_signal(number)

    with pytest.raises(error) as ended:
        await decoding

    assert type(ended.value) is error
    assert left_in(tmp_path) == []


async def test_cancelling_ends_the_process_and_leaves_no_file(
    decoder: Decoder, long_recording: Path, tmp_path: Path
) -> None:
    decoding = asyncio.create_task(decoder.decode(long_recording, tmp_path / "out.wav"))
    process = await worker(tmp_path / "out.wav")
    decoding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await decoding

    assert not process.is_running()
    assert left_in(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's limits and signals are Linux's")
async def test_the_process_is_limited_and_yields(decoder: Decoder, long_recording: Path, tmp_path: Path) -> None:
    limits = DecodeLimits()
    decoding = asyncio.create_task(decoder.decode(long_recording, tmp_path / "out.wav"))
    process = await worker(tmp_path / "out.wav")

    assert process.rlimit(resource.RLIMIT_AS) == (limits.memory_bytes, limits.memory_bytes)
    assert process.rlimit(resource.RLIMIT_CPU)[0] == limits.cpu_seconds
    assert process.rlimit(resource.RLIMIT_CORE) == (0, 0)
    assert process.rlimit(resource.RLIMIT_NOFILE)[1] <= 64
    assert process.rlimit(resource.RLIMIT_FSIZE)[1] < (limits.duration_seconds + 10) * 32_000
    assert process.nice() >= 10
    assert oom_score(process.pid) == 500
    assert os.getsid(process.pid) == process.pid
    assert not {name for name in process.environ() if "CALLSCRIBE" in name or "KEY" in name}
    assert process.num_threads() == 1

    decoding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await decoding


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
async def test_the_process_does_not_outlive_its_parent(long_recording: Path, tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from callscribe.media.decoder import Decoder; from callscribe.settings import DecodeLimits\n"
        "asyncio.run(Decoder(DecodeLimits()).decode(Path(sys.argv[1]), Path(sys.argv[2])))\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(long_recording), str(tmp_path / "out.wav")
    )
    children = [await worker(tmp_path / "out.wav", of=parent.pid)]
    parent.kill()
    await parent.wait()

    assert psutil.wait_procs(children, timeout=20)[1] == []


def test_memory_does_not_grow_with_length(long_recording: Path, tmp_path: Path) -> None:
    short = sounds.write(tmp_path / "short.wav", sounds.tone(10, rate=8000), rate=8000, codec="pcm_u8")

    growth = _peak_bytes(long_recording, tmp_path / "1.wav") - _peak_bytes(short, tmp_path / "2.wav")

    assert (tmp_path / "1.wav").stat().st_size == 44 + HOURS * 3600 * 32_000
    assert growth < 8 * 1024 * 1024


_MEASURE = """
import json, os, resource, subprocess, sys
order = json.loads(sys.argv[1]) | {"parent": os.getpid()}
worker = [sys.executable, "-I", "-m", "callscribe.media.decode_worker", json.dumps(order)]
subprocess.run(worker, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _peak_bytes(source: Path, wav: Path) -> int:
    """The most that a decoding process had resident.

    A small process starts it, since Linux counts what its starter had resident before the exec.
    """
    limits = {"cpu_seconds": 600, "memory_bytes": 2**30, "duration_seconds": 12 * 3600}
    order = json.dumps({"source": str(source), "wav": str(wav), "limits": limits})
    done = subprocess.run([sys.executable, "-I", "-c", _MEASURE, order], capture_output=True, text=True, check=True)
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
