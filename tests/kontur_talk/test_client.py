"""The client against a fake space over real sockets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from callscribe.errors import LimitExceeded
from callscribe.kontur_talk_settings import KonturTalkSettings
from ingest.kontur_talk.client import PAGE, KonturTalk
from ingest.kontur_talk.failures import AccessDenied, BadAnswer, KeyRefused, NotThere, TalkUnavailable
from ingest.kontur_talk.models import TranscriptStatus, UserRef
from tests.kontur_talk.fake import SPACE_MADE, FakeRecording, FakeTalk

MEDIA = bytes(range(256)) * 4096


async def test_a_list_is_read_to_its_last_page_oldest_first(fake: FakeTalk, talk: KonturTalk) -> None:
    for number in range(2 * PAGE + 1):
        fake.add(FakeRecording(f"r{number}", b"", created=SPACE_MADE + timedelta(minutes=number)))

    pages = [page async for page in talk.recordings_since(SPACE_MADE + timedelta(minutes=1))]

    keys = [recording.key for page in pages for recording in page]
    assert keys == [f"r{number}" for number in range(1, 2 * PAGE + 1)]
    assert len(pages) == 2


async def test_a_list_that_goes_in_a_circle_ends(fake: FakeTalk, talk: KonturTalk) -> None:
    fake.add(FakeRecording("one", b""))
    fake.troubles.endless_list = True

    with pytest.raises(BadAnswer, match="circle"):
        _ = [page async for page in talk.recordings_since(SPACE_MADE)]
    assert len(fake.asked) == 2


async def test_seven_fractional_digits_and_a_missing_offset_are_read(fake: FakeTalk, talk: KonturTalk) -> None:
    recording = fake.add(FakeRecording("one", b""))
    view = recording.view() | {"createdDate": "2025-09-19T09:58:48.7426763"}
    recording.view = lambda: view  # type: ignore[method-assign]

    found = await talk.recording("one")

    assert found.created_date == datetime(2025, 9, 19, 9, 58, 48, 742676, tzinfo=UTC)


@pytest.mark.parametrize("retry_after", ["0", None, "Mon, 02 Mar 2026 09:00:00 GMT", "soon"])
async def test_who_is_asked_for_patience_has_it(fake: FakeTalk, talk: KonturTalk, retry_after: str | None) -> None:
    fake.add(FakeRecording("one", b""))
    fake.troubles.throttled, fake.troubles.retry_after = 2, retry_after

    assert (await talk.recording("one")).key == "one"
    assert len(fake.asked) == 3


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
async def test_a_long_wait_is_left_to_the_caller(fake: FakeTalk, talk: KonturTalk, as_date: bool) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    fake.troubles.throttled, fake.troubles.retry_after = 1, until if as_date else "3600"

    with pytest.raises(TalkUnavailable) as refused:
        await talk.recording("one")
    assert refused.value.retry_after == pytest.approx(3600, abs=30)
    assert len(fake.asked) == 1


async def test_what_stays_broken_is_given_up(fake: FakeTalk, talk: KonturTalk) -> None:
    fake.troubles.broken = 100
    with pytest.raises(TalkUnavailable, match="502"):
        await talk.recording("one")
    assert len(fake.asked) == 4


async def test_refusals_are_told_apart(fake: FakeTalk, talk: KonturTalk) -> None:
    with pytest.raises(NotThere):
        await talk.recording("nowhere")
    fake.troubles.denied.add("secret")
    with pytest.raises(AccessDenied):
        await talk.recording("secret")
    fake.troubles.key_refused = True
    with pytest.raises(KeyRefused):
        await talk.recording("one")
    assert len(fake.asked) == 3, "none of them is tried again"


async def test_a_key_is_one_segment_of_the_path(fake: FakeTalk, talk: KonturTalk, tmp_path: Path) -> None:
    with pytest.raises(NotThere):
        await talk.recording("../../Webhooks?x=")
    with pytest.raises(NotThere):
        await talk.download("../Webhooks", "900p", tmp_path / "file", max_bytes=1)


async def test_a_file_is_fetched_whole(fake: FakeTalk, talk: KonturTalk, tmp_path: Path) -> None:
    fake.add(FakeRecording("one", MEDIA))
    await talk.download("one", "900p", tmp_path / "file", max_bytes=len(MEDIA))
    assert (tmp_path / "file").read_bytes() == MEDIA


async def test_a_cut_file_goes_on_where_it_was_cut(fake: FakeTalk, talk: KonturTalk, tmp_path: Path) -> None:
    fake.add(FakeRecording("one", MEDIA))
    fake.troubles.cut_downloads = 2
    await talk.download("one", "900p", tmp_path / "file", max_bytes=len(MEDIA))
    assert (tmp_path / "file").read_bytes() == MEDIA
    assert fake.downloaded_bytes == len(MEDIA), "nothing is fetched twice"


async def test_a_cut_file_begins_anew_where_there_are_no_ranges(
    fake: FakeTalk, talk: KonturTalk, tmp_path: Path
) -> None:
    fake.add(FakeRecording("one", MEDIA))
    fake.troubles.cut_downloads, fake.troubles.no_ranges = 2, True
    await talk.download("one", "900p", tmp_path / "file", max_bytes=len(MEDIA))
    assert (tmp_path / "file").read_bytes() == MEDIA


async def test_a_file_that_is_cut_for_ever_is_given_up(fake: FakeTalk, talk: KonturTalk, tmp_path: Path) -> None:
    fake.add(FakeRecording("one", MEDIA))
    fake.troubles.cut_downloads, fake.troubles.no_ranges = 1000, True
    with pytest.raises(TalkUnavailable):
        await talk.download("one", "900p", tmp_path / "file", max_bytes=len(MEDIA))


async def test_a_file_that_is_too_large_is_not_fetched(fake: FakeTalk, talk: KonturTalk, tmp_path: Path) -> None:
    fake.add(FakeRecording("one", MEDIA))
    with pytest.raises(LimitExceeded):
        await talk.download("one", "900p", tmp_path / "file", max_bytes=len(MEDIA) - 1)


async def test_the_history_tells_a_recordings_files(fake: FakeTalk, talk: KonturTalk) -> None:
    fake.add(FakeRecording("other", b""))
    fake.add(FakeRecording("one", b"", qualities=("360p",)))
    found = await talk.history_of(await talk.recording("one"))
    assert found is not None
    assert [quality.name for quality in found.qualities] == ["360p"]


async def test_a_transcript_has_a_track_a_participant(fake: FakeTalk, talk: KonturTalk) -> None:
    fake.add(FakeRecording("one", b"", tracks=[("Иван Орлов", [(1.5, 2)]), ("Мария", [])]))
    transcript = await talk.transcript("one")
    assert transcript.status is TranscriptStatus.COMPLETE
    assert [track.speaker and track.speaker.name for track in transcript.tracks] == ["Иван Орлов", "Мария"]
    assert [chunk.start_time_offset_in_millis for chunk in transcript.tracks[0].chunks] == [1500]


def test_a_guest_has_the_name_they_gave() -> None:
    assert UserRef.model_validate({"anonymousName": " Гость  1 ", "isAnonymous": True}).name == "Гость 1"
    assert UserRef.model_validate({"anonymousName": None}).name is None


async def test_nobody_there_is_unavailable() -> None:
    settings = KonturTalkSettings(base_url="http://127.0.0.1:9", token=SecretStr("x"), requests_per_second=1000)
    async with KonturTalk.open(settings) as talk:
        with pytest.raises(TalkUnavailable, match="does not answer"):
            await talk.recording("one")
