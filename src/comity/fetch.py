"""Downloads of publishers' files: resumed, conditional, checked, polite and bounded. The only module on the network.

What is asked, and how it ends, is one of: a whole file at a hidden name beside its place, "unchanged", or an error; never half a file at its place.
The references are RFC 9110 (conditional and range requests, Retry-After) and RFC 9112 (lengths of messages).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import http.client
import ipaddress
import itertools
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from comity import __version__
from comity.core import BadDataError, ComityError, NetworkError, UsageError

T = TypeVar("T")
PIECE = 1 << 16
SNIFFED = 512
STRIDE = 1 << 20
"""Bytes that an attempt must bring to count as progress: after it the count of attempts begins anew."""
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
MAGIC = {".zip": b"PK", ".xlsx": b"PK", ".gz": b"\x1f\x8b", ".parquet": b"PAR1", ".pdf": b"%PDF", ".dta": None}
DIGESTS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
INWARD = "it redirects from a public host to this machine or a private network, which is refused"
INNER_NAMES = ("localhost", "local", "internal", "localdomain", "lan", "home", "corp", "intranet")
"""Last parts of names that stand for no public host (RFC 6761, 6762, and names that are in use so)."""
PAGES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long, how often and how much, in seconds, counts and bytes.

    connect: to each address of a host. read: for an answer, and between two pieces of it. stall, least: a transfer that brings fewer than
    `least` bytes in `stall` seconds is broken off. attempts: in a row without progress. wait: before the second attempt, doubled before
    each further one. longest_wait: a publisher that asks for more is not waited for. pause: between two requests to one host.
    largest: of one file. unpacked: of all members of one zip together, and so many times its own size.
    """

    connect: float = 15.0
    read: float = 60.0
    stall: float = 60.0
    least: int = 4096
    attempts: int = 5
    wait: float = 2.0
    longest_wait: float = 120.0
    pause: float = 1.0
    redirects: int = 5
    largest: int = 50 << 30
    unpacked: int = 200 << 30
    ratio: int = 200
    members: int = 20_000

    @property
    def idle(self) -> float:
        """The longest that a download can go without progress before it is given up, in seconds, for a host with one address."""
        backoff = max(self.wait * (2.0 ** (self.attempts - 1) - 1), self.longest_wait * (self.attempts - 1))
        return self.attempts * ((self.redirects + 1) * (self.connect + self.pause) + 2 * self.stall + self.read) + backoff


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One file to ask for: its address, with {key} where the user's key stands, and what is known of it. The key is never in a text.

    accept: the media type that is asked for, "" any.
    """

    url: str
    checksum: str = ""
    header: str = ""
    secret: str = field(default="", repr=False)
    accept: str = ""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the publisher said of the copy that is held."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a publisher says of a file: its size in bytes (None: it does not say), its marks, and whether it is unchanged."""

    size: int | None
    etag: str
    last_modified: str
    unchanged: bool = False
    start: bytes = b""


@dataclass(kw_only=True)
class Session:
    """What the downloads of one command share: limits, the mirror, how they talk, and when each host was last asked."""

    limits: Limits = field(default_factory=Limits)
    mirror: str = field(default_factory=lambda: os.environ.get("COMITY_FETCH_BASE", "").rstrip("/"))
    say: Callable[[str], None] = lambda _: None
    tick: Callable[[int, int | None], None] = lambda *_: None
    sleep: Callable[[float], None] = time.sleep
    asked: dict[str, float] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    proxies: dict[str, str] = field(default_factory=getproxies, repr=False)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def __post_init__(self) -> None:
        if self.mirror and urlsplit(self.mirror).scheme not in ("http", "https"):
            raise UsageError("COMITY_FETCH_BASE is not an address that begins with http:// or https://")


class Again(Exception):
    """An attempt that failed in a way that may pass; `error` is what is raised when no attempt is left, `wait` what the publisher asked for."""

    def __init__(self, error: ComityError, *, wait: float = 0.0, host: str = "") -> None:
        super().__init__(str(error))
        self.error, self.wait, self.host = error, wait, host


def ask(session: Session, wanted: Wanted, known: Known | None = None) -> Answer:
    """What the publisher says of a file, by one HEAD request and no attempt more; NetworkError where it does not say."""
    try:
        with answered(session, wanted, conditions(known), method="HEAD") as (response, _):
            if response.status == 304 and known is not None:
                return Answer(size=None, etag=known.etag, last_modified=known.last_modified, unchanged=True)
            if response.status != 200:
                raise refused(wanted, response)
            return Answer(size=length(response) or None, etag=mark(wanted, response, "ETag"), last_modified=mark(wanted, response, "Last-Modified"))
    except Again as again:
        raise again.error from None


