"""The pages' texts: one file a language, told from the browser's."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import Header

LANGUAGES = ("ru", "en")


@cache
def all_languages() -> dict[str, dict[str, str]]:
    """Every language's texts by their keys."""
    folder = files(__name__)
    return {name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in LANGUAGES}


def in_the_browsers_language(accept_language: Annotated[str, Header()] = "ru") -> dict[str, str]:
    """Answer the texts in the first language that the browser asks for and we have; else in English."""
    for wanted in accept_language.split(","):
        language = wanted.strip()[:2].lower()
        if language in LANGUAGES:
            return all_languages()[language]
    return all_languages()["en"]
