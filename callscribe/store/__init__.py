"""The store: the only room that speaks to PostgreSQL."""

from callscribe.store.schema import SchemaTooNew
from callscribe.store.store import Store
from callscribe.store.values import Registration, TaskFilter, TaskPage

__all__ = ["Registration", "SchemaTooNew", "Store", "TaskFilter", "TaskPage"]
