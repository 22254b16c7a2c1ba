"""The pages' texts: whole in every language, and given in the browser's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callscribe.domain import Language, Protocol, ProtocolStatus
from callscribe.errors import LlmNonsense, LlmTimeout, LlmUnavailable, ModelUnavailable, Unavailable
from callscribe.exports.wording import wording
from callscribe.remarks import protocol_remarks, recording_remarks
from ui.wording import LANGUAGES, all_languages, in_the_browsers_language

MODULES = Path(__file__).parents[2] / "ui" / "modules"


def test_every_language_has_the_same_texts_with_the_same_values() -> None:
    ru, en = (all_languages()[language] for language in LANGUAGES)
    assert ru.keys() == en.keys()
    for key in ru:
        assert set(re.findall(r"\{\w+\}", ru[key])) == set(re.findall(r"\{\w+\}", en[key])), key


def test_the_modules_say_nothing_that_has_no_text() -> None:
    said = {key for module in MODULES.glob("*.js") for key in re.findall(r'\bsay\("(\w+)"', module.read_text("utf-8"))}
    assert said
    assert said <= all_languages()["ru"].keys()


@pytest.mark.parametrize("language", list(Language))
def test_pages_and_exports_say_the_same(language: Language) -> None:
    page, words = all_languages()[language], wording(language)
    for key in ("participants", "key_points", "decisions", "action_items", "task", "transcript", "duration"):
        assert page[key] == getattr(words, key)
    assert (page["owner"], page["due"]) == (words.owner.capitalize(), words.due.capitalize())
    assert (page["spoke"], page["nobody_speaks"]) == (words.talk_time, words.no_speech)


@pytest.mark.parametrize("language", list(Language))
def test_pages_and_exports_say_the_same_of_what_must_be_known(language: Language) -> None:
    page = all_languages()[language]
    assert [page["truncated"]] == recording_remarks(truncated=True, language=language)
    for key, status, reason in (
        ("pending", ProtocolStatus.PENDING, None),
        ("failed", ProtocolStatus.FAILED, None),
        *((f"failed_{error.code}", ProtocolStatus.FAILED, error.code) for error in (Unavailable, ModelUnavailable)),
        ("degraded", ProtocolStatus.DEGRADED, None),
        *(
            (f"degraded_{error.code}", ProtocolStatus.DEGRADED, error.code)
            for error in (LlmUnavailable, LlmTimeout, LlmNonsense)
        ),
    ):
        protocol = Protocol(status, engine="lexrank", coverage=1.0, reason_code=reason)
        assert page[f"protocol_{key}"] == protocol_remarks(protocol, language)[0]
    half, whole = (Protocol(ProtocolStatus.COMPLETE, engine="lexrank", coverage=coverage) for coverage in (0.5, 1.0))
    percent = {Language.RU: "50\u00a0%", Language.EN: "50%"}[language]
    assert page["read_in_part"].format(percent=percent) == " ".join(protocol_remarks(half, language))
    assert [page["read_whole"]] == protocol_remarks(whole, language)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB", "en"),
        ("de-DE,ru;q=0.5", "ru"),
        ("de-DE", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_browsers_first_language_that_we_have_is_taken(accepted: str, code: str) -> None:
    assert in_the_browsers_language(accepted)["code"] == code
