"""The pages of two states: the report, the families, what the two undertake, and what may come next."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from comity import __version__, measures, states, wording
from comity.api import Store
from comity.core import NotHeldError, UsageError
from comity.profile import Profile
from comity.report import charts, credit, drawing, plain
from comity.report import html as report
from comity.report.part import Part, Picture
from comity.web import frame
from comity.web.answer import Answer, Ask, Unknown
from comity.web.measure import known
from comity.web.view import View

TRAIL = ("year", "family", "value", "q10", "q90", "measures")
AHEAD = ("start", "median", "q05", "q10", "q25", "q75", "q90", "q95", "model", "baseline_skill")


def choose(store: Store, ask: Ask) -> Answer:
    """From the form of the start page to the page of the two states, by code."""
    if ask.text("a") is None or ask.text("b") is None:
        raise UsageError("choose two states: give a and b, by name or code")
    a, b = states.find(ask.text("a") or "").code, states.find(ask.text("b") or "").code
    if a == b:
        raise UsageError(f"{states.get(a).name} was chosen twice; a dyad is of two states")
    query = {"from": ask.year("from"), "to": ask.year("to"), "as_of": ask.day("as_of"), "seat": ask.flag("seat")}
    return Answer(status=303, headers=(("location", frame.to("pair", a=a, b=b, query=query)),))


def _two(ask: Ask) -> tuple[str, str] | Answer:
    """The two states of the path by code, or the way to the address that has the codes."""
    a, b = states.find(ask.part("a")).code, states.find(ask.part("b")).code
    if a == b:
        raise UsageError(f"{states.get(a).name} was given twice; a page is of two states")
    if (a, b) != (ask.part("a"), ask.part("b")):
        return Answer(status=308, headers=(("location", frame.to(ask.page, ask.form, a=a, b=b, query=dict(ask.query))),))
    return a, b


def pair(store: Store, ask: Ask) -> View | Answer:
    """The report of two states, as `comity profile` gives it."""
    two = _two(ask)
    if isinstance(two, Answer):
        return two
    made = _profile(store, two, ask)

    def facts() -> dict[str, Any]:
        named = [s.name for s in made.sources]
        return {
            "title": f"{made.name_a} and {made.name_b}", "as_of": made.as_of, "newest": made.newest, "sources": credit.facts(named),
            "republish": "each measure says for itself whether its picture and values may be republished", "citation": made.cite,
            "caveats": list(made.notes), "vintage": {"content": made.data_hash}, "comity": made.version,
        }  # fmt: skip

    return View(
        title=f"{made.name_a} and {made.name_b}", facts=facts,
        json=lambda: json.dumps(plain.to_dict(made), ensure_ascii=False, allow_nan=False) + "\n",
        html=lambda: report.render(made, frame=frame.around("pair", dict(ask.query), *two)),
    )  # fmt: skip


@lru_cache(maxsize=2)
def _gathered(store: Store, a: str, b: str, start: int | None, stop: int | None, as_of: dt.date | None, seat: bool) -> Profile:
    return store.profile(a, b, start=start, stop=stop, as_of=as_of, seat=seat)


def _profile(store: Store, two: tuple[str, str], ask: Ask) -> Profile:
    return _gathered(store, *two, *_chosen(ask))


def _chosen(ask: Ask) -> tuple[int | None, int | None, dt.date | None, bool]:
    return ask.year("from"), ask.year("to"), ask.day("as_of"), ask.flag("seat")


@lru_cache(maxsize=2)
def _pictures(store: Store, a: str, b: str, start: int | None, stop: int | None, as_of: dt.date | None, seat: bool) -> dict[str, Picture]:
    """The pictures of the report that are not of one measure, by key."""
    from comity.report import parts

    made = parts.parts(_gathered(store, a, b, start, stop, as_of, seat), _known((a, b)))
    return {p.key: p for part in made for g in part.groups for p in g.pictures}


def picture(store: Store, ask: Ask) -> View | Answer:
    """One picture of the report that is not of one measure, with its table."""
    two = _two(ask)
    if isinstance(two, Answer):
        return two
    made = _profile(store, two, ask)
    every = _pictures(store, *two, *_chosen(ask))
    if ask.part("key") not in every:
        raise Unknown(f"the report of the two has no picture {ask.part('key')[:60]!r}; it has {', '.join(every) or 'none but of single measures'}")
    one = every[ask.part("key")]
    named = _behind(one, made)
    columns = one.table.columns if one.table else ()
    drawn = charts.svg(one.spec, one.title, one.words, key="picture")
    republish = credit.republish(named or [s.name for s in made.sources])

    def rows() -> list[dict[str, Any]]:
        return [dict(zip(columns, r, strict=True)) for r in one.table.rows] if one.table else []

    def facts() -> dict[str, Any]:
        return {
            "title": one.title, "what": one.what, "words": one.words, "sources": credit.facts(named), "republish": republish,
            "citation": made.cite, "vintage": {"content": made.data_hash}, "comity": __version__,
        }  # fmt: skip

    def html() -> str:
        query = dict(ask.query)
        to = {"a": two[0], "b": two[1], "key": one.key}
        forms: tuple[Any, ...] = (("SVG", "svg"), ("PNG", "png"), *((("CSV", "csv"), ("JSON", "json")) if columns else ()))
        under = frame.Under(
            name=one.key, sources=tuple(credit.facts(named)), republish=republish,
            sentence=f"{one.title} ({_names(two)}). {one.what.rstrip('.')}. {made.cite}",
            downloads=tuple((w, frame.to("picture", f, query=query, **to)) for w, f in forms), embed=frame.to("picture", "embed", query=query, **to),
        )  # fmt: skip
        return frame.page("picture.html", nav="pair", title=_names(two), ask=ask, two=two, picture=one, svg=drawn, under=under)

    whose = "; ".join(f"{r['publisher']} ({r['licence']})" for r in credit.facts(named)) or "among those that the report lists"
    return View(
        title=one.title, columns=columns, rows=rows if columns else None, facts=facts, html=html,
        picture=lambda: (one.spec, one.title, one.words),
        framed=lambda: drawing.framed(drawn, one.title, f"{_names(two)}. {one.what}", f"Source: {whose}. {made.cite}"),
    )  # fmt: skip


def _behind(one: Picture, made: Profile) -> list[str]:
    """The sources that a picture names, or that its families stand on; none where neither says."""
    known = {s.name for s in made.sources}
    said = {w.strip(".,;:()") for w in one.what.replace("+", " ").split()} & known
    if not said and one.key in ("position", "trail"):
        said = _of_families(made.position or {})
    return sorted(said)


def _of_families(made: dict[str, Any]) -> set[str]:
    return {
        part for f in made.get("families") or () for m in f["measures"] for part in str(m.get("source") or "").replace(":", "+").split("+") if part
    }


def families(store: Store, ask: Ask) -> View | Answer:
    """Where the two stand in exchange, alignment, joint work and conflict, with trails, as `comity position` gives it."""
    two = _two(ask)
    if isinstance(two, Answer):
        return two
    made = store.position(*two, start=ask.year("from"), stop=ask.year("to"))

    def facts() -> dict[str, Any]:
        named = _of_families(made)
        return {
            "title": f"Families of {_names(two)}", "unit": "percentile among peers, size taken out", "sources": credit.facts(sorted(named)),
            "republish": credit.republish(sorted(named)), "citation": store.cite(*sorted(credit_names(named))).splitlines(),
            "caveats": [made["moved"]["statement"], made["validity"].get("words", "")],
            "vintage": {"content": _stamp(store)}, "comity": __version__,
        }  # fmt: skip

    def html() -> str:
        from comity.report import position

        part = position.alone(made, [_row(i) for i in store.initiatives(*two)], two, _known(two))
        return _part(ask, two, part, "Families and undertakings", "families", facts())

    return View(
        title=f"Families of {_names(two)}", columns=TRAIL, html=html, facts=facts,
        rows=lambda: [{**r, "measures": " ".join(r["measures"])} for r in made["trail"]],
        json=lambda: json.dumps(made, ensure_ascii=False, indent=1, default=str) + "\n",
    )  # fmt: skip


def register(store: Store, ask: Ask) -> View:
    """The register of forecasts with how each turned out, as `comity score` gives it."""
    from comity.analysis import forecast_register

    outcomes = store.score()

    def rows() -> list[dict[str, Any]]:
        return [forecast_register.row(o) for o in outcomes]

    def html() -> str:
        about = f"{forecast_register.summary(outcomes)} What was said stands here as it was said; a line is never changed."
        links = {r["measure"]: frame.to("measure", m=r["measure"]) for r in rows()}
        return frame.page(
            "table.html", nav="register", title="The record of forecasts", ask=ask, columns=forecast_register.COLUMNS, rows=rows(), search=None,
            about=about, links=links, back=None, key="register",
        )  # fmt: skip

    named = sorted({part for o in outcomes for part in (o.source or "").replace(":", "+").split("+") if part})
    return View(
        title="The record of forecasts", columns=forecast_register.COLUMNS, rows=rows, html=html,
        facts=lambda: {
            "title": "The record of forecasts", "rows": len(outcomes), "sources": credit.facts(named), "republish": credit.republish(named),
            "vintage": {"content": _stamp(store)}, "comity": __version__,
        },
    )  # fmt: skip


def initiatives(store: Store, ask: Ask) -> View | Answer:
    """What the two undertake, as `comity initiatives` gives it."""
    from comity.analysis import initiatives as undertakings

    two = _two(ask)
    if isinstance(two, Answer):
        return two
    found = store.initiatives(*two)

    def rows() -> list[dict[str, Any]]:
        made = [undertakings.row(i) for i in found]
        if ask.form == "json":
            return made
        return [{**r, "states": " ".join(r["states"]), "sources": "; ".join(r["sources"])} for r in made]

    def html() -> str:
        return frame.page(
            "table.html", nav="pair", title=f"Undertakings of {_names(two)}", ask=ask, columns=undertakings.COLUMNS, rows=rows(), search=None,
            about=f"{len(found)} rows: made from the sources held, then coded by hand, then your own. What no source shows is left open.",
            links={}, back=(frame.to("pair", a=two[0], b=two[1]), _names(two)), key="initiatives",
        )  # fmt: skip

    named = sorted({c.source for i in found for c in i.sources})
    return View(
        title=f"Undertakings of {_names(two)}", columns=undertakings.COLUMNS, rows=rows, html=html,
        facts=lambda: {
            "title": f"Undertakings of {_names(two)}", "rows": len(found), "sources": credit.facts(named), "stated": named,
            "republish": "each row names its own source, by whose terms it may be republished",
            "caveats": ["Rows from lists made by hand are marked unverified."], "vintage": {"content": _stamp(store)}, "comity": __version__,
        },
    )  # fmt: skip


def forecasts(store: Store, ask: Ask) -> View | Answer:
    """What may come next, by forecasts whose record is kept: of all measures, or (m) of one as `comity forecast` gives it."""
    from comity import gather_forecast
    from comity.analysis import forecast

    two = _two(ask)
    if isinstance(two, Answer):
        return two
    name = ask.text("m")
    as_of = ask.day("as_of")
    if name is not None:
        full = known(ask, name)[1]
        made = forecast.held(store.holdings, *two, full, as_of)
        if made is None:
            raise NotHeldError(
                f"{full}: no record of such forecasts is kept here, and none is made while you wait; `comity backtest {full}` keeps one"
            )
        found, kept = made[0], [gather_forecast.fan(store.holdings, *made, None, as_of)]
    else:
        fans = gather_forecast.gather(store.holdings, *two, start=None, stop=None, as_of=as_of)
        found, kept = [], list(fans.fans) if fans else []

    def rows() -> list[dict[str, Any]]:
        if name is not None:
            return [f.row() for f in found]
        return [{"measure": f.measure, **{k: getattr(s, k) for k in AHEAD[:-1]}, "baseline_skill": s.skill} for f in kept for s in f.steps]

    def facts() -> dict[str, Any]:
        named = list(dict.fromkeys(part for f in kept for part in f.source.replace(":", "+").split("+")))
        return {
            "title": f"What may come next for {_names(two)}", "as_of": as_of, "sources": credit.facts(named), "republish": credit.republish(named),
            "citation": store.cite(*credit_names(named)).splitlines(), "caveats": [s for f in kept for s in f.sentences],
            "vintage": {"content": _stamp(store)}, "comity": __version__,
        }  # fmt: skip

    def html() -> str:
        from comity.profile_parts import Fans
        from comity.report import forecast as page

        of_two = (r["last"] for r in store.coverage(dyad=two) if measures.get(r["measure"]).of == "dyad") if kept else ()
        part = page.of(Fans(fans=tuple(kept)), max((int(y) for y in of_two if y), default=0)) if kept else None
        names = [measures.get(n) for n in forecast.names(store.holdings, as_of) if measures.get(n).of == "dyad"]
        return _part(ask, two, part, "What may come next", "forecasts", facts(), choices=names)

    columns = AHEAD if name is not None else ("measure", *AHEAD)
    return View(title=f"What may come next for {_names(two)}", columns=columns, rows=rows, html=html, facts=facts)


def credit_names(named: Any) -> list[str]:
    """Those of the names that are sources."""
    return [r["name"] for r in credit.facts(named)]


def _part(ask: Ask, two: tuple[str, str], part: Part | None, title: str, active: str, facts: dict[str, Any], choices: Any = ()) -> str:
    drawn = {}
    for p in (p for g in (part.groups if part else ()) for p in g.pictures):
        drawn[f"p-{p.key}"] = charts.svg(p.spec, p.title, p.words, key=f"p-{p.key}")
    return frame.page(
        "part.html", nav=active, title=f"{title}: {_names(two)}", ask=ask, two=two, names=_known(two), part=part, drawn=drawn, active=active,
        facts=facts, choices=choices, frame=_Under(pictured=frame.pictured(*two, {})),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Under:
    pictured: Any


def _row(one: Any) -> dict[str, Any]:
    from comity.analysis import initiatives as register

    return register.row(one)


def _known(two: tuple[str, str]) -> dict[str, str]:
    return {s: states.get(s).name for s in two} | {"WLD": "World"}


def _names(two: tuple[str, str]) -> str:
    return " and ".join(wording.articled(states.get(s).name) for s in two)


def _stamp(store: Store) -> str:
    import hashlib

    return hashlib.sha256("".join(store.holdings.row("series", n).content for n in store.holdings.names("series")).encode()).hexdigest()[:12]
