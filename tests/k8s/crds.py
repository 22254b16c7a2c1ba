"""The operators' own schemas, with what an API server would drop without a word made an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.k8s.rendering import TOOLS, Resource

FOLDER = TOOLS / "crds"

KUBERNETES_OWN = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
}
"""What every resource has, and its schema need not name."""


def definitions() -> list[Resource]:
    """The CustomResourceDefinitions that `make kubernetes-tools` has fetched."""
    return [definition for path in sorted(FOLDER.glob("*.yaml")) for definition in _read(path)]


def releases() -> list[str]:
    """Which releases they are of."""
    return (FOLDER / "versions.txt").read_text(encoding="utf-8").splitlines()


def schemas() -> dict[tuple[str, str], Resource]:
    """A closed JSON schema for each version of each kind."""
    found = {}
    for definition in definitions():
        spec = definition["spec"]
        for version in spec["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"] |= KUBERNETES_OWN
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def closed(schema: Any) -> Any:
    """The schema with every property that it does not name forbidden, unless it keeps unknown ones on purpose."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items() if key != "description"}
    if made.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
    if isinstance(made.get("properties"), dict) and "type" in made:
        made.setdefault("additionalProperties", bool(made.get("x-kubernetes-preserve-unknown-fields")))
    return made


def _read(path: Path) -> list[Resource]:
    return [each for each in yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if each]
