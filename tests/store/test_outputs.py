import math

import pytest

from callscribe.domain import Language, Protocol, ProtocolStatus, Stage, TaskId, Track, Transcript, Turn, Word
from callscribe.errors import TaskNotFound, TaskNotReady
from callscribe.store import Store
from tests.store.making import PROTOCOL, TRANSCRIPT, new_recording, register, registered_and_claimed


async def test_stage_outputs_are_kept_and_replaced(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.save_stage(held, Stage.DECODING, {"key": "audio/1.wav", "seconds": 1.5})
    await store.save_stage(held, Stage.TRANSCRIBING, {"words": [[0, 1.25, "ё\0\udc80\\u0000", None]]})
    await store.save_stage(held, Stage.DECODING, {"key": "audio/2.wav"})

    assert await store.stage_outputs(held.task.id) == {
        Stage.DECODING: {"key": "audio/2.wav"},
        Stage.TRANSCRIBING: {"words": [[0, 1.25, "ё\ufffd\ufffd\\u0000", None]]},
    }


async def test_numbers_that_are_none_are_refused(store: Store) -> None:
    held = await registered_and_claimed(store)
    with pytest.raises(ValueError, match="JSON compliant"):
        await store.save_stage(held, Stage.DECODING, {"seconds": math.nan})
    assert await store.stage_outputs(held.task.id) == {}


async def test_a_result_is_what_was_saved(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.save_transcript(held, Transcript(Language.EN, TRANSCRIPT.turns[:1]), duration_seconds=1.0)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.save_protocol(held, Protocol(ProtocolStatus.DEGRADED, "lexrank", 0.5))
    await store.save_protocol(held, PROTOCOL)

    result = await store.result(held.task.id)
    assert result.transcript == TRANSCRIPT
    assert result.protocol == PROTOCOL
    assert (result.task.language, result.task.duration_seconds) == (Language.RU, 2.5)


async def test_a_transcript_takes_the_protocol_and_the_names_of_another_with_it(store: Store) -> None:
    """Those that people gave stay."""
    held = await registered_and_claimed(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.save_tracks(held.task.id, [Track("Анна", ((0.0, 1.5),))])
    await store.name_speakers(held.task.id, lambda _turns, _tracks: {1: "Анна"})
    await store.name_by_hand(held.task.id, {2: "Ваня"})
    await store.save_protocol(held, PROTOCOL)

    await store.save_transcript(held, TRANSCRIPT, duration_seconds=3.5, truncated=True)
    before = await store.result(held.task.id)
    assert (before.task.duration_seconds, before.task.truncated) == (3.5, True)
    assert (before.protocol.status, before.speaker_names) == (ProtocolStatus.COMPLETE, {1: "Анна", 2: "Ваня"})

    await store.save_transcript(held, Transcript(Language.RU, TRANSCRIPT.turns[::-1]), duration_seconds=2.5)
    after = await store.result(held.task.id)
    assert (after.protocol.status, after.speaker_names) == (ProtocolStatus.PENDING, {2: "Ваня"})
    assert [turn.speaker for turn in after.transcript.turns] == [2, 1]


async def test_the_same_turns_in_another_language_are_another_transcript(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.save_protocol(held, PROTOCOL)

    await store.save_transcript(held, Transcript(Language.EN, TRANSCRIPT.turns), duration_seconds=2.5)

    assert (await store.result(held.task.id)).protocol.status is ProtocolStatus.PENDING
    rows = await store._database.fetch("SELECT DISTINCT language FROM turn_lexemes")
    assert [row["language"] for row in rows] == [Language.EN]


async def test_a_recording_without_speech_has_a_result(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.save_transcript(held, Transcript(Language.RU, ()), duration_seconds=1200.0)
    assert (await store.result(held.task.id)).transcript == Transcript(Language.RU, ())


async def test_a_protocol_to_come_is_pending_and_one_that_will_not_come_has_failed(store: Store) -> None:
    held = await registered_and_claimed(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    assert (await store.result(held.task.id)).protocol.status == ProtocolStatus.PENDING
    await store.cancel(held.task.id)
    assert (await store.result(held.task.id)).protocol.status == ProtocolStatus.FAILED


async def test_no_result_before_the_transcript(store: Store) -> None:
    task_id = await register(store)
    with pytest.raises(TaskNotReady):
        await store.result(task_id)
    with pytest.raises(TaskNotFound):
        await store.result(TaskId(new_recording().id))
    with pytest.raises(TaskNotFound):
        await store.task(TaskId(new_recording().id))
    assert await store.stage_outputs(TaskId(new_recording().id)) == {}


async def test_four_hours_of_words_are_stored_compactly(store: Store) -> None:
    held = await registered_and_claimed(store)
    turns = tuple(
        Turn(start, start + 8, 1 + start // 8 % 3, tuple(_word(start + index * 0.4) for index in range(20)))
        for start in range(0, 14_400, 8)
    )
    transcript = Transcript(Language.RU, turns)

    await store.save_transcript(held, transcript, duration_seconds=14_400.0)

    result = await store.result(held.task.id)
    assert [len(turn.words) for turn in result.transcript.turns] == [20] * 1800
    assert result.transcript.turns[7].words[3] == Word(57.2, 57.523, "договорились", 0.9877)
    row = await store._database.fetchrow("SELECT sum(octet_length(words::text)) AS size FROM turns")
    assert row is not None
    assert row["size"] / 36_000 < 64  # bytes a word, of which its text takes 24


def _word(start: float) -> Word:
    return Word(start, start + 0.3234567, "договорились", 0.98765432)
