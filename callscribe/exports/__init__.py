"""Exports: a result as a file to take away."""

from __future__ import annotations

from typing import assert_never

from callscribe.domain import Result
from callscribe.exports.documents import as_md, as_txt
from callscribe.exports.formats import ExportFormat
from callscribe.exports.subtitles import as_srt, as_vtt
from callscribe.schemas import ResultView

__all__ = ["ExportFormat", "export"]


def export(result: Result, format: ExportFormat) -> bytes:  # noqa: A002  (the word the API's clients use)
    """The file's content, UTF-8."""
    return _text(result, format).encode()


def _text(result: Result, format_: ExportFormat) -> str:
    match format_:
        case ExportFormat.TXT:
            return as_txt(result)
        case ExportFormat.SRT:
            return as_srt(result)
        case ExportFormat.VTT:
            return as_vtt(result)
        case ExportFormat.JSON:
            return ResultView.of(result).model_dump_json(indent=2)
        case ExportFormat.MD:
            return as_md(result)
        case _:
            assert_never(format_)
