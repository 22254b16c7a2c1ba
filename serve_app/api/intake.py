"""The door for uploads: from a request's body to a registered task, or to nothing left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from starlette.requests import Request

from callscribe.domain import NewRecording, Source, Task, TaskId
from callscribe.errors import IdempotencyConflict
from callscribe.intake import Intake
from callscribe.schemas.recordings import title_of
from serve_app.api import kinds, multipart
from serve_app.api.access import note_task
from serve_app.api.form import UploadForm, too_large
from serve_app.api.problems import ProblemError
from serve_app.api.services import Services

FORM_OVERHEAD_BYTES = 64 * 1024
"""What boundaries, headers and the other fields may add to the file in ``Content-Length``."""


async def take_in(request: Request, services: Services, *, idempotency_key: str | None) -> Task:
    """Store the recording, look into it and register it, in that order; what fails leaves nothing behind."""
    boundary = multipart.boundary_of(request.headers.get("content-type", ""))
    _refuse_by_length(request, services.settings.max_upload_bytes)
    intake = Intake(services.store, services.blobs, queue_limit=services.settings.queue_limit)
    await intake.refuse_when_full()

    async def receive(task_id: TaskId, key: str) -> NewRecording:
        recording = await _receive(request, services, boundary, task_id, key)
        return replace(recording, source_id=idempotency_key or recording.source_id)

    registration = await intake.take_in(receive)
    _refuse_an_id_for_a_key(idempotency_key, registration.task)
    note_task(request, registration.task.id)
    return registration.task


async def _receive(request: Request, services: Services, boundary: str, task_id: TaskId, key: str) -> NewRecording:
    """Stream the file to the blob store and find out what it is."""
    max_bytes = services.settings.max_upload_bytes
    body = _bounded(request.stream(), max_bytes)
    async with aclosing(multipart.parse(body, boundary)) as events:
        form = UploadForm(events, max_file_bytes=max_bytes)
        fields, stored = await form.read(lambda content: services.blobs.put(key, content))
    if stored.size == 0:
        raise ProblemError(kinds.EMPTY_FILE, "The file has no bytes.")
    async with services.blobs.local(key) as path:
        info = await services.decoder.probe(path)
    return NewRecording(
        id=task_id,
        source=Source.UPLOAD,
        source_id=str(task_id),
        media_key=key,
        media_bytes=stored.size,
        media_sha256=stored.sha256,
        media_type=info.media_type,
        title=title_of(fields.title, form.filename),
        language=fields.language,
        num_speakers=fields.num_speakers,
        template=fields.template,
        started_at=fields.started_at,
        duration_seconds=info.duration_seconds,
    )


def _refuse_an_id_for_a_key(idempotency_key: str | None, task: Task) -> None:
    """What came without a key has its id for a name at its source, and no key stands for it."""
    if idempotency_key == str(task.id):
        message = f"{idempotency_key!r} is the id of a recording that came without a key."
        raise IdempotencyConflict(message)


async def _bounded(body: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """Stop a body that is too long even where none of it is the file."""
    size = 0
    async for piece in body:
        size += len(piece)
        if size > max_bytes + FORM_OVERHEAD_BYTES:
            raise too_large(max_bytes)
        yield piece


def _refuse_by_length(request: Request, max_bytes: int) -> None:
    """Refuse before the first byte what says itself that it is too large."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes + FORM_OVERHEAD_BYTES:
        raise too_large(max_bytes)
