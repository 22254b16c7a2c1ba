"""``python -m cluster.manifests``: write the parts of ``k8s/`` that stand elsewhere in the repository already.

What Serve runs is said in serve_config.yaml, and what Prometheus watches in cluster/prometheus: a RayService wants the
one within a string, a PrometheusRule the other under ``spec``, and kustomize reads no file from outside its folder.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import typer
import yaml

ROOT: Final = Path(__file__).parents[1]

BY_COMPONENT: Final = {"kafka": "kafka", "kontur_talk": "kontur-talk"}
"""The applications that are of use with a component of ``k8s/components`` only, by its name."""

LLM: Final = "llm"
"""The application that has an image of its own, and so a cluster."""

HEADER: Final = "# Written by `make manifests` from {source}: change that, and not this.\n"

Yaml = dict[str, Any]


def main(root: Path = ROOT) -> None:
    """Write every generated file below ``root``."""
    for path, text in generated(root):
        path.write_text(text, encoding="utf-8")


def generated(root: Path) -> Iterator[tuple[Path, str]]:
    """The generated files and what belongs into them."""
    serve = _read(root / "serve_config.yaml")
    overlays = root / "k8s" / "overlays"
    for overlay, adapted in OVERLAYS.items():
        graph = _without_absent(_without(adapted(serve), LLM), _components(overlays / overlay))
        yield overlays / overlay / "serve.yaml", _rayservice("callscribe", graph)
    yield overlays / "gpu" / "llm" / "serve.yaml", _rayservice(LLM, _only(serve, LLM))
    for name in ("alert", "recording"):
        yield root / "k8s/components/monitoring" / f"{name}s.yaml", _prometheus_rule(root, name)


def for_processors(serve: Yaml) -> Yaml:
    """The graph where there is no GPU: a model has processors in its place."""
    adapted = copy.deepcopy(serve)
    for application in adapted["applications"]:
        if application["name"] == "callscribe":
            application["args"]["profile"] = "cpu"
            for deployment in application["deployments"]:
                actor = deployment["ray_actor_options"]
                if actor.pop("num_gpus", 0):
                    actor["num_cpus"] = PROCESSORS_OF_A_MODEL
    return adapted


def _as_it_is(serve: Yaml) -> Yaml:
    return serve


PROCESSORS_OF_A_MODEL: Final = 4
OVERLAYS: Final[Mapping[str, Callable[[Yaml], Yaml]]] = {"cpu": for_processors, "gpu": _as_it_is}


def _read(path: Path) -> Yaml:
    content: Yaml = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _components(overlay: Path) -> set[str]:
    return {Path(component).name for component in _read(overlay / "kustomization.yaml").get("components", ())}


def _chosen(serve: Yaml, is_wanted: Callable[[str], bool]) -> Yaml:
    return serve | {"applications": [each for each in serve["applications"] if is_wanted(each["name"])]}


def _only(serve: Yaml, name: str) -> Yaml:
    return _chosen(serve, lambda application: application == name)


def _without(serve: Yaml, name: str) -> Yaml:
    return _chosen(serve, lambda application: application != name)


def _without_absent(serve: Yaml, components: set[str]) -> Yaml:
    return _chosen(serve, lambda application: BY_COMPONENT.get(application) in components | {None})


class _Block(str):
    """Text that is written as it stands, and not in quotes."""

    __slots__ = ()


def _dumped(source: str, content: Yaml) -> str:
    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(
        _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    )
    body: str = yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return HEADER.format(source=source) + body


def _rayservice(name: str, serve: Yaml) -> str:
    patch = {
        "apiVersion": "ray.io/v1",
        "kind": "RayService",
        "metadata": {"name": name},
        "spec": {"serveConfigV2": _Block(yaml.safe_dump(serve, sort_keys=False))},
    }
    return _dumped("serve_config.yaml", patch)


def _prometheus_rule(root: Path, name: str) -> str:
    source = f"cluster/prometheus/{name}.rules.yml"
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": f"callscribe-{name}s"},
        "spec": _read(root / source),
    }
    return _dumped(source, rule)


if __name__ == "__main__":
    typer.run(main)
