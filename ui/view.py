"""A part of a page that a module of the browser draws."""

from __future__ import annotations

import gradio as gr


def view(name: str, root: str) -> gr.HTML:
    """Make an empty place that ``modules/NAME.js`` fills by its ``open``, once ``door.js`` has let the reader in."""
    return gr.HTML(
        html_template=f'<div class="view {name}"></div>',
        js_on_load=(
            f"import('{root}/modules/door.js').then((door) => door.open(element.querySelector('.view'), '{name}'));"
        ),
        apply_default_css=False,
    )
