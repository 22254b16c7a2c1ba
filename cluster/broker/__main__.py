"""``python -m cluster.broker``: one Kafka broker on this machine until a signal stops it."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from callscribe.settings import read_settings
from cluster.broker.broker import BrokerFailed, LocalBroker


def main(
    port: Annotated[int, typer.Option(help="Port to listen on, on 127.0.0.1.")] = 9092,
    folder: Annotated[Path | None, typer.Option(help="Where it keeps its data; else in CALLSCRIBE_DATA_DIR.")] = None,
) -> None:
    """Run a broker."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        broker = LocalBroker(folder or read_settings().data_dir.absolute() / "kafka", port=port)
        broker.start()
    except BrokerFailed as error:
        sys.exit(str(error))
    sys.stderr.write(f"Kafka is ready: CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS={broker.address}\n")
    stop.wait()
    broker.stop()


if __name__ == "__main__":
    typer.run(main)
