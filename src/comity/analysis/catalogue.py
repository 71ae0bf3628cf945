"""What there is: measures and sources with what of them is held, and measures found by word."""

from __future__ import annotations

from typing import Any

from comity import build, measures, publication, sources
from comity.core import Measure, Source
from comity.store import Holdings


def measure_rows(holdings: Holdings, chosen: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """A row for each measure: its declaration, its sources, and the years, rows and layer of what is held."""
    out = []
    for declared in measures.load().values():
        if chosen is not None and declared.name not in chosen:
            continue
        row = holdings.row("series", declared.name) if holdings.has("series", declared.name) else None
        out.append(
            {
                "name": declared.name, "title": declared.title, "variants": ",".join(declared.variants), "unit": declared.unit,
                "period": declared.period, "of": declared.of, "symmetric": declared.symmetric, "bounds": _bounds(declared),
                "absent": declared.absent, "domain": declared.domain, "kind": declared.kind, "because": declared.because,
                "reference": declared.reference, "sources": ",".join(build.sources_of(declared.name)), "first": row.first if row else None,
                "last": row.last if row else None, "rows": row.rows if row else 0,
                "layer": None if row is None else "own" if measures.is_own(declared) else row.layer,
            }
        )  # fmt: skip
    return sorted(out, key=lambda r: str(r["name"]))


def source_rows(holdings: Holdings) -> list[dict[str, Any]]:
    """A row for each source: publisher, licence, citation, years, tables, and the layer in which its data are held."""
    held: dict[str, tuple[Any, str]] = {}
    for row in holdings.ledger():
        for name, cover in row.facts["coverage"].items():
            if name not in held or row.layer == "store":
                held[name] = (cover, row.layer)
    out = []
    for name in sources.names():
        source = sources.get(name)
        cover, layer = held.get(name, (None, None))
        out.append(
            {
                "name": name, "title": source.title, "publisher": source.publisher, "licence": source.licence.name,
                "share": source.licence.share, "citation": source.citation, "first": cover["first"] if cover else None,
                "last": cover["last"] if cover else None, "tables": ",".join(t.name for t in source.tables), "fetch": _fetch(source),
                "published": publication.words(source.published), "layer": "own" if sources.own(name) else layer,
            }
        )  # fmt: skip
    return out


def find(holdings: Holdings, text: str) -> list[dict[str, Any]]:
    """The measures in whose name, title, aliases, domain or description every word of the text stands, names first."""
    words = text.casefold().replace("_", " ").split()
    hits = []
    for declared in measures.load().values():
        name = declared.name.replace("_", " ")
        plain = " ".join((name, declared.title, *declared.aliases, declared.domain, declared.kind, *declared.variants.values())).casefold()
        everything = f"{plain} {declared.because} {declared.doc}".casefold()
        if words and all(w in everything for w in words):
            hits.append((not all(w in name for w in words), not all(w in plain for w in words), declared.name))
    order = [name for _, _, name in sorted(hits)]
    rows = {r["name"]: r for r in measure_rows(holdings, tuple(order))}
    return [{k: rows[n][k] for k in ("name", "title", "unit", "period", "domain", "first", "last", "layer")} for n in order]


def _bounds(declared: Measure) -> str:
    low, high = declared.bounds
    return f"{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"


def _fetch(source: Source) -> str:
    """The first address from which `comity fetch` takes the publisher's file; where none is declared, the homepage."""
    return next((remote.url for layout in source.layouts for remote in layout.remotes), source.homepage)
