"""Results as files."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from callscribe.exports import ExportFormat, export
from callscribe.schemas import ResultView
from serve_app.api import kinds
from serve_app.api.identity import PathTaskId
from serve_app.api.openapi import SCHEMA_TEMPLATE, problems
from serve_app.api.results import ready_result
from serve_app.api.services import Injected
from serve_app.api.time_zones import ZoneName

router = APIRouter(prefix="/results", tags=["results"])

_LONGEST_NAME = 100


def _schema(format_: ExportFormat) -> dict[str, Any]:
    match format_:
        case ExportFormat.JSON:
            return {"$ref": SCHEMA_TEMPLATE.format(model=ResultView.__name__)}
        case ExportFormat.DOCX:
            return {"type": "string", "format": "binary"}
        case ExportFormat.TXT | ExportFormat.SRT | ExportFormat.VTT | ExportFormat.MD:
            return {"type": "string"}


@router.get(
    "/{task_id}/export",
    summary="Download a result",
    response_class=Response,
    responses={
        200: {
            "description": "The file, named after the recording's title.",
            "content": {each.media_type: {"schema": _schema(each)} for each in ExportFormat},
        },
        **problems(kinds.TASK_NOT_FOUND, kinds.TASK_NOT_READY, kinds.INVALID_REQUEST, kinds.UNAVAILABLE),
    },
)
async def export_result(
    services: Injected,
    task_id: PathTaskId,
    format_: Annotated[ExportFormat, Query(alias="format", description="What file to make of it.")],
    tz: Annotated[
        ZoneName,
        Query(description="The time zone in which documents tell when it was, by its name in the IANA database."),
    ] = "UTC",
) -> Response:
    """Write the result as text, subtitles, JSON, Markdown or a Word document."""
    result = await ready_result(services, task_id)
    return Response(
        await asyncio.to_thread(export, result, format_, ZoneInfo(tz)),
        media_type=format_.media_type,
        headers={"Content-Disposition": _attachment(result.task.title, format_)},
    )


def _attachment(title: str, format_: ExportFormat) -> str:
    """Name the file (RFC 6266): in UTF-8 for those who read RFC 5987, in ASCII for the rest."""
    name = "".join("_" if character in '/\\:*?"<>|' else character for character in title)[:_LONGEST_NAME].strip(" .")
    plain = "".join(character if character.isascii() and character.isprintable() else "_" for character in name)
    encoded = quote(f"{name or 'result'}.{format_}", safe="")
    return f"attachment; filename=\"{plain or 'result'}.{format_}\"; filename*=UTF-8''{encoded}"
