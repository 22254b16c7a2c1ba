"""How a client asks for the next page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Cursor = Annotated[str, Field(max_length=4000, json_schema_extra={"format": "cursor"})]
"""``next_cursor`` of the page before: what it says is the server's own affair."""
