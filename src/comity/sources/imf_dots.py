"""Goods trade of all pairs 2000–2020 as each side reports it: the IMF's Direction of Trade Statistics, edition of 2021."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from comity import states
from comity.core import ComityWarning, Correction, Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATE = {"BLX": (2000, 2015), "CSK": (2000, 2015), "SUN": (2000, 2013), "YUG": (2006, 2016), "ANT": (2011, 2020)}
PARTNER = "CASE WHEN partner = 'MNE' AND year < 2006 THEN 'SCG' ELSE partner END"


def build(raw: Raw) -> dict[str, pa.Table]:
    """Exports (FOB) and imports (CIF) in dollars by reporter, partner, year and flow; partner null is unallocated.

    The provider publishes thousands of dollars, held as 32-bit floats of millions: values are rounded back to the
    thousand. What a reporter books under a code that was no state or territory in that year (BLX, CSK, SUN, YUG from
    2006, ANT from 2011) is summed to its unallocated row; ANT itself reports only while it lasted.
    A zero is what the reporter says; a null is no row.
    """
    return _table(raw, "round(CAST({} AS DOUBLE) * 1e3) * 1e3")


def _table(raw: Raw, dollars: str) -> dict[str, pa.Table]:
    """The table of the view `trade`, whose values become dollars by this SQL."""
    exports, imports = (dollars.format(c) for c in ("exports_fob_musd", "imports_cif_musd"))
    place(
        raw,
        f"SELECT reporter AS spelt, year FROM trade UNION SELECT {PARTNER}, year FROM trade",
        "iso3",
        lambda code, year: code in NO_STATE and NO_STATE[code][0] <= year <= NO_STATE[code][1],
    )
    table = raw.query(
        f"""
        WITH flows AS (
            SELECT reporter, {PARTNER} AS partner, year, 'exports' AS flow, {exports} AS value_usd
            FROM trade
            UNION ALL
            SELECT reporter, {PARTNER}, year, 'imports', {imports} FROM trade
        )
        SELECT r.code AS reporter, p.code AS partner, CAST(flows.year AS INTEGER) AS year, flow, sum(value_usd) AS value_usd
        FROM flows
        JOIN place r ON r.spelt = flows.reporter AND r.year = flows.year
        JOIN place p ON p.spelt = flows.partner AND p.year = flows.year
        WHERE value_usd IS NOT NULL AND r.code IS NOT NULL AND r.code IS DISTINCT FROM p.code
        GROUP BY ALL
        """
    )
    return {"imf_dots": table}


FLOWS = {"XG_FOB_USD": "exports_fob_musd", "MG_CIF_USD": "imports_cif_musd"}
OTHERWISE = {"KOS": "XKX"}
"""The IMF's codes of states that differ from ISO's."""


def from_imts(raw: Raw) -> dict[str, pa.Table]:
    """The same of the IMF's International Trade in Goods by Partner Country, the statistics' successor: yearly rows, in dollars.

    Groups (G and a number) are left out. A code that names no state or territory in its year, and is not one that the
    rules of the held copy know, is left out with a warning.
    """
    import pyarrow as pa

    renamed = " ".join(f"WHEN '{a}' THEN '{b}'" for a, b in OTHERWISE.items())
    raw.connection.sql(
        "CREATE TABLE yearly AS SELECT "
        + ", ".join(f'CASE "{c}" {renamed} ELSE "{c}" END AS {n}' for c, n in (("COUNTRY", "reporter"), ("COUNTERPART_COUNTRY", "partner")))
        + ', CAST(TIME_PERIOD AS INTEGER) AS year, "INDICATOR" AS indicator, CAST(OBS_VALUE AS DOUBLE) AS usd FROM observations '
        f"WHERE \"FREQUENCY\" = 'A' AND \"INDICATOR\" IN ({', '.join(map(repr, FLOWS))}) AND nullif(OBS_VALUE, 'NaN') IS NOT NULL "
        'AND regexp_full_match("COUNTRY", \'[A-Z]{3}\') AND regexp_full_match("COUNTERPART_COUNTRY", \'[A-Z]{3}\') AND TIME_PERIOD >= \'2000\''
    )
    found = raw.query(f"SELECT reporter AS code FROM yearly UNION SELECT {PARTNER} FROM yearly").column("code").to_pylist()
    strange = sorted(c for c in found if c not in states.codes() and c not in NO_STATE)
    if strange:
        warnings.warn(f"imf_dots: {', '.join(strange[:20])} name no state and are left out", ComityWarning, stacklevel=2)
    raw.register("strange", pa.table({"code": pa.array(strange, pa.string())}))
    cells = ", ".join(f"max(usd) FILTER (indicator = '{i}') AS {c}" for i, c in FLOWS.items())
    raw.connection.sql(
        f"CREATE VIEW trade AS SELECT reporter, partner, year, {cells} FROM yearly WHERE reporter NOT IN (SELECT code FROM strange) "
        "AND partner NOT IN (SELECT code FROM strange) GROUP BY ALL"
    )
    return _table(raw, "{}")


IMTS = Layout(
    name="IMF IMTS, SDMX-CSV",
    files=(
        File(
            name="imts_*.csv",
            view="observations",
            columns=("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE"),
            sometimes=("DATAFLOW", "SCALE", "PRECISION", "DECIMALS_DISPLAYED", "TRADE_FLOW", "VALUATION", "UNIT", "DERIVATION_TYPE", "OVERLAP",
                       "STATUS", "STRUCTURE", "STRUCTURE_ID", "ACTION"),
        ),
    ),
    build=from_imts,
    seen=("https://data.imf.org/en/datasets/IMF.STA:IMTS", "https://github.com/Rosinco/dalio-machine"),
    remotes=(
        Remote(
            url="https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.STA/IMTS/1.0.0/*.{indicator}.*.A",
            file="imts_{indicator}.csv",
            fields={"indicator": tuple(FLOWS)},
            accept="application/vnd.sdmx.data+csv",
        ),
    ),
    coverage=Coverage(note="as the IMF reports them, from 2000"),
    limits=(
        "the successor of the statistics that the held copy is of: values are revised, and may be estimates of the IMF",
        "OBS_VALUE is read as dollars, whatever SCALE says, as public readers found it",
    ),
)  # fmt: skip
SOURCE = Source(
    name="imf_dots",
    title="Direction of Trade Statistics, goods, all pairs 2000–2020 (edition of 2021)",
    publisher="International Monetary Fund",
    licence=Licence(
        name="IMF data terms",
        share="yes",
        terms="copying and redistribution with attribution, if what was altered is said and these terms are passed on to whoever receives the data",
    ),
    citation="International Monetary Fund (2021). Direction of Trade Statistics (DOTS). Washington, DC.",
    homepage="https://data.imf.org/DOT",
    bibtex="@misc{imf_dots, author={{International Monetary Fund}}, title={Direction of Trade Statistics (DOTS)}, year={2021}, "
    "howpublished={data.imf.org}}",
    files=(
        File(
            name="imf_dots_bilateral_goods_2000_2020.parquet",
            view="trade",
            columns=("reporter", "partner", "year", "exports_fob_musd", "imports_cif_musd"),
            sha256="bac65e3a0b4c39e18acf25ece9b83915bff4031e59ac947cc8389a63b0c5a0f2",
        ),
    ),
    tables=(
        TableSpec(
            name="imf_dots",
            columns={"reporter": "string", "partner": "string", "year": "int32", "flow": "string", "value_usd": "float64"},
            key=("reporter", "partner", "year", "flow"),
            states=("reporter", "partner"),
            nullable=("partner",),
            bounds={"value_usd": (0, None), "year": (2000, None)},
            rows=(1, 1_100_000),
        ),
    ),
    coverage=Coverage(note="193 reporters a year; TWN, IRQ, LAO, PRK, SOM, TCD, GNQ and others only as partners"),
    published=Published(months=6),
    build=build,
    layouts=(IMTS,),
    corrections=(
        Correction(
            what="YUG in 2000–2005, and MNE and SRB in 2005, are read as SCG, and added to it where a reporter uses more than one",
            why="one state until June 2006; 5 to 21 reporters kept the code YUG for it, at most four beside SCG, with sums of a few million dollars",
        ),
        Correction(
            what="rows under BLX, SUN, CSK, YUG from 2006 and ANT from 2011 are summed to the reporter's unallocated row",
            why="no such state or customs territory existed in that year; which successor is meant is not said",
        ),
        Correction(
            what="ANT's own reports from 2011 are dropped",
            why="the Netherlands Antilles ended on 10 October 2010; what the file holds after it is estimated",
        ),
    ),
    caveats=(
        "some cells are the IMF's estimates from the partner's report; the file does not mark them",
        "trade that a reporter allocates to no country ('not specified') and rows of two zeros were dropped from the file",
        "members of the European Union report imports by the country of consignment: Germany's from China are lower by a third, "
        "those of the Netherlands and Belgium twice as high, as in their reports by origin to UN Comtrade",
    ),
)
