"""Reports of trade that are probably a provider's error, found by comity's rule in three sources that copy the same reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comity.core import Coverage, Licence, Published, Source, TableSpec, combined
from comity.sources import comtrade_china_partners, imf_dots, wits_summary

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

COPIES = {"imf_dots": "imf_dots", "comtrade_china_partners": "comtrade_china_partners", "wits_summary": "wits_main_partners"}
MODULES = (imf_dots, comtrade_china_partners, wits_summary)
SIZE = 1e9
FIRST = 2000
REPORTS = {
    "reporter": "string", "partner": "string", "flow": "string", "year": "int32", "source": "string", "value_usd": "float64",
    "other_source": "string", "other_usd": "float64", "mirror_usd": "float64", "departs": "float64", "from_mirror": "float64", "by": "string",
}  # fmt: skip
JUDGED = {"by": "string", "judged": "int64", "suspected": "int64"}


def build(raw: Raw) -> dict[str, pa.Table]:
    """The suspected reports of flows from a billion dollars, and how many reports each of the two rules could judge and how many it flags."""
    import pyarrow as pa

    from comity.models import mirror

    kinds = {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64()}
    schemas = [pa.schema([(c, kinds[k]) for c, k in columns.items()]) for columns in (REPORTS, JUDGED)]
    parts = []
    for module in MODULES:
        name = module.SOURCE.name
        raw.register("copies", raw.tables(module.SOURCE)[COPIES[name]])
        parts.append(
            raw.query(
                f"SELECT reporter, partner, flow, CAST(year AS BIGINT) AS year, '{name}' AS source, value_usd AS value FROM copies "
                f"WHERE partner IS NOT NULL AND year >= {FIRST}"
            )
        )
    found = mirror.suspects(pa.concat_tables(parts), order=("imf_dots",), size=SIZE)
    names = {"value": "value_usd", "other": "other_usd", "mirror": "mirror_usd"}
    table = found.table.rename_columns([names.get(c, c) for c in found.table.column_names]).select(list(REPORTS))
    flagged = found.table.column("by").to_pylist()
    judged = pa.table(
        {
            "by": list(found.compared), "judged": list(found.compared.values()), "suspected": [flagged.count(by) for by in found.compared],
        }
    )  # fmt: skip
    return {"suspected_reports": table.cast(schemas[0]), "judged_reports": judged.cast(schemas[1])}


SOURCE = Source(
    name="suspected_reports",
    title="Reports of trade that are probably a provider's error",
    publisher="comity, from the IMF's Direction of Trade Statistics, UN Comtrade and the World Bank's WITS",
    licence=Licence(
        name="computed from IMF, UN Comtrade and WITS data", share="derived", terms="as its three sources; single values stand as evidence"
    ),
    citation="Suspected reports found by comity in IMF DOTS 2000–2020, UN Comtrade (trade with China, 2014–2024) and WITS (main partners, to 2019).",
    files=tuple(replace(m.SOURCE.files[0], view=m.SOURCE.name, plain=True) for m in MODULES),
    tables=(
        TableSpec(
            name="suspected_reports", columns=REPORTS, key=("reporter", "partner", "flow", "year", "source", "by", "other_source"),
            states=("reporter", "partner"), nullable=("other_source", "other_usd", "departs"), bounds={"value_usd": (0, None)}, rows=(0, 5_000),
        ),
        TableSpec(name="judged_reports", columns=JUDGED, key=("by",), rows=(0, 2)),
    ),
    coverage=Coverage(first=2000, last=2024, states="appearing", note="flows from a billion dollars that two sources or both sides report"),
    published=Published(unknown=True),
    territory="today",
    build=build,
    layouts=combined(build, *(m.SOURCE for m in MODULES)),
    needs=("pandas",),
    extra="models",
    caveats=(
        "nobody knows which suspicions are right: the shares flagged are upper bounds of false alarms",
        "changes of definition, as gold or the country of origin, are flagged as well; a suspicion changes no figure",
    ),
)  # fmt: skip
