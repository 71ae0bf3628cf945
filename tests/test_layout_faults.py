"""What a publisher's file may hold that no held copy does: groups, gaps, cut answers, editions side by side, and answers that are errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from comity import build, sources, store
from comity.core import BadDataError, ComityWarning
from comity.reading import Raw, choose
from from_files import SAMPLES
from publisher_files import WRITERS

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a sample's rows in a publisher's layout and give the folder."""

    def written(name: str, layout: str) -> Path:
        WRITERS[name, layout](SAMPLES / name, tmp_path)
        return tmp_path

    return written


def _read(name: str, folder: Path) -> dict[str, pa.Table]:
    layout = choose(sources.get(name), folder)
    assert layout.name != "held copy"
    return layout.build(Raw(name, layout.files, folder))


def _change(path: Path, change: Callable[[Any], Any]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


def _edit(path: Path, old: str, new: str, count: int = -1) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def test_a_page_of_the_world_bank_that_is_missing_or_an_error_is_no_data(write: Write) -> None:
    folder = write("wdi_gdp", "World Bank API")
    page = folder / "NY.GDP.MKTP.CD_1.json"
    whole = page.read_text()
    _change(page, lambda given: [given[0] | {"pages": 2}, given[1]])
    with pytest.raises(BadDataError, match=r"page\(s\) 2 of 2 missing"):
        _read("wdi_gdp", folder)
    page.write_text('[{"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}]')
    with pytest.raises(BadDataError, match="Invalid value"):
        _read("wdi_gdp", folder)
    page.write_text("<html>")
    with pytest.raises(BadDataError, match="no JSON"):
        _read("wdi_gdp", folder)
    page.write_text(whole.replace('"id": "NY.GDP.MKTP.CD"', '"id": "SP.POP.TOTL"'))
    with pytest.raises(BadDataError, match=r"indicator SP\.POP\.TOTL; expected NY\.GDP"):
        _read("wdi_gdp", folder)


def test_a_group_that_the_list_does_not_know_is_left_out_and_named(write: Write) -> None:
    folder = write("wdi_gdp", "World Bank API")
    before = _read("wdi_gdp", folder)["wdi_gdp"].num_rows
    region = {"id": "V9", "value": "A new region"}
    row = {"indicator": {"id": "NY.GDP.MKTP.CD"}, "country": region, "countryiso3code": "QQZ", "date": "2000", "value": 5}
    _change(folder / "NY.GDP.MKTP.CD_1.json", lambda given: [given[0], [*given[1], row]])
    with pytest.warns(ComityWarning, match="QQZ name no state"):
        assert _read("wdi_gdp", folder)["wdi_gdp"].num_rows == before


def test_two_editions_side_by_side_are_refused(write: Write) -> None:
    folder = write("un_council", "UN Digital Library voting file")
    (folder / "2025_7_21_sc_voting.csv").write_bytes((folder / "2026_02_06_sc_voting.csv").read_bytes())
    with pytest.raises(BadDataError, match="2 editions stand side by side"):
        _read("un_council", folder)
    folder = write("baci_chn_rus", "CEPII files by year, HS 2017")
    year = next(folder.glob("BACI_HS17_*"))
    (folder / year.name.replace("V202601", "V202501")).write_bytes(year.read_bytes())
    with pytest.raises(BadDataError, match="editions V202501, V202601"):
        _read("baci_chn_rus", folder)


def test_a_library_file_with_a_mark_of_order_and_rows_that_disagree(write: Write) -> None:
    folder = write("un_council", "UN Digital Library voting file")
    path = folder / "2026_02_06_sc_voting.csv"
    plain = _read("un_council", folder)["unsc_votes"].to_pylist()
    text = path.read_text()
    path.write_text("\ufeff" + text)
    assert _read("un_council", folder)["unsc_votes"].to_pylist() == plain
    lines = text.splitlines()
    assert lines[1].split(",")[0] == lines[2].split(",")[0]
    lines[2] = lines[2].replace("S/RES/", "S/RES/9", 1)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(BadDataError, match="differ in resolution, date, meeting"):
        _read("un_council", folder)


def test_a_total_that_the_library_does_not_give_is_counted(write: Write) -> None:
    folder = write("un_council", "UN Digital Library voting file")
    path = folder / "2026_02_06_sc_voting.csv"
    told = _read("un_council", folder)["unsc_resolutions"].select(["undl_id", "yes"]).to_pylist()
    header, *lines = path.read_text().splitlines()
    place = header.split(",").index("total_yes") - len(header.split(","))
    blank = [",".join([*line.split(",")[:place], "", *line.split(",")[place + 1 :]]) for line in lines]
    path.write_text("\n".join([header, *blank]) + "\n")
    counted = {r["undl_id"]: r["yes"] for r in _read("un_council", folder)["unsc_resolutions"].to_pylist()}
    votes = _read("un_council", folder)["unsc_votes"].to_pylist()
    assert counted == {r["undl_id"]: sum(v["undl_id"] == r["undl_id"] and v["vote"] == 1 for v in votes) for r in told}


def test_an_answer_of_comtrade_that_is_cut_or_an_error_is_no_data(write: Write) -> None:
    folder = write("comtrade_2022", "UN Comtrade API")
    path = folder / "comtrade_imports_2022.json"
    whole = path.read_text()
    _change(path, lambda given: given | {"count": given["count"] + 1})
    with pytest.raises(BadDataError, match="the answer is cut"):
        _read("comtrade_2022", folder)
    path.write_text('{"statusCode": 401, "message": "Access denied due to missing subscription key."}')
    with pytest.raises(BadDataError, match="Access denied"):
        _read("comtrade_2022", folder)
    path.write_text(whole.replace('"reporterISO": "USA"', '"reporterISO": null'))
    with pytest.raises(BadDataError, match="includeDesc=true"):
        _read("comtrade_2022", folder)


def test_other_asia_is_taiwan_the_world_is_nobody_and_a_zero_stays(write: Write) -> None:
    folder = write("comtrade_2022", "UN Comtrade API")
    path = folder / "comtrade_imports_2022.json"

    def change(given: dict[str, Any]) -> dict[str, Any]:
        first = given["data"][0]
        asia = first | {"partnerCode": 490, "partnerISO": "S19", "primaryValue": 3.0}
        zero = first | {"partnerCode": 40, "partnerISO": "AUT", "primaryValue": 0.0}
        none = first | {"partnerCode": 56, "partnerISO": "BEL", "primaryValue": None}
        data = [*given["data"], asia, zero, none]
        return given | {"data": data, "count": len(data)}

    _change(path, change)
    found = {(r["reporter"], r["partner"]): r["value_usd"] for r in _read("comtrade_2022", folder)["comtrade_2022"].to_pylist()}
    reporter = json.loads(path.read_text())["data"][0]["reporterISO"]
    assert found[reporter, "TWN"] == 3.0 and found[reporter, "AUT"] == 0.0
    assert (reporter, "BEL") not in found and not {"W00", "WLD"} & {p for _, p in found}


def test_a_code_of_the_imf_that_names_no_state_is_left_out_and_named(write: Write) -> None:
    folder = write("imf_dots", "IMF IMTS, SDMX-CSV")
    before = _read("imf_dots", folder)["imf_dots"].num_rows
    path = folder / "imts_XG_FOB_USD.csv"
    line = next(x for x in path.read_text().splitlines() if ",A," in x and ",XG_FOB_USD," in x)
    path.write_text(path.read_text() + ",".join([*line.split(",")[:3], "QQZ", *line.split(",")[4:]]) + "\n")
    with pytest.warns(ComityWarning, match="QQZ name no state"):
        assert _read("imf_dots", folder)["imf_dots"].num_rows == before


def test_a_workbook_that_is_laid_out_otherwise_is_refused(write: Write) -> None:
    import openpyxl

    folder = write("pink_sheet", "World Bank workbook")
    path = folder / "CMO-Historical-Data-Monthly.xlsx"
    book = openpyxl.load_workbook(path)
    book["Monthly Prices"]["B7"] = "n.a."
    book.save(path)
    with pytest.raises(BadDataError, match=r"'n\.a\.'; expected a price"):
        _read("pink_sheet", folder)
    book["Monthly Prices"].title = "Prices"
    book.save(path)
    with pytest.raises(BadDataError, match="expected a workbook with a sheet Monthly Prices"):
        _read("pink_sheet", folder)


def test_a_roll_call_with_a_vote_or_a_state_that_is_none_is_refused(write: Write) -> None:
    folder = write("voeten_votes", "Dataverse UNVotes")
    path = folder / "UNVotes.csv"
    header, first, *rest = path.read_text().splitlines()
    names = header.split(",")
    for column, wrong in (("vote", "5"), ("ccode", "998")):
        cells = first.split(",")
        cells[names.index(column)] = wrong
        path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n")
        with pytest.raises(BadDataError, match="expected votes 1, 2, 3, 8 or 9"):
            _read("voeten_votes", folder)


@pytest.mark.filterwarnings("ignore:.*another edition than the one")
def test_a_source_computed_from_others_reads_them_in_whichever_layout_is_there(tmp_path: Path) -> None:
    """The imf's and Comtrade's own files beside WITS's held copy give the reports that three held copies give."""
    raw, home = tmp_path / "raw", tmp_path / "home"
    raw.mkdir()
    for name in ("imf_dots", "comtrade_china_partners"):
        WRITERS[name, sources.get(name).layouts[0].name](SAMPLES / name, raw)
    for file in (SAMPLES / "wits_summary").iterdir():
        (raw / file.name).write_bytes(file.read_bytes())
    said: list[str] = []
    build.build(["suspected_reports"], folder=raw, home=home, progress=said.append)
    row = store.ledger_row(store.artefact_path(home, "table", "judged_reports"), "table", "store")
    assert row.facts["layout"] == "imf_dots: IMF IMTS, SDMX-CSV, comtrade_china_partners: UN Comtrade API, wits_summary: held copy"
    assert {"imts_XG_FOB_USD.csv", "imts_MG_CIF_USD.csv"} < set(row.inputs) and "untested against the publisher" in said[0]
    held = tmp_path / "held"
    held.mkdir()
    for name in ("imf_dots", "comtrade_china_partners", "wits_summary"):
        for file in (SAMPLES / name).iterdir():
            (held / file.name).write_bytes(file.read_bytes())
    build.build(["suspected_reports"], folder=held, home=tmp_path / "other")
    other = store.ledger_row(store.artefact_path(tmp_path / "other", "table", "judged_reports"), "table", "store")
    assert other.content == row.content and other.facts["layout"] == "held copy"


def test_a_month_that_is_none_is_refused_and_a_year_among_months_is_left_out(write: Write) -> None:
    folder = write("china_customs_russia", "UN Comtrade API, months")
    path = sorted(folder.glob("comtrade_months_*.json"))[0]
    found = _read("china_customs_russia", folder)["china_customs_russia"].to_pylist()
    assert {r["partner"] for r in found} == {"RUS"} and {r["month"].day for r in found} == {1}
    assert any(str(row["freqCode"]) == "A" for row in json.loads(path.read_text())["data"])
    for period in ("201913", "201900", "2019", "000001", "2019-1"):
        _change(path, lambda given, period=period: given | {"data": [given["data"][0] | {"period": period}, *given["data"][1:]]})
        with pytest.raises(BadDataError, match="expected YYYYMM"):
            _read("china_customs_russia", folder)
