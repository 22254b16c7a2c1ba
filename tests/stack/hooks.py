"""A receiver of webhooks beside a running stack."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from tests.webhooks.receiver import SECRET


@dataclass(frozen=True)
class Hooks:
    """What has come in, signed."""

    url: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def of(self, task_id: str) -> dict[str, Any]:
        """The first event of a task, once it has come."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for event in list(self.events):
                if event["task"]["task_id"] == task_id:
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no webhook has told of {task_id}")


@contextmanager
def receiving() -> Iterator[Hooks]:
    """Listen on a port of this machine."""
    events: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            events.append(Webhook(SECRET).verify(body, dict(self.headers)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever).start()
        yield Hooks(f"http://127.0.0.1:{server.server_port}/", events)
        server.shutdown()
