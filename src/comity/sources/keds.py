"""Kansas Event Data System: machine-coded acts in five regions, 1979–2011; of their actors, the states alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

OLD_CODES = {
    "AFG": "AFG", "ALB": "ALB", "ALG": "DZA", "ARG": "ARG", "ARM": "ARM", "AUL": "AUS", "AUS": "AUT", "AZB": "AZE", "AZR": "AZE", "BAH": "BHR",
    "BEL": "BEL", "BNG": "BGD", "BOS": "BIH", "BRA": "BRA", "BUL": "BGR", "CAN": "CAN", "CHN": "CHN", "CRO": "HRV", "CUB": "CUB", "CYP": "CYP",
    "CZE": "CZE", "CZR": "CZE", "DEN": "DNK", "EGY": "EGY", "FIN": "FIN", "FRN": "FRA", "FRY": "SCG", "GEO": "GEO", "GER": "DEU", "GRC": "GRC",
    "HUN": "HUN", "IRE": "IRL", "IRN": "IRN", "IRQ": "IRQ", "ISR": "ISR", "ITA": "ITA", "JAP": "JPN", "JOR": "JOR", "KAZ": "KAZ", "KON": "PRK",
    "KUW": "KWT", "KYR": "KGZ", "LBY": "LBY", "LEB": "LBN", "LUX": "LUX", "MAC": "MKD", "MEX": "MEX", "MLT": "MLT", "MOM": "OMN", "MOR": "MAR",
    "NOR": "NOR", "NTH": "NLD", "OMA": "OMN", "PAK": "PAK", "POL": "POL", "POR": "PRT", "QAT": "QAT", "ROC": "TWN", "ROM": "ROU", "RUS": "RUS",
    "SAU": "SAU", "SLK": "SVK", "SLO": "SVN", "SPN": "ESP", "SUD": "SDN", "SWD": "SWE", "SYR": "SYR", "TAJ": "TJK", "TAW": "TWN", "TKM": "TKM",
    "TUN": "TUN", "TUR": "TUR", "UAE": "ARE", "UAR": "EGY", "UKR": "UKR", "UNK": "GBR", "USA": "USA", "USR": "RUS", "UZB": "UZB", "VAT": "VAT",
    "YEM": "YEM", "YUG": "YUG",
}  # fmt: skip
"""Actor codes of the three WEIS-coded sets that are one state beyond doubt; IND, IDI, KOS, SWZ, TAI, MAL and the like are not."""

NEW_CODES = {
    **{code: code for code in (
        "AFG", "AGO", "ALB", "ARE", "ARG", "ARM", "AUS", "AUT", "AZE", "BEL", "BGD", "BGR", "BHR", "BIH", "BLR", "BRA", "CAN", "CHE", "CHL", "CHN",
        "COL", "CUB", "CYP", "CZE", "DEU", "DJI", "DNK", "DZA", "EGY", "ERI", "ESP", "EST", "ETH", "FIN", "FRA", "GBR", "GEO", "GRC", "HRV", "HUN",
        "IDN", "IND", "IRL", "IRN", "IRQ", "ISR", "ITA", "JOR", "JPN", "KAZ", "KEN", "KOR", "KWT", "LBN", "LBY", "LKA", "LTU", "LUX", "LVA", "MAR",
        "MEX", "MKD", "MLT", "MRT", "NGA", "NLD", "NOR", "NZL", "OMN", "PAK", "PHL", "POL", "PRK", "PRT", "PSE", "QAT", "RUS", "SAU", "SCG", "SDN",
        "SEN", "SGP", "SOM", "SVK", "SVN", "SWE", "SYR", "THA", "TJK", "TKM", "TUN", "TUR", "TWN", "UGA", "UKR", "USA", "UZB", "VAT", "VEN", "VNM",
        "YEM", "YUG", "ZAF", "ZWE",
    )},
    "ROM": "ROU", "USR": "RUS",
}  # fmt: skip
"""Actor codes of the two CAMEO-coded sets that are states; USR is the Soviet Union, which the year tells from Russia."""

BALTIC = ("EST", "LVA", "LTU")
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

    rows = [("CAMEO", k, v) for k, v in NEW_CODES.items()] + [("WEIS(KEDS extended)", k, v) for k, v in OLD_CODES.items()]
    columns = [[row[i] + suffix if i == 1 else row[i] for row in rows for suffix in ("", "GOV", "MIL")] for i in range(3)]
    raw.register("actor", pa.table(dict(zip(("scheme", "actor", "spelt"), columns, strict=True))))
    focus = [(name, state) for name, states in REGIONS.items() for state in states]
    raw.register("region", pa.table({"dataset": [f[0] for f in focus], "state": [f[1] for f in focus]}))
    acts = (
        "SELECT dataset, date, CAST(year(date) AS INTEGER) AS year, s.spelt s, t.spelt t, code, goldstein FROM events e "
        "JOIN actor s ON s.scheme = e.scheme AND s.actor = e.source JOIN actor t ON t.scheme = e.scheme AND t.actor = e.target"
    )
    spelt = f"SELECT s spelt, year FROM ({acts}) UNION ALL SELECT t, year FROM ({acts})"
    place(raw, spelt, "iso3", lambda code, year: code in BALTIC and year < 1991)
    table = raw.query(
        f"WITH acts AS ({acts}) SELECT acts.dataset, s.code source, t.code target, date, acts.code, "
        "ROUND(CAST(any_value(goldstein) AS DOUBLE), 1) goldstein, count(*) events FROM acts "
        "JOIN place s ON s.spelt = acts.s AND s.year = acts.year JOIN place t ON t.spelt = acts.t AND t.year = acts.year "
        "WHERE s.code <> t.code AND goldstein IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM region r WHERE r.dataset = acts.dataset AND r.state IN (s.code, t.code)) "
        "GROUP BY acts.dataset, s.code, t.code, date, acts.code"
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
