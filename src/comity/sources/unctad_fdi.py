"""Direct investment between economies: UNCTAD Bilateral FDI Statistics 2014, 2001–2012, as each side reports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

MEASURES = ("inflow", "inward_stock", "outflow", "outward_stock")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Each reporter's flows and stocks by partner in US dollars, both sides' reports kept apart; stocks stand at the end of the year."""
    table = raw.query(
        "SELECT reporter_iso3 reporter, partner_iso3 partner, CAST(year AS INTEGER) AS year, measure, CAST(value_musd AS DOUBLE) * 1e6 usd "
        "FROM reports WHERE partner_iso3 <> 'YUG' AND NOT (partner_iso3 = 'SCG' AND year > 2005)"
    )
    strange = sorted(set(table.column("measure").unique().to_pylist()) - set(MEASURES))
    if strange:
        raise BadDataError(f"source unctad_fdi: measure {', '.join(map(repr, strange))}; expected {', '.join(MEASURES)}")
    return {"fdi_bilateral": with_states("unctad_fdi", table, ("reporter", "partner"), scheme="iso3", years=None)}


SOURCE = Source(
    name="unctad_fdi",
    title="Bilateral FDI Statistics 2014",
    publisher="UNCTAD, Division on Investment and Enterprise",
    licence=Licence(
        name="UNCTAD terms",
        share="derived",
        terms="for non-commercial purposes with acknowledgement; comity passes on what it computes, not the reported rows",
        non_commercial=True,
    ),
    citation="UNCTAD (2014). Bilateral FDI Statistics 2014. Geneva: United Nations Conference on Trade and Development.",
    homepage="https://unctad.org/topic/investment/investment-statistics-and-trends",
    bibtex="@misc{unctad2014bilateral, author={UNCTAD}, title={Bilateral FDI Statistics 2014}, year={2014}, address={Geneva}}",
    files=(
        File(
            name="fdi_bilateral_unctad_2001_2012.parquet",
            view="reports",
            columns=("reporter_iso3", "partner_iso3", "year", "measure", "value_musd"),
            sha256="9e31ed2691def39d7a344fe3b447b0181f47dcd9a1b35a400a86f31e723f6938",
        ),
    ),
    tables=(
        TableSpec(
            name="fdi_bilateral",
            columns={"reporter": "string", "partner": "string", "year": "int32", "measure": "string", "usd": "double"},
            key=("reporter", "partner", "year", "measure"),
            states=("reporter", "partner"),
            bounds={"year": (2001, 2012)},
            rows=(1, 293_000),
        ),
    ),
    coverage=Coverage(first=2001, last=2012, states="appearing", note="a pair that neither side reports is not known"),
    published=Published(months=12),
    territory="today",
    build=build,
    corrections=(
        Correction(
            what="rows with the partner YUG (Yugoslavia) are left out",
            why="no such state existed in 2001–2012 beside SCG, SRB and MNE; claims that reporters never placed, nearly all zero after 2006",
        ),
        Correction(
            what="rows with the partner SCG (Serbia and Montenegro) after 2005 are left out",
            why="a stock stands at the end of the year and the union ended on 5 June 2006; its stocks are all zero from 2007",
        ),
    ),
    caveats=(
        "Two views of one stock: China reports 4.9 bn dollars in Russia at the end of 2012, Russia 2.2 bn from China; comity keeps both.",
        "Stocks are at book value or historical cost and can be negative (loans back to the parent); capital that passes through third "
        "economies counts for those.",
        "Zero means nil or negligible as the reporter puts it.",
        "Serbia, Montenegro and the Netherlands Antilles are kept under their own codes in all years, as the file has them.",
    ),
)
