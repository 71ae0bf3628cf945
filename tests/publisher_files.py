"""The held copy's rows written as a publisher's own files: the columns as documented, the values the held copy's or a sample's."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

from comity import sources, states
from comity.reading import locate
from comity.sources import _comtrade

Writer = Callable[[Path, Path], None]
WRITERS: dict[tuple[str, str], Writer] = {}


def writes(source: str, layout: str) -> Callable[[Writer], Writer]:
    """Name the source and the layout that the decorated function writes: (folder of the held copy, folder to fill)."""

    def named(writer: Writer) -> Writer:
        WRITERS[source, layout] = writer
        return writer

    return named


def held(source: str, folder: Path) -> duckdb.DuckDBPyConnection:
    """The held copy of a source as views of its own columns, all text where it is a CSV."""
    connection = duckdb.connect(config={"threads": 2})
    for file in sources.get(source).files:
        path = locate(folder, file.name)
        if path is not None:
            kind = f"'{path}'" if path.suffix == ".parquet" else f"read_csv('{path}', all_varchar=true)"
            connection.sql(f"CREATE VIEW {file.view} AS SELECT * FROM {kind}")
    return connection


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.sql(sql)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def write_csv(path: Path, header: str, rows: Iterable[dict[str, Any]], *, end: str = "") -> None:
    """A CSV with exactly this header; a key that a row lacks is nothing."""
    names = header.split(",")
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(header + end + "\n")
        writer = csv.writer(stream, lineterminator=end + "\n")
        writer.writerows([["" if r.get(n) is None else r[n] for n in names] for r in rows])


GA = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,agenda_title,subjects,vote_note,"
    "total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link"
)
SC = (
    "undl_id,ms_code,ms_name,permanent_member,ms_vote,date,resolution,draft,meeting,description,agenda,subjects,modality,"
    "total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link"
)


def _library(source: str, folder: Path, path: Path, header: str, title: str, agenda: str) -> None:
    """One row a vote; the totals are decimals, as the library writes them."""
    given = {
        "undl_id": "v.undl_id", "ms_code": "v.iso3", "ms_name": "v.un_name", "ms_vote": "v.vote", "date": "strftime(CAST(date AS DATE), '%Y-%m-%d')",
        "resolution": "symbol", "meeting": "meeting", title: "title", agenda: "agenda", "total_yes": "yes::DOUBLE", "total_no": "no::DOUBLE",
        "total_abstentions": "abstain::DOUBLE", "total_non_voting": "nonvoting::DOUBLE",
    }  # fmt: skip
    columns = ", ".join(f"{given.get(name, 'NULL')} AS {name}" for name in header.split(","))
    sql = f"SELECT {columns} FROM votes v JOIN resolutions USING (undl_id) ORDER BY v.undl_id, v.iso3"
    held(source, folder).sql(f"COPY ({sql}) TO '{path}' (FORMAT csv, HEADER)")


@writes("un_assembly", "UN Digital Library voting file")
def general_assembly(folder: Path, out: Path) -> None:
    _library("un_assembly", folder, out / "2026_02_06_ga_voting.csv", GA, "title", "agenda_title")


@writes("un_council", "UN Digital Library voting file")
def security_council(folder: Path, out: Path) -> None:
    _library("un_council", folder, out / "2026_02_06_sc_voting.csv", SC, "description", "agenda")


def _pages(out: Path, code: str, rows: list[dict[str, Any]], size: int = 9_000) -> None:
    """Pages of the World Bank's API; the second economy's value of a year that nobody reports is null, as there."""
    blank = {"name": "Aruba", "code": "ABW", "year": 2099, "value": None}
    group = {"name": "World", "code": "WLD", "year": 2000, "value": 1.0}
    income = {"name": "High income", "code": "", "year": 2000, "value": 2.0}
    every = [*rows, blank, group, income]
    parts = [every[i : i + size] for i in range(0, len(every), size)]
    for page, part in enumerate(parts, 1):
        about = {"page": page, "pages": len(parts), "per_page": size, "total": len(every), "sourceid": "2", "lastupdated": "2026-07-01"}
        listed = [
            {
                "indicator": {"id": code, "value": "an indicator"}, "country": {"id": r["code"][:2], "value": r["name"]},
                "countryiso3code": r["code"], "date": str(r["year"]), "value": r["value"], "unit": "", "obs_status": "", "decimal": 0,
            }
            for r in part
        ]  # fmt: skip
        (out / f"{code}_{page}.json").write_text(json.dumps([about, listed]), encoding="utf-8")


@writes("wdi_gdp", "World Bank API")
def gdp(folder: Path, out: Path) -> None:
    sql = 'SELECT "Country Name" AS name, "Country Code" AS code, "Year" AS year, CAST("Value" AS DOUBLE) AS value FROM gdp'
    _pages(out, "NY.GDP.MKTP.CD", rows_of(held("wdi_gdp", folder), sql))


@writes("wdi_population", "World Bank API")
def population(folder: Path, out: Path) -> None:
    sql = "SELECT country AS name, iso3 AS code, year, population AS value FROM population"
    _pages(out, "SP.POP.TOTL", rows_of(held("wdi_population", folder), sql))


@writes("wdi_exchange_rate", "World Bank API")
def exchange_rate(folder: Path, out: Path) -> None:
    sql = 'SELECT "Country Name" AS name, "Country Code" AS code, year, CAST(lcu_per_usd AS DOUBLE) AS value FROM rates'
    _pages(out, "PA.NUS.FCRF", rows_of(held("wdi_exchange_rate", folder), sql))


@writes("pink_sheet", "World Bank workbook")
def pink_sheet(folder: Path, out: Path) -> None:
    """Names in row 5, units in row 6, months from row 7."""
    import openpyxl

    found = held("pink_sheet", folder).sql("SELECT * FROM prices")
    names = [c.rpartition(" (") for c in found.columns[1:]]
    book = openpyxl.Workbook()
    book.active.title = "AFOSHEET"
    sheet = book.create_sheet("Monthly Prices")
    for text in ("World Bank Commodity Price Data (The Pink Sheet)", "monthly prices in nominal US dollars, 1960 to present", "", "Updated on a day"):
        sheet.append([text])
    sheet.append([None, *(n[0] + (" " if i % 7 == 0 else "") for i, n in enumerate(names))])
    sheet.append([None, *(f"({n[2]}" for n in names)])
    for month, *prices in found.fetchall():
        sheet.append([month.replace("-", "M"), *("…" if p in (None, "...") else float(p) for p in prices)])
    book.save(out / "CMO-Historical-Data-Monthly.xlsx")


@writes("baci_chn_rus", "CEPII files by year, HS 2017")
def baci(folder: Path, out: Path) -> None:
    """A file for each year, numbers of states without leading zeros, a weight that is not given NA; flows of others stand among them."""
    numbers = {"CHN": 156, "RUS": 643}
    rows = rows_of(held("baci_chn_rus", folder), "SELECT year AS t, exporter, importer, hs6 AS k, value_kusd AS v, quantity_t AS q FROM baci")
    for year in sorted({r["t"] for r in rows}):
        part = [r | {"i": numbers[r["exporter"]], "j": numbers[r["importer"]], "q": r["q"] or "          NA"} for r in rows if r["t"] == year]
        other = {"t": year, "i": 4, "j": 156, "k": "010121", "v": "       1.5", "q": "          NA"}
        write_csv(out / f"BACI_HS17_Y{year}_V202601.csv", "t,i,j,k,v,q", [other, *part])
    listed = [
        (4, "Afghanistan", "AF", "AFG"), (156, "China", "CN", "CHN"), (490, "Other Asia, nes", "", "S19"), (643, "Russian Federation", "RU", "RUS"),
    ]  # fmt: skip
    header = "country_code,country_name,country_iso2,country_iso3"
    write_csv(out / "country_codes_V202601.csv", header, (dict(zip(header.split(","), one, strict=True)) for one in listed))


EUROFX = (
    "Date,USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,RUB,TRL,TRY,AUD,BRL,CAD,CNY,HKD,IDR,ILS,INR,KRW,"
    "MXN,MYR,NZD,PHP,SGD,THB,ZAR"
)


@writes("ecb_rates", "ECB history file")
def ecb(folder: Path, out: Path) -> None:
    """A comma at the end of every line, N/A where no rate was set."""
    rows = rows_of(held("ecb_rates", folder), "SELECT * FROM rates")
    names = EUROFX.split(",")
    write_csv(out / "eurofxref-hist.csv", EUROFX, ({n: r.get(n) or "N/A" for n in names} for r in rows), end=",")


UNVOTES = (
    "rcid,ccode,member,vote,Country,Countryname,year,session,abstain,yes,no,importantvote,date,unres,amend,para,short,descr,me,nu,di,hr,co,ec,resid"
)


@writes("voeten_votes", "Dataverse UNVotes")
def voeten(folder: Path, out: Path) -> None:
    """One row a state and roll call by COW number, absences as 8, a state that was no member as 9; NA where a roll call has no text or mark."""
    connection = held("voeten_votes", folder)
    connection.sql(
        "CREATE VIEW every AS SELECT rcid, cow, CASE vote WHEN 'yes' THEN 1 WHEN 'abstain' THEN 2 ELSE 3 END AS vote FROM votes "
        "UNION ALL SELECT rcid, cow, 8 FROM absences UNION ALL SELECT min(rcid), 626, 9 FROM votes"
    )
    given = {
        "rcid": "rcid", "ccode": "cow", "vote": "vote", "session": "session", "importantvote": "coalesce(importantvote::VARCHAR, 'NA')",
        "date": "strftime(date, '%Y-%m-%d')", "amend": "coalesce(amend::VARCHAR, 'NA')", "para": "coalesce(para::VARCHAR, 'NA')",
        **{c: f"coalesce({c}, 'NA')" for c in ("unres", "short", "descr")}, **{c: f"issue_{c}" for c in ("me", "nu", "di", "hr", "co", "ec")},
    }  # fmt: skip
    columns = ", ".join(f"{given.get(name, 'NULL')} AS {name}" for name in UNVOTES.split(","))
    rows = f"SELECT {columns} FROM every JOIN roll_calls USING (rcid) ORDER BY rcid, cow"
    connection.sql(f"COPY ({rows}) TO '{out / 'UNVotes.csv'}' (FORMAT csv, HEADER)")


def _answer(path: Path, rows: list[dict[str, Any]], other_frequency: str = "M") -> None:
    """An answer of the UN Comtrade API with includeDesc: whole years beside the world's row, and a row of one procedure, transport and month."""
    plain = {
        "typeCode": "C", "freqCode": "A", "refMonth": 52, "reporterDesc": "a reporter", "flowDesc": "a flow", "partnerDesc": "a partner",
        "partner2Code": 0, "partner2ISO": "W00", "partner2Desc": "World", "classificationCode": "H6", "classificationSearchCode": "HS",
        "isOriginalClassification": True, "cmdCode": "TOTAL", "cmdDesc": "All Commodities", "aggrLevel": 0, "isLeaf": False, "customsCode": "C00",
        "customsDesc": "TOTAL CPC", "mosCode": "0", "motCode": 0, "motDesc": "TOTAL MOT", "qtyUnitCode": -1, "qtyUnitAbbr": "N/A", "qty": 0,
        "isQtyEstimated": False, "altQtyUnitCode": -1, "altQtyUnitAbbr": "N/A", "altQty": 0, "isAltQtyEstimated": False, "netWgt": 0,
        "isNetWgtEstimated": True, "grossWgt": 0, "isGrossWgtEstimated": False, "cifvalue": None, "fobvalue": None, "legacyEstimationFlag": 0,
        "isReported": False, "isAggregate": True,
    }  # fmt: skip
    first = rows[0]
    others = [{"partnerCode": 0, "partnerISO": "W00"}, {"motCode": 2100}, {"customsCode": "C01"}, {"cmdCode": "27"}]
    others.append({"freqCode": other_frequency, "period": "202401" if other_frequency == "M" else "2024"})
    others += [{"flowCode": "RM"}, {"partner2Code": 276}]
    every = [*rows, *(first | other | {"primaryValue": 7.0} for other in others), first | {"partnerISO": "ABW", "primaryValue": None}]
    order = _comtrade.ROW
    data = [dict(sorted((plain | r).items(), key=lambda kv: order.index(kv[0]))) for r in every]
    path.write_text(json.dumps({"elapsedTime": "0.2 secs", "count": len(data), "data": data, "error": ""}), encoding="utf-8")


