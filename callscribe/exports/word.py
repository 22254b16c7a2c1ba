"""A result as a Word document: what a secretary would send round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml import OxmlElement
from docx.shared import Length, Mm
from docx.table import _Row as Row

from callscribe.domain import ActionItem, Participant, Point, Result
from callscribe.exports.facts import facts, remarks
from callscribe.exports.template import language_tag, template
from callscribe.exports.wording import Wording, clock, wording
from callscribe.speakers import speaker_name

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PEOPLE_WIDTHS = Mm(120), Mm(50)
_TASKS_WIDTHS = Mm(74), Mm(40), Mm(31), Mm(25)


def as_docx(result: Result, zone: tzinfo) -> bytes:
    """Title, date, what must be known of the result, what the protocol says (tasks as a table), then the transcript."""
    words = wording(result.transcript.language)
    document = _document(result)
    document.add_heading(_lawful(result.task.title), level=0)
    document.add_paragraph("\n".join(facts(result, words, zone)))
    for remark in remarks(result):
        document.add_paragraph(remark, style="Intense Quote")
    _add_protocol(document, result, words)
    document.add_heading(words.transcript, level=1)
    _add_transcript(document, result, words)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _document(result: Result) -> DocxDocument:
    language = result.transcript.language
    document = Document(BytesIO(template(language)))
    about = document.core_properties
    about.title, about.author, about.language = _lawful(result.task.title), "CallScribe", language_tag(language)
    about.comments = ""
    about.created = about.modified = result.task.created_at.astimezone(UTC)
    return document


def _add_protocol(document: DocxDocument, result: Result, words: Wording) -> None:
    protocol = result.protocol
    people = [_participant(result, person) for person in protocol.participants]
    _add_table(document, words.participants, (words.name, words.talk_time), people, _PEOPLE_WIDTHS)
    if protocol.summary:
        document.add_heading(words.summary, level=1)
        document.add_paragraph(_lawful(protocol.summary))
    _add_points(document, words.key_points, protocol.key_points)
    _add_points(document, words.decisions, protocol.decisions)
    columns = (words.task, words.owner.capitalize(), words.due.capitalize(), words.said_at)
    tasks = [*map(_action_item, protocol.action_items)]
    _add_table(document, words.action_items, columns, tasks, _TASKS_WIDTHS)


def _participant(result: Result, person: Participant) -> tuple[str, str]:
    return speaker_name(result, person.speaker), clock(person.talk_seconds)


def _action_item(item: ActionItem) -> tuple[str, ...]:
    return item.task, item.owner or "", item.due or "", _evidence(item.at)


def _add_points(document: DocxDocument, title: str, points: Sequence[Point]) -> None:
    """Add a heading and a list, or nothing where there are no points."""
    if points:
        document.add_heading(title, level=1)
    for point in points:
        paragraph = document.add_paragraph(_lawful(point.text), style="List Bullet")
        paragraph.add_run(f" [{_evidence(point.at)}]" if point.at else "").italic = True


def _add_table(
    document: DocxDocument, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[Length]
) -> None:
    """Add a heading and a table whose first row stands on each of its pages, or nothing where there are no rows."""
    if not rows:
        return
    document.add_heading(title, level=1)
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    header = table.rows[0]
    _fill(header, columns, widths, bold=True)
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  (python-docx has no other way)
    for row in rows:
        _fill(table.add_row(), row, widths)


def _fill(row: Row, texts: Iterable[str], widths: Iterable[Length], *, bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        cell.paragraphs[0].add_run(_lawful(text)).bold = bold


def _add_transcript(document: DocxDocument, result: Result, words: Wording) -> None:
    if not result.transcript.turns:
        document.add_paragraph(words.no_speech)
    for turn in result.transcript.turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(_lawful(speaker_name(result, turn.speaker))).bold = True
        paragraph.add_run(f" [{clock(turn.start)}] ").italic = True
        paragraph.add_run(_lawful(turn.text))


def _evidence(at: Iterable[float]) -> str:
    return ", ".join(map(clock, at))


def _lawful(text: str) -> str:
    """Text on one line, without the characters that XML cannot hold."""
    return " ".join(_NOT_XML.sub(" ", text).split())
