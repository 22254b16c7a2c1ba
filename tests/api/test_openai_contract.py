"""Programs that speak OpenAI's contract, by OpenAI's own client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

import httpx
import openai
import pytest

from callscribe.domain import Language, RequestedLanguage, Result, TaskError, TaskStatus, Transcript
from callscribe.store import TaskFilter
from serve_app.api.openai_contract import answers
from serve_app.api.openai_contract.answers import text_of
from tests.api.house import TRANSCRIPT, House, wav_bytes

Answer = TypeVar("Answer")
FILE = ("созвон.wav", wav_bytes(2.5, level=258))
TEXT = "Добрый день. Угу."


@pytest.fixture
async def client(served: httpx.AsyncClient) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{served.base_url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def house(services: Any, served: httpx.AsyncClient) -> House:
    return House(services, served)


async def while_worked_on(house: House, asked: Awaitable[Answer], transcript: Transcript = TRANSCRIPT) -> Answer:
    """Ask, and be the worker meanwhile."""
    asking = asyncio.ensure_future(asked)
    await queued(house, asking)
    await house.finish(transcript)
    return await asking


async def queued(house: House, asking: asyncio.Future[Any]) -> None:
    """Return when the recording is in the queue."""
    while await house.services.store.queue_size() == 0:
        assert not asking.done(), asking.result()
        await asyncio.sleep(0.02)


async def test_json(house: House, client: openai.AsyncOpenAI) -> None:
    answer = await while_worked_on(house, client.audio.transcriptions.create(file=FILE, model="whisper-1"))

    assert answer.text == TEXT
    assert answer.usage is not None
    assert (answer.usage.type, answer.usage.seconds) == ("duration", 2.5)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("format_", "holds"),
    [("text", f"{TEXT}\n"), ("srt", "00:00:00,250 --> "), ("vtt", "WEBVTT\n\n00:00:00.250 --> ")],
)
async def test_texts(house: House, client: openai.AsyncOpenAI, format_: Any, holds: str) -> None:
    asked = client.audio.transcriptions.create(file=FILE, model="whisper-1", response_format=format_)

    assert holds in str(await while_worked_on(house, asked))


async def test_verbose_json_says_when(house: House, client: openai.AsyncOpenAI) -> None:
    answer = await while_worked_on(
        house,
        client.audio.transcriptions.create(
            file=FILE,
            model="whisper-1",
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"] * 50,
            prompt="Смета, " * 2000,
            language="ru",
        ),
    )

    assert (answer.language, answer.duration, answer.text) == ("russian", 2.5, TEXT)
    assert answer.words is not None
    assert next((word.word, word.start, word.end) for word in answer.words) == ("Добрый", 0.25, 0.75)
    assert answer.segments is not None
    assert [(one.id, one.start, one.end, one.text) for one in answer.segments] == [
        (0, 0.25, 1.5, "Добрый день."),
        (1, 1.5, 2.125, "Угу."),
    ]
    assert answer.segments[0].avg_logprob < answer.segments[1].avg_logprob == 0
    (task,) = (await house.services.store.tasks(TaskFilter(), limit=9, cursor=None)).items
    assert (task.requested_language, task.title) == (RequestedLanguage.RU, "созвон")


@pytest.mark.parametrize("granularity", ["word", "segment"])
async def test_verbose_json_says_no_more_than_was_asked(
    house: House, client: openai.AsyncOpenAI, granularity: Any
) -> None:
    answer = await while_worked_on(
        house,
        client.audio.transcriptions.create(
            file=FILE, model="whisper-1", response_format="verbose_json", timestamp_granularities=[granularity]
        ),
    )

    assert (answer.words is None, answer.segments is None) == (granularity == "segment", granularity == "word")


async def test_diarized_json_says_who(house: House, client: openai.AsyncOpenAI) -> None:
    asked = client.audio.transcriptions.create(
        file=FILE, model="gpt-4o-transcribe-diarize", response_format="diarized_json", chunking_strategy="auto"
    )

    answer = await while_worked_on(house, asked)

    assert [(one.speaker, one.text, one.id) for one in answer.segments] == [
        ("A", "Добрый день.", "seg_0"),
        ("B", "Угу.", "seg_1"),
    ]


@pytest.mark.parametrize(
    ("format_", "kinds"),
    [
        ("json", ["transcript.text.delta", "transcript.text.delta", "transcript.text.done"]),
        ("diarized_json", ["transcript.text.segment", "transcript.text.segment", "transcript.text.done"]),
    ],
)
async def test_a_stream_tells_the_turns_and_then_the_whole(
    house: House, client: openai.AsyncOpenAI, format_: Any, kinds: list[str]
) -> None:
    stream = await client.audio.transcriptions.create(file=FILE, model="x", response_format=format_, stream=True)
    reading = asyncio.ensure_future(_all(stream))
    await house.finish()
    events = await reading

    assert [event.type for event in events] == kinds
    assert events[-1].text == TEXT
    if format_ == "json":
        assert "".join(event.delta for event in events[:-1]) == TEXT


@pytest.mark.parametrize("streamed", [True, False])
async def test_an_answer_is_written_beside_the_loop(
    house: House, client: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    threads = set()

    def noted(result: Result) -> str:
        threads.add(threading.get_ident())
        return text_of(result)

    monkeypatch.setattr(answers, "text_of", noted)
    stream = client.audio.transcriptions.create(file=FILE, model="x", stream=streamed)
    answer = await while_worked_on(house, stream)
    if streamed:
        await _all(answer)

    assert threads
    assert threading.get_ident() not in threads


async def _all(stream: Any) -> list[Any]:
    return [event async for event in stream]


async def test_the_same_file_is_the_same_task(house: House, client: openai.AsyncOpenAI) -> None:
    await while_worked_on(house, client.audio.transcriptions.create(file=FILE, model="whisper-1"))

    again = await client.audio.transcriptions.create(file=FILE, model="whisper-1", response_format="verbose_json")

    assert again.text == TEXT
    assert len((await house.services.store.tasks(TaskFilter(), limit=9, cursor=None)).items) == 1


async def test_what_had_failed_is_tried_anew(house: House, client: openai.AsyncOpenAI) -> None:
    async def refused() -> None:
        with pytest.raises(openai.APIStatusError) as refusal:
            await client.audio.transcriptions.create(file=FILE, model="whisper-1")
        assert refusal.value.status_code == 400
        assert refusal.value.code == "damaged_media"
        assert "decoded" in refusal.value.message

    asking = asyncio.ensure_future(refused())
    await queued(house, asking)
    claim = await house.claim()
    await house.services.store.fail(claim, TaskError("damaged_media", "It cannot be decoded."))
    await asking

    answer = await while_worked_on(house, client.audio.transcriptions.create(file=FILE, model="whisper-1"))

    assert answer.text == TEXT


async def test_where_there_is_a_transcript_a_later_failure_is_no_reason_to_make_it_again(
    house: House, client: openai.AsyncOpenAI
) -> None:
    await while_worked_on(house, client.audio.transcriptions.create(file=FILE, model="whisper-1"))
    store = house.services.store
    (task,) = (await store.tasks(TaskFilter(), limit=9, cursor=None)).items
    await store.retry(task.id, from_stage=None, queue_limit=9)
    await store.fail(await house.claim(), TaskError("engine_failed", "It broke."))

    answer = await client.audio.transcriptions.create(file=FILE, model="whisper-1")

    assert (answer.text, (await store.task(task.id)).status) == (TEXT, TaskStatus.FAILED)


async def test_nobody_speaks(house: House, client: openai.AsyncOpenAI) -> None:
    asked = client.audio.transcriptions.create(file=FILE, model="whisper-1", response_format="verbose_json")

    answer = await while_worked_on(house, asked, Transcript(Language.EN, ()))

    assert (answer.text, answer.segments, answer.language) == ("", [], "english")


@pytest.mark.parametrize(
    ("fields", "param", "status"),
    [
        ({"language": "fr"}, "language", 400),
        ({"response_format": "xml"}, "response_format", 400),
        ({"temperature": 7}, "temperature", 400),
        ({"known_speaker_names": ["Анна"]}, "known_speaker_names[]", 400),
        ({"timestamp_granularities": ["sentence"]}, "timestamp_granularities[]", 400),
        ({"timestamp_granularities": [str(each) for each in range(11)]}, "timestamp_granularities[]", 400),
        ({"prompt": "a" * (32 * 1024 + 1)}, "prompt", 400),
        ({"file": ("a.wav", b"no sound")}, None, 415),
        ({"file": ("a.wav", b"")}, None, 400),
        ({"file": ("a.wav", bytes(400_000))}, None, 413),
    ],
)
async def test_what_cannot_be_done_is_refused_in_openai_s_shape(
    house: House, client: openai.AsyncOpenAI, fields: dict[str, Any], param: str | None, status: int
) -> None:
    with pytest.raises(openai.APIStatusError) as refusal:
        await client.audio.transcriptions.create(**{"file": FILE, "model": "whisper-1", **fields})

    assert refusal.value.status_code == status
    assert (refusal.value.type, refusal.value.param) == ("invalid_request_error", param)
    assert refusal.value.code
    assert await house.leftovers() == ([], [])


async def test_whatever_goes_wrong_is_told_in_openai_s_shape(client: openai.AsyncOpenAI) -> None:
    for asked, status, code in (
        (client.get("/nowhere", cast_to=object), 404, "not_found"),
        (client.get("/audio/transcriptions", cast_to=object), 405, "method_not_allowed"),
        (client.post("/audio/speech", cast_to=object, body={"input": "a" * 1024 * 1024}), 413, "too_large"),
    ):
        with pytest.raises(openai.APIStatusError) as refusal:
            await asked
        assert (refusal.value.status_code, refusal.value.code) == (status, code)
        assert refusal.value.type == "invalid_request_error"


async def test_a_fault_of_ours_is_one_in_openai_s_shape_too(
    client: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve_app.api.openai_contract.routes.Model", None)
    with pytest.raises(openai.InternalServerError) as fault:
        await client.models.list()

    assert (fault.value.type, fault.value.code) == ("server_error", "internal_error")


async def test_subtitles_are_not_streamed(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="srt cannot be streamed"):
        await client.audio.transcriptions.create(file=FILE, model="x", response_format="srt", stream=True)


async def test_a_cancelled_task_ends_the_waiting(house: House, client: openai.AsyncOpenAI) -> None:
    stream = await client.audio.transcriptions.create(file=FILE, model="x", stream=True)
    (task,) = (await house.services.store.tasks(TaskFilter(status=TaskStatus.QUEUED), limit=9, cursor=None)).items
    await house.services.store.cancel(task.id)

    with pytest.raises(openai.APIError, match="cancelled"):
        await _all(stream)


async def test_there_is_one_model(client: openai.AsyncOpenAI) -> None:
    models = [model.id async for model in await client.models.list()]

    assert models == ["callscribe"]
    assert (await client.models.retrieve("callscribe")).owned_by == "callscribe"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("gpt-5")
