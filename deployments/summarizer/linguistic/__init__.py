"""The linguistic layer: a protocol made of turns by morphology, patterns and a graph of sentences; no network."""
