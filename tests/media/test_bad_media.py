"""What cannot be used gets its own answer, leaves no file, and opens nothing but itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf

from callscribe.errors import CallScribeError, DamagedMedia, NoAudio, NotMedia, Unavailable
from callscribe.media import opening
from callscribe.media.decoder import Decoder
from callscribe.media.formats import AUDIO_DECODERS, DEMUXERS, media_type
from tests import sounds

LIMITS = {"cpu_seconds": 60, "memory_bytes": 2**31, "duration_seconds": 60.0}


def nothing_recorded(folder: Path) -> Path:
    sf.write(folder / "nothing.wav", np.zeros(0), 16_000)
    return folder / "nothing.wav"


def empty(folder: Path) -> Path:
    (folder / "empty.wav").touch()
    return folder / "empty.wav"


def text(folder: Path) -> Path:
    return sounds.text_named_mp3(folder / "text.mp3")


def garbage(folder: Path) -> Path:
    (folder / "noise.mp3").write_bytes(b"\x00" * 100 + os.urandom(50_000))
    return folder / "noise.mp3"


def mute_video(folder: Path) -> Path:
    return sounds.video_without_sound(folder / "mute.mp4")


def without_index(folder: Path) -> Path:
    return sounds.truncated_mp4(folder / "cut.mp4", sounds.tone(5), faststart=False)


def header_only(folder: Path) -> Path:
    whole = sounds.write(folder / "whole.wav", sounds.noise(5))
    (folder / "cut.wav").write_bytes(whole.read_bytes()[:100])
    whole.unlink()
    return folder / "cut.wav"


def picture(folder: Path) -> Path:
    (folder / "picture.mp3").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200))
    return folder / "picture.mp3"


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (empty, NotMedia),
        (text, NotMedia),
        (picture, NotMedia),
        (mute_video, NoAudio),
        (nothing_recorded, NoAudio),
        (without_index, DamagedMedia),
        (header_only, DamagedMedia),
    ],
)
async def test_bad_media_gets_its_own_error_and_leaves_no_file(
    decoder: Decoder, tmp_path: Path, make: Callable[[Path], Path], error: type[CallScribeError]
) -> None:
    source = make(tmp_path)

    with pytest.raises(error) as decoding:
        await decoder.decode(source, tmp_path / "out.wav")

    assert type(decoding.value) is error
    assert str(decoding.value).endswith("."), "a sentence"
    assert left_in(tmp_path) == [source]


@pytest.mark.parametrize("make", [empty, text, picture, mute_video, without_index])
async def test_probing_refuses_what_decoding_would(
    decoder: Decoder, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    with pytest.raises((NotMedia, NoAudio, DamagedMedia)):
        await decoder.probe(make(tmp_path))


async def test_noise_of_bytes_is_refused(decoder: Decoder, tmp_path: Path) -> None:
    with pytest.raises((NotMedia, DamagedMedia)):
        await decoder.decode(garbage(tmp_path), tmp_path / "out.wav")
    assert not (tmp_path / "out.wav").exists()


async def test_a_length_that_nothing_can_have_is_not_believed(decoder: Decoder, tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        stream.metadata["DURATIOX"] = f"{'9' * 400}:00:00"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 32_000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 16_000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    own, ours = b"DURATION", b"DURATIOX"
    path.write_bytes(path.read_bytes().replace(own, b"DURATIOY").replace(ours, own))

    assert (await decoder.probe(path)).duration_seconds == pytest.approx(2, abs=0.1)


def test_what_a_recording_makes_fail_is_its_own_fault(tmp_path: Path) -> None:
    """Else it would be tried again for ever, as one that was killed from outside."""
    order = {"source": str(tmp_path / "any"), "wav": None, "parent": os.getpid(), "limits": LIMITS}
    broken = "import callscribe.media.decode_worker as worker; worker._done = lambda order: 1 / 0; worker.main()"
    done = subprocess.run([sys.executable, "-c", broken, json.dumps(order)], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["code"] == DamagedMedia.code
    assert "ZeroDivisionError" in answer["fault"]


async def test_a_file_that_is_not_there_is_worth_another_try(decoder: Decoder, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file"):
        await decoder.probe(tmp_path / "gone.wav")


async def test_a_failed_decoding_removes_what_an_earlier_one_left(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "out.wav").write_bytes(b"old")

    with pytest.raises(NotMedia):
        await decoder.decode(text(tmp_path), tmp_path / "out.wav")

    assert not (tmp_path / "out.wav").exists()


def pointers(secret: Path) -> dict[str, str]:
    """Files that are not media but tell FFmpeg where media is."""
    return {
        "a.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{secret}\n#EXT-X-ENDLIST\n",
        "remote.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "a.ffconcat": f"ffconcat version 1.0\nfile '{secret}'\n",
        "subfile.ffconcat": f"ffconcat version 1.0\nfile 'subfile,,start,0,end,0,,:{secret}'\n",
        "a.mpd": f"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>{secret}</BaseURL></MPD>",
        "a.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "a.ffmeta": f";FFMETADATA1\ntitle={secret}\n",
        "a.sbg": f"SBaGen file\n-- {secret}\n",
    }


@pytest.mark.parametrize("name", list(pointers(Path("x"))))
async def test_a_file_that_points_elsewhere_is_not_media_and_the_other_stays_unread(
    decoder: Decoder, tmp_path: Path, name: str
) -> None:
    secret = sounds.write(tmp_path / "secret.wav", sounds.tone(1))
    os.utime(secret, ns=(1, secret.stat().st_mtime_ns))
    source = tmp_path / name
    source.write_text(pointers(secret)[name])

    for path in (source, source.rename(tmp_path / "renamed.mp3")):
        with pytest.raises(NotMedia):
            await decoder.decode(path if path.exists() else tmp_path / "renamed.mp3", tmp_path / "out.wav")

    assert secret.stat().st_atime_ns == 1, "nobody has read it"


@pytest.mark.parametrize("name", ["a.m3u8", "a.ffconcat"])
def test_the_lists_are_what_refuses_such_files(tmp_path: Path, name: str) -> None:
    """Without the lists FFmpeg plays the other file: the test above can fail."""
    secret = sounds.write(tmp_path / "secret.wav", sounds.tone(1))
    source = tmp_path / name
    source.write_text(pointers(secret)[name])
    loose = {"protocol_whitelist": "file", "allowed_extensions": "ALL", "extension_picky": "0", "safe": "0"}

    with av.open(str(source), options=loose) as container:
        assert container.streams.audio
    with pytest.raises(av.FFmpegError):
        av.open(str(source), options=loose | opening.OPTIONS)


def test_network_addresses_are_refused_by_protocol() -> None:
    with pytest.raises(av.FFmpegError, match=r"(?i)protocol not found|invalid argument|input/output"):
        av.open("http://127.0.0.1:9/a.wav", options=opening.OPTIONS)


@pytest.mark.parametrize(("options", "looked_at"), [(opening.OPTIONS, False), ({}, True)])
def test_no_video_decoder_is_opened_even_to_look(tmp_path: Path, options: dict[str, str], looked_at: bool) -> None:
    """FFmpeg knows the pictures' form only by decoding one; without the list it does."""
    source = sounds.write(tmp_path / "a.mkv", sounds.tone(2), video=True)

    with av.open(str(source), options=options) as container:
        assert (container.streams.video[0].codec_context.pix_fmt is not None) == looked_at


def test_the_lists_name_what_this_ffmpeg_has_and_no_video() -> None:
    assert {av.Codec(name, "r").type for name in AUDIO_DECODERS & set(av.codec.codecs_available)} == {"audio"}
    assert {name for whole in av.formats_available for name in whole.split(",")} >= DEMUXERS
    assert all(media_type(name, has_video=False) for name in DEMUXERS)
