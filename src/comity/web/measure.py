"""The pages of one measure: what it is, its values for two states, its ranking of a year, and pairs compared on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity import __version__, citation, measures, sources, states, wording
from comity.api import Store
from comity.core import SERIES_COLUMNS, Measure, UsageError
from comity.profile import Shown
from comity.report import beside, charts, credit
from comity.report import html as report
from comity.web import frame
from comity.web.answer import Ask, Unknown, pair_of
from comity.web.view import View

ROWS = 4000
TOP, AROUND = 15, 2
MOST_ROWS = 50_000
"""Rows of a whole Series that one answer holds."""
PAIRS = 3


def known(ask: Ask, name: str) -> tuple[Measure, str]:
    """The measure that a path or query names, with its full name."""
    try:
        return measures.get(name), measures.full_name(name)
    except UsageError as error:
        raise Unknown(str(error)) from None


def sides(ask: Ask) -> tuple[str, str] | None:
    """The two states of the query, by code; None where neither is given. UsageError for one alone or twice the same."""
    a, b = ask.text("a"), ask.text("b")
    if a is None and b is None:
        return None
    if a is None or b is None:
        raise UsageError("choose two states, or none")
    first, second = states.find(a).code, states.find(b).code
    if first == second:
        raise UsageError(f"{states.get(first).name} was chosen twice; a dyad is of two states")
    return first, second


def view_of(ask: Ask) -> dict[str, Any]:
    """The years, day and seat of the query, as the library takes them."""
    return {"start": ask.year("from"), "stop": ask.year("to"), "as_of": ask.day("as_of"), "seat": ask.flag("seat")}


def _log(ask: Ask) -> bool:
    """Whether a logarithmic axis is asked for; UsageError for another word."""
    if ask.text("scale") not in (None, "log"):
        raise UsageError(f"scale: {(ask.text('scale') or '')[:40]!r}; write log, or leave it out")
    return ask.text("scale") == "log"


def about(
    store: Store, declared: Measure, full: str, *, label: str = "", span: Sequence[str] = (), notes: Sequence[str] = (), given: Sequence[str] = ()
) -> dict[str, Any]:
    """What .metadata.json says of a measure: title, unit, terms, citation, caveats, period and vintage.

    given: the sources of the rows that are shown; without any, all that the measure's Series covers.
    """
    row = store.holdings.row("series", full) if store.holdings.has("series", full) else None
    named = list(citation.of_rows(given)) if given else _sources(store, declared, full)
    return {
        "name": full, "title": declared.title, "of": label or None, "unit": declared.unit, "period": declared.period,
        "span": list(span) or ([row.first, row.last] if row else None), "bounds": list(declared.bounds), "absent": declared.absent,
        "what": declared.doc.partition("\n")[0], "because": declared.because, "reference": declared.reference, "kind": declared.kind,
        "domain": declared.domain, "sources": credit.facts(named), "republish": credit.republish(named),
        "citation": store.cite(*(named if given else [full])).strip().splitlines(), "caveats": [*notes, *credit.of_sources(named)],
        "coverage": {n: c for n, c in row.facts["coverage"].items() if not given or n in named} if row else None,
        "vintage": {"built": row.built, "content": row.content, "layer": row.layer} if row else None, "comity": __version__,
    }  # fmt: skip


def measure(store: Store, ask: Ask) -> View:
    """One measure; with two states its values, as `comity series` gives them."""
    declared, full = known(ask, ask.part("m"))
    two = sides(ask)
    chosen = view_of(ask)
    log = _log(ask)
    held = store.holdings.has("series", full)
    label = "–".join(states.get(s).name for s in two) if two else ""
    dyad = two if declared.of == "dyad" else None

    def selected() -> Any:
        if dyad is not None or declared.of == "world":
            return store.select(full, dyad=dyad, **chosen)
        if two is None and held and store.holdings.row("series", full).rows > MOST_ROWS:
            raise UsageError(f"{full} has more than {MOST_ROWS:,} rows: choose two states, or take it whole by `comity series {full} --format csv`")
        return store.select(full, **chosen)

    def rows() -> list[dict[str, Any]]:
        if two is not None and declared.of == "state":
            return [r for s in sorted(two) for r in store.select(full, state=s, **chosen).rows.to_pylist()]
        found: list[dict[str, Any]] = selected().rows.to_pylist()
        return found

    def entries() -> list[Shown]:
        return [e for e in store.shown(full, dyad=two, **chosen) if e.series] if two is not None and held else []

    def facts() -> dict[str, Any]:
        shown = entries()
        starts = sorted(p.start.isoformat() for e in shown for p in e.series)
        span = (starts[0], starts[-1]) if starts else ()
        return about(store, declared, full, label=label, span=span, notes=credit.caveats(shown), given=[s for e in shown for s in e.sources])

    def picture() -> tuple[Any, str, str]:
        shown = entries()
        if not shown:
            raise UsageError(f"{full}: nothing to draw; choose two states that have a value in these years")
        return charts.line(shown, sides=two, titled=True, log=log), shown[0].finding or shown[0].title, charts.describe(shown)

    return View(
        title=declared.title, columns=SERIES_COLUMNS, rows=rows, facts=facts, picture=picture,
        html=lambda: _html(store, ask, declared, full, two, entries()),
    )  # fmt: skip


def _html(store: Store, ask: Ask, declared: Measure, full: str, two: tuple[str, str] | None, shown: list[Shown]) -> str:
    held = store.holdings.row("series", full) if store.holdings.has("series", full) else None
    year = ask.year("year") or (store.full_year(full) if held else None)
    names = {s: states.get(s).name for s in two or ()} | {"WLD": "World"}
    stamp = held.content if held else ""
    notes = store.select(full, dyad=two).notes if two and shown and declared.domain == "trade" and declared.of == "dyad" else ()
    kept = ("from", "to", "as_of", "scale")
    query = {"a": two[0], "b": two[1], **{k: ask.text(k) for k in kept}, "seat": ask.flag("seat")} if two else {}
    return frame.page(
        "measure.html", nav="measures", title=_titled(declared, full), ask=ask, declared=declared, full=full, two=two, names=names, held=held,
        figure=report.alone(shown, names, key="values", rows=ROWS, log=_log(ask)) if shown else None,
        under=under(store, declared, full, shown, notes, query, stamp) if shown else None, query=query,
        missing=next((e.missing for e in store.entries(full, dyad=two, **view_of(ask)) if e.missing), "") if two and not shown else "",
        ranking=ranked(store, declared, full, year, two, ask) if held and year and declared.of != "world" else None, year=year,
        sources=credit.facts(_sources(store, declared, full)),
        coverage=[r for r in store.coverage() if r["measure"] == full], kinds=report.KINDS, variants=declared.variants,
        own=measures.is_own(declared), scalable=bool(shown) and charts.logarithmic(shown),
    )  # fmt: skip


def under(
    store: Store, declared: Measure, full: str, shown: Sequence[Shown], notes: Sequence[str], query: dict[str, Any], stamp: str, *,
    page: str = "measure",
) -> frame.Under:  # fmt: skip
    """What stands under the picture of a measure for two states, or for pairs compared."""
    parts = {"m": full} if page == "measure" else {}
    named = [part for s in shown for name in s.sources for part in name.split("+")]
    forms: tuple[tuple[str, Any], ...] = (
        ("SVG", "svg"), ("PNG", "png"), ("CSV", "csv"), ("JSON", "json"), ("what it is, as JSON", "metadata.json"), ("Vega-Lite", "vl.json"),
    )  # fmt: skip
    return frame.Under(
        name=full, sources=tuple(credit.facts(named)), republish=credit.republish(named), sentence=credit.sentence(shown, stamp, notes),
        downloads=tuple((word, frame.to(page, form, query=query, **parts)) for word, form in forms),
        embed=frame.to(page, "embed", query=query, **parts),
    )  # fmt: skip


def ranked(store: Store, declared: Measure, full: str, year: int, two: tuple[str, str] | None, ask: Ask) -> dict[str, Any]:
    """The first places of a year, and the places around the pair, with whole numbers of all."""
    rows = store.rank(full, year=year, as_of=ask.day("as_of"))
    mine = [i for i, r in enumerate(rows) if two is not None and _concerns(declared, r, two)]
    kept = sorted({*range(min(TOP, len(rows))), *(j for i in mine for j in range(i - AROUND, i + AROUND + 1) if 0 <= j < len(rows))})
    out = []
    for place, i in enumerate(kept):
        r = rows[i]
        codes = [r["state"]] if declared.of == "state" else [r["a"], r["b"]]
        out.append({
            **r, "codes": codes, "names": [states.get(c).name for c in codes], "mine": i in mine, "after_gap": place > 0 and kept[place - 1] != i - 1,
            "value": wording.value(r["value"], declared.unit),
        })  # fmt: skip
    pools = sorted({r["source"].replace(":", "+").split("+")[0] for r in rows})
    counted = any(r["n"] is not None for r in rows)
    return {"rows": out, "count": len(rows), "pools": pools, "counted": counted, "sign": "–" if declared.symmetric else "→"}


def _concerns(declared: Measure, row: dict[str, Any], two: tuple[str, str]) -> bool:
    return row["state"] in two if declared.of == "state" else {row["a"], row["b"]} == set(two)


def _titled(declared: Measure, full: str) -> str:
    variant = full.partition(":")[2]
    return f"{declared.title}: {declared.variants.get(variant, variant)}" if variant else declared.title


def _sources(store: Store, declared: Measure, full: str) -> list[str]:
    from comity import build

    behind = build.sources_of(declared.name)
    if store.holdings.has("series", full):
        cover = store.holdings.row("series", full).facts["coverage"]
        held = [n for n in cover if n in sources.names()]
        return held or list(behind)
    return list(behind)


def ranking(store: Store, ask: Ask) -> View:
    """The whole ranking of a year, as `comity rank` gives it."""
    declared, full = known(ask, ask.part("m"))
    state = ask.text("state")
    year = ask.year("year") or store.full_year(full, state=state) or 0
    columns = (*(("state",) if state or declared.of == "state" else ("a", "b")), "value", "rank", "of", "source", "n", "se")

    def rows() -> list[dict[str, Any]]:
        return store.rank(full, year=year, state=state, as_of=ask.day("as_of"))

    def otherwise() -> str:
        return store.by_own_report(full, rows(), year=year, state=state, as_of=ask.day("as_of")) if state else ""

    def html() -> str:
        found = rows()
        shown = [{**r, **{k: f"{states.get(r[k]).name} ({r[k]})" for k in ("a", "b", "state") if k in r}} for r in found[:ROWS]]
        who = f", partners of {states.find(state).name}" if state else ""
        more = f" The first {ROWS:,} are shown; the CSV holds all." if len(found) > ROWS else ""
        more += f" {wording.capital(other)}." if (other := otherwise()) else ""
        return frame.page(
            "table.html", nav="measures", title=f"{_titled(declared, full)} in {year}{who}", ask=ask, columns=columns, rows=shown,
            about=f"{len(found):,} places, within each source, the largest source first. Unit: {declared.unit}.{more}", search=None,
            links={}, back=(frame.to("measure", m=full), declared.title), key="ranking",
        )  # fmt: skip

    return View(
        title=f"{declared.title}, {year}", columns=columns, rows=rows, html=html,
        facts=lambda: about(store, declared, full, notes=[n for n in (otherwise(),) if n]),
    )  # fmt: skip


def compare(store: Store, ask: Ask) -> View:
    """Two or three pairs side by side on a measure; rows as `comity series` gives them, pair after pair."""
    name = ask.text("m") or "trade_total_usd"
    declared, full = known(ask, name)
    chosen = view_of(ask)
    given = [p for p in (ask.text("pairs") or "").split(",") if p] or [p for p in map(ask.text, ("p1", "p2", "p3")) if p]
    if len(given) > PAIRS:
        raise UsageError(f"at most {PAIRS} pairs are set side by side")
    pairs = [pair_of(p) for p in given]
    if declared.of != "dyad" and pairs:
        raise UsageError(f"{declared.title} is of one {declared.of}, so pairs cannot be compared on it; choose a measure of two states")

    def entries() -> list[Shown]:
        held = [store.shown(full, dyad=p, **chosen) for p in pairs]
        return [e for found in held for e in found[:1] if e.series]

    def rows() -> list[dict[str, Any]]:
        return [r for p in pairs for r in store.series(full, dyad=p, **chosen).to_pylist()]

    def picture() -> tuple[Any, str, str]:
        shown = entries()
        if not shown:
            raise UsageError("nothing to draw; name two or three pairs that have a value, as in pairs=CHN-RUS,DEU-POL")
        return beside.chart(shown, titled=True), f"{declared.title}: {', '.join(e.label for e in shown)}", beside.describe(shown)

    def html() -> str:
        shown = entries() if pairs else []
        query = {"m": full, "pairs": ",".join("-".join(p) for p in pairs), **{k: ask.text(k) for k in ("from", "to", "as_of", "seat")}}
        svg = (
            charts.svg(beside.chart(shown), f"{declared.title}: {', '.join(e.label for e in shown)}", beside.describe(shown), key="beside")
            if shown
            else ""
        )
        names = {s: states.get(s).name for p in pairs for s in p}
        figures = [report.alone([e], names, key=f"pair-{i}", rows=ROWS) for i, e in enumerate(shown)]
        stamp = store.holdings.row("series", full).content if shown else ""
        foot = under(store, declared, full, shown, (), query, stamp, page="compare") if shown else None
        return frame.page(
            "compare.html", nav="compare", finding=beside.finding(shown) if shown else "", title="Pairs side by side", ask=ask,
            declared=declared, full=full, pairs=pairs, svg=svg,
            figures=figures, under=foot, shown=shown,
            lacking=[p for p in pairs if not any({e.a, e.b} == set(p) for e in shown)], names=names,
            choices=[r for r in store.measures() if r["of"] == "dyad" and r["layer"]],
        )  # fmt: skip

    label = "; ".join(f"{a}–{b}" for a, b in pairs)
    return View(
        title="Pairs side by side",
        columns=SERIES_COLUMNS,
        rows=rows,
        picture=picture,
        html=html,
        facts=lambda: about(store, declared, full, label=label),
    )
