"""The commands of docs/kubernetes.md do what they are there for, as far as that can be told without a cluster."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.k8s.rendering import ROOT

OF_NO_NAMESPACE = {("apply", "--server-side"), ("create", "namespace"), ("describe", "nodes")}
"""What is said without one: files name theirs, and namespaces and nodes are in none."""


def commands() -> list[list[str]]:
    """Every whole command of kubectl's, in code by itself or within a sentence, as its words."""
    text = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    sentences = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()] + re.findall(r"`([^`]+)`", sentences)
    return [words for line in lines if (words := shlex.split(line, comments=True))[:1] == ["kubectl"] and words[2:]]


every_command = pytest.mark.parametrize("words", commands(), ids=" ".join)


def test_there_are_commands() -> None:
    assert len(commands()) > 10


@every_command
def test_it_asks_the_namespace(words: list[str]) -> None:
    assert words[1:3] == ["-n", "callscribe"] or tuple(words[1:3]) in OF_NO_NAMESPACE


@every_command
def test_it_watches_one_kind(words: list[str]) -> None:
    if "--watch" in words:
        assert "," not in words[words.index("get") + 1], "kubectl: you may only specify a single resource type"


@every_command
def test_it_selects_clusters_by_a_label_that_they_bear(words: list[str]) -> None:
    """KubeRay labels a RayCluster by the resource that it is made of; `ray.io/cluster` stands on pods."""
    if "raycluster" in words and "--selector" in words:
        key, _, value = words[words.index("--selector") + 1].partition("=")
        assert (key, value) == ("ray.io/originated-from-cr-name", "callscribe")
