"""The door for uploads: from a request's body to a registered task, or to nothing left behind."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from uuid import uuid4

import anyio
from starlette.requests import Request

from callscribe.blobs.keys import media_key
from callscribe.domain import NewRecording, Source, Task, TaskId
from callscribe.errors import IdempotencyConflict, QueueFull, TaskNotFound, Unavailable
from serve_app.api import kinds, multipart
from serve_app.api.access import note_task
from serve_app.api.form import UploadForm, title_of, too_large
from serve_app.api.problems import ProblemError
from serve_app.api.services import Services

FORM_OVERHEAD_BYTES = 64 * 1024
"""What boundaries, headers and the other fields may add to the file in ``Content-Length``."""

_log = logging.getLogger(__name__)


async def take_in(request: Request, services: Services, *, idempotency_key: str | None) -> Task:
    """Store the recording, look into it and register it, in that order; what fails leaves nothing behind."""
    boundary = multipart.boundary_of(request.headers.get("content-type", ""))
    _refuse_by_length(request, services.settings.max_upload_bytes)
    await _refuse_when_full(services)
    task_id = TaskId(uuid4())
    key = media_key(task_id)
    registering = kept = False
    try:
        recording = await _receive(request, services, boundary, task_id, key)
        registering = True
        registration = await services.store.register(
            replace(recording, source_id=idempotency_key or recording.source_id),
            queue_limit=services.settings.queue_limit,
        )
        _refuse_an_id_for_a_key(idempotency_key, registration.task)
        kept = registration.created
    finally:
        if not kept:
            with anyio.CancelScope(shield=True):
                await _discard(services, task_id, key, certain=not registering)
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


async def _refuse_when_full(services: Services) -> None:
    """Refuse before the first byte what register would refuse after the last."""
    if await services.store.queue_size() >= services.settings.queue_limit:
        message = f"{services.settings.queue_limit} recordings are waiting already."
        raise QueueFull(message)


async def _discard(services: Services, task_id: TaskId, key: str, *, certain: bool) -> None:
    """Remove an upload, unless its task may be registered after all and only the answer was lost."""
    try:
        if not certain:
            await services.store.task(task_id)
            return
    except TaskNotFound:
        pass
    except Unavailable:
        _log.warning("kept a blob whose task may exist", extra={"task_id": str(task_id), "key": key})
        return
    await services.blobs.delete(key)