def begin(session: Session, wanted: Wanted, suffix: str, count: int = PIECE) -> Answer:
    """The first `count` bytes of a file, its size and marks; NetworkError, or BadDataError for a web page in its place or nothing at all."""

    def attempt() -> Answer:
        with answered(session, wanted, {"Range": f"bytes=0-{count - 1}"}) as (response, watch):
            if response.status not in (200, 206):
                raise refused(wanted, response)
            total = length(response)
            if response.status == 206:
                total = part_range(wanted, response)[1]
            start = b"".join(itertools.takewhile(bool, pieces(response, watch, count)))[:count]
            sniff(wanted, response, start, suffix)
            return Answer(size=total, etag=mark(wanted, response, "ETag"), last_modified=mark(wanted, response, "Last-Modified"), start=start)

    return retried(session, wanted, attempt)


def small(session: Session, wanted: Wanted, most: int = STRIDE) -> bytes:
    """The bytes of a small file, of at most `most`; it is kept nowhere."""

    def attempt() -> bytes:
        with answered(session, wanted, {}) as (response, watch):
            if response.status != 200:
                raise refused(wanted, response)
            body = b""
            for piece in pieces(response, watch, most + 1):
                body += piece
            if len(body) > most:
                raise BadDataError(f"{wanted.url}: longer than {most:,} bytes")
            if len(body) < (length(response) or 0):
                raise Again(NetworkError(f"{wanted.url}: it ended early"))
            return body

    return retried(session, wanted, attempt)


def mark(wanted: Wanted, response: http.client.HTTPResponse, name: str) -> str:
    """A validator as sent, or "" where it is none that could be sent back and kept."""
    value = str(response.headers.get(name, "")).strip()
    echoed = bool(wanted.secret) and wanted.secret in value
    return value if len(value) <= 300 and value.isascii() and value.isprintable() and not echoed else ""


