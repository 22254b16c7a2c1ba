"""The recordings themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from callscribe.blobs import BlobNotFound
from callscribe.domain import Task
from serve_app.api import kinds
from serve_app.api.identity import PathTaskId
from serve_app.api.openapi import problems
from serve_app.api.problems import ProblemError
from serve_app.api.ranges import NoSuchPart, part_of
from serve_app.api.services import Injected, Services

router = APIRouter(prefix="/recordings", tags=["recordings"])

_BYTES = {"schema": {"type": "string", "format": "binary"}}


class Wanted(BaseModel):
    """What a client wants of a recording."""

    range: str | None = Field(None, description="One part of it, such as `bytes=0-1023`.")
    if_range: str | None = Field(None, description="Send the part only while the file has this `ETag`.")
    if_none_match: str | None = Field(
        None, description="The `ETag` of what the client has already; `*` stands for whatever it is."
    )

    def has(self, tag: str) -> bool:
        """Whether the client has already what bears this ``ETag``."""
        return self.if_none_match is not None and (self.if_none_match.strip() == "*" or tag in self.if_none_match)


@router.head("/{task_id}/media", include_in_schema=False)
@router.get(
    "/{task_id}/media",
    summary="Listen to a recording",
    response_class=Response,
    responses={
        200: {"description": "The recording as it came.", "content": {"audio/*": _BYTES, "video/*": _BYTES}},
        206: {"description": "The part that was asked for.", "content": {"audio/*": _BYTES, "video/*": _BYTES}},
        304: {"description": "The client has it already."},
        **problems(kinds.TASK_NOT_FOUND, kinds.MEDIA_GONE, kinds.NO_SUCH_PART, kinds.UNAVAILABLE),
    },
)
async def get_media(
    request: Request, services: Injected, task_id: PathTaskId, wanted: Annotated[Wanted, Header()]
) -> Response:
    """Send the audio or video as it came, whole or in part, so that a player can jump to any second."""
    task = await services.store.task(task_id)
    size, headers = await media_size(services, task), _headers(task)
    if wanted.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        part = part_of(size, wanted.range if wanted.if_range in (None, headers["ETag"]) else None)
    except NoSuchPart as error:
        whole = {"Content-Range": f"bytes */{size}"}
        raise ProblemError(kinds.NO_SUCH_PART, f"The recording has {size} bytes.", headers=whole) from error
    status, start, end = (200, 0, size) if part is None else (206, part.start, part.end)
    headers |= {"Content-Length": str(end - start)} | ({} if part is None else {"Content-Range": part.content_range})
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=task.media_type)
    content = services.blobs.read(task.media_key, start=start, end=end)
    return StreamingResponse(content, status_code=status, headers=headers, media_type=task.media_type)


async def media_size(services: Services, task: Task) -> int:
    """How many bytes the recording has. Raises ``ProblemError`` (404) where it is gone."""
    try:
        return await services.blobs.size(task.media_key)
    except BlobNotFound as error:
        raise ProblemError(kinds.MEDIA_GONE, "The task is there, but its recording is not.") from error


def _headers(task: Task) -> dict[str, str]:
    """A recording never changes; what strangers have sent is never to be taken for a page."""
    return {
        "Accept-Ranges": "bytes",
        "ETag": f'"{task.media_sha256}"',
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'",
    }
