"""Numbers and dates, however they are written or spoken."""

import pytest

from callscribe.domain import Language
from deployments.summarizer.llm.reader import Reader

RUSSIAN, ENGLISH = Reader(Language.RU), Reader(Language.EN)


def borne_out(reader: Reader, claimed: str, said: str) -> bool:
    evidence = [clause.evidence for clause in reader.clauses(said)]
    return all(
        all(any(one.bears(figure) for one in evidence) for figure in claim.figures)
        and all(any(one.has(token.form) for one in evidence) for token in claim.exact)
        for claim in reader.clauses(claimed)
    )


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ("25", "двадцать пять"),
        ("двадцать пять", "25"),
        ("225 тысяч", "двухсот двадцати пяти тысяч"),
        ("225 000", "двести двадцать пять тысяч"),
        ("1,2 млн", "миллион двести тысяч"),
        ("1 200 000 руб.", "один миллион двести тысяч рублей"),
        ("300 раз", "раз триста, не меньше"),
        ("тремястами", "300"),
        ("10 %", "на десять процентов"),
        ("6,5 часов", "шесть с половиной часов"),
        ("версия 2.0", "версию два ноль"),
        ("2.5", "два и пять"),
        ("15 декабря", "пятнадцатого декабря"),
        ("15.12", "пятнадцатого декабря"),
        ("15.12.2026", "пятнадцатого декабря две тысячи двадцать шестого года"),
        ("2026-12-15", "15 декабря 2026 года"),
        ("пятнадцатого декабря", "15.12"),
        ("12 декабря", "двенадцатого или тринадцатого декабря"),
        ("25-го числа", "двадцать пятого числа"),
        ("к 10:00", "в десять утра"),
        ("17:30", "пять тридцать вечера"),
        ("одно из решений", "выбрали вариант"),
        ("семью заменить", "у него семья"),
    ],
)
def test_one_figure_in_russian(claimed: str, said: str) -> None:
    assert borne_out(RUSSIAN, claimed, said)


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ("25", "двадцать шесть"),
        ("25", "двадцать. Пятеро пришли"),
        ("230", "двести рублей и тридцать копеек"),
        ("225 тысяч", "двести двадцать пять"),
        ("15 декабря", "пятнадцатого ноября"),
        ("15 декабря", "двенадцатого декабря"),
        ("15 декабря", "пятнадцать человек приедут к нам в офис на встречу в декабре"),
        ("15.12", "пятнадцатого ноября"),
        ("10 %", "десять рублей"),
        ("в пятницу", "в среду"),
        ("завтра", "сегодня"),
        ("10 дней", "десять недель"),
        ("трёхнедельный", "двухнедельный"),
        ("17:30", "шесть тридцать"),
        ("1", "вариантов много"),
    ],
)
def test_another_figure_in_russian(claimed: str, said: str) -> None:
    assert not borne_out(RUSSIAN, claimed, said)


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ("328", "three hundred and twenty-eight"),
        ("three hundred", "300"),
        ("£1.2 million", "one point two million pounds"),
        ("1,200,000", "one million two hundred thousand"),
        ("38k", "thirty-eight thousand"),
        ("6.5", "six and a half"),
        ("March 19", "the nineteenth of March"),
        ("19th March", "March nineteenth"),
        ("by 5 May", "the fifth of May"),
        ("it may take 5 days", "five days"),
        ("41 issues", "Forty-one issues"),
        ("1200", "twelve hundred"),
    ],
)
def test_one_figure_in_english(claimed: str, said: str) -> None:
    assert borne_out(ENGLISH, claimed, said)


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        ("328", "three hundred and twenty-nine"),
        ("March 19", "the twelfth of March"),
        ("March 19", "the nineteenth of April"),
        ("10 dollars", "ten pounds"),
        ("on Monday", "on Tuesday"),
        ("1200", "twelve"),
    ],
)
def test_another_figure_in_english(claimed: str, said: str) -> None:
    assert not borne_out(ENGLISH, claimed, said)
