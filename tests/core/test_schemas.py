from uuid import uuid4

from callscribe.schemas import Accepted


def test_a_client_reads_past_what_a_newer_server_has_added() -> None:
    task_id = str(uuid4())
    answer = {"task_id": task_id, "status": "queued", "status_url": "/s", "result_url": "/r", "queue": "fast"}
    assert str(Accepted.model_validate(answer).task_id) == task_id
