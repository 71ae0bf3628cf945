"""Value added between two states and what they make together, for the report."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from comity import states, wording
from comity.analysis import chains
from comity.gather_trade import View
from comity.measures.value_added import KNOWN
from comity.profile_chains import Chains, SharedYear, ValueFlow, Way
from comity.store import Holdings

MORE = "WIOD 2016 (to 2014), the OECD’s inter-country tables (to 2020 or later) or the ADB’s, which `comity decompose` reads"
NAMED = 3


def gather(holdings: Holdings, asked: View) -> Chains | None:
    """The chains of two states in the years asked for; None where nothing is held, or for a day before the tables were public."""
    if not chains.held(holdings) or (asked.as_of is not None and asked.as_of.timetuple()[:3] < KNOWN):
        return None
    span = (asked.start or 0, asked.stop or 9999)
    rows = [r for r in chains.flows(holdings, asked.a, asked.b) if span[0] <= r["year"] <= span[1]]
    flows = {(r["exporter"], r["year"]): r for r in rows}
    every = chains.shared(holdings, asked.a, asked.b)
    goods = [r for r in every if span[0] <= r["year"] <= span[1]]
    if not goods or not flows:
        return None
    history = tuple(_year(r, flows[asked.a, r["year"]], flows[asked.b, r["year"]]) for r in goods)
    last = history[-1].year
    made = tuple(_flow(holdings, flows[one, last], chains.routes(holdings, one, other, last)) for one, other in asked.sides)
    said = (*(_value_words(asked, f, last) for f in made), *_exposure_words(asked, made, last), *_shared_words(asked, history))
    said = (*said, f"Nothing is held after {every[-1]['year']}.")
    return Chains(statement=said, year=last, flows=made, history=history, settled_by=MORE)


def _year(r: dict[str, Any], there: dict[str, Any], back: dict[str, Any]) -> SharedYear:
    kept = (
        "year", "usd", "cosine", "rank", "of", "rank_low", "rank_high", "expected", "expected_low", "expected_high", "per_trade", "per_trade_median",
        "completed_a", "completed_b", "completed_third",
    )  # fmt: skip
    gross = there["exports_usd"] + back["exports_usd"]
    return SharedYear(gross=gross, value_ab=there["vax_usd"], value_ba=back["vax_usd"], **{k: r[k] for k in kept})


def _flow(holdings: Holdings, r: dict[str, Any], rows: list[dict[str, Any]]) -> ValueFlow:
    named = [x for x in rows if "→" in x["route"]]
    ways = tuple(Way(stops=tuple(x["route"].split(" → ")[1:-1]), value=x["value"], share=x["share"]) for x in named)
    return ValueFlow(
        exporter=r["exporter"], importer=r["importer"], gross=r["exports_usd"], value=r["vax_usd"],
        foreign=(r["fva_usd"] + r["fdc_usd"]) / r["exports_usd"] if r["exports_usd"] > 0 else None, ways=ways,
        beyond=sum(x["value"] for x in rows if "→" not in x["route"]), demand=r["demand_exposure"], supply_low=r["supply_substituted"],
        supply_high=r["supply_exposure"],
    )  # fmt: skip


def _value_words(asked: View, f: ValueFlow, year: int) -> str:
    to = wording.possessive(asked.names[f.importer])
    said = f"{wording.value(f.value, 'USD')} of value added in {asked.names[f.exporter]} ended in {to} final use in {year}"
    said += f", beside gross exports of {wording.value(f.gross, 'USD')}"
    if f.foreign is not None:
        said += f", {_percent(f.foreign)} of which was value added elsewhere"
    direct = next((w for w in f.ways if not w.stops), None)
    if direct is not None:
        said += f"; {_percent(direct.share)} of the value went straight"
        round_about = [w for w in f.ways if w.stops][:NAMED]
        if round_about:
            said += ", the rest by way of others, most by " + _and(f"{way(w.stops)} ({_percent(w.share)})" for w in round_about)
    return said + "."


def _shared_words(asked: View, history: tuple[SharedYear, ...]) -> tuple[str, ...]:
    first, last = history[0], history[-1]
    said = []
    if len(history) > 1 and first.usd > 0 and first.gross > 0:
        said.append(
            f"What both make together in one final good {_grew(last.usd / first.usd)} from {first.year} to {last.year} (to "
            f"{wording.value(last.usd, 'USD')}), their trade by the same tables {_grew(last.gross / first.gross)}: for a hundred dollars of trade "
            f"{first.per_trade:.1f} then and {last.per_trade:.1f} in {last.year}, in the median pair {first.per_trade_median:.1f} and "
            f"{last.per_trade_median:.1f}."
        )
    side = _side(history)
    words = f"It {'lies' if len(side) == 1 else 'has lain'} {'below' if last.expected < 1 else 'above'} what both sizes lead one to expect "
    span = f"since {side[0].year}" if len(side) < len(history) else f"from {first.year} to {last.year}"
    words += f"in {last.year}" if len(side) == 1 else f"in every year {span}"
    words += f" ({last.expected:.2f} times it in {last.year}"
    if last.expected_low is not None and last.expected_high is not None:
        words += f"; {last.expected_low:.2f} to {last.expected_high:.2f} if the international flows are in error"
    said.append(words + ")." + _beyond_error(side))
    place = f"By likeness of what they make they are {wording.ordinal(last.rank)} of {last.of} pairs"
    if last.rank_low is not None and last.rank_high is not None:
        place += f" (between {wording.ordinal(last.rank_low)} and {wording.ordinal(last.rank_high)} if the flows are in error)"
    a, b = asked.names[asked.a], asked.names[asked.b]
    place += f"; of the goods {_percent(last.completed_a)} by value are finished in {a}, {_percent(last.completed_b)} in {b}, the rest elsewhere."
    return (*said, place)


def _side(history: tuple[SharedYear, ...]) -> tuple[SharedYear, ...]:
    """The last years without a break on the side of expectation where the last one is, oldest first."""
    below = history[-1].expected < 1
    kept = list(takewhile(lambda y: (y.expected < 1) == below, reversed(history)))
    return tuple(reversed(kept))


def within_error(y: SharedYear) -> bool | None:
    """Whether what is expected, one, lies in the band of a year; None where no band is held."""
    return None if y.expected_low is None or y.expected_high is None else y.expected_low <= 1 <= y.expected_high


def _beyond_error(side: tuple[SharedYear, ...]) -> str:
    """In which of the years on one side of expectation the whole band is on it; empty where bands are not held."""
    banded = [y for y in side if within_error(y) is not None]
    beyond = [y for y in banded if not within_error(y)]
    if not banded:
        return ""
    if len(banded) == 1:
        return f" That is {'' if beyond else 'not '}beyond such error."
    if len(beyond) == len(banded):
        return " That is beyond such error in each of these years."
    if not beyond:
        return " That is not beyond such error in any of these years."
    newest = f"{'also' if banded[-1] in beyond else 'not'} in {banded[-1].year}"
    return f" That is beyond such error in {len(beyond)} of these {len(banded)} years, {newest}."


def _exposure_words(asked: View, flows: tuple[ValueFlow, ...], year: int) -> tuple[str, ...]:
    demand = _and(f"{_percent(f.demand)} of {wording.possessive(asked.names[f.exporter])} value added" for f in flows)
    stops = _and(
        f"{_percent(f.supply_low)} to {_percent(f.supply_high)} of {wording.possessive(asked.names[f.exporter])}" for f in flows
    )  # fmt: skip
    return (
        f"In {year} the other’s final use called for {demand}; a stop of the other’s inputs would put at risk {stops} (bounds: all inputs "
        "stand in for each other, or none and nobody else delivers).",
    )  # fmt: skip


def way(stops: tuple[str, ...]) -> str:
    """The states on a way, named."""
    names = ["the rest of the world" if s == chains.REST else wording.articled(states.get(s).name) for s in stops]
    return " and then ".join(names)


def _and(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _grew(by: float) -> str:
    return f"fell to {by:.2f} times what it was" if by < 0.95 else f"grew {by:.0f}-fold" if by >= 9.5 else f"grew {by:.1f}-fold"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= 0.095 else f"{100 * share:.1f}%"
