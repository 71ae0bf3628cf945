"""Engagements of Chinese leaders and foreign ministers with other states, 2003–2018, from the reports that China Vitae collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each day, leader, state and report, without the misdated report and the misread names."""
    table = raw.query(
        """
        SELECT DISTINCT CAST(date AS DATE) AS date, year(CAST(date AS DATE)) AS year, leader,
            CASE WHEN country = 'Dominica' AND text LIKE '%Dominican%' THEN 'Dominican Republic' ELSE country END AS state,
            left(text, 2000) AS report
        FROM engagements
        WHERE country <> 'Wales'
            AND NOT (country = 'Montenegro' AND CAST(date AS DATE) < DATE '2006-06-05')
            AND NOT (date = '2018-06-27' AND text LIKE '%Johannesburg%')
        """
    )
    return {"china_engagements": with_states("china_vitae", table, ("state",), scheme="name", years="year").drop_columns(["year"])}


SOURCE = Source(
    name="china_vitae",
    title="Engagements of Chinese leaders with other states, 2003–2018",
    publisher="China Vitae, Carnegie Endowment for International Peace",
    licence=Licence(
        name="terms not stated",
        share="derived",
        terms="the reports themselves are not passed on; comity passes on counts of public, dated facts",
    ),
    citation="China Vitae, biographies and appearances of Chinese leaders; reports of 2003–2018 as collected by G. Walker.",
    homepage="https://www.chinavitae.com",
    files=(
        File(
            name="china_leader_engagements_chinavitae_2003_2018.csv.gz",
            view="engagements",
            columns=("date", "year", "country", "leader", "text"),
            sha256="219b85a7a2fc596e27c02dbbd716629812d8fbf262aca201687b87a93dc3c783",
        ),
    ),
    tables=(
        TableSpec(
            name="china_engagements",
            columns={"date": "date32", "state": "string", "leader": "string", "report": "string"},
            key=("date", "state", "leader", "report"),
            states=("state",),
            rows=(1, 6_800),
        ),
    ),
    coverage=Coverage(first=2004, last=2017, partners=("CHN",), note="whole years 2004–2017; also from 23 March 2003 and to 7 December 2018"),
    published=Published(days=-1),
    build=build,
    corrections=(
        Correction(
            what="the report of 2018-06-27 from Johannesburg is left out",
            why="it is the report of the meeting of 2018-07-26, which stands under its own date",
        ),
        Correction(
            what="rows of Wales are left out, rows of Dominica that name a Dominican president are of the Dominican Republic, and rows of Montenegro "
            "before its independence are left out",
            why="states were found by their names in the text: Wales is mostly New South Wales, and Montenegro stood beside Serbia",
        ),
    ),
    caveats=(
        "Reports that name a state: meetings, visits, calls, messages and letters of credence alike.",
        "Leaders in office only: Hu Jintao, Wen Jiabao, Xi Jinping, Li Keqiang and three foreign ministers.",
    ),
)
