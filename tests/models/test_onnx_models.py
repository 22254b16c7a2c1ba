"""The catalogue's weights for ONNX Runtime, as the engines ask for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from onnx_asr.loader import create_asr_resolver

from callscribe.models import Catalogue, Model
from deployments.transcriber.gigaam_onnx import gigaam_model
from deployments.transcriber.parakeet import parakeet_model

SPEECH = [model for model in Catalogue.load().models if model.name.startswith(("gigaam", "parakeet"))]
CONFIG = '{"version": "v3"}'


@pytest.mark.parametrize("entry", SPEECH, ids=lambda entry: entry.name)
def test_a_model_has_every_file_that_is_loaded_and_names_itself_by_the_first(entry: Model, tmp_path: Path) -> None:
    for file in entry.files:
        (tmp_path / file.path).write_text(CONFIG)
    told = gigaam_model if entry.name.startswith("gigaam") else parakeet_model
    model = told(tmp_path / entry.files[0].path)
    found = create_asr_resolver(model.kind, model.folder).resolve_model(quantization=model.quantization)
    assert set(found) >= {"config", "vocab"}
    assert model.quantization == ("int8" if entry.name.endswith("int8") else None)
    if entry.name.startswith("gigaam"):
        assert model.kind == entry.name.removesuffix("-int8")


def test_there_are_the_four_of_version_3() -> None:
    names = {model.name for model in SPEECH}
    assert {f"gigaam-v3-{kind}" for kind in ("ctc", "rnnt", "e2e-ctc", "e2e-rnnt")} <= names
