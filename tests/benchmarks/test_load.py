"""The API under load: what users meet with is counted, and what they are refused is no success."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from io import StringIO

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from benchmarks.load import __main__ as load
from benchmarks.load.plan import Answers, Endpoint, Plan
from benchmarks.load.report import Found, show


def found(failures: int) -> Found:
    resting = Answers(
        endpoints=(Endpoint(name="GET /tasks", calls=40, failures=0, p50=4, p95=9, max=12.3),), troubles=()
    )
    refused = Endpoint(name="GET /search", calls=20, failures=failures, p50=7, p95=61, max=80.6)
    return Found({"at rest": resting, "working": Answers(endpoints=(refused,), troubles=())}, {"under load": [7.31]})


def test_the_phases_stand_side_by_side() -> None:
    console = Console(file=StringIO(), width=80)
    show(console, found(3))
    assert isinstance(console.file, StringIO)
    rows = [line.split() for line in console.file.getvalue().splitlines()]
    assert ["GET", "/tasks", "40", "0", "4", "9", "12", *"–––––"] in rows
    assert ["GET", "/search", *"–––––", "20", "3", "7", "61", "81"] in rows
    assert ["×", "real", "time", "under", "load:", "7.3"] in rows


@pytest.mark.parametrize(("failures", "code"), [(0, 0), (1, 1)])
def test_a_call_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, failures: int, code: int) -> None:
    monkeypatch.setattr(load, "_measure", lambda *_: found(failures))
    app = typer.Typer()
    app.command()(load.main)
    assert CliRunner().invoke(app, []).exit_code == code


class Refusing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PATCH = do_GET  # noqa: N815 - as its base wants it

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# Not by importing it here: it changes the standard library.
@pytest.mark.skipif(find_spec("locust") is None, reason="locust comes with what `make bench` needs")
def test_what_users_are_refused_counts_as_failed(refusing: str) -> None:
    plan = Plan(url=refusing, users=6, seconds=2.5, heard="a-task", speakers=("Спикер 1",))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.users"],
        input=plan.model_dump_json().encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    answers = Answers.model_validate_json(done.stdout)
    assert sum(endpoint.calls for endpoint in answers.endpoints) >= plan.users
    assert all(endpoint.calls == endpoint.failures for endpoint in answers.endpoints)
    assert any("503" in trouble for trouble in answers.troubles)
