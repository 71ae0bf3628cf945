"""Transfers of major arms: SIPRI trend-indicator values by supplier, recipient and year, and SIPRI's own table for Russia to China."""

from __future__ import annotations

from typing import TYPE_CHECKING

import comity.states as table_of_states
from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATE = ("(", "*", "unknown", "united nations", "african union", "nato", "european union", "regional security system", "osce")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Values in million TIV by state and year; armed groups, organisations and years before a state was one are left out.

    Any other name stops the build with a BadDataError.
    """
    import pyarrow.compute as pc

    register = raw.query("SELECT supplier, recipient, year::INT AS year, tiv_m::DOUBLE AS tiv FROM register")
    official = raw.query("SELECT supplier, recipient, year::INT AS year, tiv_m::DOUBLE AS tiv FROM official WHERE recipient <> 'ALL'")
    out = {}
    for name, table in (("arms_register", register), ("arms_official", official)):
        strangers: set[str] = set()
        for column in ("supplier", "recipient"):
            codes, unknown = table_of_states.recode(table.column(column), table.column("year"), "name")
            strangers |= {str(u) for u in unknown if not _is_no_state(str(u)) and table_of_states.resolve(str(u), "name") is None}
            table = table.set_column(table.schema.get_field_index(column), column, codes)
        if strangers:
            raise BadDataError(f"source sipri_arms: no state goes by {', '.join(sorted(strangers)[:20])}; list it or correct it")
        kept = table.filter(pc.and_(pc.is_valid(table.column("supplier")), pc.is_valid(table.column("recipient"))))
        raw.register(name, kept)
        out[name] = raw.query(f"SELECT supplier, recipient, year, sum(tiv) AS tiv FROM {name} WHERE supplier <> recipient GROUP BY ALL")
    return out


def _is_no_state(name: str) -> bool:
    return any(mark in name.casefold() for mark in NO_STATE) or name in KNOWN_GROUPS


KNOWN_GROUPS = ("Biafra", "Katanga", "Northern Cyprus")
COLUMNS = {"supplier": "string", "recipient": "string", "year": "int32", "tiv": "float64"}

SOURCE = Source(
    name="sipri_arms",
    title="SIPRI arms transfers: trade register to 2023 and the yearly table for Russia to China to 2024",
    publisher="Stockholm International Peace Research Institute",
    licence=Licence(name="SIPRI: all rights reserved", share="no", terms="fair use only; neither rows nor series of them may be passed on"),
    citation="SIPRI Arms Transfers Database. Stockholm International Peace Research Institute (register to 2023; table of 13 February 2026).",
    files=(
        File(name="sipri_arms_transfers_tiv_dyad_year_1950_2023.csv.gz", view="register", columns=("supplier", "recipient", "year", "tiv_m")),
        File(name="sipri_russia_to_china_tiv_official_1992_2024.csv", view="official", columns=("supplier", "recipient", "year", "tiv_m")),
    ),
    tables=(
        TableSpec(name="arms_register", columns=COLUMNS, key=("supplier", "recipient", "year"), states=("supplier", "recipient"), rows=(1, 30_000)),
        TableSpec(name="arms_official", columns=COLUMNS, key=("supplier", "recipient", "year"), states=("supplier", "recipient"), rows=(1, 100)),
    ),
    coverage=Coverage(first=1950, last=2023, states="members", note="value of delivered weapons spread evenly over the years of delivery"),
    published=Published(months=3),
    build=build,
    caveats=("the register's values are spread evenly over delivery years, so they differ in timing from SIPRI's own yearly tables",),
)
