"""Who an actor's code means on a day: a state, or none. The rules are dated, and a code that names no state is told, never dropped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from comity import states
from comity.core import UsageError
from comity.events import cameo_states

if TYPE_CHECKING:
    import pyarrow as pa

Actors = Literal["cameo", "iso3", "cow", "keds-weis", "keds-cameo", "icews"]
Dated = Literal["day", "year"]
PLACES_ONLY = "FIPS 10-4 codes name places, not actors (CH is China, RS Russia, AU Austria): `place_of` reads them"

KEDS_WEIS = {
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
"""Actor codes of KEDS's WEIS-coded sets that are one state beyond doubt; IND, IDI, KOS, SWZ, TAI, MAL and the like are not."""
KEDS_CAMEO = {
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
"""Actor codes of KEDS's CAMEO-coded sets that are states; USR is the Soviet Union, which the date tells from Russia."""
OF_THE_STATE = ("", "GOV", "MIL")
"""What may follow a country's code in KEDS for the actor to be the state: nothing, its government, its armed forces."""
ICEWS_NAMES = {
    "the former Yugoslav Republic of Macedonia": "MKD", "Occupied Palestinian Territory": "PSE", "Moldova, Republic of": "MDA", "Holy See": "VAT",
    "Democratic Republic of Congo": "COD", "Congo": "COG",
}  # fmt: skip
"""Countries as ICEWS spells them where comity's table of names has another spelling, or more than one state of that name."""


@cache
def _iso(code: str, actors: Actors) -> str | None:
    """The state that a code of a closed list means, by its ISO or COW code of any time; None where the list has no state for it."""
    if actors == "cameo":
        listed = {**{c: c for c in cameo_states.SAME}, **cameo_states.OTHER, "ROU": "ROU", "TLS": "TLS", "MNE": "MNE", "IMN": "IMN"}
        return listed.get(code)
    if actors == "iso3":
        return states.resolve(code, "iso3")
    if actors == "icews":
        return ICEWS_NAMES.get(code)
    listed = KEDS_WEIS if actors == "keds-weis" else KEDS_CAMEO
    return next((listed[code.removesuffix(end)] for end in OF_THE_STATE if code.endswith(end) and code.removesuffix(end) in listed), None)


def resolve(given: pa.ChunkedArray | pa.Array, days: pa.ChunkedArray | pa.Array, actors: Actors, *, dated: Dated = "day") -> pa.Array:
    """The state that each actor was on its day, null where it was none.

    actors: whose codes (or, for `icews`, names) they are. dated "day": the state of that very day, so that RUS is the Soviet Union until 25
    December 1991; "year": the state that existed most of the year, so that a year's acts are of one pair. A territory with a code of its own
    (HKG; Angola before 1975) stands under it. UsageError for an unknown list, FIPS among them.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if actors not in get_args(Actors):
        raise UsageError(f"{actors!r} is no list of actors; the lists are {', '.join(get_args(Actors))}. {PLACES_ONLY}")
    when = pc.year(days).cast(pa.int64()) if dated == "year" else pc.cast(days, pa.date32())
    spelt, scheme = _spelt(given, actors)
    found, _ = states.recode(spelt, when, scheme)
    if scheme != "iso3":
        return found
    return _with_territories(spelt, pc.year(days), found)


def _spelt(given: Any, actors: Actors) -> tuple[pa.Array, states.Scheme]:
    import pyarrow as pa

    if actors == "cow":
        return given, "cow"
    whole = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
    encoded = whole.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    if actors == "icews":
        meant = [ICEWS_NAMES.get(name) or states.resolve(name, "name") or _once_named(name) for name in names]
    else:
        meant = [_iso(name, actors) for name in names]
    return pa.array(meant, pa.string()).take(encoded.indices), "iso3"


def _once_named(name: str) -> str | None:
    """The one state whose name it ever was; a name that two states had in turn is the later one's, as its code is dated afterwards."""
    return states.resolve(name, "name", 1995)


def _with_territories(codes: pa.Array, years: Any, found: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    lost = pc.and_(pc.is_valid(codes), pc.is_null(found))
    if not pc.any(lost).as_py():
        return found
    pairs = pa.table({"code": codes, "year": years}).filter(lost).group_by(["code", "year"]).aggregate([]).to_pylist()
    known = {(p["code"], p["year"]) for p in pairs if states.existed_in(p["code"], p["year"], p["year"])}
    filled = [c if (c, y) in known else None for c, y in zip(codes.filter(lost).to_pylist(), years.filter(lost).to_pylist(), strict=True)]
    return pc.replace_with_mask(found, lost, pa.array(filled, pa.string()))


def strangers(given: pa.ChunkedArray | pa.Array, actors: Actors) -> list[str]:
    """The distinct codes that the list does not know at all, in order: neither a state of any time nor, in CAMEO, one of its regions."""
    import pyarrow.compute as pc

    distinct = [str(c) for c in pc.unique(given).to_pylist() if c is not None]
    if actors == "cow":
        return sorted(c for c in distinct if states.resolve(c, "cow") is None)
    if actors == "icews":
        return sorted(c for c in distinct if not (ICEWS_NAMES.get(c) or states.resolve(c, "name") or _once_named(c)))
    return sorted(c for c in distinct if _iso(c, actors) is None)


FIPS = {
    "AE": "ARE", "AF": "AFG", "AG": "DZA", "AJ": "AZE", "AL": "ALB", "AM": "ARM", "AO": "AGO", "AR": "ARG", "AS": "AUS", "AU": "AUT", "BA": "BHR",
    "BE": "BEL", "BG": "BGD", "BK": "BIH", "BM": "MMR", "BO": "BLR", "BR": "BRA", "BU": "BGR", "BX": "BRN", "CA": "CAN", "CB": "KHM", "CD": "TCD",
    "CE": "LKA", "CG": "COD", "CF": "COG", "CH": "CHN", "CI": "CHL", "CO": "COL", "CU": "CUB", "CY": "CYP", "DA": "DNK", "EG": "EGY", "EI": "IRL",
    "EN": "EST", "EZ": "CZE", "FI": "FIN", "FR": "FRA", "GG": "GEO", "GM": "DEU", "GR": "GRC", "GZ": "PSE", "HK": "HKG", "HR": "HRV", "HU": "HUN",
    "ID": "IDN", "IN": "IND", "IR": "IRN", "IS": "ISR", "IT": "ITA", "IZ": "IRQ", "JA": "JPN", "JO": "JOR", "KG": "KGZ", "KN": "PRK", "KS": "KOR",
    "KU": "KWT", "KV": "XKX", "KZ": "KAZ", "LA": "LAO", "LE": "LBN", "LG": "LVA", "LH": "LTU", "LO": "SVK", "LY": "LBY", "MC": "MAC", "MG": "MNG",
    "MJ": "MNE", "MK": "MKD", "MX": "MEX", "MY": "MYS", "NI": "NGA", "NL": "NLD", "NO": "NOR", "NP": "NPL", "NZ": "NZL", "OC": None, "OS": None,
    "PE": "PER", "PK": "PAK", "PL": "POL", "PO": "PRT", "QA": "QAT", "RB": "SRB", "RI": "SRB", "RO": "ROU", "RP": "PHL", "RS": "RUS", "SA": "SAU",
    "SF": "ZAF", "SI": "SVN", "SN": "SGP", "SP": "ESP", "SU": "SDN", "SW": "SWE", "SY": "SYR", "SZ": "CHE", "TH": "THA", "TI": "TJK", "TS": "TUN",
    "TU": "TUR", "TW": "TWN", "TX": "TKM", "UK": "GBR", "UP": "UKR", "US": "USA", "UZ": "UZB", "VE": "VEN", "VM": "VNM", "WE": "PSE", "YM": "YEM",
}  # fmt: skip
"""Places by FIPS 10-4 as GDELT writes them, those most often met; OC and OS are seas. The whole list is the codebook file's."""


def place_of(fips: str) -> str | None:
    """The state in whose territory a FIPS 10-4 code says that something happened; None for a sea or a code not listed here."""
    return FIPS.get(fips)
