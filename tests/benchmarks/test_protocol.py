"""Protocols scored: what was invented, what is borne out, and the three systems before an LLM that lies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.protocol import __main__ as command
from benchmarks.protocol.measuring import Bench, Measured, System, pooled
from benchmarks.protocol.meetings import Meeting, load_meetings
from benchmarks.protocol.said import Inventions, Said
from callscribe.domain import ActionItem, Brief, Language, Point, Protocol, ProtocolStatus
from callscribe.models import Installation
from callscribe.settings import LlmSettings, Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine
from tests.summarizer.llm.fake_endpoint import NOTHING, FakeLlm, serving
from tests.summarizer.llm.meetings import ROOT, spoken

RUSSIAN = Said(
    spoken(
        Language.RU,
        (1, "Мария, пришлите смету на двести пятьдесят тысяч до двадцать первого декабря или до пятницы."),
        (2, "Пришлю. Бюджет вырос на 10 %."),
        (1, "Сервис держит полторы тысячи запросов, в июне было меньше."),
    )
)
ENGLISH = Said(
    spoken(
        Language.EN,
        (1, "Hannah, release it on the nineteenth of March, please."),
        (2, "I may need a hundred and five."),
    )
)
TRUE: dict[str, Any] = {
    "summary": ["Превышение на 10 % из-за лицензий."],
    "key_points": [{"text": "Сервис держит 200 запросов в секунду", "turns": [6]}],
    "decisions": [{"text": "Закупить второй сервер на этой неделе", "turns": [11]}],
    "action_items": [{"task": "Прислать таблицу с расходами", "owner": "Мария", "due": "до пятницы", "turns": [3, 4]}],
}
POISON: dict[str, Any] = {
    "summary": ["Ольга уволена.", "Бюджет вырос до 777 миллионов."],
    "key_points": [{"text": "Погода в Сочи стояла солнечная", "turns": [6]}],
    "decisions": [{"text": "Выпуск 20 января", "turns": [16]}, {"text": "Закупить второй сервер", "turns": [500]}],
    "action_items": [{"task": "Прислать таблицу с расходами", "owner": "Семён", "due": "к 3 мая", "turns": [3]}],
}


def saying(text: str, owner: str | None = None) -> Protocol:
    return Protocol(ProtocolStatus.COMPLETE, "one", 1.0, summary=text, action_items=(ActionItem("", owner, None, ()),))


@pytest.mark.parametrize(
    "text",
    [
        "Смета на 250 тысяч до 21 декабря.",
        "Смета — 250 000 к 21.12.",
        "Прислать смету Марии до 2026-12-21",
        "Держит 1,5 тысячи запросов; бюджет — десять процентов, Спикер 2 пришлёт",
    ],
)
def test_what_was_said_in_another_form_is_no_invention(text: str) -> None:
    found = RUSSIAN.inventions(saying(text, "Мария"))
    assert (found.names, found.numbers, found.dates) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Прислать смету Ольге", Inventions(names=("Ольге",))),
        ("Ольга пришлёт", Inventions(names=("Ольга",))),
        ("Пришлёт ольга", Inventions(names=("ольга",))),
        ("Смета на 300 тысяч", Inventions(numbers=("300",))),
        ("Смета на триста тысяч", Inventions(numbers=("триста",))),
        ("Пришлёт Спикер 7", Inventions(numbers=("7",))),
        ("До 21 июня", Inventions(dates=("21 июня",))),
        ("До 10 декабря", Inventions(dates=("10 декабря",))),
        ("К 03.05", Inventions(dates=("03 май",))),
        ("До вторника", Inventions(dates=("вторника",))),
        ("Бюджет превышен", Inventions(words=("превышен",))),
    ],
)
def test_inventions_are_told_by_kind(text: str, found: Inventions) -> None:
    assert RUSSIAN.inventions(saying(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Released on March 19 with Hannah", Inventions()),
        ("It may need 105", Inventions()),
        ("Released on March 12", Inventions(dates=("March 12",))),
        ("Released with Robert", Inventions(names=("Robert",))),
        ("Robert released it", Inventions(words=("Robert",))),
        ("They need forty-one", Inventions(numbers=("forty", "one"))),
        ("Hannah cancelled it tomorrow", Inventions(words=("cancelled",), dates=("tomorrow",))),
    ],
)
def test_english_inventions_too(text: str, found: Inventions) -> None:
    assert ENGLISH.inventions(saying(text)) == found


def test_an_owner_whom_nobody_named_is_an_invented_name() -> None:
    assert ENGLISH.inventions(saying("", "Robert")) == Inventions(names=("Robert",))


@pytest.mark.parametrize(
    ("at", "valid"),
    [((0.0,), True), ((10.0,), True), ((0.0, 20.0), True), ((20.0,), False), ((), False), ((5.5,), False)],
)
def test_evidence_is_valid_where_the_point_was_said_there_or_next_to_it(at: tuple[float, ...], valid: bool) -> None:
    said = Said(spoken(Language.RU, (1, "Закупаем второй сервер."), (2, "Хорошо."), (1, "Погода."), (2, "Да.")))
    assert said.bears_out(Point("закупить второй сервер", at)) is valid


@pytest.fixture
def llm() -> Iterator[FakeLlm]:
    with serving(FakeLlm(usage={"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790})) as served:
        yield served


@pytest.fixture
def bench(llm: FakeLlm) -> Bench:
    settings = LlmSettings(url=llm.url, call_seconds=5, budget_seconds=20)
    return Bench(LinguisticEngine(Installation(Settings(_env_file=None).models_path)), settings)


@pytest.fixture(scope="module")
def mayak() -> Meeting:
    (mayak,) = load_meetings([ROOT / "demo"])
    return mayak


async def measured(bench: Bench, meeting: Meeting) -> dict[System, Measured]:
    return {system: await bench.measure(system, meeting, meeting.transcript) for system in bench.systems}


async def test_a_liar_is_believed_alone_and_shows_nothing_beside_the_linguistic_layer(
    llm: FakeLlm, bench: Bench, mayak: Meeting
) -> None:
    llm.content = lambda _: {name: TRUE[name] + POISON[name] for name in TRUE}
    found = await measured(bench, mayak)

    alone, both = found[System.ALONE].figures, found[System.BOTH].figures
    invented = alone.score.invented
    assert invented.names == ("Ольга", "Сочи", "Семён")
    assert invented.numbers == ("777", "миллионов")
    assert invented.dates == ("20 января", "3 мая")
    assert alone.score.evident.total - alone.score.evident.hits == 2
    assert (alone.rejected, both.rejected) == (0, 6)
    kept = both.score.invented
    assert (kept.names, kept.numbers, kept.dates) == ((), (), ())
    assert both.score.evident.share == 1


async def test_both_find_at_least_what_the_linguistic_layer_finds(llm: FakeLlm, bench: Bench, mayak: Meeting) -> None:
    llm.content = lambda _: TRUE
    found = await measured(bench, mayak)
    linguistic, alone, both = (found[system].figures.score.findings for system in System)
    assert (alone.found_decisions.hits, alone.found_action_items.hits) == (1, 1)
    assert linguistic.recall is not None
    assert both.recall is not None
    assert both.recall >= linguistic.recall > 0


async def test_the_llm_alone_is_told_nothing_that_was_found_before(llm: FakeLlm, bench: Bench, mayak: Meeting) -> None:
    llm.content = lambda _: TRUE
    await measured(bench, mayak)
    alone, both = (asked["messages"][1]["content"] for asked in llm.asked)
    candidates = {item.task for item in bench.engine.summarize(Brief(mayak.transcript)).action_items}
    assert candidates
    assert all(task in both and task not in alone for task in candidates)
    assert "Спикер 1: " in alone
    assert "Спикер" not in both.partition("===")[2]


async def test_tokens_are_counted_by_the_endpoints_own_word(llm: FakeLlm, bench: Bench, mayak: Meeting) -> None:
    llm.content, llm.seconds = lambda _: TRUE, 0.5
    found = await measured(bench, mayak)
    together = pooled([found[System.ALONE], found[System.BOTH]])
    assert (together.spent.prompt_tokens, together.spent.completion_tokens) == (1400, 180)
    assert together.tokens_per_second == pytest.approx(180 / together.spent.seconds)
    assert 1 <= together.spent.seconds <= together.seconds
    assert found[System.LINGUISTIC].figures.tokens_per_second is None


async def test_an_llm_that_is_away_has_read_nothing_and_costs_no_other_meeting(
    llm: FakeLlm, bench: Bench, mayak: Meeting
) -> None:
    llm.status = 500
    for _ in range(3):
        found = await measured(bench, mayak)
    assert [found[system].protocol.status for system in System] == [
        ProtocolStatus.COMPLETE,
        ProtocolStatus.FAILED,
        ProtocolStatus.DEGRADED,
    ]
    assert [found[system].figures.read.share for system in System] == [1, 0, 0]
    assert found[System.ALONE].protocol.reason == "The LLM's endpoint answers 500."
    assert found[System.BOTH].figures.score == found[System.LINGUISTIC].figures.score

    llm.status, llm.content = 200, lambda _: TRUE
    found = await measured(bench, mayak)
    assert found[System.BOTH].protocol.status is ProtocolStatus.COMPLETE


def invoked(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(command.main)
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def test_the_table_and_the_file_have_every_system(llm: FakeLlm, tmp_path: Path) -> None:
    llm.content = lambda _: NOTHING | {"summary": ["Подключить клинику."]}
    figures = tmp_path / "figures.json"
    result = invoked("--meetings", "ru_klinika", "--llm-url", llm.url, "--json", str(figures))
    assert result.exit_code == 0, result.output
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["reference"].keys() == {"ru_klinika", "all"}
    assert found["reference"]["ru_klinika"].keys() == set(System)
    assert found["reference"]["all"]["LLM alone"]["coverage"] == 1
    assert found["llm"]["call_seconds"] == Settings().llm.call_seconds
    assert all(f"{system}: facts found" in result.output for system in System)


def test_what_an_aborted_run_has_measured_is_kept(
    llm: FakeLlm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Aborted(Bench):
        async def measure(self, system: System, *rest: Any) -> Measured:
            if system is System.BOTH:
                raise KeyboardInterrupt
            return await super().measure(system, *rest)

    llm.content = lambda _: NOTHING | {"summary": ["Подключить клинику."]}
    monkeypatch.setattr(command, "Bench", Aborted)
    figures = tmp_path / "figures.json"
    result = invoked("--meetings", "ru_klinika", "--llm-url", llm.url, "--json", str(figures))
    assert result.exit_code != 0
    assert json.loads(figures.read_text(encoding="utf-8"))["reference"]["ru_klinika"].keys() == {
        System.LINGUISTIC,
        System.ALONE,
    }
    assert "LLM alone: facts found" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--meetings", "ru_klinika,nowhere"), "There is no nowhere"),
        (("--llm", "one", "--llm-url", "http://127.0.0.1/v1"), "not both"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments: tuple[str, ...], message: str) -> None:
    result = invoked(*arguments)
    assert result.exit_code == 2
    assert message in result.output
