"""Value added in trade and shared production, computed by comity from the full World Input–Output Tables of 2013, 1995–2011."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from comity.core import Correction, Coverage, File, Published, Source, TableSpec
from comity.sources import wiod_exports
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.models.value_added import IOTable, System
    from comity.reading import Raw

REST = "ROW"
UNIT, DOLLARS = "musd", 1e6
DIGITS = 10
TOP = 5
DIRECT, BEYOND = 0, TOP + 1
HASHES = {
    1995: "ddb70e5208b972e8293cd73e7928ffb328b26adf1e65ce754eab6576ef3e648f",
    1996: "d109b3d04cdb5e42c6371e9082aa299b7e1d855bf95f574fb584c8b6a6008d7a",
    1997: "4a24de3d8ef20524909e4d864878994af10230f58914783acac587bb5303ed67",
    1998: "207e2923bf0ae5387773b3a61cf5a4b327c32f3a837b32a4b4c2df81c87ba101",
    1999: "0fa31f74b3fbc557cc10e85e0110408f808096924f575c3cababcffef91ba178",
    2000: "a631076fad93c4cd223bd3a3929abf06874b87c63e28bd769e28453ce0a5040d",
    2001: "792c3699542c2107642ba232bd7bfb2062d53c08b001df8c87903760dfd98dcd",
    2002: "bcc7ec62c68c0c90ff6ef63172ee681827b3eab07e754543dd2c30d3460fa315",
    2003: "9998f187514cbbeb85864c9f549f7eaaa0b55c099a3d2ac2917bbc1e17bc6e0a",
    2004: "3b568a6b51a73ab714a23ab1026ad7aae3ef1108e1b0e8f1edfed90031e75ccb",
    2005: "3c979757fced63d65d671368ab398a41d2561e42f0b478a0029160eec5d62ef2",
    2006: "3831b98392f99296245e582bbb19e8b7c7bc900296dcf27d638f7803e30d15aa",
    2007: "0a2ec253cc7fb99121e037ae48a88dab2c015d3327db587095e274c4c5852f92",
    2008: "5ad36ec0e26db41d92921e38916644a15e43d0ed14390e165a69804c6a83f9d2",
    2009: "92182001634d1800d1b0e8de8e5a970215282724b541e600f1fea34c98c85161",
    2010: "58190f1c931ea2575ccb5450f108c62a0356a9f109a37452cd2462fcbc15db23",
    2011: "65095b7a94632c89378cbc579d89422c365f3b866fa8fdc704319c5e79e2af33",
}  # fmt: skip
FILES = tuple(
    File(name=f"wiot13_{year}.parquet", view=f"wiot{year}", columns=("iso3", "industry", "X", "VA_resid"), plain=True, sha256=HASHES[year])
    for year in HASHES
)
FLOWS = ("exports_usd", "vax_usd", "dva_usd", "ref_usd", "ddc_usd", "fva_usd", "fdc_usd", "davax_usd", "sink_dva_usd", "sink_fva_usd",
         "border_dva_usd", "border_fva_usd", "oecd_forward_usd", "wwz_forward_usd")  # fmt: skip
PAIRS = {
    "exporter": "string", "importer": "string", "year": "int32", **dict.fromkeys(FLOWS, "float64"), "demand_exposure": "float64",
    "supply_substituted": "float64", "supply_exposure": "float64",
}  # fmt: skip
STATES = {
    "state": "string", "year": "int32", "output_usd": "float64", "value_added_usd": "float64", "exports_usd": "float64", "dva_usd": "float64",
    "vax_usd": "float64", "upstreamness": "float64", "downstreamness": "float64", "export_upstreamness": "float64",
    "export_downstreamness": "float64",
}  # fmt: skip
GOODS = {
    "a": "string", "b": "string", "year": "int32", "usd": "float64", "cosine": "float64", "expected": "float64", "per_trade": "float64",
    "completed_a": "float64", "completed_b": "float64", "completed_third": "float64",
}  # fmt: skip
ROUTES = {"origin": "string", "destination": "string", "year": "int32", "place": "int32", "route": "string", "value_usd": "float64"}
TABLES = {"value_added_pairs": PAIRS, "value_added_states": STATES, "shared_goods": GOODS, "value_routes": ROUTES}


def build(raw: Raw) -> dict[str, pa.Table]:
    """Flows of value by pair, states' places in chains, goods made by both of two states, and the ways value takes; each table checked first."""
    import pyarrow as pa

    from comity.models import value_added as va

    parts: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    for year, table in tables(raw):
        system = va.solve(table)
        for name, made in (
            ("value_added_pairs", _pairs(system)), ("value_added_states", _states(system)), ("shared_goods", _goods(system)),
            ("value_routes", _routes(system)),
        ):  # fmt: skip
            rows = len(next(iter(made.values())))
            columns = {"year": [year] * rows, **{c: rounded(v) if c not in _WORDS else v for c, v in made.items()}}
            parts[name].append(pa.table({c: columns[c] for c in TABLES[name]}))
    out = {}
    for name, kinds in TABLES.items():
        joined = pa.concat_tables(parts[name]).cast(pa.schema([(c, pa.type_for_alias(k)) for c, k in kinds.items()]))
        if name == "shared_goods":
            joined = _no_nan(joined, "per_trade")
        out[name] = with_states("wiod_tables", joined, [c for c in _CODES if c in kinds], scheme="iso3", years="year")
    return out


