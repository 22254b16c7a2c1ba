"""GigaAM and Parakeet on ONNX Runtime: small networks with random weights, exported as the real ones are."""

from __future__ import annotations

import functools
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
import torchaudio
from onnx_asr.preprocessors.numpy_preprocessor import GigaamPreprocessorNumpy, NemoPreprocessorNumpy
from torch import Tensor, nn

from benchmarks.random_gigaam import Size, make_gigaam
from benchmarks.random_onnx import Tdt, export_gigaam, make_parakeet, quantized
from callscribe.domain import Language, Word
from callscribe.errors import ModelUnavailable
from callscribe.media.chunks import Chunk
from callscribe.settings import AsrMode, EnglishEngine, OnnxProvider, Profile, Settings
from deployments.transcriber.engines import load_engine
from deployments.transcriber.gigaam import GigaAM
from deployments.transcriber.gigaam_onnx import LONGEST_SECONDS, gigaam_model
from deployments.transcriber.onnx_engine import OnnxEngine
from deployments.transcriber.parakeet import parakeet_model
from deployments.transcriber.pieces import pieces
from tests.transcriber.conftest import cut, text

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = Size(d_model=32, n_layers=2, n_heads=4, hidden=320)
"""With the transducer's state as large as onnx-asr takes it to be."""
VERSION_3 = ["v3_ctc", "v3_rnnt", "v3_e2e_ctc", "v3_e2e_rnnt"]
PIECES = ["▁so", "▁what", "▁next", "ly", "<unk>", "▁well", ".", ",", "s", "▁we", "▁call", "▁a", "er", "ing"]


class FeaturesOfVersion3(nn.Module):
    """GigaAM's, as the package of its repository computes them; its release 0.1.0 knows those of version 2 only.

    The window and the filters are onnx-asr's, which has them rounded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mel = torchaudio.transforms.MelSpectrogram(
            16_000, n_fft=320, win_length=320, hop_length=160, n_mels=64, center=False
        )
        rounded = GigaamPreprocessorNumpy("gigaam_v3")
        self.mel.spectrogram.window = torch.from_numpy(rounded._window)
        self.mel.mel_scale.fb = torch.from_numpy(rounded._melscale_fbanks)

    def forward(self, samples: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        return torch.log(self.mel(samples).clamp(1e-9, 1e9)), (lengths - 320) // 160 + 1


Make = Callable[[str], tuple[GigaAM, Path]]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, tokenizer: Path) -> Make:
    """GigaAM on torch, and the same network as files of ONNX."""

    @functools.cache
    def made(name: str) -> tuple[GigaAM, Path]:
        folder, pieces = tmp_path_factory.mktemp(name), tokenizer if "e2e" in name else None
        checkpoint = make_gigaam(folder, name.replace("v3", "v2"), SMALL, tokenizer=pieces)
        on_torch = GigaAM(checkpoint, device=torch.device("cpu"))
        if name.startswith("v3"):
            on_torch._network.preprocessor = FeaturesOfVersion3()
        return on_torch, export_gigaam(checkpoint, folder / "onnx", name)

    return made


@pytest.fixture
def ctc(make: Make, tmp_path: Path) -> Path:
    """A model of one's own, to be spoilt."""
    _, file = make("v3_ctc")
    return shutil.copytree(file.parent, tmp_path / "onnx") / file.name


@pytest.fixture(scope="module")
def parakeet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, nn.Module, Tdt]:
    return make_parakeet(tmp_path_factory.mktemp("parakeet"), PIECES, seed=1)


@pytest.mark.parametrize("name", ["v2_ctc", "v2_rnnt", *VERSION_3])
def test_gigaams_words_are_those_of_the_engine_on_torch(make: Make, name: str) -> None:
    on_torch, file = make(name)
    engine = OnnxEngine(gigaam_model(file))
    for chunk in (cut(8, 13), cut(20, 30)):  # as long as the buckets that the engine on torch fills up
        ((heard,), (wanted,)) = engine.hear([chunk]), on_torch.hear([chunk])
        assert text(heard) == text(wanted)
        assert len(set(text(heard))) > 2, "not one letter over and over"
        starts = [(word.start, other.start) for word, other in zip(heard, wanted, strict=True)]
        assert all(start == pytest.approx(other, abs=0.1) for start, other in starts)


