"""Names by which several recordings of one call are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath


def distinct_names(files: Sequence[Path]) -> dict[Path, PurePath]:
    """Every recording once, with a relative path that no other has: its name, under its folders where names agree."""
    places: dict[PurePath, Path] = {}
    for file in files:
        resolved = file.parent.resolve() / file.name
        places.setdefault(resolved.relative_to(resolved.anchor), file)
    taken = Counter(end for place in places for end in _ends(place))
    return {file: next((end for end in _ends(place) if taken[end] == 1), place) for place, file in places.items()}


def _ends(place: PurePath) -> list[PurePath]:
    """The ends of a path, the shortest first."""
    return [PurePath(*place.parts[-depth:]) for depth in range(1, len(place.parts) + 1)]


def result_names(names: Iterable[PurePath]) -> dict[PurePath, PurePath]:
    """What to call recordings' results: as the recordings without their ending, unless that makes two the same."""
    stems = {name: name.with_suffix("") for name in names}
    taken = Counter([*stems, *stems.values()])
    return {name: stem if taken[stem] == 1 or stem == name else name for name, stem in stems.items()}
