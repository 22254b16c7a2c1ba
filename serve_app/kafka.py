"""Kafka as a Serve application of its own: brokers that are away, and its restart, leave the graph alone."""

# No `from __future__ import annotations` here: Serve reads the type of build_kafka's argument at run time.
from pydantic import BaseModel, ConfigDict
from ray import serve
from ray.serve import Application

from callscribe.errors import BadSettings
from callscribe.settings import Settings, read_settings
from ingest.kafka.gateway import KafkaGateway
from serve_app.background import Background
from serve_app.binding import bound
from serve_app.foundation import Foundation
from serve_app.policies import LAG, PARTITIONS


class KafkaArgs(BaseModel):
    """What a Serve configuration file says of Kafka: nothing; all of it is settings, from the environment."""

    model_config = ConfigDict(extra="forbid")


@serve.deployment
class Kafka:
    """One member of the consumers' group. What it was at when it dies, another takes in again, as known already."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._gateway: KafkaGateway | None = None
        self._background = Background(settings, self._work)

    async def _work(self, foundation: Foundation) -> None:
        self._gateway = KafkaGateway(self._settings, foundation.store, foundation.blobs)
        await self._gateway.run()

    async def record_autoscaling_stats(self) -> dict[str, float]:
        """Tell this member's share of the lag, and how many members could share it."""
        if self._gateway is None:
            return {LAG: 0, PARTITIONS: 0}
        return {LAG: await self._gateway.lag(), PARTITIONS: self._gateway.partitions()}

    async def check_health(self) -> None:
        """Raise when the work has ended, so that Serve starts another replica."""
        self._background.check()

    async def __del__(self) -> None:
        """Leave the group, which gives the partitions to the others at once."""
        await self._background.stop()


def build_kafka(args: KafkaArgs) -> Application:
    """Take recordings from Kafka and tell it of tasks. Raises ``BadSettings`` where there are no brokers."""
    settings = read_settings()
    if not settings.kafka.enabled:
        raise BadSettings(
            "CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS is not set. Set it, or remove the application kafka from Serve's file."
        )
    return bound(Kafka, settings)
