"""llama.cpp's own HTTP server, in this process."""

from __future__ import annotations

from pathlib import Path

from xllamacpp import CommonParams, Server

WAITING = 32
"""Requests that may wait for the model at once, each on a thread that sleeps: more than Serve lets in."""
_WARNINGS = 2


class Llama:
    """One model on a port of the loopback interface, for as long as this object lives.

    It writes one answer at a time: two at once would halve each other's context window and share the same processors.
    """

    def __init__(self, gguf: Path, *, name: str, context_tokens: int, threads: int, key: str | None = None) -> None:
        """``key``: what callers must show to have anything written or counted."""
        parameters = CommonParams()
        parameters.model.path = str(gguf)
        parameters.model_alias = {name}
        parameters.n_ctx = context_tokens
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = threads
        parameters.cpuparams_batch.n_threads = threads
        parameters.n_threads_http = WAITING + 1  # and one that says that all is well
        parameters.cache_ram_mib = 0  # earlier prompts would take up to 8 GiB
        parameters.api_keys = [key] if key else []
        parameters.ui = False
        parameters.endpoint_slots = False
        parameters.verbosity = _WARNINGS
        self._server = Server(parameters)

    @property
    def address(self) -> str:
        """Where it listens: ``http://127.0.0.1:PORT``."""
        address: str = self._server.listening_address
        return address
