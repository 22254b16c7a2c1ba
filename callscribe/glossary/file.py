"""The glossary: the organisation's own terms and names, spelled as they should be written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

MAX_TERMS: Final = 1000
MAX_TERM_LETTERS: Final = 80
MAX_BYTES: Final = 1024 * 1024
COMMENT: Final = "#"


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms in the order of their file, each once; none where no glossary is set."""

    terms: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Read a UTF-8 file with a term a line. Raises ``ValueError``, which says what is wrong with it."""
        return cls() if path is None else cls(tuple(_once(_terms(path))))


def _once(terms: Iterator[str]) -> Iterator[str]:
    """Of spellings that differ in case only, the first stands."""
    first: dict[str, str] = {}
    for term in terms:
        first.setdefault(term.casefold(), term)
    if len(first) > MAX_TERMS:
        raise ValueError(f"the file has {len(first)} terms, and {MAX_TERMS} are the most")
    yield from first.values()


def _terms(path: Path) -> Iterator[str]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        term = " ".join(line.split())
        if not term or term.startswith(COMMENT):
            continue
        if len(term) > MAX_TERM_LETTERS:
            raise ValueError(f"line {number} of {path} is longer than {MAX_TERM_LETTERS} letters; a line has one term")
        if not any(sign.isalpha() for sign in term):
            raise ValueError(f"line {number} of {path} has no letter: {term}")
        yield term


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is not a file")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise ValueError(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        # A file made on Windows may begin with a mark, and one made on a Mac take «й» apart.
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text") from error
