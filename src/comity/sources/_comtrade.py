"""UN Comtrade's own answers: rows of the API's data, as trade by reporter, partner, year and flow."""

from __future__ import annotations

import json
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


def remote(query: str, file: str, fields: dict[str, tuple[str, ...]]) -> Remote:
    """The address of yearly trade in all goods with the names of states; a free key of the user's lies in COMTRADE_KEY."""
    whole = "cmdCode=TOTAL&partner2Code=0&customsCode=C00&motCode=0&includeDesc=true"
    url = f"https://comtradeapi.un.org/data/v1/get/C/A/HS?{query}&{whole}"
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

    out: dict[tuple[str, str, int, str], float] = {}
    for path in raw.all["pages"]:
        for row in _rows(path):
            if any(str(row[k]) != v for k, v in WHOLE.items()) or row["flowCode"] not in ("M", "X"):
                continue
            if int(row["partnerCode"]) == WORLD or row["primaryValue"] is None:
                continue
            partner = TAIWAN if int(row["partnerCode"]) == OTHER_ASIA else row["partnerISO"]
            reporter = TAIWAN if row.get("reporterCode") == OTHER_ASIA else row["reporterISO"]
            if not partner or not reporter:
                raise BadDataError(f"{path}: a row has no ISO code of its reporter or partner; ask the API with includeDesc=true")
            cell = (str(reporter), str(partner), int(str(row["period"])[:4]), "imports" if row["flowCode"] == "M" else "exports")
            if out.setdefault(cell, float(row["primaryValue"])) != float(row["primaryValue"]):
                raise BadDataError(f"{path}: {cell} stands there with two values; keep one edition in the folder")
    names = ("reporter", "partner", "year", "flow")
    columns: dict[str, Any] = {n: [cell[k] for cell in out] for k, n in enumerate(names)}
    kinds = (pa.string(), pa.string(), pa.int32(), pa.string())
    table = {n: pa.array(columns[n], kind) for n, kind in zip(names, kinds, strict=True)}
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
