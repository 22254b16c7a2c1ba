"""What is looked for, from the rarest to what half of all turns have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from benchmarks.search.archive import NAMES, Writer

COMMON = ("сделать", "неделя", "понедельник", "хорошо", "деньги", "работа", "вопрос", "клиент")
MIDDLING = ("договор", "смета", "отчёт", "поставщик", "бюджет", "собрание", "перенести", "прислать")

Params = Mapping[str, str]


def queries(writer: Writer) -> dict[str, list[Params]]:
    """The queries by kind, each of several words."""
    month_ago = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()
    half_a_year_ago = (datetime.now(UTC) - timedelta(days=182)).date().isoformat()
    rare = writer.speech.rare
    return {
        "a word in some 10 turns": [{"q": word} for word in rare[40_000:40_016]],
        "a word in some 1,000 turns": [{"q": word} for word in rare[300:316]],
        "a middling word": [{"q": word} for word in MIDDLING],
        "a common word": [{"q": word} for word in COMMON],
        "what every text has": [{"q": word} for word in ("да", "не", "это", "и что", '"это"', "the")],
        "a word that nobody says": [{"q": word} for word in ("ыыыъ", "zzzzq", "бюджет ыыыъ")],
        "two words": [{"q": f"{one} {other}"} for one, other in zip(COMMON, MIDDLING, strict=True)],
        "one of two words": [{"q": f"{one} or {other}"} for one, other in zip(COMMON, MIDDLING, strict=True)],
        "one word and not another": [{"q": f"{one} -{other}"} for one, other in zip(MIDDLING, COMMON, strict=True)],
        "a phrase": [
            {"q": f'"{phrase}"'} for phrase in ("до пятницы", "на этой неделе", "к понедельнику", "by friday")
        ],
        "a phrase that nobody says": [{"q": f'"{phrase}"'} for phrase in ("пятницы до", "на и", "не да это")],
        "a month": [{"q": word, "from": month_ago} for word in COMMON + MIDDLING],
        "half a year ago": [{"q": word, "to": half_a_year_ago} for word in COMMON + MIDDLING],
        "a voice by name": [{"q": word, "speaker": name} for word, name in zip(COMMON + MIDDLING, NAMES, strict=False)],
        "a voice by label": [{"q": word, "speaker": "Спикер 4"} for word in COMMON + MIDDLING],
        "a source and a state": [{"q": word, "source": "kafka", "status": "completed"} for word in COMMON + MIDDLING],
        "what there is none of": [{"q": word, "status": "failed"} for word in COMMON + MIDDLING],
    }


def deep(writer: Writer) -> Iterator[str]:
    """Words whose pages are read on and on."""
    yield from (COMMON[0], MIDDLING[0], writer.speech.rare[300])
