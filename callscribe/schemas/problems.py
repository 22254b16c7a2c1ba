"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from callscribe.schemas.base import View
from callscribe.schemas.tasks import TaskView

Location = Literal["body", "form", "header", "path", "query"]


class InvalidField(View):
    """One field of the request that cannot be accepted."""

    location: Location = Field(description="Where the field was sent.")
    field: str = Field(description="Its name.")
    message: str = Field(description="What is wrong with it.")


class Problem(View):
    """Why a request was not done (RFC 9457)."""

    type: str = Field(description="Names the kind of the problem: `urn:callscribe:problem:` and the code.")
    title: str = Field(description="The kind in words, always the same for one kind.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What happened this time.")
    instance: str = Field(description="The path that was asked for.")
    code: str = Field(description="The kind for programs; stable.")
    errors: list[InvalidField] | None = Field(default=None, description="The fields at fault, where there are any.")
    task: TaskView | None = Field(default=None, description="The task, where its state is the reason.")
    missing: dict[str, str] | None = Field(default=None, description="What does not answer yet, and why.")
