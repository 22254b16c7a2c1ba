"""The pipeline over the real store, blobs and decoder; only the models are scripted."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from ray.exceptions import RayError

from callscribe.blobs import Blobs
from callscribe.blobs.keys import audio_key
from callscribe.domain import Claim, ModelNames, ProtocolStatus, Stage, TaskStatus, Template, Transcript
from callscribe.errors import CallScribeError, ClaimLost, DamagedMedia, EngineFailed, ModelUnavailable, Unavailable
from callscribe.glossary.terms import Terms
from callscribe.media.decoder import Decoder
from callscribe.schemas import ResultView
from callscribe.settings import DecodeLimits
from callscribe.store import Store
from serve_app.briefing import brief_of
from serve_app.pipeline import Pipeline
from tests.serve_app.conftest import MEETING, PAUSES, Register
from tests.serve_app.models import ScriptedModels

OUR_FAULT = "An error inside CallScribe; the server's log tells more."


@pytest.fixture
def models() -> ScriptedModels:
    return ScriptedModels()


@pytest.fixture
def pipeline(store: Store, blobs: Blobs, models: ScriptedModels) -> Pipeline:
    return Pipeline(store, blobs, Decoder(DecodeLimits()), models, PAUSES, glossary=Terms(()))


async def claim(store: Store) -> Claim:
    claimed = await store.claim(lease=timedelta(seconds=60), max_attempts=5)
    assert claimed is not None
    return claimed


async def attempt_in_vain(store: Store, pipeline: Pipeline, error: type[CallScribeError]) -> None:
    """Work on the oldest task until that stops it, and let it wait for its next attempt."""
    claimed = await claim(store)
    with pytest.raises(error):
        await pipeline.run(claimed, last_attempt=False)
    await store.release(claimed, delay=timedelta(0))


async def test_a_claimed_task_becomes_a_result(
    store: Store, blobs: Blobs, pipeline: Pipeline, register: Register
) -> None:
    task = await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    result = await store.result(task.id)
    assert result.task.status is TaskStatus.COMPLETED
    assert result.task.duration_seconds == pytest.approx(104.58, abs=0.05)
    assert result.transcript.speakers == (1, 2)
    assert result.protocol.summary == "Слово."
    assert result.models == ModelNames(diarizer="scripted-voices", transcriber="scripted-words")
    assert not await blobs.exists(audio_key(task.id)), "the decoded audio is not kept"
    assert await blobs.exists(task.media_key)


async def test_the_next_attempt_begins_after_the_last_stored_stage(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    models.trouble["summarize"] = lambda: Unavailable("away")
    await attempt_in_vain(store, pipeline, Unavailable)
    assert set(await store.stage_outputs(task.id)) == {Stage.DECODING, Stage.DIARIZING, Stage.TRANSCRIBING}
    models.trouble.clear()
    models.calls.clear()
    await pipeline.run(await claim(store), last_attempt=False)
    assert models.calls == ["summarize"]
    assert (await store.task(task.id)).status is TaskStatus.COMPLETED


async def test_a_rerun_of_a_stage_decodes_again_but_keeps_its_neighbour(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    models.calls.clear()
    await store.retry(task.id, from_stage=Stage.DIARIZING, queue_limit=100)
    await pipeline.run(await claim(store), last_attempt=False)
    assert models.calls == ["diarize", "summarize"]


async def test_a_rerun_in_another_template_asks_the_summarizer_alone_and_as_that_kind_of_call(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    models.calls.clear()
    await store.retry(task.id, from_stage=None, queue_limit=100, template=Template.SUPPORT)
    await pipeline.run(await claim(store), last_attempt=False)
    assert models.calls == ["summarize"]
    assert [brief.template for brief in models.briefs] == [Template.MEETING, Template.SUPPORT]


async def test_the_summarizer_is_asked_of_the_stored_transcript(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    assert models.briefs == [brief_of(await store.result(task.id), Terms(()))]


async def test_the_glossary_spells_the_transcript_and_is_told_to_the_summarizer(
    store: Store, blobs: Blobs, models: ScriptedModels, register: Register
) -> None:
    glossary = Terms(["СЛОВО", "Kubernetes"])
    task = await register(MEETING)
    pipeline = Pipeline(store, blobs, Decoder(DecodeLimits()), models, PAUSES, glossary=glossary)
    await pipeline.run(await claim(store), last_attempt=False)
    transcript = (await store.result(task.id)).transcript
    assert {word.text for turn in transcript.turns for word in turn.words} == {"СЛОВО."}
    assert [brief.glossary for brief in models.briefs] == [("СЛОВО",)]


@pytest.mark.parametrize("error", [EngineFailed("CUDA out of memory"), Unavailable("away")], ids=lambda one: one.code)
async def test_a_diarizer_that_breaks_or_is_away_has_another_attempt_and_at_the_last_costs_the_labels_only(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register, error: CallScribeError
) -> None:
    task = await register(MEETING)
    models.trouble["diarize"] = lambda: error
    await attempt_in_vain(store, pipeline, type(error))
    assert Stage.DIARIZING not in await store.stage_outputs(task.id)
    await pipeline.run(await claim(store), last_attempt=True)
    result = await store.result(task.id)
    assert result.transcript.speakers == (1,)
    assert result.models.diarizer is None


async def test_a_diarizer_that_broke_once_costs_nothing(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    models.trouble["diarize"] = lambda: EngineFailed("CUDA out of memory")
    await attempt_in_vain(store, pipeline, EngineFailed)
    models.trouble.clear()
    models.calls.clear()
    await pipeline.run(await claim(store), last_attempt=False)
    assert models.calls == ["diarize", "summarize"], "its neighbour's work was kept"
    assert (await store.result(task.id)).transcript.speakers == (1, 2)


@pytest.mark.parametrize("error", [EngineFailed("It broke."), Unavailable("It broke.")], ids=lambda error: error.code)
@pytest.mark.parametrize("stage", [Stage.DIARIZING, Stage.SUMMARIZING])
async def test_a_rerun_that_breaks_is_a_failure_that_leaves_the_result_of_before(
    store: Store, pipeline: Pipeline, register: Register, stage: Stage, error: CallScribeError
) -> None:
    pipeline._models = models = ScriptedModels()
    task = await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    before = await store.result(task.id)
    models.trouble = dict.fromkeys(("diarize", "summarize"), lambda: error)
    await store.retry(task.id, from_stage=stage, queue_limit=100)
    with pytest.raises(type(error), match="It broke"):
        await pipeline.run(await claim(store), last_attempt=True)
    after = await store.result(task.id)
    assert (after.transcript, after.protocol, after.models) == (before.transcript, before.protocol, before.models)


async def test_a_new_transcript_is_no_worse_for_a_summarizer_that_breaks(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    """The protocol of before was that of other turns."""
    task = await register(MEETING)
    models.trouble["diarize"] = lambda: EngineFailed("no")
    await pipeline.run(await claim(store), last_attempt=True)
    models.trouble = {"summarize": lambda: EngineFailed("It broke.")}
    await store.retry(task.id, from_stage=Stage.DIARIZING, queue_limit=100)
    await pipeline.run(await claim(store), last_attempt=False)
    result = await store.result(task.id)
    assert (result.transcript.speakers, result.protocol.status) == ((1, 2), ProtocolStatus.FAILED)


@pytest.mark.parametrize(
    "broken",
    [
        (EngineFailed("It broke."), "It broke.", "engine_failed"),
        (ModelUnavailable("Fetch it."), "Fetch it.", "model_unavailable"),
        (RayError("object store"), OUR_FAULT, "internal_error"),
        (TypeError("from a replica of before"), OUR_FAULT, "internal_error"),
    ],
    ids=lambda broken: type(broken[0]).__name__,
)
async def test_a_summarizer_that_breaks_costs_the_protocol_only(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register, broken: tuple[Exception, str, str]
) -> None:
    error, reason, code = broken
    task = await register(MEETING)
    models.trouble["summarize"] = lambda: error
    await pipeline.run(await claim(store), last_attempt=False)
    result = await store.result(task.id)
    assert result.task.status is TaskStatus.COMPLETED
    assert result.transcript.turns
    protocol = result.protocol
    assert (protocol.status, protocol.reason, protocol.reason_code) == (ProtocolStatus.FAILED, reason, code)


async def test_a_claim_that_is_lost_in_the_summarizing_is_no_protocol(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    models.trouble["summarize"] = lambda: ClaimLost("gone")
    with pytest.raises(ClaimLost):
        await pipeline.run(await claim(store), last_attempt=True)
    assert (await store.result(task.id)).protocol.status is ProtocolStatus.PENDING


async def test_a_retry_makes_the_protocol_that_failed(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    models.trouble["summarize"] = lambda: EngineFailed("It broke.")
    await pipeline.run(await claim(store), last_attempt=False)
    models.trouble.clear()
    models.calls.clear()
    await store.retry(task.id, from_stage=None, queue_limit=100)
    await pipeline.run(await claim(store), last_attempt=False)
    assert models.calls == ["summarize"]
    protocol = (await store.result(task.id)).protocol
    assert (protocol.status, protocol.reason) == (ProtocolStatus.COMPLETE, None)


async def test_a_summarizer_that_is_away_is_given_up_at_the_last_attempt(
    store: Store, pipeline: Pipeline, models: ScriptedModels, register: Register
) -> None:
    task = await register(MEETING)
    models.trouble["summarize"] = lambda: Unavailable("It is away.")
    await pipeline.run(await claim(store), last_attempt=True)
    result = await store.result(task.id)
    assert (result.protocol.status, result.protocol.reason) == (ProtocolStatus.FAILED, "It is away.")


@pytest.mark.parametrize(
    ("failing", "kept"), [("diarize", Stage.TRANSCRIBING), ("detect_language", Stage.DIARIZING)], ids=str
)
async def test_a_stage_that_fails_lets_its_neighbour_end(
    store: Store, pipeline: Pipeline, register: Register, failing: str, kept: Stage
) -> None:
    class SlowWords(ScriptedModels):
        async def transcriber_name(self) -> str:
            await asyncio.sleep(0.3)
            return "slow"

        async def diarizer_name(self) -> str:
            await asyncio.sleep(1)
            return "slow"

    pipeline._models = slow = SlowWords()
    task = await register(MEETING)
    slow.trouble[failing] = lambda: Unavailable("away")
    with pytest.raises(Unavailable):
        await pipeline.run(await claim(store), last_attempt=False)
    assert set(await store.stage_outputs(task.id)) == {Stage.DECODING, kept}


async def test_the_wording_does_not_hold_the_loop(
    store: Store, pipeline: Pipeline, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is renewed on it."""
    wording: list[int] = []

    def observed(transcript: Transcript) -> Transcript:
        wording.append(threading.get_ident())
        return transcript

    monkeypatch.setattr("serve_app.pipeline.polish", observed)
    await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    assert wording
    assert threading.get_ident() not in wording


