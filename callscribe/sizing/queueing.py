"""How long calls wait, by the queueing theory's plain formulas."""

from __future__ import annotations

import math
from typing import Final

LATE: Final = 0.05


def erlang_c(servers: int, busy: float) -> float:
    """The probability that a call waits (M/M/c), ``busy`` being how many servers are on the average (in erlangs).

    By the recursion of Erlang's B: A. K. Erlang, 1917; L. Kleinrock, Queueing Systems I, 3.4 to 3.6.
    """
    if busy >= servers:
        return 1.0
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = busy * blocked / (number + busy * blocked)
    return blocked / (1 - busy / servers * (1 - blocked))


def mean_wait(servers: int, rate: float, service: float, variation: float) -> float:
    """Seconds that a call waits on the average (M/G/c), infinite where more comes than is done.

    ``rate`` calls a second, ``service`` seconds each, with that coefficient of variation. M/M/c's wait times
    (1 + variation²) / 2: A. M. Lee and P. A. Longton, Queueing processes associated with airline passenger check-in,
    1959; exact for one server (Pollaczek and Khinchine).
    """
    busy = rate * service
    if busy >= servers:
        return math.inf
    return erlang_c(servers, busy) * service / (servers - busy) * (1 + variation**2) / 2


def late_wait(servers: int, rate: float, service: float, variation: float) -> float:
    """Seconds that one call of twenty waits longer than: those that wait do so exponentially, as in M/M/c."""
    waiting = erlang_c(servers, rate * service)
    mean = mean_wait(servers, rate, service, variation)
    if waiting <= LATE or math.isinf(mean):
        return mean if math.isinf(mean) else 0.0
    return mean / waiting * math.log(waiting / LATE)
