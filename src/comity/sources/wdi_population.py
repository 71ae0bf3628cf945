"""Mid-year population: World Bank World Development Indicators SP.POP.TOTL, 1960–2024."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states
from comity.sources._worldbank import AGGREGATES, indicator, rows

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

CODE = "SP.POP.TOTL"


def build(raw: Raw) -> dict[str, pa.Table]:
    """Population of each economy, without the regions, income groups and other aggregates (CHI is two territories)."""
    listed = ", ".join(f"'{code}'" for code in AGGREGATES)
    table = raw.query(
        f"SELECT iso3 state, CAST(year AS INTEGER) AS year, CAST(population AS BIGINT) persons FROM population WHERE iso3 NOT IN ({listed})"
    )
    return {"populations": with_states("wdi_population", table, ("state",), scheme="iso3", years=None)}


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the World Bank's API."""
    raw.register("population", rows(raw, CODE).rename_columns(["country", "iso3", "year", "population"]))
    return build(raw)


COVERAGE = Coverage(first=1960, last=2024, states="appearing", note="Palestine from 1990; Taiwan is not in it")
SOURCE = Source(
    name="wdi_population",
    title="World Development Indicators: population, total (SP.POP.TOTL)",
    publisher="World Bank",
    licence=Licence(name="CC BY 4.0", share="yes", terms="free to use and pass on with attribution to the World Bank"),
    citation="World Bank (2025). World Development Indicators: Population, total (SP.POP.TOTL). Washington, DC.",
    homepage="https://data.worldbank.org/indicator/SP.POP.TOTL",
    bibtex="@misc{wdi2025population, author={{World Bank}}, title={World Development Indicators: Population, total (SP.POP.TOTL)}, year={2025}}",
    files=(
        File(
            name="population_wdi.parquet",
            view="population",
            columns=("country", "iso3", "year", "population"),
            sha256="2350b9026c898c1b584bd299c622f2b4716c3e9cf437127a02ee5648f1c03764",
        ),
    ),
    tables=(
        TableSpec(
            name="populations",
            columns={"state": "string", "year": "int32", "persons": "int64"},
            key=("state", "year"),
            states=("state",),
            bounds={"year": (1960, None), "persons": (1, 2_000_000_000)},
            rows=(1, 17_000),
        ),
    ),
    coverage=COVERAGE,
    published=Published(months=6),
    territory="today",
    build=build,
    layouts=(indicator(CODE, from_api, coverage=replace(COVERAGE, last=None)),),
    caveats=("The past is coded by today's territories: Russia in 1960 is the Russian republic of the Soviet Union.",),
)
