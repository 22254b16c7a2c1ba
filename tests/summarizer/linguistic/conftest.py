from __future__ import annotations

import pytest

from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.linguistic.engine import LinguisticEngine


@pytest.fixture(scope="session")
def engine() -> LinguisticEngine:
    return LinguisticEngine(Installation(Settings().models_path))
