"""The command line: ``callscribe``."""

from __future__ import annotations


def main() -> None:
    """Run the command that the arguments name."""
    from callscribe.cli.app import run  # noqa: PLC0415 - so that importing the package stays cheap

    run()
