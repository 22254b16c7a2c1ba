"""Names that come after the protocol was made stand in it all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callscribe.domain import ActionItem, Language, Participant, Protocol, ProtocolStatus
from callscribe.speakers import renamed, unnamed


def protocol(*owners: str | None, names: tuple[str | None, ...] = (None, "Иван")) -> Protocol:
    """A protocol whose tasks these owners have, of voices that had these names when it was made."""
    return Protocol(
        ProtocolStatus.COMPLETE,
        engine="linguistic",
        coverage=1.0,
        action_items=tuple(ActionItem("Позвонить", owner, None, (1.0,)) for owner in owners),
        participants=tuple(Participant(speaker, name, 1.0) for speaker, name in enumerate(names, start=1)),
    )


def owners(shown: Protocol) -> list[str | None]:
    return [item.owner for item in shown.action_items]


@pytest.mark.parametrize(
    ("owner", "names", "shown"),
    [
        ("Спикер 1", {1: "Анна"}, "Анна"),
        ("Иван", {2: "Пётр"}, "Пётр"),
        ("Спикер 2", {2: "Пётр"}, "Пётр"),
        ("Иван", {1: "Анна"}, "Иван"),
        ("Мария", {1: "Анна", 2: "Пётр"}, "Мария"),
        (None, {1: "Анна"}, None),
    ],
)
def test_an_owner_is_called_as_their_voice_is(owner: str | None, names: dict[int, str], shown: str | None) -> None:
    assert owners(renamed(protocol(owner), names, Language.RU)) == [shown]


def test_a_name_that_two_voices_had_stays() -> None:
    assert owners(renamed(protocol("Иван", names=("Иван", "Иван")), {1: "Пётр"}, Language.RU)) == ["Иван"]


def test_participants_are_called_so_too_and_keep_what_nobody_changed() -> None:
    shown = renamed(protocol(), {1: "Анна"}, Language.RU)
    assert [voice.name for voice in shown.participants] == ["Анна", "Иван"]


def test_names_that_are_exchanged_are_exchanged() -> None:
    shown = renamed(protocol("Анна", "Иван", names=("Анна", "Иван")), {1: "Иван", 2: "Анна"}, Language.RU)
    assert owners(shown) == ["Иван", "Анна"]


def test_the_summary_s_owners_are_called_so_too() -> None:
    told = replace(protocol("Иван"), summary="Позвонить (Иван, завтра). Иван (директор) согласен. Прислать (Спикер 1).")
    shown = renamed(told, {1: "Анна", 2: "Пётр"}, Language.RU)
    assert shown.summary == "Позвонить (Пётр, завтра). Иван (директор) согласен. Прислать (Анна)."


def test_of_names_that_people_gave_nothing_is_left_in_what_was_made_under_them() -> None:
    made = replace(protocol("Павел", "Иван", names=("Павел", "Иван")), summary="Позвонить (Павел).")
    stored = unnamed(made, {1: "Павел"}, Language.RU)
    assert [voice.name for voice in stored.participants] == [None, "Иван"]
    assert (owners(stored), stored.summary) == (["Спикер 1", "Иван"], "Позвонить (Спикер 1).")
    assert renamed(stored, {1: "Павел"}, Language.RU) == made
