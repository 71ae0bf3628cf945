"""Conflict and Peace Data Bank: monthly mean weight of acts in eight directed dyads, 1948–1978."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The mean Azar weight of the source state's acts towards the target state in each month."""
    table = raw.query(
        "SELECT source_iso3 source, target_iso3 target, CAST(month || '-01' AS DATE) AS month, CAST(month[:4] AS INTEGER) AS year, "
        "CAST(mean_azar_weight AS DOUBLE) weight FROM means"
    )
    return {"copdab_means": with_states("copdab", table, ("source", "target"), scheme="iso3", years="year").drop_columns(["year"])}


SOURCE = Source(
    name="copdab",
    title="Conflict and Peace Data Bank (COPDAB), monthly means of four pairs, 1948–1978",
    publisher="E. Azar; monthly means of M. Lebo and W. Moore as in the R package sTSD",
    licence=Licence(
        name="no terms stated with the means",
        share="derived",
        terms="what comity computes may be passed on with citation; the means as published are to be had from the authors",
    ),
    citation="Azar, E. E. (1980). The Conflict and Peace Data Bank (COPDAB) Project. Journal of Conflict Resolution 24(1), 143–152; monthly means: "
    "Lebo, M. J. & Moore, W. H. (2003). Dynamic Foreign Policy Behavior. Journal of Conflict Resolution 47(1), 13–32.",
    homepage="https://doi.org/10.1177/0022002702239509",
    bibtex="@article{lebo2003dynamic, author={Lebo, Matthew J. and Moore, Will H.}, title={Dynamic Foreign Policy Behavior}, "
    "journal={Journal of Conflict Resolution}, volume={47}, number={1}, pages={13--32}, year={2003}}",
    files=(
        File(
            name="copdab_monthly_dyads_1948_1978.csv",
            view="means",
            columns=("month", "source_iso3", "target_iso3", "mean_azar_weight"),
            sha256="36cd8dbcae71de3c02dfd68f417370c7727ca464fbed7b0d8379d24a2e51ce64",
        ),
    ),
    tables=(
        TableSpec(
            name="copdab_means",
            columns={"source": "string", "target": "string", "month": "date32", "weight": "float64"},
            key=("source", "target", "month"),
            states=("source", "target"),
            bounds={"weight": (-102, 92)},
            rows=(1, 3_500),
        ),
    ),
    coverage=Coverage(
        first=1948, last=1978, states="appearing", pairs=(("EGY", "ISR"), ("FRA", "USA"), ("ISR", "USA"), ("SUN", "USA")),
        note="eight directed dyads only; Egypt is Egypt also as the United Arab Republic",
    ),
    published=Published(in_data=True),
    build=build,
    caveats=(
        "Months of 1948 before Israel's independence on 14 May stand under Israel.",
        "A 0 stands for a month of neutral acts and for a month without an act: the two cannot be told apart.",
        "Weights run from 92 (voluntary unification) to −102 (extensive war). Public in this form since February 2003.",
    ),
)  # fmt: skip
