"""Whatever Kontur Talk, or somebody in its place, may say: it is read, or it is refused, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.kontur_talk import webhook
from ingest.kontur_talk.connection import read
from ingest.kontur_talk.failures import BadAnswer
from ingest.kontur_talk.models import (
    Conference,
    ConferencePage,
    Participants,
    Recording,
    RecordingPage,
    Transcript,
    UserRef,
    Webhook,
)
from ingest.kontur_talk.naming import tracks_of
from ingest.retry_after import LONGEST_SECONDS, seconds_asked

unhurried = settings(deadline=None)  # this machine may be busy with other things

HUGE = 10**400
NULL_OR_LISTS = st.none() | st.lists(st.none(), max_size=2)
NUMBERS = st.sampled_from([0, -1, 2**31, -(2**31), 2**63, HUGE, -HUGE, 1.5, 1e308, None, "", "7"])
MOMENTS = st.sampled_from(
    [
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.9999999-14:00",
        "2026-03-02T09:00:00.1234567Z",
        "soon",
        None,
        0,
        HUGE,
    ]
)
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def said(body: object) -> httpx.Response:
    return httpx.Response(200, text=json.dumps(body), request=httpx.Request("GET", "http://talk/api"))


RECORDINGS = st.fixed_dictionaries(
    {"key": st.just("r1") | ANY},
    optional={
        "createdDate": MOMENTS,
        "participants": NULL_OR_LISTS | ANY,
        "size": NUMBERS,
        "participantsCount": NUMBERS,
        "duration": NUMBERS,
        "title": ANY,
    },
)
CHUNKS = st.fixed_dictionaries(
    {"startTimeOffsetInMillis": NUMBERS, "endTimeOffsetInMillis": NUMBERS}, optional={"diarizedSpeaker": ANY}
)
TRACKS = st.fixed_dictionaries(
    {},
    optional={
        "chunks": NULL_OR_LISTS | st.lists(CHUNKS, max_size=3),
        "speaker": st.just({"anonymousName": "Гость"}) | ANY,
    },
)
TRANSCRIPTS = st.fixed_dictionaries(
    {"status": st.just("complete") | ANY}, optional={"tracks": NULL_OR_LISTS | st.lists(TRACKS, max_size=3)}
)


@unhurried
@given(RECORDINGS)
def test_a_recordings_moment_can_be_reckoned_with(body: Any) -> None:
    with suppress(BadAnswer):
        moment = read(said(body), Recording).created_date
        if moment is not None:
            assert moment - timedelta(days=365) < moment < moment + timedelta(days=365)
            assert moment.utcoffset() is not None


@unhurried
@given(TRANSCRIPTS)
def test_a_transcripts_times_are_numbers(body: Any) -> None:
    with suppress(BadAnswer):
        for track in tracks_of(read(said(body), Transcript)):
            assert all(abs(start) < 2**31 and abs(end) < 2**31 for start, end in track.spans)


@unhurried
@given(st.lists(RECORDINGS, max_size=3))
def test_of_a_list_what_can_be_read_is_kept(entities: Any) -> None:
    entities.append({"key": "good"})
    page = read(said({"entities": entities, "nextPageToken": None}), RecordingPage)
    assert page.entities[-1].key == "good"


@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        ({"size": 1.5}, {"size": None}),
        ({"title": 5, "roomName": "mayak"}, {"title": None, "room_name": "mayak"}),
        ({"createdDate": "soon"}, {"created_date": None}),
        ({"participants": "many"}, {"participants": ()}),
        (
            {"participants": [{"userInfo": {"firstname": 5}}, None, {"anonymousName": "Гость"}]},
            {"participants": (UserRef(anonymous_name="Гость"),)},
        ),
    ],
)
def test_what_is_odd_of_a_recording_costs_itself_alone_and_is_told(
    odd: dict[str, object], kept: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    (recording,) = read(said({"entities": [{"key": "r1"} | odd]}), RecordingPage).entities
    assert recording == Recording(key="r1", **kept)
    assert [record.key for record in caplog.records] == ["'r1'"]  # type: ignore[attr-defined]


def test_a_participant_who_cannot_be_read_costs_no_other() -> None:
    told = read(said([{"userInfo": {"firstname": 5}}, {"anonymousName": "Гость"}]), Participants)
    assert [who.name for who in told.root] == ["Гость"]


@unhurried
@given(ANY)
def test_anything_else_is_no_answer(body: Any) -> None:
    for kind in (Recording, RecordingPage, Transcript, ConferencePage, Conference, Webhook):
        with suppress(BadAnswer):
            read(said(body), kind)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Recording, "participants"),
        (RecordingPage, "entities"),
        (Transcript, "tracks"),
        (ConferencePage, "conferences"),
        (Webhook, "events"),
    ],
)
def test_a_list_that_is_null_is_empty(kind: Any, field: str) -> None:
    body = {"key": "one", "status": "complete", "webhookKey": "one", field: None}
    assert getattr(read(said(body), kind), field) == ()


WAITS = (
    st.text(alphabet="0123456789", max_size=500)
    | st.text(max_size=40).filter(str.isascii)
    | st.builds(
        "Mon, 02 Mar {} 09:00:00 {}".format,
        st.integers(0, 10**6),
        st.sampled_from(["GMT", "+9999", "-99999999"]),
    )
)


@unhurried
@given(WAITS)
def test_a_wait_is_a_day_at_most(retry_after: str) -> None:
    seconds = seconds_asked(retry_after)
    assert seconds is None or 0 <= seconds <= LONGEST_SECONDS


@unhurried
@given(st.binary(max_size=200) | ANY.map(lambda body: json.dumps(body).encode()))
def test_a_message_is_read_or_refused(body: bytes) -> None:
    with suppress(webhook.BadMessage):
        webhook.parse(body)


@unhurried
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("eventId", "eventType", "recordingKey", "activationKey"), ANY))
)
def test_an_event_of_nonsense_is_read_or_refused(body: Any) -> None:
    with suppress(webhook.BadMessage):
        webhook.parse(json.dumps(body).encode())
