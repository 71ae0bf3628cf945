"""Two states' value added in each other's use, the ways it takes, and what they make together, year by year."""

from __future__ import annotations

from typing import Any

from comity import store
from comity.core import NotHeldError
from comity.store import Holdings

TABLES = ("value_added_pairs", "shared_goods", "value_routes")
REST = "ROW"


def held(holdings: Holdings) -> bool:
    """Whether the tables of value added are there."""
    return all(holdings.has("table", t) for t in TABLES)


def require(holdings: Holdings) -> None:
    """NotHeldError that names the build, where the tables are not there."""
    if not held(holdings):
        raise NotHeldError("value added in trade is not held; `comity build wiod_tables --from DIR` makes it from the World Input–Output Tables")


def flows(holdings: Holdings, a: str, b: str) -> list[dict[str, Any]]:
    """Both directions by year, a to b first: gross exports, value added and its parts in dollars, exposures."""
    require(holdings)
    found: list[dict[str, Any]] = store.query(
        "SELECT * FROM read_parquet($path) WHERE exporter IN ($a, $b) AND importer IN ($a, $b) ORDER BY exporter <> $a, year",
        {"a": a, "b": b}, path=holdings.path("table", "value_added_pairs"),
    ).to_pylist()  # fmt: skip
    return found


def routes(holdings: Holdings, a: str, b: str, year: int) -> list[dict[str, Any]]:
    """How a's value reaches b's final use in a year: route (states joined by →), value in dollars, share; straight first, then the largest.

    The rest of the world, which the tables hold as one, is ROW. `other ways` are ways of two or three crossings that are not named;
    `longer` ones take more crossings than three.
    """
    require(holdings)
    rows = store.query(
        "SELECT r.place, r.route, r.value_usd, p.vax_usd FROM read_parquet($path) r JOIN read_parquet($pairs) p ON p.exporter = r.origin AND "
        "p.importer = r.destination AND p.year = r.year WHERE r.origin = $a AND r.destination = $b AND r.year = $year ORDER BY r.place",
        {"a": a, "b": b, "year": year, "pairs": str(holdings.path("table", "value_added_pairs"))}, path=holdings.path("table", "value_routes"),
    ).to_pylist()  # fmt: skip
    if not rows:
        return []
    total = rows[0]["vax_usd"]
    out = [{"a": a, "b": b, "year": year, "route": r["route"].replace("-", " → "), "value": r["value_usd"]} for r in rows if r["route"]]
    beyond = sum(r["value_usd"] for r in rows if not r["route"])
    other = total - beyond - sum(r["value"] for r in out)
    out.append({"a": a, "b": b, "year": year, "route": "other ways", "value": other})
    out.append({"a": a, "b": b, "year": year, "route": "longer", "value": beyond})
    return [{**r, "share": r["value"] / total if total else None} for r in out]


def shared(holdings: Holdings, a: str, b: str) -> list[dict[str, Any]]:
    """Shared production of two states by year: a, b, year, usd, cosine, its rank and of how many, expected, per_trade and the median pair's.

    completed_a, completed_b, completed_third: where the goods are finished; low, high, rank_low, rank_high, expected_low, expected_high: what errors
    of the international flows would do, null where the bands are not held. a and b as asked.
    """
    require(holdings)
    first, second = sorted((a, b))
    bands = "LEFT JOIN read_parquet($bands) s USING (a, b, year)" if holdings.has("table", "shared_bands") else (
        "LEFT JOIN (SELECT '' AS a, '' AS b, 0 AS year, NULL::DOUBLE low, NULL::DOUBLE high, NULL::INT rank_low, NULL::INT rank_high, "
        "NULL::DOUBLE expected_low, NULL::DOUBLE expected_high) s USING (a, b, year)"
    )  # fmt: skip
    bound: dict[str, Any] = {"a": first, "b": second}
    if holdings.has("table", "shared_bands"):
        bound["bands"] = str(holdings.path("table", "shared_bands"))
    rows: list[dict[str, Any]] = store.query(
        "WITH g AS (SELECT *, rank() OVER (PARTITION BY year ORDER BY cosine DESC) AS rank, count(*) OVER (PARTITION BY year) AS of, "
        f"median(per_trade) OVER (PARTITION BY year) AS per_trade_median FROM read_parquet($path)) SELECT g.*, s.low, s.high, s.rank_low, "
        f"s.rank_high, s.expected_low, s.expected_high FROM g {bands} WHERE g.a = $a AND g.b = $b ORDER BY year",
        bound, path=holdings.path("table", "shared_goods"),
    ).to_pylist()  # fmt: skip
    if a != first:
        rows = [{**r, "a": a, "b": b, "completed_a": r["completed_b"], "completed_b": r["completed_a"]} for r in rows]
    return rows
