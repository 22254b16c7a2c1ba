"""OpenAI's paths."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import JSONResponse

from callscribe.domain import Result, Task, TaskStatus
from callscribe.errors import TaskConflict
from callscribe.exports import ExportFormat
from callscribe.logs import request_id
from callscribe.schemas.recordings import UploadFields
from serve_app.api import kinds
from serve_app.api.form import described_form
from serve_app.api.intake import Upload, take_in
from serve_app.api.openai_contract.answers import as_file, as_json
from serve_app.api.openai_contract.description import RESPONSES
from serve_app.api.openai_contract.errors import described
from serve_app.api.openai_contract.form import MODEL, SCHEMA, TranscriptionForm
from serve_app.api.openai_contract.models import Model, ModelList
from serve_app.api.openai_contract.streaming import stream
from serve_app.api.openai_contract.waiting import transcript_of
from serve_app.api.paths import OPENAI
from serve_app.api.problems import ProblemError
from serve_app.api.services import Injected, Services

router = APIRouter(prefix=OPENAI, tags=["OpenAI's contract"])


@router.post(
    "/audio/transcriptions",
    summary="Transcribe a recording and wait for it",
    openapi_extra={"requestBody": described_form(SCHEMA)},
    responses=RESPONSES,
    response_class=Response,
)
async def create_transcription(request: Request, services: Injected) -> Response:
    """Answer in OpenAI's shapes when there is a transcript, which may take as long as an eighth of the recording.

    It is a recording like any other: its task is in the list, its protocol follows. The same file in the same language
    is the same task, so that a client whose patience has ended finds it again; one that had failed without a transcript
    is tried anew.
    """
    task, form = await take_in(request, services, TranscriptionForm, _describe)
    await _again_if_it_came_to_nothing(services, task)
    if form.stream:
        return stream(services, task.id, form)
    return await asyncio.to_thread(_answer, await transcript_of(services, task.id), form)


@router.get("/models", summary="List the models", responses=described())
async def list_models() -> ModelList:
    """There is one: whatever this server transcribes with."""
    return ModelList(data=[Model(id=MODEL)])


@router.get("/models/{model}", summary="Look at a model", responses=described(kinds.NOT_FOUND))
async def get_model(model: Annotated[str, Path(description="The model's name.", examples=[MODEL])]) -> Model:
    """Show the one that there is."""
    if model != MODEL:
        raise ProblemError(kinds.NOT_FOUND, f"The model {model!r:.60} does not exist: there is {MODEL!r}.")
    return Model(id=MODEL)


def _answer(result: Result, form: TranscriptionForm) -> Response:
    """Write the answer: the slow part where a call lasts hours, for a thread."""
    content = as_file(result, form.response_format)
    if content is None:
        return JSONResponse(as_json(result, form))
    return Response(content, media_type=ExportFormat.TXT.media_type)


def _describe(upload: Upload[TranscriptionForm]) -> tuple[UploadFields, str | None]:
    return upload.form.recording(), upload.form.key(upload.stored)


async def _again_if_it_came_to_nothing(services: Services, task: Task) -> None:
    if task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED) and task.language is None:
        with suppress(TaskConflict):  # somebody else was quicker
            await services.store.retry(
                task.id, from_stage=None, queue_limit=services.settings.queue_limit, request_id=request_id()
            )
