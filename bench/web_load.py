"""The site under load: connections that each ask one page a second, beside a bare static file asked by the same connections in the same run.

    python -m bench.web_load [--connections 200] [--seconds 120] [--home DIR]

Starts `comity serve` on a free port of loopback, asks every page once (cold), then loads it. Prints errors and the 50th, 95th and 99th percentile
of the time from the request's first byte to the answer's last, of pages and of the static file, and their ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

PAGES = (
    "/", "/measures", "/measures.csv", "/measures.json", "/sources", "/source/imf_dots", "/states", "/states.json?q=korea", "/state/BRA",
    "/state/IND?m=vote_agreement", "/state/FRA.csv", "/measure/trade_total_usd", "/measure/trade_total_usd?a=CHN&b=RUS",
    "/measure/trade_total_usd.csv?a=CHN&b=RUS", "/measure/trade_total_usd.json?a=FRA&b=DEU", "/measure/trade_total_usd.svg?a=CHN&b=RUS",
    "/measure/trade_total_usd.png?a=CHN&b=RUS", "/measure/coauthored_works?a=DEU&b=POL", "/measure/coauthored_works.metadata.json?a=DEU&b=POL",
    "/measure/vote_agreement?a=USA&b=GBR", "/embed/measure/vote_agreement?a=USA&b=GBR", "/compare?m=trade_total_usd&pairs=CHN-RUS,DEU-POL,CHN-IND",
    "/search?q=votes", "/search.json?q=china", "/claims", "/roadmap", "/forecasts", "/pair/CHN/RUS", "/pair/CHN/RUS.json", "/pair/CHN/RUS/families",
)  # fmt: skip


@dataclass
class Times:
    """Seconds of each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def at(self, share: float) -> float:
        """A percentile, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@contextlib.contextmanager
def served(home: str) -> Iterator[tuple[str, int, subprocess.Popen[str]]]:
    """A site on a store, on a free port; ended afterwards."""
    command = [sys.executable, "-m", "comity", "--home", home, "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            found = None
            while found is None:
                line = process.stderr.readline()
                if not line:
                    raise SystemExit("the site did not start")
                found = re.search(r"http://([\d.]+):(\d+)/", line)
            yield found.group(1), int(found.group(2)), process
        finally:
            process.terminate()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, host: str) -> tuple[int, int]:
    """One request on an open connection: status and bytes of the body."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head.split(" ", 2)[1])
    length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
    size = int(length.group(1)) if length else 0
    if size:
        await reader.readexactly(size)
    return status, size


async def visitor(number: int, host: str, port: int, static: str, until: float, pages: Times, plain: Times) -> None:
    """One connection: a page each second, and the static file half a second after it."""
    await asyncio.sleep(number % 100 / 100)
    reader, writer = await asyncio.open_connection(host, port)
    turn = number
    while time.monotonic() < until:
        begun = time.monotonic()
        for path, kept, at in ((PAGES[turn % len(PAGES)], pages, 0.0), (static, plain, 0.5)):
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            start = time.perf_counter()
            try:
                status, _ = await ask(reader, writer, path, host)
            except (OSError, asyncio.IncompleteReadError) as error:
                kept.errors[type(error).__name__] += 1
                reader, writer = await asyncio.open_connection(host, port)
                continue
            kept.seconds.append(time.perf_counter() - start)
            if status != 200:
                kept.errors[f"{status} {path}"] += 1
        turn += 7
        await asyncio.sleep(max(0.0, begun + 1 - time.monotonic()))
    writer.close()


async def load(host: str, port: int, connections: int, seconds: float) -> tuple[Times, Times, float]:
    """Pages and the static file under load, and the seconds of asking every page once before."""
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
    begun = time.perf_counter()
    for path in PAGES:
        status, _ = await ask(reader, writer, path, host)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
    cold = time.perf_counter() - begun
    writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    found = re.search(rb'href="(/static/icon-[^"]+)"', await reader.read())
    assert found is not None
    pages, plain = Times(), Times()
    until = time.monotonic() + seconds
    await asyncio.gather(*(visitor(i, host, port, found.group(1).decode(), until, pages, plain) for i in range(connections)))
    return pages, plain, cold


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--connections", type=int, default=200)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--home", default=None)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as empty, served(chosen.home or empty) as (host, port, _):
        pages, plain, cold = asyncio.run(load(host, port, chosen.connections, chosen.seconds))
    print(f"{chosen.connections} connections, {chosen.seconds:g} s; {len(PAGES)} pages cold: {cold:.1f} s")
    for name, times in (("pages", pages), ("static", plain)):
        figures = "  ".join(f"p{round(100 * p)} {1000 * times.at(p):.1f} ms" for p in (0.5, 0.95, 0.99))
        print(f"{name:7} {len(times.seconds):6} answers  {sum(times.errors.values())} errors {dict(times.errors) or ''}  {figures}")
    print(f"p99 of pages / p99 of static: {pages.at(0.99) / plain.at(0.99):.2f} (at most 3)")


if __name__ == "__main__":
    main()
