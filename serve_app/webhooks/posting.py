"""One try of a delivery: signed, to an admitted address, without redirects, and of the answer nothing but its head."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from ssl import SSLContext
from typing import Final
from uuid import UUID

import httpcore
import httpx
from standardwebhooks import Webhook

from callscribe.errors import AddressRefused
from callscribe.webhook_settings import WebhookSettings
from ingest.asking import guarded_pool, header_of, named, target_of
from ingest.retry_after import seconds_asked

CONNECT_SECONDS: Final = 5.0
"""How long one of a host's addresses is tried before the next."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a try has come to: delivered unless there is an ``error``, which is for good where it ``is_final``.

    ``retry_after``: the seconds for which the host asks to be left alone.
    """

    status: int | None = None
    error: str | None = None
    is_final: bool = False
    retry_after: float | None = None


class Poster:
    """Sends over HTTP as the Standard Webhooks specification has it."""

    def __init__(self, settings: WebhookSettings, *, ssl_context: SSLContext | None = None) -> None:
        self._settings = settings
        self._signers = [Webhook(secret.get_secret_value()) for secret in settings.secrets]
        self._ssl_context = ssl_context

    async def post(self, url: str, delivery_id: UUID, body: str) -> Answer:
        """Send a body, and say what was answered."""
        try:
            async with asyncio.timeout(self._settings.seconds):
                return await self._post(httpx.URL(url), str(delivery_id), body)
        except AddressRefused as error:
            return Answer(error=str(error), is_final=True)
        except TimeoutError:
            return Answer(error=f"There was no answer within {self._settings.seconds:g} s.")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            reason = str(error).rstrip(".") or type(error).__name__
            return Answer(error=f"There was no answer: {reason}.")

    async def _post(self, url: httpx.URL, delivery_id: str, body: str) -> Answer:
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body.encode())),
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signer.sign(delivery_id, now, body) for signer in self._signers),
        }
        async with (
            guarded_pool(self._settings.policy(url.scheme), self._ssl_context) as pool,
            pool.stream(
                "POST",
                target_of(url),
                headers=[*named(url), *((name.encode(), value.encode()) for name, value in headers.items())],
                content=body.encode(),
                extensions={"timeout": {"connect": CONNECT_SECONDS}},
            ) as answer,
        ):
            return _read(answer)


def _read(answer: httpcore.Response) -> Answer:
    if httpx.codes.is_success(answer.status):
        return Answer(answer.status)
    said = f"{answer.status} {httpx.codes.get_reason_phrase(answer.status)}".rstrip()
    if answer.status == httpx.codes.GONE:
        return Answer(answer.status, f"{said}: the receiver wants no more of it.", is_final=True)
    return Answer(answer.status, f"{said}.", retry_after=seconds_asked(header_of(answer, b"retry-after") or ""))
