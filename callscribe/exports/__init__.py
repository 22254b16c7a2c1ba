"""Exports: a result as a file to take away."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import assert_never

from callscribe.domain import Result
from callscribe.exports.documents import as_md, as_txt
from callscribe.exports.formats import ExportFormat
from callscribe.exports.subtitles import as_srt, as_vtt
from callscribe.exports.word import as_docx
from callscribe.schemas import ResultView

__all__ = ["ExportFormat", "export"]


def export(result: Result, format: ExportFormat, zone: tzinfo = UTC) -> bytes:  # noqa: A002  (the word the API's clients use)
    """The file's content; a text's is UTF-8. Documents tell when it was in the time zone."""
    match format:
        case ExportFormat.TXT:
            return as_txt(result).encode()
        case ExportFormat.SRT:
            return as_srt(result).encode()
        case ExportFormat.VTT:
            return as_vtt(result).encode()
        case ExportFormat.JSON:
            return ResultView.of(result).model_dump_json(indent=2).encode()
        case ExportFormat.MD:
            return as_md(result, zone).encode()
        case ExportFormat.DOCX:
            return as_docx(result, zone)
        case _:
            assert_never(format)
