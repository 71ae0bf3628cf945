"""SIPRI's own yearly table of its trend-indicator values for arms from Russia to China."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Values in million TIV by year from Russia to China and, as `total`, to all recipients.

    A supplier or recipient that no state answers to, other than the file's ALL, stops the build with a BadDataError.
    """
    table = raw.query(
        "SELECT p.supplier, p.recipient, p.year::INT AS year, p.tiv_m::DOUBLE AS tiv, t.tiv_m::DOUBLE AS total "
        "FROM official p LEFT JOIN official t ON t.supplier = p.supplier AND t.year = p.year AND t.recipient = 'ALL' WHERE p.recipient <> 'ALL'"
    )
    return {"arms_official": with_states("sipri_arms_official", table, ("supplier", "recipient"), scheme="name", years="year")}


SOURCE = Source(
    name="sipri_arms_official",
    title="SIPRI arms transfers: yearly table, Russia to China, 1992–2024",
    publisher="Stockholm International Peace Research Institute",
    licence=Licence(name="SIPRI: all rights reserved", share="no", terms="fair use only; neither rows nor series of them may be passed on"),
    citation="SIPRI Arms Transfers Database, table of 13 February 2026. Stockholm International Peace Research Institute.",
    files=(
        File(
            name="sipri_russia_to_china_tiv_official_1992_2024.csv",
            view="official",
            columns=("supplier", "recipient", "year", "tiv_m"),
            sha256="5dcc4aa22a2aba2ea3c283171a0c5ee0a64c0d5aad23a574a314b476b950ef58",
        ),
    ),
    tables=(
        TableSpec(
            name="arms_official",
            columns={"supplier": "string", "recipient": "string", "year": "int32", "tiv": "float64", "total": "float64"},
            key=("supplier", "recipient", "year"),
            states=("supplier", "recipient"),
            nullable=("total",),
            bounds={"tiv": (0, None), "total": (0, None)},
            rows=(1, 40),
        ),
    ),
    coverage=Coverage(first=1992, last=2024, states="appearing", pairs=(("CHN", "RUS"),), note="Russia to China only, not the other way"),
    published=Published(months=3),
    build=build,
)
