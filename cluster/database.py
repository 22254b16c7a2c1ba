"""``python -m cluster.database``: the embedded PostgreSQL alone, for who saves the archive or brings it back.

Says in one line of JSON how to connect, or why it does not start; stops when its standard input ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from callscribe.settings import read_settings
from cluster.stack import StackFailed, database_alone


def main() -> None:
    """Run until standard input ends: an interrupted caller closes it when it is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with database_alone(read_settings()) as dsn:
            _say(dsn=dsn)
            while os.read(0, 1024):
                pass
    except StackFailed as error:
        _say(error=str(error))
        sys.exit(1)


def _say(**line: str) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
