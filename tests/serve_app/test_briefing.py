"""What the summarizer is asked, and that a name which somebody gave to a voice comes back in the protocol."""

from __future__ import annotations

from dataclasses import replace

from callscribe.domain import (
    Brief,
    Language,
    ModelNames,
    NameOrigin,
    Protocol,
    Result,
    SpeakerName,
    Template,
    Transcript,
)
from callscribe.glossary.terms import Terms
from callscribe.models import Installation
from callscribe.settings import Settings
from callscribe.store import Store
from deployments.summarizer.linguistic.engine import LinguisticEngine
from serve_app.briefing import brief_of
from tests.store.making import LEASE, PROTOCOL, new_recording, register
from tests.summarizer.linguistic.dialogues import transcript

SAID = transcript(
    """
    а: Пётр, пришлите смету до среды.
    б: Пришлю смету в среду.
    а: А я завтра позвоню в банк.
    """
)


async def stored(store: Store, said: Transcript, template: Template) -> Result:
    recording = replace(new_recording(template=template), participants=("Пётр Ильин",))
    task_id = await register(store, recording)
    held = await store.claim(lease=LEASE, max_attempts=1)
    assert held is not None
    await store.save_transcript(held, said, duration_seconds=30)
    await store.save_protocol(held, PROTOCOL)
    await store.complete(held, models=ModelNames())
    return await store.result(task_id)


async def test_all_that_is_known_is_told(store: Store) -> None:
    result = replace(await stored(store, SAID, Template.SALES), names={2: SpeakerName("Пётр", NameOrigin.PERSON)})
    assert result.transcript.language is Language.RU
    assert brief_of(result, Terms(())) == Brief(
        result.transcript, speaker_names={2: "Пётр"}, template=Template.SALES, glossary=("Пётр Ильин",)
    )


async def test_the_glossary_tells_what_may_have_been_said(store: Store) -> None:
    result = await stored(store, SAID, Template.MEETING)
    told = brief_of(result, Terms(["Смета", "Kubernetes", "Банк"]))
    assert told == replace(brief_of(result, Terms(())), glossary=("Пётр Ильин", "Смета", "Банк"))


async def test_renamed_speakers_appear_by_name(store: Store) -> None:
    heard = await stored(store, SAID, Template.MEETING)
    names = {1: "Ольга Николаевна", 2: "Смирнов Пётр"}
    renamed = replace(heard, names={speaker: SpeakerName(name, NameOrigin.PERSON) for speaker, name in names.items()})
    assert owners(protocol_of(heard)) == ["Пётр", "Спикер 1"]

    protocol = protocol_of(renamed)

    assert owners(protocol) == ["Смирнов Пётр", "Ольга Николаевна"]
    assert [participant.name for participant in protocol.participants] == ["Ольга Николаевна", "Смирнов Пётр"]


def protocol_of(result: Result) -> Protocol:
    return LinguisticEngine(Installation(Settings().models_path)).summarize(brief_of(result, Terms(())))


def owners(protocol: Protocol) -> list[str | None]:
    return [item.owner for item in protocol.action_items]
