"""Search in what was said, over PostgreSQL's full text search."""

from callscribe.store.searching.search import Search

__all__ = ["Search"]
