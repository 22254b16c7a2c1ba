"""The door for uploads: from a request's body to a registered task, or to nothing left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic

from starlette.requests import Request

from callscribe.blobs import StoredBlob
from callscribe.domain import NewRecording, Source, Task, TaskId
from callscribe.intake import Intake
from callscribe.schemas.recordings import UploadFields, title_of
from serve_app.api import kinds, multipart
from serve_app.api.form import Fields, UploadForm, too_large
from serve_app.api.noted import note_task
from serve_app.api.problems import ProblemError
from serve_app.api.services import Services

FORM_OVERHEAD_BYTES = 64 * 1024
"""What boundaries, headers and the other fields may add to the file in ``Content-Length``."""


@dataclass(frozen=True, slots=True)
class Upload(Generic[Fields]):
    """What came in: the form, the file's name, and its content, stored."""

    form: Fields
    filename: str
    stored: StoredBlob


Describe = Callable[[Upload[Fields]], tuple[UploadFields, str | None]]
"""Says what a form tells of its recording, and the key by which the same upload is known again."""


async def take_in(
    request: Request, services: Services, model: type[Fields], describe: Describe[Fields]
) -> tuple[Task, Fields]:
    """Store the recording, look into it and register it, in that order; what fails leaves nothing behind."""
    boundary = multipart.boundary_of(request.headers.get("content-type", ""))
    _refuse_by_length(request, services.settings.max_upload_bytes)
    intake = Intake(services.store, services.blobs, queue_limit=services.settings.queue_limit)
    await intake.refuse_when_full()
    forms: list[Fields] = []

    async def receive(task_id: TaskId, key: str) -> NewRecording:
        upload = await _receive(request, services, boundary, model, key)
        forms.append(upload.form)
        return await _recording(services, upload, *describe(upload), task_id)

    registration = await intake.take_in(receive)
    note_task(request, registration.task.id)
    return registration.task, forms[0]


async def _receive(
    request: Request, services: Services, boundary: str, model: type[Fields], key: str
) -> Upload[Fields]:
    """Stream the file to the blob store."""
    max_bytes = services.settings.max_upload_bytes
    body = _bounded(request.stream(), max_bytes)
    async with aclosing(multipart.parse(body, boundary)) as events:
        form = UploadForm(events, model, max_file_bytes=max_bytes, context=services.settings.webhook)
        fields, stored = await form.read(lambda content: services.blobs.put(key, content))
    if stored.size == 0:
        raise ProblemError(kinds.EMPTY_FILE, "The file has no bytes.")
    return Upload(fields, form.filename, stored)


async def _recording(
    services: Services, upload: Upload[Fields], fields: UploadFields, key: str | None, task_id: TaskId
) -> NewRecording:
    """Find out what the file is."""
    async with services.blobs.local(upload.stored.key) as path:
        info = await services.decoder.probe(path)
    return NewRecording(
        id=task_id,
        source=Source.UPLOAD,
        source_id=key or str(task_id),
        media_key=upload.stored.key,
        media_bytes=upload.stored.size,
        media_sha256=upload.stored.sha256,
        media_type=info.media_type,
        title=title_of(fields.title, upload.filename),
        language=fields.language,
        num_speakers=fields.num_speakers,
        template=fields.template,
        started_at=fields.started_at,
        duration_seconds=info.duration_seconds,
        webhook_url=fields.webhook_url,
    )


async def _bounded(body: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """Stop a body that is too long even where none of it is the file."""
    size = 0
    async for piece in body:
        size += len(piece)
        if size > max_bytes + FORM_OVERHEAD_BYTES:
            raise too_large(max_bytes)
        yield piece


def length_of(request: Request) -> int:
    """How many bytes a body has by its own word; 0 where it does not say."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _refuse_by_length(request: Request, max_bytes: int) -> None:
    """Refuse before the first byte what says itself that it is too large."""
    if length_of(request) > max_bytes + FORM_OVERHEAD_BYTES:
        raise too_large(max_bytes)