def _flow(reporter: str, partner: str, year: Any, flow: str, value: Any) -> dict[str, Any]:
    """A row of yearly trade; Taiwan is "other Asia"."""
    number = 490 if partner == "TWN" else 1
    return {
        "refPeriodId": int(f"{year}0101"), "refYear": int(year), "period": str(year), "reporterCode": 490 if reporter == "TWN" else 2,
        "reporterISO": "S19" if reporter == "TWN" else reporter, "flowCode": flow, "partnerCode": number,
        "partnerISO": "S19" if number == 490 else partner, "primaryValue": None if value is None else float(value),
    }  # fmt: skip


@writes("comtrade_2022", "UN Comtrade API")
def comtrade_2022(folder: Path, out: Path) -> None:
    rows = held("comtrade_2022", folder).sql("SELECT importer, exporter, year, value_usd FROM imports").fetchall()
    _answer(out / "comtrade_imports_2022.json", [_flow(r, p, y, "M", v) for r, p, y, v in rows])


@writes("comtrade_china_partners", "UN Comtrade API")
def comtrade_china(folder: Path, out: Path) -> None:
    rows = held("comtrade_china_partners", folder).sql("SELECT year, flow_def, reporter, value_usd FROM trade WHERE year <= '2024'").fetchall()
    codes, _ = states.recode([r[2] for r in rows], [int(r[0]) for r in rows], "name")
    placed = [_flow(c, "CHN", y, "M" if f.startswith("imports") else "X", v) for c, (y, f, _, v) in zip(codes.to_pylist(), rows, strict=True)]
    for year in sorted({r["period"] for r in placed}):
        _answer(out / f"comtrade_china_{year}.json", [r for r in placed if r["period"] == year])


