"""The HTTP contract: what the API answers, as pydantic models made from the domain's values."""

from callscribe.schemas.problems import InvalidField, Problem
from callscribe.schemas.results import ResultView
from callscribe.schemas.tasks import Accepted, ErrorView, TaskList, TaskView

__all__ = ["Accepted", "ErrorView", "InvalidField", "Problem", "ResultView", "TaskList", "TaskView"]
