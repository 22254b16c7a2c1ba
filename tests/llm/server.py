"""llama.cpp in a process of its own, to be killed: ``python -m tests.llm.server PORT`` tells every request's path."""

from __future__ import annotations

import sys

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from callscribe.settings import LlmSettings, Settings
from deployments.llm.engines import load_engine
from deployments.llm.proxy import Proxy

MODEL = "gemma3-270m-base"
CONTEXT_TOKENS = 2048


class Told:
    """Prints a request's path when it comes: this is how the parent learns that an answer is being written."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        print(scope["path"], flush=True)  # noqa: T201
        await self._app(scope, receive, send)


def main(port: int) -> None:
    settings = Settings(llm=LlmSettings(serve_context_tokens=CONTEXT_TOKENS))
    engine = load_engine(settings, MODEL, threads=1)
    app = Told(Proxy(engine.address, call_seconds=120).app())
    uvicorn.run(app, host="127.0.0.1", port=port, lifespan="off", log_config=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
