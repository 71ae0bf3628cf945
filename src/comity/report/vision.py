"""The part of the page on ideal points: the two's paths with bands among the great powers', the sentences, what divides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity import wording
from comity.profile import Profile, Track, Vision
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config, spread
from comity.report.part import Group, Listing, Part, Picture, listing

RIGHT, LEFT, BELOW = 66, 34, 24
GAP = 366 * 2
"""Days without a session after which a path is broken."""


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """Where the two stand on the line that divides the Assembly most; None where it is not held."""
    held = profile.vision
    if held is None or not held.tracks:
        return None
    said = tuple(wording.clip(s) for s in held.statement)
    what = (
        "Ideal points with 90% bands; one is a standard deviation of all states over all sessions, positive the side of the United States. "
        "Grey: the other permanent seats of the Security Council, by today's holders. One fit to all roll calls to session 74 (Voeten) and to "
        "adopted resolutions after (UN Digital Library); dashed rule: the publisher changes. Smoothed: later votes count. Source: un_ideal_points"
    )
    picture = Picture(key="vision", spec=paths(held), title=_title(held, names), what=what, words=describe(held, names), table=_table(held))
    groups = [Group(sentences=said, pictures=(picture,))]
    if held.items:
        a, b = names[profile.a], names[profile.b]
        rows = [{"date": r.date.isoformat(), "symbol": r.symbol, "title": r.title, a: r.a, b: r.b, "divides": r.tally} for r in held.items]
        groups.append(Group(folds=(listing(f"The roll calls of session {held.session} that divide most along this line", rows),)))
    return Part(key="vision", heading="Common vision: where the two stand", groups=tuple(groups))


def paths(held: Vision, *, theme: Theme = "light") -> Spec:
    """The paths: the two coloured with bands, references grey; broken at the seam and at gaps."""
    colours = PALETTES[theme]
    main = [t.state for t in held.tracks if t.main]
    shade = {t.state: colours["other"] for t in held.tracks} | {s: colours["ab"[k]] for k, s in enumerate(main)}
    days = sorted({d for t in held.tracks for d, *_ in t.points})
    values = [v for t in held.tracks for _, m, lo, hi in t.points for v in ((lo, hi) if t.main else (m, m))]
    low, high = min(0.0, *values), max(0.0, *values)
    step = next(s for s in (0.25, 0.5, 1.0, 2.0, 5.0) if (high - low) / s <= 6)
    low, high = step * int(low / step - (low < 0)), step * int(high / step + 1)
    first, last = days[0].year, max(days[-1].year, days[0].year + 1)
    every = next(s for s in (1, 2, 5, 10, 20, 50) if (last - first) / s <= 5)
    x: Spec = {
        "field": "t", "type": "quantitative", "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": {"title": None, "grid": False, "values": [y for y in range(first, last + 1) if y % every == 0], "format": "d", "tickSize": 4},
    }  # fmt: skip
    y: Spec = {
        "field": "v", "type": "quantitative", "scale": {"domain": [low, high], "nice": False},
        "axis": {"title": None, "tickCount": 5, "domain": False, "ticks": False, "labelPadding": 6},
    }  # fmt: skip
    nought: Spec = {"type": "rule", "color": colours["soft"], "strokeWidth": 1}
    layers: list[Spec] = [{"data": {"values": [{"v": 0}]}, "mark": nought, "encoding": {"y": y}}]
    seam = held.seam.year - 0.5
    if first < seam < last:
        dashed: Spec = {"type": "rule", "strokeDash": [3, 3], "color": colours["soft"]}
        layers.append({"data": {"values": [{"t": seam}]}, "mark": dashed, "encoding": {"x": x}})
    labels: list[tuple[float, str, bool]] = []
    for track in sorted(held.tracks, key=lambda t: t.main):
        rows, run = [], 0
        for k, (day, mean, lo, hi) in enumerate(track.points):
            before = track.points[k - 1][0] if k else day
            run += (day - before).days > GAP or before < held.seam <= day
            rows.append({"t": day.year, "v": round(mean, 2), "l": round(lo, 2), "h": round(hi, 2), "k": run})
        by_run: Spec = {"detail": {"field": "k"}}
        if track.main:
            area = {"type": "area", "color": shade[track.state], "opacity": 0.15}
            layers.append({"data": {"values": rows}, "mark": area, "encoding": {"x": x, "y": {**y, "field": "l"}, "y2": {"field": "h"}, **by_run}})
        line = {"type": "line", "color": shade[track.state], "strokeWidth": 2.2 if track.main else 1.2}
        layers.append({"data": {"values": rows}, "mark": line, "encoding": {"x": x, "y": y, **by_run}})
        if track.points[-1][0].year >= last - 2:
            labels.append((track.points[-1][1], track.state, track.main))
    labels.sort()
    height = HEIGHT - 10
    gap = 14 * (high - low) / height
    for (_, state, bold), at in zip(labels, spread([v for v, *_ in labels], gap, low, high), strict=True):
        text: Spec = {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "fontWeight": 600 if bold else 400, "color": shade[state]}
        row = {"t": last, "v": round(at, 2), "s": state}
        layers.append({"data": {"values": [row]}, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    return {
        "$schema": SCHEMA, "width": WIDTH - LEFT - RIGHT, "height": height, "autosize": "none", "layer": layers, "config": config(colours),
        "padding": {"left": LEFT, "right": RIGHT, "top": 10, "bottom": BELOW},
    }  # fmt: skip


def describe(held: Vision, names: Mapping[str, str]) -> str:
    """Each path's first and newest point, in words."""
    return "Ideal points by session. " + " ".join(
        f"{names.get(t.state, t.state)}: {_at(t, 0)}, {_at(t, -1)}." for t in held.tracks
    )


def _title(held: Vision, names: Mapping[str, str]) -> str:
    now = {t.state: next((m for d, m, *_ in t.points if d.year == 1945 + held.session), None) for t in held.tracks if t.main}
    known = [f"{names.get(s, s)} at {v:+.2f}".replace("-", wording.MINUS) for s, v in now.items() if v is not None]
    return f"{' and '.join(known)} in session {held.session} ({1945 + held.session})"


def _at(track: Track, which: int) -> str:
    day, mean, low, high = track.points[which]
    return f"{mean:.2f} ({low:.2f} to {high:.2f}) in {day.year}"


def _table(held: Vision) -> Listing:
    points = {t.state: {d: (m, lo, hi) for d, m, lo, hi in t.points} for t in held.tracks}
    days = sorted({d for own in points.values() for d in own}, reverse=True)
    rows = [{"session of": str(d.year), **{s: _cell(own.get(d)) for s, own in points.items()}} for d in days]
    return listing("Ideal points by session, with 90% bands", rows)


def _cell(point: Sequence[float] | None) -> str:
    return "—" if point is None else f"{point[0]:.2f} ({point[1]:.2f} to {point[2]:.2f})".replace("-", wording.MINUS)
