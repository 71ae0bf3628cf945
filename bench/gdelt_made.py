"""Made rows in GDELT's real layout, zipped as the published files are: seeded, with the widths and empty fields of real lines.

Shares of empty fields, lengths of lines (340 to 400 bytes) and the share of rows between two states (a fifth) follow 810 real lines of
1.0 and 200 of 2.0. No line is real. `python -m bench.gdelt_made DIR --rows 2000000` writes daily files of 1.0; `--edition gdelt2` those of 2.0.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

_STATES = (
    "USA GBR CHN RUS ISR PAK IND FRA IRN DEU JPN UKR IRQ SYR TUR AUS CAN PSE EGY AFG SAU KOR PRK ITA ESP LBN MEX PHL NGA ZAF VNM IDN POL BRA YEM LBY "
    "GRC QAT NLD BEL CHE CUB VEN JOR ARE THA MYS SGP NZL SWE NOR DNK FIN AUT HUN CZE ROM BGR SRB HRV GEO ARM AZE KAZ KEN UGA ETH SDN SOM ZWE GHA MAR "
    "DZA TUN KWT BHR OMN LKA NPL BGD MMR TWN HKG ARG CHL COL PER ECU BOL TMP MTN"
)
_CODES = (
    "010 011 012 013 014 016 017 018 019 020 021 022 023 030 031 032 033 036 037 038 039 040 041 042 043 045 046 050 051 052 053 055 057 060 061 062 "
    "064 070 071 072 073 080 081 084 0841 087 0874 090 091 092 100 101 110 111 112 1121 114 115 120 121 125 128 130 131 138 140 141 145 150 152 160 "
    "161 163 170 171 172 173 175 180 181 183 190 192 193 194 195 200"
)
STATES, CODES = _STATES.split(), _CODES.split()
QUADS = (1,) * 5 + (2,) * 4 + (3,) * 5 + (4,) * 6
"""GDELT's own classes by root code 01 to 20."""
PLACES, WORDS = 3000, 4000
REPEATED = 0.004
"""Share of rows whose number already stood in an earlier file."""


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Texts that rows draw from."""

    actors: tuple[pa.Array, ...]
    places: tuple[pa.Array, ...]
    words: pa.Array
    hosts: pa.Array
    codes: pa.Array


def pools(seed: int, edition: str) -> Pools:
    """The texts of one seed."""
    rng = np.random.default_rng([seed, 1])
    letters = np.array(list("aaabcdeeefghiiijklmnooopqrstuuvwyz"))
    made = ["".join(rng.choice(letters, size)) for size in rng.integers(3, 11, WORDS)]
    types = [""] * 5 + ["GOV", "MIL", "COP", "OPP", "JUD", "BUS", "EDU", "MED", "CVL", "LEG"]
    actors = [("",) * 5] + [(s + t, made[i % WORDS].upper(), s, "", t) for i, s in enumerate(STATES) for t in types]
    actors += [(t, made[-i].upper(), "", "", t) for i, t in enumerate(types) if t] + [(r, r.title(), r, "", "") for r in ("AFR", "EUR", "ASA", "WST")]
    places = [("0", "", "", "", "", "", "", "")]
    for i in range(PLACES):
        country, lat, lon = made[i % 97][:2].upper(), f"{rng.uniform(-60, 70):.4f}", f"{rng.uniform(-180, 180):.4f}"
        accent = "é" if edition == "gdelt2" and i % 9 == 0 else ""
        name = f"{made[i].title()}{accent}, {made[-i].title()}, {made[i % 97].title()}"
        places.append((str(rng.integers(1, 6)), name, country, f"{country}{i % 30:02d}", str(i * 17), lat, lon, str(-1_000_000 - 37 * i)))
    hosts = [f"http://www.{a}{b}.com" for a, b in zip(made[:500], made[500:1000], strict=True)]
    return Pools(
        actors=tuple(pa.array(c) for c in zip(*actors, strict=True)), places=tuple(pa.array(c) for c in zip(*places, strict=True)),
        words=pa.array(made), hosts=pa.array(hosts), codes=pa.array(CODES),
    )  # fmt: skip


def rows(
    n: int, *, day: dt.date, first: int, stamp: str, edition: str, pool: Pools, seed: tuple[int, ...], before: pa.Table | None = None
) -> pa.Table:
    """`n` made rows of one published file whose numbers begin with `first`, some of them again of the file `before`; `stamp` is DATEADDED."""
    rng = np.random.default_rng(seed)

    def texts(numbers: Any) -> pa.Array:
        return pa.array(numbers).cast(pa.string())

    def constant(text: str) -> pa.Array:
        return pa.array([text]).take(pa.array(np.zeros(n, np.int64)))

    ids = first + np.arange(n)
    back = np.where(rng.random(n) < 0.9, rng.integers(0, 2, n), rng.choice([7, 30, 365], n))
    days = np.datetime64(day) - back
    day_text = pc.replace_substring(pa.array(days).cast(pa.string()), "-", "")
    many = 1 + 15 * len(STATES)
    weight = 1 / np.arange(1, many) ** 0.8
    weight /= weight.sum()
    order = 1 + (np.arange(many - 1) % len(STATES)) * 15 + np.arange(many - 1) // len(STATES)
    first_actor = _actors(rng, n, many, len(pool.actors[0]), order, weight, empty=0.06, stateless=0.31)
    other_actor = _actors(rng, n, many, len(pool.actors[0]), order, weight, empty=0.28, stateless=0.26)
    other_actor = np.where(rng.random(n) < 0.35 * (first_actor > 0) * (other_actor > 0), first_actor, other_actor)
    code = rng.integers(0, len(CODES), n)
    code_text = pool.codes.take(pa.array(code))
    root = np.array([int(c[:2]) for c in CODES])[code]
    goldstein = texts(np.round(np.random.default_rng(7).uniform(-100, 100, len(CODES)))[code] / 10)
    mentions = 1 + rng.geometric(0.25, n)
    tone = texts(np.round(rng.normal(-1, 4, n), 14))
    place = [rng.integers(1, PLACES + 1, n) * (rng.random(n) > share) for share in (0.08, 0.28, 0.03)]
    place[1] = np.where((place[1] > 0) & (rng.random(n) < 0.7), place[0], place[1])
    place[2] = np.where((place[2] > 0) & (rng.random(n) < 0.8), place[0], place[2])
    empty = constant("")
    date = [day_text, pc.utf8_slice_codeunits(day_text, 0, 6), pc.utf8_slice_codeunits(day_text, 0, 4)]
    date.append(pc.binary_join_element_wise(date[2], texts(rng.integers(1000, 9999, n)), "."))
    columns = [texts(ids), *date]
    for actor in (first_actor, other_actor):
        code_, name, state, group, kind = (c.take(pa.array(actor)) for c in pool.actors)
        columns += [code_, name, state, group, empty, empty, empty, kind, empty, empty]
    columns += [texts(rng.integers(0, 2, n)), code_text, pc.utf8_slice_codeunits(code_text, 0, 3), pc.utf8_slice_codeunits(code_text, 0, 2)]
    columns += [texts(np.array(QUADS)[root - 1]), goldstein, texts(mentions), texts(1 + mentions // 6), texts(mentions), tone]
    for where in place:
        kind, name, country, adm1, adm2, lat, lon, feature = (c.take(pa.array(where)) for c in pool.places)
        columns += [kind, name, country, adm1, *([adm2] if edition == "gdelt2" else []), lat, lon, feature]
    columns.append(constant(stamp))
    story = np.sort(rng.integers(0, max(n // 8, 1), n))
    pick = np.random.default_rng([*seed, 2])
    story_words = [pool.words.take(pa.array(pick.integers(0, WORDS, max(n // 8, 1))[story])) for _ in range(4)]
    host = pool.hosts.take(pa.array(pick.integers(0, len(pool.hosts), max(n // 8, 1))[story]))
    columns.append(pc.binary_join_element_wise(host, f"/{stamp[:4]}/{stamp[4:6]}/", pc.binary_join_element_wise(*story_words, "-"), ""))
    made = pa.table(columns, names=[f"c{i}" for i in range(len(columns))])
    offset = before.num_rows if before is not None else 0
    which = np.arange(n) + offset
    again = rng.random(n) < REPEATED
    which[again] = (which[again] * rng.random(int(again.sum()))).astype(np.int64)
    return pa.concat_tables([before, made] if before is not None else [made]).take(pa.array(which))


def _actors(rng: Any, n: int, many: int, total: int, order: Any, weight: Any, *, empty: float, stateless: float) -> Any:
    draw = rng.random(n)
    who = order[rng.choice(many - 1, n, p=weight)]
    return np.where(draw < empty, 0, np.where(draw < empty + stateless, rng.integers(many, total, n), who))


def text(table: pa.Table) -> bytes:
    """The lines of a published file."""
    out = io.BytesIO()
    csv.write_csv(table, out, csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="none"))
    return out.getvalue()


def publish(folder: Path, name: str, content: bytes, *, level: int = 6) -> Path:
    """Zip the lines as `name`.zip with the one member `name`."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.writestr(name, content)
    return path


