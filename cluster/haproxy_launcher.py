"""What Serve starts in HAProxy's place: it mends what Serve asks for and becomes HAProxy.

Run as a program by itself, with the standard library alone, because Serve starts HAProxy at every change of a route.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import NoReturn

_DEFAULTS = "defaults\n"
_OPEN_TO_ALL = re.compile(r"^((?:frontend prometheus|listen stats)\n\s+bind )\*?:", re.MULTILINE)


def launch(program: str, *arguments: str) -> NoReturn:
    """Become HAProxy: its statistics for this machine alone, without splicing, telling replicas who asks."""
    config = Path(arguments[arguments.index("-f") + 1])
    config.write_text(telling_who_asks(kept_here(config.read_text(encoding="utf-8"))), encoding="utf-8")
    os.execv(program, [program, "-dS", *arguments])  # noqa: S606 - there is no shell to be fooled


def kept_here(config: str) -> str:
    """Take the statistics, which Serve opens to every network, back to the loopback address."""
    return _OPEN_TO_ALL.sub(r"\g<1>127.0.0.1:", config)


def telling_who_asks(config: str) -> str:
    """Have it add the client's address, which Serve leaves out, as ``X-Forwarded-For``: else all come from here."""
    return config.replace(_DEFAULTS, f"{_DEFAULTS}    option forwardfor\n", 1)


if __name__ == "__main__":
    launch(*sys.argv[1:])
