"""llama.cpp's HTTP server behind an ASGI application.

A proxy to its port rather than calls of its handlers in Python: those cannot be cancelled, lose the status code, and
there are none for models and tokens. Over HTTP who stops waiting also stops the model.
"""

from __future__ import annotations

from functools import partial

import anyio
import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deployments.llm.schema import held, is_held

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Far more text than any context window holds."""
_LEFT = 499
"""nginx's code for a caller who has closed the connection."""
_JSON = {"content-type": "application/json"}


class Proxy:
    """Passes what OpenAI's clients, and those that count tokens, ask for on to llama.cpp, and its answers back."""

    def __init__(self, address: str, *, call_seconds: float) -> None:
        self._call_seconds = call_seconds
        self._client = httpx.AsyncClient(
            base_url=address,
            timeout=None,  # noqa: S113 - each call as a whole has its time
            # llama.cpp closes a connection that has been idle just when the next request may be on its way.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def app(self) -> Starlette:
        """The application: four routes, and llama.cpp's others stay closed."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", partial(self._pass_on, path="/v1/models")),
                Route("/tokenize", partial(self._pass_on, path="/tokenize"), methods=["POST"]),
                Route("/health", partial(self._pass_on, path="/health")),
            ]
        )

    async def is_well(self) -> bool:
        """Whether llama.cpp answers and has its model."""
        return (await self._asked("GET", "/health", b"", {})).status_code == httpx.codes.OK

    async def close(self) -> None:
        """Give back the connections; what llama.cpp is writing is dropped."""
        await self._client.aclose()

    async def _pass_on(self, request: Request, path: str) -> Response:
        return await self._asked(request.method, path, await _body(request), _shown(request))

    async def _complete(self, request: Request) -> Response:
        body = await _body(request)
        answer = _problem(_LEFT, "Nobody waits for the answer.")
        async with anyio.create_task_group() as both:
            both.start_soon(_cancelled_with_its_caller, request, both.cancel_scope)
            answer = await self._completed(body, _shown(request))
            both.cancel_scope.cancel()
        return answer

    async def _completed(self, body: bytes, shown: dict[str, str]) -> Response:
        with_schema = held(body)
        answer = await self._asked("POST", "/v1/chat/completions", with_schema or body, shown)
        if with_schema and answer.status_code == httpx.codes.OK and not is_held(bytes(answer.body)):
            return _problem(httpx.codes.BAD_REQUEST, "llama.cpp cannot hold an answer to this JSON schema.")
        return answer

    async def _asked(self, method: str, path: str, body: bytes, shown: dict[str, str]) -> Response:
        try:
            with anyio.fail_after(self._call_seconds):
                answer = await self._client.request(method, path, content=body, headers=_JSON | shown)
        except TimeoutError:
            return _problem(httpx.codes.GATEWAY_TIMEOUT, f"The model took longer than {self._call_seconds:g} s.")
        except httpx.TransportError as error:
            return _problem(httpx.codes.SERVICE_UNAVAILABLE, f"llama.cpp does not answer: {error!r}")
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))


async def _cancelled_with_its_caller(request: Request, work: anyio.CancelScope) -> None:
    """Cancel the work when its caller leaves: Serve tells us, but lets the work go on."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    work.cancel()


def _shown(request: Request) -> dict[str, str]:
    """Give the key that the caller has shown, which is llama.cpp's to judge."""
    key = request.headers.get("authorization")
    return {} if key is None else {"authorization": key}


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(httpx.codes.REQUEST_ENTITY_TOO_LARGE, f"A request may have {MAX_BODY_BYTES} bytes.")
    return bytes(body)


def _problem(status: int, message: str) -> Response:
    """Say what is wrong as llama.cpp does."""
    kind = "invalid_request_error" if httpx.codes.is_client_error(status) else "server_error"
    return JSONResponse({"error": {"code": int(status), "message": message, "type": kind}}, status)
