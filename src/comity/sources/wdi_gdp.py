"""Gross domestic product in current dollars 1960–2023: World Development Indicators, NY.GDP.MKTP.CD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._worldbank import AGGREGATES, indicator, rows

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

CODE = "NY.GDP.MKTP.CD"


def build(raw: Raw) -> dict[str, pa.Table]:
    """GDP in current dollars by state and year, the past by today's borders; the World Bank's aggregates are left out by list."""
    listed = ", ".join(f"'{code}'" for code in AGGREGATES)
    table = raw.query(
        f"""
        SELECT "Country Code" AS state, CAST("Year" AS INTEGER) AS year, CAST("Value" AS DOUBLE) AS gdp_usd
        FROM gdp WHERE "Country Code" NOT IN ({listed}) AND "Value" IS NOT NULL
        """
    )
    codes, unresolved = states.recode(table.column("state"), None, "iso3")
    if unresolved:
        raise BadDataError(f"source {raw.source}: {', '.join(map(str, unresolved))} name no state and no listed aggregate")
    return {"wdi_gdp": table.set_column(0, "state", codes)}


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the World Bank's API."""
    raw.register("gdp", rows(raw, CODE).rename_columns(["Country Name", "Country Code", "Year", "Value"]))
    return build(raw)


COVERAGE = Coverage(note="the past by today's borders; Taiwan is not in it")
SOURCE = Source(
    name="wdi_gdp",
    title="Gross domestic product, current US dollars, 1960–2023",
    publisher="World Bank, World Development Indicators",
    licence=Licence(name="CC BY 4.0", share="yes", terms="attribution"),
    citation="World Bank. World Development Indicators: GDP (current US$), NY.GDP.MKTP.CD.",
    homepage="https://data.worldbank.org/indicator/NY.GDP.MKTP.CD",
    bibtex="@misc{wdi_gdp, author={{World Bank}}, title={World Development Indicators: {GDP} (current {US\\$}), {NY.GDP.MKTP.CD}}, "
    "howpublished={data.worldbank.org}}",
    files=(
        File(
            name="gdp_current_usd_worldbank.csv",
            view="gdp",
            columns=("Country Name", "Country Code", "Year", "Value"),
            sha256="f0a8408195646dbb1a9d7fc4424e2d302ee5380d0ec8834793f12ca25cbd7e2c",
        ),
    ),
    tables=(
        TableSpec(
            name="wdi_gdp",
            columns={"state": "string", "year": "int32", "gdp_usd": "float64"},
            key=("state", "year"),
            states=("state",),
            bounds={"gdp_usd": (0, None)},
            rows=(1, 13_000),
        ),
    ),
    coverage=COVERAGE,
    published=Published(months=6),
    build=build,
    layouts=(indicator(CODE, from_api, coverage=COVERAGE),),
    territory="today",
)
