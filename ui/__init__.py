"""The web pages: a client of the public HTTP API."""

from ui.app import create_ui

__all__ = ["create_ui"]
