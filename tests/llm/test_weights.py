"""What is said when the language model that is to be served cannot be."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from callscribe.errors import BadSettings, ModelUnavailable
from callscribe.models import Installation
from callscribe.settings import LlmSettings, Settings, read_settings
from deployments.llm.engines import load_engine
from tests.llm.served import MODEL


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


@pytest.mark.models
def test_an_operators_own_file_is_served_by_its_name(tmp_path: Path) -> None:
    (gguf,) = Installation(Settings().models_path).path(MODEL).glob("*.gguf")
    own = tmp_path / "Our Gemma.gguf"
    own.symlink_to(gguf)
    settings = Settings(llm=LlmSettings(serve=str(own), serve_context_tokens=256))
    llama = load_engine(settings, settings.llm.serve or "")
    listed = httpx.get(f"{llama.address}/v1/models").json()
    assert [model["id"] for model in listed["data"]] == ["Our Gemma"]


def test_a_file_that_is_no_model_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.gguf").write_text("<html>Not found</html>")
    monkeypatch.chdir(tmp_path)
    for name, why in {"page.gguf": "is not a GGUF file", "absent.gguf": "No such file"}.items():
        monkeypatch.setenv("CALLSCRIBE_LLM__SERVE", name)
        with pytest.raises(BadSettings, match=rf"CALLSCRIBE_LLM__SERVE.*{tmp_path / name} .*{why}"):
            read_settings()
