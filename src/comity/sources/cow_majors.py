"""Major powers by the Correlates of War project: state-years 1816–2016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each year in which a state was a major power on some day."""
    table = raw.query("SELECT DISTINCT ccode AS state, unnest(generate_series(styear::INT, endyear::INT))::INT AS year FROM majors")
    raw.register("coded", members_only("cow_majors", table, ("state",), scheme="cow", years="year"))
    return {"major_years": raw.query("SELECT DISTINCT state, year FROM coded")}


SOURCE = Source(
    name="cow_majors",
    title="Correlates of War major powers, 2016",
    publisher="Correlates of War Project",
    licence=Licence(name="COW terms", share="derived", terms="free to use with citation; comity passes on counts and indicators, not the rows"),
    citation="Correlates of War Project (2017). State System Membership List, v2016.",
    homepage="",
    files=(
        File(
            name="cow_major_powers.csv",
            view="majors",
            columns=("ccode", "styear", "stmonth", "stday", "endyear", "endmonth", "endday", "version"),
            sha256="9e8b72eec51bec8bc175c2d1a1c968828c4571558e281c0b3bd554dca135100e",
        ),
    ),
    tables=(
        TableSpec(
            name="major_years",
            columns={"state": "string", "year": "int32"},
            key=("state", "year"),
            states=("state",),
            nullable=(),
            rows=(1, 2000),
        ),
    ),
    coverage=Coverage(first=1816, last=2016, states="appearing"),
    published=Published(days=-1),
    build=build,
    caveats=("Who is a major power is said afterwards (the list to 2016): an as-of view shows today's edition.",),
)
