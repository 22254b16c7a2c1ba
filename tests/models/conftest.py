"""A package index and a model hub on 127.0.0.1, with tiny wheels made here."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from callscribe.models import Catalogue, Installation, Origins


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass
class Registry:
    """What the server on 127.0.0.1 has, and what was asked of it."""

    url: str = ""
    content: dict[str, bytes] = field(default_factory=dict)
    announced: dict[str, str] = field(default_factory=dict)
    cut_once: dict[str, int] = field(default_factory=dict)
    downloads: Counter[str] = field(default_factory=Counter)
    ranges: list[str] = field(default_factory=list)
    authorizations: set[str | None] = field(default_factory=set)

    def add_package(self, name: str, members: dict[str, bytes], version: str = "1.0.0") -> bytes:
        file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        archive = wheel(members)
        page = {"url": f"{self.url}/files/{file}", "filename": file, "hashes": {"sha256": sha256(archive)}}
        self.content[f"/files/{file}"] = archive
        self.content[f"/simple/{name}/"] = json.dumps({"files": [page]}).encode()
        return archive

    def add_hub_file(self, repo: str, path: str, content: bytes) -> None:
        self.content[f"/{repo}/resolve/main/{path}"] = content

    @property
    def files_downloaded(self) -> int:
        return sum(count for path, count in self.downloads.items() if path.startswith("/files/"))


def content_type(content: bytes) -> str:
    if content.startswith(b"<!DOCTYPE"):
        return "text/html"
    return "application/vnd.pypi.simple.v1+json" if content.startswith(b"{") else "application/octet-stream"


def handler_of(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            content = registry.content.get(self.path)
            registry.downloads[self.path] += 1
            registry.authorizations.add(self.headers.get("Authorization"))
            if content is None:
                self.send_error(404)
                return
            start = self._start(content)
            self.send_header("Content-Type", content_type(content))
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start : registry.cut_once.pop(self.path, None)])

        def _start(self, content: bytes) -> int:
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if wanted is None:
                self.send_response(200)
                return 0
            registry.ranges.append(wanted[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {wanted[1]}-{len(content) - 1}/{len(content)}")
            return int(wanted[1])

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def registry() -> Iterator[Registry]:
    registry = Registry()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(registry)) as server:
        registry.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield registry
        server.shutdown()
        thread.join()


@pytest.fixture
def unreachable() -> str:
    """An address on which nobody listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return f"http://127.0.0.1:{server.server_port}"


WEIGHTS = bytes(range(256)) * 800
VOCABULARY = "привет\n".encode()

CATALOGUE = f"""
[[model]]
name = "tiny"
title = "Tiny"
purpose = "Tests"
licence = {{ spdx = "MIT", url = "https://example.org" }}
files = [
    {{ path = "weights/model.bin", size = {len(WEIGHTS)}, sha256 = "{sha256(WEIGHTS)}" }},
    {{ path = "vocabulary.txt", sha256 = "{sha256(VOCABULARY)}" }},
]

[[model.sources]]
kind = "hub"
repo = "someone/tiny"

[[model.sources]]
kind = "packages"
parts = [
    {{ package = "tiny-part1", version = "1.0.0", folder = "tiny/data", gives = {{ "weights/model.bin" = "model.part1", "vocabulary.txt" = "vocabulary.txt" }} }},
    {{ package = "tiny-part2", version = "1.0.0", folder = "tiny2/data", gives = {{ "weights/model.bin" = "model.part2" }} }},
]
"""  # noqa: E501


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue.parse(CATALOGUE)


@pytest.fixture
def packages(registry: Registry) -> Registry:
    """A registry whose index has the tiny model's two packages."""
    registry.add_package(
        "tiny-part1", {"tiny/data/model.part1": WEIGHTS[:99_999], "tiny/data/vocabulary.txt": VOCABULARY}
    )
    registry.add_package("tiny-part2", {"tiny2/data/model.part2": WEIGHTS[99_999:]})
    return registry


@pytest.fixture
def hub(registry: Registry) -> Registry:
    """A registry whose hub has the tiny model."""
    registry.add_hub_file("someone/tiny", "weights/model.bin", WEIGHTS)
    registry.add_hub_file("someone/tiny", "vocabulary.txt", VOCABULARY)
    return registry


@pytest.fixture
def origins(registry: Registry, unreachable: str) -> Origins:
    """The registry's index, and a hub that does not answer."""
    return Origins(hub_url=unreachable, package_index_url=f"{registry.url}/simple/")


@pytest.fixture
def installation(tmp_path: Path, catalogue: Catalogue, origins: Origins) -> Installation:
    return Installation(tmp_path / "models", catalogue=catalogue, origins=origins)
