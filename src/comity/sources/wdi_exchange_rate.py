"""Official exchange rates by year 1960–2023: World Bank, World Development Indicators, PA.NUS.FCRF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states
from comity.sources._worldbank import indicator, rows

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

CODE = "PA.NUS.FCRF"


def build(raw: Raw) -> dict[str, pa.Table]:
    """Units of local currency a dollar, the mean of the year, by state in today's borders."""
    table = raw.query(
        'SELECT "Country Code" AS state, CAST(year AS INTEGER) AS year, CAST(lcu_per_usd AS DOUBLE) AS lcu_per_usd FROM rates '
        "WHERE lcu_per_usd IS NOT NULL AND \"Country Code\" NOT IN ('EMU', 'CHI')"
    )
    return {"wdi_exchange_rate": with_states("wdi_exchange_rate", table, ("state",), scheme="iso3", years=None)}


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the World Bank's API."""
    raw.register("rates", rows(raw, CODE).rename_columns(["Country Name", "Country Code", "year", "lcu_per_usd"]))
    return build(raw)


SOURCE = Source(
    name="wdi_exchange_rate",
    title="Official exchange rate (local currency units per US dollar, period average)",
    publisher="World Bank, World Development Indicators",
    licence=Licence(name="CC BY 4.0", share="yes", terms="free to use and pass on with attribution"),
    citation="World Bank. World Development Indicators: Official exchange rate (PA.NUS.FCRF), from the IMF's International Financial Statistics.",
    homepage="https://data.worldbank.org/indicator/PA.NUS.FCRF",
    bibtex="@misc{wdi_fcrf, author={{World Bank}}, title={World Development Indicators: Official exchange rate}, howpublished={data.worldbank.org}}",
    files=(
        File(
            name="fx_official_lcu_per_usd_wdi_annual.csv",
            view="rates",
            columns=("Country Name", "Country Code", "year", "lcu_per_usd"),
            sha256="9e3c92ebf932fba20f257f48ab83dc0aec7d525b23054154da3ea5b01ddb4a08",
        ),
    ),
    tables=(
        TableSpec(
            name="wdi_exchange_rate",
            columns={"state": "string", "year": "int32", "lcu_per_usd": "float64"},
            key=("state", "year"),
            states=("state",),
            bounds={"lcu_per_usd": (0, None), "year": (1960, 2030)},
            rows=(1, 14_500),
        ),
    ),
    coverage=Coverage(),
    published=Published(months=6),
    territory="today",
    build=build,
    layouts=(indicator(CODE, from_api, coverage=Coverage()),),
    corrections=(Correction(what="EMU (euro area) and CHI (Channel Islands) are left out", why="neither is a state"),),
    caveats=("early years are in the currency unit of later reforms; official rates can be far from those at which anybody trades",),
)
