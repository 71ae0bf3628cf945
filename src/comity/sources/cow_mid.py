"""Militarised interstate disputes: Correlates of War MID 5.0, directed dyad-years 1816–2014, one dispute a pair and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import COW_TWICE_A_YEAR, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

COUNTS = {
    "fatality_a": "fatality1", "fatality_b": "fatality2", "deaths_a": "fatalpre1", "deaths_b": "fatalpre2", "highest_act_a": "hiact1",
    "highest_act_b": "hiact2", "hostility_a": "hostlev1", "hostility_b": "hostlev2", "fatality": "fatality", "hostility": "hostlev",
    "shortest_days": "mindur", "longest_days": "maxdur", "start_month": "stmon",
}  # fmt: skip
FLAGS = {
    "side_a_a": "sidea1", "side_a_b": "sidea2", "originator_a": "orig1", "originator_b": "orig2", "reciprocated": "recip",
    "onset_flag": "cowmidonset",
}  # fmt: skip


def build(raw: Raw) -> dict[str, pa.Table]:
    """The dispute kept for each directed pair and year, the two on opposite sides; −9 (not known) becomes null.

    `first_year` is the first year in which this file holds the dispute for the pair. Raises BadDataError where two
    states of one row stand on the same side or a row is no ongoing dispute.
    """
    counts = ", ".join(f"CAST(nullif({theirs}, -9) AS INTEGER) {ours}" for ours, theirs in COUNTS.items())
    flags = ", ".join(f"{theirs} = 1 AS {ours}" for ours, theirs in FLAGS.items())
    odd = raw.query("SELECT count(*) n FROM disputes WHERE sidea1 = sidea2 OR cowmidongoing <> 1").column("n")[0].as_py()
    if odd:
        raise BadDataError(f"source cow_mid: {odd} rows hold two states of one side or no ongoing dispute; expected opposite sides, cowmidongoing 1")
    table = raw.query(
        "SELECT CAST(dispnum AS INTEGER) dispute, CAST(ccode1 AS VARCHAR) a, CAST(ccode2 AS VARCHAR) b, CAST(year AS INTEGER) AS year, "
        f"CAST(min(year) OVER (PARTITION BY dispnum, ccode1, ccode2) AS INTEGER) first_year, {flags}, {counts} FROM disputes"
    )
    return {"mid_dyad_years": with_states("cow_mid", table, ("a", "b"), scheme="cow", years="year", fixed=COW_TWICE_A_YEAR)}


SOURCE = Source(
    name="cow_mid",
    title="Correlates of War Militarized Interstate Disputes, version 5.0 (directed dyad-years, one dispute a year)",
    publisher="Correlates of War Project",
    licence=Licence(
        name="COW terms",
        share="derived",
        terms="free to use with citation; the project asks that its files be taken from its own site, so comity passes on counts only",
    ),
    citation="Palmer, G., McManus, R. W., D'Orazio, V., Kenwick, M. R., Karstens, M., Bloch, C., Dietrich, N., Kahn, K., Ritter, K. & Soules, M. J. "
    "(2022). The MID5 dataset, 2011–2014: Procedures, coding rules, and description. Conflict Management and Peace Science 39(4), 470–482. "
    "Directed dyad-years by Miller, S. V. (peacesciencer, cow_mid_ddydisps).",
    homepage="https://correlatesofwar.org/data-sets/mids/",
    bibtex="@article{palmer2022mid5, author={Palmer, Glenn and McManus, Roseanne W. and D'Orazio, Vito and Kenwick, Michael R. and Karstens, Mikaela "
    "and Bloch, Chase and Dietrich, Nick and Kahn, Kayla and Ritter, Kellan and Soules, Michael J.}, title={The MID5 dataset, 2011--2014: "
    "Procedures, coding rules, and description}, "
    "journal={Conflict Management and Peace Science}, volume={39}, number={4}, pages={470--482}, year={2022}}",
    files=(
        File(
            name="cow_mid_directed_dyad_year_disputes.parquet",
            view="disputes",
            columns=("dispnum", "ccode1", "ccode2", "year", "cowmidongoing", *FLAGS.values(), *COUNTS.values()),
            sha256="5871abc0c58a897ac18b873c14da952207d1e4d9d7398eb550907dac8bd9c85f",
        ),
    ),
    tables=(
        TableSpec(
            name="mid_dyad_years",
            columns={
                "dispute": "int32", "a": "string", "b": "string", "year": "int32", "first_year": "int32",
                **dict.fromkeys(FLAGS, "bool"), **dict.fromkeys(COUNTS, "int32"),
            },
            key=("dispute", "a", "b", "year"),
            states=("a", "b"),
            nullable=tuple(COUNTS),
            bounds={"year": (1816, 2014), "first_year": (1816, 2014), "hostility": (1, 5), "fatality": (0, 6)},
            rows=(1, 12_300),
        ),
    ),
    coverage=Coverage(first=1816, last=2014, states="cow", note="a pair of members without a row had no militarised dispute"),
    published=Released(editions=out((1976, 1984), (1992, 1996), (2001, 2004), (2010, 2015), (2014, 2020))),
    build=build,
    caveats=(
        "The file keeps at most one dispute a pair and year: where a pair had several, the provider kept a new one, else the deadliest or most "
        "hostile (France and Italy had three in 1860, one is here). So a year's count is 1 or none, and a lower bound.",
        "Ends in 2014.",
        "An as-of view has a year from the edition that first held it, with the values of today's.",
    ),
)  # fmt: skip
