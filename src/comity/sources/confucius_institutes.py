"""Confucius Institutes ever opened, by host, as found in April 2022."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Different institutes of each host, open or closed."""
    table = raw.query(
        "SELECT CASE WHEN nearest_city = 'Kowloon' THEN 'HKG' WHEN nearest_city = 'Macau' THEN 'MAC' "
        "WHEN country = 'Palestinian Territory' THEN 'PSE' ELSE iso3 END host, 2022::INTEGER AS year, "
        "CAST(count(DISTINCT confucius_institute) AS BIGINT) institutes FROM institutes GROUP BY 1"
    )
    return {"confucius_institute_hosts": with_states("confucius_institutes", table, ("host",), scheme="iso3", years=None)}


SOURCE = Source(
    name="confucius_institutes",
    title="Confucius Institutes by host, to April 2022",
    publisher="bridash (LAS-NCSU), gathered by hand",
    licence=Licence(name="no terms stated", share="derived", terms="counts by state may be passed on with citation; the list itself is its authors'"),
    citation="LAS-NCSU/bridash, confucius_institutes.csv, gathered by hand to 22 April 2022.",
    homepage="https://github.com/LAS-NCSU/bridash",
    files=(
        File(
            name="confucius_institutes_2022.csv",
            view="institutes",
            columns=("iso3", "country", "confucius_institute", "partner_uni", "date_est", "nearest_city", "status"),
            sha256="965c28e359f21dc7793984622bcb6d3d03f6cfb523d1a290a0e04032b53f6a3a",
        ),
    ),
    tables=(
        TableSpec(
            name="confucius_institute_hosts",
            columns={"host": "string", "year": "int32", "institutes": "int64"},
            key=("host",),
            states=("host",),
            bounds={"institutes": (1, None)},
            rows=(1, 180),
        ),
    ),
    coverage=Coverage(
        first=2022, last=2022, states="appearing", note="hosts in the list; a state without an institute there is not known to have none"
    ),
    published=Published(in_data=True),
    territory="today",
    build=build,
    corrections=(
        Correction(
            what="institutes in Kowloon and Macau are given to HKG and MAC, that at Al-Quds University to PSE",
            why="the list has China, China and no code for them",
        ),
        Correction(what="an institute listed twice in one country counts once", why="six repeat, five of them of the United States (198 of 203)"),
    ),
    caveats=(
        "Ever opened, not now open: the list's status says whether a web page answered, so most of its 'Closed' are not; it is not read.",
        "Founding days are known for 46 in 100, so no series over time can be had.",
    ),
)  # fmt: skip
