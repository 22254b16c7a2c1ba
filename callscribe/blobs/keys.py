"""Which keys a blob may have."""

from __future__ import annotations

import re

_KEY = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
_LONGEST = 512


def checked(key: str) -> str:
    """The key itself. Raises ``ValueError`` for one that could leave the store or clash with its own files.

    Segments start with a letter, a digit or ``_``, so that ``..``, hidden files and absolute paths have no spelling.
    """
    if len(key) > _LONGEST or not _KEY.fullmatch(key):
        message = f"{key[:80]!r} is no blob key: use letters, digits, '.', '_' and '-', with '/' between the segments"
        raise ValueError(message)
    return key
