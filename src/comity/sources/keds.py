"""Kansas Event Data System: machine-coded acts in five regions, 1979–2011; of their actors, the states alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._acts import states_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

REGIONS: dict[str, tuple[str, ...]] = {
    "levant": ("EGY", "ISR", "JOR", "LBN", "PSE", "SYR"),
    "gulf": ("ARE", "BHR", "IRN", "IRQ", "KWT", "OMN", "QAT", "SAU", "YAR", "YEM"),
    "turkey": ("TUR",),
    "balkans": ("ALB", "BIH", "HRV", "MKD", "SCG", "SVN", "YUG"),
    "casia": ("AFG", "ARM", "AZE", "KAZ", "KGZ", "TJK", "TKM", "UZB"),
}
"""The states whose affairs each set follows; of an act between two others it tells only what the region's news mentions."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Acts of states, their governments and their armed forces, at least one of the two a state of the set's region."""
    import pyarrow as pa

    acts = "SELECT row_number() OVER () line, CAST(date AS VARCHAR) AS day, source a, target b, code, goldstein, dataset origin, scheme FROM events"
    read = [
        states_only(raw, raw.query(f"SELECT * EXCLUDE scheme FROM ({acts}) WHERE scheme = '{scheme}'"), form, closed=False).events
        for form, scheme in (("keds-cameo", "CAMEO"), ("keds-weis", "WEIS(KEDS extended)"))
    ]
    raw.register("between", pa.concat_tables(read))
    focus = [(name, state) for name, states in REGIONS.items() for state in states]
    raw.register("region", pa.table({"dataset": [f[0] for f in focus], "state": [f[1] for f in focus]}))
    table = raw.query(
        "SELECT origin dataset, a source, b target, day AS date, code, ROUND(any_value(goldstein), 1) goldstein, count(*) events FROM between "
        "WHERE goldstein IS NOT NULL AND EXISTS (SELECT 1 FROM region r WHERE r.dataset = origin AND r.state IN (a, b)) GROUP BY ALL"
    )
    return {"keds_acts": table}


SOURCE = Source(
    name="keds",
    title="KEDS regional event data: Levant, Gulf, Turkey, Balkans, Central Asia, 1979–2011",
    publisher="Kansas (later Penn State) Event Data System, P. Schrodt; copies in the R package events",
    licence=Licence(
        name="GPL-3 package; the project's own terms not stated with the copies",
        share="derived",
        terms="means and counts that comity computes may be passed on with citation; the acts are to be had from the project",
    ),
    citation="Schrodt, P. A. & Gerner, D. J., Kansas (Penn State) Event Data Project, regional data sets, 1979–2011; copies in Lowe, W., events "
    "(R package). Weights: Goldstein (1992), Journal of Conflict Resolution 36(2), 369–385, and the project's scale for CAMEO, 0.5B1.",
    homepage="http://eventdata.parusanalytics.com",
    files=(
        File(
            name="keds_regional_events_1979_2011.parquet",
            view="events",
            columns=("dataset", "date", "source", "source_country", "target", "target_country", "code", "scheme", "goldstein"),
            sha256="50980c0b1ce9df16895222765f22ae783331dc0d8295b34fd5c65e88c4113901",
        ),
    ),
    tables=(
        TableSpec(
            name="keds_acts",
            columns={
                "dataset": "string", "source": "string", "target": "string", "date": "date32", "code": "string", "goldstein": "float64",
                "events": "int64",
            },
            key=("dataset", "source", "target", "date", "code"),
            states=("source", "target"),
            bounds={"goldstein": (-10, 10), "events": (1, None)},
            rows=(1, 112_000),
        ),
    ),
    coverage=Coverage(
        first=1979, last=2011, states="appearing",
        note="levant 1979–2011, gulf 1979–99, turkey 1992–2006, balkans 1989–2003, casia 1989–99; pairs with a state of the region only",
    ),
    published=Published(months=12),
    build=build,
    corrections=(
        Correction(
            what="the Gulf set is read as WEIS-coded and the Turkish set as CAMEO-coded",
            why="the package's help swaps their descriptions, and the Gulf set's name says CAMEO; the codes themselves are WEIS",
        ),
        Correction(
            what="acts of Estonia, Latvia and Lithuania before 1991 are left out",
            why="they were no states then",
        ),
        Correction(
            what="acts whose code has no weight in the scale of their scheme are left out",
            why="the coders' slips; 2,329 of 310,534 rows",
        ),
    ),
    caveats=(
        "Only actors that a list of codes names as a state, its government (GOV) or its armed forces (MIL); rebels, parties, peoples (PAL, MOS, "
        "SER, KSV) and ambiguous codes (IND, IDI, KOS, SWZ, TAI) are left out, and so unknown.",
        "AUS is Austria and UNK the United Kingdom in the WEIS-coded sets, AUS Australia in the CAMEO-coded ones.",
        "Press agencies' leads, one act of a kind a day; 1999, 2003, 2006 and 2011 end before the year does, 1979 begins in April.",
        "The day of publication is nominal: a year after the year's end.",
    ),
)  # fmt: skip
