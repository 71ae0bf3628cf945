"""Diplomatic missions between states: an incomplete copy of the Diplomatic Exchange data of the Correlates of War project, 1817–2000."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import COW_TWICE_A_YEAR, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

WAVES = (
    1817, 1824, 1827, 1832, 1836, 1840, 1844, 1849, 1854, 1859, 1864, 1869, 1874, 1879, 1884, 1889, 1894, 1899, 1904, 1909, 1914, 1920, 1925, 1930,
    1935, 1940, 1950, 1955, 1960, 1965, 1970, 1975, 1980, 1985, 1990, 1995, 2000,
)  # fmt: skip


def build(raw: Raw) -> dict[str, pa.Table]:
    """Two rows for each pair and wave of the file: the rank of the mission that `a` keeps at `b` (0: none)."""
    table = raw.query(
        """
        WITH sent AS (
            SELECT ccode1 AS a, ccode2 AS b, CAST(year AS INTEGER) AS year, CAST(DR_at_2 AS INTEGER) AS rank FROM exchange
            UNION ALL SELECT ccode2, ccode1, CAST(year AS INTEGER), CAST(DR_at_1 AS INTEGER) FROM exchange
        )
        SELECT * FROM sent WHERE NOT (year = 1990 AND (a IN ('260', '265') OR b IN ('260', '265')))
        """
    )
    return {"missions": with_states("cow_diplomacy", table, ("a", "b"), scheme="cow", years="year", fixed=COW_TWICE_A_YEAR)}


SOURCE = Source(
    name="cow_diplomacy",
    title="Correlates of War Diplomatic Exchange, version 2006.1, in part",
    publisher="Correlates of War Project",
    licence=Licence(name="COW terms", share="derived", terms="free to use with citation; comity passes on indicators, not rows"),
    citation="Bayer, R. (2006). Diplomatic Exchange Data set, v2006.1. Correlates of War Project. The rows that a later study kept.",
    homepage="https://correlatesofwar.org/data-sets/diplomatic-exchange/",
    bibtex="@misc{bayer2006exchange, author={Bayer, Re\\c{s}at}, title={Diplomatic Exchange Data set, v2006.1}, year={2006}, "
    "howpublished={Correlates of War Project}}",
    files=(
        File(
            name="cow_diplomatic_exchange_partial_1817_2000.csv.gz",
            view="exchange",
            columns=("ccode1", "ccode2", "year", "DR_at_1", "DR_at_2"),
            sha256="9917f43e3b077c8f58ca61e4dca182e1d732607324f9564518dd2546aa28e640",
        ),
    ),
    tables=(
        TableSpec(
            name="missions",
            columns={"a": "string", "b": "string", "year": "int32", "rank": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            bounds={"year": (1817, 2000), "rank": (0, 9)},
            rows=(1, 110_000),
        ),
    ),
    coverage=Coverage(
        first=1817, last=2000, gaps=tuple(y for y in range(1817, 2001) if y not in WAVES),
        note="waves of 37 years; a pair's row says what is known of it, the other pairs are unknown",
    ),
    published=Released(editions=out((1970, 1973), (2005, 2006))),
    build=build,
    corrections=(
        Correction(
            what="rows of 260 and 265 (the two German states) for 1990 are left out, where 255 (united Germany) stands beside them",
            why="most missions of that wave stand under 255 only, which is DEU as 260 is; the same pair would stand twice",
        ),
    ),
    caveats=(
        "Incomplete: only the rows that a study kept (no pair without any mission), without the wave of 2005.",
        "Rank 9 is `other`: in the waves of 1950 to 1965 it stands for embassies too, so ranks are not comparable with those waves.",
    ),
)  # fmt: skip
