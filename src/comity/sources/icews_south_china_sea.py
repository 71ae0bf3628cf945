"""ICEWS events among ten states and territories around the South China Sea, by month and quad class, 1991–2015."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Events of the source towards the target in each month by quad class, wherever among the ten they took place."""
    table = raw.query(
        "SELECT source_iso3 source, target_iso3 target, CAST(month || '-01' AS DATE) AS month, CAST(quad_class AS INTEGER) quad_class, "
        "CAST(sum(events) AS BIGINT) events FROM counts GROUP BY ALL"
    )
    return {"scs_event_counts": with_states("icews_south_china_sea", table, ("source", "target"), scheme="iso3", years="month")}


SOURCE = Source(
    name="icews_south_china_sea",
    title="ICEWS events around the South China Sea by month and quad class, 1991–2015",
    publisher="Boschee et al. (ICEWS); counts by M. Ward as kept by D. Rubinstein",
    licence=Licence(
        name="ICEWS terms on Dataverse",
        share="no",
        terms="the terms are on the data set's page and are not restated with the counts; until they are read, nothing is passed on",
    ),
    citation="Boschee, E., Lautenschlager, J., O'Brien, S., Shellman, S., Starz, J. & Ward, M. (2015). ICEWS Coded Event Data. Harvard Dataverse, "
    "doi:10.7910/DVN/28075. Counts: Ward, M., in South-China-Sea-Visualization (D. Rubinstein).",
    homepage="https://doi.org/10.7910/DVN/28075",
    files=(
        File(
            name="icews_south_china_sea_dyad_month_quads_1991_2015.parquet",
            view="counts",
            columns=("month", "source_iso3", "target_iso3", "quad_class", "events", "event_location_cow"),
            sha256="5eb2a31c2d824c92d88540394c924aec75745bd3d0d99e33e13709c4ae9b8243",
        ),
    ),
    tables=(
        TableSpec(
            name="scs_event_counts",
            columns={"source": "string", "target": "string", "month": "date32", "quad_class": "int32", "events": "int64"},
            key=("source", "target", "month", "quad_class"),
            states=("source", "target"),
            bounds={"quad_class": (1, 4), "events": (1, None)},
            rows=(1, 17_000),
        ),
    ),
    coverage=Coverage(
        first=1991, last=2014, states=("BRN", "CHN", "HKG", "IDN", "MAC", "MYS", "PHL", "SGP", "TWN", "VNM"),
        note="events that took place in one of the ten only; of 2015 the file holds January alone, which is no year",
    ),
    published=Published(months=12),
    build=build,
    caveats=(
        "Counts of all that ICEWS holds, not a sample; but only of events that took place in one of the ten. Each month, pair and quad stands under "
        "one place in the file, so whether its events elsewhere among the ten are in it is not certain.",
        "Few events before 1995: read a share with its n. The quad convention of the counts is not stated.",
        "ICEWS was first public on 27 March 2015; the measure gives the later of that day and the lag.",
    ),
)  # fmt: skip
