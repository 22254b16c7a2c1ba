"""The folder that keeps the models' weights, one folder a model, and what may be done with it."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from callscribe.errors import ModelUnavailable
from callscribe.models.catalogue import Catalogue, Model, ModelFile
from callscribe.models.orders import Order
from callscribe.models.origins import Origins
from callscribe.models.transfer import PullProgress, SourceFailed, digest_of
from callscribe.settings import MEBIBYTE

if TYPE_CHECKING:
    from callscribe.models.sources import Sources


class ModelState(StrEnum):
    """What is there of a model."""

    PRESENT = "present"
    DAMAGED = "damaged"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is there now, and where it came from: ``None`` when it was there before."""

    model: Model
    source: str | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What hashing a model's files has found: the paths that are missing or damaged."""

    model: Model
    state: ModelState
    faults: tuple[str, ...]


class Installation:
    """The models under ``root``. Several processes may pull at once: each waits for the others' model."""

    def __init__(self, root: Path, *, catalogue: Catalogue | None = None, origins: Origins | None = None) -> None:
        self._root = root.absolute()
        self._catalogue = catalogue or Catalogue.load()
        self._origins = origins or Origins()

    def path(self, name: str) -> Path:
        """The folder of a model's files; raises ``ModelUnavailable`` unless all are there, going by their sizes."""
        if (state := self.state(name)) is ModelState.PRESENT:
            return self._folder(name)
        raise ModelUnavailable(f"The model {name} is {state} in {self._root}. Fetch it: callscribe models pull {name}")

    def state(self, name: str) -> ModelState:
        """What is there of a model, going by its files' sizes, without reading them."""
        model = self._catalogue[name]
        with self._explained():
            if all(_has_its_size(self._folder(name) / file.path, file) for file in model.files):
                return ModelState.PRESENT
            damaged = any((self._folder(name) / file.path).exists() for file in model.files)
        return ModelState.DAMAGED if damaged else ModelState.ABSENT

    def verify(self, names: Iterable[str]) -> tuple[Verified, ...]:
        """Read and hash every file of these models."""
        with self._explained():
            return tuple(self._verified(self._catalogue[name]) for name in names)

    def pull(
        self, names: Iterable[str], on_progress: Callable[[PullProgress], None] = lambda _: None
    ) -> tuple[Pulled, ...]:
        """Fetch what is missing or damaged of these models; raises ``ModelUnavailable`` saying what to do."""
        # Engines ask for paths only: they need not load what downloading takes.
        from callscribe.models.sources import Sources  # noqa: PLC0415

        models = [self._catalogue[name] for name in names]
        with contextlib.closing(Sources(self._origins)) as sources, self._explained():
            return tuple(Pulled(model, self._pull(model, sources, on_progress)) for model in models)

    def _folder(self, name: str) -> Path:
        return self._root / name

    def _verified(self, model: Model) -> Verified:
        faults = tuple(file.path for file in self._faulty(model))
        state = self.state(model.name)
        return Verified(model, ModelState.DAMAGED if faults and state is ModelState.PRESENT else state, faults)

    def _faulty(self, model: Model) -> tuple[ModelFile, ...]:
        folder = self._folder(model.name)
        return tuple(file for file in model.files if not _is_intact(folder / file.path, file))

    def _pull(self, model: Model, sources: Sources, on_progress: Callable[[PullProgress], None]) -> str | None:
        if not self._faulty(model):
            return None
        scratch = self._root / ".partial" / model.name
        scratch.mkdir(parents=True, exist_ok=True)
        with FileLock(self._root / ".partial" / f"{model.name}.lock"):
            missing = self._faulty(model)
            used = self._fetch(model, missing, scratch, sources, on_progress) if missing else None
            shutil.rmtree(scratch, ignore_errors=True)
        return used

    def _fetch(
        self,
        model: Model,
        files: tuple[ModelFile, ...],
        scratch: Path,
        sources: Sources,
        on_progress: Callable[[PullProgress], None],
    ) -> str:
        failures = []
        for source in model.sources:

            def report(done: int, total: int, title: str = source.title) -> None:
                on_progress(PullProgress(model.name, title, done, max(done, total)))

            try:
                sources.fetch(source, Order(files, self._folder(model.name), scratch, report))
            except SourceFailed as failure:
                failures.append(f"{source.title}: {failure}")
            else:
                return source.title
        raise ModelUnavailable(_not_available(model, failures))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say what to do about a full disk, or a folder that may not be written or can be none."""
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                free = shutil.disk_usage(self._root).free // MEBIBYTE
                problem = f"The disk of {self._root} is full ({free} MB free): free some space"
            elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                problem = f"{self._root} may not be written: change its permissions"
            else:
                problem = f"{self._root} cannot be a folder of models ({error.strerror}): mend it"
            raise ModelUnavailable(f"{problem} or set CALLSCRIBE_MODELS_DIR to another folder.") from error


def _has_its_size(path: Path, file: ModelFile) -> bool:
    return path.is_file() and (file.size is None or path.stat().st_size == file.size)


def _is_intact(path: Path, file: ModelFile) -> bool:
    return _has_its_size(path, file) and digest_of(path) == file.sha256


def _not_available(model: Model, failures: list[str]) -> str:
    tried = "; ".join(failures)
    return (
        f"The model {model.name} could not be fetched: {tried}. Check the network, or name sources that can be "
        "reached: CALLSCRIBE_PACKAGE_INDEX_URL (or pip's own configuration) and CALLSCRIBE_HUB_URL."
    )
