"""Coded events between two states for the report: classes, tone, aggregators, who begins, who answers, and what each source covers."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from comity import percents, sources, store, wording
from comity.gather_trade import View
from comity.models import event_scores
from comity.profile_events import ActsYear, Agreement, Answered, Beginnings, Covered, Events, ToneYear
from comity.store import Holdings

CLASSES = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
AGGREGATORS = {
    "acts_tone": "mean", "acts_tone:sum": "sum", "acts_tone:balance": "balance", "acts_tone:log_ratio": "log-ratio", "relations_level": "level",
}  # fmt: skip
PLACEBOS = 200
"""Series of other pairs that are tried at most in one side's place."""
FEW = 10
"""Acts below which a share or a mean is not spoken of."""
FEWEST_MONTHS = 24
"""Months below which aggregators are not compared."""
SHORT = {"icews_years": "ICEWS", "weis": "WEIS", "keds": "KEDS", "icews_subsets": "ICEWS subset", "gdelt_scores": "GDELT"}


def gather(holdings: Holdings, asked: View) -> Events | None:
    """What is held of coded events between the two; None where no act is known."""
    rows = _rows(holdings, asked, (*(f"acts:{c}" for c in CLASSES), *AGGREGATORS, "acts_initiative", "gdelt_score"))
    years, tones = _years(rows), _tones(rows["acts_tone"])
    if not any(y.n for y in years) and not tones:
        return None
    begun = _beginnings(asked, rows["acts_initiative"])
    answers = _answers(holdings, asked)
    agreement = tuple(found for side in asked.sides for found in _agreement(*side, rows))
    said = [*_counted(asked, years), *_toned(asked, tones), *_level(rows), *_spread(agreement), *_began(asked, begun), *_answered(asked, answers)]
    return Events(
        statement=tuple(said), years=years, tones=tones, agreement=agreement, beginnings=begun, answers=answers,
        coverage=_coverage(holdings, asked, rows),
    )  # fmt: skip


def named(source: str) -> str:
    """A source as the sentences call it, with its part where it has several."""
    base, _, part = source.partition(":")
    return f"{SHORT.get(base, base)}{f' ({part})' if part and base == 'keds' else ''}"


