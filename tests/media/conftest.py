from __future__ import annotations

import pytest

from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits


@pytest.fixture
def decoder() -> Decoder:
    return Decoder(DecodeLimits())
