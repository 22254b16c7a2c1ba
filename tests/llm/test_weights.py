"""What is said when the language model that is to be served cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from callscribe.errors import ModelUnavailable
from callscribe.settings import Settings
from deployments.llm.engines import load_engine


def test_a_missing_weight_is_named_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"callscribe models pull gemma3-270m-base"):
        load_engine(Settings(models_dir=tmp_path), "gemma3-270m-base")


def test_an_unknown_model_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"no model 'gpt'.*qwen2\.5-coder-1\.5b"):
        load_engine(Settings(models_dir=tmp_path), "gpt")


@pytest.mark.models
def test_a_model_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="whisper-base-ct2 is not a language model"):
        load_engine(Settings(), "whisper-base-ct2")
