"""Works with authors of two countries: OpenAlex by V. Batagelj, 1990–2023, countries as affiliations name them today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import in_order, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Works of each unordered pair above zero, and each country's works in OpenAlex that have authors of two countries or more."""
    pairs = raw.query("SELECT iso3_a a, iso3_b b, CAST(year AS INTEGER) AS year, CAST(works AS BIGINT) works FROM pairs")
    totals = raw.query('SELECT iso3 state, CAST(year AS INTEGER) AS year, CAST("vec_T" AS BIGINT) international_works FROM totals')
    pairs = in_order(with_states("openalex_coauthorship", pairs, ("a", "b"), scheme="iso3", years=None), "a", "b")
    return {"coauthorship": pairs, "coauthorship_totals": with_states("openalex_coauthorship", totals, ("state",), scheme="iso3", years=None)}


SOURCE = Source(
    name="openalex_coauthorship",
    title="Co-authorship between countries in OpenAlex, 1990–2023 (query of 27 August 2024)",
    publisher="V. Batagelj, from OpenAlex",
    licence=Licence(
        name="CC0 1.0 (OpenAlex)",
        share="derived",
        terms="OpenAlex is CC0; the folder that holds the matrices names no licence of its own, so comity passes on counts and shares only",
    ),
    citation="Batagelj, V. (2024). Co-authorship between world countries in OpenAlex, 1990–2023 [matrices, query of 27 August 2024]. "
    "https://github.com/bavla/OpenAlex. Data: Priem, J., Piwowar, H. & Orr, R. (2022). OpenAlex: A fully-open index of scholarly works, "
    "authors, venues, institutions, and concepts. arXiv:2205.01833.",
    homepage="https://openalex.org",
    bibtex="@misc{priem2022openalex, author={Priem, Jason and Piwowar, Heather and Orr, Richard}, title={OpenAlex: A fully-open index of scholarly "
    "works, authors, venues, institutions, and concepts}, year={2022}, eprint={2205.01833}, archivePrefix={arXiv}}",
    files=(
        File(
            name="coauthorship_openalex_1990_2023.parquet",
            view="pairs",
            columns=("year", "iso3_a", "iso3_b", "works"),
            sha256="2d5ec3778a931c2eec23a0425ee65149de9c30a2b90e9fb0fc7ca8617a888538",
        ),
        File(
            name="coauthorship_openalex_country_totals_1990_2023.parquet",
            view="totals",
            columns=("year", "iso3", "diag_works", "vec_T"),
            sha256="567131baedfa672b90cb15809871299f7ed930f141f14e11be4528157aa220ab",
        ),
    ),
    tables=(
        TableSpec(
            name="coauthorship",
            columns={"a": "string", "b": "string", "year": "int32", "works": "int64"},
            key=("a", "b", "year"),
            states=("a", "b"),
            bounds={"year": (1990, 2023), "works": (1, None)},
            rows=(1, 320_000),
        ),
        TableSpec(
            name="coauthorship_totals",
            columns={"state": "string", "year": "int32", "international_works": "int64"},
            key=("state", "year"),
            states=("state",),
            bounds={"year": (1990, 2023), "international_works": (0, None)},
            rows=(1, 10_200),
        ),
    ),
    coverage=Coverage(
        first=1990, last=2023, states="appearing",
        note="the matrices are full: a pair of listed countries without a row has no work in OpenAlex that names both",
    ),
    published=Published(months=6),
    territory="today",
    build=build,
    caveats=(
        "Counts what OpenAlex holds with a country for both sides; works whose affiliations it could not place are not here.",
        "Affiliations are placed in today's countries: a work from Leningrad counts for Russia.",
        "All counts are of one query of 27 August 2024. Each year is dated as if it had been counted six months after its end, but works entered "
        "later are in it: an early view holds what OpenAlex knew in August 2024.",
        "A work of many countries counts once for each pair; 2023 may have grown since the query.",
        "The matrices are symmetric but for 12 cells, off by 1.",
    ),
)  # fmt: skip
