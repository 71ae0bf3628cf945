"""Where two sources or reporters measure the same thing: their values side by side, and how far they agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from comity import measures, selection, states, store
from comity.core import Measure, NotHeldError, UsageError, period_end, split_variant
from comity.store import Holdings

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("a", "b", "start", "source", "value", "chosen")
LARGEST = 5


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """One way to the same number: a Series, read as it is or with a and b exchanged, and which of its rows count.

    only: rows of this source alone. leave_out: sources (or ends of source names, as ":mirror") whose rows repeat another alternative.
    fill: absence inside the source's coverage is the measure's `absent` value, as `comity series` has it. copy: the source, its table of reports and
    the flow, where a second provider's copy of the same reports is no Series; `series` is then the one that it copies.
    """

    label: str
    series: str
    orientation: Literal["same", "swapped"] = "same"
    only: str = ""
    leave_out: tuple[str, ...] = ()
    fill: bool = True
    copy: tuple[str, str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The alternatives of a measure, first choice first, and the reason of that order.

    compare "whether": the alternatives agree if both are above 0 or neither is, as their numbers count different things.
    """

    reason: str
    alternatives: tuple[Alternative, ...]
    compare: Literal["value", "whether"] = "value"


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """The rows (columns COLUMNS), a row of figures for each pair of alternatives, and words about what was skipped."""

    rows: list[dict[str, Any]]
    summary: list[dict[str, Any]]
    notes: tuple[str, ...]


_MIRROR = (":mirror", "oec_trade")
_COPIES = {"UN Comtrade": ("comtrade_china_partners", "comtrade_china_partners"), "WITS": ("wits_summary", "wits_main_partners")}


def _copies(flow: str) -> tuple[Alternative, ...]:
    """The copies of a's own reports that other providers hold."""
    return tuple(Alternative(label=f"a's {flow}, {n}", series=f"{flow}_usd", copy=(s, t, flow), fill=False) for n, (s, t) in _COPIES.items())


GROUPS: Mapping[str, Group] = {
    "trade_total_usd": Group(
        reason="both flows by one reporter, the one with more years; importers' reports value both flows CIF",
        alternatives=(
            Alternative(label="a reports", series="trade_total_usd:a"),
            Alternative(label="b reports", series="trade_total_usd:b"),
            Alternative(label="importers report", series="trade_total_usd:importers"),
        ),
    ),
    "exports_usd": Group(
        reason="a's own report (FOB) first; b's report of the same flow as imports (CIF) stands in where a reports nothing",
        alternatives=(
            Alternative(label="a's exports", series="exports_usd", leave_out=(":mirror",)),
            Alternative(label="b's imports", series="imports_usd", orientation="swapped", leave_out=_MIRROR),
            *_copies("exports"),
        ),
    ),
    "imports_usd": Group(
        reason="a's own report (CIF) first; b's report of the same flow as exports (FOB) stands in where a reports nothing",
        alternatives=(
            Alternative(label="a's imports", series="imports_usd", leave_out=(":mirror",)),
            Alternative(label="b's exports", series="exports_usd", orientation="swapped", leave_out=_MIRROR),
            *_copies("imports"),
        ),
    ),
    "fdi_stock_usd": Group(
        reason="the investor's report first, the host's where there is none; the IMF's positions follow another manual and are never spliced in",
        alternatives=(
            Alternative(label="investor reports", series="fdi_stock_usd:outward"),
            Alternative(label="host reports", series="fdi_stock_usd:inward"),
            Alternative(label="IMF position", series="fdi_position_usd"),
        ),
    ),
    "fdi_position_usd": Group(
        reason="the investor's report first, the host's where there is none; UNCTAD's stocks follow another manual and are never spliced in",
        alternatives=(
            Alternative(label="investor reports", series="fdi_position_usd:outward"),
            Alternative(label="host reports", series="fdi_position_usd:inward"),
            Alternative(label="UNCTAD stock", series="fdi_stock_usd"),
        ),
    ),
    "disputes": Group(
        reason="the provider's own edition (COW) first; Gibler, Miller and Little correct its dyads",
        compare="whether",
        alternatives=(Alternative(label="COW", series="disputes"), Alternative(label="GML", series="disputes_gml")),
    ),
    "vote_agreement": Group(
        reason="Voeten's roll calls, with the drafts that failed, as far as they go; from session 75 the UN Digital Library's: no session has both",
        alternatives=(
            Alternative(label="Voeten", series="vote_agreement", only="voeten_votes"),
            Alternative(label="UN Digital Library", series="vote_agreement", only="un_assembly"),
        ),
    ),
    "leader_visits": Group(
        reason="COLT counts trips of leaders of many states by one rule; the list of meetings is of China and Russia, third places too",
        alternatives=(Alternative(label="visits", series="leader_visits"), Alternative(label="meetings", series="leader_meetings")),
    ),
    "trade_agreements": Group(
        reason="DESTA holds all states and years by treaty; Larch's five years of 43 economies only check it",
        compare="whether",
        alternatives=(Alternative(label="DESTA", series="trade_agreements"), Alternative(label="Larch", series="trade_agreement_larch")),
    ),
    "rivalry": Group(
        reason="the edition with Dreyer's issues first; the list to 2020 is the later edition of the strategic rivalries",
        compare="whether",
        alternatives=(
            Alternative(label="Thompson and Dreyer", series="rivalry"),
            Alternative(label="Thompson and others", series="rivalry_to_2020"),
        ),
    ),
    "events_cooperative_share": Group(
        reason="the yearly counts are of all coded events; the subsets hold about three in a hundred",
        alternatives=(
            Alternative(label="yearly counts", series="events_cooperative_share"),
            Alternative(label="subsets", series="icews_subset_cooperative_share"),
        ),
    ),
    "official_finance_usd": Group(
        reason="the first edition holds commitments without a place too (dollars of 2014); the second only located projects (dollars of 2017)",
        alternatives=(
            Alternative(label="AidData 1", series="official_finance_usd"),
            Alternative(label="AidData 2, located", series="official_finance_usd:located"),
        ),
    ),
    "arms_transfers_tiv": Group(
        reason="the register holds all pairs by order; SIPRI's own yearly table is held for Russia to China only and checks it",
        alternatives=(
            Alternative(label="register", series="arms_transfers_tiv"),
            Alternative(label="official table", series="arms_transfers_official_tiv", fill=False),
        ),
    ),
    "brent_usd": Group(
        reason="means of daily quotes, with their number; the World Bank's Brent checks them, its crude is a mean of three kinds",
        alternatives=(
            Alternative(label="EIA, daily", series="brent_usd"),
            Alternative(label="World Bank, Brent", series="crude_oil_usd:brent"),
            Alternative(label="World Bank, crude", series="crude_oil_usd"),
        ),
    ),
}

