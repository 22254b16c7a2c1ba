"""GigaAM's networks, out of the checkpoints that its authors publish."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import torch
from gigaam.model import GigaAMASR
from hydra.errors import InstantiationException

from callscribe.errors import ModelUnavailable

Network: TypeAlias = Any
"""The package's ``GigaAMASR``, which has no types: a preprocessor, an encoder, a head, and what decodes them."""
_COMPUTED = "preprocessor."
"""The state that a network computes when it is built: the mel filters."""


def load_network(checkpoint: Path, device: torch.device) -> Network:
    """Build the network of ``NAME.ckpt``, with ``NAME_tokenizer.model`` beside it where the model has pieces of words.

    Raises ``ModelUnavailable`` where the file is not there, is none of GigaAM's, or is too new for the package.
    The package's own ``load_model`` fetches what is not there, and its release 0.1.0 fails on any torch since 2.6.
    """
    if not checkpoint.is_file():
        raise ModelUnavailable(f"There is no checkpoint of GigaAM at {checkpoint}: set CALLSCRIBE_GIGAAM to one.")
    # A pickle of the package's own settings, as its loader reads it: the operator has named the file.
    loaded: dict[str, Any] = torch.load(checkpoint, map_location="cpu", weights_only=False)
    network = _built(loaded["cfg"], checkpoint)
    absent = network.load_state_dict(loaded["state_dict"], strict=False).missing_keys
    if any(not name.startswith(_COMPUTED) for name in absent):
        raise ModelUnavailable(f"{checkpoint} lacks weights of the network that it describes: {', '.join(absent[:3])}…")
    network.eval()
    if device.type != "cpu":
        network.encoder.half()
    return network.to(device)


def _built(settings: Any, checkpoint: Path) -> Network:  # noqa: ANN401 - OmegaConf's, as the checkpoint has them
    tokenizer = checkpoint.with_name(f"{checkpoint.stem}_tokenizer.model")
    if tokenizer.is_file():
        settings.decoding.model_path = str(tokenizer)
    settings.encoder.flash_attn = False
    try:
        return GigaAMASR(settings)
    except InstantiationException as error:
        raise ModelUnavailable(
            f"gigaam {version('gigaam')} cannot build {checkpoint.name}: {error}. Models of version 3 need the package "
            f"of its repository, those with punctuation {tokenizer.name} beside them."
        ) from error
