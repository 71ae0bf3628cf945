"""The site under fuzzed requests: seeded paths, questions, headers and bodies, also what is no HTTP; no 500, no hang, bounded memory.

    python -m bench.web_fuzz [--requests 20000] [--seed 1] [--home DIR]

Memory is the resident set of the server and the processes that make its pages (pages of code that they share are counted for each), after a
warm-up that loads every part and the first twentieth of the requests, and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

from bench.web_load import PAGES, ask, served
from comity.web.places import PLACES

WORDS = (
    "CHN",
    "RUS",
    "FRA",
    "TUV",
    "SUN",
    "Persia",
    "china",
    "XXX",
    "",
    "trade_total_usd",
    "vote_agreement:hr",
    "gdp_usd",
    "brent_usd",
    "imf_dots",
    "none",
    "1995",
    "2020",
    "0",
    "-1",
    "99999999999999999999",
    "1e9",
    "2024-01-03",
    "2024-13-45",
    "CHN-RUS",
    "CHN-RUS,DEU-POL",
    "CHN-",
    ",,,",
    "hr",
    "A/RES/77/229",
    "<script>alert(1)</script>",
    "'; DROP TABLE p; --",
    "../../etc/passwd",
    "{{7*7}}",
    "\x00",
    "\x1b[31m",
    "✈",
    "\u202e",
    "$path",
    "%",
    "%00",
    "*",
    "..",
    "null",
    "{m}",
    "a" * 201,
    "nan",
    "inf",
    "true",
    "1",
    "yes",
    "\n",
    "\u0000",
    "𝔘𝔫𝔦",
    "¿",
    "[]",
    "()",
    "\\",
    "//",
    "?",
    "#",
    "&",
    "=",
)
KEYS = ("a", "b", "from", "to", "as_of", "seat", "m", "year", "pairs", "p1", "q", "topic", "like", "side", "state", "zz", "", "a[]", "__proto__")
SHAPES = (
    "/",
    "/pair",
    "/pair/{}/{}",
    "/pair/{}/{}/families",
    "/pair/{}/{}/initiatives",
    "/pair/{}/{}/forecasts",
    "/pair/{}/{}/picture/{}",
    "/measures",
    "/measure/{}",
    "/measure/{}/ranking",
    "/compare",
    "/states",
    "/state/{}",
    "/sources",
    "/source/{}",
    "/align",
    "/claims",
    "/roadmap",
    "/forecasts",
    "/search",
    "/static/{}",
    "/embed/measure/{}",
    "/embed/compare",
    "/openapi.json",
    "/{}",
    "/{}/{}/{}/{}",
    "//",
    "/.",
    "/..;/",
    "*",
)
FORMS = ("", "", "", ".json", ".csv", ".metadata.json", ".svg", ".png", ".vl.json", ".exe", ".")
METHODS = (*["GET"] * 12, "HEAD", "POST", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FROB")
KINDS = (
    "text/plain",
    "application/toml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=y",
    "multipart/form-data",
    "",
    "a/b; c",
)
HANG = 200.0
"""Seconds after which a request counts as a hang: more than the longest deadline of a page."""


FIT = {
    "states": ("CHN", "RUS", "FRA", "TUV", "Persia", "germany", "SUN", "PSE"),
    "measures": ("trade_total_usd", "vote_agreement", "coauthored_works", "gdp_usd", "brent_usd", "exports_usd", "shared_igos"),
    "years": ("1995", "2010", "2020"),
    "pairs": ("CHN-RUS", "CHN-RUS,DEU-POL"),
    "days": ("2015-06-01",),
    "flags": ("1", "0"),
    "words": ("votes", "yemen"),
}
SORTS = {
    "a": "states",
    "b": "states",
    "s": "states",
    "state": "states",
    "m": "measures",
    "year": "years",
    "from": "years",
    "to": "years",
    "as_of": "days",
    "pairs": "pairs",
    "p1": "pairs",
    "p2": "pairs",
    "p3": "pairs",
    "seat": "flags",
    "q": "words",
}


def word(r: random.Random, key: str = "") -> str:
    """A word that fits the key, one that a page may or must not take, or any characters."""
    if key in SORTS and r.random() < 0.7:
        return r.choice(FIT[SORTS[key]])
    if r.random() < 0.75:
        return r.choice(WORDS)
    return "".join(chr(r.choice((r.randrange(32, 127), r.randrange(1, 32), r.randrange(160, 0x3000)))) for _ in range(r.randrange(1, 30)))


def address(r: random.Random) -> str:
    """A path with a query: of a page of the site four times in five."""
    if r.random() < 0.8:
        place = r.choice(PLACES)
        form = r.choice(place.forms)
        parts = re.findall(r"{(\w+)}", place.path)
        path = place.path.format(**{k: quote(word(r, k), safe="") for k in parts})
        if place.lane == "slow" and "/pair/" in path and r.random() < 0.98:
            path = path.replace("/pair/", "/pair/nowhere-", 1)
        path = f"/embed{path}" if form == "embed" else path if form == "html" else f"{path}.{form}"
        known: tuple[str, ...] = place.query or KEYS
    else:
        path = r.choice(SHAPES).format(*(quote(word(r), safe="") for _ in range(4))) + r.choice(FORMS)
        known = KEYS
    if r.random() < 0.03:
        path += quote_from_bytes(r.randbytes(6))
    chosen = [r.choice(known if r.random() < 0.95 else KEYS) for _ in range(r.choice((0, 1, 1, 2, 3, 6)))]
    if r.random() < 0.8:
        chosen = list(dict.fromkeys(chosen))
    query = "&".join(f"{quote(k)}={quote(word(r, k), safe='')}" for k in chosen)
    return f"{path}?{query}" if query else path


def request(r: random.Random) -> bytes:
    """One request as bytes."""
    if r.random() < 0.01:
        return r.choice(
            (
                b"\r\n\r\n",
                b"GET\r\n\r\n",
                b"GET / HTTP/9.9\r\n\r\n",
                b"\x16\x03\x01\x02\x00",
                r.randbytes(40) + b"\r\n\r\n",
                b"GET / HTTP/1.1\r\n\r\n",
            )
        )
    method = r.choice(METHODS)
    heads = [b"Host: 127.0.0.1", b"Accept: " + r.choice((b"*/*", b"text/html", b"\xff", b""))]
    if r.random() < 0.3:
        heads.append(
            r.choice(
                (
                    b'If-None-Match: W/"x"',
                    b"If-None-Match: *",
                    b"Accept-Encoding: gzip",
                    b"Range: bytes=0-10",
                    b"X-Forwarded-For: <b>",
                    b"Cookie: " + b"a" * 3000,
                    b"Expect: 100-continue",
                    b"If-None-Match: " + r.randbytes(8).hex().encode(),
                )
            )
        )
    body = b""
    if method in ("POST", "PUT", "PATCH"):
        body = r.choice(
            (
                b"",
                b"In 2010 trade between China and Russia was 900 billion dollars.",
                r.randbytes(200),
                b"text=" + quote(word(r)).encode(),
                b'--y\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--y--',
                b'name = "x"\nstates = ["CHN"]\n',
                b"[" * 2000,
                b"a=" * 3000,
            )
        )
        heads += [b"Content-Type: " + r.choice(KINDS).encode(), b"Content-Length: " + str(len(body)).encode()]
    line = f"{method} {address(r)} HTTP/1.1".encode("utf-8", "replace")
    return b"\r\n".join([line, *heads, b"Connection: close", b"", body])


def posted(path: str, number: int) -> bytes:
    """A text or a roadmap that is read to the end, so that every process has loaded what that takes."""
    text = f"In {1990 + number} trade between China and Russia was 9 billion dollars. They voted alike in the United Nations more often than before."
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
    return (head + text).encode()


async def send(host: str, port: int, data: bytes) -> str:
    """The status of the answer, "closed" for a connection that was ended without one, "hang" for none in time."""
    try:
        async with asyncio.timeout(HANG):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(data)
            if b"\r\n\r\n" not in data:
                writer.write_eof()
            answer = await reader.read()
            writer.close()
    except TimeoutError:
        return "hang"
    except OSError:
        return "closed"
    return answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "closed"


def resident(pid: int) -> float:
    """MB resident of a process and of all below it."""
    total = 0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            total += int(line.split()[1])
    below = [int(p) for t in Path(f"/proc/{pid}/task").iterdir() for p in (t / "children").read_text().split()]
    return total / 1024 + sum(resident(p) for p in below)


async def run(host: str, port: int, pid: int, requests: int, seed: int) -> None:
    """Warm up, fuzz, print; exit 1 where a promise is broken."""
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
    for path in PAGES:
        await ask(reader, writer, path, host)
    writer.close()
    await asyncio.gather(*(send(host, port, posted(path, n)) for n in range(12) for path in ("/claims.json", "/claims", "/roadmap.json")))
    for made in ("/pair/CHN/RUS.json", "/pair/CHN/RUS", "/pair/CHN/RUS/families"):
        await asyncio.gather(
            *(send(host, port, f"GET {made}?from={1990 + n} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()) for n in range(3))
        )
    r = random.Random(seed)
    statuses: Counter[str] = Counter()
    bad: list[bytes] = []
    gate = asyncio.Semaphore(24)

    async def one(data: bytes) -> None:
        async with gate:
            status = await send(host, port, data)
        statuses[status] += 1
        if status in ("500", "hang"):
            bad.append(data[:300])

    for part in range(20):
        await asyncio.gather(*(one(request(r)) for _ in range(requests // 20)))
        if part in (0, 19):
            await asyncio.sleep(3)
        if part == 0:
            warm = resident(pid)
        print(f"{(part + 1) * (requests // 20):6} requests  {resident(pid):7.1f} MB  {time.strftime('%H:%M:%S')}", file=sys.stderr, flush=True)
    growth = resident(pid) - warm
    print(f"{sum(statuses.values())} requests, seed {seed}: {dict(sorted(statuses.items()))}")
    print(f"500s {statuses['500']}, hangs {statuses['hang']}, memory {warm:.1f} MB after the first twentieth, {growth:+.1f} MB at the end (below 50)")
    for data in bad[:10]:
        print(repr(data))
    if bad or growth >= 50:
        raise SystemExit(1)


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--home", default=None)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as empty, served(chosen.home or empty) as (host, port, process):
        asyncio.run(run(host, port, process.pid, chosen.requests, chosen.seed))


if __name__ == "__main__":
    main()
