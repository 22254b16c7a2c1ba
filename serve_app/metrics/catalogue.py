"""Every metric: its name without ``callscribe_`` in front, and what it tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from callscribe.deliveries import DeliveryState
from callscribe.domain import ProtocolStatus, Source, Stage
from callscribe.errors import LlmNonsense, LlmTimeout, LlmUnavailable
from callscribe.metrics import Measured


@dataclass(frozen=True, slots=True)
class Metric:
    """A family of series.

    Those of the label's ``known`` values are there from the start: a counter that begins at one has not risen.
    """

    name: str
    help: str
    label: str | None = None
    known: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The label's name, where there is one."""
        return () if self.label is None else (self.label,)

    def labelled(self, value: str) -> tuple[str, ...]:
        """The labels' values of one series."""
        return () if self.label is None else (value,)

    def series(self, found: Iterable[str]) -> tuple[str, ...]:
        """The label's values that are shown: those that are known, and those that were found."""
        always = ("",) if self.label is None else self.known
        return tuple(dict.fromkeys((*always, *sorted(found))))


COUNTERS: Final = (
    Metric("files_received", "Recordings that were taken in.", "source", tuple(Source)),
    Metric(
        "files_processed",
        "Recordings that were processed to the end.",
        "source",
        tuple(Source),
    ),
    Metric("errors", "Attempts at tasks that ended with an error, and tasks given up for dead workers."),
    Metric("failed_tasks", "Tasks that failed for good, by the error's code.", "code"),
    Metric("unlabelled_transcripts", "Transcripts of one voice, since the diarizer was given up."),
    Metric("lease_losses", "Leases on tasks that ended because their worker had died or stood still."),
    Metric(
        "protocols",
        "Protocols that were made or made again, by how they came out.",
        "status",
        (ProtocolStatus.COMPLETE, ProtocolStatus.DEGRADED, ProtocolStatus.FAILED),
    ),
    Metric(
        "webhook_deliveries",
        "Deliveries of webhooks that ended.",
        "state",
        (DeliveryState.DELIVERED, DeliveryState.FAILED),
    ),
    Metric("kontur_talk_webhooks", "Events that Kontur Talk's webhook has taken, each once."),
)

GAUGES: Final = (
    Metric("queue_size", "Tasks that wait for a worker."),
    Metric("queue_oldest_seconds", "For how long the task that has waited longest has waited."),
    Metric("processing_tasks", "Tasks that a worker holds, whose lease it renews."),
    Metric("processing_oldest_seconds", "How long ago the task that is held longest was begun."),
    Metric(
        "degraded_protocols",
        "Protocols that lack what an LLM would have added, by the reason.",
        "reason",
        (LlmUnavailable.code, LlmTimeout.code, LlmNonsense.code),
    ),
    Metric("kafka_lag", "Messages of a partition of Kafka's that are not settled yet.", "partition"),
    Metric("kafka_lag_age_seconds", "How old the oldest word on a partition's lag is; without any, the database."),
    Metric("webhook_deliveries_waiting", "Deliveries of webhooks that are to be tried, for the first time or again."),
    Metric(
        "kafka_outbox_oldest_seconds",
        "How old the oldest event is that Kafka is still to be told.",
    ),
)

HISTOGRAMS: Final = (
    Metric("processing_duration_seconds", "From a task's first claim to its completion."),
    Metric("processing_times_real_time", "How many times faster than it lasts a recording was processed."),
    Metric(Measured.LLM, "How long an LLM took for one answer, of use or not.", "engine"),
    Metric(Measured.SEARCH, "How long a search took that was answered."),
    Metric(Measured.UPLOAD, "From the beginning of an upload until it was taken in."),
    Metric("stage_duration_seconds", "How long one stage of a task took.", "stage", tuple(Stage)),
)
