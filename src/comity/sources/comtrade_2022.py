"""Goods imports of 92 early reporters by partner in 2022: UN Comtrade as of May 2023, many reporters still incomplete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Licence, Published, Source, TableSpec
from comity.sources import _comtrade
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATE = {"A59", "A79", "ATB", "E19", "F19", "O19", "X1", "X2", "XX", "_X"}


def build(raw: Raw) -> dict[str, pa.Table]:
    """Imports (CIF) in dollars by reporter and partner; the unallocated are the row whose partner is null, re-imports are left out.

    All 92 reporters are in the table: which of them are complete is for the measures to ask (`comity.measures.trade.complete_importers`).
    """
    place(
        raw,
        "SELECT importer AS spelt, year FROM imports UNION SELECT exporter, year FROM imports",
        "iso3",
        lambda code, _: code in NO_STATE,
    )
    table = raw.query(
        """
        SELECT r.code AS reporter, p.code AS partner, CAST(imports.year AS INTEGER) AS year, 'imports' AS flow,
            sum(round(CAST(value_usd AS DOUBLE))) AS value_usd
        FROM imports
        JOIN place r ON r.spelt = importer AND r.year = CAST(imports.year AS INTEGER)
        JOIN place p ON p.spelt = exporter AND p.year = CAST(imports.year AS INTEGER)
        WHERE value_usd IS NOT NULL AND r.code IS DISTINCT FROM p.code
        GROUP BY ALL
        """
    )
    return {"comtrade_2022": table}


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the API's answers: imports of 2022; an area that is no state (a code that is not three letters) is unallocated."""
    raw.register("trade", _comtrade.trade(raw))
    coded = "CASE WHEN regexp_full_match(partner, '[A-Z]{3}') THEN partner ELSE '_X' END"
    raw.connection.sql(f"CREATE VIEW imports AS SELECT reporter AS importer, {coded} AS exporter, year, value_usd FROM trade "
                       "WHERE flow = 'imports' AND year = 2022")
    return build(raw)


API = Layout(
    name="UN Comtrade API",
    files=(_comtrade.pages("comtrade_imports_2022*.json"),),
    build=from_api,
    seen=_comtrade.SEEN,
    remotes=(_comtrade.remote("period=2022&flowCode=M", "comtrade_imports_2022.json", {}),),
    limits=("today's answer holds more reporters, and whole years, where the held copy is of May 2023", "2022 alone is read"),
)
SOURCE = Source(
    name="comtrade_2022",
    title="Imports of goods by partner of 92 reporters, 2022 (as of May 2023)",
    publisher="United Nations Statistics Division, UN Comtrade",
    licence=Licence(name="UN Comtrade terms", share="derived", terms="free to use with citation; re-dissemination of the rows needs the UN's leave"),
    citation="United Nations Statistics Division. UN Comtrade, imports by partner 2022, as of May 2023.",
    homepage="https://comtradeplus.un.org",
    bibtex="@misc{comtrade_2022, author={{United Nations Statistics Division}}, title={UN Comtrade, imports by partner 2022}, year={2023}, "
    "howpublished={comtradeplus.un.org}}",
    files=(
        File(
            name="comtrade_imports_by_partner_92_reporters_2022.csv",
            view="imports",
            columns=("importer", "exporter", "year", "value_usd"),
            sha256="dd1148d4ca6bde644e311666b5ef560853e8994c6a8e80918085c18231e5168b",
        ),
    ),
    tables=(
        TableSpec(
            name="comtrade_2022",
            columns={"reporter": "string", "partner": "string", "year": "int32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "year", "flow"),
            states=("reporter", "partner"),
            nullable=("partner",),
            bounds={"value_usd": (0, None)},
            rows=(1, 20_000),
        ),
    ),
    coverage=Coverage(note="imports of 92 reporters, of which those complete are used; others only as partners"),
    published=Published(months=6),
    build=build,
    layouts=(API,),
    caveats=(
        "a third of the reporters had not reported the whole year: of imports from China Indonesia has a quarter, Turkey .78, Germany .91",
        "partners are countries of origin, not of consignment as in IMF DOTS for members of the European Union",
    ),
)
