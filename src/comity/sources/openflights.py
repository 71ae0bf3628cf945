"""Scheduled air routes between states: OpenFlights, a cross-section of June 2014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Routes from airports of the origin to airports of the destination, by airline and by pair of airports; domestic ones are left out."""
    table = raw.query(
        "SELECT iso3_o origin, iso3_d destination, 2014::INTEGER AS year, CAST(route_records AS BIGINT) routes, CAST(airlines AS BIGINT) airlines, "
        "CAST(airport_pairs AS BIGINT) airport_pairs FROM routes WHERE iso3_o <> iso3_d"
    )
    return {"air_routes": with_states("openflights", table, ("origin", "destination"), scheme="iso3", years=None)}


SOURCE = Source(
    name="openflights",
    title="OpenFlights routes between countries, June 2014",
    publisher="OpenFlights (routes by Airline Route Mapper)",
    licence=Licence(
        name="ODbL 1.0", share="yes", terms="free to use and pass on with attribution; a database made from it keeps this licence", share_alike=True
    ),
    citation="OpenFlights. Airport, airline and route data: routes.dat, airports.dat (routes as of June 2014). https://openflights.org/data",
    homepage="https://openflights.org/data",
    files=(
        File(
            name="openflights_routes_country_pairs_2014_2017.csv",
            view="routes",
            columns=("iso3_o", "iso3_d", "origin", "destination", "route_records", "airlines", "airport_pairs"),
            sha256="a9338910944b00d0cdad2377c1d8aef1ada8423c903429a88a1d90167dd8440f",
        ),
    ),
    tables=(
        TableSpec(
            name="air_routes",
            columns={
                "origin": "string", "destination": "string", "year": "int32", "routes": "int64", "airlines": "int64", "airport_pairs": "int64",
            },
            key=("origin", "destination"),
            states=("origin", "destination"),
            bounds={"routes": (1, None), "airlines": (1, None), "airport_pairs": (1, None)},
            rows=(1, 5_500),
        ),
    ),
    coverage=Coverage(
        first=2014, last=2014, states="appearing",
        note="a cross-section; the supplier of routes stopped in June 2014, later touches of the file are few",
    ),
    published=Published(months=0),
    territory="today",
    build=build,
    caveats=(
        "A route says that an airline flew it, not how often or with how many seats; code-shares count as routes of their own.",
        "Kept by volunteers: a pair without a row has no known route, not certainly none.",
    ),
)  # fmt: skip
