"""Refugees and asylum seekers by origin and asylum state at each year's end: UNHCR, 1951–2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATE = "('UNK', 'XXA')"


def build(raw: Raw) -> dict[str, pa.Table]:
    """People under UNHCR's mandate from the origin in the asylum state at the end of the year."""
    table = raw.query(
        "SELECT origin_iso3 origin, asylum_iso3 asylum, CAST(year AS INTEGER) AS year, CAST(refugees AS BIGINT) refugees, "
        "CAST(asylum_seekers AS BIGINT) asylum_seekers, CAST(other_in_need_of_protection AS BIGINT) others "
        f"FROM people WHERE origin_iso3 NOT IN {NO_STATE} AND asylum_iso3 NOT IN {NO_STATE}"
    )
    return {"protected_people": with_states("unhcr_population", table, ("origin", "asylum"), scheme="iso3", years=None)}


SOURCE = Source(
    name="unhcr_population",
    title="Refugees, asylum seekers and others in need of protection by origin and asylum, 1951–2025",
    publisher="United Nations High Commissioner for Refugees, Refugee Data Finder",
    licence=Licence(name="CC BY 4.0", share="yes", terms="free to use and pass on with attribution to UNHCR"),
    citation="UNHCR. Refugee Data Finder: population figures, edition of June 2026 (R package refugees). https://www.unhcr.org/refugee-statistics",
    homepage="https://www.unhcr.org/refugee-statistics",
    bibtex="@misc{unhcr_rdf, author={{UNHCR}}, title={Refugee Data Finder: Population Figures}, year={2026}}",
    files=(
        File(
            name="unhcr_refugees_asylum_seekers_pairs_1951_2025.parquet",
            view="people",
            columns=("year", "origin_iso3", "asylum_iso3", "refugees", "asylum_seekers", "other_in_need_of_protection"),
            sha256="20082d420a0ab2b522ee5e887f34f49c4a3399dcbe585a5170f43520223c7c7f",
        ),
    ),
    tables=(
        TableSpec(
            name="protected_people",
            columns={
                "origin": "string", "asylum": "string", "year": "int32", "refugees": "int64", "asylum_seekers": "int64", "others": "int64",
            },
            key=("origin", "asylum", "year"),
            states=("origin", "asylum"),
            bounds={"year": (1951, 2025), "refugees": (0, None), "asylum_seekers": (0, None), "others": (0, None)},
            rows=(1, 160_000),
        ),
    ),
    coverage=Coverage(
        first=1951, last=2025, states="appearing",
        note="a pair without a row may be none or not reported; origins are told for few pairs before 1970, asylum seekers from 2000",
    ),
    published=Published(months=6),
    territory="today",
    build=build,
    corrections=(
        Correction(
            what="rows of unknown (UNK) and stateless (XXA) people are left out",
            why="they name no state of origin: 4,482 rows, among them nearly all of the 1950s",
        ),
    ),
    caveats=(
        "The past is coded by today's states: people from the Soviet Union stand under Russia, from Yugoslavia under Serbia.",
        "Stock at the year's end, without the internally displaced and Palestine refugees under UNRWA; small numbers are rounded to 5.",
        "A stock can fall within one year because another status is counted, and not because people returned: of twenty pairs that fell from "
        "100,000 or more by nine tenths, Ukraine to Russia did so in 2024 (1,227,554 to 6,894).",
        "TBT stands for Tibetans, as UNHCR lists them.",
    ),
)  # fmt: skip
