"""A small server that speaks the documented contract, with faults on demand.

The real one has its own tests; what is sent here is made by the real schemas and the real exports.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI, Form, Header, Request, UploadFile
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.middleware.base import RequestResponseEndpoint

from callscribe.domain import (
    ActionItem,
    Language,
    ModelNames,
    Participant,
    Point,
    Protocol,
    ProtocolStatus,
    RequestedLanguage,
    Result,
    Source,
    Stage,
    Task,
    TaskError,
    TaskId,
    TaskStatus,
    Template,
    Transcript,
    Turn,
    Word,
)
from callscribe.exports import ExportFormat, export
from callscribe.schemas import Accepted, Problem, ResultView, TaskList, TaskView

CREATED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def a_task(
    task_id: UUID,
    status: TaskStatus,
    title: str,
    stage: Stage | None = None,
    progress: float = 0.0,
    *,
    template: Template = Template.MEETING,
) -> Task:
    error = TaskError("damaged_media", "The file's audio cannot be decoded.") if status is TaskStatus.FAILED else None
    return Task(
        id=TaskId(task_id),
        status=status,
        source=Source.UPLOAD,
        source_id="key",
        title=title,
        media_key="media/1",
        media_bytes=1,
        media_sha256="0" * 64,
        media_type="audio/flac",
        requested_language=RequestedLanguage.AUTO,
        created_at=CREATED,
        stage=stage,
        progress=progress,
        template=template,
        duration_seconds=105.0,
        error=error,
        queue_position=2 if status is TaskStatus.QUEUED else None,
    )


def a_turn(start: float, speaker: int, text: str) -> Turn:
    words = tuple(Word(start + i, start + i + 0.5, word, 0.9) for i, word in enumerate(text.split()))
    return Turn(start, words[-1].end, speaker, words)


def a_result(task_id: UUID, title: str, *, silent: bool = False) -> Result:
    turns = (a_turn(0, 1, "Доброе утро, начнём."), a_turn(42, 2, "Я подготовлю смету [к пятнице]."))
    protocol = Protocol(
        status=ProtocolStatus.DEGRADED,
        engine="lexrank",
        coverage=0.5,
        summary="Обсудили смету.",
        key_points=(Point("Смета готовится", (42.0,)),),
        decisions=(Point("Начать в мае", (43.0,)),),
        action_items=(ActionItem("Подготовить смету", "Спикер 2", "пятница", (42.0,)),),
        participants=(Participant(1, None, 3.0), Participant(2, "Иван", 9.0)),
    )
    return Result(
        task=a_task(task_id, TaskStatus.COMPLETED, title),
        transcript=Transcript(Language.RU, () if silent else turns),
        protocol=Protocol(ProtocolStatus.COMPLETE, "lexrank", 1.0) if silent else protocol,
        models=ModelNames("senko", "vosk", None),
    )


@dataclass
class Behaviour:
    """What the server does, and what it has seen."""

    end: TaskStatus = TaskStatus.COMPLETED
    refuse: int | None = None
    full_once: bool = False
    too_often: int = 0
    cut_events_once: bool = False
    silent: bool = False
    hang: bool = False
    hang_on: str | None = None
    known: dict[str, UUID] = field(default_factory=dict)
    titles: dict[UUID, str] = field(default_factory=dict)
    templates: dict[UUID, Template] = field(default_factory=dict)
    ended: dict[UUID, TaskStatus] = field(default_factory=dict)
    uploads: list[dict[str, str]] = field(default_factory=list)
    bytes_seen: list[int] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    key: str | None = None
    authorizations: set[str | None] = field(default_factory=set)
    following: threading.Event = field(default_factory=threading.Event)


def problem(status: int, code: str, detail: str) -> JSONResponse:
    body = Problem(
        type=f"urn:callscribe:problem:{code}", title=code, status=status, detail=detail, instance="/", code=code
    )
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), status, {"Retry-After": "0"})


def make_app(behaviour: Behaviour) -> FastAPI:  # noqa: C901 - a list of small routes
    app = FastAPI()

    @app.middleware("http")
    async def admit(request: Request, answer: RequestResponseEndpoint) -> Response:
        if request.url.path == "/healthz":
            return await answer(request)
        shown = request.headers.get("Authorization")
        behaviour.authorizations.add(shown)
        if behaviour.key is not None and shown != f"Bearer {behaviour.key}":
            return problem(401, "unauthorized", "The key is none that is taken here.")
        if behaviour.too_often:
            behaviour.too_often -= 1
            return problem(429, "rate_limit_exceeded", "Too many calls.")
        return await answer(request)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/v1/transcribe", status_code=202, response_model=None)
    async def transcribe(
        file: UploadFile,
        idempotency_key: str = Header(),
        language: str = Form(),
        num_speakers: str = Form(default=""),
        template: Annotated[Template, Form()] = Template.MEETING,
    ) -> Response | Accepted:
        if behaviour.refuse:
            return problem(behaviour.refuse, "not_media", "This is neither audio nor video.")
        if behaviour.full_once:
            behaviour.full_once = False
            return problem(429, "queue_full", "The queue is full.")
        behaviour.uploads.append({"language": language, "num_speakers": num_speakers, "key": idempotency_key})
        behaviour.bytes_seen.append(len(await file.read()))
        task_id = behaviour.known.setdefault(idempotency_key, uuid4())
        behaviour.titles[task_id] = file.filename or ""
        behaviour.templates.setdefault(task_id, template)
        status = behaviour.ended.get(task_id, TaskStatus.QUEUED)
        return Accepted(task_id=task_id, status=status, status_url="/", result_url="/")

    @app.get("/api/v1/tasks")
    async def tasks(limit: int, status: TaskStatus | None = None) -> TaskList:
        found = [a_task(i, behaviour.ended.get(i, TaskStatus.QUEUED), t) for i, t in behaviour.titles.items()]
        return TaskList.of(tuple(t for t in found if status in (None, t.status))[:limit], None)

    @app.get("/api/v1/tasks/{task_id}", response_model=None)
    async def task(task_id: UUID) -> Response | TaskView:
        if task_id not in behaviour.titles:
            return problem(404, "task_not_found", "No task has that id.")
        return TaskView.of(a_task(task_id, behaviour.ended.get(task_id, TaskStatus.QUEUED), behaviour.titles[task_id]))

    async def states(task_id: UUID) -> AsyncIterator[Task]:
        title = behaviour.titles[task_id]
        yield a_task(task_id, TaskStatus.QUEUED, title)
        yield a_task(task_id, TaskStatus.PROCESSING, title, Stage.DECODING)
        yield a_task(task_id, TaskStatus.PROCESSING, title, Stage.TRANSCRIBING, 0.4)
        if behaviour.cut_events_once:
            behaviour.cut_events_once = False
            return
        behaviour.following.set()
        while behaviour.hang or title == behaviour.hang_on:  # noqa: ASYNC110 - set by the test's own thread
            await asyncio.sleep(0.05)
        behaviour.ended[task_id] = behaviour.end
        template = behaviour.templates.get(task_id, Template.MEETING)
        yield a_task(task_id, behaviour.end, title, Stage.SUMMARIZING, 1.0, template=template)

    @app.get("/api/v1/tasks/{task_id}/events")
    async def events(task_id: UUID) -> StreamingResponse:
        async def lines() -> AsyncIterator[str]:
            async for state in states(task_id):
                yield f"event: task\ndata: {TaskView.of(state).model_dump_json()}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    @app.post("/api/v1/tasks/{task_id}/{act}", response_model=None)
    async def act(task_id: UUID, act: str, request: Request, template: Template | None = None) -> Response | TaskView:
        if task_id not in behaviour.titles:
            return problem(404, "task_not_found", "No task has that id.")
        behaviour.acts.append(f"{act}{request.url.query and '?' + request.url.query}")
        if template is not None:
            behaviour.templates[task_id] = template
        return TaskView.of(a_task(task_id, TaskStatus.QUEUED, behaviour.titles[task_id]))

    @app.delete("/api/v1/tasks/{task_id}", status_code=204)
    async def delete(task_id: UUID) -> None:
        behaviour.acts.append("delete")

    @app.get("/api/v1/results/{task_id}")
    async def result(task_id: UUID) -> ResultView:
        return ResultView.of(a_result(task_id, behaviour.titles[task_id], silent=behaviour.silent))

    @app.get("/api/v1/results/{task_id}/export")
    async def exported(task_id: UUID, format: ExportFormat) -> Response:  # noqa: A002
        content = export(a_result(task_id, behaviour.titles[task_id]), format)
        return Response(content, media_type=format.media_type)

    return app


@contextmanager
def serving(behaviour: Behaviour, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Run the server in a thread, on a port of its own."""
    config = uvicorn.Config(make_app(behaviour), host=host, port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{host}:{port}"
    finally:
        behaviour.hang, behaviour.hang_on = False, None
        server.should_exit = True
        thread.join()
