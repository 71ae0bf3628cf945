"""Gather one dyad's values from the Series: values with ranks, comparisons, seams, changes, and why a value is missing."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comity import __version__, build, findings, gather_parts, measures, notes, selection, sources, states, store
from comity.core import DOMAINS, WORLD, Domain, Measure, NotHeldError, UsageError, split_variant
from comity.notes import Note
from comity.profile import Change, Comparison, Point, Profile, Seam, Section, Shown, SourceNote
from comity.store import Holdings

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a profile was asked for: the two states, the years, the as-of day, whether seats are one state, and the user's notes."""

    a: str
    b: str
    start: int | None = None
    stop: int | None = None
    as_of: dt.date | None = None
    seat: bool = False
    notes: tuple[Note, ...] = ()


def shown(holdings: Holdings, declared: Measure, full: str, request: Request, like: tuple[Pair, ...]) -> list[Shown]:
    """The entries of one measure: one for a symmetric or world measure, one each way or for each state otherwise."""
    entries: list[Pair]
    if declared.of == "world":
        entries = [(WORLD, WORLD)]
    elif declared.of == "state":
        entries = [(request.a, request.a), (request.b, request.b)]
    elif declared.symmetric:
        entries = [(request.a, request.b)]
    else:
        entries = [(request.a, request.b), (request.b, request.a)]
    return [_one(holdings, declared, full, request, a, b, like) for a, b in entries]


def like_size(holdings: Holdings, a: str, b: str, as_of: dt.date | None) -> tuple[tuple[Pair, ...], str]:
    """The three pairs nearest to this one in the log GDP of both sides, and the rule in words.

    In the newest year in which both have a GDP: the smallest sum of squared differences of log GDP, larger with
    larger and smaller with smaller, among pairs of states without either of the two, no state twice.
    """
    if not holdings.has("series", "gdp_usd"):
        return (), "no pairs of like size: GDP is not held"
    rows = store.query(
        "WITH g AS (SELECT a, start, value FROM read_parquet($path) WHERE value > 0 AND (published <= $day OR $day IS NULL)), "
        "y AS (SELECT max(x.start) AS start FROM g x JOIN g z USING (start) WHERE x.a = $a AND z.a = $b) "
        "SELECT g.a, ln(g.value) AS v, year(g.start) AS year FROM g JOIN y USING (start)",
        {"a": a, "b": b, "day": as_of}, path=holdings.path("series", "gdp_usd"),
    ).to_pylist()  # fmt: skip
    size = {r["a"]: r["v"] for r in rows if states.is_member(r["a"], r["year"])}
    if a not in size or b not in size:
        return (), f"no pairs of like size: no year holds the GDP of both {a} and {b}"
    high, low = max(size[a], size[b]), min(size[a], size[b])
    others = [s for s in size if s not in (a, b)]
    scored = sorted(
        ((max(size[x], size[y]) - high) ** 2 + (min(size[x], size[y]) - low) ** 2, x, y) for i, x in enumerate(others) for y in others[i + 1 :]
    )
    chosen: list[Pair] = []
    for _, x, y in scored:
        if not any(s in pair for pair in chosen for s in (x, y)):
            chosen.append((x, y) if x < y else (y, x))
        if len(chosen) == 3:
            break
    rule = f"pairs of like size: nearest in the log GDP of both sides in {rows[0]['year']}, without either of the two, no state twice"
    return tuple(chosen), rule


