"""The web pages as a Serve application of their own: restarting them leaves the API alone."""

# No `from __future__ import annotations` here: Serve reads the type of build_pages's argument at run time.
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from ray import serve
from ray.serve import Application

from deployments.replica import log_with_serve
from serve_app.binding import bound
from ui import create_ui


class PagesArgs(BaseModel):
    """What a Serve configuration file says of the pages."""

    model_config = ConfigDict(extra="forbid")

    root: str = "/ui"
    """Where browsers find them; the application's ``route_prefix``."""


@serve.deployment
@serve.ingress()
class Pages:
    """Gradio and the modules that browsers run: one replica, since Gradio keeps its sessions in the process."""

    def __init__(self, root: str) -> None:
        log_with_serve()
        self._root = root

    async def __serve_build_asgi_app__(self) -> FastAPI:
        """Build the pages."""
        return create_ui(self._root)


def build_pages(args: PagesArgs) -> Application:
    """Serve the web pages beside the API, on the same address."""
    return bound(Pages, args.root)
