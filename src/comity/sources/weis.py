"""World Event Interaction Survey: single acts between states as the press told them, 1966–1992, with Goldstein's weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._acts import states_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Acts of the source state towards the target state by day and code; `events` counts the rows that are alike.

    An act belongs to the state that existed most of its year, so that a year's mean is of one pair.
    """
    acts = raw.query(
        "SELECT row_number() OVER () line, CAST(date AS VARCHAR) AS day, source_iso3 a, target_iso3 b, weis_code code, goldstein FROM acts"
    )
    raw.register("events", states_only(raw, acts, "weis").events)
    table = raw.query(
        "SELECT a source, b target, day AS date, code weis_code, ROUND(any_value(goldstein), 1) goldstein, count(*) events FROM events GROUP BY ALL"
    )
    return {"weis_acts": table}


SOURCE = Source(
    name="weis",
    title="World Event Interaction Survey (WEIS), acts between states, 1966–1992",
    publisher="C. McClelland (ICPSR 5211), continued by R. Tomlinson; copy of B. Lai as passed on by C. Thyne",
    licence=Licence(
        name="ICPSR terms; the copy states none",
        share="derived",
        terms="means and counts that comity computes may be passed on with citation; the acts themselves are to be had from ICPSR",
    ),
    citation="McClelland, C. (1978). World Event/Interaction Survey (WEIS) Project, 1966–1978. ICPSR 5211; Tomlinson, R. G. (1993), continuation "
    "to 1992. Weights: Goldstein, J. S. (1992). A Conflict-Cooperation Scale for WEIS Events Data. Journal of Conflict Resolution 36(2), 369–385.",
    homepage="https://www.icpsr.umich.edu/web/ICPSR/studies/5211",
    bibtex="@article{goldstein1992scale, author={Goldstein, Joshua S.}, title={A Conflict-Cooperation Scale for {WEIS} Events Data}, "
    "journal={Journal of Conflict Resolution}, volume={36}, number={2}, pages={369--385}, year={1992}}",
    files=(
        File(
            name="weis_dyadic_events_1966_1992.parquet",
            view="acts",
            columns=(
                "date", "year", "month", "day", "source_cow", "source_iso3", "target_cow", "target_iso3", "weis_code", "goldstein",
            ),
            sha256="9beaa90fa087b1395ca696b726bae8a72b1a8405fad172d7742907af22295eac",
        ),
    ),
    tables=(
        TableSpec(
            name="weis_acts",
            columns={"source": "string", "target": "string", "date": "date32", "weis_code": "string", "goldstein": "float64", "events": "int64"},
            key=("source", "target", "date", "weis_code"),
            states=("source", "target"),
            bounds={"goldstein": (-10, 8.3), "events": (1, None)},
            rows=(1, 120_000),
        ),
    ),
    coverage=Coverage(
        first=1966, last=1992, states="appearing",
        note="what the New York Times (later also others) told; a pair without an act in a year had none that the press told",
    ),
    published=Published(in_data=True),
    build=build,
    corrections=(
        Correction(
            what="27 acts of South Vietnam (817) dated after 1975 are left out",
            why="the state ended on 30 April 1975; whom the coders meant is not known",
        ),
        Correction(
            what="153 acts of Estonia, Latvia and Lithuania in 1990 are left out",
            why="they were independent again in 1991 and in the Soviet Union before; by neither list were they states in 1990",
        ),
    ),
    caveats=(
        "6,078 rows are exact doubles of another; they are kept, as the coders noted several like acts on one day, and stand as `events` above 1.",
        "The file's name says 1993; its acts end with 1992.",
        "The press of one country: the number of acts follows its attention. One weight for each code, whatever the act.",
        "Public in this form with Tomlinson's continuation of 1993: the measures give 1 January 1994.",
    ),
)  # fmt: skip
