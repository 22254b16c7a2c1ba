"""What a file looks like to the person, or the program, that opens it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn

from callscribe.domain import Language, ProtocolStatus, Result
from callscribe.errors import LlmFailed, LlmNonsense, LlmTimeout, LlmUnavailable
from callscribe.exports import ExportFormat, export
from callscribe.remarks import protocol_remarks
from callscribe.schemas import ResultView
from tests.exports.results import PROTOCOL, TASK, result, turn

TURNS = (turn(1, 0, "Добрый день, коллеги."), turn(2, 3661, "Здравствуйте!"))


def test_txt_says_when_who_and_what() -> None:
    text = export(result(TURNS), ExportFormat.TXT).decode()

    assert text == "[00:00:00] Спикер 1: Добрый день, коллеги.\n[01:01:01] Пётр: Здравствуйте!\n"


def test_names_replace_labels_and_english_has_its_own() -> None:
    named = export(result(TURNS, names={1: "Иван"}), ExportFormat.TXT).decode()
    english = export(result(TURNS, language=Language.EN), ExportFormat.TXT).decode()

    assert "Иван: Добрый" in named
    assert "Пётр: " in named
    assert "Speaker 1: " in english


def test_srt() -> None:
    text = export(result(TURNS), ExportFormat.SRT).decode()

    assert text == (
        "1\n00:00:00,000 --> 00:00:01,400\nСпикер 1: Добрый день, коллеги.\n\n"
        "2\n01:01:01,000 --> 01:01:01,400\nПётр: Здравствуйте!\n\n"
    )


def test_vtt_names_voices_and_escapes_what_looks_like_a_tag() -> None:
    text = export(result([turn(1, 0, "<b> & -->")], names={1: "A>B\n<c>"}), ExportFormat.VTT).decode()

    assert text == "WEBVTT\n\n00:00:00.000 --> 00:00:01.400\n<v A&gt;B &lt;c&gt;>&lt;b&gt; &amp; --&gt;\n"


def test_json_is_the_api_s_result() -> None:
    exported = export(result(TURNS), ExportFormat.JSON)

    assert ResultView.model_validate_json(exported) == ResultView.of(result(TURNS))
    assert json.loads(exported)["segments"][1]["speaker"] == "Спикер 2"
    assert "Добрый" in exported.decode(), "readable, not escaped"


def test_md_has_the_protocol_before_the_transcript_and_no_marks_of_its_own() -> None:
    text = export(result(TURNS, names={1: "Иван"}), ExportFormat.MD).decode()

    assert text.startswith("# Планёрка \\*№ 5\\*\n\n- Дата: 24.11.2026, 09:30 UTC\n- Длительность: 01:02:05\n")
    assert "- Иван (00:01:01)\n- Пётр (00:00:04)\n" in text
    assert "## Резюме\n\nОбсудили \\<бюджет\\>.\n" in text
    assert "- Бюджет одобрен. `00:00:01` `00:01:02`\n" in text
    assert "- [ ] Прислать смету (ответственный: Иван, срок: пятница) `00:00:06`\n- [ ] Позвонить\n" in text
    assert text.endswith("**Пётр** `01:01:01`  \nЗдравствуйте!\n")
    assert text.index("## Решения") < text.index("## Расшифровка")


def with_protocol(language: Language = Language.RU, **fields: Any) -> Result:
    return replace(result(TURNS, language=language), protocol=replace(PROTOCOL, **fields))


def test_md_of_a_whole_result_says_only_that_it_is_whole() -> None:
    remarks = [line for line in export(result(TURNS), ExportFormat.MD).decode().splitlines() if line.startswith("> ")]
    assert remarks == ["> Протокол составлен по всей расшифровке."]


@pytest.mark.parametrize(
    ("fields", "remarks"),
    [
        (
            {"coverage": 0.649},
            [
                "Протокол составлен по 64 % расшифровки.",
                "Остальное не прочитано: не хватило времени, или слова похожи на команды программе.",
            ],
        ),
        (
            {"status": ProtocolStatus.DEGRADED, "reason_code": "llm_unavailable"},
            [
                "Языковая модель недоступна. Она дополнит протокол, когда снова заработает.",
                "Протокол составлен по всей расшифровке.",
            ],
        ),
        (
            {"status": ProtocolStatus.DEGRADED, "coverage": 0.5},
            [
                "Языковая модель ещё не дополнила протокол. Она сделает это, когда ответит.",
                "Протокол составлен по 50 % расшифровки.",
                "Остальное не прочитано: не хватило времени, или слова похожи на команды программе.",
            ],
        ),
        (
            {"status": ProtocolStatus.FAILED, "coverage": 0.0, "reason_code": "engine_failed"},
            ["Протокола нет: составить его не удалось. Попробуйте составить его заново."],
        ),
        ({"status": ProtocolStatus.PENDING, "coverage": 0.0}, ["Протокол ещё составляется."]),
    ],
)
def test_md_says_what_must_be_known_of_the_protocol(fields: dict[str, Any], remarks: list[str]) -> None:
    text = export(with_protocol(**fields), ExportFormat.MD).decode()

    assert [line.removeprefix("> ") for line in text.splitlines() if line.startswith(">")] == remarks
    assert text.index(remarks[0]) < text.index("## Участники")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("error", [LlmUnavailable, LlmTimeout, LlmNonsense])
def test_every_reason_has_words_of_its_own(error: type[LlmFailed], language: Language) -> None:
    degraded = with_protocol(language, status=ProtocolStatus.DEGRADED, reason="English.", reason_code=error.code)
    unknown = with_protocol(language, status=ProtocolStatus.DEGRADED, reason="English.", reason_code="new")
    told = [protocol_remarks(each.protocol, language) for each in (degraded, unknown)]

    assert told[0] != told[1]
    assert "English." not in export(degraded, ExportFormat.MD).decode()


def test_a_recording_that_breaks_off_says_so_in_every_text() -> None:
    cut = replace(result(TURNS), task=replace(TASK, truncated=True))
    remark = "Запись обрывается: расшифрована только сохранившаяся часть."

    assert export(cut, ExportFormat.TXT).decode().splitlines()[2:] == [remark]
    assert f"\n\n> {remark}\n\n" in export(cut, ExportFormat.MD).decode()


def test_md_shows_what_looks_like_an_entity_as_it_was_said() -> None:
    text = export(result([turn(1, 0, "AT&amp;T &lt;")]), ExportFormat.MD).decode()

    assert "AT\\&amp;T \\&lt;" in text


def test_md_tells_the_date_in_the_zone_that_it_names() -> None:
    there = datetime(2026, 11, 24, 0, 30, tzinfo=timezone(timedelta(hours=3)))
    moved = replace(result(TURNS), task=replace(TASK, recorded_at=there))

    assert "- Дата: 23.11.2026, 21:30 UTC\n" in export(moved, ExportFormat.MD).decode()
    assert "- Дата: 24.11.2026, 00:30 MSK\n" in export(moved, ExportFormat.MD, ZoneInfo("Europe/Moscow")).decode()


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        (ExportFormat.TXT, "В записи никто не говорит.\n"),
        (ExportFormat.SRT, ""),
        (ExportFormat.VTT, "WEBVTT\n"),
    ],
)
def test_a_recording_without_speech_says_so(format_: ExportFormat, text: str) -> None:
    assert export(result([]), format_).decode() == text


@pytest.mark.parametrize("line", ["1. Первое", "- второе", "# третье", "| четвёртое"])
def test_what_was_said_never_becomes_a_list_or_a_heading(line: str) -> None:
    text = export(result([turn(1, 0, line)]), ExportFormat.MD).decode()

    assert f"\n{line}\n" not in text
    assert line.split()[1] in text


def test_every_format_has_a_media_type() -> None:
    assert {format_.media_type.split("/")[0] for format_ in ExportFormat} == {"text", "application"}


def document(shown: Result) -> DocxDocument:
    return Document(BytesIO(export(shown, ExportFormat.DOCX)))


def test_docx_has_headings_and_the_tasks_in_a_table() -> None:
    written = document(result(TURNS, names={1: "Иван"}))

    assert [one.text for one in written.paragraphs if one.style and one.style.name == "Heading 1"] == [
        "Участники",
        "Резюме",
        "Главное",
        "Решения",
        "Поручения",
        "Расшифровка",
    ]
    people, tasks = ([[cell.text for cell in row.cells] for row in table.rows] for table in written.tables)
    assert people == [["Имя", "Длительность речи"], ["Иван", "00:01:01"], ["Пётр", "00:00:04"]]
    assert tasks == [
        ["Что сделать", "Ответственный", "Срок", "Когда сказано"],
        ["Прислать смету", "Иван", "пятница", "00:00:06"],
        ["Позвонить", "", "", ""],
    ]
    assert written.paragraphs[0].text == "Планёрка *№ 5*"
    assert "Бюджет одобрен. [00:00:01, 00:01:02]" in [one.text for one in written.paragraphs]
    assert written.paragraphs[-1].text == "Пётр [01:01:01] Здравствуйте!"


def test_docx_knows_its_language_and_says_what_must_be_known() -> None:
    degraded = with_protocol(Language.EN, status=ProtocolStatus.DEGRADED, reason_code=LlmUnavailable.code)

    written = document(degraded)

    assert written.core_properties.language == "en-US"
    assert {one.get(qn("w:val")) for one in written.styles.element.iter(qn("w:lang"))} == {"en-US"}
    remarks = [one.text for one in written.paragraphs if one.style and one.style.name == "Intense Quote"]
    assert remarks == protocol_remarks(degraded.protocol, Language.EN)
    assert remarks


def test_docx_takes_what_xml_cannot_hold_and_a_silent_recording() -> None:
    silent = replace(result([]), task=replace(TASK, title="Звук\x0b\x00 и \ud800свет\n"))

    written = document(silent)

    assert written.paragraphs[0].text == "Звук и свет"
    assert written.paragraphs[-1].text == "В записи никто не говорит."
