"""Lines of liquidity between central banks, signed 1978 to February 2024: Bahaj, Fuchs and Reis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

KINDS = ("reciprocal", "unidirectional", "pooled fund")


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row a deal and direction, from the lending to the borrowing state: first and last day (null: open), sums, kind, initiative."""
    strange = raw.query(f"SELECT DISTINCT deal_type FROM lines WHERE deal_type NOT IN {KINDS}")
    if strange.num_rows:
        raise BadDataError(f"source liquidity_lines: deal_type {strange.column(0).to_pylist()[:5]}; expected {', '.join(KINDS)}")
    table = raw.query(
        """
        SELECT CAST(deal_ID AS INTEGER) AS deal, source_iso3 AS lender, recipient_iso3 AS borrower, deal_type AS kind,
            collateral = 'swap' AS swap, framework = '1' AS framework, CAST(start_date AS DATE) AS date,
            CAST(nullif(end_date, 'open') AS DATE) AS until, coalesce(deal_action, 'new') AS action,
            currency_of_deal = source_currency AS own_currency, CAST(deal_currency_amount AS DOUBLE) * 1e9 AS amount,
            CAST(USD_amount AS DOUBLE) * 1e9 AS usd, unlimited = '1' AS unlimited, initiative
        FROM lines WHERE source_iso3 <> 'EA' AND recipient_iso3 <> 'EA'
        """
    )
    return {"liquidity_lines": with_states("liquidity_lines", table, ("lender", "borrower"), scheme="iso3", years="date")}


SOURCE = Source(
    name="liquidity_lines",
    title="The Global Network of Liquidity Lines, version 19",
    publisher="Bahaj, Fuchs & Reis",
    licence=Licence(name="authors' terms", share="derived", terms="freely available for other researchers to use, with citation"),
    citation="Bahaj, S., Fuchs, M. & Reis, R. (2024). The Global Network of Liquidity Lines. CEPR Discussion Paper 19070.",
    homepage="https://github.com/s-mahdihosseini/Network_Web",
    bibtex="@techreport{bahaj2024network, author={Bahaj, Saleem and Fuchs, Marie and Reis, Ricardo}, title={The Global Network of Liquidity Lines}, "
    "institution={CEPR}, number={19070}, year={2024}}",
    files=(
        File(
            name="central_bank_liquidity_lines_1978_2024.csv.gz",
            view="lines",
            columns=(
                "deal_ID", "deal_type", "framework", "reciprocal_deal", "collateral", "source_iso3", "recipient_iso3", "start_date", "end_date",
                "existence_previous_deal", "deal_action", "previous_deal", "currency_of_deal", "source_currency", "source_currency_deal",
                "deal_currency_amount", "USD_amount", "unlimited", "initiative",
            ),
            sha256="dc39bee01f018b38604fe19d256821fb52b374280827040c204f943d9dbc722c",
        ),
    ),
    tables=(
        TableSpec(
            name="liquidity_lines",
            columns={
                "deal": "int32", "lender": "string", "borrower": "string", "kind": "string", "swap": "bool", "framework": "bool", "date": "date32",
                "until": "date32", "action": "string", "own_currency": "bool", "amount": "float64", "usd": "float64", "unlimited": "bool",
                "initiative": "string",
            },
            key=("deal",),
            states=("lender", "borrower"),
            nullable=("until", "own_currency", "amount", "usd", "initiative"),
            bounds={"amount": (0, None), "usd": (0, None)},
            rows=(1, 1_750),
        ),
    ),
    coverage=Coverage(first=2000, last=2023, states="appearing", note="full for 2000–2023; lines of the euro area's central bank are no state's"),
    published=Published(days=-1),
    build=build,
    corrections=(
        Correction(what="lines with the European Central Bank (EA) are left out", why="the euro area is no state"),
    ),
    caveats=("sums are the signed maximum, not what was drawn",),
)  # fmt: skip
