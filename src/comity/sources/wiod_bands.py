"""How far shared production may be off if the international flows of the World Input–Output Tables are: drawn again by comity, 1995–2011."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.core import Coverage, Published, Source, TableSpec
from comity.sources import wiod_exports, wiod_tables
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

BANDS = {
    "a": "string", "b": "string", "year": "int32", "low": "float64", "high": "float64", "rank_low": "int32", "rank_high": "int32",
    "expected_low": "float64", "expected_high": "float64", "draws": "int32",
}  # fmt: skip
DIGITS, DRAWS = 4, 15


def build(raw: Raw) -> dict[str, pa.Table]:
    """The least and the greatest of 15 draws by pair and year: cosine, its rank among all pairs of the 40 economies, and against expectation."""
    import numpy as np
    import pyarrow as pa

    from comity.models.value_added import shared

    parts = []
    for year, table in wiod_tables.tables(raw):
        kept = [s for s in table.states if s != wiod_tables.REST]
        found = shared.bands(table, among=kept, draws=DRAWS, seed=year)
        i, j = wiod_tables.in_code_order(table.states)
        names = [str(s) for s in table.states]
        columns: dict[str, Any] = {"a": [names[k] for k in i], "b": [names[k] for k in j], "year": [year] * len(i)}
        for name in ("low", "high", "rank_low", "rank_high", "expected_low", "expected_high"):
            made = getattr(found, name)[i, j]
            columns[name] = _rounded(np.clip(made, 0.0, 1.0) if name in ("low", "high") else made)
        parts.append(pa.table({**columns, "draws": [found.draws] * len(i)}))
    joined = pa.concat_tables(parts).cast(pa.schema([(c, pa.type_for_alias(k)) for c, k in BANDS.items()]))
    return {"shared_bands": with_states("wiod_bands", joined, ("a", "b"), scheme="iso3", years="year")}


def _rounded(values: Any) -> Any:
    """Four digits: the draws are solved in single precision, which may leave a cosine of none a hair below zero."""
    import numpy as np

    size = np.floor(np.log10(np.abs(np.where(values == 0, 1.0, values))))
    scale = 10.0 ** (DIGITS - 1 - size)
    return np.round(values * scale) / scale


SOURCE = Source(
    name="wiod_bands",
    title="Bands of shared production from redrawn World Input–Output Tables, 1995–2011",
    publisher="comity, from the tables of the WIOD consortium, University of Groningen",
    licence=wiod_exports.SOURCE.licence,
    citation=wiod_exports.SOURCE.citation,
    homepage=wiod_exports.SOURCE.homepage,
    bibtex=wiod_exports.SOURCE.bibtex,
    files=wiod_tables.FILES,
    tables=(
        TableSpec(name="shared_bands", columns=BANDS, key=("a", "b", "year"), states=("a", "b"), rows=(1, 15_000),
                  bounds={"year": (1995, 2011), "low": (0, 1), "high": (0, 1), "rank_low": (1, 780), "rank_high": (1, 780),
                          "expected_low": (0, 1e6), "expected_high": (0, 1e6)}),
    ),
    coverage=Coverage(first=1995, last=2011, states="appearing", note="40 economies"),
    published=Published(in_data=True),
    build=build,
    caveats=(
        "Each international flow is multiplied by a lognormal of mean one, .5 by cell and .25 by exporter, importer and industry, and each "
        "industry's inputs then brought back to their part of its output; 15 draws. Errors of value added, and errors common to all flows of a "
        "state, are not in the bands.",
    ),
)  # fmt: skip
