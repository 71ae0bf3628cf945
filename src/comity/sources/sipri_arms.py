"""Transfers of major arms from SIPRI's trade register: trend-indicator values by supplier, recipient and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

UNKNOWN = ("unknown recipient(s)", "unknown supplier(s)")
NEVER_STATES = ("Biafra", "Katanga", "Northern Cyprus")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Values in million TIV by supplier, recipient and year between states.

    Left out: names that SIPRI marks with * (armed groups) or ** (organisations), unknown sides, three territories that
    were never members, and years before a recipient was a state. Any other name stops the build with a BadDataError.
    """
    import pyarrow.compute as pc

    table = raw.query("SELECT supplier, recipient, year::INT AS year, tiv_m::DOUBLE AS tiv FROM register")
    strangers: set[str] = set()
    for column in ("supplier", "recipient"):
        codes, unknown = states.recode(table.column(column), table.column("year"), "name")
        strangers |= {str(u) for u in unknown if not _no_state(str(u)) and states.resolve(str(u), "name") is None}
        table = table.set_column(table.schema.get_field_index(column), column, codes)
    if strangers:
        raise BadDataError(f"source sipri_arms: no state goes by {', '.join(sorted(strangers)[:20])}; list it or correct it")
    raw.register("kept", table.filter(pc.and_(pc.is_valid(table.column("supplier")), pc.is_valid(table.column("recipient")))))
    return {"arms_register": raw.query("SELECT supplier, recipient, year, sum(tiv) AS tiv FROM kept WHERE supplier <> recipient GROUP BY ALL")}


def _no_state(name: str) -> bool:
    return name.endswith("*") or name in UNKNOWN or name in NEVER_STATES


SOURCE = Source(
    name="sipri_arms",
    title="SIPRI arms transfers: trade register to 2023",
    publisher="Stockholm International Peace Research Institute",
    licence=Licence(name="SIPRI: all rights reserved", share="no", terms="fair use only; neither rows nor series of them may be passed on"),
    citation="SIPRI Arms Transfers Database, trade register to 2023. Stockholm International Peace Research Institute.",
    files=(
        File(
            name="sipri_arms_transfers_tiv_dyad_year_1950_2023.csv.gz",
            view="register",
            columns=("supplier", "recipient", "year", "tiv_m"),
            sha256="2a11b15b59bb921b929770b6c0010d0525d7a8206bee1e22ca4768179a7416dd",
        ),
    ),
    tables=(
        TableSpec(
            name="arms_register",
            columns={"supplier": "string", "recipient": "string", "year": "int32", "tiv": "float64"},
            key=("supplier", "recipient", "year"),
            states=("supplier", "recipient"),
            bounds={"tiv": (0, None)},
            rows=(1, 28_000),
        ),
    ),
    coverage=Coverage(first=1950, last=2023, states="members", note="deliveries of major arms between states, of all suppliers and recipients"),
    published=Published(months=3),
    build=build,
    caveats=(
        "the register's values are spread evenly over delivery years, so they differ in timing from SIPRI's own yearly tables",
        "major arms only: small arms, ammunition, most components and services are not in the register",
        "0.6 % of the value has no state on one side (unknown, NATO, armed groups) and is in no series",
    ),
)
