"""When a degraded protocol is made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from callscribe.attempts import doubled
from callscribe.domain import Protocol, ProtocolStatus
from callscribe.errors import LlmNonsense

LONGEST = timedelta(minutes=10)
"""While the LLM is away: asking costs nothing then."""
LONGEST_AFTER_NONSENSE = timedelta(days=1)
"""An LLM that has answered will say the same again until somebody puts another in its place."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """``first`` is the pause before a degraded protocol is made again; each further one is twice as long."""

    first: timedelta

    def after(self, protocol: Protocol, *, earlier: int = 0) -> timedelta | None:
        """How long to wait after this protocol, when ``earlier`` revisions were in vain; ``None``: it will do."""
        if protocol.status is not ProtocolStatus.DEGRADED:
            return None
        longest = LONGEST_AFTER_NONSENSE if protocol.reason_code == LlmNonsense.code else LONGEST
        return doubled(self.first, earlier, max(self.first, longest))
