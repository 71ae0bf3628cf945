"""A daily score of each pair of states from all GDELT 2.0 events, January 2018 to February 2024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import in_order, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The score of each pair on each day that is held and on which it had an event."""
    table = raw.query("SELECT iso3_a a, iso3_b b, date, CAST(score AS DOUBLE) score FROM scores")
    return {"gdelt_day_scores": in_order(with_states("gdelt_scores", table, ("a", "b"), scheme="iso3", years=None), "a", "b")}


SOURCE = Source(
    name="gdelt_scores",
    title="GDELT 2.0, score of each pair and day, 1 January 2018 to 23 February 2024",
    publisher="The GDELT Project; score as in the repository gzemo/gdelt-graph-data",
    licence=Licence(
        name="GDELT terms of use",
        share="derived",
        terms="GDELT: unlimited and unrestricted use with citation and link; the score is of a GPL-3 repository, so sums that comity computes only",
    ),
    citation="The GDELT Project, GDELT 2.0 Event Database, https://www.gdeltproject.org; Leetaru, K. & Schrodt, P. (2013). GDELT: Global Data on "
    "Events, Location and Tone, 1979–2012. Daily score: repository gzemo/gdelt-graph-data.",
    homepage="https://www.gdeltproject.org",
    files=(
        File(
            name="gdelt2_dyad_day_score_2018_2024.parquet",
            view="scores",
            columns=("date", "iso3_a", "iso3_b", "score"),
            sha256="858e92a68c11f712724f52d0aa8fcad96503f6fc45fb60accd7754c7b7baedd7",
        ),
    ),
    tables=(
        TableSpec(
            name="gdelt_day_scores",
            columns={"a": "string", "b": "string", "date": "date32", "score": "float64"},
            key=("a", "b", "date"),
            states=("a", "b"),
            bounds={"score": (-50_000, 50_000)},
            rows=(1, 3_200_000),
        ),
    ),
    coverage=Coverage(
        first=2018, last=2024, states="appearing",
        note="2,149 of 2,245 days (68 of the missing in 2023), 2024 to 23 February; BIH, MNE, SRB, SVN, TLS and XKX never appear",
    ),
    published=Published(days=1),
    build=build,
    caveats=(
        "A derived score, not a count: over the events of the day, Goldstein's weight plus or minus (0.025 sources + 0.01 articles), plus 0.01 tone.",
        "96 days are missing and some may lack part of their quarter-hours; a month's n is its number of days held.",
        "Grows with press attention, and so with the size of the two states and with war. The author dropped the CAMEO codes MTN and TMP; BIH, "
        "SRB, SVN and XKX do not occur either.",
        "The events were public within the hour; the score itself was computed in 2024.",
    ),
)  # fmt: skip
