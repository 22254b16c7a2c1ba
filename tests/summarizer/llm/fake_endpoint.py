"""An endpoint of OpenAI's contract on 127.0.0.1 that answers what a test tells it to."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

Asked = dict[str, Any]
Content = Callable[[Asked], "dict[str, Any] | str"]

NOTHING: dict[str, Any] = {"summary": [], "key_points": [], "decisions": [], "action_items": []}
_LINE = re.compile(r"^(\d+)\. ", re.MULTILINE)


def numbers_shown(asked: Asked) -> list[int]:
    """The numbers of the lines that a request shows."""
    return [int(number) for number in _LINE.findall(asked["messages"][1]["content"])]


def is_digest(asked: Asked) -> bool:
    return bool(asked["response_format"]["json_schema"]["name"] == "digest")


@dataclass
class FakeLlm:
    """What the endpoint answers, and what it was asked. Tokens are words, as this model cuts them."""

    url: str = ""
    content: Content = lambda _: NOTHING
    card: dict[str, Any] = field(default_factory=lambda: {"meta": {"n_ctx": 8192, "n_ctx_train": 131072}})
    model: str = "fake-1b"
    finish_reason: Callable[[Asked], str] = lambda _: "stop"
    status: int = 200
    model_list_status: int = 200
    page: str | None = None
    seconds: float = 0.0
    counting_seconds: float = 0.0
    retry_after: str | None = None
    slow: Callable[[Asked], bool] = lambda _: True
    tokenizes: bool = True
    props: dict[str, Any] | None = None
    version: str | None = None
    usage: dict[str, int] | None = None
    asked: list[Asked] = field(default_factory=list)
    counted: list[Asked] = field(default_factory=list)
    requests: list[str | None] = field(default_factory=list)
    calls: int = 0


def _app(llm: FakeLlm) -> FastAPI:
    app = FastAPI()

    @app.get("/v1/models")
    async def models() -> Response:
        llm.calls += 1
        listed = {"object": "list", "data": [{"id": llm.model, "object": "model", **llm.card}]}
        return JSONResponse(listed, status_code=llm.model_list_status)

    @app.get("/props")
    async def props() -> Response:
        return JSONResponse(llm.props or {"error": "no such route"}, status_code=200 if llm.props else 404)

    @app.get("/api/version")
    async def version() -> Response:
        return JSONResponse({"version": llm.version}, status_code=200 if llm.version else 404)

    @app.post("/tokenize")
    async def tokenize(request: Request) -> Response:
        asked = await request.json()
        llm.counted.append(asked)
        await _slowly(lambda: llm.counting_seconds)
        if not llm.tokenizes:
            return JSONResponse({"error": "no such route"}, status_code=404)
        return JSONResponse({"tokens": list(range(len(asked["content"].split())))})

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        asked = await request.json()
        llm.asked.append(asked)
        llm.requests.append(request.headers.get("x-request-id"))
        await _slowly(lambda: llm.seconds if llm.slow(asked) else 0)
        if llm.page is not None:
            return HTMLResponse(llm.page)
        if llm.status != 200:
            headers = {"Retry-After": llm.retry_after} if llm.retry_after else {}
            said = {"error": {"message": "Rate limit reached for Пётр"}}
            return JSONResponse(said, status_code=llm.status, headers=headers)
        return JSONResponse(_completion(llm, asked))

    return app


async def _slowly(seconds: Callable[[], float]) -> None:
    """Wait so long, or until a test makes it shorter."""
    waited = 0.0
    while waited < seconds():
        await asyncio.sleep(0.05)
        waited += 0.05


def _completion(llm: FakeLlm, asked: Asked) -> dict[str, Any]:
    content = llm.content(asked)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    choice = {
        "index": 0,
        "finish_reason": llm.finish_reason(asked),
        "message": {"role": "assistant", "content": text},
    }
    told = {"usage": llm.usage} if llm.usage else {}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": llm.model, "choices": [choice], **told}


@contextmanager
def serving(llm: FakeLlm) -> Iterator[FakeLlm]:
    """Serve on a free port while the context lasts."""
    server = uvicorn.Server(uvicorn.Config(_app(llm), lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        llm.url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            yield llm
        finally:
            server.should_exit = True
            thread.join()
