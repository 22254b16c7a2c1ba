"""What people say: the sentences of the labelled meetings."""

from __future__ import annotations

import json
import re
from pathlib import Path

from callscribe.domain import Language

MEETINGS = Path(__file__).parents[1] / "protocol"
_END = re.compile(r"(?<=[.?!…])\s+")


def sentences(language: Language) -> list[str]:
    """Every sentence of every labelled meeting in a language, in a steady order."""
    meetings = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(MEETINGS.glob("*/*.json"))]
    turns = [turn for meeting in meetings if meeting.get("language") == language for turn in meeting["turns"]]
    return [sentence for turn in turns for sentence in _END.split(turn["text"])]
