import re
from pathlib import Path

from pydantic import BaseModel

from callscribe.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def names_of(model: type[BaseModel], prefix: str) -> set[str]:
    names: set[str] = set()
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            names |= names_of(nested, f"{prefix}{name.upper()}__")
        else:
            names.add(f"{prefix}{name.upper()}")
    return names


def test_the_example_explains_every_setting_and_no_other() -> None:
    explained = re.findall(r"^#?(CALLSCRIBE_\w+)=", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(explained) == sorted(names_of(Settings, "CALLSCRIBE_"))


def test_the_examples_values_are_the_defaults() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.startswith("CALLSCRIBE_")]
    shown = dict(line.split("=", 1) for line in lines)
    settings = Settings(_env_file=None)
    for name, value in shown.items():
        actual: object = settings
        for part in name.removeprefix("CALLSCRIBE_").lower().split("__"):
            actual = getattr(actual, part)
        assert str(actual).removesuffix(".0") == value, name
