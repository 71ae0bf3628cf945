"""The least distance between the territories of two states, by year 1886–2019."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The least distance in kilometres of each pair in each year; 0 where they touch."""
    table = raw.query("SELECT ccode1::VARCHAR AS a, ccode2::VARCHAR AS b, year::INT AS year, mindist::DOUBLE AS km FROM distances")
    raw.register("coded", members_only("cow_minimum_distance", table, ("a", "b"), scheme="cow", years="year"))
    return {"minimum_distances": raw.query("SELECT least(a, b) AS a, greatest(a, b) AS b, year, min(km) AS km FROM coded WHERE a <> b GROUP BY ALL")}


SOURCE = Source(
    name="cow_minimum_distance",
    title="Minimum distance between states (CShapes 2.0, in COW codes)",
    publisher="Schvitz et al.; Weidmann & Gleditsch",
    licence=Licence(name="CC BY-NC-SA 4.0", share="derived", terms="attribution; comity passes on distances", non_commercial=True, share_alike=True),
    citation=(
        "Schvitz, G., Girardin, L., Rüegger, S., Weidmann, N. B., Cederman, L.-E. & Gleditsch, K. S. (2022). "
        "Mapping the international system, 1886–2019: The CShapes 2.0 dataset. Journal of Conflict Resolution "
        "66(1), 144–161."
    ),
    homepage="",
    files=(
        File(
            name="cow_min_distance_km_dyad_year_1886_2019.parquet",
            view="distances",
            columns=("ccode1", "ccode2", "year", "mindist"),
            sha256="5a2318712c0a907aaf65a6cd606f4d03307be3536e282c880ebc3de45a2fde29",
        ),
    ),
    tables=(
        TableSpec(
            name="minimum_distances",
            columns={"a": "string", "b": "string", "year": "int32", "km": "float64"},
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 1100000),
        ),
    ),
    coverage=Coverage(states="appearing"),
    published=Released(editions=out((2019, 2022))),
    build=build,
)
