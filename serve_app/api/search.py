"""Search in what was said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from callscribe.metrics import Measured
from callscribe.schemas.search import FoundList
from serve_app.api import kinds
from serve_app.api.openapi import problems
from serve_app.api.problems import invalid
from serve_app.api.services import Injected
from serve_app.api.task_query import SearchQuery

router = APIRouter(prefix="/search", tags=["search"])


@router.get(
    "",
    summary="Search in what was said",
    responses=problems(kinds.INVALID_REQUEST, kinds.NOTHING_TO_SEARCH_FOR, kinds.SEARCH_TOO_BROAD, kinds.UNAVAILABLE),
)
async def search(services: Injected, query: Annotated[SearchQuery, Query()]) -> FoundList:
    """Find the turns in which something was said, with the second at which it was.

    The 100 newest that match are ranked: first those that say it in a form of the very words, and more often; then
    newer ones. The pages after these show the 100 before them, and so on.
    """
    try:
        with services.store.recorder.timed(Measured.SEARCH):
            page = await services.store.search.page(query.q, query.filter(), limit=query.limit, cursor=query.cursor)
    except ValueError as error:
        raise invalid("query", "cursor", "Send the `next_cursor` of the page before, unchanged.") from error
    return FoundList.of(page)
