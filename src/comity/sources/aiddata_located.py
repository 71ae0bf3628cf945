"""Chinese development finance by located project, commitments of 2000–2017: AidData's GeoGCDF 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row a project with a place in one recipient state: kind, status, year, and dollars of 2017 where a sum is known."""
    table = raw.query(
        """
        SELECT CAST(project_id AS INTEGER) AS project, left(title, 2000) AS title, recipient_iso3 AS recipient, sector, flow_type, flow_class,
            status, recommended_for_aggregates = 'Yes' AS in_sums, umbrella = 'Yes' AS umbrella, CAST(commitment_year AS INTEGER) AS year,
            CAST(amount_usd2017 AS DOUBLE) AS usd_2017
        FROM projects WHERE recipient NOT IN ('Africa, regional', 'Multi-Region', 'Curacao')
        """
    )
    return {"aiddata_located": with_states("aiddata_located", table, ("recipient",), scheme="iso3", years=None)}


SOURCE = Source(
    name="aiddata_located",
    title="Geospatial Global Chinese Development Finance 2, located projects 2000–2017",
    publisher="AidData at William & Mary",
    licence=Licence(name="ODC-By", share="yes", terms="free to use and pass on with attribution; the geometry (ODbL) is not held"),
    citation="Goodman, S. et al. (2024). AidData's Geospatial Global Chinese Development Finance Dataset. Scientific Data 11, 529.",
    homepage="https://github.com/aiddata/gcdf-geospatial-data",
    bibtex="@article{goodman2024geogcdf, author={Goodman, Seth and others}, title={AidData's Geospatial Global Chinese Development Finance Dataset}, "
    "journal={Scientific Data}, volume={11}, year={2024}}",
    files=(
        File(
            name="aiddata_geogcdf_v2_located_projects_2000_2017.parquet",
            view="projects",
            columns=(
                "project_id", "recipient", "commitment_year", "sector", "flow_type", "flow_class", "status", "recommended_for_aggregates", "umbrella",
                "funding_agencies", "amount_usd2017", "title", "recipient_iso3",
            ),
            sha256="28d3a79274efb129fc760a73a2429b2f24b173bc4a9c73784d429f9f8658a031",
        ),
    ),
    tables=(
        TableSpec(
            name="aiddata_located",
            columns={
                "project": "int32", "title": "string", "recipient": "string", "sector": "string", "flow_type": "string", "flow_class": "string",
                "status": "string", "in_sums": "bool", "umbrella": "bool", "year": "int32", "usd_2017": "float64",
            },
            key=("project",),
            states=("recipient",),
            nullable=("title", "sector", "flow_type", "flow_class", "status", "usd_2017"),
            bounds={"usd_2017": (0, None), "year": (2000, 2021)},
            rows=(1, 4_000),
        ),
    ),
    coverage=Coverage(first=2000, last=2017, origins=("CHN",), note="located projects only: 350 of 843 billion dollars"),
    published=Published(months=48),
    territory="today",
    build=build,
    corrections=(
        Correction(what="projects of regions, and one of Curaçao, are left out", why="no recipient state, or none that the file codes"),
    ),
    caveats=("projects with a place are roads, dams and the like: credit lines and budget aid are mostly missing",),
)  # fmt: skip
