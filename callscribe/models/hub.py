"""Weights from a model hub that speaks Hugging Face's protocol."""

from __future__ import annotations

import queue
import threading
from functools import cached_property

import httpx2
from huggingface_hub import hf_hub_url
from huggingface_hub.utils._headers import build_hf_headers

from callscribe.models.catalogue import HubSource
from callscribe.models.orders import Order
from callscribe.models.transfer import Remote, SourceFailed, download, settle

PATIENCE_SECONDS = 4.0
"""How long a hub may take to answer at all before the next source is tried."""


class Hub:
    """A model hub. Whether it answers is found out once, so that nobody waits for it twice."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url = url
        self._token = token
        self._client = httpx2.Client(timeout=httpx2.Timeout(30, connect=PATIENCE_SECONDS))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, source: HubSource, order: Order) -> None:
        """Bring the files of an order; raises ``SourceFailed``, leaving what can be resumed."""
        if not self._answers:
            raise SourceFailed(f"the model hub {self._url} does not answer")
        # False, not None: the token that this user has for Hugging Face is not for whatever hub is set here.
        headers = build_hf_headers(token=self._token or False, library_name="callscribe")
        total = sum(file.size or 0 for file in order.files)
        done = 0
        for file in order.files:
            url = hf_hub_url(source.repo, file.path, revision=source.revision, endpoint=self._url)
            remote = Remote(url, sha256=file.sha256, headers=headers)
            scratch = order.scratch / f"{file.sha256}.partial"
            download(self._client, remote, scratch, order.after(done, total))
            done += scratch.stat().st_size
            settle(scratch, order.folder / file.path)

    @cached_property
    def _answers(self) -> bool:
        """Whether the hub answers, found out in bounded time: resolving its name has no timeout of its own."""
        heard: queue.SimpleQueue[bool] = queue.SimpleQueue()
        threading.Thread(target=lambda: heard.put(self._responds()), daemon=True).start()
        try:
            return heard.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            return False

    def _responds(self) -> bool:
        try:
            self._client.head(self._url)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return False
        return True
