"""The formats that a result can be taken away in."""

from __future__ import annotations

from enum import StrEnum


class ExportFormat(StrEnum):
    """A format; its value is the ending of the file's name too."""

    TXT = "txt"
    SRT = "srt"
    VTT = "vtt"
    JSON = "json"
    MD = "md"
    DOCX = "docx"

    @property
    def media_type(self) -> str:
        """What to send as Content-Type."""
        match self:
            case ExportFormat.TXT:
                return "text/plain; charset=utf-8"
            case ExportFormat.SRT:
                return "application/x-subrip; charset=utf-8"
            case ExportFormat.VTT:
                return "text/vtt; charset=utf-8"
            case ExportFormat.JSON:
                return "application/json"
            case ExportFormat.MD:
                return "text/markdown; charset=utf-8"
            case ExportFormat.DOCX:
                return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
