"""CAMEO's codes of countries as comity's states, day by day."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from comity import states

if TYPE_CHECKING:
    import pyarrow as pa

FIRST, LAST = dt.date(1900, 1, 1), dt.date(9999, 12, 31)
_SAME = (
    "ABW AFG AGO AIA ALA ALB AND ANT ARE ARG ARM ASM ATG AUS AUT AZE BDI BEL BEN BFA BGD BGR BHR BHS BIH BLR BLZ BMU BOL BRA BRB BRN BTN BWA "
    "CAF CAN CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK "
    "FRA FRO FSM GAB GBR GEO GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HND HRV HTI HUN IDN IND IRL IRN IRQ ISL ISR ITA JAM "
    "JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNG "
    "MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY "
    "PSE PYF QAT REU RUS RWA SAU SDN SEN SGP SHN SJM SLB SLE SLV SMR SOM SPM SRB STP SUR SVK SVN SWE SWZ SYC SYR TCA TCD TGO THA TJK TKL TKM "
    "TON TTO TUN TUR TUV TWN TZA UGA UKR URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE "
    "SSD"
)
SAME = _SAME.split()
"""CAMEO's codes that are ISO's (CAMEO.country.txt as GDELT gives it), and South Sudan, which GDELT writes by ISO's."""
OTHER = {"TMP": "TLS", "IMY": "IMN", "MTN": "MNE", "ROM": "ROU", "WSB": "PSE", "GZS": "PSE", "BAG": "IRQ"}
"""CAMEO's own codes of countries, and of the three places that it codes beside them. Its 25 regions (AFR, EUR, WST …) are no state."""


@cache
def spells() -> pa.Table:
    """One row a code and stretch of days: code, state, first, last. A code without a row on a day meant no state then.

    A state is any that comity's table lists on that day, territories with a code of their own (HKG, PSE before 2012) among them. RUS up to
    1991-12-25 is the Soviet Union, YEM before 1990 the Yemen Arab Republic, SRB before 2006 the state that held its seat.
    """
    import pyarrow as pa

    ends = {day for state in states.all_states() for s in state.spells for day in (s.start, s.stop and s.stop + dt.timedelta(days=1)) if day}
    cuts = sorted({FIRST} | {day for day in ends if day > FIRST})
    listed = sorted({**{c: c for c in SAME}, **OTHER}.items())
    then = states.recode([state for _, state in listed for _ in cuts], pa.array(cuts * len(listed), pa.date32()))[0].to_pylist()
    rows: list[tuple[str, str, dt.date, dt.date]] = []
    for number, (code, _) in enumerate(listed):
        for place, cut in enumerate(cuts):
            state = then[number * len(cuts) + place]
            last = cuts[place + 1] - dt.timedelta(days=1) if place + 1 < len(cuts) else LAST
            if state and rows and rows[-1][:2] == (code, state) and rows[-1][3] + dt.timedelta(days=1) == cut:
                rows[-1] = (*rows[-1][:3], last)
            elif state:
                rows.append((code, state, cut, last))
    columns = list(zip(*rows, strict=True))
    kinds = (pa.string(), pa.string(), pa.date32(), pa.date32())
    return pa.table({name: pa.array(c, k) for name, c, k in zip(("code", "state", "first", "last"), columns, kinds, strict=True)})
