"""Direct investment positions of five economies with all partners 2014–2024: the IMF's former Coordinated Direct Investment Survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


IN_DOLLARS = ("KOR", "KWT", "XKX")
SMALLEST = 1_000_000
LARGEST_MUSD = 10_000_000
"""No position between two economies comes near ten trillion dollars."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Positions in dollars from investor to host at the end of the year, by whose report they are: the investor's or the host's.

    What the provider calls derived from the counterpart is the other side's report turned round.
    """
    strange = raw.query(
        "SELECT DISTINCT direction || '/' || basis AS s FROM positions "
        "WHERE direction NOT IN ('outward', 'inward') OR basis NOT IN ('reported', 'derived_from_counterpart')"
    )
    if strange.num_rows:
        raise BadDataError(f"source imf_direct_investment: {strange.column('s').to_pylist()[:5]} is no known direction and basis")
    table = raw.query(
        f"""
        SELECT CASE direction WHEN 'outward' THEN reporter ELSE partner END AS investor,
            CASE direction WHEN 'outward' THEN partner ELSE reporter END AS host, CAST(year AS INTEGER) AS year,
            CASE WHEN (direction = 'outward') = (basis = 'reported') THEN 'investor' ELSE 'host' END AS report,
            min(musd * 1e6) AS usd, max(musd * 1e6) AS highest
        FROM (
            SELECT *, CAST(position_musd AS DOUBLE)
                / CASE WHEN reporter = 'CHN' AND basis = 'reported' AND partner IN {IN_DOLLARS} AND abs(position_musd) >= {SMALLEST}
                THEN 1e6 ELSE 1 END AS musd
            FROM positions
        ) WHERE position_musd IS NOT NULL AND reporter <> partner GROUP BY ALL
        """
    )
    twice = raw.connection.from_arrow(table).filter("highest - usd > 1e-6 * greatest(abs(usd), 1e6)").to_arrow_table()
    if twice.num_rows:
        raise BadDataError(f"source imf_direct_investment: {twice.num_rows} positions stand twice with two values, such as {twice.to_pylist()[0]}")
    return {"imf_direct_investment": with_states("imf_direct_investment", table.drop(["highest"]), ("investor", "host"), scheme="iso3", years=None)}


SOURCE = Source(
    name="imf_direct_investment",
    title="Direct Investment Positions by Counterpart Economy, version 12.0.1: China, Germany, Japan, Singapore, United States",
    publisher="International Monetary Fund",
    licence=Licence(
        name="IMF data terms",
        share="yes",
        terms="copying and redistribution with attribution, if what was altered is said and these terms are passed on to whoever receives the data",
    ),
    citation="International Monetary Fund (2026). Direct Investment Positions by Counterpart Economy (DIP), version 12.0.1. Washington, DC.",
    homepage="https://data.imf.org/en/datasets/IMF.STA:DIP",
    bibtex="@misc{imf_dip, author={{International Monetary Fund}}, title={Direct Investment Positions by Counterpart Economy (formerly {CDIS})}, "
    "year={2026}, howpublished={data.imf.org}}",
    files=(
        File(
            name="imf_direct_investment_positions_5_economies_2014_2024.parquet",
            view="positions",
            columns=("reporter", "partner", "year", "direction", "basis", "position_musd"),
            sha256="19ca0b77b96dd7b78d0b0aa96106cf5f0061168d7847e88d6263ce3c7cc86ee7",
        ),
    ),
    tables=(
        TableSpec(
            name="imf_direct_investment",
            columns={"investor": "string", "host": "string", "year": "int32", "report": "string", "usd": "float64"},
            key=("investor", "host", "year", "report"),
            states=("investor", "host"),
            bounds={"usd": (-LARGEST_MUSD * 1e6, LARGEST_MUSD * 1e6)},
            rows=(1, 29_000),
        ),
    ),
    coverage=Coverage(
        first=2014, last=2024, partners=("CHN", "DEU", "JPN", "SGP", "USA"), note="pairs with one of five economies; others are not known"
    ),
    published=Published(months=12),
    territory="today",
    build=build,
    corrections=(
        Correction(
            what="China's reports of Korea, Kuwait and Kosovo from 1,000,000 on are divided by a million",
            why="they stand in dollars among millions: as read, Korea would own 97 quadrillion dollars in China; as corrected 97 billion",
        ),
    ),
    caveats=(
        "China's own outward positions by partner begin in 2018; what Russia reports ends in 2021",
        "two views of one stock: at the end of 2020 China reports 12.1 bn dollars in Russia, Russia 2.2 bn from China",
    ),
)
