"""Militarised interstate disputes by Gibler, Miller and Little: directed dyad-years 1816–2010, one dispute a pair and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The dispute kept for each directed pair and year; `first_year` is the first year in which this file holds it for the pair."""
    table = raw.query(
        "SELECT dispnum::INT AS dispute, ccode1::VARCHAR AS a, ccode2::VARCHAR AS b, year::INT AS year, "
        "(min(year) OVER (PARTITION BY dispnum, ccode1, ccode2))::INT AS first_year FROM disputes WHERE gmlmidongoing = 1"
    )
    return {"gml_dyad_years": members_only("gml_mids", table, ("a", "b"), scheme="cow", years="year")}


SOURCE = Source(
    name="gml_mids",
    title="Gibler–Miller–Little militarised interstate disputes (directed dyad-years, one dispute a year)",
    publisher="D. M. Gibler, S. V. Miller & E. K. Little",
    licence=Licence(name="COW terms", share="derived", terms="free to use with citation; comity passes on counts and indicators, not the rows"),
    citation=(
        "Gibler, D. M., Miller, S. V. & Little, E. K. (2016). An analysis of the Militarized Interstate Dispute "
        "(MID) dataset, 1816–2001. International Studies Quarterly 60(4), 719–730."
    ),
    homepage="",
    files=(
        File(
            name="gml_mid_directed_dyad_year_disputes.parquet",
            view="disputes",
            columns=(
                "dispnum",
                "ccode1",
                "ccode2",
                "year",
                "gmlmidongoing",
                "gmlmidonset",
                "sidea1",
                "sidea2",
                "fatality1",
                "fatality2",
                "fatalpre1",
                "fatalpre2",
                "hiact1",
                "hiact2",
                "hostlev1",
                "hostlev2",
                "orig1",
                "orig2",
                "fatality",
                "hostlev",
                "recip",
                "mindur",
                "maxdur",
                "stmon",
            ),
            sha256="4c4e6adb92404b436517b31ec4d8541d603b251fb06726fd93e3991f19710109",
        ),
    ),
    tables=(
        TableSpec(
            name="gml_dyad_years",
            columns={"dispute": "int32", "a": "string", "b": "string", "year": "int32", "first_year": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 12000),
        ),
    ),
    coverage=Coverage(first=1816, last=2010, states="cow", note="one dispute a pair and year"),
    published=Released(editions=out((2001, 2016), (2010, 2018))),
    build=build,
)
