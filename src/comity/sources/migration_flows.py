"""Estimated flows of migrants between states in five-year periods, 1990–2020: Abel and Cohen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """People who moved from the origin to the destination in the five years from mid-`year`; pairs above zero."""
    table = raw.query(
        "SELECT origin_iso3 origin, dest_iso3 destination, CAST(period_start AS INTEGER) AS year, CAST(migrants AS BIGINT) persons FROM flows"
    )
    return {"migrant_flows": with_states("migration_flows", table, ("origin", "destination"), scheme="iso3", years=None)}


SOURCE = Source(
    name="migration_flows",
    title="Bilateral international migration flow estimates, five-year periods 1990–2020",
    publisher="G. Abel and J. Cohen (figshare), copy in a visualisation of them",
    licence=Licence(
        name="CC BY 4.0 (figshare)",
        share="derived",
        terms="the authors' data are CC BY 4.0; the copy that was read carries a CC BY-NC sign, so only what comity computes is passed on",
    ),
    citation="Abel, G. J. & Cohen, J. E. (2022). Bilateral international migration flow estimates updated and refined by sex. Scientific Data 9, "
    "173. Data: figshare 7731233, pseudo-Bayesian closed method.",
    homepage="https://doi.org/10.6084/m9.figshare.7731233",
    bibtex="@article{abel2022flows, author={Abel, Guy J. and Cohen, Joel E.}, title={Bilateral international migration flow estimates updated and "
    "refined by sex}, journal={Scientific Data}, volume={9}, pages={173}, year={2022}}",
    files=(
        File(
            name="migration_flows_abel_cohen_5yr_1990_2020.parquet",
            view="flows",
            columns=("period_start", "period_end", "origin_iso3", "dest_iso3", "migrants"),
            sha256="dfb6bd2616c8345142f93f3740244e485466e91fe49098ee9a341881071513d7",
        ),
    ),
    tables=(
        TableSpec(
            name="migrant_flows",
            columns={"origin": "string", "destination": "string", "year": "int32", "persons": "int64"},
            key=("origin", "destination", "year"),
            states=("origin", "destination"),
            bounds={"year": (1990, 2015), "persons": (1, None)},
            rows=(1, 150_000),
        ),
    ),
    coverage=Coverage(
        first=1990, last=2015, states="appearing", gaps=tuple(y for y in range(1990, 2016) if y % 5),
        note="six periods of five years, each under its first year",
    ),
    published=Published(in_data=True),
    territory="today",
    build=build,
    caveats=(
        "Estimates from changes of the United Nations' migrant stocks, births and deaths: not a second observation beside the stocks.",
        "Five years' flow, not a year's: 2015 stands for mid-2015 to mid-2020.",
        "SCG stands beside SRB and MNE, SUD (Sudan before 2011) is SDN: a period's own list of states.",
    ),
)  # fmt: skip
