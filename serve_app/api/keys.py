"""The keys that are taken, and the sessions that they open for browsers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Final

from itsdangerous import BadSignature, TimestampSigner
from pydantic import SecretStr

SESSION_LASTS: Final = timedelta(days=30)


class Keys:
    """Keys by the names of those who have them. Without any, everybody may come in.

    Nothing is kept of a session: it is its key's name, signed by that key. A key that is taken away ends its sessions,
    and every replica knows them all.
    """

    def __init__(self, keys: Mapping[str, SecretStr]) -> None:
        self._keys = keys

    @property
    def required(self) -> bool:
        """Whether a key is needed at all."""
        return bool(self._keys)

    def name_of(self, key: str) -> str | None:
        """Whose key this is, looked for in a time that tells nothing of any."""
        sent = key.encode(errors="surrogatepass")  # JSON can say what is no text
        same = [compare_digest(sent, each.get_secret_value().encode()) for each in self._keys.values()]
        return next((name for name, is_same in zip(self._keys, same, strict=True) if is_same), None)

    def open_session(self, name: str) -> str:
        """Sign a session of this name, as a cookie's value."""
        return self._signer(name).sign(name).decode()

    def name_in(self, session: str) -> str | None:
        """Whose session this is, if it was opened by a key that is still taken, and not too long ago."""
        name = session.rsplit(".", 2)[0]
        if name not in self._keys:
            return None
        try:
            self._signer(name).unsign(session, max_age=int(SESSION_LASTS.total_seconds()))
        except BadSignature:
            return None
        return name

    def _signer(self, name: str) -> TimestampSigner:
        key = self._keys[name].get_secret_value()
        return TimestampSigner(key, salt="callscribe.session", key_derivation="hmac", digest_method=hashlib.sha256)
