"""The Bank of Russia's official dollar rate, daily 1992–2023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Roubles a dollar by day on which a rate was set, in roubles of 1998 throughout."""
    select = "SELECT CAST(date AS DATE) AS date, CAST(rub_per_usd AS DOUBLE) AS rub_per_usd FROM rates WHERE rub_per_usd IS NOT NULL"
    return {"cbr_rouble": raw.query(select)}


SOURCE = Source(
    name="cbr_rouble",
    title="Official exchange rate of the US dollar, daily from 1 July 1992 to 30 November 2023",
    publisher="Bank of Russia",
    licence=Licence(name="Bank of Russia terms", share="yes", terms="facts published by the central bank; free to use with attribution"),
    citation="Bank of Russia. Official exchange rates on selected date: US dollar.",
    homepage="https://www.cbr.ru/eng/currency_base/dynamics/",
    bibtex="@misc{cbr_usd, author={{Bank of Russia}}, title={Official exchange rate of the {US} dollar}, howpublished={cbr.ru}}",
    files=(
        File(
            name="fx_rub_per_usd_cbr_daily_1992_2023.csv",
            view="rates",
            columns=("date", "rub_per_usd"),
            sha256="1831db59dac33b17dc3a96fa978b55bdb832e295a5c27f044898628fc350ff0e",
        ),
    ),
    tables=(
        TableSpec(
            name="cbr_rouble",
            columns={"date": "date32", "rub_per_usd": "float64"},
            key=("date",),
            bounds={"rub_per_usd": (0, 1000)},
            rows=(1, 8_600),
        ),
    ),
    coverage=Coverage(states=("RUS",)),
    published=Published(),
    build=build,
    corrections=(
        Correction(what="rates before 1998 stand divided by 1,000 in the file and are kept so", why="the rouble was redenominated on 1 January 1998"),
    ),
)
