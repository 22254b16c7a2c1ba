"""The catalogue of models: data in ``catalogue.toml``, checked when it is read."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from callscribe.errors import ModelUnavailable


def _inside_its_folder(path: str) -> str:
    """A relative path that cannot leave the folder it is joined to."""
    pure = PurePosixPath(path)
    if not path or "\\" in path or pure.is_absolute() or ".." in pure.parts or PureWindowsPath(path).drive:
        raise ValueError(f"{path!r} would leave the model's folder")
    return path


RelativePath = Annotated[str, AfterValidator(_inside_its_folder)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(_Entry):
    """The terms of a model: an SPDX identifier and the page that has them."""

    spdx: str
    url: str


class ModelFile(_Entry):
    """One file of a model. ``size`` is in bytes, absent where nobody has recorded it yet."""

    path: RelativePath
    sha256: Sha256
    size: int | None = Field(default=None, ge=0)


class HubSource(_Entry):
    """A repository of a model hub, whose files have the model's own paths."""

    kind: Literal["hub"]
    repo: str
    revision: str = "main"

    @property
    def title(self) -> str:
        """How the source is called when people read of it."""
        return f"model hub ({self.repo})"


class PackagePart(_Entry):
    """One package that carries files of a model, or parts of them. ``size`` is its archive's, in bytes."""

    package: str
    version: str
    folder: RelativePath
    gives: dict[RelativePath, str] | None = None
    size: int = 0

    @property
    def requirement(self) -> str:
        """The package as a requirement that only one version meets."""
        return f"{self.package}=={self.version}"

    def member(self, path: str) -> str | None:
        """The archive's member that holds the model's file or a part of it; ``None`` if the package has none."""
        inner = path if self.gives is None else self.gives.get(path)
        return None if inner is None else f"{self.folder}/{inner}"


class PackagesSource(_Entry):
    """Packages of a Python index; what several give of the same file is joined in their order."""

    kind: Literal["packages"]
    parts: tuple[PackagePart, ...] = Field(min_length=1)

    @property
    def title(self) -> str:
        """How the source is called when people read of it."""
        first, others = self.parts[0].requirement, len(self.parts) - 1
        return f"package index ({first}{f' and {others} more' if others else ''})"

    def parts_for(self, files: tuple[ModelFile, ...]) -> tuple[PackagePart, ...]:
        """The packages that some of these files need."""
        return tuple(part for part in self.parts if any(part.member(file.path) for file in files))


ModelSource = Annotated[HubSource | PackagesSource, Field(discriminator="kind")]


class Model(_Entry):
    """A model: what its files must be, and the sources to try, in order."""

    name: Name
    title: str
    purpose: str
    licence: Licence
    files: tuple[ModelFile, ...] = Field(min_length=1)
    sources: tuple[ModelSource, ...] = Field(min_length=1)

    @property
    def size(self) -> int:
        """Bytes on disk, as far as they are recorded."""
        return sum(file.size or 0 for file in self.files)


class BundledModel(_Entry):
    """A model whose weights come inside an installed package: nothing to pull."""

    name: Name
    title: str
    purpose: str
    licence: Licence
    package: str


class Catalogue(_Entry):
    """Every model that CallScribe knows."""

    models: tuple[Model, ...] = Field(alias="model")
    bundled: tuple[BundledModel, ...] = ()

    @classmethod
    def load(cls) -> Catalogue:
        """The catalogue that ships with the package."""
        return cls.parse(resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Catalogue:
        """A catalogue from TOML; raises ``ValueError`` when it is not one."""
        return cls.model_validate(tomllib.loads(text))

    def __getitem__(self, name: str) -> Model:
        """The model of that name; raises ``ModelUnavailable`` when the catalogue has none."""
        for model in self.models:
            if model.name == name:
                return model
        known = ", ".join(model.name for model in self.models)
        raise ModelUnavailable(f"There is no model {name!r} in the catalogue; there are {known}.")
