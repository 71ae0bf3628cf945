"""docs/measures.md and docs/sources.md, generated from the declarations."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from comity import build, measures, publication, sources
from comity.core import DOMAINS, Layout, Measure, Source

UNUSED = {
    "cow_states2016.csv, gleditsch_ward_states_2017.csv": "checked against the package's own table of states in the tests; not a series",
    "cameo_*.csv, copdab_scale.csv, fips_iso_country_codes.csv, weis_goldstein_weights.csv": "code books, read by `comity.events.codes`; the weights "
    "already stand in the event files that are read",
    "gdelt1_event_columns.csv, gdelt1_interstate_rows_*, gdelt1_raw_rows_*, gdelt2_event_columns.csv, gdelt2_raw_rows_*, icews_raw_sample_*":
    "samples of formats, of a few days or one place: no series can be made of them",
    "sipri_trade_register_china_russia.csv": "the register's rows of one pair; their yearly values are read, and rows may not be passed on",
    "unsc_draft_authors_sample_unbench.csv": "34 drafts picked for a benchmark: a count would measure the pick",
    "unsc_membership_by_year_1946_2025.csv": "derived from the votes that are read; a test compares the two",
    "cepii_geo.parquet": "areas and cities of states: no measure of two states needs them",
    "china_imports_top5_hs2_by_partner_2014.csv": "the year is inferred, each partner is cut to five chapters, and it is a "
    "newspaper's copy without terms",
    "leather_*.csv, balance_check.csv": "a worked input–output table with published results, which tests compare, and gaps of rounding in the tables "
    "that are read",
    "hs2012_codes.csv": "names of products, of which 171 of the codes in use are lacking",
}
_HEAD = "Generated from the declarations by `make docs`; do not edit.\n"


def measures_page() -> str:
    """The page of all measures, by domain, each with its declaration and docstring."""
    out = ["# Measures", "", _HEAD]
    for domain in DOMAINS:
        found = sorted((m for m in measures.load().values() if m.domain == domain), key=lambda m: m.name)
        if found:
            out += [f"## {domain.capitalize()}", "", *(_measure(m) for m in found)]
    return "\n".join(out).rstrip() + "\n"


def sources_page() -> str:
    """The page of all sources with publisher, licence, coverage, corrections and caveats."""
    out = ["# Sources", "", _HEAD, *(_source(sources.get(n)) for n in sources.names())]
    out += ["## Files not read", "", *(f"- `{files.replace(', ', '`, `')}`: {why}." for files, why in UNUSED.items())]
    return "\n".join(out).rstrip() + "\n"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    return {"measures.md": measures_page(), "sources.md": sources_page()}


def _measure(m: Measure) -> str:
    low, high = m.bounds
    facts = [
        ("unit", m.unit), ("period", m.period), ("of", m.of + ("" if m.of != "dyad" else ", symmetric" if m.symmetric else ", directed")),
        ("bounds", f"{'−∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"),
        ("where the source is silent", "missing" if m.absent is None else f"{m.absent:g}"), ("kind", f"{m.kind}: {m.because}"),
        ("sources", ", ".join(build.sources_of(m.name))),
        ("spliced in this order", ", ".join(m.sources)),
        ("what is known", "the rows alone say" if m.coverage == "rows" else ""),
        ("grows with the size of the two", "yes" if m.total else ""), ("reference", m.reference), ("also called", ", ".join(m.aliases)),
    ]  # fmt: skip
    lines = [f"### {m.name}", "", f"**{m.title}.** {inspect.cleandoc(m.doc)}", "", *(f"- {k}: {v}" for k, v in facts if v)]
    lines += [f"- variant `{m.name}:{v}`: {text}" for v, text in m.variants.items()]
    return "\n".join([*lines, ""])


def _source(s: Source) -> str:
    cover = s.coverage
    marks = [m for m, on in (("share-alike", s.licence.share_alike), ("non-commercial", s.licence.non_commercial)) if on]
    facts = [
        ("publisher", s.publisher), ("licence", s.licence.name + (f" ({', '.join(marks)})" if marks else "")),
        ("may be passed on", s.licence.share), ("terms", s.licence.terms), ("cite", s.citation), ("files", ", ".join(f"`{f.name}`" for f in s.files)),
        ("tables", ", ".join(t.name for t in s.tables)), ("territory", "the past is coded by today's borders" if s.territory == "today" else ""),
        ("coverage", cover.note), ("first public", publication.words(s.published)),
        ("verified", "" if s.verified else "no: left out of leads, ranks and the starter"),
    ]  # fmt: skip
    lines = [f"## {s.name}", "", f"{s.title}.", "", *(f"- {k}: {v}" for k, v in facts if v)]
    computed = any(f.plain and f.found is None for layout in s.layouts for f in layout.files)
    if not computed:
        lines += [line for layout in s.layouts for line in _layout(layout)]
    else:
        lines.append("- publishers' own layouts: in whichever layout the files of the sources that it is computed from are there")
    lines += [f"- correction: {c.what} ({c.why})" for c in s.corrections] + [f"- caveat: {c}" for c in s.caveats]
    return "\n".join([*lines, ""])


def _layout(layout: Layout) -> list[str]:
    """The lines of a publisher's own layout: its files, whether it was tried, where it was seen and fetched, what it cannot give."""
    tried = "read from the publisher's own file" if layout.tested else "untested against the publisher"
    names = ", ".join(f"`{f.name}`" for f in layout.files)
    lines = [f"- publisher's own layout **{layout.name}** ({tried}): {names}; seen at {', '.join(f'<{a}>' for a in layout.seen)}"]
    for remote in layout.remotes:
        key = f", with the key in `{remote.key}`" if remote.key else ""
        lines.append(f"  - fetched from `{remote.url}`{key}")
    return lines + [f"  - {limit}" for limit in layout.limits]


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    folder.mkdir(exist_ok=True)
    for page, text in pages().items():
        (folder / page).write_text(text, encoding="utf-8")