Keyed = tuple[str, str, dt.date]


def group_of(name: str) -> tuple[Measure, Group]:
    """The measure whose alternatives those of `name` are, with its group; UsageError names the measures that have one."""
    declared = measures.get(name)
    if split_variant(name)[1]:
        raise UsageError(f"{name}: its variants are what is compared; ask for {declared.name}")
    if declared.name in GROUPS:
        return declared, GROUPS[declared.name]
    homes = [n for n, g in GROUPS.items() if any(split_variant(a.series)[0] == declared.name for a in g.alternatives)]
    if homes:
        raise UsageError(f"{declared.name} is compared under {' and '.join(homes)}")
    raise UsageError(f"{declared.name} has one source only; measures with more: {', '.join(GROUPS)}")


def reconcile(holdings: Holdings, name: str, *, dyad: tuple[str, str] | None = None) -> Reconciled:
    """The values of all held alternatives of a dyad, or without one the largest differences of each two and how far they agree.

    `chosen` marks the row whose value the measure's default takes.
    """
    declared, group = group_of(name)
    held, notes = _held(holdings, group)
    if not held:
        raise NotHeldError(f"{declared.name}: none of its alternatives is held ({'; '.join(notes)})")
    notes.append(f"order: {group.reason}")
    if dyad is not None:
        return Reconciled(rows=_of_dyad(holdings, declared, held, dyad), summary=[], notes=tuple(notes))
    rows: list[dict[str, Any]] = []
    summary = []
    for first, second in combinations(held, 2):
        figures, largest = _compare(holdings, declared, group, held, first, second)
        summary.append(figures)
        rows += largest
    if len(held) == 1:
        notes.append(f"only {held[0].series} is held, so there is nothing to compare it with")
    return Reconciled(rows=rows, summary=summary, notes=tuple(notes))


def summary_lines(found: Reconciled) -> list[str]:
    """The figures of each pair of alternatives as a line each."""
    out = []
    for s in found.summary:
        text = f"{s['first']} – {s['second']}: overlap {s['overlap']:,}"
        if s["overlap"]:
            agree = "alike (above 0 or not)" if s["compared"] != "value" else "equal within 1 %"
            text += f"; {100 * s['equal_1pct']:.1f} % {agree}"
            text += f"; median ratio {s['median_ratio']:.4g}" if s["median_ratio"] is not None else ""
            text += f"; correlation of logs {s['log_correlation']:.3f}" if s["log_correlation"] is not None else ""
        out.append(text)
    if found.rows:
        whether = found.summary[0]["compared"] != "value" if found.summary else False
        what = f"the last year of the {LARGEST} pairs that differ in most years" if whether else f"the {LARGEST} largest differences"
        out += [f"rows: {what}, of each two alternatives"] if found.summary else []
    return out


