"""The empty Word document that results are written into."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import assert_never

from docx import Document
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.styles import Styles

from callscribe.domain import Language

STYLES = frozenset({"Title", "Heading 1", "Intense Quote", "List Bullet", "Table Grid"})

_FONT = "Calibri"
_FONT_SIZE = Pt(11)
_PAGE = Mm(210), Mm(297)
_MARGIN = Mm(20)
_REFERENCES = ("w:basedOn", "w:next", "w:link")


@cache
def template(language: Language) -> bytes:
    """A document in the recording's language, so that nothing is underlined as misspelt.

    Of the 164 styles that python-docx brings it has those that are used, since python-docx looks through all of them
    for each that is named, and reads and writes all of them.
    """
    document = Document()
    document.styles["Normal"].font.name = _FONT
    document.styles["Normal"].font.size = _FONT_SIZE
    for each in document.styles.element.iter(qn("w:lang")):
        each.set(qn("w:val"), language_tag(language))
    _lay_out(document.sections[0])
    _keep_used(document.styles)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def language_tag(language: Language) -> str:
    """The language as Word names it."""
    match language:
        case Language.RU:
            return "ru-RU"
        case Language.EN:
            return "en-US"
        case _:
            assert_never(language)


def _lay_out(page: Section) -> None:
    page.page_width, page.page_height = _PAGE
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN


def _keep_used(styles: Styles) -> None:
    """Drop every style that is neither used nor a default, nor one that such a style refers to."""
    elements = {style.style_id: style.element for style in styles}
    kept: set[str] = set()
    used = [style.style_id for style in styles if style.name in STYLES or style.element.get(qn("w:default")) == "1"]
    while used:
        kept.add(style_id := used.pop())
        references = [each for name in _REFERENCES for each in elements[style_id].findall(qn(name))]
        used += {each.get(qn("w:val")) for each in references} & elements.keys() - kept
    for style_id in elements.keys() - kept:
        styles.element.remove(elements[style_id])