def _one(holdings: Holdings, declared: Measure, full: str, request: Request, a: str, b: str, like: tuple[Pair, ...]) -> Shown:
    dyad = None if declared.of == "world" else (a, b) if a != b else None
    state = a if declared.of == "state" else None
    try:
        selected = selection.select(
            holdings, declared, full, dyad=dyad, state=state, start=request.start, stop=request.stop, as_of=request.as_of, seat=request.seat
        )
    except NotHeldError as error:
        return _entry(declared, full, a, b, missing=str(error))
    row = holdings.row("series", full)
    coverage: Mapping[str, Mapping[str, Any]] = row.facts["coverage"]
    records = [r for r in selected.rows.to_pylist() if not r["source"].endswith(build.UNVERIFIED)]
    if not records:
        return _entry(declared, full, a, b, missing=_why_missing(declared, coverage, a, b, request), coverage=coverage)
    ranks, comparisons = _beside(holdings, declared, full, records, a, b, like, request) if dyad else ({}, ())
    points = tuple(
        Point(
            start=r["start"], value=r["value"], n=r["n"], se=r["se"], source=r["source"], partial=r["start"] in selected.partial,
            filled=r["n"] == 0 and r["value"] == declared.absent, **ranks.get(r["start"], {}),
        )
        for r in records
    )  # fmt: skip
    entry = _entry(declared, full, a, b, points=points, comparisons=comparisons, coverage=coverage)
    return replace(entry, stated=stated(request, a, b, full, symmetric=declared.symmetric)) if dyad else entry


def _entry(
    declared: Measure, full: str, a: str, b: str, *, points: tuple[Point, ...] = (), comparisons: tuple[Comparison, ...] = (),
    coverage: Mapping[str, Mapping[str, Any]] | None = None, missing: str | None = None,
) -> Shown:  # fmt: skip
    variant = split_variant(full)[1]
    title = f"{declared.title}: {declared.variants[variant]}" if variant else declared.title
    used = tuple(dict.fromkeys(base_source(p.source) for p in points)) or tuple(coverage or ())
    known = [sources.get(part) for s in used for part in s.split("+") if part in sources.names()]
    if a == WORLD:
        label = ""
    elif a == b:
        label = states.get(a).name
    else:
        label = f"{states.get(a).name} {'–' if declared.symmetric else '→'} {states.get(b).name}"
    return Shown(
        name=full, title=title, unit=declared.unit, kind=declared.kind, domain=declared.domain, period=declared.period, of=declared.of,
        a=a, b=b, label=label, symmetric=declared.symmetric, bounds=declared.bounds, finding="", series=points, comparisons=comparisons,
        seams=_seams(points), changes=_changes(points), coverage=_coverage_words(coverage or {}, used), missing=missing, sources=used,
        licence=_licence_words(known), because=declared.because, reference=declared.reference,
        prominent=declared.prominent,
    )  # fmt: skip


SHARED = 3
"""How many partners may share a place before it says nothing."""


def base_source(source: str) -> str:
    """The sources of a row without what follows a colon (whose report it is)."""
    return "+".join(dict.fromkeys(part.partition(":")[0] for part in source.split("+")))


def _why_missing(declared: Measure, coverage: Mapping[str, Mapping[str, Any]], a: str, b: str, request: Request) -> str:
    if request.as_of is not None:
        return f"nothing was public by {request.as_of}; " + selection.absent_because(coverage, a, b, early=True)
    return selection.absent_because(coverage, a, b)


_BASE = "CASE WHEN contains(source, '+') THEN regexp_replace(source, ':[^+]*', '', 'g') ELSE split_part(source, ':', 1) END"


