"""Fetching media by reference: what comes, what is refused, and what may come another time."""

from __future__ import annotations

import hashlib
import socket
from ssl import PROTOCOL_TLS_SERVER, SSLContext, create_default_context
from types import SimpleNamespace

import pytest
import trustme
from httpx import URL

from callscribe.addresses import AddressPolicy
from callscribe.blobs import Blobs, StoredBlob
from callscribe.errors import LimitExceeded, MediaRefused, MediaUnavailable
from callscribe.kafka_settings import MediaLimits
from ingest import absences, addresses
from ingest.fetching import Fetcher
from tests.ingest.media_host import Answer, MediaHost, media_host

LIMITS = MediaLimits(networks=["127.0.0.1/32"], max_bytes=1_000_000, seconds=30)
SOUND = b"sound" * 10_000


def allowing(url: str, limits: MediaLimits = LIMITS) -> MediaLimits:
    """Limits that allow a URL's own host and port."""
    return limits.model_copy(update={"hosts": [URL(url).netloc.decode()]})


async def fetch(blobs: Blobs, url: str, limits: MediaLimits | None = None) -> StoredBlob:
    limits = limits or allowing(url)
    return await Fetcher(limits).fetch(url, lambda content: blobs.put("media/x", content))


async def test_media_is_stored_with_its_hash(blobs: Blobs, host: MediaHost) -> None:
    host.answers["/a%20b?c=d"] = Answer(SOUND)
    stored = await fetch(blobs, host.url("/a%20b?c=d"))
    assert (stored.size, stored.sha256) == (len(SOUND), hashlib.sha256(SOUND).hexdigest())
    assert b"".join([piece async for piece in blobs.read("media/x")]) == SOUND


async def test_what_comes_in_chunks_tells_its_end(blobs: Blobs, host: MediaHost) -> None:
    chunks = b"5\r\nsound\r\n0\r\n\r\n"
    host.answers["/x"] = Answer(chunks, untold=True, headers={"Transfer-Encoding": "chunked"})
    assert (await fetch(blobs, host.url("/x"))).size == 5
    host.answers["/x"] = Answer(chunks, untold=True, headers={"Transfer-Encoding": "chunked"}, cut=10)
    with pytest.raises(MediaUnavailable):
        await fetch(blobs, host.url("/x"))


async def test_what_ends_with_its_connection_is_not_believed(blobs: Blobs, host: MediaHost) -> None:
    host.answers["/x"] = Answer(SOUND, untold=True, cut=1000)
    with pytest.raises(MediaRefused, match="neither its length nor its end"):
        await fetch(blobs, host.url("/x"))


async def test_redirects_are_followed(blobs: Blobs, host: MediaHost) -> None:
    host.answers |= {
        "/1": Answer(status=302, headers={"Location": "/2"}),
        "/2": Answer(status=307, headers={"Location": host.url("/3")}),
        "/3": Answer(SOUND),
    }
    assert (await fetch(blobs, host.url("/1"))).size == len(SOUND)


async def test_a_redirect_may_be_spelled_in_any_letters(blobs: Blobs, host: MediaHost) -> None:
    for place in ("/запись.wav", "/%D0%B7%D0%B0%D0%BF%D0%B8%D1%81%D1%8C.wav"):
        raw = place.encode().decode("latin-1")  # as the host here writes headers: byte by byte
        host.answers |= {
            "/1": Answer(status=302, headers={"Location": raw}),
            "/%D0%B7%D0%B0%D0%BF%D0%B8%D1%81%D1%8C.wav": Answer(SOUND),
        }
        assert (await fetch(blobs, host.url("/1"))).size == len(SOUND)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/sound",
        "http://elsewhere.example/sound",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://[::1",
        "",
    ],
)
async def test_a_redirect_leads_to_allowed_hosts_only(blobs: Blobs, host: MediaHost, location: str) -> None:
    target = location.format(port=host.port)
    host.answers["/1"] = Answer(status=302, headers={"Location": target} if target else {})
    with pytest.raises(MediaRefused):
        await fetch(blobs, host.url("/1"))
    assert [path for path, _ in host.asked] == ["/1"]
    assert await blobs.keys() == []


async def test_a_circle_ends(blobs: Blobs, host: MediaHost) -> None:
    host.answers["/1"] = Answer(status=302, headers={"Location": "/1"})
    with pytest.raises(MediaRefused, match="redirects more than"):
        await fetch(blobs, host.url("/1"))


