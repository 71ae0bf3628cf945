"""Does a download ever leave half a file, hang, or lose the file before? Random sequences of ten faults of a publisher's server.

    python -m bench.fetch_faults --runs 500     prints Markdown: by fault, runs, succeeded after retry, failed cleanly, longest seconds

Every run is one `fetch` of a made file of random size, new or over an older edition, with or without marks and ranges, of a server that
fails by a seeded sequence of faults. A second thread reads the file's place all the while. Time-outs are short; their bound is printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from comity import fetch, fetched
from comity.analysis import fetching
from made_publisher import FAST, HOST, NAME, install, made, remote
from publisher_server import FAULTS, Publisher

PATH = f"{HOST}/d/rates.csv"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One fetch: the faults that the server had ready, how it ended, and what was wrong with the result, if anything."""

    faults: tuple[str, ...]
    outcome: str
    seconds: float
    wrong: tuple[str, ...]


def edition(rng: random.Random) -> bytes:
    """A made table of up to 300,000 bytes."""
    lines = rng.choice((1, 20, 2000, 20_000))
    return b"day,rate\n" + b"".join(b"2020-01-%02d,%d\n" % (k % 28 + 1, rng.randrange(99)) for k in range(lines))


def one(seed: int, folder: Path) -> Run:
    """One run of a seed, in an empty folder."""
    rng = random.Random(seed)
    faults = tuple(rng.choice(FAULTS) for _ in range(rng.choice((1, 1, 2, 3, 4, 6))))
    sums = "has a wrong checksum" in faults or rng.random() < 0.5
    url = f"https://{HOST}/d/rates.csv"
    with pytest.MonkeyPatch.context() as patch, Publisher(etags=rng.random() < 0.7, ranges=rng.random() < 0.7, checksums=sums) as publisher:
        install(patch, made(remote(checksum=f"{url}.sha256" if sums else "")))
        session = fetch.Session(mirror=publisher.base)
        place = fetched.raw_folder(folder, NAME) / "publisher" / "rates.csv"
        publisher.files[PATH] = old = edition(rng)
        held = rng.random() < 0.6
        if held:
            next(iter(fetching.fetch_sources([NAME], home=folder, session=session)))
            publisher.put(PATH, edition(rng))
        published = {old} if held else set()
        new = publisher.files[PATH]
        published |= {new, new[::-1]}
        publisher.faults[PATH] = list(faults)
        seen_half: list[int] = []
        over = threading.Event()

        def look() -> None:
            while not over.is_set():
                if place.exists() and place.read_bytes() not in published:
                    seen_half.append(1)
                time.sleep(0.002)

        looking = threading.Thread(target=look)
        looking.start()
        began = time.monotonic()
        row = next(iter(fetching.fetch_sources([NAME], home=folder, session=session)))
        seconds = time.monotonic() - began
        over.set()
        looking.join()
        wrong = ["half a file"] * bool(seen_half)
        now = place.read_bytes() if place.exists() else None
        if row.outcome == "failed" and now != (old if held else None):
            wrong.append("the file before was not kept")
        if row.outcome in ("new", "changed") and now != publisher.files[PATH]:
            wrong.append("not the file that is published")
        if row.outcome == "unchanged" and now != old:
            wrong.append("not unchanged")
        if seconds > (1 + sums) * FAST.idle:
            wrong.append("hung")
        if [v.sha256 for v in fetched.newest(folder, NAME).values() if not v.whole(fetched.raw_folder(folder, NAME))]:
            wrong.append("its vintage is not what is held")
        return Run(faults=faults[: len(faults) - len(publisher.faults[PATH])], outcome=row.outcome, seconds=seconds, wrong=tuple(wrong))


def table(runs: list[Run]) -> str:
    """The runs by each fault that happened in them, as Markdown."""
    by: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        for fault in set(run.faults) or {"none"}:
            by[fault].append(run)
    by["all runs"] = runs
    out = ["| fault | runs | succeeded after retry | failed cleanly | wrong | longest, seconds |", "|---|---|---|---|---|---|"]
    for fault in (*FAULTS, "none", "all runs"):
        part = by[fault]
        if part:
            failed = sum(r.outcome == "failed" and not r.wrong for r in part)
            good = sum(r.outcome != "failed" and not r.wrong for r in part)
            cells = [fault, f"{len(part)}", f"{good}", f"{failed}", f"{sum(bool(r.wrong) for r in part)}", f"{max(r.seconds for r in part):.2f}"]
            out.append(f"| {' | '.join(cells)} |")
    wrong = Counter(w for r in runs for w in r.wrong)
    sums = f"{wrong['half a file']} half-written files, {wrong['hung']} hangs, the file before lost {wrong['the file before was not kept']} times"
    other = sum(wrong.values()) - wrong["half a file"] - wrong["hung"] - wrong["the file before was not kept"]
    return "\n".join([*out, "", f"{len(runs)} runs: {sums}, {other} other faults. Stated bound without progress: {FAST.idle:.1f} s a file."])


def many(count: int, first: int = 0) -> list[Run]:
    """So many runs, of consecutive seeds."""
    out = []
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory(prefix="comity-faults-") as folder:
            out.append(one(seed, Path(folder)))
    return out


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0, help="of the first run")
    options = parser.parse_args()
    runs = many(options.runs, options.seed)
    sys.stdout.write(table(runs) + "\n")
    raise SystemExit(any(r.wrong for r in runs))


if __name__ == "__main__":
    main()