def _beside(
    holdings: Holdings, declared: Measure, full: str, records: list[dict[str, Any]], a: str, b: str, like: tuple[Pair, ...], request: Request
) -> tuple[dict[dt.date, dict[str, int]], tuple[Comparison, ...]]:
    """The pair among others, in one reading of the Series: ranks in each period, and the pairs to compare it with.

    Ranks count partners with a value from the source of the pair's own value. There is none where another source has a larger value of a
    partner in the same period, where more than three share the place, or where the value is none at all. Compared are each side's two
    largest partners in the newest period, the other side left out, and the pairs of like size.
    """
    own = {r["start"]: (base_source(r["source"]), r["value"]) for r in records if r["value"] or declared.bounds[0] != 0}
    un = declared.seat == "un"
    codes = {side: [c for c, _, _ in states.seat_chain(code, un=un)] if request.seat else [code] for side, code in (("a", a), ("b", b))}
    both = "(list_contains($s{0}, a) OR list_contains($s{0}, b))" if declared.symmetric else "list_contains($s{0}, {0})"
    sides = {side: both.format(side) for side in codes}
    partner = {
        side: f"(CASE WHEN list_contains($s{side}, a) THEN b ELSE a END)" if declared.symmetric else ("b" if side == "a" else "a") for side in codes
    }
    other = {"a": "b", "b": "a"}
    ranks = [
        f"SELECT 'rank_{s}' AS what, p.start, (count(*) FILTER (p.base = o.base))::DOUBLE AS value, "
        f"(count(*) FILTER (p.value > o.value) + 1)::VARCHAR AS a, NULL AS b FROM p JOIN o ON p.start = o.start "
        f"WHERE {sides[s]} GROUP BY p.start HAVING count(*) FILTER (p.value > o.value AND p.base <> o.base) = 0 "
        f"AND count(*) FILTER (p.value = o.value AND p.base = o.base) <= {SHARED}"
        for s in codes
    ]
    tops = [
        f"SELECT * FROM (SELECT 'top_{s}' AS what, start, value, {partner[s]} AS a, NULL AS b FROM p WHERE {sides[s]} AND start = $newest "
        f"AND base = $base AND NOT list_contains($s{other[s]}, {partner[s]}) ORDER BY value DESC, {partner[s]} LIMIT 2)"
        for s in codes
    ]
    newest = records[-1]
    chosen = [(x, y) if not declared.symmetric or x < y else (y, x) for x, y in like]
    sql = (
        f"WITH p AS MATERIALIZED (SELECT a, b, start, value, {_BASE} AS base FROM read_parquet($path) WHERE ({sides['a']} OR {sides['b']}) "
        "AND NOT ends_with(source, ':unverified') AND ($day IS NULL OR published <= $day)), "
        "o AS (SELECT unnest($starts) AS start, unnest($bases) AS base, unnest($values) AS value) " + " UNION ALL ".join([*ranks, *tops])
    )
    starts = list(own) or [newest["start"]]
    found = store.query(
        sql,
        {
            "sa": codes["a"], "sb": codes["b"], "day": request.as_of, "newest": newest["start"], "base": base_source(newest["source"]),
            "starts": starts, "bases": [own[d][0] if d in own else "" for d in starts], "values": [own[d][1] if d in own else 0.0 for d in starts],
        },
        path=holdings.path("series", full),
    ).to_pylist()  # fmt: skip
    out: dict[dt.date, dict[str, int]] = {start: {} for start in own}
    roles: dict[Pair, str] = {}
    for row in found:
        kind, side = row["what"].split("_")
        if kind == "rank" and row["value"] > 1:
            out[row["start"]] |= {f"rank_{side}": min(int(row["a"]), int(row["value"])), f"of_{side}": int(row["value"])}
        elif kind == "top":
            code = a if side == "a" else b
            pair = (code, row["a"]) if side == "a" or declared.symmetric else (row["a"], code)
            roles[pair if not declared.symmetric or pair[0] < pair[1] else (pair[1], pair[0])] = f"partner of {code}"
    roles |= dict.fromkeys(chosen, "like size")
    return out, _comparisons(holdings, declared, full, roles, request)


def _comparisons(holdings: Holdings, declared: Measure, full: str, roles: Mapping[Pair, str], request: Request) -> tuple[Comparison, ...]:
    if not roles:
        return ()
    chosen = " OR ".join(f"(a = $x{i} AND b = $y{i})" for i in range(len(roles)))
    rows = store.query(
        f"SELECT a, b, start, value FROM read_parquet($path) WHERE ({chosen}) "
        "AND ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to) "
        "ORDER BY a, b, start",
        {
            **{f"x{i}": x for i, (x, _) in enumerate(roles)}, **{f"y{i}": y for i, (_, y) in enumerate(roles)},
            "day": request.as_of, "from": request.start, "to": request.stop,
        },
        path=holdings.path("series", full),
    ).to_pylist()  # fmt: skip
    series: dict[Pair, list[tuple[dt.date, float]]] = {}
    for r in rows:
        series.setdefault((r["a"], r["b"]), []).append((r["start"], r["value"]))
    sign = "–" if declared.symmetric else "→"
    return tuple(
        Comparison(a=x, b=y, label=f"{states.get(x).name}{sign}{states.get(y).name}", role=role, series=tuple(series[x, y]))
        for (x, y), role in roles.items() if (x, y) in series
    )  # fmt: skip


