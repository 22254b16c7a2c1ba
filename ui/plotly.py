"""plotly.js for browsers, packed once for all of them."""

from __future__ import annotations

import asyncio
import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Final, NamedTuple

from fastapi import Header, Response

_TYPE: Final = "text/javascript"


class _Script(NamedTuple):
    plain: bytes
    packed: bytes
    tag: str


async def script(
    accept_encoding: Annotated[str, Header()] = "", if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """Send the script, packed to those who can unpack it, and not at all to those who have it."""
    read = await asyncio.to_thread(_read)
    headers = {"ETag": read.tag, "Vary": "Accept-Encoding"}
    if read.tag in if_none_match:
        return Response(status_code=304, headers=headers)
    if "gzip" in accept_encoding:
        return Response(read.packed, media_type=_TYPE, headers=headers | {"Content-Encoding": "gzip"})
    return Response(read.plain, media_type=_TYPE, headers=headers)


@cache
def _read() -> _Script:
    plain = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return _Script(plain, gzip.compress(plain), f'W/"{sha256(plain).hexdigest()}"')