@pytest.mark.parametrize("networks", [[], ["10.0.0.0/8"]])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_a_loopback_address_is_refused_by_whatever_name(
    blobs: Blobs, host: MediaHost, name: str, networks: list[str]
) -> None:
    limits = MediaLimits(hosts=[f"{name}:{host.port}"], networks=networks)
    with pytest.raises(MediaRefused, match="no address"):
        await fetch(blobs, host.url("/sound", host=name), limits)
    assert host.asked == []


async def test_a_name_that_changes_its_address_between_requests_gains_nothing(
    blobs: Blobs, host: MediaHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged is connected to: the name itself exists for nobody else. A redirect is judged anew."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    async def lookup(*_: object) -> list[str]:
        return next(answers)

    monkeypatch.setattr(addresses, "_addresses", lookup)
    host.answers["/1"] = Answer(status=302, headers={"Location": "/2"})
    host.answers["/2"] = Answer(SOUND)
    limits = MediaLimits(hosts=[f"media.invalid:{host.port}"], networks=["127.0.0.1/32"])
    with pytest.raises(MediaRefused, match="no address"):
        await fetch(blobs, host.url("/1", host="media.invalid"), limits)
    assert host.asked == [("/1", f"media.invalid:{host.port}")]


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - to be refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:a00:1::1", False),
        ("2002:5db8:d822::1", False),
        ("2001:0:5db8:d822::f5ff:fffe", False),
        ("2001:2::1", False),
        ("2001:20::1", False),
        ("2001:1ff:ffff::1", False),
        ("2001:200::1", True),
        ("2001:4860:4860::8888", True),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("3fff:1000::1", True),
        ("5f00::1", False),
        ("fec0::1", False),
        ("100::1", False),
        ("::ffff:0:127.0.0.1", False),
        ("::ffff:0:93.184.216.34", False),
        ("::127.0.0.1", False),
        ("::93.184.216.34", False),
        ("::ffff:93.184.216.34", True),
        ("ff02::1", False),
        ("192.168.7.7", True),
        ("::ffff:192.168.7.7", True),
    ],
)
def test_only_the_public_internet_and_named_networks_are_admitted(address: str, *, admitted: bool) -> None:
    assert AddressPolicy(["192.168.7.0/24"]).admits(address) is admitted


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1/sound", False),
        ("http://x.example.com/", True),
        ("http://X.Example.COM/", True),
        ("https://x.example.com/", True),
        ("https://x.example.com:443/", True),
        ("https://x.example.com:80/", False),
        ("http://x.example.com:8080/", False),
        ("http://x.example.com:8081/", True),
        ("http://example.com/", False),
        ("http://example.com.evil.test/", False),
        ("http://evil.test/example.com", False),
        ("http://user:secret@x.example.com/", False),
        ("ftp://x.example.com/", False),
        ("http://plain.test/", True),
        ("https://plain.test/", False),
        ("https://secure.test/", True),
        ("http://secure.test/", False),
        ("https://записи.пример.рф/", True),
        ("https://xn--80anea7an.xn--e1afmkfd.xn--p1ai/", True),
        ("https://ПРИМЕР.рф/", True),
        ("https://xn--e1afmkfd.xn--p1ai/", True),
        ("https://пример.com/", False),
        ("http://[2001:4860::1]:8080/", True),
        ("http://[2001:4860::1]/", False),
        ("https://xn--/", False),
        ("https://xn--a.xn--b/", False),
        ("http:///x", False),
        ("x.example.com/", False),
        ("http://[::1", False),
    ],
)
async def test_only_named_hosts_are_asked(blobs: Blobs, url: str, *, allowed: bool) -> None:
    """None of them is looked up where it is not named; what is named is looked up and is nobody's."""
    names = "*.example.com *.example.com:8081 plain.test:80 secure.test:443 пример.рф *.xn--e1afmkfd.xn--p1ai"
    limits = MediaLimits(hosts=[*names.split(), "[2001:4860::1]:8080"])
    with pytest.MonkeyPatch.context() as patch:

        async def lookup(*_: object) -> list[str]:
            raise MediaUnavailable("looked up")

        patch.setattr(addresses, "_addresses", lookup)
        with pytest.raises(MediaUnavailable if allowed else MediaRefused):
            await fetch(blobs, url, limits)