def _seams(points: tuple[Point, ...]) -> tuple[Seam, ...]:
    kept = [p for p in points if not p.filled]
    return tuple(Seam(start=y.start, before=x.source, after=y.source) for x, y in itertools.pairwise(kept) if x.source != y.source)


def _changes(points: tuple[Point, ...]) -> tuple[Change, ...]:
    whole = [p for p in points if not p.partial]
    if not whole:
        return ()
    newest = whole[-1]
    by_start = {p.start: p for p in points}
    out = []
    for years in (5, 10):
        try:
            before = by_start.get(newest.start.replace(year=newest.start.year - years))
        except ValueError:
            before = None
        if before is None or before.source != newest.source:
            continue
        ratio = newest.value / before.value if before.value > 0 and newest.value >= 0 else None
        out.append(Change(years=years, start=before.start, before=before.value, difference=newest.value - before.value, ratio=ratio))
    return tuple(out)


def _coverage_words(coverage: Mapping[str, Mapping[str, Any]], used: tuple[str, ...]) -> str:
    named = [s for u in used for s in u.split("+") if s in coverage] or list(coverage)
    words = []
    for name in dict.fromkeys(named):
        cover = coverage[name]
        text = f"{name} {cover['first']}–{cover['last']}" if cover["first"] is not None else name
        if cover["gaps"]:
            text += f" without {', '.join(map(str, cover['gaps'][:4]))}"
        words.append(text)
    return "; ".join(words)


def _licence_words(known: list[Any]) -> str:
    if not known:
        return ""
    terms = "; ".join(dict.fromkeys(s.licence.name for s in known))
    if any(s.licence.share == "no" for s in known):
        return f"{terms}: picture may not be republished"
    if any("stated" in s.licence.name or "states none" in s.licence.name for s in known if s.licence.share == "derived"):
        return f"{terms}: ask the publisher before the picture is republished"
    ends = "for non-commercial ends and " if any(s.licence.non_commercial for s in known) else ""
    drawn = " (it draws figures computed from the data, not the publisher's rows)" if any(s.licence.share == "derived" for s in known) else ""
    return f"{terms}: picture may be republished {ends}with its source{drawn}"


def gather(holdings: Holdings, request: Request) -> Profile:
    """The profile of two states: every measure by its default, in domain order.

    Raises UsageError where the two are one state or never existed in the years asked for.
    """
    _check(request)
    a, b = states.get(request.a), states.get(request.b)
    like, rule = like_size(holdings, request.a, request.b, request.as_of)
    entries: list[Shown] = []
    for declared in measures.load().values():
        for entry in shown(holdings, declared, declared.name, request, like):
            entries.append(replace(entry, finding=findings.finding(entry)))
    drawn = {n.id for e in entries if e.series for n in e.stated}
    told = tuple(n for n in stated(request, request.a, request.b) if n.id not in drawn)
    featured = findings.featured(entries)
    used = sorted({part for e in entries if e.series for s in e.sources for part in s.split("+")})
    stamp = hashlib.sha256("".join(holdings.row("series", n).content for n in holdings.names("series")).encode()).hexdigest()[:12]
    return Profile(
        a=request.a, b=request.b, name_a=a.name, name_b=b.name, as_of=request.as_of, version=__version__, data_hash=stamp,
        lead=findings.lead(entries, {request.a: a.name, request.b: b.name}), headlines=findings.headlines(entries, featured),
        sections=tuple(_section(d, [e for e in entries if e.domain == d]) for d in DOMAINS),
        newest={d: _newest(entries, d) for d in DOMAINS},
        featured=featured, notes=(*_status_notes(request), f"Comparison: each side's two largest partners in the measure's newest period; {rule}."),
        adds=_adds(holdings), sources=tuple(_source_note(holdings, s) for s in used if s in sources.names()),
        cite=_cite(request, a.name, b.name, stamp), stated=told,
        **gather_parts.gather(
            holdings, request.a, request.b, start=request.start, stop=request.stop, as_of=request.as_of, seat=request.seat, like=like
        ),
    )  # fmt: skip


