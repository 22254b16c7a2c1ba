"""``python -m cluster.manifests``: write the parts of ``k8s/`` that stand elsewhere in the repository already.

What Serve runs is said in the Serve files, and what Prometheus watches in cluster/prometheus: a RayService wants one
within a string, a PrometheusRule the other under ``spec``, and kustomize reads no file from outside its folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import typer
import yaml

ROOT: Final = Path(__file__).parents[1]

SERVE_FILES: Final = {"cpu": "cluster/serve.cpu.yaml", "gpu": "serve_config.yaml"}
"""What each overlay serves."""

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
    overlays = root / "k8s" / "overlays"
    for overlay, source in SERVE_FILES.items():
        graph = _without_absent(_without(_read(root / source), LLM), _components(overlays / overlay))
        yield overlays / overlay / "serve.yaml", _rayservice("callscribe", source, graph)
    source = SERVE_FILES["gpu"]
    yield overlays / "gpu" / "llm" / "serve.yaml", _rayservice(LLM, source, _only(_read(root / source), LLM))
    for name in ("alert", "recording"):
        yield root / "k8s/components/monitoring" / f"{name}s.yaml", _prometheus_rule(root, name)


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


def _rayservice(name: str, source: str, serve: Yaml) -> str:
    patch = {
        "apiVersion": "ray.io/v1",
        "kind": "RayService",
        "metadata": {"name": name},
        "spec": {"serveConfigV2": _Block(yaml.safe_dump(serve, sort_keys=False))},
    }
    return _dumped(source, patch)


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
