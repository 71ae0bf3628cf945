"""Sanctions imposed, by sender and target: cases that began from 1945 to 2005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each case, sender, target and year in force, to 2005; a case without an end is taken to run on."""
    table = raw.query(
        'SELECT caseid::BIGINT AS "case", sender_cow AS a, target_cow AS b, y::INT AS year FROM (SELECT *, unnest(generate_series('
        "coalesce(imposition_start_year::INT, start_year::INT), "
        "least(coalesce(end_year::INT, 2005), 2005))) AS y "
        "FROM cases WHERE sender_iso3 IS NOT NULL AND target_iso3 IS NOT NULL) WHERE sender_cow <> target_cow"
    )
    raw.register("coded", members_only("ties_sanctions", table, ("a", "b"), scheme="cow", years="year"))
    return {"sanction_years": raw.query("SELECT DISTINCT * FROM coded WHERE a <> b")}


SOURCE = Source(
    name="ties_sanctions",
    title="Threat and Imposition of Economic Sanctions 4.0 (imposed cases by sender)",
    publisher="T. C. Morgan, N. Bapat & Y. Kobayashi",
    licence=Licence(name="free with citation", share="derived", terms="free for research with citation; comity passes on counts only"),
    citation=(
        "Morgan, T. C., Bapat, N. & Kobayashi, Y. (2014). Threat and imposition of economic sanctions 1945–2005: "
        "Updating the TIES dataset. Conflict Management and Peace Science 31(5), 541–558."
    ),
    homepage="",
    files=(
        File(
            name="ties4_sanctions_imposed_sender_target_1945_2005.csv",
            view="cases",
            columns=(
                "caseid",
                "sender_iso3",
                "sender_cow",
                "target_iso3",
                "target_cow",
                "is_primary_sender",
                "institution",
                "start_year",
                "imposition_start_year",
                "end_year",
                "issue1",
                "issue2",
                "sanction_type_codes",
                "final_outcome",
            ),
            sha256="8edbb27c8a3663b27511fd9f6aa16468d014fbc5ae331c1088e926b3ae2a6914",
        ),
    ),
    tables=(
        TableSpec(
            name="sanction_years",
            columns={"case": "int64", "a": "string", "b": "string", "year": "int32"},
            key=("case", "a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 20000),
        ),
    ),
    coverage=Coverage(first=1945, last=2005, states="members", note="a case without an end is counted to 2005; nothing of 2014 and 2022"),
    published=Published(days=-1),
    build=build,
)
