"""Recordings come in here."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from callscribe.domain import Task, TaskId
from callscribe.errors import IdempotencyConflict
from callscribe.metrics import Measured
from callscribe.schemas import Accepted
from callscribe.schemas.recordings import UploadFields
from serve_app.api import kinds
from serve_app.api.form import described_form
from serve_app.api.intake import take_in
from serve_app.api.openapi import SCHEMA_TEMPLATE, problems
from serve_app.api.problems import invalid
from serve_app.api.services import Injected

router = APIRouter(tags=["recordings"])

_KEY = re.compile(r'"?([\x20\x21\x23-\x7e]{1,255})"?')
_FORM = UploadFields.model_json_schema(ref_template=SCHEMA_TEMPLATE)
_PROBLEMS = problems(
    kinds.MALFORMED_BODY,
    kinds.TOO_LARGE,
    kinds.NOT_MULTIPART,
    kinds.NOT_MEDIA,
    kinds.INVALID_REQUEST,
    kinds.EMPTY_FILE,
    kinds.NO_AUDIO,
    kinds.DAMAGED_MEDIA,
    kinds.LIMIT_EXCEEDED,
    kinds.IDEMPOTENCY_CONFLICT,
    kinds.QUEUE_FULL,
    kinds.UNAVAILABLE,
)


@router.post(
    "/transcribe",
    status_code=202,
    summary="Send a recording",
    openapi_extra={"requestBody": described_form(_FORM)},
    responses={202: {"headers": {"Location": {"description": "The task.", "schema": {"type": "string"}}}}, **_PROBLEMS},
)
async def transcribe(
    request: Request,
    response: Response,
    services: Injected,
    idempotency_key: Annotated[
        str | None,
        Header(
            json_schema_extra={"pattern": f"^{_KEY.pattern}$"},
            description="Names this upload, so that sending it again gives the same task: 1 to 255 printable ASCII "
            "characters. The same key with another file is refused (`idempotency_conflict`).",
        ),
    ] = None,
) -> Accepted:
    """Store a recording and queue its task.

    The file is streamed; it is refused with 413 as soon as it is too large. Once this has answered 202, the
    recording is not lost. A full queue answers 429 before it reads the file, also to a repeated key.
    """
    key = _checked(idempotency_key)
    with services.store.recorder.timed(Measured.UPLOAD):
        task, _ = await take_in(request, services, UploadFields, lambda upload: (upload.form, key))
    _refuse_an_id_for_a_key(key, task)
    status_url = task_path(request, task.id)
    response.headers["Location"] = status_url
    return Accepted.of(task, status_url=status_url, result_url=request.url_for("get_result", task_id=str(task.id)).path)


def task_path(request: Request, task_id: TaskId) -> str:
    """The path of a task, whatever the API is mounted under."""
    return request.url_for("get_task", task_id=str(task_id)).path


def _refuse_an_id_for_a_key(key: str | None, task: Task) -> None:
    """What came without a key has its id for a name at its source, and no key stands for it."""
    if key == str(task.id):
        message = f"{key!r} is the id of a recording that came without a key."
        raise IdempotencyConflict(message)


def _checked(key: str | None) -> str | None:
    """Take the key from its quotes: the IETF draft has a quoted string there, most clients send it bare."""
    if key is None:
        return None
    match = _KEY.fullmatch(key)
    if match is None:
        raise invalid("header", "Idempotency-Key", "Send 1 to 255 printable ASCII characters.")
    return match[1]
