"""What is hidden from imports, and what that spares the summarizer."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from deployments.summarizer.hiding import hidden


def test_a_hidden_module_is_missing_inside_and_there_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with hidden("colorsys"), pytest.raises(ModuleNotFoundError, match="colorsys"):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys").__name__ == "colorsys"


def test_one_that_is_loaded_already_stays() -> None:
    with hidden("json"):
        assert importlib.import_module("json") is sys.modules["json"]


def test_a_replica_reads_without_pytorch() -> None:
    replica = """
import asyncio, importlib.util, sys
from callscribe.settings import Settings
from deployments.summarizer.engines import load_engine
from tests.summarizer.linguistic.dialogues import brief
protocol = asyncio.run(load_engine(Settings(_env_file=None)).summarize(brief("иван: Я пришлю смету до среды.")))
print(importlib.util.find_spec("torch") is not None, "torch" in sys.modules, len(protocol.action_items))
"""
    ran = subprocess.run([sys.executable, "-c", replica], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False", "1"]
