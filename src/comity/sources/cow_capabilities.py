"""National Material Capabilities of the Correlates of War project: six indicators and their composite for each state and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, Coverage, File, Layout, Licence, Remote, Source, TableSpec
from comity.publication import Released, out
from comity.reading import one_file

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One table, `capabilities`: a row for each state and year of the file."""
    table = raw.query(
        "SELECT ccode, year::INT AS year, milex, milper, irst, pec, tpop, upop, cinc FROM capabilities WHERE NOT (ccode = 255 AND year = 1990)"
    )
    codes, unknown = states.recode(table.column("ccode"), table.column("year"), "cow")
    if unknown:
        raise BadDataError(f"source cow_capabilities: ccode {', '.join(map(str, unknown[:8]))} is no state of its year")
    return {"capabilities": table.set_column(0, "state", codes)}


INDICATORS = ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")


def from_project(raw: Raw) -> dict[str, pa.Table]:
    """The same of the project's own abridged file, in which −9 is no value."""
    one_file(raw, "abridged")
    given = ", ".join(f"nullif(CAST({c} AS DOUBLE), -9) AS {c}" for c in INDICATORS)
    raw.connection.sql(f"CREATE VIEW capabilities AS SELECT CAST(ccode AS INTEGER) AS ccode, CAST(year AS INTEGER) AS year, {given} FROM abridged")
    return build(raw)


ABRIDGED = Layout(
    name="COW abridged file",
    files=(File(name="NMC*abridged*.csv", view="abridged", columns=("stateabb", "ccode", "year", *INDICATORS), sometimes=("version",)),),
    build=from_project,
    seen=(
        "https://correlatesofwar.org/data-sets/national-material-capabilities/",
        "https://github.com/nli33/war-analyzer/blob/main/scripts/fetch_cow_cinc.py",
    ),
    remotes=(Remote(url="https://correlatesofwar.org/wp-content/uploads/NMCv7.zip", file="NMCv7.zip", unpack=True),),
    limits=("the zip holds a second zip with the abridged file, which has to be unpacked too",),
)
SOURCE = Source(
    name="cow_capabilities",
    title="National Material Capabilities, to 2022",
    publisher="Correlates of War project",
    licence=Licence(name="COW terms", share="derived", terms="free with citation; the project's own rows are to be had from the project"),
    citation="Singer, Bremer & Stuckey (1972); Singer (1987), National Material Capabilities, Correlates of War project, version to 2022",
    files=(
        File(
            name="cow_nmc_capabilities_1816_2022.parquet",
            view="capabilities",
            columns=("ccode", "year", "milex", "milper", "irst", "pec", "tpop", "upop", "cinc"),
            sha256="8baa564d8d410361981225a5d3861890fa61be670f3c88d18af280061066bfca",
        ),
    ),
    tables=(
        TableSpec(
            name="capabilities",
            columns={
                "state": "string", "year": "int32", "milex": "float64", "milper": "float64", "irst": "float64", "pec": "float64",
                "tpop": "float64", "upop": "float64", "cinc": "float64",
            },
            key=("state", "year"),
            states=("state",),
            nullable=("milex", "milper", "irst", "pec", "tpop", "upop", "cinc"),
            bounds={"cinc": (0, 1)},
            rows=(3, 20_000),
        ),
    ),
    coverage=Coverage(states="appearing"),
    published=Released(editions=out((1985, 1987), (2001, 2005), (2007, 2010), (2012, 2017), (2016, 2021), (2022, 2025))),
    build=build,
    layouts=(ABRIDGED,),
    corrections=(
        Correction(
            what="the row of 255 (united Germany) for 1990 is left out; 260 (Federal Republic) stands for the year",
            why="both are DEU, and the Federal Republic was the state of most of the year",
        ),
    ),
    caveats=(
        "milex is in thousands of pounds sterling to 1913 and of US dollars from 1914",
        "An as-of view has a year from the edition that first held it, with the values of today's.",
        "The day of the edition to 2022 is not stated: the end of 2025 is taken.",
    ),
)  # fmt: skip