@writes("china_customs_russia", "UN Comtrade API, months")
def comtrade_months(folder: Path, out: Path) -> None:
    rows = held("china_customs_russia", folder).sql(
        "SELECT month, china_exports_to_russia_fob_usd_bn, china_imports_from_russia_cif_usd_bn FROM months"
    )
    found = []
    for month, sold, bought in rows.fetchall():
        year, at = (int(part) for part in month.split("-"))
        when = {"freqCode": "M", "refPeriodId": int(f"{year}{at:02}01"), "refMonth": at, "period": f"{year}{at:02}"}
        for flow, billions in (("X", sold), ("M", bought)):
            found.append(_flow("CHN", "RUS", year, flow, None if billions is None else float(billions) * 1e9) | when)
    other = found[0] | {"partnerISO": "KAZ"}
    for year in sorted({r["refYear"] for r in found}):
        _answer(out / f"comtrade_months_{year}.json", [*(r for r in found if r["refYear"] == year), other | {"period": f"{year}01"}], "A")


IMTS = (
    "DATAFLOW,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE,PRECISION,DECIMALS_DISPLAYED,TRADE_FLOW,VALUATION,UNIT,"
    "DERIVATION_TYPE,OVERLAP,STATUS"
)


@writes("imf_dots", "IMF IMTS, SDMX-CSV")
def imts(folder: Path, out: Path) -> None:
    """Dollars by reporter, indicator and partner, beside groups, quarters and another indicator."""
    connection = held("imf_dots", folder)
    columns = {
        "DATAFLOW": "'IMF.STA:IMTS(1.0.0)'", "COUNTRY": "CASE reporter WHEN 'XKX' THEN 'KOS' ELSE reporter END",
        "COUNTERPART_COUNTRY": "CASE partner WHEN 'XKX' THEN 'KOS' ELSE partner END", "FREQUENCY": "'A'", "TIME_PERIOD": "year::VARCHAR",
        "SCALE": "6",
    }  # fmt: skip
    for indicator, value in (("XG_FOB_USD", "exports_fob_musd"), ("MG_CIF_USD", "imports_cif_musd")):
        given = columns | {"INDICATOR": f"'{indicator}'", "OBS_VALUE": f"(round({value}::DOUBLE * 1e3) * 1e3)::BIGINT"}
        row = {name: given.get(name, "NULL") for name in IMTS.split(",")}
        others = [{"COUNTERPART_COUNTRY": "'G001'"}, {"FREQUENCY": "'Q'", "TIME_PERIOD": "'2019-Q1'"}, {"INDICATOR": "'TBG_USD'"}]
        parts = [f"SELECT {', '.join(f'{v} AS {n}' for n, v in row.items())} FROM trade"]
        parts += [f"(SELECT {', '.join(f'{v} AS {n}' for n, v in (row | o).items())} FROM trade LIMIT 1)" for o in others]
        connection.sql(f"COPY ({' UNION ALL '.join(parts)}) TO '{out / f'imts_{indicator}.csv'}' (FORMAT csv, HEADER)")


