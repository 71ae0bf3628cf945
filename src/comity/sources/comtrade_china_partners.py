"""What every other state reports that it traded with China, 2014–2024: UN Comtrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Layout, Licence, Published, Source, TableSpec
from comity.sources import _comtrade
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity import states
    from comity.reading import Raw

FLOWS = {"exports_to_china_reported_by_partner": "exports", "imports_from_china_reported_by_partner": "imports"}


def build(raw: Raw) -> dict[str, pa.Table]:
    """The reporter's exports to (FOB) and imports from (CIF) China in dollars; 2025 and China's own row (re-imports) are left out."""
    strange = raw.query(f"SELECT DISTINCT flow_def FROM trade WHERE flow_def NOT IN ({', '.join(map(repr, FLOWS))}) OR partner <> 'China'")
    if strange.num_rows:
        from comity.core import BadDataError

        raise BadDataError(f"source {raw.source}: flow or partner {strange.column(0).to_pylist()}; expected {', '.join(FLOWS)} with China")
    return _table(raw, "name", last=2024)


def _table(raw: Raw, scheme: states.Scheme, *, last: int) -> dict[str, pa.Table]:
    """The table of the view `trade`, whose reporters are spelt by name or ISO code, to a year."""
    place(raw, "SELECT reporter AS spelt, year FROM trade", scheme, lambda name, year: False)
    table = raw.query(
        f"""
        SELECT code AS reporter, 'CHN' AS partner, CAST(trade.year AS INTEGER) AS year, split_part(flow_def, '_', 1) AS flow,
            sum(round(CAST(value_usd AS DOUBLE))) AS value_usd
        FROM trade JOIN place ON spelt = reporter AND place.year = CAST(trade.year AS INTEGER)
        WHERE value_usd IS NOT NULL AND code <> 'CHN' AND CAST(trade.year AS INTEGER) <= {last}
            AND NOT (code = 'KAZ' AND starts_with(flow_def, 'imports') AND CAST(trade.year AS INTEGER) BETWEEN 2020 AND 2022)
        GROUP BY ALL
        """
    )
    return {"comtrade_china_partners": table}


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the API's answers, of all years that they hold from 2014."""
    raw.register("found", _comtrade.trade(raw))
    spelt = " ".join(f"WHEN '{flow}' THEN '{given}'" for given, flow in FLOWS.items())
    raw.connection.sql(f"CREATE VIEW trade AS SELECT year, CASE flow {spelt} END AS flow_def, reporter, value_usd, 'China' AS partner FROM found "
                       "WHERE partner = 'CHN' AND year >= 2014")
    return _table(raw, "iso3", last=9999)


API = Layout(
    name="UN Comtrade API",
    files=(_comtrade.pages("comtrade_china_*.json"),),
    build=from_api,
    seen=_comtrade.SEEN,
    remotes=(
        _comtrade.remote("period={year}&flowCode=M,X&partnerCode=156", "comtrade_china_{year}.json", {"year": tuple(map(str, range(2014, 2026)))}),
    ),
    coverage=Coverage(partners=("CHN",), note="the reporters of each year; the newest years are incomplete"),
    limits=("Kazakhstan's imports of 2020–2022 are dropped as from the held copy, even where they have been put right since",),
)
SOURCE = Source(
    name="comtrade_china_partners",
    title="Trade in goods with China as its partners report it, 2014–2024",
    publisher="United Nations Statistics Division, UN Comtrade",
    licence=Licence(name="UN Comtrade terms", share="derived", terms="free to use with citation; re-dissemination of the rows needs the UN's leave"),
    citation="United Nations Statistics Division. UN Comtrade, exports to and imports from China by reporter, 2014–2024.",
    homepage="https://comtradeplus.un.org",
    bibtex="@misc{comtrade_china_partners, author={{United Nations Statistics Division}}, title={UN Comtrade, trade with China by reporter, "
    "2014--2024}, howpublished={comtradeplus.un.org}}",
    files=(
        File(
            name="comtrade_partner_reported_trade_with_china_2014_2025.csv",
            view="trade",
            columns=("year", "flow_def", "reporter", "value_usd", "partner"),
            sha256="83049e592ead31b69ef59369fdd2ca0288ee386abda57e34dffabc27c21cbfd0",
        ),
    ),
    tables=(
        TableSpec(
            name="comtrade_china_partners",
            columns={"reporter": "string", "partner": "string", "year": "int32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "year", "flow"),
            states=("reporter", "partner"),
            bounds={"value_usd": (0, None), "year": (2014, None)},
            rows=(1, 4_300),
        ),
    ),
    coverage=Coverage(partners=("CHN",), note="159 to 180 reporters a year, 132 in 2024; Russia to 2021"),
    published=Published(months=6),
    build=build,
    layouts=(API,),
    corrections=(
        Correction(what="2025 is dropped", why="13 reporters only, and whether their year was complete is not said"),
        Correction(
            what="Kazakhstan's imports of 2020–2022 are dropped",
            why="2.0, 2.4, 3.6 bn against 6.4 in IMF DOTS for 2020 and 16.4 bn exported by China in 2022; 16.8 in 2023: incomplete",
        ),
    ),
    caveats=(
        "partners are countries of origin, not of consignment as in IMF DOTS for members of the European Union: at the seam of 2020 and 2021 imports "
        "from China rise by two fifths for Germany, two thirds for France and Austria, and halve for the Netherlands and Belgium",
        "Russia's imports of 2016 and 2017, 46.3 and 57.0 bn, stand a fifth above the same reports in IMF DOTS (38.1, 48.0) and far above China's "
        "exports (37.7, 43.3); all other years agree within a hundredth: an error of the provider is suspected",
    ),
)
