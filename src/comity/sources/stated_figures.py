"""What officials, agencies and the press have stated of China and Russia: single figures, each with who said it and where."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec, named_span

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

SPOKEN_WITHIN = 20
"""Days after the newest period of a page by which it is taken to be public."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row a figure: domain, indicator, the period as written and its first and last day, value, unit, who, where, note.

    `published` is twenty days after the end of the newest period that the same page speaks of: no page gives its date.
    """
    import pyarrow as pa

    table = raw.query(
        """
        SELECT domain, indicator, period, CAST(value AS DOUBLE) AS value, unit,
            replace(replace(left(attributed_to, 200), '+', ' and '), ':', ' ') AS who, left(url, 2000) AS url, left(note, 2000) AS note FROM figures
        """
    )
    spans = [named_span(p) for p in table.column("period").to_pylist()]
    newest: dict[str, dt.date] = {}
    urls: list[str] = table.column("url").to_pylist()
    for url, (_, last) in zip(urls, spans, strict=True):
        newest[url] = max(last, newest.get(url, last))
    published = [newest[u] + dt.timedelta(days=SPOKEN_WITHIN) for u in urls]
    table = table.append_column("date", pa.array([f for f, _ in spans], pa.date32()))
    table = table.append_column("last", pa.array([e for _, e in spans], pa.date32()))
    table = table.append_column("published", pa.array(published, pa.date32()))
    return {"stated_figures": table.append_column("figure", pa.array(range(1, table.num_rows + 1), pa.int32()))}


SOURCE = Source(
    name="stated_figures",
    title="Stated figures on China and Russia: trade, settlement, people, air traffic, investment, 2007 to February 2026",
    publisher="as attributed in each row; collected from public web pages",
    licence=Licence(name="facts", share="yes", terms="single facts, each with who stated it and the page; no text of a page is kept"),
    citation="Figures stated by officials, agencies and the press on China and Russia, each with its page; collected in 2026.",
    files=(
        File(
            name="reported_figures_chn_rus.csv",
            view="figures",
            columns=("domain", "indicator", "period", "value", "unit", "attributed_to", "url", "note"),
            sha256="63c7f888c40b6c83bfe34aa56fdd3d94b39bf03653a7a44f7f94ef24ed2a5bf0",
        ),
    ),
    tables=(
        TableSpec(
            name="stated_figures",
            columns={
                "figure": "int32", "domain": "string", "indicator": "string", "period": "string", "date": "date32", "last": "date32",
                "value": "float64", "unit": "string", "who": "string", "url": "string", "note": "string", "published": "date32",
            },
            key=("figure",),
            nullable=("note",),
            rows=(1, 360),
        ),
    ),
    coverage=Coverage(pairs=(("CHN", "RUS"),), note="only stated: single figures, no statistical series"),
    published=Published(in_data=True),
    build=build,
    corrections=(
        Correction(what="the day of a statement is put 20 days after the newest period of its page", why="the rows give no date of the page"),
    ),
    caveats=(
        "figures that contradict each other are kept, each with who stated it; no two are joined",
        "only stated: an official's word is not a statistic, and 'more than' has become the number",
    ),
)  # fmt: skip
