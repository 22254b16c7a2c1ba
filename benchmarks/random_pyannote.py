"""A pipeline of pyannote's as a folder: its real segmentation, and a voice network with random weights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from pyannote.audio import Model
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.embedding import WeSpeakerResNet34


def make_pyannote(folder: Path, segmentation: Path, voices: type[Model] = WeSpeakerResNet34) -> Path:
    """Write a pipeline like community-1 into ``folder``.

    ``segmentation`` is the folder of segmentation-3.0, ``voices`` the class of the voice network.
    """
    shutil.copytree(segmentation, folder / "segmentation", dirs_exist_ok=True)
    (folder / "embedding").mkdir(exist_ok=True)
    torch.manual_seed(0)
    network: Any = voices()
    _save(network, folder / "embedding" / "pytorch_model.bin")
    save_plda(folder / "plda", network.dimension)
    parts = {part: f"$model/{part}" for part in ("segmentation", "embedding", "plda")}
    pipeline = {
        "name": "pyannote.audio.pipelines.SpeakerDiarization",
        "params": {"clustering": "VBxClustering", "embedding_exclude_overlap": True, **parts},
    }
    clustering = {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8}
    params = {"segmentation": {"min_duration_off": 0.0}, "clustering": clustering}
    (folder / "config.yaml").write_text(yaml.safe_dump({"pipeline": pipeline, "params": params}), encoding="utf-8")
    return folder


def _save(model: Model, path: Path) -> None:
    """Save a model as pyannote's loader expects it."""
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0, classes=None
    )
    described = {"module": type(model).__module__, "class": type(model).__name__}
    torch.save(
        {
            "state_dict": model.state_dict(),
            "hyper_parameters": dict(model.hparams),
            "pytorch-lightning_version": "2.6.0",
            "pyannote.audio": {
                "versions": {"torch": "2.8.0", "pyannote.audio": "4.0.0"},
                "architecture": described,
                "specifications": model.specifications,
            },
        },
        path,
    )


def save_plda(folder: Path, dimension: int, kept: int = 128) -> None:
    """A PLDA model that changes nothing but the number of dimensions."""
    folder.mkdir(exist_ok=True)
    transform = np.eye(dimension, kept)
    np.savez(folder / "xvec_transform.npz", mean1=np.zeros(dimension), mean2=np.zeros(kept), lda=transform)
    np.savez(folder / "plda.npz", mu=np.zeros(kept), tr=np.eye(kept), psi=np.ones(kept))
