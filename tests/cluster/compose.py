"""docker-compose.yml as Compose reads it: with the variables of an environment put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
FILE: Final = ROOT / "docker-compose.yml"

SECRETS: Final = {
    "CALLSCRIBE_API_KEYS": "anna:the-key-of-anna-in-tests",
    "GRAFANA_PASSWORD": "grafanas",
    "POSTGRES_PASSWORD": "postgres",
    "PROMETHEUS_KEY": "the-key-of-prometheus",
    "RAY_AUTH_TOKEN": "the-token-of-ray",
    "S3_SECRET_KEY": "the-key-of-s3",
}
"""What an operator has to set before anything starts."""

VARIABLE: Final = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<rest>[^}]*))?\}")


class Missing(Exception):
    """A variable without which Compose starts nothing."""


def interpolated(text: str, environment: Mapping[str, str]) -> str:
    """Put variables in as the Compose specification has it. Raises ``Missing``."""

    def value(found: re.Match[str]) -> str:
        name, operator, rest = found["name"], found["operator"], found["rest"]
        if name is None:
            return "$"
        if environment.get(name):
            return environment[name]
        if operator == ":?":
            raise Missing(name, rest)
        return rest or ""

    return VARIABLE.sub(value, text)


def variables() -> dict[str, str | None]:
    """The variables that the file names, and how each is wanted: ``:-``, ``:?``, or plainly."""
    return {found["name"]: found["operator"] for found in VARIABLE.finditer(_bare()) if found["name"]}


def project(environment: Mapping[str, str] = SECRETS) -> dict[str, Any]:
    """The whole file, with all profiles."""
    return deepcopy(_parsed(interpolated(_bare(), environment)))


@cache
def _parsed(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def services(environment: Mapping[str, str] = SECRETS) -> dict[str, dict[str, Any]]:
    """The services by their names."""
    found: dict[str, dict[str, Any]] = project(environment)["services"]
    return found


def is_once(service: Mapping[str, Any]) -> bool:
    """Whether it does something and ends."""
    return bool(service["restart"] == "on-failure")


def _bare() -> str:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
