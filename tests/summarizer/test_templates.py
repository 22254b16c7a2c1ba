"""Templates: every kind of call has its data."""

from __future__ import annotations

from importlib.resources import files

import pytest

from callscribe.domain import Language, Template
from deployments.summarizer.templates import TemplateContent


@pytest.mark.parametrize("language", Language)
def test_every_template_has_its_file_and_every_file_is_a_template_s(language: Language) -> None:
    folder = files("deployments.summarizer").joinpath(f"templates/{language}")
    assert {entry.name for entry in folder.iterdir()} == {f"{template}.toml" for template in Template}
    contents = [TemplateContent.load(language, template) for template in Template]
    assert len({content.title for content in contents}) == len(Template)


def test_there_are_both_languages_and_no_others() -> None:
    assert {entry.name for entry in files("deployments.summarizer").joinpath("templates").iterdir()} == set(Language)
