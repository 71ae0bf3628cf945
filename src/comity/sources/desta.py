"""Which states were in which preferential trade agreement, 1948–2020: Design of Trade Agreements (DESTA)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

FIRST, LAST = 1948, 2020
LEAVERS = {
    ("375", 1973): "DNK GBR", ("647", 1981): "GRC", ("375", 1986): "PRT", ("647", 1987): "ESP", ("149", 1994): "AUT FIN SWE",
    ("393", 1994): "AUT FIN SWE", ("402", 1994): "AUT FIN SWE", ("392", 1994): "AUT FIN SWE", ("380", 1994): "AUT FIN SWE",
    ("382", 1994): "AUT FIN SWE", ("375", 1995): "AUT FIN SWE", ("243", 1997): "LSO MOZ", ("367", 2000): "MRT", ("243", 2000): "NAM",
    ("243", 2004): "TZA", ("192", 2004): "CZE HUN POL SVK SVN", ("672", 2004): "SYC", ("464", 2006): "VEN", ("22", 2006): "VEN",
    ("26", 2006): "VEN", ("465", 2006): "VEN", ("693", 2006): "VEN", ("364", 2007): "RWA", ("243", 2007): "AGO", ("193", 2007): "BGR ROU",
    ("461", 2007): "ROU", ("434", 2008): "UZB", ("244", 2009): "GEO", ("193", 2013): "HRV", ("324", 2020): "GBR",
}  # fmt: skip
"""Who left, by agreement and year: the rows of a withdrawal name all members, its title those that go."""
EC = frozenset(
    {
        "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV", "HUN", "IRL",
        "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
    }
)  # fmt: skip
"""Members of the European Community or Union at any time to 2020."""
EFTA = frozenset({"AUT", "CHE", "FIN", "ISL", "LIE", "NOR", "SWE"})
MERCOSUR = frozenset({"ARG", "BRA", "PRY", "URY"})
ONE_SIDE = {
    **dict.fromkeys(("181", "587", "690", "700", "253", "584", "585", "586", "61"), EC),
    **dict.fromkeys(("689", "799", "810", "978", "979", "985", "252", "350", "359"), EC),
    **dict.fromkeys(("864", "379", "399", "279"), EFTA), **dict.fromkeys(("25", "608", "789"), MERCOSUR),
    **dict.fromkeys(("1031", "1016", "1019", "1035", "1036"), frozenset({"GBR"})),
    **dict.fromkeys(("66", "437", "988", "188"), frozenset[str]()),
}  # fmt: skip
"""One side of each agreement of a bloc that its title does not tell; an empty side: all members are bound to each other."""
Rows = list[dict[str, str | None]]


def build(raw: Raw) -> dict[str, pa.Table]:
    """A row for each agreement, state and year in which the state was in it; `side` tells the two sides of an agreement of a bloc apart.

    A base treaty counts from the year of its entry into force, an accession from that or, where none is given, from its own. A
    withdrawal ends it with the year before.
    """
    import pyarrow as pa

    rows: Rows = raw.query("SELECT base_treaty, name, entry_type, year, entryforceyear, type_membership, iso3 FROM members ORDER BY ALL").to_pylist()
    sides = _sides(rows)
    events: dict[tuple[str, str], set[tuple[int, str]]] = {}
    for row in rows:
        kind, treaty, iso3 = str(row["entry_type"]), str(row["base_treaty"]), str(row["iso3"])
        year = int(float(row["year"])) if row["year"] else 0
        force = int(float(row["entryforceyear"])) if row["entryforceyear"] else 0
        if kind == "withdrawal":
            if (treaty, year) not in LEAVERS:
                raise BadDataError(f"source desta: {row['name']!r} ({year}) is a withdrawal of which it is not listed who left")
            for leaver in LEAVERS[treaty, year].split():
                events.setdefault((treaty, leaver), set()).add((year, "out"))
        elif (kind == "base_treaty" and force) or (kind == "accession" and (force or year)):
            events.setdefault((treaty, iso3), set()).add((force or year, "in"))
    out: dict[str, list[object]] = {"agreement": [], "state": [], "year": [], "side": []}
    for (treaty, iso3), changes in sorted(events.items()):
        inside = False
        turns = dict(sorted(changes))
        for year in range(max(FIRST, min(turns)), LAST + 1):
            inside = turns[year] == "in" if year in turns else inside
            if inside:
                out["agreement"].append(int(treaty))
                out["state"].append(iso3)
                out["year"].append(year)
                out["side"].append(_side(sides, treaty, iso3))
    table = pa.table({k: pa.array(v, pa.int32() if k in ("agreement", "year") else pa.string()) for k, v in out.items()})
    return {"trade_agreement_members": _as_states(table), "trade_agreement_titles": _titles(rows)}


def _titles(rows: Rows) -> pa.Table:
    """A row for each base treaty in force: its title, and the years of signature and of entry into force (the first, where members differ)."""
    import pyarrow as pa

    found: dict[int, list[tuple[int, int, str]]] = {}
    for row in rows:
        if row["entry_type"] == "base_treaty" and row["entryforceyear"]:
            signed = int(float(row["year"])) if row["year"] else int(float(row["entryforceyear"]))
            found.setdefault(int(str(row["base_treaty"])), []).append((signed, int(float(row["entryforceyear"])), " ".join(str(row["name"]).split())))
    first = {k: min(v) for k, v in sorted(found.items())}
    columns = {"agreement": list(first), "title": [v[2] for v in first.values()], "signed": [v[0] for v in first.values()],
               "force": [v[1] for v in first.values()]}  # fmt: skip
    return pa.table({k: pa.array(v, pa.string() if k == "title" else pa.int32()) for k, v in columns.items()})


def _as_states(table: pa.Table) -> pa.Table:
    """The table by the states of their year; a code whose state was not there in the year goes, an unknown one stops the build."""
    import pyarrow as pa

    _, unknown = states.recode(table.column("state"), None, "iso3")
    if unknown:
        raise BadDataError(f"source desta: {', '.join(map(str, unknown[:10]))} is no state's code")
    codes, _ = states.recode(table.column("state"), table.column("year"), "iso3")
    table = table.set_column(1, "state", codes)
    table = table.filter(table.column("state").is_valid())
    first = table.group_by(["agreement", "state", "year"]).aggregate([("side", "min")])
    return first.rename_columns(["agreement", "state", "year", "side"]).select(["agreement", "state", "year", "side"]).cast(
        pa.schema([("agreement", pa.int32()), ("state", pa.string()), ("year", pa.int32()), ("side", pa.string())])
    )


def _sides(rows: Rows) -> dict[str, frozenset[str]]:
    """For each agreement between a bloc and others (types 3 and 4), the states of one side."""
    members: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row["entry_type"] == "base_treaty" and row["type_membership"] in ("3", "4"):
            members.setdefault((str(row["base_treaty"]), str(row["name"])), set()).add(str(row["iso3"]))
    out = dict(ONE_SIDE)
    for (treaty, name), codes in sorted(members.items()):
        if treaty not in out:
            named = {c for c in codes if c in states.codes() and _named(c, name)}
            if len(named) != 1:
                raise BadDataError(f"source desta: {name!r} ({treaty}) does not tell its two sides; list one of them")
            out[treaty] = frozenset(named)
    return out


def _named(code: str, title: str) -> bool:
    state = states.get(code)
    return any(len(n) > 3 and re.search(rf"\b{re.escape(n)}\b", title) for n in (state.name, *(a.text for a in state.aliases)))


def _side(sides: dict[str, frozenset[str]], treaty: str, code: str) -> str | None:
    if not sides.get(treaty):
        return None
    return "one" if code in sides[treaty] else "other"


SOURCE = Source(
    name="desta",
    title="Design of Trade Agreements, members 1948–2020",
    publisher="DESTA project (Dür, Baccini & Elsig)",
    licence=Licence(name="DESTA terms", share="derived", terms="free with citation; the project's own rows are to be had from the project"),
    citation="Dür, A., Baccini, L. & Elsig, M. (2014). The Design of International Trade Agreements. Review of International Organizations 9(3), "
    "353–375.",
    homepage="https://www.designoftradeagreements.org",
    bibtex="@article{dur2014desta, author={D{\\\"u}r, Andreas and Baccini, Leonardo and Elsig, Manfred}, title={The Design of International Trade "
    "Agreements}, journal={Review of International Organizations}, volume={9}, number={3}, pages={353--375}, year={2014}}",
    files=(
        File(
            name="desta_trade_agreement_members_1948_2020.csv.gz",
            view="members",
            columns=("number", "base_treaty", "name", "entry_type", "year", "entryforceyear", "type_membership", "wto_listed", "iso3"),
            sha256="efdea94e81a8ba17b62cb7afcc882a57edd9fdb100124e7bbaac7267b4e5946f",
        ),
    ),
    tables=(
        TableSpec(
            name="trade_agreement_members",
            columns={"agreement": "int32", "state": "string", "year": "int32", "side": "string"},
            key=("agreement", "state", "year"),
            states=("state",),
            nullable=("side",),
            rows=(1, 125_000),
        ),
        TableSpec(
            name="trade_agreement_titles",
            columns={"agreement": "int32", "title": "string", "signed": "int32", "force": "int32"},
            key=("agreement",),
            bounds={"signed": (FIRST - 10, LAST + 1), "force": (FIRST, LAST + 10)},
            rows=(1, 800),
        ),
    ),
    coverage=Coverage(first=FIRST, last=LAST, states="appearing", note="the RCEP of 2020 is not in it"),
    published=Published(days=-1),
    build=build,
    corrections=(
        Correction(what="who left is taken from the title of a withdrawal", why="its rows name all members, those that stay as well"),
        Correction(what="negotiations, and base treaties without a year of entry into force, are left out", why="not known to be in force"),
        Correction(what="accessions without a year of entry into force count from their own year", why="enlargements mostly lack it"),
    ),
    caveats=(
        "the file does not say when an agreement ended or was replaced: a successor is counted beside it",
        "of an agreement between a bloc and another side only pairs across the two sides are bound by it; the bloc's own treaty binds the rest",
    ),
)
