from __future__ import annotations

from pathlib import Path

import pytest

from callscribe.errors import ModelUnavailable
from callscribe.models import Catalogue, Installation, ModelState, required_models
from callscribe.models.package_index import PYPI, IndexConfig
from callscribe.settings import AsrMode, EnglishEngine, Profile, Settings
from tests.models.conftest import CATALOGUE


def test_the_embedded_profile_needs_no_hub() -> None:
    names = required_models(Settings(profile=Profile.EMBEDDED))
    assert names == ["whisper-base-ct2", "vosk-small-ru-0.22", "en-core-web-sm-3.8.0"]
    for name in names:
        assert any(source.kind == "packages" for source in Catalogue.load()[name].sources)


@pytest.mark.parametrize("profile", Profile)
def test_what_a_profile_requires_is_in_the_catalogue(profile: Profile) -> None:
    for name in required_models(Settings(profile=profile)):
        assert Catalogue.load()[name].files


def test_other_engines_require_other_models() -> None:
    settings = Settings(profile=Profile.CPU, asr=AsrMode.FAST, english=EnglishEngine.PARAKEET)
    required = required_models(settings)
    assert {"vosk-small-ru-0.22", "parakeet-tdt-0.6b-v3-int8"} <= set(required)
    assert not any(name.startswith("gigaam") for name in required)


def test_weights_that_are_files_are_not_to_be_fetched() -> None:
    required = required_models(Settings(asr=AsrMode.GIGAAM, gigaam="/models/v3_ctc.onnx"))
    assert required == ["whisper-base-ct2", "en-core-web-sm-3.8.0"]


def test_every_model_has_its_terms_and_a_source_for_each_file() -> None:
    for model in Catalogue.load().models:
        assert model.licence.spdx
        assert model.licence.url.startswith("https://")
        for source in model.sources:
            if source.kind == "packages":
                assert all(any(part.member(file.path) for part in source.parts) for file in model.files)


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(ModelUnavailable, match=r"no model 'whisper'.*whisper-base-ct2"):
        Catalogue.load()["whisper"]


@pytest.mark.parametrize("path", ["../evil", "/evil", "a/../../evil", "a\\..\\evil", "C:/evil", ""])
def test_a_path_that_leaves_the_folder_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="leave the model's folder"):
        Catalogue.parse(CATALOGUE.replace("weights/model.bin", path.replace("\\", "\\\\")))


class TestIndexConfig:
    @pytest.fixture(autouse=True)
    def plain_pip(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "UV_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def test_nothing_configured_means_pypi(self) -> None:
        assert IndexConfig.of_this_machine(None).index_urls == (PYPI,)

    def test_pips_file_counts(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "pip.conf"
        file.write_text("[global]\nindex-url = http://127.0.0.1:1/simple\nproxy = http://127.0.0.1:2\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
        config = IndexConfig.of_this_machine(None)
        assert (config.index_urls, config.proxy) == (("http://127.0.0.1:1/simple",), "http://127.0.0.1:2")

    def test_pips_variable_is_stronger_than_its_file_and_than_uvs(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "pip.conf"
        file.write_text("[global]\nindex-url = http://127.0.0.1:1/simple\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:3/simple")
        monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:4/simple")
        assert IndexConfig.of_this_machine(None).index_urls == ("http://127.0.0.1:3/simple",)

    def test_uvs_variable_counts_where_pip_has_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:4/simple")
        assert IndexConfig.of_this_machine(None).index_urls == ("http://127.0.0.1:4/simple",)

    def test_the_setting_is_stronger_than_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:3/simple")
        assert IndexConfig.of_this_machine("http://127.0.0.1:5/simple").index_urls == ("http://127.0.0.1:5/simple",)


@pytest.mark.models
def test_the_embedded_weights_are_what_they_must_be() -> None:
    names = required_models(Settings(profile=Profile.EMBEDDED))
    verified = Installation(Settings().models_path).verify(names)
    assert [(v.model.name, v.state, v.faults) for v in verified] == [(name, ModelState.PRESENT, ()) for name in names]
