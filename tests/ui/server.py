"""The pages and an API on one address: ``python -m tests.ui.server DSN FOLDER [keyed]`` prints its port.

It is a process of its own because Gradio leaves an event loop open.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from callscribe.settings import MEBIBYTE, Settings
from tests.api.keyed import KEYS
from tests.api.server import serve
from ui import create_ui


def _with_pages(api: FastAPI) -> Starlette:
    return Starlette(routes=[Mount("/ui", create_ui("/ui")), Mount("/", api)])


if __name__ == "__main__":
    dsn, folder, *keyed = sys.argv[1:]
    settings = Settings(
        _env_file=None,
        data_dir=Path(folder),
        max_upload_bytes=MEBIBYTE,
        api_keys=KEYS if keyed else {},
    )
    asyncio.run(serve(dsn, settings, _with_pages))
