"""The language model as a Ray Serve deployment."""

from __future__ import annotations

from ray import serve
from starlette.applications import Starlette

from callscribe.errors import Unavailable
from callscribe.settings import Settings
from deployments.llm.engines import load_engine
from deployments.llm.proxy import Proxy
from deployments.replica import give_way, log_with_serve, processors


@serve.deployment
@serve.ingress()
class Llm:
    """A replica: llama.cpp with one model, and OpenAI's contract in front of it."""

    def __init__(self, settings: Settings, model: str) -> None:
        self._settings = settings
        log_with_serve()
        give_way()
        self._engine = load_engine(settings, model, threads=processors())
        self._proxy: Proxy | None = None

    async def __serve_build_asgi_app__(self) -> Starlette:
        """Open the connections on the replica's loop."""
        self._proxy = Proxy(self._engine.address, call_seconds=self._settings.llm.call_seconds)
        return self._proxy.app()

    async def check_health(self) -> None:
        """Ask llama.cpp, which answers also while its model writes."""
        if self._proxy is not None and not await self._proxy.is_well():
            raise Unavailable("llama.cpp does not answer.")

    async def __del__(self) -> None:
        """Give back the connections."""
        if self._proxy is not None:
            await self._proxy.close()
