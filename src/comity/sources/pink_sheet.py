"""Commodity prices by month from 1960: the World Bank's Pink Sheet, edition of April 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

HEADER = (
    "Crude oil, average ($/bbl)", "Crude oil, Brent ($/bbl)", "Crude oil, Dubai ($/bbl)", "Crude oil, WTI ($/bbl)", "Coal, Australian ($/mt)",
    "Coal, South African ** ($/mt)", "Natural gas, US ($/mmbtu)", "Natural gas, Europe ($/mmbtu)", "Liquefied natural gas, Japan ($/mmbtu)",
    "Natural gas index (2010=100)", "Cocoa ($/kg)", "Coffee, Arabica ($/kg)", "Coffee, Robusta ($/kg)", "Tea, avg 3 auctions ($/kg)",
    "Tea, Colombo ($/kg)", "Tea, Kolkata ($/kg)", "Tea, Mombasa ($/kg)", "Coconut oil ($/mt)", "Groundnuts ($/mt)", "Fish meal ($/mt)",
    "Groundnut oil ** ($/mt)", "Palm oil ($/mt)", "Palm kernel oil ($/mt)", "Soybeans ($/mt)", "Soybean oil ($/mt)", "Soybean meal ($/mt)",
    "Rapeseed oil ($/mt)", "Sunflower oil ($/mt)", "Barley ($/mt)", "Maize ($/mt)", "Sorghum ($/mt)", "Rice, Thai 5% ($/mt)",
    "Rice, Thai 25% ($/mt)", "Rice, Thai A.1 ($/mt)", "Rice, Viet Namese 5% ($/mt)", "Wheat, US SRW ($/mt)", "Wheat, US HRW ($/mt)",
    "Banana, Europe ($/kg)", "Banana, US ($/kg)", "Orange ($/kg)", "Beef ** ($/kg)", "Chicken ** ($/kg)", "Lamb ** ($/kg)",
    "Shrimps, Mexican ($/kg)", "Sugar, EU ($/kg)", "Sugar, US ($/kg)", "Sugar, world ($/kg)", "Tobacco, US import u.v. ($/mt)",
    "Logs, Cameroon ($/cubic meter)", "Logs, Malaysian ($/cubic meter)", "Sawnwood, Cameroon ($/cubic meter)",
    "Sawnwood, Malaysian ($/cubic meter)", "Plywood (cents/sheet)", "Cotton, A Index ($/kg)", "Rubber, TSR20 ** ($/kg)",
    "Rubber, RSS3 ($/kg)", "Phosphate rock ($/mt)", "DAP ($/mt)", "TSP ($/mt)", "Urea ($/mt)", "Potassium chloride ** ($/mt)",
    "Aluminum ($/mt)", "Iron ore, cfr spot ($/dmtu)", "Copper ($/mt)", "Lead ($/mt)", "Tin ($/mt)", "Nickel ($/mt)", "Zinc ($/mt)",
    "Gold ($/troy oz)", "Platinum ($/troy oz)", "Silver ($/troy oz)",
)  # fmt: skip


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row a month and series: the name and the unit as the header has them, and the nominal price; months without a price are no row."""
    columns = ", ".join(f'"{h}"' for h in HEADER)
    table = raw.query(
        f"""
        SELECT CAST(month || '-01' AS DATE) AS month, trim(regexp_extract(series, '^(.*?)( \\*\\*)? \\(([^()]*)\\)$', 1)) AS series,
            regexp_extract(series, '\\(([^()]*)\\)$', 1) AS unit, CAST(nullif(price, '...') AS DOUBLE) AS price
        FROM (UNPIVOT prices ON {columns} INTO NAME series VALUE price)
        WHERE price <> '...'
        """
    )
    found = len(table.column("series").unique())
    if found > len(HEADER) or "" in table.column("series").unique().to_pylist():
        raise BadDataError("source pink_sheet: a series has no name; expected headers as 'Name (unit)'")
    return {"commodity_prices": table}


SOURCE = Source(
    name="pink_sheet",
    title="Commodity Markets ('Pink Sheet'), monthly nominal prices, 1960 to March 2025",
    publisher="World Bank",
    licence=Licence(name="CC BY 4.0", share="yes", terms="free to use and pass on with attribution"),
    citation="World Bank (2025). Commodity Markets: Pink Sheet data, monthly prices, edition of 2 April 2025.",
    homepage="https://www.worldbank.org/en/research/commodity-markets",
    bibtex="@misc{worldbank_pinksheet, author={{World Bank}}, title={Commodity Markets: Pink Sheet data}, year={2025}}",
    files=(
        File(
            name="worldbank_pink_sheet_monthly_1960_2025.csv",
            view="prices",
            columns=("month", *HEADER),
            sha256="167a7207011c26d56c83252ae9164f37c58633c683a1749c04be0e36cbc190d1",
        ),
    ),
    tables=(
        TableSpec(
            name="commodity_prices",
            columns={"month": "date32", "series": "string", "unit": "string", "price": "float64"},
            key=("series", "month"),
            bounds={"price": (0, None)},
            rows=(1, 60_000),
        ),
    ),
    coverage=Coverage(first=1960, last=2025),
    published=Published(days=4),
    build=build,
    corrections=(Correction(what="'...' is read as no price", why="the publisher's sign for a month without one"),),
    caveats=("series marked ** by the publisher changed their definition or stopped; nominal dollars",),
)
