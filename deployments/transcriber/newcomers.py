"""Which recordings a replica has heard of before: there are hundreds of chunks, and the log tells of the first."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Final

from callscribe.logs import bound

log = logging.getLogger(__name__)

REMEMBERED: Final = 1000
"""More than are under way at once anywhere; one that is forgotten meanwhile is told of twice."""


class Newcomers:
    """The attempts on tasks whose chunks have come here last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, object], None] = OrderedDict()

    def tell(self, **fields: str) -> None:
        """Log that the recording whose task is bound is heard here, if it has not been."""
        told = bound()
        attempt = (told.get("task_id"), told.get("fence"))
        if attempt not in self._known:
            log.info("recording heard here", extra=fields)
        self._known[attempt] = None
        self._known.move_to_end(attempt)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