@writes("cow_capabilities", "COW abridged file")
def capabilities(folder: Path, out: Path) -> None:
    """−9 where there is no value."""
    header = "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version"
    given = ", ".join(f"coalesce({c}, -9) AS {c}" for c in header.split(",")[3:-1])
    rows = f"SELECT 'ABC' AS stateabb, ccode, year, {given}, 2025 AS version FROM capabilities"
    held("cow_capabilities", folder).sql(f"COPY ({rows}) TO '{out / 'NMC-70-abridged.csv'}' (FORMAT csv, HEADER)")


@writes("cow_majors", "COW list of major powers")
def majors(folder: Path, out: Path) -> None:
    rows = rows_of(held("cow_majors", folder), "SELECT 'ABC' AS stateabb, * FROM majors")
    write_csv(out / "majors2016.csv", "stateabb,ccode,styear,stmonth,stday,endyear,endmonth,endday,version", rows)


@writes("cow_contiguity", "COW directed dyad-years")
def contiguity(folder: Path, out: Path) -> None:
    """Each year of a spell in both directions."""
    connection = held("cow_contiguity", folder)
    connection.sql(
        "CREATE VIEW years AS SELECT ccode1, ccode2, conttype, unnest(generate_series(year(stdate::DATE), year(enddate::DATE))) AS year FROM spells "
        "WHERE conttype <> '0'"
    )
    both = "SELECT ccode1 AS a, ccode2 AS b, conttype, year FROM years UNION ALL SELECT ccode2, ccode1, conttype, year FROM years"
    rows = (
        "SELECT a::INT * 1000 + b::INT AS dyad, a AS state1no, 'ABC' AS state1ab, b AS state2no, 'DEF' AS state2ab, year, conttype, 3.2 AS version "
        f"FROM ({both})"
    )
    connection.sql(f"COPY ({rows}) TO '{out / 'contdird.csv'}' (FORMAT csv, HEADER)")


