"""The collector: one moment's figures as families of Prometheus."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from callscribe.metrics import Figures, Level, Tally
from serve_app.metrics.catalogue import COUNTERS, GAUGES, HISTOGRAMS, Metric

PREFIX = "callscribe_"


class FiguresCollector(Collector):
    """Shows figures. Every family is there whatever has happened yet."""

    def __init__(self, figures: Figures) -> None:
        self._bounds = (*figures.bounds, math.inf)
        self._tallies: defaultdict[str, defaultdict[str, list[Tally]]] = defaultdict(lambda: defaultdict(list))
        for tally in figures.tallies:
            self._tallies[tally.metric][tally.label].append(tally)
        self._levels: defaultdict[str, dict[str, Level]] = defaultdict(dict)
        for level in figures.levels:
            self._levels[level.metric][level.label] = level

    def collect(self) -> Iterator[Family]:
        """Yield each family with its series."""
        yield from map(self._counter, COUNTERS)
        yield from map(self._gauge, GAUGES)
        yield from map(self._histogram, HISTOGRAMS)

    def _counter(self, metric: Metric) -> CounterMetricFamily:
        family = CounterMetricFamily(PREFIX + metric.name, metric.help, labels=metric.labels)
        tallies = self._tallies[metric.name]
        for value in metric.series(tallies):
            family.add_metric(metric.labelled(value), sum(tally.number for tally in tallies[value]))
        return family

    def _gauge(self, metric: Metric) -> GaugeMetricFamily:
        family = GaugeMetricFamily(PREFIX + metric.name, metric.help, labels=metric.labels)
        levels = self._levels[metric.name]
        for value in metric.series(levels):
            family.add_metric(metric.labelled(value), levels[value].value if value in levels else 0)
        return family

    def _histogram(self, metric: Metric) -> HistogramMetricFamily:
        family = HistogramMetricFamily(PREFIX + metric.name, metric.help, labels=metric.labels)
        tallies = self._tallies[metric.name]
        for value in metric.series(tallies):
            total = sum(tally.total for tally in tallies[value])
            family.add_metric(metric.labelled(value), self._buckets(tallies[value]), sum_value=total)
        return family

    def _buckets(self, tallies: list[Tally]) -> list[tuple[str, float]]:
        numbers = {tally.bound: tally.number for tally in tallies}
        up_to = accumulate(numbers.get(bound, 0) for bound in self._bounds)
        return [(_le(bound), number) for bound, number in zip(self._bounds, up_to, strict=True)]


def _le(bound: float) -> str:
    written: str = floatToGoString(bound)  # type: ignore[no-untyped-call]
    return written
