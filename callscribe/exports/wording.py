"""The words that exports add to what was said, in the recording's language."""

from __future__ import annotations

from dataclasses import dataclass

from callscribe.domain import Language


@dataclass(frozen=True, slots=True)
class Wording:
    """Headings and remarks."""

    no_speech: str
    date: str
    moment: str
    duration: str
    participants: str
    summary: str
    key_points: str
    decisions: str
    action_items: str
    owner: str
    due: str
    transcript: str
    name: str
    talk_time: str
    task: str
    said_at: str


_RU = Wording(
    no_speech="В записи никто не говорит.",
    date="Дата",
    moment="%d.%m.%Y, %H:%M %Z",
    duration="Длительность",
    participants="Участники",
    summary="Резюме",
    key_points="Главное",
    decisions="Решения",
    action_items="Поручения",
    owner="ответственный",
    due="срок",
    transcript="Расшифровка",
    name="Имя",
    talk_time="Длительность речи",
    task="Что сделать",
    said_at="Когда сказано",
)

_EN = Wording(
    no_speech="Nobody speaks in this recording.",
    date="Date",
    moment="%Y-%m-%d, %H:%M %Z",
    duration="Duration",
    participants="Participants",
    summary="Summary",
    key_points="Key points",
    decisions="Decisions",
    action_items="Action items",
    owner="owner",
    due="due",
    transcript="Transcript",
    name="Name",
    talk_time="Talk time",
    task="Task",
    said_at="Said at",
)


def wording(language: Language) -> Wording:
    """The words for a language."""
    match language:
        case Language.RU:
            return _RU
        case Language.EN:
            return _EN


def clock(seconds: float) -> str:
    """``HH:MM:SS``, rounded down as players do."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