def write(folder: Path, n: int, *, edition: str = "gdelt1", per_file: int = 0, seed: int = 20260101, level: int = 6) -> list[Path]:
    """Published files of `n` made rows in all: daily from 2013-04-01 (1.0, 200,000 a file), or every 15 minutes from 2015-02-19 (2.0, 2,000)."""
    folder.mkdir(parents=True, exist_ok=True)
    size = per_file or (200_000 if edition == "gdelt1" else 2_000)
    pool = pools(seed, edition)
    out: list[Path] = []
    made = None
    for i, begin in enumerate(range(0, n, size)):
        count = min(size, n - begin)
        if edition == "gdelt1":
            day = dt.date(2013, 4, 1) + dt.timedelta(days=i)
            stamp, name = f"{day:%Y%m%d}", f"{day:%Y%m%d}.export.CSV"
        else:
            moment = dt.datetime(2015, 2, 19) + dt.timedelta(minutes=15 * i)
            day, stamp = moment.date(), f"{moment:%Y%m%d%H%M%S}"
            name = f"{stamp}.export.CSV"
        made = rows(count, day=day, first=250_000_000 + begin, stamp=stamp, edition=edition, pool=pool, seed=(seed, 3, i), before=made)
        out.append(publish(folder, name, text(made), level=level))
    return out


def main() -> None:
    """Write made files from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--edition", choices=("gdelt1", "gdelt2"), default="gdelt1")
    parser.add_argument("--per-file", type=int, default=0)
    parser.add_argument("--seed", type=int, default=20260101)
    given = parser.parse_args()
    print(len(write(given.folder, given.rows, edition=given.edition, per_file=given.per_file, seed=given.seed)), "files")


if __name__ == "__main__":
    main()
