"""Every error that a page can meet has a text of its own, and every such text an error."""

from __future__ import annotations

from collections.abc import Iterator

from callscribe.blobs.failures import BlobNotFound
from callscribe.errors import CallScribeError
from ingest.kontur_talk.patience import Gone
from serve_app.api.kinds import KINDS
from ui.wording import all_languages

ELSEWHERE = {
    "malformed_body": "the pages write their bodies by libraries",
    "not_multipart": "the pages write their bodies by libraries",
    "method_not_allowed": "the pages use the methods that there are",
    "no_such_part": "players ask for parts of a recording",
    "delivery_not_found": "no page shows webhooks' deliveries",
    "idempotency_conflict": "a page sends one file by a key",
    "not_ready": "no page asks whether the server is ready",
    "bad_settings": "no server starts with them",
    "backup_failed": "of the command line",
    "does_not_fit": "of the command line",
    "schema_too_new": "no server starts with it",
    "claim_lost": "the next claim goes on",
    "llm_failed": "a protocol is degraded by it, and says so",
    "llm_unavailable": "a protocol is degraded by it, and says so",
    "llm_timeout": "a protocol is degraded by it, and says so",
    "llm_nonsense": "a protocol is degraded by it, and says so",
    "address_refused": "of webhooks",
    "media_refused": "of Kafka's messages",
    "media_unavailable": "of Kafka's messages",
    "invalid_message": "of Kafka's messages",
    "kontur_talk_refused": "it is always one of those that are more exact",
}
"""Codes of errors that no page meets, and why."""

OF_THE_QUEUE = "attempts_exhausted"  # which is written in SQL


def codes(kind: type[CallScribeError]) -> Iterator[str]:
    """Those of an error and of all that are more exact."""
    yield kind.code
    for exact in kind.__subclasses__():
        yield from codes(exact)


def test_each_code_has_a_text_and_each_text_a_code() -> None:
    known = {*KINDS, *codes(CallScribeError), OF_THE_QUEUE}
    assert {BlobNotFound.code, Gone.code, *ELSEWHERE} <= known
    for language, texts in all_languages().items():
        worded = {key.removeprefix("error_") for key in texts if key.startswith("error_")}
        assert worded - {"unknown"} == known - ELSEWHERE.keys(), language
