"""The HTTP API: plain FastAPI over injected services, knowing nothing of Ray."""

from serve_app.api.app import create_app
from serve_app.api.services import Readiness, Services

__all__ = ["Readiness", "Services", "create_app"]
