"""The start page, and the pages that list: measures, states, sources, one state, one source, and what a word finds."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from comity import __version__, wording
from comity import sources as declared_sources
from comity import states as table
from comity.api import Store, states_table
from comity.core import UsageError
from comity.report import credit
from comity.web import frame
from comity.web.answer import Ask, Unknown
from comity.web.measure import about, known
from comity.web.view import View

MEASURES = ("name", "title", "variants", "unit", "period", "of", "symmetric", "bounds", "absent", "domain", "kind", "because", "reference", "sources",
            "first", "last", "rows", "layer")  # fmt: skip
SOURCES = ("name", "title", "publisher", "licence", "share", "citation", "first", "last", "tables", "fetch", "published", "layer")
STATES = ("code", "name", "from", "to", "cow", "gw", "seat", "status")
FOUND = ("what", "name", "title", "address")
PLACES = ("state", "value", "rank", "of", "source", "n", "se")
LEAST = 2
"""Letters that a search needs."""
PARTNERS = ("trade_total_usd", "vote_agreement", "coauthored_works", "migrant_stock", "shared_igos")


def start(store: Store, ask: Ask) -> View:
    """Choose two states."""
    return View(
        title="comity", html=lambda: frame.page("start.html", nav="start", title="The relationship between two states", ask=ask, names=names())
    )


@cache
def names() -> tuple[tuple[str, str], ...]:
    """Every name that a state goes or went by and that means it alone, with its own name and code, in order."""
    out: dict[str, str] = {}
    for state in table.all_states():
        for name in dict.fromkeys((state.name, *(a.text for a in state.aliases if a.kind != "data"))):
            try:
                alone = table.find(name).code == state.code
            except UsageError:
                continue
            if alone and name != state.code:
                out[name] = state.code if name == state.name else f"{state.name}, {state.code}"
    return tuple(sorted(out.items(), key=lambda i: i[0].casefold()))


def measures(store: Store, ask: Ask) -> View:
    """All measures, as `comity measures` gives them."""

    def html() -> str:
        rows = store.measures()
        groups: dict[str, list[dict[str, Any]]] = {}
        for r in rows:
            groups.setdefault(str(r["domain"]), []).append(r)
        return frame.page(
            "measures.html", nav="measures", title="Measures", ask=ask, groups=groups, held=sum(bool(r["layer"]) for r in rows), count=len(rows)
        )

    return View(
        title="Measures", columns=MEASURES, rows=store.measures, html=html, facts=lambda: _facts("Measures", "All measures and what of each is held.")
    )


def sources(store: Store, ask: Ask) -> View:
    """All sources, as `comity sources` gives them."""

    def html() -> str:
        rows = store.sources()
        shown = ("name", "title", "publisher", "licence", "share", "first", "last", "layer")
        words = {"yes": "yes", "derived": "what comity computes", "no": "no"}
        plain = [{**{k: r[k] for k in shown if k != "share"}, "may be republished": words[r["share"]]} for r in rows]
        columns = tuple(plain[0]) if plain else ()
        return frame.page(
            "table.html", nav="sources", title="Sources", ask=ask, columns=columns, rows=plain, search=None, back=None, key="sources",
            about=f"{len(rows)} sources; {sum(bool(r['layer']) for r in rows)} of them have data here. Each page has the citation and the terms.",
            links={r["name"]: frame.to("source", name=str(r["name"])) for r in rows},
        )  # fmt: skip

    return View(
        title="Sources", columns=SOURCES, rows=store.sources, html=html, facts=lambda: _facts("Sources", "All sources and what of each is held.")
    )


def source(store: Store, ask: Ask) -> View:
    """One source; its JSON is what `comity show` gives."""
    name = ask.part("name")
    if name not in declared_sources.names():
        raise Unknown(f"{name[:60]!r} is no source; the page of sources lists them")
    one = declared_sources.get(name)

    def html() -> str:
        row = next(r for r in store.sources() if r["name"] == name)
        using = [r for r in store.measures() if name in str(r["sources"]).split(",")]
        return frame.page("source.html", nav="sources", title=one.title, ask=ask, one=one, row=row, using=using, facts=credit.facts([name])[0],
                          republish=credit.republish([name]), cite=store.cite(name).splitlines()[0])  # fmt: skip

    return View(title=one.title, html=html, json=lambda: json.dumps(store.show(name), ensure_ascii=False, indent=1) + "\n")


def states(store: Store, ask: Ask) -> View:
    """The table of states, as `comity states` gives it."""
    text = ask.text("q")

    def html() -> str:
        rows = states_table(text)
        return frame.page(
            "table.html", nav="states", title="States", ask=ask, columns=STATES, rows=rows, key="states", back=None, search=("states", text or ""),
            about="A row for each spell of a state, with its numbers in the lists of the Correlates of War and of Gleditsch and Ward.",
            links={r["code"]: frame.to("state", s=r["code"]) for r in rows},
        )  # fmt: skip

    return View(title="States", columns=STATES, rows=lambda: states_table(text), html=html, facts=lambda: _facts("States", "All states since 1816."))


def state(store: Store, ask: Ask) -> View:
    """One state and its partners on a measure in a year, as `comity rank --state` gives them."""
    one = table.find(ask.part("s"))
    declared, full = known(ask, ask.text("m") or PARTNERS[0])
    if declared.of != "dyad":
        raise UsageError(f"{declared.title} is of one {declared.of}; partners are ranked by a measure of two states")
    year = ask.year("year") or store.full_year(full, state=one.code)

    def rows() -> list[dict[str, Any]]:
        return store.rank(full, year=year, state=one.code, as_of=ask.day("as_of")) if year else []

    def otherwise() -> str:
        return store.by_own_report(full, rows(), year=year, state=one.code, as_of=ask.day("as_of")) if year else ""

    def html() -> str:
        found = rows()
        most = max((r["value"] for r in found), default=0.0)
        shown = [
            {
                **r, "name": table.get(r["state"]).name, "written": wording.value(r["value"], declared.unit),
                "share": r["value"] / most if most > 0 and declared.bounds[0] is not None and declared.bounds[0] >= 0 else None,
            }
            for r in found
        ]  # fmt: skip
        first = [r for r in shown if r["rank"] == 1 and r["of"] == shown[0]["of"]]
        spells = [r for r in states_table(one.code) if r["code"] == one.code]
        named = [part for r in found for part in str(r["source"]).replace(":", "+").split("+")]
        return frame.page(
            "state.html", nav="states", title=one.name, ask=ask, state=one, note=table.note(one.code), spells=spells, declared=declared,
            full=full, year=year, rows=shown, first=first, names=names(), otherwise=wording.capital(otherwise()),
            pools=sorted({str(r["source"]).replace(":", "+").split("+")[0] for r in found}),
            choices=[r for r in store.measures() if r["of"] == "dyad" and r["layer"]], sources=credit.facts(named), republish=credit.republish(named),
        )  # fmt: skip

    return View(
        title=one.name, columns=PLACES, rows=rows, html=html,
        facts=lambda: about(store, declared, full, label=f"partners of {one.name}, {year}", notes=[n for n in (otherwise(),) if n]),
    )  # fmt: skip


def search(store: Store, ask: Ask) -> View:
    """Measures, states and sources that a few words find."""
    text = (ask.text("q") or "").strip()

    def rows() -> list[dict[str, Any]]:
        return _found(store, text) if len(text) >= LEAST else []

    def html() -> str:
        return frame.page("search.html", nav="search", title=f"Search: {text}" if text else "Search", ask=ask, text=text, rows=rows(), least=LEAST)

    return View(title="Search", columns=FOUND, rows=rows, html=html, facts=lambda: _facts("Search", f"What is found for {text!r}."))


def _found(store: Store, text: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    two = [s.strip() for s in text.replace(" and ", "–").replace("-", "–").split("–") if s.strip()]
    if len(two) == 2:
        try:
            a, b = (table.find(s) for s in two)
        except UsageError:
            pass
        else:
            if a.code != b.code:
                out.append(
                    {"what": "pair", "name": f"{a.code}–{b.code}", "title": f"{a.name} and {b.name}", "address": frame.to("pair", a=a.code, b=b.code)}
                )
    out += [{"what": "state", "name": s.code, "title": s.name, "address": frame.to("state", s=s.code)} for s in table.search(text)[:20]]
    out += [{"what": "measure", "name": r["name"], "title": r["title"], "address": frame.to("measure", m=r["name"])} for r in store.find(text)]
    words = text.casefold().split()
    for name in declared_sources.names():
        one = declared_sources.get(name)
        if all(w in f"{name} {one.title} {one.publisher}".casefold() for w in words):
            out.append({"what": "source", "name": name, "title": one.title, "address": frame.to("source", name=name)})
    return out


def _facts(title: str, what: str) -> dict[str, Any]:
    return {
        "title": title,
        "what": what,
        "licence": "of the list itself: Apache-2.0; of the data: each source's own",
        "citation": f"comity {__version__}.",
        "comity": __version__,
    }
