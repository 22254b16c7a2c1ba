"""PostgreSQL's advisory locks: what one process in the cluster does at a time."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """One number each, none twice: two works with one number would keep each other out for ever.

    No other program's lock in the same database should have them.
    """

    MIGRATION = 0x63616C6C_00000001
    DOOR = 0x63616C6C_00000002
    POLL = 0x63616C6C_00000003
    OUTBOX = 0x63616C6C_00000004
    TRANSCRIPTS = 0x63616C6C_00000005
