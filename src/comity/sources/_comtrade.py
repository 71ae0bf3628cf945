"""UN Comtrade's own answers: rows of the API's data, as trade by reporter, partner, year or month, and flow."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core import BadDataError, File, Remote

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

ROW = (
    "typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "reporterCode", "reporterISO", "reporterDesc", "flowCode", "flowDesc",
    "partnerCode", "partnerISO", "partnerDesc", "partner2Code", "partner2ISO", "partner2Desc", "classificationCode", "classificationSearchCode",
    "isOriginalClassification", "cmdCode", "cmdDesc", "aggrLevel", "isLeaf", "customsCode", "customsDesc", "mosCode", "motCode", "motDesc",
    "qtyUnitCode", "qtyUnitAbbr", "qty", "isQtyEstimated", "altQtyUnitCode", "altQtyUnitAbbr", "altQty", "isAltQtyEstimated", "netWgt",
    "isNetWgtEstimated", "grossWgt", "isGrossWgtEstimated", "cifvalue", "fobvalue", "primaryValue", "legacyEstimationFlag", "isReported",
    "isAggregate",
)  # fmt: skip
"""The keys of a row of the API, version 1."""
READ = ("typeCode", "freqCode", "period", "reporterISO", "flowCode", "partnerCode", "partnerISO", "partner2Code", "cmdCode", "customsCode", "motCode",
        "primaryValue")  # fmt: skip
WHOLE = {"typeCode": "C", "freqCode": "A", "partner2Code": "0", "cmdCode": "TOTAL", "customsCode": "C00", "motCode": "0"}
"""What a row is that is the year's trade in all goods, whatever the procedure, the transport and the second partner."""
SEEN = ("https://comtradedeveloper.un.org", "https://github.com/uncomtrade/comtradeapicall", "https://github.com/ropensci/comtradr")
WORLD, OTHER_ASIA, TAIWAN = 0, 490, "TWN"
"""Partner codes: the world, whose row is the sum of the others, and "Other Asia, not elsewhere specified", under which Taiwan's trade stands."""
MOST = 100_000
"""Rows at which the API cuts an answer."""


def remote(query: str, file: str, fields: dict[str, tuple[str, ...]], frequency: str = "A") -> Remote:
    """The address of trade in all goods by year (A) or month (M), with the names of states; the user's free key lies in COMTRADE_KEY."""
    whole = "cmdCode=TOTAL&partner2Code=0&customsCode=C00&motCode=0&includeDesc=true"
    url = f"https://comtradeapi.un.org/data/v1/get/C/{frequency}/HS?{query}&{whole}"
    return Remote(url=url, file=file, fields=fields, key="COMTRADE_KEY", key_header="Ocp-Apim-Subscription-Key")


def pages(name: str) -> File:
    """The answers of that name as plain files."""
    return File(name=name, view="pages", columns=ROW, plain=True, found=keys)


def keys(path: Path) -> tuple[str, ...]:
    """The keys of the first row of an answer."""
    return tuple(_rows(path)[0])


def trade(raw: Raw) -> pa.Table:
    """Reporter and partner by ISO code, year, flow (exports, imports) and dollars, from rows of whole years and all goods.

    The world as partner is left out; "other Asia" is read as Taiwan; rows of a part (a month, a product, a procedure, a second partner) are left
    out. A value that is not given is no row. Raises BadDataError where an answer is cut or two rows stand for one flow.
    """
    import pyarrow as pa

    return _flows(raw, "A", "year", {p: int(p) for p in _periods(raw, "A", 4)}, pa.int32())


def months(raw: Raw) -> pa.Table:
    """As `trade`, from rows of single months: the column `month` is its first day."""
    import pyarrow as pa

    days = {p: dt.date(int(p[:4]), int(p[4:]), 1) for p in _periods(raw, "M", 6)}
    return _flows(raw, "M", "month", days, pa.date32())


def _periods(raw: Raw, frequency: str, digits: int) -> set[str]:
    """The periods of that frequency in the answers: four digits of a year, or six of a year and month; BadDataError where one is another."""
    found = {(str(row["period"]), path) for path in raw.all["pages"] for row in _rows(path) if str(row["freqCode"]) == frequency}
    for period, path in sorted(found):
        if not (len(period) == digits and period.isdigit() and period[:4] != "0000" and (digits == 4 or "01" <= period[4:] <= "12")):
            raise BadDataError(f"{path}: period {period!r} of frequency {frequency}; expected {'YYYY' if digits == 4 else 'YYYYMM'}")
    return {period for period, _ in found}


def _flows(raw: Raw, frequency: str, when: str, periods: Mapping[str, Any], kind: pa.DataType) -> pa.Table:
    """The rows of a frequency in all goods, each period as given by `periods` in the column `when`."""
    import pyarrow as pa

    out: dict[tuple[str, str, Any, str], float] = {}
    whole = WHOLE | {"freqCode": frequency}
    for path in raw.all["pages"]:
        for row in _rows(path):
            if any(str(row[k]) != v for k, v in whole.items()) or row["flowCode"] not in ("M", "X"):
                continue
            if int(row["partnerCode"]) == WORLD or row["primaryValue"] is None:
                continue
            partner = TAIWAN if int(row["partnerCode"]) == OTHER_ASIA else row["partnerISO"]
            reporter = TAIWAN if row.get("reporterCode") == OTHER_ASIA else row["reporterISO"]
            if not partner or not reporter:
                raise BadDataError(f"{path}: a row has no ISO code of its reporter or partner; ask the API with includeDesc=true")
            cell = (str(reporter), str(partner), periods[str(row["period"])], "imports" if row["flowCode"] == "M" else "exports")
            if out.setdefault(cell, float(row["primaryValue"])) != float(row["primaryValue"]):
                raise BadDataError(f"{path}: {cell} stands there with two values; keep one edition in the folder")
    names = ("reporter", "partner", when, "flow")
    kinds = (pa.string(), pa.string(), kind, pa.string())
    table = {n: pa.array([cell[k] for cell in out], one) for k, (n, one) in enumerate(zip(names, kinds, strict=True))}
    return pa.table(table | {"value_usd": pa.array(list(out.values()), pa.float64())})


def _rows(path: Path) -> list[dict[str, Any]]:
    """The rows of an answer; BadDataError where it holds an error, is cut or lacks a key that is read."""
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadDataError(f"{path}: no JSON ({error}); expected an answer of the UN Comtrade API") from error
    if not isinstance(given, dict) or not isinstance(given.get("data"), list) or given.get("error"):
        raise BadDataError(f"{path}: {str(given)[:200]}; expected an answer of the UN Comtrade API with data")
    rows = given["data"]
    if len(rows) >= MOST or int(given.get("count") or len(rows)) > len(rows):
        raise BadDataError(f"{path}: {len(rows)} rows of {given.get('count')}: the answer is cut; ask for fewer years or reporters at a time")
    if not rows or (lacking := [k for k in READ if not all(isinstance(r, dict) and k in r for r in rows)]):
        raise BadDataError(f"{path}: {', '.join(lacking) if rows else 'no row'}; expected rows with {', '.join(READ)}")
    return list(rows)
