"""The store: the only room that speaks to PostgreSQL."""

from callscribe.store.inbox import Inbox
from callscribe.store.recorder import Recorder
from callscribe.store.schema import SchemaTooNew
from callscribe.store.store import Store
from callscribe.store.values import Registration, SearchFilter, TaskFilter, TaskPage

__all__ = ["Inbox", "Recorder", "Registration", "SchemaTooNew", "SearchFilter", "Store", "TaskFilter", "TaskPage"]
