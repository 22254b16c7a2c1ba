"""Results as files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from docx import Document

from callscribe.exports import ExportFormat, export
from callscribe.schemas import ResultView
from serve_app.api import exports
from tests.api.house import House, assert_problem


@pytest.mark.parametrize(
    ("format_", "media_type", "holds"),
    [
        ("txt", "text/plain; charset=utf-8", "Добрый день."),
        ("srt", "application/x-subrip; charset=utf-8", "00:00:00,250 --> "),
        ("vtt", "text/vtt; charset=utf-8", "WEBVTT"),
        ("json", "application/json", '"segments"'),
        ("md", "text/markdown; charset=utf-8", "# Созвон"),
    ],
)
async def test_every_format_is_a_file(
    house: House, client: httpx.AsyncClient, format_: str, media_type: str, holds: str
) -> None:
    await house.task(title="Созвон: план/факт")
    task_id = await house.finish()

    answer = await client.get(f"/api/v1/results/{task_id}/export", params={"format": format_})

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    name = quote(f"Созвон_ план_факт.{format_}")
    assert answer.headers["content-disposition"].endswith(f"filename*=UTF-8''{name}")
    assert holds in answer.text


async def test_a_word_document_is_one(house: House, client: httpx.AsyncClient) -> None:
    await house.task(title="Созвон")
    task_id = await house.finish()

    answer = await client.get(f"/api/v1/results/{task_id}/export", params={"format": "docx"})

    assert answer.headers["content-type"] == ExportFormat.DOCX.media_type
    assert answer.headers["content-disposition"].endswith(".docx")
    assert Document(BytesIO(answer.content)).paragraphs[0].text == "Созвон"


async def test_what_a_long_call_makes_long_keeps_nobody_else_waiting(
    house: House, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.task()
    task_id = await house.finish()
    threads: list[int] = []

    def watched(work: Callable[..., Any]) -> Callable[..., Any]:
        def watching(*arguments: object) -> Any:
            threads.append(threading.get_ident())
            return work(*arguments)

        return watching

    monkeypatch.setattr(exports, "export", watched(export))
    monkeypatch.setattr(ResultView, "of", watched(ResultView.of))
    for path in ("", "/export?format=docx"):
        assert (await client.get(f"/api/v1/results/{task_id}{path}")).status_code == 200

    assert len(threads) == 2
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("title", ['a"b\\c\r\nX-Evil: 1', "..", "\N{GRINNING FACE}" * 200, "CON"])
async def test_no_title_breaks_the_header(house: House, client: httpx.AsyncClient, title: str) -> None:
    await house.task(title=title)
    task_id = await house.finish()

    answer = await client.get(f"/api/v1/results/{task_id}/export", params={"format": "txt"})

    disposition = answer.headers["content-disposition"]
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    assert disposition.count('"') == 2
    assert disposition.isascii()
    assert 'filename=".txt"' not in disposition


@pytest.mark.parametrize("params", [{}, {"format": "exe"}, {"format": ""}])
async def test_an_unknown_format_is_refused(house: House, client: httpx.AsyncClient, params: dict[str, str]) -> None:
    await house.task()
    task_id = await house.finish()

    problem = assert_problem(
        await client.get(f"/api/v1/results/{task_id}/export", params=params), 422, "invalid_request"
    )

    assert problem["errors"][0]["field"] == "format"


async def test_there_is_no_file_before_the_transcript(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()

    answer = await client.get(f"/api/v1/results/{task_id}/export", params={"format": "txt"})

    assert assert_problem(answer, 409, "task_not_ready")["task"]["status"] == "queued"
