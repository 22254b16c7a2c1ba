"""A fake Kontur Talk: the part of its API that CallScribe uses, over a real socket, with troubles on demand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from callscribe.ports import free_port

TOKEN = "fake-token"
SPACE_MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIST_PARAMS = {
    "startFrom",
    "startTo",
    "pageTokenString",
    "query",
    "title",
    "maxParticipantCount",
    "top",
    "orderMode",
}
MOST_PARTICIPANTS = 6
PIECE = 64 * 1024

Answer = dict[str, Any]


@dataclass
class FakeRecording:
    """A recording of the space. ``tracks``: who spoke when, as (name, [(start, end), …]) in seconds.

    ``file_there`` and ``described`` say whether its file, and it itself, are given to who asks by its key.
    """

    key: str
    media: bytes
    title: str = "Планёрка"
    created: datetime = SPACE_MADE
    room: str = "mayak"
    tracks: list[tuple[str, list[tuple[float, float]]]] = field(default_factory=list)
    transcript_status: str = "complete"
    qualities: tuple[str, ...] = ("900p",)
    file_there: bool = True
    described: bool = True

    def view(self) -> Answer:
        return {
            "id": f"id-{self.key}",
            "key": self.key,
            "title": self.title,
            "createdDate": self.created.isoformat().replace("+00:00", "Z"),
            "createdBy": user("Иван Орлов"),
            "roomName": self.room,
            "participantsCount": len(self.tracks),
            "size": len(self.media),
            "duration": 105,
            "canBeRemoved": True,
            "participants": self.participants()[:MOST_PARTICIPANTS],
        }

    def participants(self) -> list[Answer]:
        return [{"userInfo": user(name), "isAnonymous": False} for name, _ in self.tracks]

    def transcript(self) -> Answer:
        tracks = [
            {
                "trackId": uuid4().hex,
                "speaker": {"userInfo": user(name), "isAnonymous": False},
                "isRenamed": False,
                "chunks": [
                    {
                        "chunkId": uuid4().hex,
                        "startTimeOffsetInMillis": int(start * 1000),
                        "endTimeOffsetInMillis": int(end * 1000),
                        "text": "…",
                        "words": [],
                    }
                    for start, end in spans
                ],
            }
            for name, spans in self.tracks
        ]
        complete = self.transcript_status == "complete"
        return {"status": self.transcript_status, "tracks": tracks if complete else None}

    def history(self) -> Answer:
        sizes = {"900p": 900, "360p": 360}
        return {
            "id": f"id-{self.key}",
            "title": self.title,
            "qualities": [
                {
                    "name": name,
                    "status": "complete",
                    "progress": 100,
                    "fileUrl": f"/api/Recordings/{self.key}/file/{name}",
                    "size": {"width": 16 * sizes[name] // 9, "height": sizes[name]},
                }
                for name in self.qualities
            ],
        }


def user(name: str) -> Answer:
    first, _, last = name.partition(" ")
    return {"key": f"user-{name}", "firstname": first, "surname": last or None}


@dataclass
class Troubles:
    """What goes wrong; counts say how many more times."""

    throttled: int = 0
    retry_after: str | None = "0"
    broken: int = 0
    slow_seconds: float = 0
    key_refused: bool = False
    denied: set[str] = field(default_factory=set)  # recordings' keys, or "history"
    broken_files: bool = False
    throttled_files: int | None = None  # with which status
    cut_downloads: int = 0
    slow_pieces_seconds: float = 0
    no_content: int = 0
    no_ranges: bool = False
    endless_list: bool = False
    camel_case: bool = False
    duplicates: int = 1
    activation_first: bool = True
    no_activation: bool = False
    creations_left: int = 10
    any_case: bool = False  # whether keys are taken in any case of letters


class FakeTalk:
    """The space: put recordings in, set troubles, announce events."""

    def __init__(self) -> None:
        self.url = ""
        self.recordings: dict[str, FakeRecording] = {}
        self.troubles = Troubles()
        self.webhooks: dict[str, Answer] = {}
        self.activation_keys: dict[str, str] = {}
        self.asked: list[str] = []
        self.answers: list[tuple[str, str, Any]] = []
        self.downloaded_bytes = 0

    def add(self, recording: FakeRecording) -> FakeRecording:
        self.recordings[recording.key] = recording
        return recording

    def _asked_for(self, request: Request) -> FakeRecording | None:
        key = request.path_params["key"]
        if self.troubles.any_case:
            key = next((each for each in self.recordings if each.casefold() == key.casefold()), key)
        return self.recordings.get(key)

    def app(self) -> Starlette:
        routes = [
            Route("/api/Domain/recordings/v2", self._list),
            Route("/api/Domain/recordings/{key}", self._recording),
            Route("/api/Domain/recordings/{key}/participants", self._participants),
            Route("/api/recordings/{key}/transcript", self._transcript),
            Route("/api/Recordings/{key}/file/{quality}", self._file),
            Route("/api/domain/conferencesHistory", self._conferences),
            Route("/api/ConferencesHistory/v2/{key}", self._conference),
            Route("/api/Webhooks", self._webhooks),
            Route("/api/Webhooks", self._create_webhook, methods=["POST"]),
            Route("/api/Webhooks/{key}/activate", self._activate, methods=["POST"]),
            Route("/api/Webhooks/{key}", self._delete_webhook, methods=["DELETE"]),
        ]
        app = Starlette(routes=routes)
        app.add_middleware(BaseHTTPMiddleware, dispatch=self._guard)
        return app

    async def _guard(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        self.asked.append(f"{request.method} {request.url.path}")
        troubles = self.troubles
        await asyncio.sleep(troubles.slow_seconds)
        if troubles.key_refused or request.headers.get("X-Auth-Token") != TOKEN:
            return Response(status_code=401)
        if troubles.throttled:
            troubles.throttled -= 1
            headers = {} if troubles.retry_after is None else {"Retry-After": troubles.retry_after}
            return Response(status_code=429, headers=headers)
        if troubles.broken:
            troubles.broken -= 1
            return Response(status_code=502)
        if any(part in troubles.denied for part in request.url.path.split("/")):
            return Response(status_code=403)
        return await call_next(request)

    def _say(self, request: Request, template: str, answer: Any) -> Response:
        self.answers.append((request.method, template, answer))
        return JSONResponse(answer)

    async def _list(self, request: Request) -> Response:
        asked = request.query_params
        top = int(asked.get("top", "30"))
        if set(asked) - LIST_PARAMS or not 1 <= top <= 1000:
            return Response(status_code=400)
        newest_first = asked.get("orderMode") == "byTimeNewFirst"
        found = sorted(self.recordings.values(), key=lambda each: each.created, reverse=newest_first)
        if start := asked.get("startFrom"):
            found = [each for each in found if each.created >= datetime.fromisoformat(start)]
        if end := asked.get("startTo"):
            found = [each for each in found if each.created < datetime.fromisoformat(end)]
        if query := asked.get("query"):
            found = [each for each in found if query.lower() in each.title.lower()]
        token = asked.get("pageTokenString", "0")
        begin = int(token) if token.isdecimal() else 0
        after: str | None = str(begin + top) if begin + top < len(found) else None
        if self.troubles.endless_list:
            after = "1"
        page = [each.view() for each in found[begin : begin + top]]
        return self._say(request, "/api/Domain/recordings/v2", {"entities": page, "nextPageToken": after})

    async def _recording(self, request: Request) -> Response:
        recording = self._asked_for(request)
        if recording is None or not recording.described:
            return Response(status_code=404)
        return self._say(request, "/api/Domain/recordings/{recordingKey}", recording.view())

    async def _participants(self, request: Request) -> Response:
        recording = self._asked_for(request)
        if recording is None:
            return Response(status_code=404)
        first, top = int(request.query_params.get("skip", "0")), int(request.query_params.get("top", "30"))
        page = recording.participants()[first : first + top]
        return self._say(request, "/api/Domain/recordings/{recordingKey}/participants", page)

    async def _transcript(self, request: Request) -> Response:
        recording = self._asked_for(request)
        if recording is None or not recording.tracks:
            return Response(status_code=404)
        return self._say(request, "/api/recordings/{recordingKey}/transcript", recording.transcript())

    async def _file(self, request: Request) -> Response:
        recording = self._asked_for(request)
        if recording is None or not recording.file_there or request.path_params["quality"] not in recording.qualities:
            return Response(status_code=404)
        if self.troubles.throttled_files:
            return Response(status_code=self.troubles.throttled_files)
        if self.troubles.broken_files:
            return Response(status_code=500)
        if self.troubles.no_content:
            self.troubles.no_content -= 1
            return Response(status_code=202)
        begin = 0
        headers = {"ETag": f'"{recording.key}"', "Content-Type": "application/octet-stream"}
        wanted = request.headers.get("Range")
        if wanted and not self.troubles.no_ranges:
            begin = int(wanted.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {begin}-{len(recording.media) - 1}/{len(recording.media)}"
        content = recording.media[begin:]
        headers["Content-Length"] = str(len(content))
        status = 206 if "Content-Range" in headers else 200
        return StreamingResponse(self._pieces(content), status, headers)

    async def _pieces(self, content: bytes) -> Any:
        cut = self.troubles.cut_downloads > 0
        self.troubles.cut_downloads -= cut
        end = len(content) // 2 if cut else len(content)
        for start in range(0, end, PIECE):
            piece = content[start : min(start + PIECE, end)]
            self.downloaded_bytes += len(piece)
            yield piece
            await asyncio.sleep(self.troubles.slow_pieces_seconds)
        if cut:
            await asyncio.sleep(0.05)
            raise ConnectionResetError("cut")

    async def _conferences(self, request: Request) -> Response:
        rooms = request.query_params.getlist("roomName")
        found = [
            {"key": f"conference-{each.key}", "roomName": each.room}
            for each in self.recordings.values()
            if each.room in rooms
        ]
        if "history" in self.troubles.denied:
            return Response(status_code=403)
        return self._say(request, "/api/domain/conferencesHistory", {"conferences": found})

    async def _conference(self, request: Request) -> Response:
        recording = self.recordings.get(request.path_params["key"].removeprefix("conference-"))
        if recording is None:
            return Response(status_code=404)
        told = {
            "key": request.path_params["key"],
            "roomName": recording.room,
            "startTime": (recording.created - timedelta(hours=1)).isoformat(),
            "isPlannedMeeting": True,
            "artifacts": {"title": recording.title, "recordings": [recording.history()]},
        }
        return self._say(request, "/api/ConferencesHistory/v2/{conferenceKey}", told)

    async def _webhooks(self, request: Request) -> Response:
        return self._say(request, "/api/Webhooks", list(self.webhooks.values()))

    async def _create_webhook(self, request: Request) -> Response:
        if not self.troubles.creations_left:
            return Response(status_code=429)
        self.troubles.creations_left -= 1
        asked = await request.json()
        key = uuid4().hex
        self.webhooks[key] = {
            **asked,
            "webhookKey": key,
            "activated": False,
            "created": datetime.now(UTC).isoformat(),
        }
        self.activation_keys[key] = uuid4().hex
        if self.troubles.no_activation:
            return self._say(request, "/api/Webhooks", self.webhooks[key])
        sending = asyncio.create_task(self._post(self.webhooks[key], {"activationKey": self.activation_keys[key]}))
        if self.troubles.activation_first:
            await sending
        return self._say(request, "/api/Webhooks", self.webhooks[key])

    async def _activate(self, request: Request) -> Response:
        key = request.path_params["key"]
        if key not in self.webhooks:
            return Response(status_code=404)
        if (await request.json())["activationKey"] != self.activation_keys[key]:
            return Response(status_code=400)
        self.webhooks[key]["activated"] = True
        return Response()

    async def _delete_webhook(self, request: Request) -> Response:
        return Response(status_code=200 if self.webhooks.pop(request.path_params["key"], None) else 404)

    async def _post(self, webhook: Answer, message: Answer) -> int:
        headers = {header["name"]: header["value"] for header in webhook["customHeaders"]}
        async with httpx.AsyncClient() as client:
            return (await client.post(webhook["url"], json=message, headers=headers)).status_code

    async def announce(self, event_type: str, recording_key: str) -> list[int]:
        """Send an event to the webhooks that are active; return what they answer."""
        name = event_type if self.troubles.camel_case else event_type[0].upper() + event_type[1:]
        message = event(name, recording_key)
        return [
            await self._post(webhook, message)
            for webhook in self.webhooks.values()
            if webhook["activated"] and event_type in webhook["events"]
            for _ in range(self.troubles.duplicates)
        ]


def event(event_type: str, recording_key: str) -> Answer:
    """What Kontur Talk sends to a webhook."""
    time = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "7Z")
    return {"eventId": str(uuid4()), "eventType": event_type, "time": time, "recordingKey": recording_key}


@contextmanager
def running_fake(port: int = 0) -> Iterator[FakeTalk]:
    """Serve a space on a port of this machine, from a thread of its own."""
    talk = FakeTalk()
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(talk.app(), port=port, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    talk.url = f"http://127.0.0.1:{port}"
    try:
        yield talk
    finally:
        server.should_exit = True
        thread.join()
