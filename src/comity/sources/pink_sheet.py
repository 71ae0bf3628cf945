"""Commodity prices by month from 1960: the World Bank's Pink Sheet, edition of April 2025."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core import BadDataError, Correction, Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec

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


NONE = ("", "…", "...", "..")
"""The publisher's signs for a month without a price."""


def from_workbook(raw: Raw) -> dict[str, pa.Table]:
    """The same of the World Bank's workbook: names and units of the series stand in the two rows above the first month."""
    import pyarrow as pa

    names, months = _sheet(raw.paths["workbook"])
    parted = [re.fullmatch(r"(.*?)( \*\*)? ?\(([^()]*)\)", n) for n in names]
    rows: list[tuple[str, str, str, float]] = []
    for month, cells in months:
        for name, cell in zip(parted, cells, strict=False):
            if name is not None and cell is not None and str(cell).strip() not in NONE:
                try:
                    rows.append((f"{month[:4]}-{month[5:]}-01", name[1].strip(), name[3], float(cell)))
                except ValueError as error:
                    raise BadDataError(f"source pink_sheet: {name[1]} in {month} is {str(cell)[:40]!r}; expected a price or …") from error
    raw.register("cells", pa.table({n: [r[k] for r in rows] for k, n in enumerate(("month", "series", "unit", "price"))}))
    return {"commodity_prices": raw.query("SELECT CAST(month AS DATE) AS month, series, unit, price FROM cells")}


def series_of(path: Path) -> tuple[str, ...]:
    """The series of a workbook as the held copy names its columns: the name and the unit."""
    return ("month", *_sheet(path)[0])


def _sheet(path: Path) -> tuple[list[str], list[tuple[str, tuple[Any, ...]]]]:
    """The columns as "Name (unit)" and the cells of each month of the sheet Monthly Prices; BadDataError where it is laid out otherwise."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = list(book["Monthly Prices"].iter_rows(values_only=True))
        book.close()
    except Exception as error:
        raise BadDataError(f"{path}: cannot be read ({str(error)[:200]}); expected a workbook with a sheet Monthly Prices") from error
    months = [(str(r[0]).strip(), r[1:]) for r in rows if r and re.fullmatch(r"\d{4}M\d{2}", str(r[0]).strip())]
    first = next((i for i, r in enumerate(rows) if months and r and str(r[0]).strip() == months[0][0]), 0)
    if first < 2:
        raise BadDataError(f"{path}: no month such as 1960M01 below two rows of names and units; expected the sheet Monthly Prices")
    names = [f"{str(n or '').strip()} {str(u or '').strip()}" for n, u in zip(rows[first - 2][1:], rows[first - 1][1:], strict=False)]
    return names, months


WORKBOOK = Layout(
    name="World Bank workbook",
    files=(File(name="CMO-Historical-Data-Monthly.xlsx", view="workbook", columns=("month", *HEADER), plain=True, found=series_of),),
    build=from_workbook,
    seen=("https://www.worldbank.org/en/research/commodity-markets",
          "https://github.com/jpu585/Commodity-Price-Risk-in-Phosphorus-Recycling-Investments"),
    remotes=(
        Remote(
            url="https://thedocs.worldbank.org/en/doc/74e8be41ceb20fa0da750cda2f6b9e4e-0050012026/related/CMO-Historical-Data-Monthly.xlsx",
            file="CMO-Historical-Data-Monthly.xlsx",
        ),
    ),
    coverage=Coverage(first=1960),
    limits=("the address changes with the edition: it is linked from the source's homepage", "a series that an edition adds is read too"),
    needs=("openpyxl",),
    extra="xlsx",
)  # fmt: skip
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
    layouts=(WORKBOOK,),
    corrections=(Correction(what="'...' is read as no price", why="the publisher's sign for a month without one"),),
    caveats=("series marked ** by the publisher changed their definition or stopped; nominal dollars",),
)
