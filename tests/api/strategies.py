"""What schemathesis makes of formats that it does not know, or knows more widely than the description's words."""

from __future__ import annotations

from datetime import UTC, datetime

import schemathesis
from hypothesis import strategies

from callscribe.store.codec import encode_cursor
from tests.api.house import wav_bytes

MOMENTS = strategies.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 - the zone is added
    datetime(2199, 12, 30),  # noqa: DTZ001
    timezones=strategies.just(UTC),
)
IDS = strategies.uuids().map(lambda task_id: task_id.hex)

URLS = strategies.uuids().map("https://example.com/{}".format)

schemathesis.openapi.format("uri", URLS)
schemathesis.openapi.format("date-time", MOMENTS.map(datetime.isoformat))
schemathesis.openapi.format("date", MOMENTS.map(lambda moment: moment.date().isoformat()))
schemathesis.openapi.format("cursor", strategies.builds(encode_cursor, MOMENTS, IDS))
schemathesis.openapi.format("time-zone", strategies.sampled_from(["UTC", "Europe/Moscow"]))
schemathesis.openapi.media_type("audio/*", strategies.just(wav_bytes()), aliases=["video/*"])
