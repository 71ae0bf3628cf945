"""Meetings of Xi Jinping and Vladimir Putin since March 2013, with the source that reports each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

KINDS = ("in_person", "in_person_multilateral", "video")


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each meeting: its first day, place, occasion, kind, and whether a named source reports it."""
    odd = raw.query(
        f"SELECT DISTINCT kind FROM meetings WHERE kind IS NULL OR kind NOT IN ({', '.join(repr(k) for k in KINDS)})"
    ).column("kind").to_pylist()  # fmt: skip
    if odd:
        raise BadDataError(f"source leader_meetings: kinds {odd[:5]}; expected {', '.join(KINDS)}")
    return {
        "xi_putin_meetings": raw.query(
            "SELECT CAST(date AS DATE) AS date, 'CHN' AS a, 'RUS' AS b, place, occasion, kind, CAST(source_checked AS BOOLEAN) AS source_checked, "
            "CASE WHEN CAST(source_checked AS BOOLEAN) THEN source END AS reported_by FROM meetings"
        )
    }


SOURCE = Source(
    name="leader_meetings",
    title="Meetings of Xi Jinping and Vladimir Putin, 2013–2026",
    publisher="comity",
    licence=Licence(name="CC0 1.0", share="yes", terms="dated facts, each from the press report named in its row"),
    citation="comity: meetings of Xi Jinping and Vladimir Putin, 2013–2026, from China Vitae and press reports named row by row.",
    files=(
        File(
            name="xi_putin_meetings_2013_2026.csv",
            view="meetings",
            columns=("date", "year", "place", "occasion", "kind", "source_checked", "source"),
            sha256="68cf1f28f0d85bef440a5efcc23bbcce2020991fbb8d21bfdf478218e67851e6",
        ),
    ),
    tables=(
        TableSpec(
            name="xi_putin_meetings",
            columns={
                "date": "date32", "a": "string", "b": "string", "place": "string", "occasion": "string", "kind": "string",
                "source_checked": "bool", "reported_by": "string",
            },
            key=("date", "place"),
            states=("a", "b"),
            nullable=("reported_by",),
            rows=(1, 62),
        ),
    ),
    coverage=Coverage(
        first=2013, last=2025, states=("CHN", "RUS"), pairs=(("CHN", "RUS"),), note="these two leaders only; whole years to 2025, and 2026 to 20 May"
    ),
    published=Published(days=-1),
    build=build,
    caveats=(
        "Six of the 51 rows have no source (`source_checked` false) and are counted nowhere.",
        "The official count is lower (42 by October 2023), as it omits some encounters at multilateral meetings.",
    ),
)
