"""What trade a structural gravity equation expects of each pair, 2000–2020: computed by comity from the IMF's imports and CEPII's distances."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comity.core import ComityError, ComityWarning, Coverage, Licence, Published, Source, TableSpec, combined
from comity.sources import cepii_distance, imf_dots

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

COVARIATES = {
    "ln_km": "ln(km)", "contiguous": "contiguous::DOUBLE", "language": "common_official_language::DOUBLE", "colony": "colony::DOUBLE"
}  # fmt: skip
LEAST = 5_000
"""Rows below which nothing is fitted: a sample of the files has no multilateral resistance."""
BAND = 0.8
DIGITS = 7
FLOWS = {"exporter": "string", "importer": "string", "year": "int32", "actual_usd": "float64", "expected_usd": "float64", "own_usd": "float64",
         "log_se": "float64", "low_usd": "float64", "high_usd": "float64", "place": "float64"}  # fmt: skip
TERMS = {"term": "string", "estimate": "float64", "se": "float64", "low": "float64", "high": "float64"}
SAMPLE = {"first": "int32", "last": "int32", "n": "int64", "zeros": "int64", "separated": "int64", "found_by": "string", "lone": "int64",
          "singletons": "int64", "states": "int64", "standard_errors": "string"}  # fmt: skip
TABLES = {"expected_trade": FLOWS, "gravity_terms": TERMS, "gravity_sample": SAMPLE}


def build(raw: Raw) -> dict[str, pa.Table]:
    """Expected flows by exporter, importer and year; the coefficients; and what they stand on, one row.

    Empty where the files are a sample; with a warning, where the estimate is refused.
    """
    frame = panel(raw)
    if frame.num_rows < LEAST:
        return _empty()
    try:
        return _fitted(frame)
    except ComityError as error:
        warnings.warn(f"expected_trade: expected trade is left out, as the estimate was refused: {error}", ComityWarning, stacklevel=2)
        return _empty()


def panel(raw: Raw) -> pa.Table:
    """Imports as reported in millions of dollars by exporter, importer and year, with log distance and three ties."""
    raw.register("reported", raw.tables(imf_dots.SOURCE)["imf_dots"])
    raw.register("places", raw.tables(cepii_distance.SOURCE)["geodist"])
    covariates = ", ".join(f"{sql} AS {name}" for name, sql in COVARIATES.items())
    return raw.query(
        f"SELECT partner AS exporter, reporter AS importer, r.year, value_usd / 1e6 AS value, {covariates} FROM reported r "
        "JOIN places p ON p.origin = r.partner AND p.destination = r.reporter WHERE flow = 'imports' ORDER BY r.year, exporter, importer"
    )


def _fitted(frame: pa.Table) -> dict[str, pa.Table]:
    import pyarrow as pa

    from comity.models import gravity, gravity_pairs

    fit = gravity.fit(frame, covariates=list(COVARIATES))
    found = gravity_pairs.every_pair_out(fit, frame, band=BAND)
    if found.unsettled:
        told = f"expected_trade: {found.unsettled:,} flows are left out, as the effects without them did not settle"
        warnings.warn(told, ComityWarning, stacklevel=3)
    t = found.table
    money = {f"{name}_usd": _rounded(t.column(name).to_numpy() * 1e6) for name in ("actual", "expected", "own", "low", "high")}
    keys = {name: t.column(name) for name in ("exporter", "importer", "year")}
    flows = pa.table({**keys, **money, "log_se": _rounded(t.column("se").to_numpy()), "place": _rounded(t.column("place").to_numpy())})
    terms = fit.tidy()
    years = frame.column("year").to_numpy()
    states = {*fit.rows.column("exporter").unique().to_pylist(), *fit.rows.column("importer").unique().to_pylist()}
    sample = {
        "first": [int(years.min())], "last": [int(years.max())], "n": [fit.n], "zeros": [fit.zeros], "separated": [len(fit.separated)],
        "found_by": [fit.by], "lone": [found.lone], "singletons": [fit.singletons], "states": [len(states)], "standard_errors": [fit.standard_errors],
    }  # fmt: skip
    numbers = {c: _rounded(terms.column(c).to_numpy()) for c in ("estimate", "se", "low", "high")}
    made = {"expected_trade": flows, "gravity_sample": pa.table(sample), "gravity_terms": pa.table({"term": terms.column("name"), **numbers})}
    return {name: table.select(list(TABLES[name])).cast(_schema(name)) for name, table in made.items()}


def _rounded(values: Any) -> Any:
    """Seven digits: what remains differs from run to run of a machine with several cores."""
    import numpy as np

    size = np.floor(np.log10(np.abs(np.where(values == 0, 1.0, values))))
    scale = 10.0 ** (DIGITS - 1 - size)
    return np.round(values * scale) / scale


def _empty() -> dict[str, pa.Table]:
    return {name: _schema(name).empty_table() for name in TABLES}


def _schema(name: str) -> pa.Schema:
    import pyarrow as pa

    kinds = {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64()}
    return pa.schema([(column, kinds[kind]) for column, kind in TABLES[name].items()])


SOURCE = Source(
    name="expected_trade",
    title="Trade expected by structural gravity, all pairs 2000–2020",
    publisher="comity, from the IMF's Direction of Trade Statistics and CEPII's GeoDist",
    licence=Licence(name="computed from IMF data and CEPII GeoDist", share="derived", terms="as its two sources: attribution"),
    citation="Trade expected by comity: PPML with exporter-year and importer-year effects on imports as reported (IMF DOTS 2000–2020), "
    "distances of CEPII GeoDist.",
    files=tuple(replace(s.files[0], plain=True) for s in (imf_dots.SOURCE, cepii_distance.SOURCE)),
    tables=(
        TableSpec(
            name="expected_trade", columns=FLOWS, key=("exporter", "importer", "year"), states=("exporter", "importer"), rows=(0, 600_000),
            bounds={**dict.fromkeys(("actual_usd", "expected_usd", "own_usd", "low_usd", "high_usd", "log_se"), (0, None)), "place": (0, 1)},
        ),
        TableSpec(name="gravity_terms", columns=TERMS, key=("term",), rows=(0, 20)),
        TableSpec(name="gravity_sample", columns=SAMPLE, key=("first",), rows=(0, 1)),
    ),
    coverage=Coverage(first=2000, last=2020, states="appearing", note="flows whose importer reports to the IMF and whose two states CEPII knows"),
    published=Published(in_data=True),
    build=build,
    layouts=combined(build, imf_dots.SOURCE, cepii_distance.SOURCE),
    needs=("pyfixest",),
    extra="models",
    caveats=(
        "no agreement, sanction or currency is a covariate: above expectation includes what they do",
        "trade inside states is not in the panel, so multilateral resistance is of foreign trade only",
        "imports as reported: by consignment for members of the European Union, so ports of entry stand above expectation",
    ),
)  # fmt: skip
