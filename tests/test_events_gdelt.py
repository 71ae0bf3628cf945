"""GDELT's layout: names of files and columns, the files due of a day, and what becomes of a row."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from comity import states
from comity.events import cameo_states, gdelt
from comity.events.cameo_states import spells

FINE = {
    "GLOBALEVENTID": "410411701", "SQLDATE": "20150217", "Actor1CountryCode": "UKR", "Actor2CountryCode": "RUS", "EventCode": "0874",
    "QuadClass": "2", "GoldsteinScale": "10.0", "NumMentions": "6", "NumSources": "3", "NumArticles": "6", "AvgTone": "-4.28714995344335",
    "SOURCEURL": "http://x.y/z",
}  # fmt: skip


def judge(*rows: dict[str, str]) -> list[dict[str, Any]]:
    import ibis

    table = pa.table({**{n: [(FINE | row)[n] for row in rows] for n in gdelt.NEEDED}, "file": ["f"] * len(rows), "line": list(range(len(rows)))})
    raw = ibis.table({**dict.fromkeys(gdelt.NEEDED, "string"), "file": "string", "line": "int64"}, name="raw")
    known = ibis.table({"code": "string", "state": "string", "first": "date", "last": "date"}, name="spells")
    with duckdb.connect() as database:
        database.register("raw", table)
        database.register("spells", spells())
        text = ibis.to_sql(gdelt.judged(raw, known), dialect="duckdb")
        text = f"SELECT * REPLACE (CASE fate WHEN 'quarantined' THEN NULL ELSE day END AS day) FROM ({text})"  # Python has no year 0
        return sorted(database.sql(text).to_arrow_table().to_pylist(), key=lambda r: int(r["line"]))


@pytest.mark.parametrize(("number", "file"), [(58, "gdelt1_event_columns.csv"), (61, "gdelt2_event_columns.csv")])
def test_columns_are_the_codebooks(shared_data: Path, number: int, file: str) -> None:
    kinds = {"INTEGER": "int", "FLOAT": "float", "STRING": "text"}
    with (shared_data / "events" / "gdelt_samples" / file).open(encoding="utf-8") as stream:
        told = [(row["name"], kinds[row["type"]]) for row in csv.DictReader(stream)]
    assert list(gdelt.COLUMNS[number]) == told
    assert gdelt.COLUMNS[57] == gdelt.COLUMNS[58][:57]


def test_a_row_between_two_states_is_kept() -> None:
    (row,) = judge({})
    assert (row["fate"], row["a"], row["b"], row["day"], row["goldstein"], row["id"]) == ("kept", "UKR", "RUS", dt.date(2015, 2, 17), 10.0, 410411701)


def test_empty_goldstein_and_tone_are_null_and_kept() -> None:
    (row,) = judge({"GoldsteinScale": "", "AvgTone": ""})
    assert (row["fate"], row["goldstein"], row["tone"]) == ("kept", None, None)


@pytest.mark.parametrize(
    ("column", "text"),
    [(c, t) for c in ("GLOBALEVENTID", "QuadClass", "NumMentions", "NumSources", "NumArticles")
     for t in ("", "x", "-1", "1.5", "1e3", "0x1", "99999999999999999999", "1_0", " 1", "nan")]
    + [(c, t) for c in ("GoldsteinScale", "AvgTone") for t in ("x", "nan", "inf", "-inf", "100.5", "-1e9", "1.0d", "1,5", " ")]
    + [("SQLDATE", t) for t in ("", "00000101", "20150230", "2015021", "201502170", "2015-2-1", "20151301", "x0150217", "2015+1+1", "2015 1 1")]
    + [("EventCode", t) for t in ("", "00", "21", "1", "01234", "01.5", "0x1", "---")]
    + [("QuadClass", t) for t in ("0", "5", "127")],
)  # fmt: skip
def test_nonsense_is_quarantined_with_the_column_it_stands_in(column: str, text: str) -> None:
    (row,) = judge({column: text})
    assert row["fate"] == "quarantined"
    assert column in row["reason"] or column.removeprefix("Num").lower() in row["reason"]


def test_rows_not_between_two_states_are_told_from_nonsense() -> None:
    others = [{"Actor1CountryCode": c} for c in ("", "EUR", "WST", "AFR", "QQQ", "RUS", "rus")] + [{"Actor2CountryCode": "UKR"}]
    assert {r["fate"] for r in judge(*others)} == {"not_between_states"}


def test_states_are_those_of_the_day() -> None:
    old, new = judge({"SQLDATE": "19890101", "Actor1CountryCode": "USA"}, {"SQLDATE": "19920101", "Actor1CountryCode": "USA"})
    assert (old["b"], new["b"]) == ("SUN", "RUS")
    places = judge(*({"Actor1CountryCode": c} for c in ("ROM", "MTN", "TMP", "GZS", "WSB", "BAG")))
    assert [r["a"] for r in places] == ["ROU", "MNE", "TLS", "PSE", "PSE", "IRQ"]
    assert judge({"SQLDATE": "19850101", "Actor1CountryCode": "KAZ"})[0]["fate"] == "not_between_states"


def test_spells_are_what_the_table_of_states_says_each_day() -> None:
    rng = random.Random(3)
    table = spells().to_pylist()
    for _ in range(3000):
        day = dt.date(1900, 1, 1) + dt.timedelta(days=rng.randrange(46_000))
        code = rng.choice([*cameo_states.SAME, *cameo_states.OTHER])
        found = [r["state"] for r in table if r["code"] == code and r["first"] <= day <= r["last"]]
        assert (found or [None])[0] == states.resolve(cameo_states.OTHER.get(code, code), "iso3", day)


def test_no_code_means_two_states_on_a_day() -> None:
    rows = sorted(spells().to_pylist(), key=lambda r: (r["code"], r["first"]))
    assert all(a["last"] < b["first"] for a, b in pairwise(rows) if a["code"] == b["code"])


def test_quad_classes_by_the_two_conventions() -> None:
    import ibis

    text = ibis.to_sql(gdelt.in_convention(ibis.table({"code": "string", "quad": "int8", "convention": "string"}, name="acts"), "schrodt"))
    with duckdb.connect() as database:
        database.register("acts", pa.table({"code": [f"{root:02d}0" for root in range(1, 21)], "quad": [0] * 20, "convention": ["gdelt"] * 20}))
        found = sorted(database.sql(str(text)).to_arrow_table().to_pylist(), key=lambda r: str(r["code"]))
    assert {r["convention"] for r in found} == {"schrodt"}
    assert [r["quad"] for r in found] == [1] * 5 + [2] * 3 + [3] * 5 + [4] * 7


def test_real_rows_are_read(shared_data: Path) -> None:
    folder = shared_data / "events" / "gdelt_samples"
    for file, width in (("gdelt1_raw_rows_57_58_columns.tsv", 58), ("gdelt2_raw_rows_61_columns_english.tsv", 61)):
        lines = [line.split("\t") for line in (folder / file).read_text(encoding="utf-8").split("\n") if line]
        names = [n for n, _ in gdelt.COLUMNS[width]]
        rows = [dict(zip(names, line, strict=False)) | ({"SOURCEURL": ""} if len(line) == 57 else {}) for line in lines]
        found = judge(*({n: row[n] for n in gdelt.NEEDED} for row in rows))
        assert Counter(r["fate"] for r in found)["quarantined"] == 0
        both = sum(bool(r["Actor1CountryCode"] and r["Actor2CountryCode"]) and r["Actor1CountryCode"] != r["Actor2CountryCode"] for r in rows)
        assert 0.5 * both < sum(r["fate"] == "kept" for r in found) <= both


def test_gdelts_own_classes_end_at_other_roots_than_schrodts(shared_data: Path) -> None:
    own = {row["code"][:2]: row["quad"] for row in judge(*({"EventCode": c, "QuadClass": q} for c, q in (("090", "2"), ("140", "3"))))}
    assert own == {"09": 2, "14": 3}
    folder = shared_data / "events" / "gdelt_samples"
    quads = duckdb.sql(f"SELECT DISTINCT EventRootCode::INT r, QuadClass::INT q FROM '{folder}/gdelt1_interstate_rows_georgia_201106_201305.parquet'")
    assert dict(quads.fetchall())[14] == 3


@pytest.mark.parametrize(
    ("name", "edition", "span"),
    [("20130401.export.CSV.zip", "gdelt1", "day"), ("201303.zip", "gdelt1", "month"), ("1979.zip", "gdelt1", "year"),
     ("20150218230000.export.CSV.zip", "gdelt2", "quarter hour"), ("20150218224500.translation.export.CSV.zip", "gdelt2-translated", "quarter hour")],
)  # fmt: skip
def test_published_names(name: str, edition: str, span: str) -> None:
    found = gdelt.named(name)
    assert found is not None
    assert (found.edition, found.span) == (edition, span)


@pytest.mark.parametrize("name", ["20131301.export.CSV.zip", "GDELT.MASTERREDUCEDV2.1979-2013.zip", "20150218230000.mentions.CSV.zip", "x.zip"])
def test_other_names_are_none(name: str) -> None:
    assert gdelt.named(name) is None


def test_files_due_of_a_day() -> None:
    assert gdelt.due("gdelt1", dt.date(2005, 12, 31)) == ("2005",)
    assert gdelt.due("gdelt1", dt.date(2013, 3, 31)) == ("201303",)
    assert gdelt.due("gdelt1", dt.date(2013, 4, 1)) == ("20130401",)
    assert len(gdelt.due("gdelt2", dt.date(2015, 2, 18))) == 4
    assert len(set(gdelt.due("gdelt2", dt.date(2020, 2, 29)))) == 96
    assert gdelt.due("gdelt2", dt.date(2015, 2, 17)) == ()


def test_the_kept_texts_are_the_expressions() -> None:
    from comity.events import compiled

    assert {name: compiled.text(name) for name in compiled.texts()} == compiled.texts(), "run `python -m comity.events.compiled`"