def tables(raw: Raw) -> Iterator[tuple[int, IOTable]]:
    """The full table of each year, read and checked."""
    from comity.models import value_added as va
    from comity.models.value_added import readers

    for year in HASHES:
        table = readers.read(raw.paths[f"wiot{year}"], layout="wide", unit=UNIT)
        va.check(table, world=True)
        yield year, table


def _no_nan(table: pa.Table, column: str) -> pa.Table:
    """Null where two states traded nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    held = table.column(column)
    nothing = pc.is_nan(held)
    return table.set_column(table.schema.get_field_index(column), column, pc.if_else(nothing, pa.scalar(None, pa.float64()), held))


def rounded(values: Any) -> Any:
    """Ten digits: what remains differs from run to run of a machine with several cores."""
    import numpy as np

    values = np.asarray(values)
    if values.dtype.kind not in "f":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where((values == 0) | ~np.isfinite(values), 0.0, np.floor(np.log10(np.abs(np.where(values == 0, 1.0, values)))))
    scale = 10.0 ** (DIGITS - 1 - size)
    return np.round(values * scale) / scale


_CODES = ("exporter", "importer", "state", "a", "b", "origin", "destination")
_WORDS = (*_CODES, "route", "place")


def _pairs(system: System) -> dict[str, Any]:
    import numpy as np

    from comity.models import value_added as va
    from comity.models.value_added import chains

    source, sink, border = va.bm_source(system), va.bm_sink(system), va.bilateral(system)
    vax = va.vax(system).pairs("VAX")
    soft, hard = chains.supply_exposure(system)
    values = {
        "exports_usd": source.pairs("EXGR"), "vax_usd": vax, "dva_usd": source.pairs("DVA"), "ref_usd": source.pairs("REF"),
        "ddc_usd": source.pairs("DDC"), "fva_usd": source.pairs("FVA"), "fdc_usd": source.pairs("FDC"), "davax_usd": source.pairs("DAVAX"),
        "sink_dva_usd": sink.pairs("DVA"), "sink_fva_usd": sink.pairs("FVA"), "border_dva_usd": border.pairs("DVA"),
        "border_fva_usd": border.pairs("FVA"), "oecd_forward_usd": chains.participation(system, source, "oecd")[0],
        "wwz_forward_usd": chains.participation(system, source, "wwz")[0], "demand_exposure": chains.demand_exposure(system),
        "supply_substituted": soft, "supply_exposure": hard,
    }  # fmt: skip
    g = len(system.states)
    known = np.array([s != REST for s in system.states])
    i, j = np.nonzero(known[:, None] & known[None] & ~np.eye(g, dtype=bool))
    names = np.array(system.states)
    return {"exporter": names[i], "importer": names[j], **{c: v[i, j] * (DOLLARS if c.endswith("_usd") else 1.0) for c, v in values.items()}}


def _states(system: System) -> dict[str, Any]:
    import numpy as np

    from comity.models import value_added as va
    from comity.models.value_added import chains

    source = va.bm_source(system)
    up, down = chains.upstreamness(system), chains.downstreamness(system)
    kept = np.array([k for k, s in enumerate(system.states) if s != REST])
    values = {
        "output_usd": system.x.sum(axis=1), "value_added_usd": system.value.sum(axis=1), "exports_usd": source.totals("EXGR"),
        "dva_usd": source.totals("DVA"), "vax_usd": source.totals("VAX"), "upstreamness": chains.averaged(up, system.x),
        "downstreamness": chains.averaged(down, system.x), "export_upstreamness": chains.averaged(up, system.exports),
        "export_downstreamness": chains.averaged(down, system.exports),
    }  # fmt: skip
    return {"state": np.array(system.states)[kept], **{c: v[kept] * (DOLLARS if c.endswith("_usd") else 1.0) for c, v in values.items()}}


def _goods(system: System) -> dict[str, Any]:
    import numpy as np

    from comity.models.value_added import shared

    made = shared.shared(system)
    i, j = in_code_order(system.states)
    names = np.array(system.states)
    return {
        "a": names[i], "b": names[j], "usd": made.usd[i, j] * DOLLARS, "cosine": made.cosine[i, j], "expected": made.expected[i, j],
        "per_trade": made.per_trade[i, j], "completed_a": made.completed_first[i, j] / made.usd[i, j],
        "completed_b": made.completed_second[i, j] / made.usd[i, j], "completed_third": made.completed_third[i, j] / made.usd[i, j],
    }  # fmt: skip


def in_code_order(names: tuple[str, ...]) -> tuple[Any, Any]:
    """The places of all pairs of states but the rest of the world, the first of each pair first by code."""
    import numpy as np

    pairs = [(i, j) for i, s in enumerate(names) for j, r in enumerate(names) if s < r and REST not in (s, r)]
    first, second = zip(*pairs, strict=True)
    return np.array(first), np.array(second)


def _routes(system: System) -> dict[str, Any]:
    from comity.models.value_added import chains

    rows: list[tuple[str, str, int, str, float]] = []
    for found in chains.all_routes(system, top=TOP):
        if REST in (found.origin, found.destination):
            continue
        ends = found.origin, found.destination
        rows.append((*ends, DIRECT, "-".join(ends), found.direct * DOLLARS))
        rows += [(*ends, k, "-".join(way.states), way.value * DOLLARS) for k, way in enumerate(found.via, start=1)]
        rows.append((*ends, BEYOND, "", found.beyond * DOLLARS))
    return dict(zip(("origin", "destination", "place", "route", "value_usd"), map(list, zip(*rows, strict=True)), strict=True))


SOURCE = Source(
    name="wiod_tables",
    title="Value added in trade and shared production from the World Input–Output Tables, release 2013, 1995–2011",
    publisher="comity, from the tables of the WIOD consortium, University of Groningen",
    licence=wiod_exports.SOURCE.licence,
    citation=wiod_exports.SOURCE.citation,
    homepage=wiod_exports.SOURCE.homepage,
    bibtex=wiod_exports.SOURCE.bibtex,
    files=FILES,
    tables=(
        TableSpec(name="value_added_pairs", columns=PAIRS, key=("exporter", "importer", "year"), states=("exporter", "importer"), rows=(1, 30_000),
                  bounds={"year": (1995, 2011), "demand_exposure": (None, 1), "supply_substituted": (0, 1), "supply_exposure": (0, 1)}),
        TableSpec(name="value_added_states", columns=STATES, key=("state", "year"), states=("state",), rows=(1, 800),
                  bounds={"year": (1995, 2011), "upstreamness": (1, None), "downstreamness": (1, None)}),
        TableSpec(name="shared_goods", columns=GOODS, key=("a", "b", "year"), states=("a", "b"), rows=(1, 15_000),
                  nullable=("per_trade",), bounds={"year": (1995, 2011), "cosine": (0, 1), "usd": (0, None), "expected": (0, None)}),
        TableSpec(name="value_routes", columns=ROUTES, key=("origin", "destination", "year", "place"), states=("origin", "destination"),
                  bounds={"year": (1995, 2011), "place": (0, BEYOND)}, rows=(1, 200_000)),
    ),
    coverage=Coverage(
        first=1995, last=2011, states="appearing",
        note="40 economies and one rest of the world, which takes part in every computation and is shown as no state; nothing after 2011",
    ),
    published=Published(in_data=True),
    build=build,
    corrections=(
        Correction(
            what="output is the sum of a row, not the publisher's output column, and value added its rest",
            why="rounding makes the two differ by up to 113 million dollars, and only row sums keep every identity",
        ),
        Correction(what="industries whose row sums to nought or less use nothing, and their value added is one", why="else exports would not add up"),
        Correction(what="pairs with the rest of the world (ROW) are left out of the tables", why="it is no state"),
    ),
    caveats=(
        "Imports are spread over users in the proportion of all users of a product: a supplier is seen in all of them alike.",
        "By territory: what a firm of one state makes in the other counts as the other's.",
        "Services, energy, construction and arms made together are not seen as such; Belarus, Kazakhstan and Vietnam lie in the rest of the world.",
        "The measures give 1 November 2013, the month of the release, for every year.",
    ),
)  # fmt: skip
