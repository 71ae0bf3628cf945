"""Two states' trade against what gravity expects, reports of it that are suspected, and who displaced whom in a market."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from comity import store
from comity.core import NotHeldError, UsageError
from comity.store import Holdings

if TYPE_CHECKING:
    import pyarrow as pa

Products = Literal["all", "groups"]


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """One report that is probably a provider's error: the value and the sources that have it, the same report elsewhere, the partner's.

    flow: "imports" or "exports" of the reporter. others: source and value of copies that disagree; empty where the partner's report alone
    speaks against it. mirror: the partner's report of the flow. A suspicion changes no figure.
    """

    reporter: str
    partner: str
    flow: str
    year: int
    value: float
    sources: tuple[str, ...]
    others: tuple[tuple[str, float], ...]
    mirror: float


@dataclass(frozen=True, kw_only=True)
class Displaced:
    """Who displaced whom among a state's suppliers between two years, in dollars; the parts of each row add up to its change.

    rows: supplier, before, after, change, size, composition, competition; won_from: Arrow table winner, loser, value, the largest
    first. market: the change of the whole. source: the one list that both years are from; products: what a supplier's share is of.
    """

    state: str
    first: int
    last: int
    market: float
    source: str
    products: str
    rows: list[dict[str, Any]]
    won_from: pa.Table


def suspicions(holdings: Holdings, a: str, b: str) -> tuple[Suspicion, ...]:
    """The suspected reports of trade between two states, by reporter, flow and year; empty where the table is not held."""
    if not holdings.has("table", "suspected_reports"):
        return ()
    rows = store.query(
        "SELECT * FROM read_parquet($path) WHERE reporter IN ($a, $b) AND partner IN ($a, $b) "
        "ORDER BY reporter, flow, year, source, other_source",
        {"a": a, "b": b}, path=holdings.path("table", "suspected_reports"),
    ).to_pylist()  # fmt: skip
    out = []
    for (reporter, flow, year), part in groupby(rows, key=lambda r: (r["reporter"], r["flow"], r["year"])):
        found = list(part)
        others = {r["other_source"]: r["other_usd"] for r in found if r["other_source"]}
        out.append(
            Suspicion(
                reporter=reporter, partner=found[0]["partner"], flow=flow, year=year, value=found[0]["value_usd"],
                sources=tuple(dict.fromkeys(r["source"] for r in found)), others=tuple(others.items()), mirror=found[0]["mirror_usd"],
            )
        )  # fmt: skip
    return tuple(out)


def judged(holdings: Holdings) -> dict[str, tuple[int, int]]:
    """By rule, how many reports of all pairs it could judge and how many it flags: upper bounds of false alarms."""
    if not holdings.has("table", "judged_reports"):
        return {}
    rows = store.query("SELECT * FROM read_parquet($path)", path=holdings.path("table", "judged_reports")).to_pylist()
    return {r["by"]: (r["judged"], r["suspected"]) for r in rows}


def gravity(holdings: Holdings) -> dict[str, Any]:
    """The gravity equation behind `trade_expected_usd`: rows term, estimate, se, low, high, and the sample with its convention of errors.

    Raises NotHeldError where it is not built, or was skipped for want of the extra `models`.
    """
    if not all(holdings.has("table", t) for t in ("gravity_terms", "gravity_sample")):
        raise NotHeldError("the gravity equation is not held; `comity build expected_trade --from DIR` estimates it")
    terms, sample = (
        store.query("SELECT * FROM read_parquet($path)", path=holdings.path("table", t)).to_pylist() for t in ("gravity_terms", "gravity_sample")
    )
    if not sample:
        raise NotHeldError("the gravity equation was skipped at build: install the extra models (`pip install 'comity[models]'`) and build again")
    return {"terms": terms, **sample[0]}


def expected(holdings: Holdings, a: str, b: str) -> list[dict[str, Any]]:
    """Actual and expected trade of two states, a to b first: a, b, year, actual, expected, low, high, own, ratio, se, place.

    Raises NotHeldError where it is not built.
    """
    if not holdings.has("table", "expected_trade"):
        raise NotHeldError("expected trade is not held; `comity build expected_trade --from DIR` makes it")
    found: list[dict[str, Any]] = store.query(
        "SELECT exporter AS a, importer AS b, year, actual_usd AS actual, expected_usd AS expected, low_usd AS low, high_usd AS high, "
        "own_usd AS own, actual_usd / expected_usd AS ratio, actual_usd / expected_usd * log_se AS se, place FROM read_parquet($path) "
        "WHERE exporter IN ($a, $b) AND importer IN ($a, $b) ORDER BY exporter <> $a, year",
        {"a": a, "b": b}, path=holdings.path("table", "expected_trade"),
    ).to_pylist()  # fmt: skip
    return found


def displaced(holdings: Holdings, state: str, first: int, last: int, *, products: Products = "all") -> Displaced:
    """The shift-share of a state's suppliers between two years: by all goods as it reports them, or by the Atlas's ten groups of goods.

    Both years come from one source, as a change of source would pass for displacement. Raises UsageError for years that no one source holds or in
    the wrong order, NotHeldError where no list is built.
    """
    from comity.models.displacement import displaced as shifted

    if first >= last:
        raise UsageError(f"--from {first} is not before --to {last}")
    source, sides = _lists(holdings, state, (first, last), products)
    made = shifted(*sides)
    what = "ten groups of goods" if products == "groups" else "all goods"
    return Displaced(
        state=state, first=first, last=last, market=made.market, source=source, products=what,
        rows=made.by_supplier.to_pylist(), won_from=made.won_from,
    )  # fmt: skip


def _lists(holdings: Holdings, state: str, years: tuple[int, int], products: Products) -> tuple[str, list[Any]]:
    """Frames supplier, product, value of a state's imports in two years, and the source that has both."""
    candidates = ("atlas_sections",) if products == "groups" else ("imf_dots", "imf_china_imports", "comtrade_2022")
    held = [c for c in candidates if holdings.has("table", c)]
    if not held:
        raise NotHeldError(f"no list of imports is held; `comity build {' '.join(candidates)} --from DIR` adds it")
    known = []
    for name in held:
        path = holdings.path("table", name)
        if name == "atlas_sections":
            columns = [c for c in store.query("SELECT * FROM read_parquet($path) LIMIT 0", path=path).column_names if c.endswith("_usd")]
            groups = ", ".join(c for c in columns if c != "total_usd")
            rows = store.query(
                f"SELECT exporter AS supplier, year, replace(name, '_usd', '') AS product, value FROM (SELECT exporter, year, {groups} "
                "FROM read_parquet($path) WHERE importer = $s AND list_contains($y, year)) "
                f"UNPIVOT (value FOR name IN ({groups})) WHERE value > 0 ORDER BY ALL",
                {"s": state, "y": list(years)}, path=path,
            )  # fmt: skip
            span = "importer = $s"
        else:
            rows = store.query(
                "SELECT partner AS supplier, year, value_usd AS value FROM read_parquet($path) WHERE reporter = $s AND flow = 'imports' "
                "AND partner IS NOT NULL AND list_contains($y, year) ORDER BY ALL",
                {"s": state, "y": list(years)}, path=path,
            )  # fmt: skip
            span = "reporter = $s AND flow = 'imports'"
        if set(rows.column("year").to_pylist()) == set(years):
            columns = [c for c in rows.column_names if c != "year"]
            import pyarrow.compute as pc

            return name, [rows.filter(pc.equal(rows.column("year"), y)).select(columns) for y in years]
        ends = store.query(f"SELECT min(year) AS x, max(year) AS y FROM read_parquet($path) WHERE {span}", {"s": state}, path=path).to_pylist()[0]
        known.append(f"{name} {ends['x']}–{ends['y']}" if ends["x"] else f"{name} nothing")
    raise UsageError(f"no one source has what {state} bought in both {years[0]} and {years[1]} ({'; '.join(known)}); take years of one source")
