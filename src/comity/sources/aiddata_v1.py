"""Chinese official finance by project, commitments of 2000–2014: AidData's geocoded data set 1.1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row a project of a single recipient: title, sector, year, and dollars of 2014 committed; null where no sum is known."""
    table = raw.query(
        """
        SELECT CAST(project_id AS INTEGER) AS project, left(project_title, 2000) AS title, recipients_iso3 AS recipient,
            left(ad_sector_names, 2000) AS sector, status, CAST(transactions_start_year AS INTEGER) AS year,
            CAST(nullif(total_commitments, 0) AS DOUBLE) AS usd_2014
        FROM projects WHERE NOT contains(recipients_iso3, '|') AND recipients_iso3 <> 'Africa, regional'
        """
    )
    return {"aiddata_v1": with_states("aiddata_v1", table, ("recipient",), scheme="iso3", years=None)}


SOURCE = Source(
    name="aiddata_v1",
    title="Geocoded Global Chinese Official Finance 1.1.1, 2000–2014",
    publisher="AidData at William & Mary",
    licence=Licence(name="ODC-By", share="yes", terms="free to use and pass on with attribution"),
    citation="Bluhm, Dreher, Fuchs, Parks, Strange & Tierney (2018). Connective Financing. AidData Working Paper 64; data version 1.1.1.",
    homepage="https://www.aiddata.org/data/geocoded-chinese-global-official-finance-dataset",
    bibtex="@techreport{bluhm2018connective, author={Bluhm, Richard and Dreher, Axel and Fuchs, Andreas and Parks, Bradley and Strange, Austin and "
    "Tierney, Michael}, title={Connective Financing}, institution={AidData}, number={64}, year={2018}}",
    files=(
        File(
            name="aiddata_chinese_official_finance_geocoded_v1_2000_2014.parquet",
            view="projects",
            columns=(
                "project_id", "project_title", "recipients", "recipients_iso3", "ad_sector_names", "status", "transactions_start_year",
                "transactions_end_year", "total_commitments",
            ),
            sha256="bc9a5c270622352f3469ef67643cf27de4b8ecbde13ac42f015611de325827dc",
        ),
    ),
    tables=(
        TableSpec(
            name="aiddata_v1",
            columns={
                "project": "int32", "title": "string", "recipient": "string", "sector": "string", "status": "string", "year": "int32",
                "usd_2014": "float64",
            },
            key=("project",),
            states=("recipient",),
            nullable=("title", "sector", "usd_2014"),
            bounds={"usd_2014": (0, None), "year": (2000, 2014)},
            rows=(1, 4_150),
        ),
    ),
    coverage=Coverage(first=2000, last=2014, origins=("CHN",), note="a recipient and year without a project is not known to be zero"),
    published=Published(months=36),
    territory="today",
    build=build,
    corrections=(
        Correction(what="projects of several recipients or of a region are left out", why="the file does not say who receives how much"),
        Correction(what="a commitment of 0 is read as no known sum", why="the provider writes 0 where the project has no amount"),
    ),
    caveats=("South Sudan, Timor-Leste and others stand under their own codes in all years",),
)  # fmt: skip
