"""The models' weights: what they must be, where they come from, and the folder that keeps them."""

from callscribe.models.catalogue import BundledModel, Catalogue, Model, ModelFile
from callscribe.models.installation import Installation, ModelState, Pulled, Verified
from callscribe.models.origins import Origins
from callscribe.models.requirements import required_models
from callscribe.models.transfer import PullProgress, SourceFailed

__all__ = [
    "BundledModel",
    "Catalogue",
    "Installation",
    "Model",
    "ModelFile",
    "ModelState",
    "Origins",
    "PullProgress",
    "Pulled",
    "SourceFailed",
    "Verified",
    "required_models",
]
