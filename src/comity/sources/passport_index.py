"""Visa requirements by passport and destination in 47 snapshots of passportindex.org, 2020–2026."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

FREE = ("visa free", "VF")
ARRIVAL = ("visa on arrival",)
BEFOREHAND = ("visa required", "e-visa", "eta", "no admission", "covid ban", "Hayya Entry Permit", "EVW", "VR", "VOA", "ETA")
"""Entry with a visa or an authorisation asked for beforehand, or none at all; the first snapshot puts authorisations under VOA and ETA."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each passport, destination and year: the requirement at the year's first snapshot."""
    odd = raw.query(
        f"SELECT DISTINCT requirement FROM spells WHERE requirement NOT IN {FREE + ARRIVAL + BEFOREHAND!r} "
        "AND NOT regexp_full_match(requirement, '[0-9]+')"
    ).column("requirement").to_pylist()  # fmt: skip
    if odd:
        raise BadDataError(f"source passport_index: requirements {odd[:5]}; expected days or {', '.join(FREE + ARRIVAL + BEFOREHAND)}")
    table = raw.query(
        f"""
        WITH days AS (SELECT first_snapshot AS day FROM spells UNION SELECT last_snapshot FROM spells),
        firsts AS (SELECT min(CAST(day AS DATE)) AS snapshot FROM days GROUP BY year(CAST(day AS DATE)))
        SELECT passport AS a, destination AS b, CAST(year(snapshot) AS INTEGER) AS year, snapshot, requirement,
            requirement IN {FREE!r} OR regexp_full_match(requirement, '[0-9]+') AS free,
            requirement IN {ARRIVAL!r} AS arrival,
            CASE WHEN regexp_full_match(requirement, '[0-9]+') THEN CAST(requirement AS INTEGER) WHEN requirement NOT IN {FREE!r} THEN 0 END AS days,
            scheme = '2020-02' AS old_scheme
        FROM spells JOIN firsts ON snapshot BETWEEN CAST(first_snapshot AS DATE) AND CAST(last_snapshot AS DATE)
        """
    )
    return {"visa_requirements": with_states("passport_index", table, ("a", "b"), scheme="iso3", years=None)}


SOURCE = Source(
    name="passport_index",
    title="Visa requirements by passport and destination, 2020–2026",
    publisher="Passport Index (passportindex.org), collected by I. Ilyankou and imorte",
    licence=Licence(name="MIT", share="derived", terms="facts from passportindex.org, collected under the MIT licence; comity passes on indicators"),
    citation="Passport Index dataset, snapshots of 2020-02-07 to 2025-01-12 (I. Ilyankou) and 2026-02-17 (imorte), from passportindex.org.",
    homepage="https://github.com/ilyankou/passport-index-dataset",
    files=(
        File(
            name="visa_requirements_passport_index_spells_2020_2026.parquet",
            view="spells",
            columns=("passport", "destination", "requirement", "first_snapshot", "last_snapshot", "scheme"),
            sha256="1818300f7ee190fc3d3ca6d3127e4bca8b3ad4dc1aaf5250e3f9f5c52f4ffcbe",
        ),
    ),
    tables=(
        TableSpec(
            name="visa_requirements",
            columns={
                "a": "string", "b": "string", "year": "int32", "snapshot": "date32", "requirement": "string", "free": "bool", "arrival": "bool",
                "days": "int32", "old_scheme": "bool",
            },
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=("days",),
            bounds={"year": (2020, 2026), "days": (0, 366)},
            rows=(1, 330_000),
        ),
    ),
    coverage=Coverage(first=2020, last=2026, note="199 passports and destinations; the state of January or February of each year"),
    published=Published(in_data=True),
    build=build,
    corrections=(
        Correction(
            what="`visa on arrival` of 2020-02-07 is not read as such",
            why="that snapshot has its own codes: Germans in Australia, Canada and the United States stand under it, who needed an authorisation",
        ),
    ),
    caveats=(
        "A change is dated by the snapshot that shows it; there is none between 12 January 2025 and 17 February 2026.",
        "In January 2021 and 2022 many destinations were closed by the pandemic (`covid ban`), which is not visa-free.",
        "Authorisations (`eta`) have their own name only from 2025; before they stand under e-visa or the days they allow.",
    ),
)  # fmt: skip
