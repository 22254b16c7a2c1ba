"""A sender in a process of its own, to be killed: ``python -m tests.webhooks.sending_process DSN``."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from pydantic import SecretStr

from callscribe.store import Store
from callscribe.webhook_settings import WebhookSettings
from serve_app.webhooks.posting import Poster
from serve_app.webhooks.sender import WebhookSender
from tests.webhooks.conftest import API
from tests.webhooks.receiver import SECRET


async def _send(dsn: str) -> None:
    poster = Poster(WebhookSettings(secret=SecretStr(SECRET), networks=["127.0.0.1/32"]))
    await WebhookSender(await Store.connect(dsn), poster, lease=timedelta(minutes=1), api=API).run()


if __name__ == "__main__":
    asyncio.run(_send(sys.argv[1]))
