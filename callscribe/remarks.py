"""What must be known of a result before it is believed, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, assert_never

from callscribe.domain import Language, ProtocolStatus
from callscribe.errors import LlmNonsense, LlmTimeout, LlmUnavailable, ModelUnavailable, Unavailable


class Told(Protocol):
    """What a protocol says of itself, in the domain as in the contract."""

    @property
    def status(self) -> ProtocolStatus:
        """How much of it could be made."""

    @property
    def coverage(self) -> float:
        """The share of the transcript's words that were read."""

    @property
    def reason_code(self) -> str | None:
        """Why it is not whole."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The remarks in one language; ``degraded`` and ``failed`` by the code of the reason."""

    truncated: str
    whole: str
    coverage: str
    rest: str
    pending: str
    degraded: Mapping[str, str]
    degraded_somehow: str
    failed: Mapping[str, str]
    failed_somehow: str


_RU = Wording(
    truncated="Запись обрывается: расшифрована только сохранившаяся часть.",
    whole="Протокол составлен по всей расшифровке.",
    coverage="Протокол составлен по {percent}\u00a0% расшифровки.",
    rest="Остальное не прочитано: не хватило времени, или слова похожи на команды программе.",
    pending="Протокол ещё составляется.",
    degraded={
        LlmUnavailable.code: "Языковая модель недоступна. Она дополнит протокол, когда снова заработает.",
        LlmTimeout.code: "Языковая модель не ответила вовремя. Она дополнит протокол, когда ответит.",
        LlmNonsense.code: "Ответ языковой модели оказался непригодным. Позже запрос повторится.",
    },
    degraded_somehow="Языковая модель ещё не дополнила протокол. Она сделает это, когда ответит.",
    failed={
        Unavailable.code: "Протокола нет: сервис, который его составляет, не ответил. Попробуйте составить его заново.",
        ModelUnavailable.code: "Протокола нет: на сервере не хватает моделей, которые для него нужны.",
    },
    failed_somehow="Протокола нет: составить его не удалось. Попробуйте составить его заново.",
)

_EN = Wording(
    truncated="The recording breaks off: the transcript is of the part that is there.",
    whole="The protocol was made from the whole transcript.",
    coverage="The protocol was made from {percent}% of the transcript.",
    rest="The rest was not read: there was no time for it, or it sounded like orders to the program.",
    pending="The protocol is still being made.",
    degraded={
        LlmUnavailable.code: "The language model is away. It will complete the protocol when it is back.",
        LlmTimeout.code: "The language model did not answer in time. It will complete the protocol when it answers.",
        LlmNonsense.code: "The language model's answer was of no use. It will be asked again.",
    },
    degraded_somehow="The language model has not completed the protocol yet. It will when it answers.",
    failed={
        Unavailable.code: "There is no protocol: what makes it did not answer. Try to have it made anew.",
        ModelUnavailable.code: "There is no protocol: the server lacks models that it needs.",
    },
    failed_somehow="There is no protocol: it could not be made. Try to have it made anew.",
)


def recording_remarks(*, truncated: bool, language: Language) -> list[str]:
    """What must be known of the transcript: nothing where the recording is whole."""
    return [_wording(language).truncated] if truncated else []


def protocol_remarks(protocol: Told, language: Language) -> list[str]:
    """What must be known of the protocol: why it is not whole, and of how much of the transcript it was made."""
    return list(_protocol_remarks(protocol, _wording(language)))


def _protocol_remarks(protocol: Told, words: Wording) -> Iterator[str]:
    code = protocol.reason_code or ""
    match protocol.status:
        case ProtocolStatus.PENDING:
            yield words.pending
        case ProtocolStatus.FAILED:
            yield words.failed.get(code, words.failed_somehow)
        case ProtocolStatus.DEGRADED:
            yield words.degraded.get(code, words.degraded_somehow)
            yield from _coverage(protocol.coverage, words)
        case ProtocolStatus.COMPLETE:
            yield from _coverage(protocol.coverage, words)
        case _:
            assert_never(protocol.status)


def _coverage(coverage: float, words: Wording) -> Iterator[str]:
    """Rounded down, so that what was not read to its end never looks as if it had been."""
    if coverage < 1:
        yield words.coverage.format(percent=int(100 * coverage))
        yield words.rest
    else:
        yield words.whole


def _wording(language: Language) -> Wording:
    match language:
        case Language.RU:
            return _RU
        case Language.EN:
            return _EN
