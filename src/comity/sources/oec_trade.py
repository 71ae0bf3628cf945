"""Goods trade of all pairs 1963–2014, one value a flow: the Observatory of Economic Complexity (SITC, after Feenstra and Comtrade)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

MEANT = """CASE
    WHEN {0} = 'FDR' THEN 'DEU'
    WHEN {0} = 'NAA' THEN 'ANT'
    WHEN {0} = 'VNM' AND year < 1975 THEN 'RVN'
    WHEN {0} = 'YMD' AND year = 1990 THEN 'YEM'
    ELSE {0} END"""
LEFT_OUT = """year = 1998
    OR (year < 1984 AND 'DEU' IN (importer, exporter))
    OR (year = 1975 AND 'VNM' IN (importer, exporter))
    OR (importer = 'TWN' AND exporter = 'IRN' AND year BETWEEN 1972 AND 1976)"""


def build(raw: Raw) -> dict[str, pa.Table]:
    """The value in dollars that one state sold another in a year, states coded as they were then; 1998 is left out.

    Colonies keep the code of the state that they became: they were territories.
    """
    importer, exporter = MEANT.format("importer"), MEANT.format("exporter")
    kept = f"SELECT {importer} AS importer, {exporter} AS exporter, year, value_usd FROM trade WHERE NOT ({LEFT_OUT})"
    place(
        raw,
        f"WITH kept AS ({kept}) SELECT importer AS spelt, year FROM kept UNION SELECT exporter, year FROM kept",
        "iso3",
        lambda code, year: False,
    )
    table = raw.query(
        f"""
        WITH kept AS ({kept})
        SELECT x.code AS exporter, m.code AS importer, CAST(kept.year AS INTEGER) AS year, sum(round(value_usd)) AS value_usd
        FROM kept
        JOIN place x ON x.spelt = exporter AND x.year = kept.year
        JOIN place m ON m.spelt = importer AND m.year = kept.year
        WHERE x.code <> m.code
        GROUP BY ALL
        """
    )
    return {"oec_trade": table}


SOURCE = Source(
    name="oec_trade",
    title="Bilateral goods trade by SITC, all pairs 1963–2014",
    publisher="Observatory of Economic Complexity (MIT Media Lab)",
    licence=Licence(
        name="CC BY-SA 3.0",
        share="yes",
        terms="attribution; what is derived from it keeps this licence",
        share_alike=True,
    ),
    citation="Simoes, A. J. G. & Hidalgo, C. A. (2011). The Economic Complexity Observatory: An analytical tool for understanding the dynamics of "
    "economic development. Workshops at the Twenty-Fifth AAAI Conference on Artificial Intelligence. Data to 2000: Feenstra, R. C., Lipsey, R. E., "
    "Deng, H., Ma, A. C. & Mo, H. (2005). World trade flows: 1962–2000. NBER Working Paper 11040; later: UN Comtrade.",
    homepage="https://oec.world",
    bibtex="@inproceedings{oec, author={Simoes, Alexander James Gaspar and Hidalgo, C{\\'e}sar A.}, title={The Economic Complexity Observatory: An "
    "analytical tool for understanding the dynamics of economic development}, booktitle={Workshops at the 25th AAAI Conference on Artificial "
    "Intelligence}, year={2011}}",
    files=(
        File(
            name="dyadic_trade_oec_sitc_1963_2014.parquet",
            view="trade",
            columns=("year", "importer", "exporter", "value_usd", "note"),
            sha256="a5af86d3a2d67f309d95337390279f877948dfd51262c56c00b3ef989c61b725",
        ),
    ),
    tables=(
        TableSpec(
            name="oec_trade",
            columns={"exporter": "string", "importer": "string", "year": "int32", "value_usd": "float64"},
            key=("exporter", "importer", "year"),
            states=("exporter", "importer"),
            bounds={"value_usd": (0, None), "year": (1963, 2014)},
            rows=(1, 900_000),
        ),
    ),
    coverage=Coverage(
        gaps=(1998, 2008, 2009),
        note="Taiwan to 1983 only; Luxembourg with Belgium to 1998; the Southern African Customs Union as South Africa to 1999",
    ),
    published=Published(months=6),
    build=build,
    corrections=(
        Correction(what="1998 is dropped", why="it is the file of 1997 again"),
        Correction(
            what="1963–1983: rows of DEU are dropped, those of FDR become DEU",
            why="in these years DEU is the sum of FDR and DDR to the dollar, for every partner, so that Germany stands twice",
        ),
        Correction(
            what="VNM to 1974 is read as RVN (South Vietnam), 1975 is dropped",
            why="its partners are the United States, Taiwan and Japan; the Soviet Union never stands among them before 1976",
        ),
        Correction(what="YEM of 1984–1989 is read as YAR; YMD of 1990 is added to YEM", why="the two united on 22 May 1990"),
        Correction(what="NAA (to 1983) is read as ANT", why="its imports are Venezuelan and Saudi oil: the Netherlands Antilles, Aruba included"),
        Correction(
            what="Iran's exports to Taiwan of 1972–1976 are dropped",
            why="3 to 17 billion dollars a year, up to three quarters of Taiwan's imports and half of Iran's exports here, against 2 million in 1971",
        ),
    ),
    caveats=(
        "understates: against imports in IMF DOTS of 2000–2007 the median ratio is .905 (155,074 pair-years), against exports 1.002; the importer's "
        "CIF report is divided by 1.1 up to 2010 and taken as it is from 2011 (.998), which is the break of 2010–2011",
        "coverage of pairs swings (12,294 in 1980, 9,421 in 1983, 10,068 in 1984); a missing pair is not zero",
        "single gross errors of the provider remain before 1984 (Hungary–Germany 1978, Liberia's ships from Japan)",
        "colonies stand under the code of the state that they became",
    ),
)
