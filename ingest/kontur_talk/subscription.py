"""The subscription to events: made by an administrator's command, activated by itself when Kontur Talk asks for it."""

from __future__ import annotations

import logging
from datetime import timedelta

from callscribe.errors import Unavailable
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.store import Store
from ingest.endless import endlessly
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import KonturTalkError, NotThere, PatienceWanted, TalkUnavailable
from ingest.kontur_talk.models import Header, NewWebhook, Webhook
from ingest.kontur_talk.webhook import EventType

log = logging.getLogger(__name__)

TITLE = "CallScribe"
ACTIVATION_AWAITED_FOR = timedelta(minutes=10)
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class Subscription:
    """The space's webhooks that lead here."""

    def __init__(self, store: Store, talk: KonturTalk, settings: KonturTalkSettings) -> None:
        self._store = store
        self._talk = talk
        self._settings = settings

    async def ours(self, url: str | None) -> tuple[Webhook, ...]:
        """Those that were made here, and those that lead to ``url``."""
        kept = await self._store.talk.webhooks()
        return tuple(
            each for each in await self._talk.webhooks() if each.webhook_key in kept or (url and each.url == url)
        )

    async def subscribe(self, url: str) -> Webhook:
        """Have events sent to ``url``; one subscription that does so already, or soon will, is left as it is.

        One that was not activated in time is made anew: the message that would do so does not come a second time. What
        there was before ends when the new one is there, so that there is never less than there was.
        """
        earlier = await self.ours(url)
        new = await self._store.talk.new_webhooks(age=ACTIVATION_AWAITED_FOR)
        serving = (each for each in earlier if each.url == url and _serves(each, awaited=each.webhook_key in new))
        webhook = next(serving, None)
        if webhook is None:
            webhook = await self._create(url)
        await self._store.talk.save_webhook(webhook.webhook_key, url)
        for other in earlier:
            if other.webhook_key != webhook.webhook_key:
                await self._end_in_passing(other)
        return webhook

    async def unsubscribe(self, url: str | None) -> int:
        """End every subscription of ours; say how many there were."""
        webhooks = await self.ours(url)
        for webhook in webhooks:
            await self._end(webhook)
        return len(webhooks)

    async def _create(self, url: str) -> Webhook:
        assert self._settings.webhook_secret is not None  # noqa: S101 - the caller has looked; this tells the type checker
        secret = Header(name=self._settings.webhook_header, value=self._settings.webhook_secret.get_secret_value())
        asked = NewWebhook(title=TITLE, url=url, events=tuple(EventType), custom_headers=(secret,))
        try:
            return await self._talk.create_webhook(asked)
        except PatienceWanted as error:
            raise PatienceWanted(
                f"{error} A space takes ten new webhooks a day: try again tomorrow.", retry_after=error.retry_after
            ) from error

    async def _end_in_passing(self, webhook: Webhook) -> None:
        """One that is left over sends each event a second time, which changes nothing."""
        try:
            await self._end(webhook)
        except (KonturTalkError, TalkUnavailable) as error:
            log.warning("an earlier webhook is left: %s", error, extra={"webhook_key": webhook.webhook_key})

    async def _end(self, webhook: Webhook) -> None:
        try:
            await self._talk.delete_webhook(webhook.webhook_key)
        except NotThere:
            log.info("the webhook was gone already", extra={"webhook_key": webhook.webhook_key})
        await self._store.talk.forget_webhook(webhook.webhook_key)


def _serves(webhook: Webhook, *, awaited: bool) -> bool:
    """Whether it sends all that we want, in whatever case it is told, or will: its activation is still ``awaited``."""
    return (webhook.activated or awaited) and {event.casefold() for event in webhook.events} >= {
        event.casefold() for event in EventType
    }


class Activator:
    """Sends back the keys that came to the webhook, to the subscriptions that wait for one.

    The message with the key names no subscription, and may come before the answer that does.
    """

    def __init__(self, store: Store, talk: KonturTalk, settings: KonturTalkSettings) -> None:
        self._store = store
        self._talk = talk
        self._settings = settings
        self._pause_seconds = FIRST_PAUSE_SECONDS

    async def run(self) -> None:
        """Activate for ever; a key that fits nothing is tried less and less often, for a day."""
        await endlessly(self._turn, what="the activator of Kontur Talk's webhook")

    async def _turn(self) -> float:
        try:
            waiting = await self.activate()
        except (KonturTalkError, Unavailable) as error:
            log.warning("no webhook activated: %s", error)
            waiting = True
        self._pause_seconds = min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS) if waiting else FIRST_PAUSE_SECONDS
        return self._pause_seconds

    async def activate(self) -> bool:
        """Try every key; say whether one is left over."""
        keys = await self._store.talk.activations()
        if not keys:
            return False
        candidates = await self._candidates()
        left = False
        for key in keys:
            fitting = await self._fitting(key, candidates)
            if fitting is None:
                left = True
                continue
            await self._store.talk.forget_activation(key)
            candidates.remove(fitting)
        return left

    async def _candidates(self) -> list[str]:
        """Subscriptions of ours that are not active, whether or not Kontur Talk lists those that are not."""
        listed = {webhook.webhook_key: webhook for webhook in await self._talk.webhooks()}
        kept = await self._store.talk.webhooks()
        url = self._settings.webhook_url
        found = [
            *kept,
            *(key for key, each in listed.items() if key not in kept and url is not None and each.url == url),
        ]
        return [key for key in found if key not in listed or not listed[key].activated]

    async def _fitting(self, activation_key: str, candidates: list[str]) -> str | None:
        for webhook_key in candidates:
            try:
                await self._talk.activate_webhook(webhook_key, activation_key)
            except KonturTalkError as error:
                log.info("the key does not fit: %s", error, extra={"webhook_key": webhook_key})
                continue
            log.info("webhook activated", extra={"webhook_key": webhook_key})
            return webhook_key
        return None
