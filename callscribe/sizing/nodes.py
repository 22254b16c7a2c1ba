"""How many nodes of one shape hold the replicas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from callscribe.errors import DoesNotFit

SLACK: Final = 1e-9
"""Shares are decimal fractions: 1 - 0.4 - 0.4 is a little less than 0.2."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one replica takes: cores, a share of one GPU or several whole ones, GiB of memory.

    ``shuns_models``: on no node that has the label of those for models.
    """

    cores: float
    gpus: float
    memory_gib: float
    shuns_models: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A node's shape: cores, GPUs, GiB of memory."""

    cores: float
    gpus: int
    memory_gib: float


class _Room:
    """What is left of one node."""

    def __init__(self, shape: Node) -> None:
        self._cores = shape.cores
        self._memory = shape.memory_gib
        self._gpus = [1.0] * shape.gpus

    def fill(self, needs: Needs, count: int) -> int:
        """Place as many as fit of so many replicas that take the same; return how many."""
        placed = 0
        while placed < count and self._take(needs):
            placed += 1
        return placed

    def _take(self, needs: Needs) -> bool:
        """Place a replica here, as Ray does: a share lies on one GPU, and of whole ones none is shared."""
        if needs.cores > self._cores + SLACK or needs.memory_gib > self._memory + SLACK:
            return False
        chosen = self._chosen(needs.gpus)
        if chosen is None:
            return False
        for number, share in chosen:
            self._gpus[number] -= share
        self._cores -= needs.cores
        self._memory -= needs.memory_gib
        return True

    def _chosen(self, gpus: float) -> list[tuple[int, float]] | None:
        if gpus == 0:
            return []
        share = min(gpus, 1.0)
        fitting = [number for number, left in enumerate(self._gpus) if left + SLACK >= share]
        count = max(1, round(gpus))
        return [(number, share) for number in fitting[:count]] if len(fitting) >= count else None


def nodes_for(replicas: Iterable[Needs], shape: Node) -> int:
    """How many nodes hold these replicas, the largest placed first, each where it fits first.

    Raises ``DoesNotFit`` where one is larger than a node.
    """
    rooms: list[_Room] = []
    groups = Counter(replicas)
    for needs in sorted(groups, key=lambda each: (each.gpus, each.memory_gib, each.cores), reverse=True):
        left = groups[needs]
        for room in rooms:
            left -= room.fill(needs, left)
        while left:
            rooms.append(_Room(shape))
            placed = rooms[-1].fill(needs, left)
            if not placed:
                raise DoesNotFit(
                    f"A replica wants {needs.cores:g} cores, {needs.gpus:g} GPUs and {needs.memory_gib:g} GiB: more "
                    f"than a node of {shape.cores:g} cores, {shape.gpus} GPUs and {shape.memory_gib:g} GiB has."
                )
            left -= placed
    return len(rooms)
