"""China's goods exports by partner in 2022: World Bank WITS, after UN Comtrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

AGGREGATES = {
    "World", "East Asia & Pacific", "Europe & Central Asia", "Latin America & Caribbean", "Middle East, North Africa, Afghanistan & Pakistan",
    "North America", "South Asia", "Sub-Saharan Africa",
}  # fmt: skip
NO_STATE = {"Unspecified"}
PARTNER = "trim(\"Partner Name\")"
THOUSANDS = "\"Export (US$ Thousand)\""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Exports (FOB) in dollars by partner; "Unspecified" is the row whose partner is null, China itself (re-imports) is left out."""
    listed = ", ".join(f"'{name}'" for name in sorted(AGGREGATES))
    place(
        raw,
        f"SELECT {PARTNER} AS spelt, \"Year\" AS year FROM exports WHERE {PARTNER} NOT IN ({listed})",
        "name",
        lambda name, _: name in NO_STATE,
    )
    table = raw.query(
        f"""
        SELECT 'CHN' AS reporter, code AS partner, CAST(exports."Year" AS INTEGER) AS year, 'exports' AS flow,
            sum(round(CAST({THOUSANDS} AS DOUBLE) * 1e3)) AS value_usd
        FROM exports JOIN place ON spelt = {PARTNER} AND place.year = CAST(exports."Year" AS INTEGER)
        WHERE {THOUSANDS} IS NOT NULL AND "Reporter Name" = 'China' AND "Trade Flow" = 'Export' AND code IS DISTINCT FROM 'CHN'
        GROUP BY ALL
        """
    )
    return {"wits_china_exports": table}


SOURCE = Source(
    name="wits_china_exports",
    title="China's exports of goods by partner, 2022",
    publisher="World Bank, World Integrated Trade Solution (WITS), after UN Comtrade",
    licence=Licence(name="WITS terms", share="derived", terms="free to use with citation; re-dissemination of UN Comtrade's rows needs leave"),
    citation="World Bank. World Integrated Trade Solution (WITS): China, exports by country, 2022; after UN Comtrade.",
    homepage="https://wits.worldbank.org",
    bibtex="@misc{wits_china_2022, author={{World Bank}}, title={World Integrated Trade Solution (WITS): China, exports by country, 2022}, "
    "howpublished={wits.worldbank.org}}",
    files=(
        File(
            name="china_exports_by_partner_wits_2022.csv",
            view="exports",
            columns=(
                "Reporter Name", "Partner Name", "Year", "Trade Flow", "No Of exported HS6 digit Products", "Export Share in Total Products (%)",
                "Export (US$ Thousand)", "Export Partner Share (%)",
            ),
            sha256="f0cb69c32e027a4bfeb4c5fe9025f0e80601fbe190c7ed737384d650cfdc105d",
        ),
    ),
    tables=(
        TableSpec(
            name="wits_china_exports",
            columns={"reporter": "string", "partner": "string", "year": "int32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "year", "flow"),
            states=("reporter", "partner"),
            nullable=("partner",),
            bounds={"value_usd": (0, None)},
            rows=(1, 250),
        ),
    ),
    coverage=Coverage(partners=("CHN",)),
    published=Published(months=6),
    build=build,
    corrections=(
        Correction(what='"Serbia, FR(Serbia/Montenegro)" is read as SRB', why="Montenegro stands beside it; that state ended in 2006"),
    ),
)  # fmt: skip
