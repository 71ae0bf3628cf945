"""Refugees and asylum seekers by origin and asylum state at each year's end: UNHCR, 1951–2025."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core import BadDataError, Correction, Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec
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


ROW = ("year", "coo_id", "coo_name", "coo", "coo_iso", "coa_id", "coa_name", "coa", "coa_iso", "refugees", "asylum_seekers", "returned_refugees",
       "idps", "returned_idps", "stateless", "ooc", "oip", "hst")  # fmt: skip
PEOPLE = ("refugees", "asylum_seekers", "oip")


def from_api(raw: Raw) -> dict[str, pa.Table]:
    """The same of the Refugee Data Finder's answers by year; no row for nobody ("-", 0) or for people in their own state."""
    import pyarrow as pa

    found: dict[tuple[str, str, int], tuple[int, ...]] = {}
    for path in raw.all["answers"]:
        for row in _items(path):
            cell = (str(row["coo_iso"]), str(row["coa_iso"]), int(row["year"]))
            try:
                people = tuple(0 if row[k] in (None, "", "-") else int(row[k]) for k in PEOPLE)
            except ValueError as error:
                raise BadDataError(f"{path}: {cell}: {error}; expected numbers of people") from error
            if found.setdefault(cell, people) != people:
                raise BadDataError(f"{path}: {cell} stands there with two values; keep one edition in the folder")
    kept = [(*cell, *people) for cell, people in found.items() if any(people) and cell[0] != cell[1]]
    names = ("origin_iso3", "asylum_iso3", "year", "refugees", "asylum_seekers", "other_in_need_of_protection")
    raw.register("people", pa.table({n: [r[k] for r in kept] for k, n in enumerate(names)}))
    return build(raw)


def keys(path: Path) -> tuple[str, ...]:
    """The keys of the first row of an answer."""
    return tuple(_items(path)[0])


def _items(path: Path) -> list[dict[str, Any]]:
    """The rows of an answer; BadDataError where it is no answer, not the whole of its year, or asked without both sides' codes."""
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadDataError(f"{path}: no JSON ({error}); expected an answer of UNHCR's API") from error
    if not isinstance(given, dict) or not isinstance(given.get("items"), list) or not given["items"]:
        raise BadDataError(f"{path}: {str(given)[:200]}; expected an answer of UNHCR's API with items")
    if int(given.get("maxPages") or 1) > 1:
        raise BadDataError(f"{path}: one page of {given['maxPages']}; ask with a larger limit")
    rows: list[dict[str, Any]] = given["items"]
    wanted = ("year", "coo_iso", "coa_iso", *PEOPLE)
    if lacking := [k for k in wanted if not all(isinstance(r, dict) and k in r for r in rows)]:
        raise BadDataError(f"{path}: {', '.join(lacking)} missing; expected rows with {', '.join(wanted)}")
    if not all(len(str(r[k])) == 3 for r in rows for k in ("coo_iso", "coa_iso")):
        raise BadDataError(f"{path}: a row has no code of its origin or asylum; ask with coo_all=true, coa_all=true and cf_type=ISO")
    return rows


FINDER = Layout(
    name="UNHCR Refugee Data Finder API",
    files=(File(name="unhcr_population_*.json", view="answers", columns=ROW, plain=True, found=keys),),
    build=from_api,
    seen=("https://api.unhcr.org/docs/refugee-statistics.html",),
    remotes=(
        Remote(
            url="https://api.unhcr.org/population/v1/population/?limit=20000&page=1&year={year}&coo_all=true&coa_all=true&cf_type=ISO",
            file="unhcr_population_{year}.json",
            fields={"year": tuple(map(str, range(1951, 2026)))},
        ),
    ),
    coverage=Coverage(first=1951, states="appearing", note="a pair without a row may be none or not reported"),
)
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
            bounds={"year": (1951, None), "refugees": (0, None), "asylum_seekers": (0, None), "others": (0, None)},
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
    layouts=(FINDER,),
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
