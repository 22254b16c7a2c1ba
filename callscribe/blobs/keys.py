"""Which keys a blob may have, and which ones a task's blobs have."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from uuid import UUID

from callscribe.domain import TaskId

MEDIA = "media"
AUDIO = "audio"
INCOMING = "incoming"
"""Where others put recordings that their messages refer to."""

_KEY = re.compile(r"\w[\w.-]{0,199}(?:/\w[\w.-]{0,199})*", re.ASCII)
_LONGEST = 512


def checked(key: str) -> str:
    """The key itself. Raises ``ValueError`` for one that could leave the store or clash with its own files.

    Segments start with a letter, a digit or ``_``, so that ``..``, hidden files and absolute paths have no spelling;
    they have at most 200 characters, which any file system takes for a name.
    """
    if len(key) > _LONGEST or not _KEY.fullmatch(key):
        message = f"{key[:80]!r} is no blob key: use letters, digits, '.', '_' and '-', with '/' between the segments"
        raise ValueError(message)
    return key


def media_key(task_id: TaskId) -> str:
    """Where a task's recording stands, as it came."""
    return f"{MEDIA}/{task_id}"


def audio_key(task_id: TaskId) -> str:
    """Where a task's decoded audio stands while the task is being worked on."""
    return f"{AUDIO}/{task_id}.wav"


def task_of(key: str) -> TaskId | None:
    """Whose blob this is, if it is a task's."""
    try:
        return TaskId(UUID(PurePosixPath(key).stem))
    except ValueError:
        return None