@pytest.mark.parametrize("name", VERSION_3)
def test_int8_weights_are_heard_with(make: Make, tmp_path: Path, name: str) -> None:
    file = quantized(make(name)[1], tmp_path / "int8")
    engine = OnnxEngine(gigaam_model(file))
    assert engine.name.endswith(f"{name}.int8")
    assert text(engine.hear([cut(8, 13)])[0])


def test_a_chunk_is_heard_the_same_alone_and_among_others(ctc: Path) -> None:
    chunks = [cut(0, 7.3), cut(5, 6.1), cut(30, 55.4)]
    engine = OnnxEngine(gigaam_model(ctc), threads=2)
    together = engine.hear(chunks)
    assert together == [engine.hear([chunk])[0] for chunk in chunks]
    assert engine.hear(chunks[::-1]) == together[::-1], "answers come in the order of the chunks"
    assert engine.hear([]) == []


def test_a_long_chunk_is_heard_in_pieces(ctc: Path) -> None:
    engine, long = OnnxEngine(gigaam_model(ctc)), cut(0, 60)
    heard = engine.hear(pieces(long, LONGEST_SECONDS))
    assert text(engine.hear([long])[0]) == " ".join(map(text, heard))


@pytest.mark.parametrize("name", ["v2_ctc", "v3_ctc", "v3_rnnt"])
def test_gigaams_words_are_timed_in_order_within_their_chunk(make: Make, name: str) -> None:
    assert_timed(OnnxEngine(gigaam_model(make(name)[1])))


def test_parakeets_words_are_timed_in_order_within_their_chunk(parakeet: tuple[Path, nn.Module, Tdt]) -> None:
    assert_timed(OnnxEngine(parakeet_model(parakeet[0])))


def assert_timed(engine: OnnxEngine) -> None:
    chunks = [cut(0, 7.3), cut(30, 55.4), Chunk(3.0, np.zeros(50, np.int16))]
    for chunk, words in zip(chunks[:2], engine.hear(chunks), strict=False):
        assert words
        assert chunk.start <= words[0].start
        assert words[-1].end <= chunk.start + chunk.seconds + 0.1
        assert all(one.start < one.end <= other.start for one, other in itertools.pairwise(words))
        assert all(0 < word.confidence <= 1 for word in words)


def test_parakeets_words_are_what_its_networks_say(parakeet: tuple[Path, nn.Module, Tdt]) -> None:
    file, encoder, decoder = parakeet
    chunk = cut(8, 20)
    (heard,) = OnnxEngine(parakeet_model(file)).hear([chunk])
    tokens = list(decoded(chunk, encoder, decoder))
    spelled = "".join("" if piece == "<unk>" else piece for piece, _ in tokens).replace("▁", " ")
    assert text(heard) == " ".join(spelled.split())
    assert "<unk>" in [piece for piece, _ in tokens], "what is no text is not written"
    assert len(set(text(heard))) > 5, "not one token over and over"
    begins = [chunk.start + 0.08 * frame for piece, frame in tokens if piece.startswith("▁")]
    assert {round(word.start, 2) for word in heard[1:]} <= {round(start, 2) for start in begins}


@torch.inference_mode()
def decoded(chunk: Chunk, encoder: nn.Module, decoder: Tdt) -> Iterator[tuple[str, int]]:
    """Greedily, as the paper has it (Xu et al. 2023): each token, and the frame that it begins at."""
    samples = (chunk.samples[None] / 32768).astype(np.float32)
    features, lengths = NemoPreprocessorNumpy("nemo128")(samples, np.array([len(chunk.samples)]))
    encoded, frames = encoder(torch.from_numpy(features.astype(np.float32)), torch.from_numpy(lengths))
    blank = said = len(PIECES)
    state, frame, written = (torch.zeros(2, 1, 32), torch.zeros(2, 1, 32)), 0, 0
    while frame < int(frames):
        target, length = torch.tensor([[said]], dtype=torch.int32), torch.ones(1, dtype=torch.int32)
        scores, _, *after = decoder(encoded[:, :, frame : frame + 1], target, length, *state)
        token = int(scores.flatten()[: blank + 1].argmax())
        duration = int(scores.flatten()[blank + 1 :].argmax())
        if token != blank:
            yield PIECES[token], frame
            said, state, written = token, (after[0], after[1]), written + 1
        if duration or token == blank or written == 10:
            frame, written = frame + max(1, duration), 0


