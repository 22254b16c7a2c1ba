import asyncio
from collections import Counter

import pytest

from callscribe.domain import Language, RequestedLanguage, Source, TaskStatus, Template
from callscribe.errors import IdempotencyConflict, QueueFull
from callscribe.store import Store
from tests.store.making import claim, contents, new_recording, register


async def test_a_registered_recording_is_a_queued_task(store: Store) -> None:
    recording = new_recording("file-1", title="Планёрка", language=RequestedLanguage.RU)

    registration = await store.register(recording, queue_limit=10)

    task = registration.task
    assert registration.created
    assert (task.id, task.status, task.source, task.source_id) == (recording.id, TaskStatus.QUEUED, "upload", "file-1")
    assert (task.media_key, task.media_bytes) == (recording.media_key, 3_000_000_000)
    assert (task.requested_language, task.language) == (RequestedLanguage.RU, None)
    assert (task.attempts, task.progress, task.stage, task.queue_position) == (0, 0.0, None, 1)
    assert await store.task(recording.id) == task


@pytest.mark.parametrize("template", Template)
async def test_every_template_is_kept(store: Store, template: Template) -> None:
    task_id = await register(store, new_recording(template=template))
    assert (await store.task(task_id)).template is template
    assert (await claim(store)).task.template is template


async def test_registering_again_answers_the_same_task(store: Store) -> None:
    first = await store.register(new_recording("same"), queue_limit=10)
    again = await store.register(new_recording("same"), queue_limit=10)
    elsewhere = await store.register(new_recording("same", source=Source.KAFKA), queue_limit=10)

    assert (again.task, again.created) == (first.task, False)
    assert elsewhere.created
    assert await store.queue_size() == 2


async def test_the_same_recording_twice_is_created_once(store: Store) -> None:
    recording = new_recording()
    await store.register(recording, queue_limit=10)
    assert not (await store.register(recording, queue_limit=10)).created


async def test_other_content_under_the_same_id_is_a_conflict(store: Store) -> None:
    await register(store, new_recording("same"))
    before = await contents(store)

    with pytest.raises(IdempotencyConflict):
        await store.register(new_recording("same", sha256="1" * 64), queue_limit=10)

    assert await contents(store) == before


async def test_a_full_queue_refuses_new_recordings_and_answers_known_ones(store: Store) -> None:
    known = await store.register(new_recording("known"), queue_limit=1)

    with pytest.raises(QueueFull):
        await store.register(new_recording("new"), queue_limit=1)
    assert (await store.register(new_recording("known"), queue_limit=1)).task == known.task
    await claim(store)
    assert (await store.register(new_recording("new"), queue_limit=1)).created


async def test_a_thousand_at_once_never_overfill_the_queue(database_url: str, store: Store) -> None:
    other = await Store.connect(database_url, max_size=8)

    async def one(number: int) -> str:
        try:
            await (store, other)[number % 2].register(new_recording(), queue_limit=300)
        except QueueFull:
            return "refused"
        return "created"

    answers = Counter(await asyncio.gather(*(one(number) for number in range(1000))))
    await other.close()

    assert answers == {"created": 300, "refused": 700}
    assert await store.queue_size() == 300


async def test_the_same_id_registered_at_once_makes_one_task(database_url: str, store: Store) -> None:
    other = await Store.connect(database_url)
    registrations = await asyncio.gather(
        *((store, other)[number % 2].register(new_recording("same"), queue_limit=1) for number in range(40))
    )
    await other.close()

    assert sum(registration.created for registration in registrations) == 1
    assert len({registration.task.id for registration in registrations}) == 1


@pytest.mark.parametrize("odd", ["a\0b", "\\0000", "\udcff.wav", "🎧 «ё» \u202e\ufeff", "'; DROP TABLE tasks; --", ""])
async def test_odd_text_comes_through(store: Store, odd: str) -> None:
    task = (await store.register(new_recording(odd or "x", title=odd), queue_limit=10)).task

    assert task.source_id == (odd or "x")
    assert task.title == odd.replace("\0", "\ufffd").replace("\udcff", "\ufffd")


async def test_ids_that_differ_in_what_cannot_be_stored_are_two(store: Store) -> None:
    for source_id in ("a\0", "a\\0000", "a\ufffd", "a"):
        assert (await store.register(new_recording(source_id), queue_limit=10)).created


async def test_an_endless_id_is_refused(store: Store) -> None:
    assert (await store.register(new_recording("я" * 1024), queue_limit=10)).created
    with pytest.raises(ValueError, match="longer than 2048 bytes"):
        await store.register(new_recording("я" * 1025), queue_limit=10)


def test_languages_of_tasks_and_requests_agree() -> None:
    assert {*Language, "auto"} == {*RequestedLanguage}
