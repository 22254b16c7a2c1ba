"""The Python package index that the user's pip (or uv) is configured for, and the packages it has."""

from __future__ import annotations

import ast
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx2
from unearth import PackageFinder
from unearth.auth import MultiDomainBasicAuth
from unearth.fetchers import Fetcher
from unearth.fetchers.sync import PyPIClient

from callscribe.models.transfer import Remote, SourceFailed

PYPI = "https://pypi.org/simple/"
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """Where packages are looked for, and whom to trust on the way."""

    index_urls: tuple[str, ...] = (PYPI,)
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    ca_file: Path | None = None
    proxy: str | None = None

    @classmethod
    def of_this_machine(cls, index_url: str | None, environ: Mapping[str, str] = os.environ) -> IndexConfig:
        """What pip would use here, else uv, else PyPI; ``index_url`` overrides where packages come from."""
        pip = {**_pip_config(), **_pip_variables(environ)}
        urls = tuple(url for key in ("index-url", "extra-index-url") for url in pip.get(key, "").split())
        uv = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
        ca_file = pip.get("cert") or next((environ[name] for name in _CA_VARIABLES if environ.get(name)), None)
        return cls(
            index_urls=(index_url,) if index_url else urls or ((uv,) if uv else (PYPI,)),
            find_links=() if index_url else tuple(filter(_is_there, pip.get("find-links", "").split())),
            trusted_hosts=tuple(pip.get("trusted-host", "").split()),
            ca_file=Path(ca_file) if ca_file else None,
            proxy=pip.get("proxy"),
        )


def _is_there(location: str) -> bool:
    return "://" in location or Path(location).exists()


def _pip_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The options set as ``PIP_<OPTION>``, which are stronger than pip's files and count without pip, too."""
    prefix = "PIP_"
    return {
        name.removeprefix(prefix).lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(prefix) and value
    }


def _pip_config() -> dict[str, str]:
    """The options in pip's files; none where pip is not installed."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    sections: dict[str, dict[str, str]] = {"global": {}, "download": {}}
    for line in answer.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        if section in sections:
            sections[section][key] = str(ast.literal_eval(value))
    return sections["global"] | sections["download"]


class PackageIndex:
    """Finds the archives of packages, and has the client (credentials, certificates, proxy) to download them."""

    def __init__(self, config: IndexConfig) -> None:
        """Raises ``SourceFailed`` when pip's configuration names what cannot be."""
        try:
            self._set_up(config)
        except (OSError, ValueError, httpx2.InvalidURL) as error:
            where = "pip's configuration here, its files and the variables PIP_…, cannot be used"
            raise SourceFailed(f"{where}: {error}") from error

    def _set_up(self, config: IndexConfig) -> None:
        self.client = PyPIClient(
            trusted_hosts=config.trusted_hosts,
            verify=_tls(config.ca_file) if config.ca_file else True,
            timeout=httpx2.Timeout(30, connect=10),
            proxy=config.proxy,
            follow_redirects=True,
        )
        self.client.auth = MultiDomainBasicAuth(prompting=False, index_urls=config.index_urls)
        # A wheel is only unpacked: which Python and which system it is for does not matter.
        self._finder = PackageFinder(
            cast("Fetcher", self.client),
            index_urls=config.index_urls,
            find_links=config.find_links,
            ignore_compatibility=True,
            prefer_binary=[":all:"],
        )
        self._hosts = ", ".join(httpx2.URL(url).host for url in config.index_urls)

    def find(self, requirement: str) -> Remote:
        """The archive of a package; raises ``SourceFailed`` when the index does not answer or does not have it."""
        try:
            package = next(iter(self._finder.find_matches(requirement)), None)
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise SourceFailed(f"the package index {self._hosts} does not answer: {error}") from error
        if package is None:
            raise SourceFailed(f"the package index {self._hosts} has no {requirement}")
        hashes = package.link.hash_option or {}
        return Remote(package.link.url_without_fragment, sha256=next(iter(hashes.get("sha256", [])), None))


def _tls(ca_file: Path) -> ssl.SSLContext:
    """Trust what the system trusts and, as pip is told to, the authorities of this file."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=ca_file)
    return context