@writes("atop", "ATOP directed dyad-years")
def atop(folder: Path, out: Path) -> None:
    promises = ("atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul")
    given = ", ".join(f"{ours} AS {ours.removeprefix('atop_')}" for ours in promises)
    rows = f"SELECT ccode1::INT * 1000 + ccode2::INT AS ddyad, year, ccode1 AS stateA, ccode2 AS stateB, 1 AS atopally, {given} FROM obligations"
    held("atop", folder).sql(f"COPY ({rows}) TO '{out / 'atop5_1ddyr.csv'}' (FORMAT csv, HEADER)")


@writes("vdem", "V-Dem country-years")
def vdem(folder: Path, out: Path) -> None:
    rows = (
        "SELECT vdem_country_name AS country_name, 'ABC' AS country_text_id, 1 AS country_id, year, 'x' AS histname, vdem_cowcode AS COWcode, "
        "v2x_polyarchy, v2x_polyarchy_sd, v2x_libdem, v2x_libdem_sd FROM indices"
    )
    held("vdem", folder).sql(f"COPY ({rows}) TO '{out / 'V-Dem-CY-Full+Others-v15.csv'}' (FORMAT csv, HEADER)")


@writes("gdelt_totals", "GDELT files of totals")
def gdelt(folder: Path, out: Path) -> None:
    """Three files without a header; the months end with one that still runs."""
    connection = held("gdelt_totals", folder)
    months = "SELECT month, events FROM months WHERE fips10_4 = 'ALL' AND month < 201307 UNION ALL SELECT 201307, 5 ORDER BY 1"
    for name, rows in (("monthly", months), ("yearly", "SELECT year, total FROM years"), ("daily", "SELECT day, events FROM days")):
        connection.sql(f"COPY ({rows}) TO '{out / f'gdelt_{name}.csv'}' (FORMAT csv, HEADER false)")


