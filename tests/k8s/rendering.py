"""What kustomize makes of ``k8s/``, and what is in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cluster import manifests

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
TOOLS = ROOT / "tools"
SECRET = re.compile(r"(_KEYS?|_TOKEN|SECRET|PASSWORD|DATABASE_URL)$")
"""How the names of settings end that nobody may read."""

Resource = dict[str, Any]


def tool(name: str) -> str | None:
    """A program that `make` has put into ``tools/bin``, or that is installed."""
    return shutil.which(name, path=os.pathsep.join([str(TOOLS / "bin"), os.environ.get("PATH", "")]))


def kustomize_command() -> list[str] | None:
    """How kustomize is called here, if it is here: by itself, or within kubectl."""
    if alone := tool("kustomize"):
        return [alone, "build"]
    return [within, "kustomize"] if (within := tool("kubectl")) else None


def rendered(folder: Path) -> list[Resource]:
    """The resources of a kustomization."""
    command = kustomize_command()
    assert command is not None
    made = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert "deprecated" not in made.stderr, made.stderr
    return list(yaml.load_all(made.stdout, Loader=yaml.CSafeLoader))


def components_of(folder: Path) -> set[str]:
    """The components that an overlay has, by their names."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    return {Path(component).name for component in kustomization["components"]}


def with_every_component(overlay: str, root: Path) -> Path:
    """An overlay's copy below ``root`` that has all of ``k8s/components``, written anew as `make manifests` does."""
    for source in (K8S, *(ROOT / path for path in manifests.SERVE_FILES.values()), ROOT / "cluster" / "prometheus"):
        _copy(source, root / source.relative_to(ROOT))
    folder = root / "k8s" / "overlays" / overlay
    path = folder / "kustomization.yaml"
    kustomization = yaml.safe_load(path.read_text(encoding="utf-8"))
    kustomization["components"] = [f"../../components/{each.name}" for each in sorted((K8S / "components").iterdir())]
    path.write_text(yaml.safe_dump(kustomization), encoding="utf-8")
    manifests.main(root)
    return folder


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def of_kind(resources: list[Resource], kind: str) -> list[Resource]:
    """Those of one kind."""
    return [resource for resource in resources if resource["kind"] == kind]


def named(resources: list[Resource], kind: str, name: str) -> Resource:
    """The one of that kind and name."""
    (found,) = [each for each in of_kind(resources, kind) if each["metadata"]["name"] == name]
    return found


def ray_groups(service: Resource) -> dict[str, Resource]:
    """The pod templates of a RayService, by the name of their group."""
    cluster = service["spec"]["rayClusterConfig"]
    groups = {group["groupName"]: group["template"] for group in cluster["workerGroupSpecs"]}
    return {"head": cluster["headGroupSpec"]["template"], **groups}


def served(resources: list[Resource], service: str) -> Resource:
    """The Serve file that a RayService hands to Ray."""
    config: Resource = yaml.safe_load(named(resources, "RayService", service)["spec"]["serveConfigV2"])
    return config


def pods(resources: list[Resource]) -> dict[str, Resource]:
    """Every pod template that is ours, with the labels that KubeRay adds, by where it stands."""
    found = {}
    for service in of_kind(resources, "RayService"):
        for group, template in ray_groups(service).items():
            labels = template["metadata"]["labels"] | {"ray.io/node-type": "head" if group == "head" else "worker"}
            found[f"{service['metadata']['name']}/{group}"] = template | {"metadata": {"labels": labels}}
    for stateful in of_kind(resources, "StatefulSet"):
        found[stateful["metadata"]["name"]] = stateful["spec"]["template"]
    return found


def containers(pod: Resource) -> list[Resource]:
    """All containers of a pod template."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def walked(part: Any) -> Iterator[Resource]:
    """Every mapping within a resource, itself too."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from walked(inner)


def selects(selector: Resource, labels: dict[str, str]) -> bool:
    """Whether Kubernetes' label selector takes these labels."""
    pairs: dict[str, str] = selector.get("matchLabels", {})
    if not all(labels.get(key) == value for key, value in pairs.items()):
        return False
    return all(_meets(expression, labels) for expression in selector.get("matchExpressions", []))


def _meets(expression: Resource, labels: dict[str, str]) -> bool:
    assert expression["operator"] == "In", "no other operator is understood here"
    return labels.get(expression["key"]) in expression["values"]
