"""Sanctions imposed, by sender and target: cases that began from 1945 to 2005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Cases in force by year to 2005: `sanction_years` by sender and target, `sanction_targets` by target whoever sends.

    A case begins in the year of imposition, or of its first threat where that year is empty. One without an end is taken
    to run on; from its second year its rows have `open` true. Senders that are institutions and targets that are no state
    (COW 1000) have no row of their own; a case of an institution alone stands in `sanction_targets`.
    """
    years = (
        "SELECT caseid::BIGINT AS case_id, sender_cow, target_cow, y::INT AS year, end_year IS NULL AND y > s AS open, kinds FROM (SELECT *, "
        "unnest(generate_series(s, least(coalesce(end_year::INT, 2005), 2005))) AS y FROM (SELECT *, ' ' || coalesce(sanction_type_codes, '') "
        "|| ' ' AS kinds, coalesce(imposition_start_year::INT, start_year::INT) AS s FROM cases WHERE target_cow <> '1000'))"
    )
    raw.register("in_force", raw.query(years))
    pairs = raw.query(
        f"SELECT case_id, sender_cow AS a, target_cow AS b, year, open, {_KINDS} FROM in_force WHERE sender_cow NOT IN (target_cow, '1000')"
    )
    raw.register("coded", members_only("ties_sanctions", pairs, ("a", "b"), scheme="cow", years="year"))
    targets = raw.query(
        "SELECT case_id, target_cow AS state, year, bool_and(open) AS open FROM in_force WHERE sender_cow <> target_cow GROUP BY ALL"
    )
    return {
        "sanction_years": raw.query("SELECT DISTINCT * FROM coded WHERE a <> b"),
        "sanction_targets": members_only("ties_sanctions", targets, ("state",), scheme="cow", years="year"),
    }


def _any(codes: tuple[int, ...]) -> str:
    return " OR ".join(f"kinds LIKE '% {code} %'" for code in codes)


_KINDS = f"({_any((1, 2, 5))}) AS embargo, ({_any((1, 2, 3, 4, 5))}) AS trade, ({_any((7,))}) AS aid"
"""What a case does, by the provider's codes: total or partial embargo or blockade; those and curbs on imports or exports; aid ended."""

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
            columns={
                "case_id": "int64", "a": "string", "b": "string", "year": "int32", "open": "bool", "embargo": "bool", "trade": "bool", "aid": "bool",
            },
            key=("case_id", "a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 20000),
        ),
        TableSpec(
            name="sanction_targets",
            columns={"case_id": "int64", "state": "string", "year": "int32", "open": "bool"},
            key=("case_id", "state", "year"),
            states=("state",),
            rows=(1, 20000),
        ),
    ),
    coverage=Coverage(first=1945, last=2005, states="cow", note="a case without an end is counted to 2005; nothing of 2014 and 2022"),
    published=Released(editions=out((2005, 2014))),
    build=build,
    caveats=(
        "a third of the rows have no end; in 2005 four in five of the cases counted stand on the assumption that they ran on",
        "at most five senders a case are named; the copy holds 801 of the 845 impositions, those that name a sender",
        "the provider's numbers of kinds of sanctions are recalled, not read from its code book",
    ),
)
