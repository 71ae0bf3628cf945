"""China's monthly imports of crude oil, coal and gas from Russia, 1995 to June 2022: China's customs, downloaded through Wind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

RUSSIA = "from_russia"
SERIES = {
    ("Crude Oil: Russian Federation", RUSSIA): "crude",
    ("Coal: Russian Federation", RUSSIA): "coal",
    ("Coking Coal: Russian Federation", RUSSIA): "coking_coal",
    ("Steam Coal: Russian Federation", RUSSIA): "steam_coal",
    ("Liquified Natural Gas (LNG): Russian Federation", RUSSIA): "lng",
    ("Pipeline Carried Natural Gas (Gaseous State): Russian Federation", RUSSIA): "pipeline_gas",
    ("Liquified Natural Gas(271111)", "china_total_all_partners"): "lng",
    ("Natural Gas(271121)", "china_total_all_partners"): "pipeline_gas",
}
TO_TONNES = {"ton": 1.0, "kg": 1e-3}


def build(raw: Raw) -> dict[str, pa.Table]:
    """Value (dollars, CIF) or weight (tonnes) by month and good; `partner` is RUS, or null for China's imports from all partners."""
    import pyarrow as pa

    known = [
        {"series": f"{what} of Imports: {name}", "scope": scope, "good": good, "what": "usd" if what == "Value" else "t"}
        for (name, scope), good in SERIES.items()
        for what in ("Value", "Volume")
    ]
    raw.register("known", pa.Table.from_pylist(known))
    of = "k ON k.series = i.series AND k.scope = i.scope"
    strange = raw.query(f"SELECT DISTINCT i.series || ' (' || i.scope || ')' AS s FROM imports i ANTI JOIN known {of}")
    units = raw.query("SELECT DISTINCT unit AS s FROM imports WHERE unit NOT IN ('USD', 'ton', 'kg')")
    if strange.num_rows or units.num_rows:
        names = [*strange.column("s").to_pylist(), *units.column("s").to_pylist()]
        raise BadDataError(f"source china_energy_imports: {', '.join(names[:5])} is no known series, scope or unit")
    table = raw.query(
        f"""
        SELECT 'CHN' AS importer, CASE WHEN i.scope = '{RUSSIA}' THEN 'RUS' END AS partner, CAST(i.month || '-01' AS DATE) AS month, k.good, k.what,
            CAST(i.value AS DOUBLE) * CASE i.unit WHEN 'kg' THEN {TO_TONNES['kg']} ELSE 1 END AS amount
        FROM imports i JOIN known {of} WHERE i.value IS NOT NULL
        """
    )
    return {"china_energy_imports": table}


SOURCE = Source(
    name="china_energy_imports",
    title="China's monthly imports of energy from Russia, 1995 to June 2022",
    publisher="General Administration of Customs of China, through Wind",
    licence=Licence(name="terms unknown", share="no", terms="from a commercial terminal: no leave to pass anything on is known"),
    citation="General Administration of Customs of China, monthly imports by origin, through Wind; compiled by CREA, fossil_shipment_tracker_r.",
    homepage="https://github.com/energyandcleanair/fossil_shipment_tracker_r",
    files=(
        File(
            name="china_energy_imports_from_russia_monthly_1995_2022.csv",
            view="imports",
            columns=("month", "series", "unit", "value", "scope"),
            sha256="2a4223907fa45ed0ffe8409f7115e8c6c2a4261bf65ca2b937e616cfb7d7220b",
        ),
    ),
    tables=(
        TableSpec(
            name="china_energy_imports",
            columns={"importer": "string", "partner": "string", "month": "date32", "good": "string", "what": "string", "amount": "float64"},
            key=("importer", "partner", "good", "what", "month"),
            states=("importer", "partner"),
            nullable=("partner",),
            bounds={"amount": (0, None)},
            rows=(1, 2_400),
        ),
    ),
    coverage=Coverage(pairs=(("CHN", "RUS"),), note="a month without a row is not known; crude has gaps in 1995–1999"),
    published=Published(days=19),
    build=build,
    caveats=(
        "the weight of pipeline gas ends in December 2021, when China's customs ceased to publish it",
        "the value of liquefied gas from Russia is not held, its weight is; coal holds steam, coking and other coal",
    ),
)
