"""An importer in a process of its own, to be killed: ``python -m`` this module ``DSN FOLDER URL POINT``.

It prints a line and stands still when it comes to the point: ``downloaded``, ``stored`` or ``registered``.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from callscribe.blobs import Blobs
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Store
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer, Stands
from tests.kontur_talk.fake import TOKEN


async def _stand_still(*_: Any, **__: Any) -> Any:
    print("here", flush=True)  # noqa: T201 - this is how the parent learns it
    await asyncio.Event().wait()


async def _import(dsn: str, folder: Path, url: str, point: str) -> None:
    ours = KonturTalkSettings(base_url=url, token=SecretStr(TOKEN), requests_per_second=1000)
    settings = Settings(_env_file=None, data_dir=folder, kontur_talk=ours)
    store = await Store.connect(dsn)
    stands = Stands(store, Blobs.open(settings.blobs, {}), Decoder(settings.decode), KonturTalk(ours), settings)
    stopped: dict[str, tuple[Any, str]] = {
        "downloaded": (stands.decoder, "probe"),
        "stored": (store, "register"),
    }
    if point == "registered":
        register = store.register

        async def registering(*arguments: Any, **named: Any) -> Any:
            await register(*arguments, **named)
            await _stand_still()

        store.register = registering  # type: ignore[method-assign]
    else:
        setattr(*stopped[point], _stand_still)
    await Importer(stands).import_one()


if __name__ == "__main__":
    asyncio.run(_import(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
