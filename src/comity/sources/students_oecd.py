"""Mobile students by origin and destination in tertiary education: OECD, 38 destinations, 2014–2019."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Students from the origin enrolled in the destination in each year, above zero, by half of the copy's doubled value."""
    table = raw.query(
        "SELECT origin_iso3 origin, dest_iso3 destination, CAST(year AS INTEGER) AS year, CAST(value_in_repo AS DOUBLE) / 2 students FROM students "
        "WHERE year > 2013 AND value_in_repo > 0 AND origin_iso3 <> dest_iso3"
    )
    return {"students_abroad": with_states("students_oecd", table, ("origin", "destination"), scheme="iso3", years=None)}


SOURCE = Source(
    name="students_oecd",
    title="Enrolment of mobile tertiary students by origin, 2014–2019",
    publisher="Organisation for Economic Co-operation and Development (EDU_ENRL_MOBILE), with UNESCO and Eurostat",
    licence=Licence(
        name="OECD terms; the copy states none",
        share="derived",
        terms="OECD data may be used with citation; what is passed on is comity's correction of a third party's copy",
    ),
    citation="OECD. Education database: Enrolment of international students by origin (EDU_ENRL_MOBILE), 2013–2019.",
    homepage="https://www.oecd.org/education",
    bibtex="@misc{oecd_enrl_mobile, author={{OECD}}, title={Enrolment of international students by origin ({EDU\\_ENRL\\_MOBILE})}, year={2021}}",
    files=(
        File(
            name="students_oecd_mobile_2013_2019.parquet",
            view="students",
            columns=("year", "origin_iso3", "dest_iso3", "value_in_repo", "students_est"),
            sha256="d6fe4439adce22696aa6a6916b2afb85ba11dc0af999c454172b95f801c21873",
        ),
    ),
    tables=(
        TableSpec(
            name="students_abroad",
            columns={"origin": "string", "destination": "string", "year": "int32", "students": "float64"},
            key=("origin", "destination", "year"),
            states=("origin", "destination"),
            bounds={"year": (2014, 2019), "students": (0.5, 1_000_000)},
            rows=(1, 38_000),
        ),
    ),
    coverage=Coverage(
        first=2014, last=2019, states="appearing",
        note="destinations are the OECD, Brazil, Colombia and Russia; nobody's students in China are counted, and none in Slovenia or Costa Rica",
    ),
    published=Published(months=21),
    territory="today",
    build=build,
    corrections=(
        Correction(
            what="each value is halved",
            why="the copy added the total and its levels, so its values are twice the published ones (China to Australia 2018: 286,646 for 143,323)",
        ),
        Correction(
            what="2013 is left out",
            why="it is holed: Russia has 14 origins of 158 (from China none), Colombia and Mexico none",
        ),
        Correction(
            what="rows of 0 are left out",
            why="the copy wrote 0 for what OECD leaves blank (Slovenia is 0 in every year), so a 0 is not known to be none",
        ),
        Correction(what="students whose origin is the destination are left out", why="they are no students from abroad"),
    ),
    caveats=(
        "4.6 % of the doubled values are odd, by rounding: a value may be off by half a student.",
        "Destinations differ in whom they count (citizenship, residence, prior education); Italy changed in 2019; Mexico tells two origins only.",
    ),
)  # fmt: skip
