"""Three published subsets of ICEWS events (2005–15, 2014, 2018), de-duplicated for machine learning: for tone, never for levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._acts import states_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

COLUMNS = (
    "date", "source_name", "source_iso3", "source_actor_type", "relation", "cameo_code", "quad_class", "goldstein", "target_name", "target_iso3",
    "target_actor_type", "source_resolution", "target_resolution",
)  # fmt: skip
SUBSETS = ("icews0515", "icews14", "icews18")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Events by subset, month and quad class from state to state; civil actors, media and organisations are left out."""
    import pyarrow as pa

    columns = (
        "CAST(date AS VARCHAR) AS day, source_iso3 a, target_iso3 b, cameo_code code, goldstein, source_actor_type a_kind, target_actor_type b_kind"
    )
    read = []
    for subset in SUBSETS:
        events = states_only(raw, raw.query(f"SELECT row_number() OVER () line, {columns} FROM {subset}"), "icews-subset").events
        read.append(events.append_column("subset", pa.array([subset] * events.num_rows)))
    raw.register("events", pa.concat_tables(read))
    table = raw.query(
        "SELECT subset, a source, b target, CAST(date_trunc('month', day) AS DATE) AS month, CAST(quad AS INTEGER) quad_class, count(*) events, "
        "ROUND(sum(goldstein), 1) goldstein_sum FROM events GROUP BY ALL"
    )
    return {"icews_subset_events": table}


SOURCE = Source(
    name="icews_subsets",
    title="ICEWS event subsets: 2005–2015, 2014, January to October 2018",
    publisher="Boschee et al. (ICEWS), as cut by García-Durán et al. 2018 and Jin et al. 2020",
    licence=Licence(
        name="ICEWS terms on Dataverse",
        share="no",
        terms="the terms are on the data set's page and are not restated with the subsets; until they are read, nothing is passed on",
    ),
    citation="Boschee, E., Lautenschlager, J., O'Brien, S., Shellman, S., Starz, J. & Ward, M. (2015). ICEWS Coded Event Data. Harvard Dataverse, "
    "doi:10.7910/DVN/28075. Subsets: García-Durán, A., Dumančić, S. & Niepert, M. (2018), arXiv:1809.03202; Jin, W. et al. (2020), arXiv:1904.05530.",
    homepage="https://doi.org/10.7910/DVN/28075",
    files=(
        File(
            name="icews0515_interstate_events.parquet", view="icews0515", columns=COLUMNS,
            sha256="3293ed109bf20ed61505f25ba6c5ca295d273b5be491817c3c9823a96bb69691",
        ),
        File(
            name="icews14_interstate_events.parquet", view="icews14", columns=COLUMNS,
            sha256="424be42bc2566a5ff2f316036656db8fb95a787f0d0e4a29517eb617a41f575c",
        ),
        File(
            name="icews18_interstate_events.parquet", view="icews18", columns=COLUMNS,
            sha256="897d2adab24b1b42b5f0b7db5f971885b599282cf124bfcadec77257ae6504fa",
        ),
    ),
    tables=(
        TableSpec(
            name="icews_subset_events",
            columns={
                "subset": "string", "source": "string", "target": "string", "month": "date32", "quad_class": "int32", "events": "int64",
                "goldstein_sum": "float64",
            },
            key=("subset", "source", "target", "month", "quad_class"),
            states=("source", "target"),
            bounds={"quad_class": (1, 4), "events": (1, None)},
            rows=(1, 114_000),
        ),
    ),
    coverage=Coverage(
        first=2005, last=2018, states="appearing", gaps=(2016, 2017),
        note="2005–15 holds about 3 in 100 of the events between states, unevenly; 2018 ends in October and is much fuller",
    ),
    published=Published(months=12),
    build=build,
    corrections=(
        Correction(what="events of Montenegro in 2005 are left out", why="it was no state before June 2006"),
    ),
    caveats=(
        "Subsets: about 3.0 % of all events of 2005–14, de-duplicated, uneven over pairs; a share is biased too (India–Pakistan 86 % "
        "cooperative here, 78 % in the full counts). Never a level.",
        "Quad classes by Schrodt's grouping of CAMEO (01–05, 06–08, 09–13, 14–20), which is not GDELT's.",
        "A person is given one country for all years; heads of international organisations and ambiguous names are not here.",
        "ICEWS was first public on 27 March 2015; the measure gives the later of that day and the lag.",
    ),
)  # fmt: skip
