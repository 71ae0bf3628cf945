"""Chinese investment and construction deals of about 100 million dollars and more, 2005–2021: the China Global Investment Tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

CLIP = 2000


def build(raw: Raw) -> dict[str, pa.Table]:
    """Two lists of deals, never added: all sectors to June 2018, investment and construction; and investments in three sectors to 2021."""
    order = "year, month, country, sector, {entity}, {amount}, transaction_party, subsector, share_size"
    number = f"CAST(row_number() OVER (ORDER BY {order}) AS INTEGER)"
    every = raw.query(
        f"""
        SELECT {number.format(entity="chinese_entity", amount="quantity_musd")} AS deal, iso3 AS host, CAST(year AS INTEGER) AS year,
            month(strptime('1 ' || month || ' 2000', '%d %B %Y'))::INTEGER AS month, left(chinese_entity, {CLIP}) AS entity,
            left(transaction_party, {CLIP}) AS party, sector, subsector, CAST(quantity_musd AS DOUBLE) * 1e6 AS value_usd
        FROM deals
        """
    )
    three = raw.query(
        f"""
        SELECT {number.format(entity="investor", amount="quantity_in_millions")} AS deal, country AS host,
            CAST(CAST(year AS DOUBLE) AS INTEGER) AS year,
            month(strptime('1 ' || month || ' 2000', '%d %B %Y'))::INTEGER AS month, left(investor, {CLIP}) AS entity,
            left(transaction_party, {CLIP}) AS party, sector, subsector, CAST(quantity_in_millions AS DOUBLE) * 1e6 AS value_usd
        FROM investments
        """
    )
    return {
        "cgit_deals": with_states("cgit", every, ("host",), scheme="iso3", years="year"),
        "cgit_energy_metals": with_states("cgit", three, ("host",), scheme="name", years=None),
    }


COLUMNS = {
    "deal": "int32", "host": "string", "year": "int32", "month": "int32", "entity": "string", "party": "string", "sector": "string",
    "subsector": "string", "value_usd": "float64",
}  # fmt: skip

SOURCE = Source(
    name="cgit",
    title="China Global Investment Tracker, 2005–2021 (edition of mid-2018, all sectors; three sectors after)",
    publisher="American Enterprise Institute and Heritage Foundation",
    licence=Licence(name="AEI terms", share="derived", terms="free download with citation; comity passes on sums, not the deals"),
    citation="American Enterprise Institute and Heritage Foundation. China Global Investment Tracker.",
    homepage="https://www.aei.org/china-global-investment-tracker/",
    bibtex="@misc{aei_cgit, author={{American Enterprise Institute and Heritage Foundation}}, title={China Global Investment Tracker}}",
    files=(
        File(
            name="aei_cgit_all_sectors_2005_2018.csv",
            view="deals",
            columns=(
                "year", "month", "chinese_entity", "quantity_musd", "share_size", "transaction_party", "sector", "subsector", "country", "region",
                "bri", "iso3",
            ),
            sha256="3a0c7eda97d99d2574b675b328873fe434821096cd0cb5f52541a0b6ac7ca993",
        ),
        File(
            name="aei_cgit_energy_chemicals_metals_deals_2005_2022.csv",
            view="investments",
            columns=(
                "year", "month", "investor", "quantity_in_millions", "share_size", "transaction_party", "sector", "subsector", "country", "region",
                "bri", "greenfield",
            ),
            sha256="c248ab236cc1755d72b405adc4d193215a0f25d837a968580ed4dc95b5e8ec3a",
        ),
    ),
    tables=(
        TableSpec(
            name="cgit_deals", columns=COLUMNS, key=("deal",), states=("host",), nullable=("party", "subsector"), bounds={"value_usd": (0, None)},
            rows=(1, 3_500),
        ),
        TableSpec(
            name="cgit_energy_metals", columns=COLUMNS, key=("deal",), states=("host",), nullable=("party", "subsector"),
            bounds={"value_usd": (0, None)}, rows=(1, 830),
        ),
    ),
    coverage=Coverage(
        first=2005, last=2021, origins=("CHN",), note="all sectors to June 2018; energy, metals and chemicals, investments only, to 2021"
    ),
    published=Published(months=6),
    build=build,
    corrections=(
        Correction(
            what="the two files are kept as two tables and never added up",
            why="455 of the 512 deals to 2017 of the second stand in the first with the same host, month, sector and sum; the first holds "
            "twice as many in these sectors, as the second, by its columns, is the tracker's list of investments alone",
        ),
    ),
    caveats=(
        "announced sums of deals of about 100 million dollars and more, as the press gives them; smaller and failed ones are not in it",
        "2018 is half a year in the list of all sectors",
    ),
)  # fmt: skip
