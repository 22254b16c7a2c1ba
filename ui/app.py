"""The pages as an ASGI application: Gradio's shell, and the modules that the browser runs in it."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from ui import pages, plotly, wording
from ui.paths import PagesOnly
from ui.theme import theme

_MODULES = Path(__file__).parent / "modules"
_IDLE_SECONDS = 1.0


def create_ui(root: str) -> FastAPI:
    """Build the pages, to be reached under ``root`` (``/ui``) of the address that the API has."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(PagesOnly, pages=("", *pages.NAMES))
    app.mount("/modules", StaticFiles(directory=_MODULES))
    app.add_api_route("/plotly/plotly.min.js", plotly.script)
    app.add_api_route("/wording.json", wording.in_the_browsers_language)
    shell = _resting(pages.build(root))
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        shell,
        path="",
        root_path=root,
        footer_links=[],
        run_history=False,
        theme=theme(),
        css_paths=[_MODULES / "style.css"],
        show_error=False,
        ssr_mode=False,
    )
    return mounted


def _resting(shell: gr.Blocks) -> gr.Blocks:
    """Have Gradio look for events of its own less often than a thousand times a second: the pages have none."""
    queue = shell._queue  # noqa: SLF001 - no setting leads there
    queue.sleep_when_free = queue.progress_update_sleep_when_free = _IDLE_SECONDS
    return shell
