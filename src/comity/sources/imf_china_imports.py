"""China's goods imports by partner 2010–2022, as China reports them to the IMF's Direction of Trade Statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATE = {
    "Africa not specified", "Asia not specified", "Europe not specified", "Western Hemisphere not specified", "Countries & Areas not specified",
    "Special Categories",
}  # fmt: skip
ENDED = {"Netherlands Antilles": 2011}


def build(raw: Raw) -> dict[str, pa.Table]:
    """Imports (CIF) in dollars by partner and year; what China allocates to no country is the row whose partner is null."""
    place(
        raw,
        "SELECT partner AS spelt, year FROM imports",
        "name",
        lambda name, year: name in NO_STATE or year >= ENDED.get(name, 9999),
    )
    table = raw.query(
        """
        SELECT 'CHN' AS reporter, code AS partner, CAST(imports.year AS INTEGER) AS year, 'imports' AS flow,
            sum(round(CAST(value_usd AS DOUBLE))) AS value_usd
        FROM imports JOIN place ON spelt = partner AND place.year = CAST(imports.year AS INTEGER)
        WHERE value_usd IS NOT NULL AND reporter = 'CHN' AND flow = 'imports_cif' AND code IS DISTINCT FROM 'CHN'
        GROUP BY ALL
        """
    )
    return {"imf_china_imports": table}


SOURCE = Source(
    name="imf_china_imports",
    title="China's imports of goods by partner 2010–2022 (Direction of Trade Statistics, edition of 2023)",
    publisher="International Monetary Fund",
    licence=Licence(
        name="IMF data terms",
        share="yes",
        terms="copying and redistribution with attribution, if what was altered is said and these terms are passed on to whoever receives the data",
    ),
    citation="International Monetary Fund (2023). Direction of Trade Statistics (DOTS): China, imports of goods, CIF. Washington, DC.",
    homepage="https://data.imf.org/DOT",
    bibtex="@misc{imf_dots_china, author={{International Monetary Fund}}, title={Direction of Trade Statistics (DOTS): China, imports of goods}, "
    "year={2023}, howpublished={data.imf.org}}",
    files=(
        File(
            name="china_imports_by_partner_imf_2010_2022.csv",
            view="imports",
            columns=("partner", "year", "value_usd", "reporter", "flow"),
            sha256="1a875ad706e7dc3654d4c1fe6ab3d16f6afe93cad0febd852521ea11e396cea2",
        ),
    ),
    tables=(
        TableSpec(
            name="imf_china_imports",
            columns={"reporter": "string", "partner": "string", "year": "int32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "year", "flow"),
            states=("reporter", "partner"),
            nullable=("partner",),
            bounds={"value_usd": (0, None)},
            rows=(1, 3_100),
        ),
    ),
    coverage=Coverage(partners=("CHN",)),
    published=Published(months=6),
    build=build,
    caveats=("up to 1.9 per cent below China's customs, of another vintage (Russia 2022: 112.2 against 114.4 bn)",),
)
