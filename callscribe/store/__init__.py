"""The store: the only room that speaks to PostgreSQL."""

from callscribe.store.store import Registration, Store, TaskFilter, TaskPage

__all__ = ["Registration", "Store", "TaskFilter", "TaskPage"]
