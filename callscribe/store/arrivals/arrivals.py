"""All that the store knows of Kontur Talk's recordings."""

from __future__ import annotations

from callscribe.store.arrivals.fetching import Fetching
from callscribe.store.arrivals.news import News
from callscribe.store.arrivals.transcripts import Transcripts


class Arrivals(News, Fetching, Transcripts):
    """What is known of Kontur Talk's recordings; what is no key of one raises ``ValueError``."""
