"""China's goods trade with Russia, month by month 2017–2024, as China's customs reports it (through UN Comtrade)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec
from comity.sources import _comtrade

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Exports (FOB) and imports (CIF) in dollars, one row a month and flow; billions of nine decimals become whole dollars."""
    table = raw.query(
        """
        WITH flows AS (
            SELECT month, 'exports' AS flow, china_exports_to_russia_fob_usd_bn AS bn FROM months
            UNION ALL
            SELECT month, 'imports', china_imports_from_russia_cif_usd_bn FROM months
        )
        SELECT 'CHN' AS reporter, 'RUS' AS partner, CAST(month || '-01' AS DATE) AS month, flow, round(CAST(bn AS DOUBLE) * 1e9) AS value_usd
        FROM flows WHERE bn IS NOT NULL
        """
    )
    return {"china_customs_russia": table}


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the API's monthly answers: what China reports of Russia, in whole dollars, of all months that they hold from 2017."""
    raw.register("found", _comtrade.months(raw))
    table = raw.query(
        "SELECT reporter, partner, month, flow, round(value_usd) AS value_usd FROM found "
        "WHERE reporter = 'CHN' AND partner = 'RUS' AND month >= DATE '2017-01-01'"
    )
    return {"china_customs_russia": table}


def _year(year: int) -> Remote:
    """The address of the twelve months of a year, the most that one question may ask for."""
    period = ",".join(f"{year}{month:02}" for month in range(1, 13))
    return _comtrade.remote(f"reporterCode=156&partnerCode=643&flowCode=M,X&period={period}", f"comtrade_months_{year}.json", {}, "M")


API = Layout(
    name="UN Comtrade API, months",
    files=(_comtrade.pages("comtrade_months_*.json"),),
    build=from_api,
    seen=_comtrade.SEEN,
    remotes=tuple(map(_year, range(2017, 2027))),
    limits=("months of other reporters and partners in the folder are left out", "the API revises months already given; the newest edition holds"),
)

SOURCE = Source(
    name="china_customs_russia",
    title="China's monthly goods trade with Russia, 2017–2024",
    publisher="General Administration of Customs of China, through UN Comtrade",
    licence=Licence(name="UN Comtrade terms", share="derived", terms="free to use with citation; re-dissemination of the rows needs the UN's leave"),
    citation="General Administration of Customs of China, through United Nations Statistics Division, UN Comtrade, monthly data.",
    homepage="https://comtradeplus.un.org",
    bibtex="@misc{comtrade_chn_rus_monthly, author={{United Nations Statistics Division}}, title={UN Comtrade, monthly trade of China with "
    "the Russian Federation}, howpublished={comtradeplus.un.org}}",
    files=(
        File(
            name="china_customs_trade_with_russia_monthly_2017_2024.csv",
            view="months",
            columns=("month", "china_imports_from_russia_cif_usd_bn", "china_exports_to_russia_fob_usd_bn"),
            sha256="5065b866b698b43ec7971d571c8f25ef568a947a5d556fbd0aa94e3cb3900920",
        ),
    ),
    tables=(
        TableSpec(
            name="china_customs_russia",
            columns={"reporter": "string", "partner": "string", "month": "date32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "month", "flow"),
            states=("reporter", "partner"),
            bounds={"value_usd": (0, None)},
            rows=(1, 230),
        ),
    ),
    coverage=Coverage(pairs=(("CHN", "RUS"),)),
    published=Published(days=19),
    build=build,
    layouts=(API,),
    caveats=("the file holds the figures as revised, not those first announced",),
)