@writes("unhcr_population", "UNHCR Refugee Data Finder API")
def unhcr(folder: Path, out: Path) -> None:
    """An answer a year; numbers are text or "-", and people displaced in their own country stand among the pairs."""
    rows = held("unhcr_population", folder).sql("SELECT * FROM people").fetchall()
    years: dict[int, list[dict[str, Any]]] = {}
    for year, origin, asylum, *people in rows:
        numbers = ["-" if p == 0 else str(p) for p in people]
        codes = {"coo_id": 1, "coo_name": "a", "coo": origin, "coo_iso": origin, "coa_id": 2, "coa_name": "b", "coa": asylum, "coa_iso": asylum}
        rest = {"returned_refugees": 0, "idps": 0, "returned_idps": 0, "stateless": "0", "ooc": 0}
        row = {"year": int(year), **codes, "refugees": numbers[0], "asylum_seekers": numbers[1], **rest, "oip": numbers[2], "hst": "-"}
        years.setdefault(int(year), []).append(row)
    for year, listed in years.items():
        own = listed[0] | {"coo_iso": "COL", "coa_iso": "COL", "refugees": 0, "asylum_seekers": "0", "oip": "7", "idps": 900}
        answer = {"page": 1, "short-url": "x", "maxPages": 1, "total": [], "items": [*listed, own]}
        (out / f"unhcr_population_{year}.json").write_text(json.dumps(answer), encoding="utf-8")


def _fred(source: str, view: str, series: str) -> Writer:
    def write(folder: Path, out: Path) -> None:
        found = held(source, folder).sql(f"SELECT * FROM {view}").fetchall()
        rows = [{"observation_date": r[0], series: r[1]} for r in found] + [{"observation_date": "2099-12-25", series: "."}]
        write_csv(out / f"{series}.csv", f"observation_date,{series}", rows)

    return write


WRITERS["brent_fred", "FRED"] = _fred("brent_fred", "quotes", "DCOILBRENTEU")
WRITERS["yuan_fred", "FRED"] = _fred("yuan_fred", "rates", "DEXCHUS")
WRITERS["cpi_us", "FRED"] = _fred("cpi_us", "cpi", "CPIAUCNS")
