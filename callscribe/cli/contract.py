"""A client of the HTTP contract, with the errors said as the server says them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import httpx
from httpx_sse import aconnect_sse
from pydantic import BaseModel, SecretStr, ValidationError

from callscribe.cli.wording import WORDS
from callscribe.domain import Stage, TaskStatus, Template
from callscribe.errors import CallScribeError, Unavailable
from callscribe.exports import ExportFormat
from callscribe.schemas import Accepted, ResultView, TaskList, TaskView
from callscribe.schemas.kontur_talk import SubscriptionView, WebhookView

RECONNECT_SECONDS = 1.0
MOST_RECONNECTS = 60
LONGEST_WAIT_SECONDS = 30
SUBSCRIPTION = "/kontur-talk/subscription"


class Refused(CallScribeError):
    """The server's own words for why it did not do what was asked."""


class _Problem(BaseModel):
    detail: str
    code: str = ""


class Contract:
    """The calls of the API. Raises ``Refused`` with the problem's detail, ``Unavailable`` where nobody answers."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, key: SecretStr | None) -> AsyncIterator[Contract]:
        """Connect to a server, with the key that it may want."""
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        timeout = httpx.Timeout(60, connect=5, read=120)
        async with httpx.AsyncClient(base_url=f"{url.rstrip('/')}/api/v1", headers=headers, timeout=timeout) as client:
            yield cls(url, client)

    async def upload(
        self, file: Path, fields: Mapping[str, str], template: Template | None, on_full: Callable[[], None]
    ) -> Accepted:
        """Send a recording, streaming; waits as the server asks while it takes no more.

        What is known to the server already keeps the template that it has.
        """
        known = {"template": template.value} if template else {}
        key = await asyncio.to_thread(_content_key, file, fields)
        while True:
            with file.open("rb") as content:
                answer = await self._ask(
                    "POST",
                    "/transcribe",
                    files={"file": (file.name, content)},
                    data={**fields, **known},
                    headers={"Idempotency-Key": key},
                )
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return Accepted.model_validate_json(_checked(answer).content)
            on_full()
            await asyncio.sleep(_retry_after(answer))

    async def follow(self, task_id: UUID) -> AsyncIterator[TaskView]:
        """Yield the task at every change until its final state; a broken connection is made again."""
        failures = 0
        while True:
            try:
                async for task in self._events(task_id):
                    failures = 0
                    yield task
                    if task.status.is_final:
                        return
            except httpx.TransportError as error:
                if failures >= MOST_RECONNECTS:
                    self._silent(error)
            failures += 1
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _events(self, task_id: UUID) -> AsyncIterator[TaskView]:
        async with aconnect_sse(self._client, "GET", f"/tasks/{task_id}/events") as source:
            if source.response.is_error:
                await source.response.aread()
                if _is_too_often(source.response):
                    await asyncio.sleep(_retry_after(source.response))
                    return
                _checked(source.response)
            async for event in source.aiter_sse():
                if event.event == "task":
                    yield TaskView.model_validate_json(event.data)

    async def tasks(self, *, status: TaskStatus | None, limit: int) -> TaskList:
        """The newest tasks."""
        params = {"limit": str(limit), **({"status": status.value} if status else {})}
        return TaskList.model_validate_json(_checked(await self._ask("GET", "/tasks", params=params)).content)

    async def task(self, task_id: UUID) -> TaskView:
        """One task."""
        return TaskView.model_validate_json(_checked(await self._ask("GET", f"/tasks/{task_id}")).content)

    async def cancel(self, task_id: UUID) -> None:
        """Stop a task."""
        _checked(await self._ask("POST", f"/tasks/{task_id}/cancel"))

    async def retry(self, task_id: UUID, from_stage: Stage | None = None, template: Template | None = None) -> None:
        """Queue a task that has ended again, from a stage or from the first that is missing, in another template."""
        asked = {"from": from_stage, "template": template}
        params = {name: value.value for name, value in asked.items() if value}
        _checked(await self._ask("POST", f"/tasks/{task_id}/retry", params=params))

    async def delete(self, task_id: UUID) -> None:
        """Delete a task and all that is stored of it."""
        _checked(await self._ask("DELETE", f"/tasks/{task_id}"))

    async def result(self, task_id: UUID) -> ResultView:
        """The result of a completed task."""
        return ResultView.model_validate_json(_checked(await self._ask("GET", f"/results/{task_id}")).content)

    async def export(self, task_id: UUID, format_: ExportFormat) -> bytes:
        """The result of a completed task as a file's content."""
        answer = await self._ask("GET", f"/results/{task_id}/export", params={"format": format_.value})
        return _checked(answer).content

    async def subscription(self) -> SubscriptionView:
        """Whether Kontur Talk's events come, and how looking for its recordings fares."""
        return SubscriptionView.model_validate_json(_checked(await self._ask("GET", SUBSCRIPTION)).content)

    async def subscribe(self, url: str | None) -> WebhookView:
        """Have Kontur Talk send events to this address, or to the one of the server's settings."""
        answer = await self._ask("PUT", SUBSCRIPTION, json={"url": url})
        return WebhookView.model_validate_json(_checked(answer).content)

    async def unsubscribe(self) -> None:
        """Have Kontur Talk send no more events."""
        _checked(await self._ask("DELETE", SUBSCRIPTION))

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json: Mapping[str, str | None] | None = None,
        files: Mapping[str, tuple[str, object]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Ask, and again where it was too often; what sends a file does that by itself."""
        while True:
            try:
                answer = await self._client.request(
                    method,
                    path,
                    params=params,
                    data=data,
                    json=json,
                    files=files,  # type: ignore[arg-type]
                    headers=headers,
                )
            except httpx.TransportError as error:
                self._silent(error)
            if files is not None or not _is_too_often(answer):
                return answer
            await asyncio.sleep(_retry_after(answer))

    def _silent(self, error: httpx.TransportError) -> NoReturn:
        reason = str(error) or type(error).__name__
        raise Unavailable(WORDS.server_silent.format(url=self.url, reason=reason)) from error


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_error:
        return answer
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise Refused(WORDS.key_refused)
    problem = _problem(answer)
    raise Refused(problem.detail if problem else WORDS.server_refused.format(status=answer.status_code))


def _problem(answer: httpx.Response) -> _Problem | None:
    try:
        return _Problem.model_validate_json(answer.content)
    except ValidationError:
        return None


def _is_too_often(answer: httpx.Response) -> bool:
    """Whether it is the calls that are too many, and not the recordings in the queue."""
    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
        return False
    problem = _problem(answer)
    return problem is not None and problem.code == "rate_limit_exceeded"


def _retry_after(answer: httpx.Response) -> float:
    seconds = answer.headers.get("Retry-After", "")
    return min(float(seconds), LONGEST_WAIT_SECONDS) if seconds.isdecimal() else RECONNECT_SECONDS


def _content_key(file: Path, fields: Mapping[str, str]) -> str:
    """A key that is the same for the same content and wishes: sending again gives the same task."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    digest.update(repr(sorted(fields.items())).encode())
    return digest.hexdigest()
