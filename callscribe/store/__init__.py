"""The store: the only room that speaks to PostgreSQL."""

from callscribe.store.inbox import Inbox
from callscribe.store.schema import SchemaTooNew
from callscribe.store.store import Store
from callscribe.store.values import Registration, TaskFilter, TaskPage

__all__ = ["Inbox", "Registration", "SchemaTooNew", "Store", "TaskFilter", "TaskPage"]
