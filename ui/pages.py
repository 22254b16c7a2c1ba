"""Which pages there are; what each shows, its module in ``modules`` draws from the API."""

from __future__ import annotations

from typing import Final

import gradio as gr
from gradio.components import Navbar

from ui.view import view

NAMES: Final = ("search", "upload", "kontur_talk", "analytics", "meeting")
"""The pages beside the first, which lists the meetings: by these names under the root."""


def build(root: str) -> gr.Blocks:
    """Put the pages together under ``root``."""
    pages = gr.Blocks(title="CallScribe", analytics_enabled=False, fill_width=True)
    with pages:
        _page("meetings", root)
    for name in NAMES:
        with pages.route(name, name):
            _page(name, root)
    return pages


def _page(name: str, root: str) -> None:
    Navbar(visible=False)  # ours is a part of every view: it knows who is signed in
    view(name, root)
