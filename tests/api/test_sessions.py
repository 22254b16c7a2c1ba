"""Browsers come in by a cookie that a key has opened; other sites' pages do not."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest
from pydantic import SecretStr

from callscribe.settings import Settings
from serve_app.api import Services, create_app
from serve_app.api.keys import Keys
from serve_app.api.own_names import OwnNames
from tests.api.house import MAX_UPLOAD_BYTES, assert_problem
from tests.api.keyed import ANNA, CRM, KEYS, bearer

SESSION, TASKS, RETRY = "/api/v1/session", "/api/v1/tasks", "/api/v1/tasks/17/retry"
DAY = 24 * 3600


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, settings=services.settings.model_copy(update={"api_keys": KEYS}))


async def opened(client: httpx.AsyncClient, key: str = ANNA) -> SimpleCookie:
    answer = await client.post(SESSION, json={"key": key})
    assert (answer.status_code, answer.content) == (204, b"")
    return SimpleCookie(answer.headers["set-cookie"])


async def looked_at(client: httpx.AsyncClient) -> tuple[bool, str | None]:
    """Whether a key is needed, and whose session it is."""
    seen = (await client.get(SESSION)).json()
    return seen["required"], seen["name"]


async def test_a_session_counts_like_its_key_until_it_is_closed(client: httpx.AsyncClient) -> None:
    assert await looked_at(client) == (True, None)
    cookie = (await opened(client))["callscribe_session"]
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"]) == (True, "strict", "/")
    assert (cookie["max-age"], cookie["secure"]) == (str(30 * DAY), "")
    assert ANNA not in cookie.value

    assert await looked_at(client) == (True, "anna")
    assert (await client.get(TASKS)).status_code == 200
    assert (await client.get("/v1/models")).status_code == 200

    assert (await client.delete(SESSION)).status_code == 204
    assert await looked_at(client) == (True, None)
    assert_problem(await client.get(TASKS), 401, "unauthorized")


async def test_over_https_the_cookie_goes_over_nothing_else(client: httpx.AsyncClient) -> None:
    answer = await client.post(SESSION, json={"key": ANNA}, headers={"X-Forwarded-Proto": "https"})

    assert "; Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("key", ["a key of nobody's", "\ud800aaa"])
async def test_a_wrong_key_opens_nothing_and_a_strange_body_is_named(client: httpx.AsyncClient, key: str) -> None:
    refused = await client.post(SESSION, content=json.dumps({"key": key}), headers={"Content-Type": "application/json"})

    assert_problem(refused, 401, "unauthorized")
    assert "set-cookie" not in refused.headers
    for body in ({}, {"key": ""}, {"key": 1}, {"key": ANNA, "name": "anna"}):
        problem = assert_problem(await client.post(SESSION, json=body), 422, "invalid_request")
        assert ANNA not in str(problem)


async def test_a_key_that_is_taken_away_or_changed_ends_its_sessions(
    services: Services, client: httpx.AsyncClient
) -> None:
    session = (await opened(client))["callscribe_session"].value

    async def status(keys: dict[str, SecretStr]) -> int:
        app = create_app(replace(services, settings=services.settings.model_copy(update={"api_keys": keys})))
        cookies = {"callscribe_session": session}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a", cookies=cookies) as other:
            return (await other.get(TASKS)).status_code

    assert await status(KEYS) == 200  # another replica
    assert await status({"crm": KEYS["crm"]}) == 401
    assert await status({**KEYS, "anna": SecretStr("another-0123456789")}) == 401


def test_a_session_ends_after_a_month_and_is_nobody_else_s(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(KEYS)
    session = keys.open_session("anna")
    name, moment, signature = session.split(".")
    torn = (f"{name}.{moment}.", f"{name}.{moment}", "anna", "", ".", "\xff.\xff.\xff")
    for other in (f"crm.{moment}.{signature}", *torn):
        assert keys.name_in(other) is None, other
    assert keys.name_in(session) == "anna"
    later = time.time()
    monkeypatch.setattr(time, "time", lambda: later + 29 * DAY)
    assert keys.name_in(session) == "anna"
    renewed = keys.open_session("anna")
    monkeypatch.setattr(time, "time", lambda: later + 31 * DAY)
    assert (keys.name_in(session), keys.name_in(renewed)) == (None, "anna")


async def test_looking_at_a_session_makes_it_last(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (await opened(client))["callscribe_session"].value
    later = time.time() + DAY
    monkeypatch.setattr(time, "time", lambda: later)

    answer = await client.get(SESSION)

    after = SimpleCookie(answer.headers["set-cookie"])["callscribe_session"]
    assert after.value != before
    assert after["max-age"] == str(30 * DAY)


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://calls.example.com"}, True),
        ({"Origin": "http://api"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://api"}, False),
        ({"Origin": "http://evil.example.com"}, False),
        ({"Origin": "http://api:8001"}, False),
        ({"Origin": "null"}, False),
    ],
)
async def test_what_another_site_s_page_sends_changes_nothing(
    client: httpx.AsyncClient, headers: dict[str, str], is_ours: bool
) -> None:
    await opened(client, CRM)

    answer = await client.post(RETRY, headers=headers)

    assert_problem(answer, *((404, "task_not_found") if is_ours else (403, "cross_site")))
    assert (await client.get(TASKS, headers=headers)).status_code == 200  # which that page cannot read
    assert (await client.post(RETRY, headers={**headers, **bearer(ANNA)})).status_code == 404


async def test_a_session_tells_how_large_a_recording_may_be(client: httpx.AsyncClient) -> None:
    assert (await client.get(SESSION)).json()["max_upload_bytes"] == MAX_UPLOAD_BYTES


async def test_without_keys_nobody_is_asked_but_other_sites_pages_are_kept_out(services: Services) -> None:
    app = create_app(replace(services, settings=Settings(_env_file=None)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        assert await looked_at(client) == (False, None)
        assert (await client.get(TASKS)).status_code == 200
        assert (await client.get(TASKS, headers=bearer("none"))).status_code == 200
        assert_problem(await client.post(RETRY, headers={"Origin": "http://evil.example.com"}), 403, "cross_site")
        assert_problem(await client.post(SESSION, json={"key": ANNA}), 401, "unauthorized")
        assert app.openapi()["paths"]["/api/v1/tasks"]["get"]["security"][-1] == {}


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("calls", True),
        ("calls.example.com", True),
        ("CALLS.example.com:8000", True),
        ("evil.example.com", False),
        ("localhost.evil.example.com:8000", False),
        ("127.0.0.1.evil.example.com", False),
        ("evil.example.com.", False),
        ("[::1", False),
    ],
)
async def test_without_keys_no_other_site_s_name_leads_here(services: Services, host: str, is_ours: bool) -> None:
    """Whoever owns a name can let it lead to 127.0.0.1, and has then a page of the server's own."""
    settings = Settings(_env_file=None, public_url="https://calls.example.com/callscribe")
    for keys, status in (({}, 200 if is_ours else 403), (KEYS, 401)):
        app = create_app(replace(services, settings=settings.model_copy(update={"api_keys": keys})))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
            answer = await client.get(TASKS, headers={"Host": host})
        assert answer.status_code == status
        if status == 403:
            assert "CALLSCRIBE_PUBLIC_URL" in assert_problem(answer, 403, "cross_site")["detail"]


def test_a_name_in_other_letters_is_told_by_browsers_in_these() -> None:
    assert OwnNames(["звонки.рф"]).include("xn--b1ajehof.xn--p1ai")
