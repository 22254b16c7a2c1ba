"""A glossary's file: what is read of it, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from callscribe.glossary import Glossary
from callscribe.glossary.file import MAX_BYTES, MAX_TERM_LETTERS, MAX_TERMS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "glossary.txt"


def test_a_term_a_line_without_comments_and_blanks(file: Path) -> None:
    file.write_text("# Продукты\n\nКонтур.Толк\n  Большая   Монетная \nC#\n   # и люди\nАникеева\n", encoding="utf-8")
    assert Glossary.read(file).terms == ("Контур.Толк", "Большая Монетная", "C#", "Аникеева")


def test_a_term_is_there_once_as_it_is_spelled_first(file: Path) -> None:
    file.write_text("Маяк\nМАЯК\nмаяк\nНДС\n", encoding="utf-8")
    assert Glossary.read(file).terms == ("Маяк", "НДС")


def test_files_of_windows_and_of_a_mac_are_read(file: Path) -> None:
    file.write_bytes("\ufeffТолстои\u0306\r\nЁлка\r\n".encode())
    assert Glossary.read(file).terms == ("Толстой", "Ёлка")


def test_where_none_is_set_there_are_no_terms(file: Path) -> None:
    assert Glossary.read(None) == Glossary()
    file.write_text("# пока пусто\n", encoding="utf-8")
    assert Glossary.read(file) == Glossary()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Маяк".encode("cp1251"), "is not UTF-8 text"),
        (b"\x00\xff\xfe", "is not UTF-8 text"),
        ("Маяк\n\n— 1 —".encode(), r"line 3 of .+ has no letter: — 1 —"),
        (f"Маяк\n{'щ' * (MAX_TERM_LETTERS + 1)}".encode(), rf"line 2 of .+ is longer than {MAX_TERM_LETTERS} letters"),
        ("\n".join(f"слово{number}" for number in range(MAX_TERMS + 1)).encode(), rf"{MAX_TERMS + 1} terms"),
        (b"# " + b"x" * MAX_BYTES, "is larger than"),
    ],
    ids=["a code page", "no text", "no letter", "a long line", "too many", "too large"],
)
def test_what_is_wrong_with_a_file_is_said(file: Path, content: bytes, sentence: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        Glossary.read(file)


def test_the_bounds_are_within(file: Path) -> None:
    file.write_text("\n".join(f"слово{number}".ljust(MAX_TERM_LETTERS, "щ") for number in range(MAX_TERMS)), "utf-8")
    assert len(Glossary.read(file).terms) == MAX_TERMS


def test_a_file_that_is_not_there_and_a_folder_are_named(file: Path) -> None:
    with pytest.raises(ValueError, match=r"glossary\.txt cannot be read: No such file or directory"):
        Glossary.read(file)
    with pytest.raises(ValueError, match=f"{file.parent} is not a file"):
        Glossary.read(file.parent)
