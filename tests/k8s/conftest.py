"""The overlays, rendered once."""

from __future__ import annotations

import pytest

from tests.k8s.crds import releases, schemas
from tests.k8s.rendering import K8S, Resource, kustomize_command, rendered
from tests.servers import note

OVERLAYS = ["cpu", "gpu"]


@pytest.fixture(scope="session", params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def kustomize() -> None:
    """What renders, without which nothing can be looked at."""
    if kustomize_command() is None:
        pytest.skip("kustomize is not here: make kubernetes-tools, where Go is")


@pytest.fixture(scope="session")
def resources(kustomize: None, overlay: str) -> list[Resource]:
    """All that is applied for one overlay."""
    return rendered(K8S / "overlays" / overlay)


@pytest.fixture(scope="session")
def crds(pytestconfig: pytest.Config) -> dict[tuple[str, str], Resource]:
    """The operators' schemas, closed, by API version and kind."""
    found = schemas()
    if not found:
        pytest.skip("the operators' schemas are not here: make kubernetes-tools, where Go and Maven are")
    note(pytestconfig, "Operators", f"the schemas of {', '.join(releases())}")
    return found
