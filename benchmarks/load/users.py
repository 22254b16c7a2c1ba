"""What people and programs ask of the API, with pauses between, by locust.

Run as a process of its own (``python -m benchmarks.load.users``), since locust changes the standard library under all
who share its process: a plan comes in, answers go out, as JSON.
"""

from __future__ import annotations

import random
import sys
import time
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlencode

from locust import FastHttpUser, between, task
from locust.contrib.fasthttp import FastResponse
from locust.env import Environment
from locust.stats import StatsEntry

from benchmarks.load.plan import Answers, Endpoint, Plan

WORDS = ("смета", "договор", "прислать отчёт", '"до пятницы"', "бюджет or деньги", "понедельник -отпуск", "поставщик")
TITLES = ("созвон", "1", "7", "созвон 12")
PART_BYTES = 256 * 1024
COMING_A_SECOND = 5
"""How many users begin in a second: nobody's twenty colleagues open a page at the same moment."""
PARTS = 6
"""How many such parts the recording has at least, from any of which one may listen."""


class Person(FastHttpUser):
    """Finds meetings, reads, listens and names voices; a pause of 1 to 2 seconds is between two calls.

    How often each call is made follows the pages: they ask again and again how far a task has come.
    """

    abstract = True
    plan: ClassVar[Plan]
    chance: ClassVar = random.Random(1)  # noqa: S311 - no secret

    wait_time = between(1, 2)

    def on_start(self) -> None:
        """Open the first page."""
        self.newest: str = self.plan.heard
        self.readable: list[str] = [self.plan.heard]
        self.list_tasks()
        self.find_tasks()

    @task(3)
    def list_tasks(self) -> None:
        """Look at what came last."""
        self.newest = next(iter(self._tasks("/api/v1/tasks", "/tasks")), self.newest)

    @task(2)
    def find_tasks(self) -> None:
        """Look for meetings."""
        where = urlencode({"status": "completed", "language": "ru", "q": self.chance.choice(TITLES)})
        found = self._tasks(f"/api/v1/tasks?{where}", "/tasks, filtered")
        self.readable = found or self.readable

    @task(6)
    def follow(self) -> None:
        """Ask how far the newest task has come."""
        self._call("GET", f"/api/v1/tasks/{self.newest}", "/tasks/{id}")

    @task(3)
    def read(self) -> None:
        """Open a meeting."""
        self._call("GET", f"/api/v1/results/{self.chance.choice(self.readable)}", "/results/{id}")

    @task(3)
    def listen(self) -> None:
        """Jump to a second of a recording."""
        start = self.chance.randrange(PARTS) * PART_BYTES
        part = {"Range": f"bytes={start}-{start + PART_BYTES - 1}"}
        path = f"/api/v1/recordings/{self.plan.heard}/media"
        self._call("GET", path, "/recordings/{id}/media", headers=part)

    @task(2)
    def search(self) -> None:
        """Look for what was said."""
        what = urlencode({"q": self.chance.choice(WORDS)})
        self._call("GET", f"/api/v1/search?{what}", "/search")

    @task(1)
    def count(self) -> None:
        """Look at the statistics of the last month."""
        self._call("GET", "/api/v1/stats?tz=Europe/Moscow", "/stats")

    @task(1)
    def save(self) -> None:
        """Save a meeting as a Word document."""
        path = f"/api/v1/results/{self.chance.choice(self.readable)}/export?format=docx"
        self._call("GET", path, "/results/{id}/export")

    @task(1)
    def name(self) -> None:
        """Say who a voice is."""
        names = {self.chance.choice(self.plan.speakers): self.chance.choice(("Анна", "Иван", "Мария"))}
        self._call("PATCH", f"/api/v1/results/{self.plan.heard}/speakers", "/results/{id}/speakers", json=names)

    @task(1)
    def list_models(self) -> None:
        """Ask as OpenAI's client does."""
        self._call("GET", "/v1/models", "/v1/models")

    @task(1)
    def probe(self) -> None:
        """Ask as a load balancer does."""
        self._call("GET", "/readyz", "/readyz")

    def _tasks(self, path: str, name: str) -> list[str]:
        """The ids of a page of tasks; none where the answer is none."""
        answer = self._call("GET", path, name)
        return [task["task_id"] for task in answer.json()["items"]] if answer.status_code == HTTPStatus.OK else []

    def _call(self, method: str, path: str, name: str, **further: Any) -> FastResponse:  # noqa: ANN401 - the client's own
        return self.client.request(method, path, name=name, **further)


def drive(plan: Plan) -> Answers:
    """Have the users call until the time is over."""
    person = type("PersonOfThePlan", (Person,), {"plan": plan, "host": plan.url, "abstract": False})
    environment = Environment(user_classes=[person], reset_stats=True)  # once all are there
    runner = environment.create_local_runner()
    runner.start(plan.users, spawn_rate=COMING_A_SECOND)
    if (coming := runner.spawning_greenlet) is not None:
        coming.get()
    time.sleep(plan.seconds)  # locust lets the users call meanwhile
    runner.quit()
    stats = environment.stats
    each = (_endpoint(f"{entry.method} {entry.name}", entry) for _, entry in sorted(stats.entries.items()))
    troubles = tuple(f"{error.occurrences} × {error.to_name()}" for error in stats.errors.values())
    return Answers(endpoints=(*each, _endpoint("all", stats.total)), troubles=troubles)


def _endpoint(name: str, entry: StatsEntry) -> Endpoint:
    return Endpoint(
        name=name,
        calls=entry.num_requests,
        failures=entry.num_failures,
        p50=entry.get_response_time_percentile(0.5),
        p95=entry.get_response_time_percentile(0.95),
        max=round(entry.max_response_time, 1),
    )


if __name__ == "__main__":
    sys.stdout.write(drive(Plan.model_validate_json(sys.stdin.read())).model_dump_json())