def _held(holdings: Holdings, group: Group) -> tuple[list[Alternative], list[str]]:
    held, notes = [], []
    for alternative in group.alternatives:
        base = split_variant(alternative.series)[0]
        if alternative.copy and holdings.has("table", alternative.copy[1]):
            held.append(alternative)
        elif alternative.copy:
            notes.append(f"{alternative.copy[1]} ({alternative.label}): not held, skipped")
        elif base in measures.load() and holdings.has("series", alternative.series):
            held.append(alternative)
        else:
            notes.append(f"{alternative.series} ({alternative.label}): not held, skipped")
    return held, notes


def _of_dyad(holdings: Holdings, declared: Measure, held: list[Alternative], dyad: tuple[str, str]) -> list[dict[str, Any]]:
    default: dict[Keyed, dict[str, Any]] = {}
    if holdings.has("series", declared.name):
        default = {_key(r): r for r in selection.select(holdings, declared, declared.name, dyad=dyad).rows.to_pylist()}
    found: dict[Keyed, list[tuple[Alternative, dict[str, Any]]]] = {}
    for alternative in held:
        if alternative.copy:
            for row in _rows_of(holdings, alternative, dyad).to_pylist():
                found.setdefault(_key(row), []).append((alternative, row))
            continue
        swapped = alternative.orientation == "swapped"
        asked = (dyad[1], dyad[0]) if swapped else dyad
        series = measures.get(alternative.series)
        rows = selection.select(holdings, series, alternative.series, dyad=asked).rows.to_pylist()
        if series.absent is not None and not alternative.fill:
            stored = {_key(r) for r in _rows_of(holdings, alternative).to_pylist()}
            rows = [r for r in rows if _key(r) in stored]
        for row in rows:
            if _counts(alternative, row["source"]):
                if swapped:
                    row["a"], row["b"] = row["b"], row["a"]
                found.setdefault(_key(row), []).append((alternative, row))
    return [r for key in sorted(found) for r in _shown(found[key], default.get(key))]


