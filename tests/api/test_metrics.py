"""Metrics over HTTP: in the form that Prometheus reads, the same from every replica, by the names that are promised."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from callscribe.domain import Source, Stage
from callscribe.kafka_settings import KafkaSettings
from callscribe.store import Store
from serve_app.api import Services, create_app
from serve_app.metrics.catalogue import COUNTERS, GAUGES, HISTOGRAMS
from tests.api.house import House, assert_problem
from tests.api.keyed import ANNA, KEYS, bearer
from tests.postgres import PostgresServer
from tests.promtool import needs_promtool, promtool

PROMISED = {
    "callscribe_files_processed": ("counter", {"source"}),
    "callscribe_processing_duration_seconds": ("histogram", set()),
    "callscribe_queue_size": ("gauge", set()),
    "callscribe_errors": ("counter", set()),
    "callscribe_kontur_talk_webhooks": ("counter", set()),
}
Samples = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


async def scraped(client: httpx.AsyncClient) -> str:
    answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return answer.text


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_promised_metrics_are_there_before_anything_has_happened(client: httpx.AsyncClient) -> None:
    families = {family.name: family for family in text_string_to_metric_families(await scraped(client))}

    for name, (kind, labels) in PROMISED.items():
        family = families[name]
        assert family.type == kind
        assert {label for sample in family.samples for label in sample.labels} - {"le"} == labels
        assert family.samples
        assert all(sample.value == 0 for sample in family.samples)
    sources = {sample.labels["source"] for sample in families["callscribe_files_processed"].samples}
    assert sources == set(Source)


async def test_a_processed_file_is_counted_in_each_replica_s_answer(
    house: House, client: httpx.AsyncClient, services: Services, database_url: str
) -> None:
    await house.task()
    await house.finish()
    await house.task()
    another = await Store.connect(database_url)
    app = create_app(replace(services, store=another))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://another") as other:
        here, there = samples(await scraped(client)), samples(await scraped(other))
    await another.close()

    ageing = ("callscribe_queue_oldest_seconds", ())
    assert 0 < here[ageing] <= there[ageing]
    assert {**here, ageing: 0} == {**there, ageing: 0}
    assert here["callscribe_files_processed_total", (("source", "upload"),)] == 1
    assert here["callscribe_processing_duration_seconds_count", ()] == 1
    assert here["callscribe_processing_duration_seconds_bucket", (("le", "+Inf"),)] == 1
    assert here["callscribe_queue_size", ()] == 1


async def test_buckets_hold_all_that_is_below_them(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    held = await house.claim()
    for seconds in (0.004, 0.3, 0.3, 20_000):
        await house.services.store.save_stage(held, Stage.DECODING, {"seconds": seconds})

    found = samples(await scraped(client))

    def up_to(bound: str) -> float:
        return found["callscribe_stage_duration_seconds_bucket", (("le", bound), ("stage", "decoding"))]

    assert [up_to(bound) for bound in ("0.005", "0.25", "0.5", "10000.0", "+Inf")] == [1, 1, 3, 3, 4]
    assert found["callscribe_stage_duration_seconds_sum", (("stage", "decoding"),)] == 20_000.604


async def test_searches_and_uploads_are_timed_that_were_answered(
    house: House, client: httpx.AsyncClient, services: Services
) -> None:
    await house.task()
    assert_problem(await house.send(b""), 422, "empty_file")
    await house.finish()
    assert (await client.get("/api/v1/search", params={"q": "день"})).json()["items"]
    await services.store.recorder.close()

    found = samples(await scraped(client))

    assert found["callscribe_upload_duration_seconds_count", ()] == 1
    assert 0 < found["callscribe_upload_duration_seconds_sum", ()] < 60
    assert found["callscribe_search_duration_seconds_count", ()] == 1


async def test_who_asks_for_openmetrics_gets_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"})

    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    families = openmetrics.text_string_to_metric_families(answer.text)  # type: ignore[no-untyped-call]
    expected = {f"callscribe_{metric.name}" for metric in (*COUNTERS, *GAUGES, *HISTOGRAMS)}
    assert {family.name for family in families} == expected


async def test_where_kafka_is_set_and_nobody_consumes_its_age_is_told(services: Services) -> None:
    kafka = KafkaSettings(bootstrap_servers=["127.0.0.1:9"])
    ages = []
    for settings in (services.settings, services.settings.model_copy(update={"kafka": kafka})):
        app = create_app(replace(services, settings=settings))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
            ages.append(samples(await scraped(client))["callscribe_kafka_lag_age_seconds", ()])
    assert ages[0] == 0 < ages[1]


@needs_promtool
async def test_promtool_finds_no_fault(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    await house.finish()

    assert await asyncio.to_thread(promtool, "check", "metrics", fed=await scraped(client)) == ""


async def test_where_keys_are_set_metrics_ask_for_one(services: Services) -> None:
    settings = services.settings.model_copy(update={"api_keys": KEYS})
    app = create_app(replace(services, settings=settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        assert_problem(await client.get("/metrics"), 401, "unauthorized")
        answer = await client.get("/metrics", headers=bearer(ANNA))

    assert "callscribe_queue_size 0.0" in answer.text


async def test_a_database_that_stands_still_is_told_in_time(
    services: Services, mortal_postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve_app.api.metrics.ANSWER_WITHIN_SECONDS", 0.5)
    store = await Store.connect(mortal_postgres_server.url())
    await store.migrate()
    app = create_app(replace(services, store=store))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        await scraped(client)
        with mortal_postgres_server.standing_still():
            assert_problem(await client.get("/metrics"), 503, "unavailable")
        await scraped(client)
    await store.close()


def test_every_metric_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    for metrics, suffix in ((COUNTERS, "_total"), (GAUGES, ""), (HISTOGRAMS, "")):
        for metric in metrics:
            label = f"{{{metric.label}}}" if metric.label else ""
            assert f"| `callscribe_{metric.name}{suffix}{label}` |" in text
