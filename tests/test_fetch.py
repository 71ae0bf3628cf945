"""One download: whole or not at all, whatever the publisher's server does; never the user's key in a text."""

from __future__ import annotations

import gzip
import hashlib
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from comity import downloads, fetch
from comity.core import BadDataError, ComityError, NetworkError, StoreError, UsageError
from made_publisher import FAST, HOST, zipped
from publisher_server import FAULTS, PERMANENT, Publisher

BODY = b"day,rate\n" + b"2020-01-01,7.5\n" * 4000
URL = f"https://{HOST}/d/rates.csv"
PATH = f"{HOST}/d/rates.csv"
SECRET = "s3cret-key-0123456789"


def session(publisher: Publisher, **facts: Any) -> fetch.Session:
    return fetch.Session(**{"limits": FAST, "mirror": publisher.base, "proxies": {}, **facts})


def got(publisher: Publisher, folder: Path, *, url: str = URL, known: fetch.Known | None = None, **facts: Any) -> downloads.Got | None:
    wanted = fetch.Wanted(url=url, **facts)
    return downloads.download(session(publisher), wanted, folder / url.rpartition("/")[2], known)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("times", [1, 99])
def test_a_fault_is_passed_over_or_ends_cleanly(fault: str, times: int, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_bytes(b"old")
    began = time.monotonic()
    with Publisher(checksums=True) as publisher:
        publisher.files[PATH] = BODY
        publisher.faults[PATH] = [fault] * times
        if times == 1 and fault not in PERMANENT:
            result = got(publisher, tmp_path, checksum=f"{URL}.sha256")
            assert result is not None and result.path.read_bytes() == publisher.files[PATH]
            assert result.sha256 == hashlib.sha256(publisher.files[PATH]).hexdigest()
        else:
            with pytest.raises((NetworkError, BadDataError)) as caught:
                got(publisher, tmp_path, checksum=f"{URL}.sha256")
            assert URL in str(caught.value)
        assert len([m for m, p, _ in publisher.seen if p == PATH]) <= FAST.attempts
    assert time.monotonic() - began < FAST.idle
    assert (tmp_path / "rates.csv").read_bytes() == b"old"
    assert {p.name for p in tmp_path.iterdir()} <= {"rates.csv", ".rates.csv.part", ".rates.csv.note"}


def test_only_the_rest_is_asked_for_after_a_break(tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.files[PATH] = BODY
        publisher.faults[PATH] = ["stalls"]
        result = got(publisher, tmp_path)
        assert result is not None and result.path.read_bytes() == BODY
        ranges = [h.get("Range") for _, _, h in publisher.seen]
    assert ranges == [None, f"bytes={len(BODY) // 2}-"]


def test_a_part_of_another_edition_is_begun_anew(tmp_path: Path) -> None:
    with Publisher(ranges=False) as publisher:
        publisher.files[PATH] = BODY
        publisher.faults[PATH] = ["stalls"] * FAST.attempts
        with pytest.raises(NetworkError):
            got(publisher, tmp_path)
        assert 0 < (tmp_path / ".rates.csv.part").stat().st_size < len(BODY)
        publisher.put(PATH, b"day,rate\n")
        result = got(publisher, tmp_path)
    assert result is not None and result.path.read_bytes() == b"day,rate\n"


def test_a_server_that_continues_another_edition_is_seen(tmp_path: Path) -> None:
    """It ignores If-Range and sends the end of the new file: its marks tell, and the file is begun anew."""
    other = BODY.replace(b"7.5", b"8.5")
    with Publisher() as publisher:
        publisher.files[PATH] = BODY
        publisher.faults[PATH] = ["stalls"] * FAST.attempts
        with pytest.raises(NetworkError):
            got(publisher, tmp_path)

        def careless(handler: Any) -> None:
            start = int((handler.headers.get("Range") or "bytes=0-")[6:-1])
            marks = {"ETag": '"other"', "Last-Modified": "Sat, 01 Jan 2022 00:00:00 GMT"}
            marks |= {"Content-Range": f"bytes {start}-{len(other) - 1}/{len(other)}"} if start else {}
            handler._send(other[start:], False, marks, 206 if start else 200)

        publisher.answers[PATH] = careless
        result = got(publisher, tmp_path)
    assert result is not None and result.path.read_bytes() == other


def test_unchanged_since_is_not_sent_again(tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.files[PATH] = BODY
        first = got(publisher, tmp_path)
        assert first is not None
        known = fetch.Known(etag=first.etag, last_modified=first.last_modified)
        assert got(publisher, tmp_path, known=known) is None
        assert fetch.ask(session(publisher), fetch.Wanted(url=URL), known).unchanged


def test_a_reset_by_retry_after_is_waited_for_and_bounded(tmp_path: Path) -> None:
    waits: list[float] = []
    with Publisher() as publisher:
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Retry-After": "0.3" if waits else "1"}, 429)
        polite = session(publisher, sleep=waits.append, limits=fetch.Limits(attempts=3, pause=0, wait=0.25, longest_wait=2))
        with pytest.raises(NetworkError, match=r"status 429.*tried 3 times"):
            downloads.download(polite, fetch.Wanted(url=URL), tmp_path / "rates.csv")
        assert waits == [1, 0.5]
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Retry-After": "999999999"}, 503)
        with pytest.raises(NetworkError, match="try again then"):
            downloads.download(polite, fetch.Wanted(url=URL), tmp_path / "rates.csv")
    assert len(waits) == 2


def test_requests_to_one_host_keep_their_distance(tmp_path: Path) -> None:
    waits: list[float] = []
    with Publisher() as publisher:
        publisher.files |= {PATH: BODY, "other.example.org/d/rates.csv": BODY}
        polite = session(publisher, sleep=waits.append, limits=fetch.Limits(pause=30))
        fetch.ask(polite, fetch.Wanted(url=URL))
        fetch.ask(polite, fetch.Wanted(url="https://other.example.org/d/rates.csv"))
        assert not waits
        fetch.ask(polite, fetch.Wanted(url=URL))
    assert len(waits) == 1 and 29 < waits[0] <= 30


def test_a_byte_now_and_then_is_a_stall(tmp_path: Path) -> None:
    """Every read is within its time, and yet the transfer does not get on."""

    def trickle(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    slow = fetch.Limits(connect=0.5, read=0.5, stall=0.3, least=100, attempts=1, pause=0)
    with Publisher() as publisher:
        publisher.answers[PATH] = trickle
        began = time.monotonic()
        with pytest.raises(NetworkError, match=r"stalled, fewer than 100 bytes in 0\.3 seconds"):
            downloads.download(session(publisher, limits=slow), fetch.Wanted(url=URL), tmp_path / "rates.csv")
        assert time.monotonic() - began < 1.5


def test_an_endless_header_is_a_stall(tmp_path: Path) -> None:
    def trickle(handler: Any) -> None:
        for _ in range(40):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: y" if _ == 0 else b"y")
            handler.wfile.flush()
            time.sleep(0.05)

    slow = fetch.Limits(connect=0.5, read=0.5, stall=0.3, least=1, attempts=1, pause=0)
    with Publisher() as publisher:
        publisher.answers[PATH] = trickle
        with pytest.raises(NetworkError, match="stalled"):
            downloads.download(session(publisher, limits=slow), fetch.Wanted(url=URL), tmp_path / "rates.csv")


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("file:///etc/passwd", "another kind of address"), ("ftp://x.org/f", "another kind of address"), ("http://x.org/f", "from https to http"),
        ("http://localhost/f", "from https to http"), ("http://[::1]/f", "from https to http"), ("javascript:1", "another kind"),
        ("https://x.org:99999/f", "no address"), ("https://[bad/f", "no address"), ("", "in a circle"), ("https:///f", "another kind"),
    ],
)  # fmt: skip
def test_redirects_that_are_refused(to: str, says: str, tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Location": to}, 302)
        with pytest.raises(NetworkError, match=says):
            got(publisher, tmp_path)
        assert len(publisher.seen) == 1


def test_a_chain_of_redirects_is_followed_to_its_bound(tmp_path: Path) -> None:
    with Publisher() as publisher:
        for k in range(12):
            publisher.answers[f"{HOST}/{k}.csv"] = lambda h, k=k: h._send(b"", False, {"Location": f"{k + 1}.csv"}, 301)
        publisher.files[f"{HOST}/12.csv"] = BODY
        near, far = f"https://{HOST}/{12 - FAST.redirects}.csv", f"https://{HOST}/{11 - FAST.redirects}.csv"
        assert got(publisher, tmp_path, url=near) is not None
        with pytest.raises(NetworkError, match="more than 5 times"):
            got(publisher, tmp_path, url=far)


def test_the_key_goes_to_its_host_alone(tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.files["other.example.org/f.csv"] = BODY
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Location": "https://other.example.org/f.csv"}, 302)
        assert got(publisher, tmp_path, header="X-Key", secret=SECRET) is not None
        assert [h.get("X-Key") for _, _, h in publisher.seen] == [SECRET, None]


def test_the_key_does_not_come_back_after_another_host(tmp_path: Path) -> None:
    """Nor does it go to another port, or from http to https, of its own host."""
    with Publisher() as publisher:
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Location": "https://other.example.org/g.csv"}, 307)
        publisher.answers["other.example.org/g.csv"] = lambda h: h._send(b"", False, {"Location": f"https://{HOST}/f.csv"}, 308)
        publisher.files[f"{HOST}/f.csv"] = BODY
        assert got(publisher, tmp_path, header="X-Key", secret=SECRET) is not None
        assert [h.get("X-Key") for _, _, h in publisher.seen] == [SECRET, None, None]
        publisher.seen.clear()
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Location": f"https://{HOST}:8443/f.csv"}, 302)
        publisher.files[f"{HOST}:8443/f.csv"] = BODY
        assert got(publisher, tmp_path, header="X-Key", secret=SECRET) is not None
        assert [h.get("X-Key") for _, _, h in publisher.seen] == [SECRET, None]


def _direct(monkeypatch: pytest.MonkeyPatch, public: Publisher) -> fetch.Session:
    """A session without mirror or proxy; names in .example are of this machine, and this server, and no other, has a public address."""
    peer, resolve = fetch._peer, socket.getaddrinfo
    assert public.server is not None
    port = public.server.server_address[1]
    monkeypatch.setattr(fetch, "_peer", lambda sock: "93.184.215.14" if sock.getpeername()[1] == port else peer(sock))
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more: resolve("127.0.0.1" if host.endswith(".example") else host, *more))
    return fetch.Session(limits=FAST, mirror="", proxies={})


def test_a_public_host_does_not_lead_into_a_private_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Publisher() as public, Publisher() as inner:
        direct = _direct(monkeypatch, public)
        inner.files["secret.csv"] = BODY
        for name in ("127.0.0.1", "localhost", "127.1", "harmless.example"):
            there = f"{inner.base.replace('127.0.0.1', name)}/secret.csv"
            public.answers["f.csv"] = lambda h, there=there: h._send(b"", False, {"Location": there}, 302)
            for ask in (fetch.ask, fetch.small):
                with pytest.raises(NetworkError, match="from a public host to this machine or a private network"):
                    ask(direct, fetch.Wanted(url=f"{public.base}/f.csv", header="X-Key", secret=SECRET))
        assert inner.seen == []
        assert len(public.seen) == 8


def test_a_public_host_may_lead_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Publisher() as public:
        direct = _direct(monkeypatch, public)
        there = public.base.replace("127.0.0.1", "other.example")
        public.answers["f.csv"] = lambda h: h._send(b"", False, {"Location": f"{there}/g.csv"}, 302)
        public.files["g.csv"] = BODY
        assert fetch.small(direct, fetch.Wanted(url=f"{public.base}/f.csv", header="X-Key", secret=SECRET)) == BODY
        assert [h.get("X-Key") for _, _, h in public.seen] == [SECRET, None]


def test_a_host_of_this_machine_may_lead_to_another_of_it(tmp_path: Path) -> None:
    """A source that is itself in a private network is where its user put it."""
    with Publisher() as one, Publisher() as other:
        other.files["f.csv"] = BODY
        one.answers["f.csv"] = lambda h: h._send(b"", False, {"Location": f"{other.base}/f.csv"}, 302)
        assert fetch.small(fetch.Session(limits=FAST, mirror="", proxies={}), fetch.Wanted(url=f"{one.base}/f.csv")) == BODY


@pytest.mark.parametrize(
    "there",
    ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[fe80::1]",
     "[::ffff:127.0.0.1]", "[fd00::1]", "localhost", "LOCALHOST.", "a.localhost", "printer.local", "db.internal"],
)  # fmt: skip
def test_a_redirect_inwards_is_refused_by_name_where_another_resolves_it(there: str, tmp_path: Path) -> None:
    """By a proxy or a mirror the address that is reached is not seen."""
    with Publisher() as proxy:
        proxy.answers["http://plain.example.org/f.csv"] = lambda h: h._send(b"", False, {"Location": f"http://{there}/f.csv"}, 302)
        with pytest.raises(NetworkError, match="private network"):
            fetch.small(fetch.Session(limits=FAST, mirror="", proxies={"http": proxy.base}), fetch.Wanted(url="http://plain.example.org/f.csv"))
        assert len(proxy.seen) == 1
    with Publisher() as publisher:
        publisher.answers[PATH] = lambda h: h._send(b"", False, {"Location": f"https://{there}/f.csv"}, 302)
        with pytest.raises(NetworkError, match="private network"):
            got(publisher, tmp_path)
        assert len(publisher.seen) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_the_key_is_in_no_text(fault: str, tmp_path: Path) -> None:
    said: list[str] = []
    url = f"{URL}?key={{key}}"
    with Publisher(checksums=True) as publisher:
        publisher.files[PATH] = BODY
        publisher.faults[PATH] = [fault] * 99
        noisy = session(publisher, say=said.append)
        wanted = fetch.Wanted(url=url, header="X-Key", secret=SECRET, checksum=f"{URL}.sha256")
        with pytest.raises(ComityError) as caught:
            downloads.download(noisy, wanted, tmp_path / "rates.csv")
        assert publisher.seen[0][1] == f"{PATH}?key={SECRET}"
        chain, error = [], caught.value
        while error is not None and error not in chain:
            chain.append(error)
            error = error.__cause__  # type: ignore[assignment]
        kept = "".join(p.read_text(errors="replace") for p in tmp_path.iterdir())
    assert SECRET not in " ".join([*map(repr, chain), *map(str, chain), *said, kept, repr(wanted), repr(noisy)])


def test_sizes_and_ends(tmp_path: Path) -> None:
    small = fetch.Limits(attempts=1, pause=0, largest=1000)
    with Publisher() as publisher:
        publisher.files[PATH] = BODY
        with pytest.raises(BadDataError, match="more than the 1,000"):
            downloads.download(session(publisher, limits=small), fetch.Wanted(url=URL), tmp_path / "rates.csv")

        def endless(handler: Any) -> None:
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            for _ in range(1000):
                handler.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")

        publisher.answers[PATH] = endless
        with pytest.raises(BadDataError, match="more than the 1,000"):
            downloads.download(session(publisher, limits=small), fetch.Wanted(url=URL), tmp_path / "rates.csv")

        def cut(handler: Any) -> None:
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")

        publisher.answers[PATH] = cut
        with pytest.raises(NetworkError, match="broke off"):
            got(publisher, tmp_path)
        whole = zipped({"a.csv": BODY})
        publisher.answers[f"{HOST}/a.zip"] = lambda h: (h.send_response(200), h.end_headers(), h.wfile.write(whole[:-30]))
        with pytest.raises(BadDataError, match="has no end"):
            got(publisher, tmp_path, url=f"https://{HOST}/a.zip")
    assert not [p for p in tmp_path.iterdir() if not p.name.startswith(".")]


@pytest.mark.parametrize(
    ("file", "body"), [("a.zip", b"day,rate\n1,2\n"), ("a.xlsx", b'{"error": "quota"}'), ("a.csv.gz", b"day,rate\n"), ("a.csv", b"<html>")]
)
def test_a_file_that_is_not_what_its_name_says(file: str, body: bytes, tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.files[f"{HOST}/{file}"] = body
        with pytest.raises(BadDataError, match="nothing was kept"):
            got(publisher, tmp_path, url=f"https://{HOST}/{file}")
        assert len(publisher.seen) == 1 and not list(tmp_path.iterdir())


def test_a_page_and_a_gzip_where_they_belong(tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.files |= {f"{HOST}/a.html": b"<html><table></table></html>", f"{HOST}/a.csv.gz": gzip.compress(BODY)}
        assert got(publisher, tmp_path, url=f"https://{HOST}/a.html") and got(publisher, tmp_path, url=f"https://{HOST}/a.csv.gz")


def test_hosts_that_are_not_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    away = fetch.Session(limits=FAST, mirror=nobody, proxies={})
    with pytest.raises(NetworkError, match=r"cannot be reached \(tried 4 times\)"):
        downloads.download(away, fetch.Wanted(url=URL), tmp_path / "rates.csv")
    with pytest.raises(NetworkError, match="not asked again"):
        downloads.download(away, fetch.Wanted(url=f"https://{HOST}/other.csv"), tmp_path / "other.csv")
    nowhere = fetch.Session(limits=FAST, mirror="", proxies={})
    with pytest.raises(NetworkError, match="host is not found"):
        downloads.download(nowhere, fetch.Wanted(url="https://no-such-host.invalid/f.csv"), tmp_path / "f.csv")


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    pair = tmp_path / "pair.pem"
    made = subprocess.run(
        [*["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
         "-addext", "subjectAltName=DNS:localhost", "-keyout", pair, "-out", tmp_path / "c.pem"],
        capture_output=True, check=False,
    ) if not subprocess.call(["which", "openssl"], stdout=subprocess.DEVNULL) else None  # fmt: skip
    if made is None or made.returncode:
        pytest.skip("no openssl to make a certificate with")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", pair)
    with Publisher() as publisher:
        assert publisher.server is not None
        publisher.server.socket = context.wrap_socket(publisher.server.socket, server_side=True)
        publisher.files["f.csv"] = BODY
        url = f"https://localhost:{publisher.server.server_address[1]}/f.csv"
        with pytest.raises(NetworkError, match="certificate is not trusted"):
            downloads.download(fetch.Session(limits=FAST, mirror="", proxies={}), fetch.Wanted(url=url), tmp_path / "f.csv")
        trusting = ssl.create_default_context(cafile=tmp_path / "c.pem")
        result = downloads.download(fetch.Session(limits=FAST, mirror="", proxies={}, tls=trusting), fetch.Wanted(url=url), tmp_path / "f.csv")
        assert result is not None and result.path.read_bytes() == BODY


def test_a_proxy_of_the_environment_is_used(tmp_path: Path) -> None:
    """It is asked with the whole address, and gets its own credentials, which are in no text."""
    with Publisher() as proxy:
        proxy.answers["http://plain.example.org/f.csv"] = lambda h: h._send(BODY, False, {}, 200)
        way = proxy.base.replace("http://", f"http://me:{SECRET}@")
        through = fetch.Session(limits=FAST, mirror="", proxies={"http": way, "https": way})
        assert downloads.download(through, fetch.Wanted(url="http://plain.example.org/f.csv"), tmp_path / "f.csv") is not None
        assert proxy.seen[0][2]["Proxy-Authorization"].startswith("Basic ")
        with pytest.raises(NetworkError) as caught:
            downloads.download(through, fetch.Wanted(url=URL), tmp_path / "rates.csv")
        assert SECRET not in str(caught.value) and SECRET not in repr(through)
        socks = fetch.Session(limits=FAST, mirror="", proxies={"https": f"socks5://me:{SECRET}@127.0.0.1:1"})
        with pytest.raises(UsageError) as refused:
            downloads.download(socks, fetch.Wanted(url=URL), tmp_path / "rates.csv")
        assert SECRET not in str(refused.value)


def test_no_room_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rates.csv").write_bytes(b"old")
    with Publisher() as publisher:
        publisher.files[PATH] = BODY
        usage = type("Usage", (), {"free": 10})
        monkeypatch.setattr(downloads.shutil, "disk_usage", lambda _: usage)
        with pytest.raises(StoreError, match="no room"):
            got(publisher, tmp_path)
    assert (tmp_path / "rates.csv").read_bytes() == b"old"


def test_a_link_at_the_hidden_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / ".rates.csv.part").symlink_to(tmp_path / "precious")
    with Publisher() as publisher:
        publisher.files[PATH] = BODY
        assert got(publisher, tmp_path / "d") is not None
    assert (tmp_path / "precious").read_text() == "x"


def test_a_checksum_file_that_holds_none(tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.files |= {PATH: BODY, f"{HOST}/sums": b"to be published\n"}
        with pytest.raises(BadDataError, match="no checksum"):
            got(publisher, tmp_path, checksum=f"https://{HOST}/sums")
        lines = f"{'0' * 64}  other.csv\n{hashlib.md5(BODY).hexdigest().upper()} *rates.csv\n"
        publisher.files[f"{HOST}/sums"] = lines.encode()
        assert got(publisher, tmp_path, checksum=f"https://{HOST}/sums") is not None


def test_only_one_module_is_on_the_network() -> None:
    network = {"http", "urllib", "socket", "ssl", "requests", "httpx", "urllib3", "ftplib", "smtplib", "aiohttp"}
    import ast

    root = Path(fetch.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {path.name for n in names if n.split(".")[0] in network and n not in ("urllib.parse", "http.HTTPStatus")}
    assert found - {"downloads.py", "serving.py"} == {"fetch.py"}, found  # serving.py listens, and asks nothing


def test_random_sequences_of_faults() -> None:
    faults = pytest.importorskip("bench.fetch_faults", reason="bench is not on the path: run python -m pytest in the repository")
    assert not [r for r in faults.many(12, first=10_000) if r.wrong]


@pytest.mark.slow
def test_five_hundred_random_sequences_of_faults() -> None:
    faults = pytest.importorskip("bench.fetch_faults", reason="bench is not on the path: run python -m pytest in the repository")
    runs = faults.many(500)
    assert not [r for r in runs if r.wrong] and {f for r in runs for f in r.faults} == set(FAULTS)
