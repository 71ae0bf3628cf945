"""Three hundred dyads of every era: the page of each is made, with its time, size and lead; any error ends the run.

    python -m bench.dyads [--home H] [--out docs/dyads.md] [--number 300]

States are drawn with a fixed seed from the members of the years 1955, 1975, 1988, 1995, 2010 and 2020, in equal parts;
some hard pairs come first.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import comity
from comity import states
from comity.report import html

HARD = (("TUV", "NRU"), ("PRK", "USA"), ("SUN", "USA"), ("YUG", "SUN"), ("DDR", "DEU"), ("TWN", "CHN"), ("SSD", "XKX"))
YEARS = (1955, 1975, 1988, 1995, 2010, 2020)


def sample(number: int) -> list[tuple[str, str]]:
    """The hard pairs, then pairs drawn with a fixed seed from the members of each of the years."""
    draw = random.Random(1949)
    out = list(HARD)
    while len(out) < number:
        year = YEARS[len(out) % len(YEARS)]
        members = sorted(s.code for s in states.all_states() if states.is_member(s.code, year))
        a, b = draw.sample(members, 2)
        if (a, b) not in out:
            out.append((a, b))
    return out


def faults(page: str, lead: tuple[str, ...]) -> list[str]:
    """What is wrong with a page: an empty lead, a value that is no number, a request to elsewhere, more than 1.5 MB."""
    out = []
    if not 3 <= len(lead) <= 5:
        out.append(f"{len(lead)} sentences lead")
    words = " ".join(lead)
    out += [f"lead says {bad}" for bad in ("nan", "None", "null") if f" {bad} " in words]
    out += [f"page has {bad}" for bad in ("<script", 'src="http', 'href="http', "url(http") if bad in page]
    if len(page.encode()) > 1_500_000:
        out.append("over 1.5 MB")
    return out


def main() -> None:
    """Make the pages and print or write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--number", type=int, default=300)
    chosen = parser.parse_args()
    store = comity.open(chosen.home)
    head = f"{chosen.number} pages made by `python -m bench.dyads` in one process."
    lines = ["# Dyads", "", head, "", "| pair | s | kB | entries held | fault |", "|---|---|---|---|---|"]
    bad = 0
    for a, b in sample(chosen.number):
        began = time.perf_counter()
        page = store.profile(a, b)
        text = html.render(page)
        seconds = time.perf_counter() - began
        wrong = faults(text, page.lead)
        bad += bool(wrong)
        held = sum(bool(m.series) for s in page.sections for m in s.measures)
        lines.append(f"| {a}–{b} | {seconds:.2f} | {len(text.encode()) / 1000:.0f} | {held} | {'; '.join(wrong)} |")
    lines += ["", f"Faults: {bad}."]
    if chosen.out:
        chosen.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        print("\n".join(lines))
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
