"""The part of the page on coded events: classes by year and source, share and tone in both directions, the level, and what is covered."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from comity import percents, wording
from comity.gather_events import CLASSES, named
from comity.profile import Point, Profile, Seam, Shown
from comity.profile_events import ActsYear, Covered, Events
from comity.report import charts
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config
from comity.report.part import Group, Listing, Part, Picture, entries, listing, paragraphs

LEFT, RIGHT = 52, 12
SOURCES = 2
"""Sources whose counts are drawn, the newest first."""
FEWEST_YEARS = 3
WORDS = {
    "verbal_cooperation": "words of cooperation", "material_cooperation": "deeds of cooperation", "verbal_conflict": "words of conflict",
    "material_conflict": "deeds of conflict",
}  # fmt: skip
LIMITS = (
    "Events are what the press told and machines or coders read in it: numbers follow attention, and sources differ, so no line runs from one source "
    "into another. A period that no source covers is left blank; it is not a period without events."
)


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """Coded events of the two; None where none is held."""
    held = profile.events
    if held is None:
        return None
    pictures = [*_classes(held), *_lines(profile, held)]
    covered = _covered(held)
    group = Group(sentences=paragraphs([*held.statement, LIMITS]), pictures=(*pictures, *covered), folds=_folds(held, names))
    return Part(key="acts", heading="What each says and does to the other: coded events", groups=(group,))


def _classes(held: Events) -> list[Picture]:
    out = []
    by_source = {s: list(g) for s, g in groupby(sorted(held.years, key=lambda y: y.source), key=lambda y: y.source)}
    for source, years in sorted(by_source.items(), key=lambda item: -max(y.year for y in item[1]))[:SOURCES]:
        totals = yearly(years)
        if len(totals) < FEWEST_YEARS or not any(sum(t) for t in totals.values()):
            continue
        last = max(y for y, t in totals.items() if sum(t))
        now = totals[last]
        title = f"{named(source)}: {sum(now):,} acts in {last}, {wording.value(sum(now[2:]) / sum(now), 'share')} of them hostile"
        what = f"Acts of both towards the other by class, {min(totals)}–{max(totals)}: cooperation above the line, conflict below. Source: {source}"
        words = "; ".join(f"{y}: {t[0] + t[1]:,} cooperative, {t[2] + t[3]:,} hostile" for y, t in totals.items())
        rows = [{"year": str(y), **{WORDS[c]: f"{n:,}" for c, n in zip(CLASSES, t, strict=True)}} for y, t in reversed(totals.items())]
        key = f"acts-{source.replace(':', '-')}"
        table = listing(f"Acts of both by class, {named(source)}", rows)
        out.append(Picture(key=key, spec=stacked(totals), title=title, what=what, words=words, table=table))
    return out


def yearly(years: Sequence[ActsYear]) -> dict[int, tuple[int, ...]]:
    """Both directions together: the four classes by year, in order; a year without a row is not in it."""
    out: dict[int, tuple[int, ...]] = {}
    for y in sorted(years, key=lambda y: y.year):
        own = tuple(getattr(y, c) for c in CLASSES)
        out[y.year] = tuple(a + b for a, b in zip(out.get(y.year, (0, 0, 0, 0)), own, strict=True))
    return out


def stacked(totals: Mapping[int, Sequence[int]], *, theme: Theme = "light") -> Spec:
    """Bars by year: deeds at the line and words beyond them, cooperation upwards and conflict downwards."""
    colours = PALETTES[theme]
    shades = {
        "verbal_cooperation": (colours["both"], 0.4), "material_cooperation": (colours["both"], 1.0), "verbal_conflict": (colours["b"], 0.45),
        "material_conflict": (colours["b"], 1.0),
    }  # fmt: skip
    drawn = {name: {"c": colour, "o": opacity} for name, (colour, opacity) in shades.items()}
    rows: list[dict[str, Any]] = []
    for year, (talk, deeds, harsh, harm) in totals.items():
        ends = {
            "material_cooperation": (0, deeds), "verbal_cooperation": (deeds, deeds + talk), "material_conflict": (0, -harm),
            "verbal_conflict": (-harm, -harm - harsh),
        }  # fmt: skip
        rows += [{"t": year, "l": low, "h": high, **drawn[name]} for name, (low, high) in ends.items() if low != high]
    first, last = min(totals), max(totals)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - 30
    top, low = max(t[0] + t[1] for t in totals.values()), max(t[2] + t[3] for t in totals.values())
    step = max(1, -(-(last - first + 1) // 6))
    x: Spec = {
        "field": "t", "type": "ordinal", "scale": {"domain": list(range(first, last + 1)), "padding": 0.15},
        "axis": {"title": None, "labelAngle": 0, "values": list(range(first, last + 1, step)), "ticks": False, "domain": False, "labelPadding": 6},
    }  # fmt: skip
    y: Spec = {
        "field": "l", "type": "quantitative", "scale": {"domain": [-1.05 * low, 1.05 * max(top, 1)], "nice": False},
        "axis": {"title": None, "tickCount": 5, "labelExpr": "format(abs(datum.value), ',')", "domain": False, "ticks": False},
    }  # fmt: skip
    tint: Spec = {"field": "c", "type": "nominal", "scale": None}
    fade: Spec = {"field": "o", "type": "quantitative", "scale": None}
    key = [{"x": (i % 2) * 150, "y": -34 + 16 * (i // 2), "s": WORDS[name], **drawn[name]} for i, name in enumerate(CLASSES)]
    keyed: Spec = {"x": {"field": "x", "type": "quantitative", "scale": None}, "y": {"field": "y", "type": "quantitative", "scale": None}}
    layers: list[Spec] = [
        {"data": {"values": rows}, "mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "y2": {"field": "h"}, "color": tint, "opacity": fade}},
        {"data": {"values": [{"v": 0}]}, "mark": {"type": "rule", "color": colours["ink"]}, "encoding": {"y": {**y, "field": "v"}}},
        {"data": {"values": key}, "mark": {"type": "square", "size": 90, "xOffset": 5}, "encoding": {**keyed, "color": tint, "opacity": fade}},
        {
            "data": {"values": key},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 14, "fontSize": 12, "color": colours["ink"]},
            "encoding": {**keyed, "text": {"field": "s"}},
        },
    ]  # fmt: skip
    return {
        "$schema": SCHEMA, "width": width, "height": height, "autosize": "none", "layer": layers, "config": config(colours),
        "padding": {"left": LEFT, "right": RIGHT, "top": 46, "bottom": 24},
    }  # fmt: skip


def _lines(profile: Profile, held: Events) -> list[Picture]:
    sides = (profile.a, profile.b)
    out = []
    shares = entries(profile, "acts_cooperative_share")
    if sum(len(e.series) for e in shares) >= FEWEST_YEARS:
        title = "Cooperative share: " + ", ".join(f"{e.a} → {e.b} {percents.of(e.series[-1].value)} of {e.series[-1].n or 0:,}" for e in shares)
        what = f"{shares[0].title}, with 95% bands; a broken line is a change of source. {shares[0].coverage}"
        out.append(Picture(key="acts-share", spec=charts.line(shares, sides=sides), title=f"{title}, {_last(shares)}", what=what,
                           words=charts.describe(shares)))  # fmt: skip
    tones = [_yearly_tone(e, held) for e in entries(profile, "acts_tone")]
    tones = [t for t in tones if t.series]
    if sum(len(t.series) for t in tones) >= FEWEST_YEARS:
        title = "Mean weight: " + ", ".join(f"{t.a} → {t.b} {t.series[-1].value:+.2f}".replace("-", wording.MINUS) for t in tones)
        what = f"Goldstein’s weights, mean of a year’s acts, −10 to 10; a broken line is a change of source. {tones[0].coverage}"
        out.append(Picture(key="acts-tone", spec=charts.line(tones, sides=sides), title=f"{title}, {_last(tones)}", what=what,
                           words=charts.describe(tones), table=_tone_table(tones)))  # fmt: skip
    return out


def _tone_table(tones: Sequence[Shown]) -> Listing:
    by_year: dict[int, dict[str, str]] = {p.start.year: {} for t in tones for p in t.series}
    for t in tones:
        for p in t.series:
            by_year[p.start.year][f"{t.a} → {t.b}"] = f"{p.value:+.2f} ({p.n:,})".replace("-", wording.MINUS)
    return listing("Mean weight and number of acts", [{"year": str(y), **by_year[y]} for y in sorted(by_year, reverse=True)])


def _last(shown: Sequence[Shown]) -> int:
    return max(e.series[-1].start.year for e in shown)


def _yearly_tone(entry: Shown, held: Events) -> Shown:
    """The monthly entry as yearly means of acts, with seams where the source changes."""
    years = [t for t in held.tones if (t.a, t.b) == (entry.a, entry.b)]
    points = tuple(Point(start=dt.date(t.year, 1, 1), value=t.value, n=t.n, source=t.source) for t in years)
    seams = tuple(
        Seam(start=after.start, before=before.source, after=after.source) for before, after in pairwise(points)
        if before.source != after.source
    )  # fmt: skip
    return replace(entry, period="year", series=points, seams=seams, comparisons=(), changes=(), unit="Goldstein points", stated=())


def _covered(held: Events) -> tuple[Picture, ...]:
    if not held.coverage:
        return ()
    months = [c for c in held.coverage if c.month is not None]
    title = f"Covered: {', '.join(_spans(held.coverage))}"
    what = "What a source covers, stronger the more acts of the two it holds, for GDELT’s score the more of its days; blank is not known"
    words = "; ".join(_spans(held.coverage))
    rows = [
        {"source": named(c.source), "month": f"{c.year}-{c.month:02d}", "days held": f"{percents.of(c.days)}"} for c in months if c.days < 1
    ]  # fmt: skip
    lost = sum(round((1 - c.days) * calendar.monthrange(c.year, c.month or 1)[1]) for c in months)
    if lost:
        what += f"; {lost} days of the months of GDELT’s score are missing"
    table = listing("Months of which days are missing", rows) if rows else None
    return (Picture(key="acts-coverage", spec=strips(held.coverage), title=title, what=what, words=words, table=table),)


def _spans(coverage: Sequence[Covered]) -> list[str]:
    out = []
    for source in dict.fromkeys(named(c.source) for c in coverage):
        years = sorted({c.year for c in coverage if named(c.source) == source})
        runs = [[y for _, y in g] for _, g in groupby(enumerate(years), key=lambda p: p[1] - p[0])]
        out.append(f"{source} {', '.join(str(r[0]) if len(r) == 1 else f'{r[0]}–{r[-1]}' for r in runs)}")
    return out


def strips(coverage: Sequence[Covered], *, theme: Theme = "light") -> Spec:
    """One strip a source over the years: a block for each year or month that it covers, a gap where it does not."""
    colours = PALETTES[theme]
    labels = list(dict.fromkeys(named(c.source) for c in coverage))
    first, last = min(c.year for c in coverage), max(c.year for c in coverage)
    most = {s: max((c.acts or 0 for c in coverage if named(c.source) == s), default=0) for s in labels}
    rows: list[dict[str, Any]] = []
    for c in coverage:
        begin = c.year + (0 if c.month is None else (c.month - 1) / 12)
        strength = c.days**2 if c.acts is None else (c.acts / most[named(c.source)]) ** 0.5 if most[named(c.source)] else 0.0
        end, shade = begin + (1 if c.month is None else 1 / 12), round(0.15 + 0.75 * strength, 1)
        if rows and rows[-1]["s"] == named(c.source) and abs(rows[-1]["u"] - begin) < 0.01 and rows[-1]["o"] == shade:
            rows[-1]["u"] = round(end, 3)
        else:
            rows.append({"s": named(c.source), "t": round(begin, 3), "u": round(end, 3), "o": shade})
    step = max(1, -(-(last - first + 1) // 6))
    x: Spec = {
        "field": "t", "type": "quantitative", "scale": {"domain": [first, last + 1], "nice": False},
        "axis": {"title": None, "format": "d", "values": list(range(first, last + 2, step)), "grid": False, "labelFlush": False},
    }  # fmt: skip
    y: Spec = {"field": "s", "type": "nominal", "scale": {"domain": labels, "padding": 0.25}, "axis": {"title": None, "ticks": False, "domain": False,
               "labelLimit": 100}}  # fmt: skip
    bar: Spec = {
        "data": {"values": rows}, "mark": {"type": "bar", "color": colours["both"]},
        "encoding": {"x": x, "x2": {"field": "u"}, "y": y, "opacity": {"field": "o", "type": "quantitative", "scale": None}},
    }  # fmt: skip
    return {
        "$schema": SCHEMA, "width": WIDTH - 106 - RIGHT, "height": 30 * len(labels), "autosize": "none", "layer": [bar], "config": config(colours),
        "padding": {"left": 106, "right": RIGHT, "top": 8, "bottom": 26},
    }  # fmt: skip


def _folds(held: Events, names: Mapping[str, str]) -> tuple[Listing, ...]:
    def of(code: str) -> str:
        return names.get(code, code)

    made = [
        (
            "How far ways of summing up a month agree (rank correlation)",
            [
                {"from": of(g.a), "to": of(g.b), "one": g.one, "other": g.other, "correlation": f"{g.correlation:+.2f}".replace("-", wording.MINUS),
                 "months": str(g.months), "source": named(g.source)}
                for g in held.agreement
            ],
        ),
        (
            "Who begins, who answers",
            [
                *(
                    {"what": f"episodes begun by {of(g.a)}", "value": f"{g.by_a} of {g.episodes}",
                     "band": f"{percents.of(g.low)} to {percents.of(g.high)}",
                     "months or years": f"{g.first}–{g.last}", "source": named(g.source)}
                    for g in held.beginnings
                ),
                *(
                    {"what": f"{of(g.b)} after {of(g.a)}, points per point", "value": f"{g.slope:+.3f}".replace("-", wording.MINUS),
                     "band": f"{g.low:+.3f} to {g.high:+.3f}".replace("-", wording.MINUS), "months or years": f"{g.months} months",
                     "placebos outside theirs": f"{g.outside} of {g.placebos}", "source": named(g.source)}
                    for g in held.answers
                ),
            ],
        ),
    ]  # fmt: skip
    return tuple(listing(caption, rows) for caption, rows in made if rows)
