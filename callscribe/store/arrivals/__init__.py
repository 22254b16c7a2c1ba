"""Arrivals: recordings of Kontur Talk from the moment that one is heard of until it is a task, or will never be one."""

from callscribe.store.arrivals.arrivals import Arrivals
from callscribe.store.arrivals.fetching import end_well

__all__ = ["Arrivals", "end_well"]
