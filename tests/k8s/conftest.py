"""The overlays, rendered once: as they are, and with every component that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.k8s.crds import releases, schemas
from tests.k8s.rendering import K8S, Resource, components_of, kustomize_command, rendered, with_every_component
from tests.servers import note

OVERLAYS = ["cpu", "gpu"]
WHOLE = " with all"


@pytest.fixture(scope="session", params=[*OVERLAYS, *(name + WHOLE for name in OVERLAYS)])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay, or a copy that has every component, as docs/kubernetes.md tells how to add one."""
    name: str = request.param
    overlay = name.removesuffix(WHOLE)
    if overlay == name:
        return K8S / "overlays" / overlay
    return with_every_component(overlay, tmp_path_factory.mktemp(overlay))


@pytest.fixture(scope="session")
def overlay(folder: Path) -> str:
    """Which overlay it is."""
    return folder.name


@pytest.fixture(scope="session")
def components(folder: Path) -> set[str]:
    """The components that it has."""
    return components_of(folder)


@pytest.fixture(scope="session")
def kustomize() -> None:
    """What renders, without which nothing can be looked at."""
    if kustomize_command() is None:
        pytest.skip("kustomize is not here: make kubernetes-tools, where Go is")


@pytest.fixture(scope="session")
def resources(kustomize: None, folder: Path) -> list[Resource]:
    """All that is applied for one overlay."""
    return rendered(folder)


@pytest.fixture(scope="session")
def crds(pytestconfig: pytest.Config) -> dict[tuple[str, str], Resource]:
    """The operators' schemas, closed, by API version and kind."""
    found = schemas()
    if not found:
        pytest.skip("the operators' schemas are not here: make kubernetes-tools, where Go and Maven are")
    note(pytestconfig, "Operators", f"the schemas of {', '.join(releases())}")
    return found