class TestWhatIsNotThere:
    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable, match=r"v3_ctc\.onnx: set CALLSCRIBE_GIGAAM to"):
            gigaam_model(tmp_path / "v3_ctc.onnx")
        with pytest.raises(ModelUnavailable, match=r"encoder-model\.onnx: set CALLSCRIBE_PARAKEET to"):
            parakeet_model(tmp_path / "encoder-model.onnx")

    def test_a_file_that_is_named_otherwise(self, ctc: Path) -> None:
        other = ctc.rename(ctc.with_name("model.onnx"))
        with pytest.raises(ModelUnavailable, match="named like"):
            gigaam_model(other)
        with pytest.raises(ModelUnavailable, match="named encoder-model"):
            parakeet_model(other)

    def test_the_features_of_another_version(self, ctc: Path) -> None:
        ctc.with_name("config.json").unlink()
        with pytest.raises(ModelUnavailable, match=r'"version": "v3" in .*config\.json'):
            gigaam_model(ctc)

    def test_no_description_of_parakeet(self, parakeet: tuple[Path, nn.Module, Tdt], tmp_path: Path) -> None:
        lonely = tmp_path / "encoder-model.onnx"
        lonely.write_bytes(parakeet[0].read_bytes())
        with pytest.raises(ModelUnavailable, match=r"config\.json"):
            parakeet_model(lonely)

    def test_no_vocabulary(self, ctc: Path) -> None:
        ctc.with_name("v3_vocab.txt").unlink()
        with pytest.raises(ModelUnavailable, match="vocab"):
            OnnxEngine(gigaam_model(ctc))

    def test_half_a_network(self, ctc: Path) -> None:
        ctc.write_bytes(ctc.read_bytes()[:10_000])
        with pytest.raises(ModelUnavailable, match="as onnx-asr reads it"):
            OnnxEngine(gigaam_model(ctc))

    @pytest.mark.parametrize("provider", [OnnxProvider.CUDA, OnnxProvider.TENSORRT])
    def test_no_such_provider(self, ctc: Path, provider: OnnxProvider) -> None:
        with pytest.raises(ModelUnavailable, match=r"install onnxruntime-gpu .*CALLSCRIBE_ONNX_PROVIDER=cpu"):
            OnnxEngine(gigaam_model(ctc), provider=provider)

    @pytest.mark.filterwarnings("ignore:Specified provider")
    def test_a_provider_that_does_not_start(self, ctc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
        with pytest.raises(ModelUnavailable, match=r"could not start CUDAExecutionProvider.*ONNX_PROVIDER=cpu"):
            OnnxEngine(gigaam_model(ctc))

    def test_a_model_that_nobody_has_fetched(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailable, match="callscribe models pull gigaam-v3-e2e-ctc-int8"):
            load_engine(Settings(profile=Profile.CPU, models_dir=tmp_path))


@pytest.mark.models
def test_the_profile_for_processors_hears_russian_by_it(ctc: Path) -> None:
    settings = Settings(profile=Profile.CPU, gigaam=str(ctc))
    engine, chunk = load_engine(settings), cut(8, 13)
    assert engine.name.endswith("v3_ctc")
    assert engine.transcribe([chunk], Language.RU) == OnnxEngine(gigaam_model(ctc)).hear([chunk])
    assert engine.detect_language([chunk]) is Language.RU


@pytest.mark.models
@pytest.mark.parametrize("asr", [AsrMode.VOTED, AsrMode.FAST, AsrMode.GIGAAM])
def test_english_is_heard_by_parakeet_where_the_settings_say_so(
    ctc: Path, parakeet: tuple[Path, nn.Module, Tdt], asr: AsrMode
) -> None:
    file, chunk = parakeet[0], cut(8, 13)
    chosen = Settings(asr=asr, gigaam=str(ctc), english=EnglishEngine.PARAKEET, parakeet=str(file))
    heard: list[tuple[Word, ...]] = load_engine(chosen).transcribe([chunk], Language.EN)
    assert heard == OnnxEngine(parakeet_model(file)).hear([chunk])
