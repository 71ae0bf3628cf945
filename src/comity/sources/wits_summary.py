"""What the World Bank's WITS says of each reporter's trade and tariffs, 1988–2019, and its trade with five main partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATE = ("BLX", "ECS", "EUN", "LCN", "NAC", "SAS", "SSF", "Wld")
OWN_CODES = {"MNT": "MNE", "OAS": "TWN", "ROM": "ROU", "SUD": "SDN", "TMP": "TLS"}
NO_PARTNER = ("...", "Belgium-Luxembourg", "Bunkers", "Free Zones", "Special Categories", "Unspecified", "World")
FLOWS = {"Trade (US$ Mil)-Top 5 Export Partner": "exports", "Trade (US$ Mil)-Top 5 Import Partner": "imports"}


def build(raw: Raw) -> dict[str, pa.Table]:
    """Indicators by reporter, year, product group and name; and in dollars its trade with the five partners that led in 2019."""
    reporter = (
        "CASE reporter_code " + " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in OWN_CODES.items())
        + " WHEN 'SER' THEN (CASE WHEN year < 2006 THEN 'SCG' ELSE 'SRB' END) ELSE reporter_code END"
    )  # fmt: skip
    kept = f"reporter_code NOT IN {NO_STATE} AND NOT (reporter_code = 'SDN' AND year > 2011) AND value IS NOT NULL"
    indicators = raw.query(
        f"SELECT {reporter} AS state, CAST(year AS INTEGER) AS year, indicator, product_categories AS product, value FROM summary "
        f"WHERE {kept} AND partner IN ('...', 'World')"
    )
    flows = " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in FLOWS.items())
    partners = raw.query(
        f"SELECT {reporter} AS reporter, partner, CAST(year AS INTEGER) AS year, CASE indicator {flows} END AS flow, value * 1e6 AS value_usd "
        f"FROM summary WHERE {kept} AND partner NOT IN {NO_PARTNER} AND indicator IN {tuple(FLOWS)}"
    )
    partners = with_states("wits_summary", partners, ("partner",), scheme="name", years=None)
    return {
        "wits_indicators": with_states("wits_summary", indicators, ("state",), scheme="iso3", years=None),
        "wits_main_partners": with_states("wits_summary", partners, ("reporter",), scheme="iso3", years=None),
    }


SOURCE = Source(
    name="wits_summary",
    title="World Integrated Trade Solution, country summaries 1988–2019",
    publisher="World Bank",
    licence=Licence(
        name="WITS terms", share="derived", terms="free to use with attribution; UN Comtrade, the source of trade, limits re-dissemination"
    ),
    citation="World Bank. World Integrated Trade Solution (WITS), country trade summaries 1988–2019; trade from UN Comtrade, "
    "tariffs from UNCTAD TRAINS.",
    homepage="https://wits.worldbank.org",
    bibtex="@misc{wits_summary, author={{World Bank}}, title={World Integrated Trade Solution}, howpublished={wits.worldbank.org}}",
    files=(
        File(
            name="wits_trade_summary_1988_2019.parquet",
            view="summary",
            columns=("reporter", "partner", "product_categories", "indicator_type", "indicator", "reporter_code", "year", "value"),
            sha256="e5a1bd8b490a3388be3653ff2b035229c2dfb442ff41f7fbb4491fc2ccf370cd",
        ),
    ),
    tables=(
        TableSpec(
            name="wits_indicators",
            columns={"state": "string", "year": "int32", "indicator": "string", "product": "string", "value": "float64"},
            key=("state", "year", "indicator", "product"),
            states=("state",),
            rows=(1, 360_000),
        ),
        TableSpec(
            name="wits_main_partners",
            columns={"reporter": "string", "partner": "string", "year": "int32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "year", "flow"),
            states=("reporter", "partner"),
            bounds={"value_usd": (0, None)},
            rows=(1, 50_000),
        ),
    ),
    coverage=Coverage(first=1988, last=2019, note="some 200 reporters, with gaps"),
    published=Published(months=12),
    territory="today",
    build=build,
    corrections=(
        Correction(what="SER is read as SCG before 2006 and as SRB from 2006", why="one reporter's code for both states"),
        Correction(what="SDN after 2011 is left out, SUD stands for it", why="the provider keeps the former Sudan's code beside the new one"),
        Correction(what="reporters that are aggregates, and BLX, are left out", why="no state; Belgium and Luxembourg report apart from 1999"),
    ),
    caveats=(
        "partners are the five that led in the reporter's newest year, so a missing pair says nothing",
        "Russia's imports from China of 2016 and 2017 are those of UN Comtrade, 46.3 and 57.0 bn, a fifth above the same reports in IMF DOTS "
        "(38.1, 48.0): an error of the provider is suspected",
    ),
)