def _rows(holdings: Holdings, asked: View, wanted: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By Series, its rows of the two in either direction, in order of time."""
    held = [n for n in wanted if holdings.has("series", n)]
    out: dict[str, list[dict[str, Any]]] = {n: [] for n in wanted}
    if not held:
        return out
    parts = [
        f"SELECT {i} AS i, a, b, start, value, n, source FROM read_parquet($p{i}) WHERE a IN ($a, $b) AND b IN ($a, $b) "
        "AND ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to)"
        for i in range(len(held))
    ]
    bound: dict[str, Any] = {"a": asked.a, "b": asked.b, "day": asked.as_of, "from": asked.start, "to": asked.stop}
    bound |= {f"p{i}": str(holdings.path("series", n)) for i, n in enumerate(held)}
    for row in store.query(" UNION ALL ".join(parts) + " ORDER BY start, a", bound).to_pylist():
        out[held[row["i"]]].append(row)
    return out


def _years(rows: dict[str, list[dict[str, Any]]]) -> tuple[ActsYear, ...]:
    counts: dict[tuple[int, str, str, str], dict[str, int]] = defaultdict(dict)
    for name in CLASSES:
        for r in rows[f"acts:{name}"]:
            counts[r["start"].year, r["a"], r["b"], r["source"]][name] = round(r["value"])
    whole = [(key, c) for key, c in sorted(counts.items()) if len(c) == len(CLASSES)]
    return tuple(ActsYear(a=a, b=b, year=year, source=source, **c) for (year, a, b, source), c in whole)


def _tones(rows: list[dict[str, Any]]) -> tuple[ToneYear, ...]:
    groups: dict[tuple[int, str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for r in rows:
        groups[r["start"].year, r["a"], r["b"], r["source"]].append(r)
    out = []
    for (year, a, b, source), months in sorted(groups.items()):
        n = sum(m["n"] for m in months)
        value = sum(m["value"] * m["n"] for m in months) / n
        out.append(ToneYear(a=a, b=b, year=year, value=value, n=n, months=len(months), source=source))
    return tuple(out)


def _agreement(a: str, b: str, rows: dict[str, list[dict[str, Any]]]) -> list[Agreement]:
    """Rank correlations of the aggregators over the months of the source with most of them; the level is of the two together."""
    by_source: dict[str, dict[str, dict[dt.date, float]]] = defaultdict(lambda: defaultdict(dict))
    for name, label in AGGREGATORS.items():
        for r in rows[name]:
            if (r["a"], r["b"]) == (a, b) or name == "relations_level":
                by_source[r["source"]][label][r["start"]] = r["value"]
    if not by_source:
        return []
    source = max(by_source, key=lambda s: (len(by_source[s]["mean"]), s))
    held = {label: series for label, series in by_source[source].items() if series}
    months = sorted(set.intersection(*(set(series) for series in held.values()))) if held else []
    if len(months) < FEWEST_MONTHS or len(held) < 2:
        return []
    found = event_scores.spread([[series[m] for m in months] for series in held.values()])
    labels = list(held)
    return [
        Agreement(a=a, b=b, one=labels[i], other=labels[j], correlation=float(found[i, j]), months=len(months), source=source)
        for i, j in combinations(range(len(labels)), 2)
    ]


def _beginnings(asked: View, rows: list[dict[str, Any]]) -> tuple[Beginnings, ...]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in rows:
        if r["a"] == asked.a:
            groups[r["source"]].append(r)
    out = []
    for source, years in sorted(groups.items(), key=lambda g: g[1][-1]["start"]):
        n, mine = sum(r["n"] for r in years), sum(round(r["value"] * r["n"]) for r in years)
        begun = event_scores.Begun(first=mine, second=n - mine, together=0)
        low, high = begun.band
        out.append(
            Beginnings(
                a=asked.a, b=asked.b, first=years[0]["start"].year, last=years[-1]["start"].year, episodes=n, by_a=mine, share=mine / n, low=low,
                high=high, source=source,
            )
        )  # fmt: skip
    return tuple(out)


def _answers(holdings: Holdings, asked: View) -> tuple[Answered, ...]:
    """Both directions, of the source with most months, each with the same test of other pairs' series in the leading side's place."""
    if not holdings.has("series", "acts_tone"):
        return ()
    rows = store.query(
        "SELECT a, b, start, value, source FROM read_parquet($path) WHERE ($day IS NULL OR published <= $day) "
        "AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to) "
        "AND source IN (SELECT source FROM read_parquet($path) WHERE a IN ($a, $b) AND b IN ($a, $b)) ORDER BY a, b, start",
        {"a": asked.a, "b": asked.b, "day": asked.as_of, "from": asked.start, "to": asked.stop}, path=holdings.path("series", "acts_tone"),
    ).to_pylist()  # fmt: skip
    every = event_scores.by_month((r["a"], r["b"], r["start"], r["value"], r["source"]) for r in rows)
    pair = tuple(sorted((asked.a, asked.b)))
    out = []
    for a, b in asked.sides:
        found = []
        for (one, other, source), (first, forth, back) in every.items():
            lead, respond = (forth, back) if (one, other) == (a, b) else (back, forth)
            if (one, other) == pair and (got := event_scores.answer(respond, lead)) is not None:
                found.append((got.n, source, got, first, respond))
        if not found:
            continue
        n, source, got, first, respond = max(found, key=lambda f: (f[0], f[1]))
        tried = [
            placebo
            for (one, other, s), (begin, *sides) in every.items()
            if s == source and not {one, other} & set(pair)
            for series in sides
            if (placebo := event_scores.answer(respond, _aligned(series, begin, first, len(respond)))) is not None
        ][:PLACEBOS]
        out.append(
            Answered(
                a=a, b=b, slope=got.estimate, low=got.low, high=got.high, p=got.p, months=n, placebos=len(tried),
                outside=sum(t.outside for t in tried), source=source,
            )
        )  # fmt: skip
    return tuple(out)


def _aligned(series: Any, begin: int, first: int, size: int) -> list[float]:
    """A series on the months of another, nan where it has none."""
    held = series.tolist()
    return [held[m - begin] if 0 <= m - begin < len(held) else float("nan") for m in range(first, first + size)]


def _coverage(holdings: Holdings, asked: View, rows: dict[str, list[dict[str, Any]]]) -> tuple[Covered, ...]:
    """Of each source with a row of the two, every year of its span, and of GDELT's score every month with the share of its days that are held."""
    held: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for r in (*rows["acts_tone"], *(dict(r, n=round(r["value"])) for c in CLASSES for r in rows[f"acts:{c}"] if r["source"] == "icews_years")):
        held[r["source"]][r["start"].year] += r["n"]
    out = []
    for source in sorted(held):
        first, last, gaps = _span(source, held[source])
        for year in range(max(first, asked.start or first), min(last, asked.stop or last) + 1):
            if year not in gaps:
                out.append(Covered(source=source, year=year, month=None, days=1.0, acts=held[source].get(year, 0)))
    return (*out, *_scored(holdings, asked, rows["gdelt_score"]))


def _scored(holdings: Holdings, asked: View, rows: list[dict[str, Any]]) -> list[Covered]:
    """Every month of GDELT's score with the share of its days that are held, the two having an event then or not; none for a pair without any."""
    if not rows:
        return []
    months = store.query(
        "SELECT start, max(n) AS n FROM read_parquet($path) WHERE ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) "
        "AND ($to IS NULL OR year(start) <= $to) GROUP BY start ORDER BY start",
        {"day": asked.as_of, "from": asked.start, "to": asked.stop}, path=holdings.path("series", "gdelt_score"),
    ).to_pylist()  # fmt: skip
    return [
        Covered(source="gdelt_scores", year=m.year, month=m.month, days=min(1.0, r["n"] / calendar.monthrange(m.year, m.month)[1]), acts=None)
        for r in months if (m := r["start"])
    ]  # fmt: skip


def _span(source: str, held: dict[int, int]) -> tuple[int, int, tuple[int, ...]]:
    base, _, part = source.partition(":")
    declared = sources.get(base).coverage
    if part or declared.first is None or declared.last is None:
        return min(held), max(held), ()
    return declared.first, declared.last, declared.gaps


def _counted(asked: View, years: tuple[ActsYear, ...]) -> list[str]:
    known = [y for y in years if y.n >= FEW]
    if not known:
        few = max((y.n for y in years), default=0)
        return [f"Hardly anything is told of the two: no year has more than {few} acts of one of them."] if years else []
    last = max(y.year for y in known)
    newest = sorted((y for y in known if y.year == last), key=lambda y: y.a != asked.a)
    parts = [
        f"{wording.value((y.verbal_cooperation + y.material_cooperation) / y.n, 'share')} of {y.n:,} acts of {asked.names[y.a]} towards "
        f"{asked.names[y.b]}"
        for y in newest
    ]
    return [f"In {last} {' and '.join(parts)} were cooperative by their class ({named(newest[0].source)})."]


def _toned(asked: View, tones: tuple[ToneYear, ...]) -> list[str]:
    known = [t for t in tones if t.n >= FEW]
    if not known:
        return []
    last = max(t.year for t in known)
    newest = sorted((t for t in known if t.year == last), key=lambda t: t.a != asked.a)
    parts = [f"{_signed(t.value)} of {asked.names[t.a]} towards {asked.names[t.b]} ({t.n:,} acts)" for t in newest]
    uneven = ", an uneven subset: tone only" if newest[0].source.startswith("icews_subsets") else ""
    return [f"Mean weight on Goldstein’s scale from −10 to 10 in {last}: {', '.join(parts)} ({named(newest[0].source)}{uneven})."]


def _level(rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    if not rows["relations_level"]:
        return []
    last = rows["relations_level"][-1]
    n = sum(r["n"] for r in rows["relations_level"] if r["source"] == last["source"])
    return [
        f"The level with memory, from −9 to 9, stood at {_signed(last['value'])} ({event_scores.grade(last['value'])}) in "
        f"{wording.period(last['start'], 'month')} after {n:,} acts ({named(last['source'])}); later acts are not in it."
    ]


def _spread(agreement: tuple[Agreement, ...]) -> list[str]:
    known = [g for g in agreement if g.correlation == g.correlation]
    if not known:
        return []
    least, most = min(known, key=lambda g: g.correlation), max(known, key=lambda g: g.correlation)
    return [
        f"How acts are summed up matters: rank correlations between aggregators run from {_signed(least.correlation)} ({least.one} and "
        f"{least.other}) to {_signed(most.correlation)} ({most.one} and {most.other}), over {least.months} months ({named(least.source)})."
    ]


def _began(asked: View, begun: tuple[Beginnings, ...]) -> list[str]:
    out = []
    for g in begun:
        sure = "no sure difference from half" if g.low <= 0.5 <= g.high else "more than half" if g.low > 0.5 else "less than half"
        out.append(
            f"Of {g.episodes} episodes that one side began alone after 30 quiet days ({named(g.source)}, {g.first}–{g.last}), {asked.names[g.a]} "
            f"began {g.by_a}, {percents.of(g.share)} (95% interval {percents.of(g.low)} to {percents.of(g.high)}): {sure}."
        )
    return out


def _answered(asked: View, answers: tuple[Answered, ...]) -> list[str]:
    if not answers:
        return ["Whether one side answers the other in kind is not worked out: no source has 60 months of acts of both, two in turn."]
    out = []
    for g in answers:
        told = "inside the band: not to be told from none" if g.low <= g.slope <= g.high else "outside the band"
        alarms = (
            f"; of {g.placebos} series of other pairs in its place {g.outside} ({percents.of(g.outside / g.placebos)}) lie outside theirs"
            if g.placebos
            else ""
        )
        out.append(
            f"One point more in the tone of {asked.names[g.a]} went with {_signed(g.slope)} points in that of {asked.names[g.b]} a month later "
            f"({g.months} months, {named(g.source)}; {_signed(g.low)} to {_signed(g.high)} under moves in time), {told}{alarms}."
        )
    return out


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", wording.MINUS)
