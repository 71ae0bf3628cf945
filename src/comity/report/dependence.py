"""The part of the page on trade as a tie: who depends on whom, whose figures say so, and what gravity would expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity import percents, wording
from comity.gather_trade import GROUPS
from comity.profile import Profile, Shown
from comity.profile_parts import Dependence, Expected, Figures
from comity.report import charts
from comity.report.drawing import PALETTES, Spec
from comity.report.part import Group, Listing, Part, Picture, entries, listing, paragraphs
from comity.wording import money, share

Names = Mapping[str, str]


def part(profile: Profile, names: Names) -> Part | None:
    """Dependence, whose figures, expected trade; None where nothing of the three is held."""
    groups = []
    if profile.dependence is not None:
        groups.append(_dependence(profile, profile.dependence, names))
    if profile.figures is not None:
        groups.append(_figures(profile, profile.figures, names))
    if profile.expected is not None:
        groups.append(_expected(profile, profile.expected, names))
    return Part(key="dependence", heading="Trade: dependence, whose figures, what to expect", groups=tuple(groups)) if groups else None


def _picture(profile: Profile, name: str, key: str, title: str, what: str) -> tuple[Picture, ...]:
    """Both directions of a measure in one picture, where two values of it are held."""
    held = entries(profile, name)
    if not held or sum(len(e.series) for e in held) < 3:
        return ()
    spec = charts.line(held, sides=(profile.a, profile.b))
    return (Picture(key=key, spec=spec, title=title, what=f"{what} {held[0].coverage}", words=charts.describe(held)),)


def _dependence(profile: Profile, held: Dependence, names: Names) -> Group:
    a, b = names[profile.a], names[profile.b]
    rows = [
        {
            "year": str(y.year), f"{b} in {wording.possessive(a)} trade": share(y.share_a), f"{a} in {wording.possessive(b)}": share(y.share_b),
            f"{a}, other’s reports": share(y.share_a_mirror), f"{b}, other’s reports": share(y.share_b_mirror),
            f"of {wording.possessive(a)} output": share(y.output_a), f"of {wording.possessive(b)}": share(y.output_b),
            f"other large suppliers of {a}": y.suppliers_a, f"of {b}": y.suppliers_b, "sources": _sources(y.source_a, y.source_b),
        }
        for y in reversed(held.years)
    ]  # fmt: skip
    folds = [listing("Dependence by year, shares by own report and with the other’s reports of the flows", rows)]
    if held.groups:
        named = "Who else sells it: ten groups of goods, shares of the buyer’s imports (Atlas of Economic Complexity, reconciled); not the same good"
        folds.append(listing(named, [_group(g, names) for g in held.groups]))
    if held.displaced:
        caption = "Who displaced whom: the other, and the three that won and lost most; growth and competition add up to the change"
        folds.append(listing(caption, [_moved(d, names) for d in held.displaced]))
    last = next((y for y in reversed(held.years) if y.share_a is not None and y.share_b is not None), None)
    title = "Shares of each other’s goods trade"
    if last is not None:
        title = f"{b}: {share(last.share_a)} of {wording.possessive(a)} trade, {a}: {share(last.share_b)} of {wording.possessive(b)}, {last.year}"
    what = "Exports and imports with the other over all of the reporter’s, by its own report; a broken line is a change of source."
    pictures = _picture(profile, "trade_share", "trade-share", title, what)
    return Group(heading="Dependence", sentences=paragraphs(held.statement), pictures=pictures, folds=tuple(folds))


def _group(g: Any, names: Names) -> dict[str, Any]:
    return {
        "buyer": names.get(g.buyer, g.buyer), "group": GROUPS[g.group], "year": str(g.year), "bought": wording.value(g.usd, "USD"),
        "the other’s share": share(g.share), "others over 5%": g.others, "largest other": f"{g.largest} {share(g.largest_share)}",
    }  # fmt: skip


def _moved(d: Any, names: Names) -> dict[str, Any]:
    sums = {k: wording.value(getattr(d, k), "USD") for k in ("before", "after", "growth", "competition")}
    head = {"buyer": names.get(d.buyer, d.buyer), "supplier": names.get(d.supplier, d.supplier)}
    return {**head, "years": f"{d.first}–{d.last}", **sums, "source": d.source}


def _figures(profile: Profile, held: Figures, names: Names) -> Group:
    rows = [
        {
            "seller": names.get(f.seller, f.seller), "year": str(f.year), "seller’s report, FOB": money(f.exports_fob),
            "buyer’s report, CIF": money(f.imports_cif), "gap": share(f.gap), "sources": _sources(f.source_exports, f.source_imports),
        }
        for f in sorted(held.flows, key=lambda f: (f.seller != profile.a, -f.year))
    ]  # fmt: skip
    what = "How far the buyer’s report, less 6% of freight, lies above the seller’s, over their mean; zero is agreement."
    drawn = entries(profile, "mirror_gap")
    apart = [f"{e.a} → {e.b} by {wording.value(abs(e.series[-1].value), 'share')} ({e.series[-1].start.year})" for e in drawn]
    pictures = _picture(profile, "mirror_gap", "mirror-gap", f"The two reports of each flow lie apart: {', '.join(apart)}", what)
    told = (*held.statement, *held.suspected)
    return Group(heading="Whose figures", sentences=paragraphs(told), pictures=pictures, folds=(listing("Both sides’ reports by year", rows),))


def _expected(profile: Profile, held: Expected, names: Names) -> Group:
    rows = [
        {
            "seller": names.get(f.seller, f.seller), "year": str(f.year), "actual": money(f.actual), "expected": money(f.expected),
            "80% of like flows": f"{money(f.low)} to {money(f.high)}", "ratio": f"{f.ratio:.2f}", "s.e. of the ratio": f"{f.se:.3f}",
            "above of like flows": f"{percents.of(f.place)}",
        }
        for f in sorted(held.flows, key=lambda f: (f.seller != profile.a, -f.year))
    ]  # fmt: skip
    drawn = entries(profile, "trade_to_expected")
    pictures: tuple[Picture, ...] = ()
    if sum(len(e.series) for e in drawn) >= 3:
        spec = _with_one(charts.line(drawn, sides=(profile.a, profile.b)), drawn)
        title = f"Trade over expected: {_ends(drawn)}"
        what = (
            "1 is what sizes, distance and the trade of all others let expect (gravity by PPML, exporter-year and importer-year effects). Imports as "
        )
        what += f"reported; band: 95% from the coefficients alone, clustered by pair. {drawn[0].coverage}"
        pictures = (Picture(key="expected", spec=spec, title=title, what=what, words=charts.describe(drawn)),)
    caption = "Actual and expected trade by year; s.e. from the coefficients, clustered by directed pair, with the factor G/(G−1)·(N−1)/(N−k)"
    folds: tuple[Listing, ...] = (listing(caption, rows),)
    return Group(heading="Against what gravity expects", sentences=paragraphs(held.statement), pictures=pictures, folds=folds)


def _with_one(spec: Spec, drawn: Sequence[Shown]) -> Spec:
    """The picture with a rule at 1, under the lines, where the axis reaches it."""
    if max(p.value for e in drawn for p in e.series) < 1:
        return spec
    y = next(layer["encoding"]["y"] for layer in spec["layer"] if layer.get("encoding", {}).get("y", {}).get("field") == "v")
    rule = {"type": "rule", "color": PALETTES["light"]["soft"], "strokeWidth": 1, "strokeDash": [2, 3]}
    return {**spec, "layer": [{"data": {"values": [{"v": 1}]}, "mark": rule, "encoding": {"y": y}}, *spec["layer"]]}


def _ends(drawn: Sequence[Shown]) -> str:
    newest = {e.a: e.series[-1] for e in drawn}
    return ", ".join(f"{e.a} → {e.b} {newest[e.a].value:.2f}" for e in drawn) + f" in {max(p.start.year for p in newest.values())}"


def _sources(*found: str) -> str:
    return ", ".join(dict.fromkeys(s.partition(":")[0] + (" (mirror)" if s.endswith(":mirror") else "") for s in found if s))