def stated(request: Request, a: str, b: str, measure: str | None = None, *, symmetric: bool = True) -> tuple[Note, ...]:
    """The user's notes about two states within the years asked for and noted by the day asked for; of one measure where it is named."""
    return tuple(
        n
        for n in notes.about(request.notes, a, b, measure=measure, symmetric=symmetric)
        if (request.as_of is None or max(n.last, n.noted) <= request.as_of)
        and (request.start is None or n.last.year >= request.start)
        and (request.stop is None or n.start.year <= request.stop)
    )


def _newest(entries: list[Shown], domain: Domain) -> int | None:
    """The year of the newest value about the two in a domain, or None: prices and sizes around them do not count."""
    return max((e.series[-1].start.year for e in entries if e.domain == domain and e.series and e.of == "dyad"), default=None)


def _check(request: Request) -> None:
    if request.a == request.b:
        raise UsageError(f"{request.a} was given twice; a profile is of two states")
    first, last = request.start or 1816, request.stop or (request.as_of.year if request.as_of else 9999)
    if first > last:
        raise UsageError(f"--from {first} is after --to {last}")
    for code in (request.a, request.b):
        chain = [c for c, _, _ in states.seat_chain(code)] if request.seat else [code]
        if not any(states.existed_in(c, first, last) for c in chain) or not any(_begun(c, last) for c in chain):
            spans = ", ".join(f"{s.start}–{s.stop or 'now'}" for s in states.get(code).spells)
            raise UsageError(f"{states.get(code).name} ({code}) did not exist in {first}–{last}; it did in {spans}. Ask with --seat or other years")


def _begun(code: str, year: int) -> bool:
    """Whether a state that has ended had begun by a year; of a state of today data may name the territory earlier."""
    spells = states.get(code).spells
    return spells[-1].stop is None or spells[0].start is None or spells[0].start.year <= year


def _section(domain: Domain, entries: list[Shown]) -> Section:
    reason = None
    if not any(e.series for e in entries):
        lacking = list(dict.fromkeys(e.missing for e in entries if e.missing))
        reason = "; ".join(lacking[:3]) if lacking else "no measure of this domain is built"
    return Section(domain=domain, reason=reason, measures=tuple(entries))


def _status_notes(request: Request) -> tuple[str, ...]:
    notes = []
    for code in (request.a, request.b):
        note = states.note(code)
        if note:
            notes.append(f"{states.get(code).name}: {note}")
    if request.as_of is not None:
        notes.append(f"Cooperation or collaboration is not told as of {request.as_of}: its percentiles are among all pairs in today's editions.")
    return tuple(notes)


def _adds(holdings: Holdings) -> str | None:
    lacking = [m.name for m in measures.load().values() if not holdings.has("series", m.name)]
    if not lacking:
        return None
    return f"{len(lacking)} measures are not held ({', '.join(lacking[:6])}{'…' if len(lacking) > 6 else ''}): `comity build --from DIR` adds them."


def _source_note(holdings: Holdings, name: str) -> SourceNote:
    source = sources.get(name)
    spans = [holdings.row("series", s).facts["coverage"].get(name) for s in holdings.names("series")]
    cover = next((c for c in spans if c), None)
    tables = [holdings.row("table", t.name).content for t in source.tables if holdings.has("table", t.name)]
    publisher = f"{source.publisher} (your own, not part of comity)" if sources.own(name) else source.publisher
    return SourceNote(
        name=name, title=source.title, publisher=publisher, licence=source.licence.name, share=source.licence.share,
        citation=source.citation, coverage=_source_span(cover),
        hash=hashlib.sha256("".join(tables).encode()).hexdigest()[:12] if tables else "",
    )  # fmt: skip


def _source_span(cover: Mapping[str, Any] | None) -> str:
    if cover is None:
        return ""
    return f"{cover['first']}–{cover['last']}" + (f"; {cover['note']}" if cover["note"] else "")


def _cite(request: Request, name_a: str, name_b: str, stamp: str) -> str:
    day = f", as of {request.as_of}" if request.as_of else ""
    return f"comity {__version__}: {name_a}–{name_b}{day}. Data {stamp}."
