"""A trade figure's change taken apart, told in sentences."""

from __future__ import annotations

from dataclasses import replace

from comity import measures, states, wording
from comity.analysis import explain as taken
from comity.analysis.explain import SEAM, Association, Explanation, Link
from comity.store import Holdings


def explain(holdings: Holdings, a: str, b: str, name: str, *, start: int | None = None, stop: int | None = None) -> Explanation:
    """`analysis.explain` of the change, with its sentences; the words "price" and "quantity" only where bounds and guards agree."""
    return told(taken.explain(holdings, a, b, name, start=start, stop=stop))


def told(found: Explanation) -> Explanation:
    """The explanation with its sentences."""
    names = {s: wording.articled(states.get(s).name) for s in (found.a, found.b)}
    money = wording.value
    moved = "rose" if found.change > 0 else "fell"
    what = {
        "exports_usd": f"What {names[found.a]} sold to {names[found.b]}", "imports_usd": f"What {names[found.a]} bought from {names[found.b]}",
    }.get(found.measure.partition(":")[0], f"Trade in goods of {names[found.a]} and {names[found.b]}, both ways,")  # fmt: skip
    said = [
        f"{what} {moved} from {money(found.before, found.unit)} in {found.start} to "
        f"{money(found.after, found.unit)} in {found.stop}, by {money(abs(found.change), found.unit)}."
    ]
    if found.seams:
        said.append(f"The source changes on the way ({'; '.join(found.seams)}), so the change is of source and trade together and no trend.")
    for exporter, importer in dict.fromkeys((x.exporter, x.importer) for x in found.links):
        said.append(_led([x for x in found.links if (x.exporter, x.importer) == (exporter, importer)], names[exporter], names[importer]))
    if not found.links and len(found.parts) > 2:
        top = sorted((p for p in found.parts if p.exporter), key=lambda p: -abs(p.value))[:3]
        told = "; ".join(f"{p.label} from {names[p.exporter]} {_signed(p.value, found.unit)}" for p in top)
        said.append(f"The largest parts are {told}. Price and quantity cannot be told apart here.")
    if found.associations:
        told = "; ".join(
            f"{_label(a)}: correlation {a.correlation:+.2f} ({a.low:+.2f} to {a.high:+.2f}), n {a.n}, {a.first}–{a.last}".replace("-", wording.MINUS)
            for a in found.associations
        )
        said.append(f"Yearly growth went along with {told}. This is association, not cause.")
    return replace(found, sentences=tuple(said))


def _led(links: list[Link], exporter: str, importer: str) -> str:
    """What led, year by year, where bounds and guards agree; the link across BACI's change of reporter apart."""
    by = {w: [f"{x.year}" for x in links if x.word == w and not x.seam] for w in ("price", "quantity", "neither")}
    told = [f"{w} in {', '.join(ys)}" for w, ys in by.items() if ys and w != "neither"]
    led = "; ".join(f"the change was led by {t}" for t in told) if told else "in no year do bounds agree on what led"
    text = f"Of what {exporter} sold to {importer}: {led}"
    if by["neither"]:
        text += f"; in {', '.join(by['neither'])} it cannot be told"
    if any(x.seam for x in links):
        text += f". The change of {SEAM[1]} crosses a change of reporter: nothing is said of it"
    return text + "."


def _signed(value: float, unit: str) -> str:
    return ("+" if value > 0 else wording.MINUS) + wording.value(abs(value), unit)


def _label(found: Association) -> str:
    if not found.state:
        return "the price of Brent crude" if found.driver == "brent_usd" else measures.get(found.driver).title
    whose = wording.articled(states.get(found.state).name)
    return f"what {whose} bought from all others" if found.driver == "imports_usd" else f"{wording.possessive(whose)} currency units a dollar"
