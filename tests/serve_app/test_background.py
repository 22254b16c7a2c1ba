"""Work that goes on in a replica: what has ended it is told, and what it stood on is given back."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from callscribe.errors import Unavailable
from callscribe.settings import Settings
from serve_app.background import Background
from serve_app.foundation import Foundation

pytestmark = pytest.mark.filterwarnings("error")


class Work:
    """Works until it is told to fail, and remembers what it stands on."""

    def __init__(self) -> None:
        self.begun, self.fails = asyncio.Event(), asyncio.Event()
        self.foundation: Foundation | None = None

    async def __call__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self.begun.set()
        await self.fails.wait()
        raise RuntimeError("a fault of ours")

    async def stands_on_nothing(self) -> bool:
        assert self.foundation is not None
        try:
            await self.foundation.store.queue_size()
        except Unavailable:
            return True
        return False


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(_env_file=None, database_url=SecretStr(database_url))


async def test_it_is_well_while_it_works_and_gives_back_when_it_is_stopped(settings: Settings) -> None:
    work = Work()
    background = Background(settings, work)
    await work.begun.wait()
    background.check()
    assert not await work.stands_on_nothing()
    await background.stop()
    assert await work.stands_on_nothing()


async def test_what_has_ended_it_is_told_and_stopping_it_is_no_trouble(settings: Settings) -> None:
    work = Work()
    background = Background(settings, work)
    await work.begun.wait()
    work.fails.set()
    while not await work.stands_on_nothing():  # noqa: ASYNC110 - it closes in its own time
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        background.check()
    await background.stop()