@pytest.mark.parametrize("answer", [Answer(bytes(1_000_001)), Answer(endless=True)], ids=["told", "untold"])
async def test_too_much_is_refused_and_nothing_left(blobs: Blobs, host: MediaHost, answer: Answer) -> None:
    host.answers["/much"] = answer
    with pytest.raises(LimitExceeded):
        await fetch(blobs, host.url("/much"))
    assert await blobs.keys() == []


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
async def test_what_may_pass_is_told_from_what_will_not(blobs: Blobs, host: MediaHost, status: int) -> None:
    host.answers["/x"] = Answer(status=status)
    with pytest.raises(MediaUnavailable):
        await fetch(blobs, host.url("/x"))


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410])
async def test_a_refusal_is_final(blobs: Blobs, host: MediaHost, status: int) -> None:
    host.answers["/x"] = Answer(status=status)
    with pytest.raises(MediaRefused, match=str(status)):
        await fetch(blobs, host.url("/x"))


async def test_half_a_recording_is_none(blobs: Blobs, host: MediaHost) -> None:
    host.answers["/x"] = Answer(SOUND, cut=1000)
    with pytest.raises(MediaUnavailable):
        await fetch(blobs, host.url("/x"))
    assert await blobs.keys() == []


@pytest.mark.parametrize("answer", [Answer(silent=True), Answer(endless=True)], ids=["silent", "endless"])
async def test_time_is_limited(blobs: Blobs, host: MediaHost, answer: Answer) -> None:
    host.answers["/x"] = answer
    limits = LIMITS.model_copy(update={"seconds": 0.3, "max_bytes": 10**12})
    with pytest.raises(MediaUnavailable, match="within"):
        await fetch(blobs, host.url("/x"), allowing(host.url("/x"), limits))
    assert await blobs.keys() == []


async def test_a_host_that_is_away_may_come_back(blobs: Blobs) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(MediaUnavailable):
            await fetch(blobs, f"http://127.0.0.1:{nobody.getsockname()[1]}/x")
    with pytest.raises(MediaUnavailable, match="looked up"):
        await fetch(blobs, "http://nobody.invalid/x")


async def test_the_name_is_what_a_certificate_must_be_for(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting to a number must not mean trusting whoever answers there."""

    async def lookup(*_: object) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(addresses, "_addresses", lookup)
    authority = trustme.CA()
    theirs, ours = SSLContext(PROTOCOL_TLS_SERVER), create_default_context()
    authority.issue_cert("media.invalid").configure_cert(theirs)
    authority.configure_trust(ours)
    async with media_host(ssl=theirs) as host:
        limits = MediaLimits(hosts=[f"*.invalid:{host.port}"], networks=["127.0.0.1/32"])
        host.answers["/x"] = Answer(SOUND)
        fetcher = Fetcher(limits, ssl_context=ours)
        url = host.url("/x", host="media.invalid", scheme="https")
        assert (await fetcher.fetch(url, lambda content: blobs.put("media/x", content))).size == len(SOUND)
        with pytest.raises(MediaUnavailable, match="certificate"):
            await fetcher.fetch(url.replace("media", "other"), lambda content: blobs.put("media/y", content))


async def test_no_redirect_leads_from_https_to_http(blobs: Blobs, host: MediaHost) -> None:
    authority = trustme.CA()
    theirs, ours = SSLContext(PROTOCOL_TLS_SERVER), create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    authority.configure_trust(ours)
    host.answers["/x"] = Answer(SOUND)
    async with media_host(ssl=theirs) as secure:
        secure.answers["/1"] = Answer(status=302, headers={"Location": host.url("/x")})
        allowed = [URL(one.url("/")).netloc.decode() for one in (host, secure)]
        fetcher = Fetcher(LIMITS.model_copy(update={"hosts": allowed}), ssl_context=ours)
        with pytest.raises(MediaRefused, match="from https to http"):
            await fetcher.fetch(secure.url("/1", scheme="https"), lambda content: blobs.put("media/x", content))
    assert host.asked == []


async def test_an_absence_that_others_may_have_seen_the_end_of_is_forgotten(
    blobs: Blobs, host: MediaHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.answers["/x"] = Answer(status=503)
    fetcher = Fetcher(allowing(host.url("/x")))

    async def away_since(now: float) -> float:
        monkeypatch.setattr(absences, "time", SimpleNamespace(monotonic=lambda: now))
        with pytest.raises(MediaUnavailable) as raised:
            await fetcher.fetch(host.url("/x"), lambda content: blobs.put("media/x", content))
        return raised.value.away_since

    assert [await away_since(now) for now in (0, 290, 580, 900)] == [0, 0, 0, 900]
