"""Indices of democracy of the Varieties of Democracy project: state-years since 1789, with their uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Layout, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.reading import one_file
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


NO_MEMBER = (
    "Brunswick", "Hamburg", "Hesse-Darmstadt", "Hong Kong", "Nassau", "Oldenburg", "Palestine/British Mandate", "Palestine/Gaza",
    "Palestine/West Bank", "Papal States", "Piedmont-Sardinia", "Saxe-Weimar-Eisenach", "Somaliland", "Tuscany", "Zanzibar",
)  # fmt: skip
"""Units that have no COW number in the file: none is a member of the state system under that name."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """The two main indices with their standard deviations for each unit that was a member of the state system in the year.

    Left out: the units of `NO_MEMBER`, colonies before independence, and Taiwan before 1949, which was not yet apart.
    Another unit without a number, or two units of one state in a year, stops the build with a BadDataError.
    """
    unnumbered = raw.query("SELECT DISTINCT vdem_country_name AS name FROM indices WHERE vdem_cowcode IS NULL ORDER BY name")
    strangers = [str(n) for n in unnumbered.column("name").to_pylist() if n not in NO_MEMBER]
    if strangers:
        raise BadDataError(f"source vdem: {', '.join(strangers[:10])} without a COW number; list it or correct it")
    table = raw.query(
        "SELECT vdem_cowcode::INT::VARCHAR AS state, year::INT AS year, v2x_polyarchy AS polyarchy, v2x_polyarchy_sd AS polyarchy_sd, "
        "v2x_libdem AS libdem, v2x_libdem_sd AS libdem_sd FROM indices WHERE vdem_cowcode IS NOT NULL AND year >= 1816 "
        "AND NOT (vdem_cowcode = 713 AND year < 1949)"
    )
    return {"vdem_indices": members_only("vdem", table, ("state",), scheme="cow", years="year")}


INDICES = ("v2x_polyarchy", "v2x_polyarchy_sd", "v2x_libdem", "v2x_libdem_sd")


def from_institute(raw: Raw) -> dict[str, pa.Table]:
    """The same of the institute's own country-years."""
    one_file(raw, "countries")
    given = ", ".join(f"CAST({c} AS DOUBLE) AS {c}" for c in INDICES)
    raw.connection.sql(
        "CREATE TABLE indices AS SELECT country_name AS vdem_country_name, CAST(CAST(COWcode AS DOUBLE) AS INTEGER) AS vdem_cowcode, "
        f"CAST(year AS INTEGER) AS year, {given} FROM countries"
    )
    return build(raw)


COUNTRIES = Layout(
    name="V-Dem country-years",
    files=(File(name="V-Dem-CY-*.csv", view="countries", columns=("country_name", "year", "COWcode", *INDICES), sometimes=("*",)),),
    build=from_institute,
    seen=("https://v-dem.net/data/the-v-dem-dataset/", "https://github.com/vdeminstitute/vdemdata"),
    limits=("the institute's page gives the file after a form; no address of it is declared", "a unit that a later edition adds without a COW number "
            "stops the build"),
)  # fmt: skip
SOURCE = Source(
    name="vdem",
    title="Varieties of Democracy, version 15 (high-level indices)",
    publisher="V-Dem Institute, University of Gothenburg",
    licence=Licence(name="CC BY-SA 4.0", share="yes", terms="attribution and share-alike", share_alike=True),
    citation=("Coppedge, M. et al. (2025). V-Dem Country-Year Dataset v15. Varieties of Democracy (V-Dem) Project. doi:10.23696/vdemds25."),
    homepage="",
    files=(
        File(
            name="vdem_indices_country_year_1789_2024.parquet",
            view="indices",
            columns=(
                "vdem_country_name",
                "country_text_id",
                "vdem_cowcode",
                "year",
                "v2x_polyarchy",
                "v2x_polyarchy_codelow",
                "v2x_polyarchy_codehigh",
                "v2x_polyarchy_sd",
                "v2x_libdem",
                "v2x_libdem_codelow",
                "v2x_libdem_codehigh",
                "v2x_libdem_sd",
                "v2x_partipdem",
                "v2x_partipdem_codelow",
                "v2x_partipdem_codehigh",
                "v2x_partipdem_sd",
                "v2x_delibdem",
                "v2x_delibdem_codelow",
                "v2x_delibdem_codehigh",
                "v2x_delibdem_sd",
                "v2x_egaldem",
                "v2x_egaldem_codelow",
                "v2x_egaldem_codehigh",
                "v2x_egaldem_sd",
            ),
            sha256="95b248f102a2b7002a7a64f0502947a87f6e78bb67f788c60adc1f035a18277d",
        ),
    ),
    tables=(
        TableSpec(
            name="vdem_indices",
            columns={
                "state": "string",
                "year": "int32",
                "polyarchy": "float64",
                "polyarchy_sd": "float64",
                "libdem": "float64",
                "libdem_sd": "float64",
            },
            key=("state", "year"),
            states=("state",),
            nullable=("polyarchy", "polyarchy_sd", "libdem", "libdem_sd"),
            rows=(1, 30000),
        ),
    ),
    coverage=Coverage(states="appearing"),
    published=Released(months=3, editions=out((2015, 2016))),
    build=build,
    layouts=(COUNTRIES,),
    caveats=(
        "The coding of every year is of edition 15 (2025): an as-of view has a year from "
        "the edition that first held it, with the values of today's.",
    ),
)
