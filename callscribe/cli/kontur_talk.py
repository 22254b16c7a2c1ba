"""``callscribe kontur``: the subscription to Kontur Talk's events."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from callscribe.cli.console import complain, stdout
from callscribe.cli.contract import Contract
from callscribe.cli.options import KeyOption, ServerOption, with_contract
from callscribe.cli.wording import WORDS
from callscribe.schemas.kontur_talk import SubscriptionView

app = typer.Typer(no_args_is_help=True)

ACTIVATION_SECONDS = 30.0
POLL_SECONDS = 1.0


@app.command(help=WORDS.help_kontur_subscribe)
def subscribe(
    url: Annotated[str | None, typer.Option(help=WORDS.webhook_url)] = None,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """Subscribe, and wait until the subscription is active."""
    with_contract(server, api_key, lambda contract: _subscribe(contract, url))


@app.command(help=WORDS.help_kontur_status)
def status(server: ServerOption = None, api_key: KeyOption = None) -> None:
    """Show the subscription."""
    with_contract(server, api_key, _status)


@app.command(help=WORDS.help_kontur_unsubscribe)
def unsubscribe(server: ServerOption = None, api_key: KeyOption = None) -> None:
    """End the subscription."""
    with_contract(server, api_key, _unsubscribe)


async def _subscribe(contract: Contract, url: str | None) -> None:
    webhook = await contract.subscribe(url)
    stdout().print(Text(WORDS.subscribed.format(url=webhook.url)), soft_wrap=True)
    deadline = time.monotonic() + ACTIVATION_SECONDS
    while not webhook.activated:
        if time.monotonic() > deadline:
            complain(WORDS.not_activated)
            raise typer.Exit(1)
        await asyncio.sleep(POLL_SECONDS)
        found = [each for each in (await contract.subscription()).webhooks if each.webhook_key == webhook.webhook_key]
        webhook = found[0] if found else webhook
    stdout().print(WORDS.activated)


async def _status(contract: Contract) -> None:
    subscription = await contract.subscription()
    if subscription.webhooks:
        table = Table(WORDS.webhook, WORDS.address, WORDS.status, box=None)
        for webhook in subscription.webhooks:
            table.add_row(
                webhook.webhook_key,
                Text(webhook.url or ""),
                WORDS.webhook_active if webhook.activated else WORDS.webhook_inactive,
            )
        stdout().print(table)
    elif subscription.unlisted is None:
        stdout().print(WORDS.no_webhooks)
    stdout().print(_polled(subscription))
    stdout().print(_last_event(subscription))
    stdout().print(WORDS.arrivals.format(waiting=subscription.waiting, failed=subscription.failed))
    for trouble in dict.fromkeys(filter(None, (subscription.trouble, subscription.unlisted))):
        complain(trouble)


def _polled(subscription: SubscriptionView) -> str:
    if subscription.polled_at is None or subscription.watermark is None:
        return WORDS.never_polled
    return WORDS.polled.format(at=_minute(subscription.polled_at), watermark=_minute(subscription.watermark))


def _last_event(subscription: SubscriptionView) -> str:
    if subscription.last_event_at is None:
        return WORDS.no_events
    return WORDS.last_event.format(at=_minute(subscription.last_event_at))


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


async def _unsubscribe(contract: Contract) -> None:
    await contract.unsubscribe()
    stdout().print(WORDS.unsubscribed)
