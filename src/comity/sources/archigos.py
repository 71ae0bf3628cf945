"""Leaders of states from 1875 to 2015, with their days in office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """For each state and year: leaders who entered office, and the days in office on 31 December of the one who then held it."""
    table = raw.query(
        "WITH y AS (SELECT unnest(generate_series(1875, 2015))::INT AS year), l AS (SELECT gwcode::DOUBLE::INT AS code, startdate::DATE AS s, "
        "enddate::DATE AS e FROM leaders) SELECT l.code::VARCHAR AS state, y.year, (count(*) FILTER (year(l.s) = y.year))::INT AS changes, "
        "min(date_diff('day', l.s, make_date(y.year, 12, 31))) FILTER (l.s <= make_date(y.year, 12, 31) AND l.e >= make_date(y.year, 12, 31))::INT "
        "AS tenure_days FROM l JOIN y ON y.year BETWEEN year(l.s) AND year(l.e) GROUP BY ALL"
    )
    raw.register("coded", members_only("archigos", table, ("state",), scheme="gw", years="year"))
    once = "SELECT state, year, max(changes)::INT AS changes, max(tenure_days)::INT AS tenure_days FROM coded GROUP BY ALL"
    return {"leader_years": raw.query(once)}


SOURCE = Source(
    name="archigos",
    title="Archigos: a data set of leaders, version 4.1",
    publisher="H. E. Goemans, K. S. Gleditsch & G. Chiozza",
    licence=Licence(name="free with citation", share="derived", terms="free for research with citation; comity passes on counts only"),
    citation=(
        "Goemans, H. E., Gleditsch, K. S. & Chiozza, G. (2009). Introducing Archigos: A dataset of political "
        "leaders. Journal of Peace Research 46(2), 269–283."
    ),
    homepage="",
    files=(
        File(
            name="archigos_leaders_1875_2015.csv",
            view="leaders",
            columns=("obsid", "gwcode", "leadid", "leader", "yrborn", "gender", "startdate", "enddate", "entry", "exit", "exitcode"),
            sha256="52244aea408adaaaa3b5192026df622ab5951319ace4262f7ed1dd2ae65d98be",
        ),
    ),
    tables=(
        TableSpec(
            name="leader_years",
            columns={"state": "string", "year": "int32", "changes": "int32", "tenure_days": "int32"},
            key=("state", "year"),
            states=("state",),
            nullable=("tenure_days",),
            rows=(1, 20000),
        ),
    ),
    coverage=Coverage(first=1875, last=2015, states="appearing"),
    published=Released(editions=out((2004, 2009), (2015, 2016))),
    build=build,
    caveats=("entries of years before a state was a member of the state system are left out, as those of leaders before independence",),
)