def length(response: http.client.HTTPResponse) -> int | None:
    if response.headers.get("Transfer-Encoding"):
        return None
    text = str(response.headers.get("Content-Length", "")).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def sniff(wanted: Wanted, response: http.client.HTTPResponse, head: bytes, suffix: str) -> None:
    if not head:
        raise Again(BadDataError(f"{wanted.url}: it sends an empty file; nothing was kept"))
    plain = head[:SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    said = response.headers.get_content_type() in ("text/html", "application/xhtml+xml") and not plain.startswith(b"<?xml")
    if suffix not in PAGES and plain.startswith(b"<") and (said or plain.startswith(b"<!doctype html") or b"<html" in plain):
        raise BadDataError(f"{wanted.url}: it sends a web page where the file should be; nothing was kept")
    magic = MAGIC.get(suffix)
    if magic and not head.startswith(magic):
        raise BadDataError(f"{wanted.url}: what it sends is no {suffix} file; nothing was kept")


def retried(session: Session, wanted: Wanted, attempt: Callable[[], T], held: Callable[[], int] = lambda: 0) -> T:
    host = urlsplit(wanted.url).netloc
    if host in session.gone:
        raise NetworkError(f"{wanted.url}: {session.gone[host]}; not asked again")
    limits, tries = session.limits, 0
    while True:
        before = held()
        try:
            return attempt()
        except Again as again:
            tries = 1 if held() - before >= STRIDE else tries + 1
            wait = again.wait or limits.wait * 2 ** (tries - 1)
            if again.wait > limits.longest_wait:
                raise NetworkError(f"{again.error}; it asks to wait {again.wait:,.0f} seconds: try again then") from None
            if tries >= limits.attempts:
                if again.host:
                    session.gone[again.host] = str(again.error).removeprefix(f"{wanted.url}: ")
                raise type(again.error)(f"{again.error} (tried {tries} times)") from None
            session.say(f"{again.error}; again in {min(wait, limits.longest_wait):.3g} seconds")
            session.sleep(min(wait, limits.longest_wait))


def refused(wanted: Wanted, response: http.client.HTTPResponse) -> Again | NetworkError:
    """The error for a status that brings no file."""
    status = response.status
    words = {401: "it asks for a key", 403: "it does not allow it", 404: "there is no such file", 410: "the file is gone", 429: "asked too often"}
    error = NetworkError(f"{wanted.url}: {words.get(status, 'the publisher answers')} (status {status})")
    return Again(error, wait=_retry_after(response)) if status in RETRIED else error


def _retry_after(response: http.client.HTTPResponse) -> float:
    text = str(response.headers.get("Retry-After", "")).strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(text) - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0


class Watch:
    """Breaks a connection off when too few bytes come: a server that sends a byte a minute keeps every read within its time."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.got, self.broken = limits, 0, False
        self.sock: socket.socket | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        before = 0
        while not self._over.wait(self.limits.stall):
            if self.got - before < self.limits.least and self.sock is not None:
                self.broken = True
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
                return
            before = self.got


@contextlib.contextmanager
def answered(session: Session, wanted: Wanted, headers: dict[str, str], *, method: str = "GET") -> Iterator[tuple[http.client.HTTPResponse, Watch]]:
    """The answer to a request, redirects followed. Whatever the network does becomes Again or NetworkError, in words that hold no key."""
    watch = Watch(session.limits)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(watch)
            yield _follow(session, wanted, headers, method, watch, stack), watch
        except (OSError, http.client.HTTPException) as error:
            raise _network(session, wanted, error, watch) from None
        except (Again, NetworkError, BadDataError):
            if not watch.broken:
                raise
        if watch.broken:
            raise Again(NetworkError(f"{wanted.url}: {_stalled(session.limits)}"))


def _stalled(limits: Limits) -> str:
    return f"stalled, fewer than {limits.least:,} bytes in {limits.stall:g} seconds"


def _network(session: Session, wanted: Wanted, error: Exception, watch: Watch) -> Again | NetworkError:
    host = urlsplit(wanted.url).netloc
    if watch.broken:
        return Again(NetworkError(f"{wanted.url}: {_stalled(session.limits)}"))
    if isinstance(error, ssl.SSLCertVerificationError):
        return NetworkError(f"{wanted.url}: the certificate is not trusted ({error.verify_message})")
    if isinstance(error, socket.gaierror):
        session.gone[host] = "its host is not found"
        return NetworkError(f"{wanted.url}: its host is not found")
    if watch.sock is None:
        return Again(NetworkError(f"{wanted.url}: its host cannot be reached"), host=host)
    if isinstance(error, TimeoutError):
        return Again(NetworkError(f"{wanted.url}: no answer in {session.limits.read:g} seconds"))
    return Again(NetworkError(f"{wanted.url}: the connection broke off"))


def _follow(
    session: Session, wanted: Wanted, headers: dict[str, str], method: str, watch: Watch, stack: contextlib.ExitStack
) -> http.client.HTTPResponse:
    url = quote(wanted.url.replace("{key}", quote(wanted.secret, safe="")), safe="%/:=&?~#+!$,;'@()*[]")
    keyed = {wanted.header: wanted.secret} if wanted.header and wanted.secret else {}
    seen: set[str] = set()
    outside = False
    for _ in range(session.limits.redirects + 1):
        seen.add(url)
        response, inner = _request(session, wanted, url, {**headers, **keyed}, method, watch, stack, outside)
        outside = outside or not inner
        if response.status not in (301, 302, 303, 307, 308):
            return response
        before = urlsplit(url)
        stack.callback(response.close)
        try:
            after = urlsplit(_mapped_back(session, urljoin(_mapped(session, url), str(response.headers.get("Location", "")))))
            _ = after.port
        except ValueError:
            raise NetworkError(f"{wanted.url}: it redirects to what is no address") from None
        if after.scheme not in ("http", "https") or not after.hostname:
            raise NetworkError(f"{wanted.url}: it redirects to another kind of address than http, which is refused")
        if before.scheme == "https" and after.scheme != "https":
            raise NetworkError(f"{wanted.url}: it redirects from https to http, which is refused")
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            keyed = {}
        url = quote(urlunsplit((after.scheme, after.netloc.rpartition("@")[2], after.path, after.query, "")), safe="%/:=&?~+!$,;'@()*[]")
        if url in seen:
            raise NetworkError(f"{wanted.url}: it redirects in a circle")
    raise NetworkError(f"{wanted.url}: it redirects more than {session.limits.redirects} times")


def _request(
    session: Session, wanted: Wanted, url: str, headers: dict[str, str], method: str, watch: Watch, stack: contextlib.ExitStack, outside: bool
) -> tuple[http.client.HTTPResponse, bool]:
    """The answer, and whether it is of this machine or a private network; outside: one of those is refused, before anything is sent to it."""
    _be_polite(session, urlsplit(url).netloc)
    watch.sock = None
    connection, target, proxy = _connection(session, _mapped(session, url))
    stack.callback(connection.close)
    host = urlsplit(url).hostname or ""
    direct = not session.mirror and _proxy(session, urlsplit(url).scheme, host) is None
    if outside and _is_private(host):
        raise NetworkError(f"{wanted.url}: {INWARD}")
    connection.connect()
    watch.sock = connection.sock
    inner = _is_private(_peer(connection.sock) if direct else host)
    if outside and inner:
        raise NetworkError(f"{wanted.url}: {INWARD}")
    connection.sock.settimeout(session.limits.read)
    fixed = {"User-Agent": f"comity/{__version__}", "Accept": wanted.accept or "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    connection.request(method, target, headers={**fixed, **proxy, **headers})
    return connection.getresponse(), inner


def _peer(sock: socket.socket) -> str:
    return str(sock.getpeername()[0])


def _is_private(host: str) -> bool:
    """Whether an address is of this machine, a private network or none that the internet routes; a name only where it says so itself."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001 and the like
        except (OSError, ValueError):
            return host.rstrip(".").lower().rpartition(".")[2] in INNER_NAMES
    return not (getattr(address, "ipv4_mapped", None) or address).is_global


def _connection(session: Session, url: str) -> tuple[http.client.HTTPConnection, str, dict[str, str]]:
    """A connection towards an address, by the environment's proxy where there is one, and the target and headers to ask with."""
    parts = urlsplit(url)
    host, port, secure = parts.hostname or "", parts.port, parts.scheme == "https"
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    proxy = _proxy(session, parts.scheme, host)
    if proxy is None:
        if secure:
            return http.client.HTTPSConnection(host, port or 443, timeout=session.limits.connect, context=session.tls), target, {}
        return http.client.HTTPConnection(host, port or 80, timeout=session.limits.connect), target, {}
    way = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if way.scheme != "http" or not way.hostname:
        raise UsageError("the proxy that the environment names is not one by http://; no other kind is used")
    allowed = {}
    if way.username is not None:
        import base64

        pair = f"{unquote(way.username)}:{unquote(way.password or '')}"
        allowed = {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    if secure:
        tunnel = http.client.HTTPSConnection(way.hostname, way.port or 3128, timeout=session.limits.connect, context=session.tls)
        tunnel.set_tunnel(host, port or 443, headers=allowed)
        return tunnel, target, {}
    return http.client.HTTPConnection(way.hostname, way.port or 3128, timeout=session.limits.connect), url, allowed


def _proxy(session: Session, scheme: str, host: str) -> str | None:
    proxy = session.proxies.get(scheme) or session.proxies.get("all")
    return proxy if proxy and not proxy_bypass(host) else None


def _mapped(session: Session, url: str) -> str:
    """The address at the mirror of a publisher's address; itself where no mirror is set."""
    return f"{session.mirror}/{url.partition('://')[2]}" if session.mirror else url


def _mapped_back(session: Session, url: str) -> str:
    if session.mirror and url.startswith(f"{session.mirror}/"):
        return f"https://{url.removeprefix(session.mirror).lstrip('/')}"
    return url


def _be_polite(session: Session, host: str) -> None:
    wait = session.asked.get(host, -1e9) + session.limits.pause - time.monotonic()
    if wait > 0:
        session.sleep(wait)
    session.asked[host] = time.monotonic()


def pieces(response: http.client.HTTPResponse, watch: Watch, most: int | None) -> Iterator[bytes]:
    """The body in pieces, the last one empty; no more than `most` bytes of it are read."""
    left = most
    while left is None or left > 0:
        count = PIECE if left is None else min(PIECE, left)
        piece = response.read1(count) if response.chunked else response.fp.read1(count)
        watch.got += len(piece)
        if not piece:
            break
        left = None if left is None else left - len(piece)
        yield piece
    yield b""


def more(response: http.client.HTTPResponse, watch: Watch) -> bool:
    """Whether bytes follow after the declared length."""
    try:
        if watch.sock is not None:
            watch.sock.settimeout(min(1.0, watch.limits.read))
        return bool(response.fp is not None and response.fp.read1(1))
    except (OSError, ValueError):
        return False


def conditions(known: Known | None) -> dict[str, str]:
    if known is None:
        return {}
    both = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in both.items() if value}


def part_range(wanted: Wanted, response: http.client.HTTPResponse) -> tuple[int, int | None]:
    match = re.fullmatch(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)", str(response.headers.get("Content-Range", "")).strip())
    if not match:
        raise NetworkError(f"{wanted.url}: it sends a part of the file and does not say which")
    return int(match[1]), None if match[2] == "*" else int(match[2])
