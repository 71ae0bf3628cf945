"""Twinned towns by pair of states, from Wikidata, February 2022."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import in_order, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Pairs of twinned cities of each pair of two states; twins within one state are left out."""
    table = raw.query("SELECT iso3_a a, iso3_b b, 2022::INTEGER AS year, CAST(city_pairs AS BIGINT) city_pairs FROM twins WHERE iso3_a <> iso3_b")
    return {"sister_city_pairs": in_order(with_states("sister_cities", table, ("a", "b"), scheme="iso3", years=None), "a", "b")}


SOURCE = Source(
    name="sister_cities",
    title="Twinned administrative bodies (Wikidata P190) by pair of states, February 2022",
    publisher="Wikidata, as gathered by A. Oursino (graphs-comparison)",
    licence=Licence(name="CC0 1.0 (Wikidata)", share="derived", terms="Wikidata is CC0; the folder names no licence of its own, so counts only"),
    citation="Wikidata, property P190 (twinned administrative body), query of February 2022; gathered in albertoursino/graphs-comparison.",
    homepage="https://www.wikidata.org/wiki/Property:P190",
    files=(
        File(
            name="sister_city_pairs_wikidata_2022.csv",
            view="twins",
            columns=("iso3_a", "iso3_b", "city_pairs"),
            sha256="99d94683f92707c0bcb0609948df4916ebc28212530c2f77ea332e49c94d031b",
        ),
    ),
    tables=(
        TableSpec(
            name="sister_city_pairs",
            columns={"a": "string", "b": "string", "year": "int32", "city_pairs": "int64"},
            key=("a", "b"),
            states=("a", "b"),
            bounds={"city_pairs": (1, None)},
            rows=(1, 2_300),
        ),
    ),
    coverage=Coverage(
        first=2022, last=2022, states="appearing",
        note="a lower bound: only items typed as city with more than 10,000 people; a pair without a row is not known to have none",
    ),
    published=Published(in_data=True),
    territory="today",
    build=build,
    caveats=("An undercount (China–Russia 20, Japan–United States 95), uneven over languages: compare ranks with care.",),
)  # fmt: skip