def _shown(entries: list[tuple[Alternative, dict[str, Any]]], default: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Rows of one pair and period; the chosen one has the default's value, and its source where two have the value."""
    equal = [i for i, (_, r) in enumerate(entries) if default is not None and r["value"] == default["value"]]
    same = [i for i in equal if default is not None and entries[i][1]["source"] == default["source"]]
    chosen = (same or equal or [-1])[0]
    return [
        {"a": r["a"], "b": r["b"], "start": r["start"], "source": f"{x.label} ({r['source']})", "value": r["value"], "chosen": i == chosen}
        for i, (x, r) in enumerate(entries)
    ]


def _compare(
    holdings: Holdings, declared: Measure, group: Group, held: list[Alternative], first: Alternative, second: Alternative
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    whether = group.compare == "whether"
    left, right = _rows_of(holdings, first), _rows_of(holdings, second)
    left, right = _zeros(holdings, first, left, right), _zeros(holdings, second, right, left)
    gap = "abs((x.value > 0)::INT - (y.value > 0)::INT)" if whether else "abs(x.value - y.value)"
    near = "gap = 0" if whether else "gap <= 0.01 * greatest(abs(v), abs(w))"
    joined = (
        f"WITH j AS (SELECT a, b, start, x.value AS v, y.value AS w, x.source AS s, y.source AS t, {gap} AS gap "
        "FROM x JOIN y USING (a, b, start)) "
    )
    tables = {"x": left, "y": right}
    overlap, share, ratio, correlation = _ask(
        tables,
        joined + f"SELECT count(*) AS n, avg(({near})::INT) AS share, median(v / w) FILTER (v <> 0 AND w <> 0) AS ratio, CASE WHEN "
        "count(DISTINCT v) > 1 AND count(DISTINCT w) > 1 THEN "
        "corr(ln(nullif(greatest(v, 0), 0)), ln(nullif(greatest(w, 0), 0))) END AS r FROM j",
    )[0].values()  # fmt: skip
    known = correlation is not None and correlation == correlation and not whether
    figures = {
        "first": _title(first), "second": _title(second), "overlap": overlap, "equal_1pct": share, "median_ratio": ratio,
        "log_correlation": correlation if known else None, "compared": "above 0 or not" if whether else "value",
    }  # fmt: skip
    largest = f"SELECT * FROM j WHERE gap > 0 ORDER BY gap DESC, a, b, start LIMIT {LARGEST}"
    if whether:
        largest = (
            "SELECT * FROM (SELECT *, count(*) OVER (PARTITION BY a, b) AS years, row_number() OVER (PARTITION BY a, b ORDER BY start DESC) AS i "
            f"FROM j WHERE gap > 0) WHERE i = 1 ORDER BY years DESC, a, b LIMIT {LARGEST}"
        )
    worst = _ask(tables, joined + largest)
    defaults = _defaults(holdings, declared, worst)
    rows = []
    for r in worst:
        where = {k: r[k] for k in ("a", "b", "start")}
        entries = [(first, where | {"value": r["v"], "source": r["s"]}), (second, where | {"value": r["w"], "source": r["t"]})]
        rows += _shown(entries, defaults.get(_key(r)))
    return figures, rows


def _rows_of(holdings: Holdings, alternative: Alternative, dyad: tuple[str, str] | None = None) -> pa.Table:
    if alternative.copy:
        source, table, flow = alternative.copy
        pair = "AND reporter = $a AND partner = $b" if dyad else ""
        return store.query(
            f"SELECT reporter AS a, partner AS b, make_date(year, 1, 1) AS start, value_usd AS value, $source AS source FROM read_parquet($path) "
            f"WHERE flow = $flow AND partner IS NOT NULL {pair}",
            {"source": source, "flow": flow} | ({"a": dyad[0], "b": dyad[1]} if dyad else {}), path=holdings.path("table", table),
        )  # fmt: skip
    columns = "b AS a, a AS b" if alternative.orientation == "swapped" else "a, b"
    kept = " AND ".join(["NOT ends_with(source, " + _quoted(s) + ")" for s in alternative.leave_out])
    only = f"split_part(source, ':', 1) = {_quoted(alternative.only)}" if alternative.only else ""
    where = " AND ".join(w for w in (kept, only) if w) or "true"
    return store.query(
        f"SELECT {columns}, start, value, source FROM read_parquet($path) WHERE {where}", path=holdings.path("series", alternative.series)
    )


def _zeros(holdings: Holdings, alternative: Alternative, own: pa.Table, other: pa.Table) -> pa.Table:
    """The rows, with the measure's `absent` value where the other alternative has a row and this one's source covers the pair."""
    declared = measures.get(alternative.series)
    if declared.absent is None or not alternative.fill:
        return own
    coverage = holdings.row("series", alternative.series).facts["coverage"]
    missing = _ask({"x": own, "y": other}, "SELECT a, b, start FROM y ANTI JOIN x USING (a, b, start)")
    existed = _existence(declared)
    extra = []
    for r in missing:
        year = r["start"].year
        names = [n for n, c in coverage.items() if selection.covered(c, r["a"], r["b"], year)]
        if names and existed(r["a"], r["start"]) and existed(r["b"], r["start"]):
            extra.append((r["a"], r["b"], r["start"], names[0]))
    if not extra:
        return own
    a, b, start, source = (list(c) for c in zip(*extra, strict=True))
    connection = store.connection()
    connection.register("own_rows", own)
    found: pa.Table = connection.sql(
        "SELECT * FROM own_rows UNION ALL SELECT unnest($a), unnest($b), unnest($start::DATE[]), $absent::DOUBLE, unnest($source)",
        params={"a": a, "b": b, "start": start, "source": source, "absent": declared.absent},
    ).to_arrow_table()
    return found


def _existence(declared: Measure) -> Callable[[str, dt.date], bool]:
    known: dict[tuple[str, dt.date], bool] = {}

    def existed(code: str, start: dt.date) -> bool:
        if (code, start) not in known:
            known[code, start] = states.existed_in(code, start.year, period_end(start, declared.period).year)
        return known[code, start]

    return existed


def _defaults(holdings: Holdings, declared: Measure, worst: list[dict[str, Any]]) -> dict[Keyed, dict[str, Any]]:
    """The default's own rows of a few pairs and periods, with its zeros."""
    if not holdings.has("series", declared.name):
        return {}
    out: dict[Keyed, dict[str, Any]] = {}
    for a, b in {(r["a"], r["b"]) for r in worst}:
        rows = selection.select(holdings, declared, declared.name, dyad=None if declared.of == "world" else (a, b)).rows.to_pylist()
        out |= {_key(r): r for r in rows}
    return out


def _ask(tables: Mapping[str, pa.Table], sql: str) -> list[dict[str, Any]]:
    connection = store.connection()
    for name, table in tables.items():
        connection.register(name, table)
    found: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
    return found


def _counts(alternative: Alternative, source: str) -> bool:
    if alternative.only and source.partition(":")[0] != alternative.only:
        return False
    return not source.endswith(alternative.leave_out) if alternative.leave_out else True


def _key(row: Mapping[str, Any]) -> Keyed:
    return row["a"], row["b"], row["start"]


def _title(alternative: Alternative) -> str:
    return f"{alternative.label} ({alternative.copy[0] if alternative.copy else alternative.only or alternative.series})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
