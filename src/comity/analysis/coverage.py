"""What each source covers of each measure: years, states, pairs and gaps; or what of it is there for two states."""

from __future__ import annotations

from typing import Any

from comity import measures, selection, store, stretches
from comity.core import Measure, split_variant
from comity.store import Holdings

LISTS = {"members": "members", "cow": "members by COW", "gw": "members by Gleditsch–Ward"}
COLUMNS = ("source", "measure", "first", "last", "states", "pairs", "gaps")
DYAD_COLUMNS = (*COLUMNS, "n")


def coverage(holdings: Holdings, *, dyad: tuple[str, str] | None = None) -> list[dict[str, Any]]:
    """A row for each source of each held Series, by measure and source, from the ledger rows.

    With `dyad` only what has a value for the two, with first and last year, gaps and n (periods with a value) of theirs: of a directed
    measure in either direction, of a measure of states for both, of a world measure always.
    """
    held = [n for n in holdings.names("series") if _declared(n)]
    if dyad is not None:
        return _of_dyad(holdings, held, dyad)
    out = []
    for name in held:
        declared = measures.get(name)
        for source, cover in sorted(holdings.row("series", name).facts["coverage"].items()):
            out.append({"source": source, "measure": name, "first": cover["first"], "last": cover["last"], **_reach(declared, cover)})
    return out


def _declared(name: str) -> bool:
    """Whether this version declares the measure and the variant: a store may hold what an older one built."""
    base, variant = split_variant(name)
    return base in measures.load() and variant in ("", *measures.get(base).variants)


def _reach(declared: Measure, cover: dict[str, Any]) -> dict[str, Any]:
    listed = cover["states"]
    who = None if declared.of == "world" else LISTS[listed] if isinstance(listed, str) else str(len(listed))
    pairs = None
    if declared.of == "dyad":
        if cover["pairs"] is not None:
            pairs = ", ".join("–".join(p) for p in cover["pairs"]) if len(cover["pairs"]) <= 3 else str(len(cover["pairs"]))
        elif cover["partners"] is not None:
            pairs = "with " + ", ".join(cover["partners"])
        elif cover.get("origins") is not None:
            pairs = "from " + ", ".join(cover["origins"])
        else:
            pairs = "all"
    return {"states": who, "pairs": pairs, "gaps": stretches.told(cover["gaps"])}


def _of_dyad(holdings: Holdings, held: list[str], dyad: tuple[str, str]) -> list[dict[str, Any]]:
    known: dict[tuple[str, str], list[tuple[int, int]]] = {}
    plain = [n for n in held if measures.get(n).absent is None or measures.get(n).of != "dyad"]
    parts, parameters = [], {"x": dyad[0], "y": dyad[1]}
    for i, name in enumerate(plain):
        of = measures.get(name).of
        where = {"dyad": "(a = $x AND b = $y) OR (a = $y AND b = $x)", "state": "a IN ($x, $y)", "world": "true"}[of]
        if of == "state":
            where += f" AND start IN (SELECT start FROM read_parquet($p{i}) WHERE a IN ($x, $y) GROUP BY start HAVING count(DISTINCT a) = 2)"
        parts.append(f"SELECT $n{i}::VARCHAR AS name, source, start FROM read_parquet($p{i}) WHERE {where}")
        parameters |= {f"n{i}": name, f"p{i}": str(holdings.path("series", name))}
    if parts:
        split = "unnest(string_split(regexp_replace(source, ':[^+]*', '', 'g'), '+'))"
        sql = (
            f"SELECT name, base AS source, year(start) AS year, count(DISTINCT start) AS n "
            f"FROM (SELECT name, start, {split} AS base FROM ({' UNION ALL '.join(parts)})) GROUP BY ALL ORDER BY ALL"
        )
        for row in store.query(sql, parameters if "$x" in sql else {k: v for k, v in parameters.items() if k not in "xy"}).to_pylist():
            known.setdefault((row["name"], row["source"]), []).append((row["year"], row["n"]))
    for name in held:
        if name not in plain:
            for source, years in _filled(holdings, name, dyad).items():
                known[name, source] = years
    out = []
    for (name, source), years in sorted(known.items()):
        declared = measures.get(name)
        cover = holdings.row("series", name).facts["coverage"].get(source)
        reach = _reach(declared, cover) if cover else {"states": None, "pairs": None}
        seen = {y for y, _ in years}
        gaps = [y for y in range(min(seen), max(seen)) if y not in seen]
        row = {"source": source, "measure": name, "first": min(seen), "last": max(seen), **reach}
        out.append(row | {"gaps": stretches.told(gaps), "n": sum(n for _, n in years)})
    return out


def _filled(holdings: Holdings, name: str, dyad: tuple[str, str]) -> dict[str, list[tuple[int, int]]]:
    """Years and number of periods by source of a measure whose silence is a value."""
    declared = measures.get(name)
    ways = (dyad,) if declared.symmetric else (dyad, (dyad[1], dyad[0]))
    periods: dict[str, set[Any]] = {}
    for way in ways:
        rows = selection.select(holdings, declared, name, dyad=way).rows
        for source, start in zip(rows.column("source").to_pylist(), rows.column("start").to_pylist(), strict=True):
            for part in source.split("+"):
                periods.setdefault(part.partition(":")[0], set()).add(start)
    out: dict[str, list[tuple[int, int]]] = {}
    for source, starts in periods.items():
        years: dict[int, int] = {}
        for start in starts:
            years[start.year] = years.get(start.year, 0) + 1
        out[source] = sorted(years.items())
    return out
