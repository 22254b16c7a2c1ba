"""How the pages look: one theme, light and dark, with the fonts that the reader's system has."""

from __future__ import annotations

import gradio as gr

_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]


def theme() -> gr.themes.Base:
    """Indigo on slate; nothing is loaded from other servers."""
    return gr.themes.Soft(
        primary_hue="indigo", secondary_hue="indigo", neutral_hue="slate", font=_SANS, font_mono=_MONO, radius_size="lg"
    )