async def test_a_recording_that_was_cut_off_says_so(
    store: Store, pipeline: Pipeline, register: Register, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.flac"
    cut.write_bytes(MEETING.read_bytes()[: MEETING.stat().st_size // 4])
    whole, part = await register(MEETING), await register(cut)
    for _ in range(2):
        await pipeline.run(await claim(store), last_attempt=False)
    shown = [ResultView.of(await store.result(task.id)).truncated for task in (whole, part)]
    assert shown == [False, True]


async def test_a_file_that_is_damaged_says_so(
    store: Store, pipeline: Pipeline, register: Register, tmp_path: Path
) -> None:
    damaged = tmp_path / "call.flac"
    damaged.write_bytes(MEETING.read_bytes()[:5000] + b"\0" * 5000)
    await register(damaged)
    with pytest.raises(DamagedMedia):
        await pipeline.run(await claim(store), last_attempt=False)


async def test_progress_rises_to_one(
    store: Store, pipeline: Pipeline, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    report = Store.report

    async def listen(self: Store, claim: Claim, *, stage: Stage, progress: float) -> None:
        told.append(progress)
        await report(self, claim, stage=stage, progress=progress)

    monkeypatch.setattr(Store, "report", listen)
    task = await register(MEETING)
    await pipeline.run(await claim(store), last_attempt=False)
    assert told == sorted(told)
    assert (await store.task(task.id)).progress == 1.0
