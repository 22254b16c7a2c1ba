"""A pipeline of pyannote's whose weights need no account: its segmentation-3.0 and SpeechBrain's ECAPA-TDNN."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml
from pyannote.audio.pipelines import speaker_verification
from speechbrain.inference import EncoderClassifier

from benchmarks.random_pyannote import save_plda

_CLUSTERING = {"method": "centroid", "threshold": 0.7153814381597874, "min_cluster_size": 15}
"""Of pyannote/speaker-diarization 2.1, the last that was published with ECAPA: the cosine distance below which voices
are one, and the windows that a voice has at least."""
_DIMENSION = 192
_NETWORK = """
n_mels: 80
compute_features: !new:speechbrain.lobes.features.Fbank
    n_mels: !ref <n_mels>
mean_var_norm: !new:speechbrain.processing.features.InputNormalization
    norm_type: sentence
    std_norm: False
embedding_model: !new:speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN
    input_size: !ref <n_mels>
    channels: [1024, 1024, 1024, 1024, 3072]
    kernel_sizes: [5, 3, 3, 3, 1]
    dilations: [1, 2, 3, 4, 1]
    attention_channels: 128
    lin_neurons: 192
modules:
    compute_features: !ref <compute_features>
    mean_var_norm: !ref <mean_var_norm>
    embedding_model: !ref <embedding_model>
    classifier: !new:torch.nn.Identity
pretrainer: !new:speechbrain.utils.parameter_transfer.Pretrainer
    loadables:
        embedding_model: !ref <embedding_model>
"""
"""As https://huggingface.co/speechbrain/spkrec-ecapa-voxceleb has it, without what knows the training's voices."""


class _Ecapa(EncoderClassifier):  # type: ignore[misc]
    """As pyannote.audio 4 calls it: with a token and a cache for the hub, which speechbrain takes so no longer."""

    @classmethod
    def from_hparams(cls, source: str, run_opts: dict[str, Any], **_: Any) -> EncoderClassifier:  # noqa: ANN401
        return super().from_hparams(source=source, savedir=source, run_opts={"device": str(run_opts["device"])})


def make_pipeline(folder: Path, segmentation: Path, ecapa: Path) -> Path:
    """Write the pipeline into ``folder``, from the folders that hold the weights; this process can then load it."""
    vars(speaker_verification)["SpeechBrain_EncoderClassifier"] = _Ecapa
    shutil.copytree(segmentation, folder / "segmentation")
    voices = shutil.copytree(ecapa, folder / "speechbrain-ecapa")  # pyannote tells by the name whose they are
    (voices / "hyperparams.yaml").write_text(_NETWORK, encoding="utf-8")
    save_plda(folder / "plda", _DIMENSION)  # asked for, and not used by this clustering
    parts = {"segmentation": "$model/segmentation", "embedding": str(voices), "plda": "$model/plda"}
    pipeline = {
        "name": "pyannote.audio.pipelines.SpeakerDiarization",
        "params": {"clustering": "AgglomerativeClustering", "embedding_exclude_overlap": True, **parts},
    }
    params = {"segmentation": {"min_duration_off": 0.0}, "clustering": _CLUSTERING}
    (folder / "config.yaml").write_text(yaml.safe_dump({"pipeline": pipeline, "params": params}), encoding="utf-8")
    return folder
