"""Vetoes in the Security Council: every vetoed draft from 1946 to July 2022, and an unverified list of later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._un_voters import with_voters

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NAMES = {"China": "CHN", "France": "FRA", "Russia": "RUS", "USSR": "RUS", "USA": "USA", "United States": "USA", "UK": "GBR", "United Kingdom": "GBR"}
HOLDERS = ("CHN", "FRA", "GBR", "RUS", "SUN", "TWN", "USA")
"""The states that have held a permanent seat."""
ONE_SEAT = {("RUS", "SUN"), ("CHN", "TWN")}
PAIRS = tuple((a, b) for a in HOLDERS for b in HOLDERS if a < b and (a, b) not in ONE_SEAT)


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each state that vetoed a draft; of drafts in both lists the verified one's."""
    import pyarrow as pa

    raw.register("named", pa.table({"member": list(NAMES), "code": list(NAMES.values())}))
    later = (
        """UNION ALL SELECT draft, CAST(date AS DATE) AS date, topic, false AS verified, row_number() OVER () AS number,
            unnest(string_split(vetoed_by, ';')) AS member FROM later WHERE draft NOT IN (SELECT draft FROM vetoes)"""
        if raw.has("later")
        else ""
    )
    raw.register(
        "cast_vetoes",
        raw.query(
            f"""
            WITH listed AS (
                SELECT draft, CAST(date AS DATE) AS date, crisis_topic AS topic, true AS verified, row_number() OVER () AS number,
                    unnest([member_veto1, member_veto2, member_veto3]) AS member FROM vetoes
                {later}
            )
            SELECT draft, date, topic, verified, number, trim(member) AS member FROM listed WHERE member IS NOT NULL AND trim(member) <> ''
            """
        ),
    )
    strangers = raw.query("SELECT DISTINCT member FROM cast_vetoes WHERE member NOT IN (SELECT member FROM named)").column("member").to_pylist()
    if strangers:
        raise BadDataError(f"source council_vetoes: vetoes by {strangers[:5]}; expected {', '.join(NAMES)}")
    table = raw.query(
        "SELECT draft, CAST(row_number() OVER (PARTITION BY draft, date, code ORDER BY number) AS TINYINT) AS item, date, code AS iso3, topic, "
        "verified FROM cast_vetoes JOIN named USING (member)"
    )
    return {"vetoes": with_voters("council_vetoes", table).select(["draft", "item", "date", "state", "seat", "topic", "verified"])}


SOURCE = Source(
    name="council_vetoes",
    title="Vetoes in the Security Council",
    publisher="C. L. Yordan, from the Dag Hammarskjöld Library's list",
    licence=Licence(name="MIT", share="yes", terms="facts from the UN Dag Hammarskjöld Library, compiled under the MIT licence"),
    citation="Yordan, C. L. Vetoes in the UN Security Council, 1946–2022 (compiled from the UN Dag Hammarskjöld Library).",
    homepage="https://github.com/world-politics-datalab/vetoes-un-security-council",
    files=(
        File(
            name="unsc_vetoes_1946_2022.csv",
            view="vetoes",
            columns=(
                "year", "date", "month", "draft", "meeting_record", "agenda_item", "crisis_topic", "region", "member_veto1", "member_veto2",
                "member_veto3", "single_veto", "multiple_vetoes", "China", "France", "Russia", "USSR", "USA", "UK", "russia_china", "usa_uk",
                "usa_france", "usa_france_uk", "france_uk",
            ),
            sha256="cfafe0211273db617a810248d1b5f7700519e9b9a5faa10dd360d34f9913cca3",
        ),
        File(
            name="unsc_vetoes_2022_2025_secondary.csv",
            view="later",
            columns=("date", "draft", "meeting_record", "vetoed_by", "topic", "in_1946_2022_file"),
            sha256="4e82f01ede7dbe8d90f5649fbd24e8c2989513236a3c5dabe8f9b40836e0bf95",
            optional=True,
        ),
    ),
    tables=(
        TableSpec(
            name="vetoes",
            columns={"draft": "string", "item": "int8", "date": "date32", "state": "string", "seat": "string", "topic": "string", "verified": "bool"},
            key=("draft", "item", "date", "state"),
            states=("state", "seat"),
            nullable=("topic",),
            bounds={"item": (1, 5)},
            rows=(1, 350),
        ),
    ),
    coverage=Coverage(
        first=1946,
        last=2021,
        states=HOLDERS,
        pairs=PAIRS,
        note="pairs of permanent members; the verified list ends with the draft of 8 July 2022, so 2022 is counted to that day",
    ),
    published=Published(days=-1),
    build=build,
    corrections=(
        Correction(
            what="who vetoed is read from member_veto1–3, not from the columns of noughts and ones",
            why="those miss 26 drafts of 1966–1985; the names give the USSR 90, Russia 31, the USA 82, the United Kingdom 29, China 17 and France 16",
        ),
        Correction(what="two drafts of 2022 that stand in both lists are counted once, as verified", why="the later list overlaps the earlier"),
        Correction(what="USSR and Russia are told apart by the date, SUN to 1991-12-25", why="the lists use both names for one seat"),
    ),
    caveats=(
        "Vetoes after 8 July 2022 come from a secondary list, are `verified` false, and count only in the variant `secondary`; one of its rows "
        "stands for the votes on amendments of 24 February 2025.",
        "The Republic of China's veto of 13 December 1955 (Mongolia) is not in the list.",
        "One document often holds several drafts (applications for membership): `item` counts them.",
    ),
)
