"""A user's own table: what is repaired and listed, what is refused with its line, and that joining it changes no row."""

from __future__ import annotations

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import comity
from comity import states, userfile
from comity.core import BadDataError, UsageError

ON = ("a", "b", "year")


def _file(folder: Path, text: str | bytes, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _keys(read: userfile.Joined) -> list[tuple[object, ...]]:
    return list(zip(*(read.table[k].to_pylist() for k in read.keys), strict=True))


def test_a_plain_file_needs_no_repair(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "a,b,year,score,note\nCHN,RUS,2010,1.5,x\nUSA,FRA,2011,,\n"), ON)
    assert _keys(read) == [("CHN", "RUS", 2010), ("USA", "FRA", 2011)]
    assert read.table["score"].to_pylist() == [1.5, None] and read.table["note"].to_pylist() == ["x", None]
    assert read.columns == ("score", "note") and read.repairs == () and read.unresolved == ()


def test_a_byte_order_mark_is_removed(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, b"\xef\xbb\xbfa,b,year,score\r\nCHN,RUS,2010,1\r\n"), ON)
    assert _keys(read) == [("CHN", "RUS", 2010)] and read.repairs == ("byte-order mark removed",)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "a,b,year,score\nCHN,RUS,2010,1\n".replace(",", delimiter)
    read = userfile.read(_file(tmp_path, text), ON)
    assert _keys(read) == [("CHN", "RUS", 2010)] and read.repairs == (f"delimiter is {delimiter!r}",)


def test_latin_1_is_read(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "a,b,year,score\nCôte d'Ivoire,RUS,2010,1\n".encode("latin-1")), ON)
    assert _keys(read) == [("CIV", "RUS", 2010)] and len(read.repairs) == 1 and "Latin-1" in read.repairs[0]


def test_the_day_numbers_of_excel_are_dates(tmp_path: Path) -> None:
    text = "a,b,date,score\nCHN,RUS,40179,1\nCHN,RUS,40178,2\nCHN,RUS,2011-05-01,3\nCHN,RUS,1.2.2012,4\n"
    read = userfile.read(_file(tmp_path, text), ("a", "b", "date"))
    assert [k[2] for k in _keys(read)] == [2010, 2009, 2011, 2012]
    assert read.repairs == ("2 cells of date were Excel day numbers: read as dates",)


@pytest.mark.parametrize("cell", ["=A1+1", "@SUM(A1)", "+SUM(A1:A2)", "-LOG(A1)"])
def test_formulas_are_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(BadDataError, match=r"line 3, column score: .* is a formula"):
        userfile.read(_file(tmp_path, f"a,b,year,score\nCHN,RUS,2010,-1.5\nCHN,RUS,2011,{cell}\n"), ON)


def test_a_key_that_stands_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match="line 4: the key CHN, RUS, 2010 stands in line 2 already"):
        userfile.read(_file(tmp_path, "a,b,year,score\nCHN,RUS,2010,1\nCHN,USA,2010,1\nChina,Russia,2010,2\n"), ON)


@pytest.mark.parametrize(("row", "cells"), [("CHN,RUS,2011", 3), ("CHN,RUS,2011,1,2", 5)])
def test_a_wrong_number_of_cells_names_its_line(tmp_path: Path, row: str, cells: int) -> None:
    with pytest.raises(BadDataError, match=f"line 3: {cells} cells, the header has 4"):
        userfile.read(_file(tmp_path, f"a,b,year,score\nCHN,RUS,2010,1\n{row}\n"), ON)


def test_unknown_names_are_listed_and_kept(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "a,b,year,score\nCHN,RUS,2010,1\nCHN,Ruritania,2010,2\nRuritania,Freedonia,2010,3\n,RUS,2010,4\n"), ON)
    assert read.unresolved == ("'Ruritania' (line 3)", "'Freedonia' (line 4)", "'' (line 5)")
    assert read.table.num_rows == 4 and _keys(read)[1:] == [("CHN", None, 2010), (None, None, 2010), (None, "RUS", 2010)]


def test_a_state_in_a_year_without_it_is_no_unknown_name(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "a,b,year,score\nCHN,Germany,1947,1\nGermany,CHN,1948,2\nRuritania,CHN,1947,2\nCHN,Germany,2000,1\n"), ON)
    assert read.unresolved == ("'Ruritania' (line 4)",) and read.absent == ("'Germany' in 1947 (line 2)", "'Germany' in 1948 (line 3)")
    assert read.unmatched == "no state goes by 'Ruritania' (line 4); there was no 'Germany' in 1947 (line 2), 'Germany' in 1948 (line 3)"
    assert _keys(read)[-1] == ("CHN", "DEU", 2000)


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("USSR", 2019, None), ("SUN", 1992, None), ("Yugoslavia", 2010, None), ("North Yemen", 1995, None), ("260", 2000, None), ("678", 2000, None),
        ("USSR", 1991, "SUN"), ("Yugoslavia", 1995, "SCG"), ("Serbia", 2004, "SCG"), ("Russia", 1970, "SUN"), ("255", 2000, "DEU"),
        ("365", 2019, "RUS"), ("West Germany", 2000, "DEU"), ("Zaire", 2010, "COD"),
    ],
)  # fmt: skip
def test_a_state_of_the_past_is_not_given_to_its_heir(tmp_path: Path, name: str, year: int, code: str | None) -> None:
    read = userfile.read(_file(tmp_path, f"a,b,year,score\n{name},CHN,{year},1\n"), ON)
    assert _keys(read) == [(code, "CHN", year)] and read.unresolved == ()
    assert bool(read.absent) is (code is None)
    if name == "USSR" and code is None:
        assert read.unmatched == "there was no 'USSR' in 2019 (line 2; write Russia (RUS), which then had its seat, or mend the year)"


@pytest.mark.parametrize(
    ("column", "cells", "words"),
    [
        ("year", "2018 2019-03", "line 3, column year: '2019-03' is a month, and each row is of a year; write 2019 .*period=\"month\""),
        ("date", "2018-01-01 2019-03", "line 3, column date: '2019-03' is a month"),
        ("year", "2018 2019-03-05", "line 3, column year: '2019-03-05' is a day, and each row is of a year; write 2019"),
        ("year", "2018 20190", "line 3, column year: '20190' is no year; Excel's"),
        ("date", "40179", "line 2, column date: '40179' is no year; Excel's"),
        ("date", "40179 2019", "line 2, column date: '40179' is no year; Excel's"),
        ("date", "40179 61000", "line 2, column date: '40179' is no year; Excel's"),
        ("year", "43466 43525", "line 3, column year: '43525' is to Excel the day 2019-03-01, and each"),
        ("date", "2018-13-40", "line 2, column date: '2018-13-40' is no year or date"),
    ],
)
def test_what_is_no_year_is_refused_with_its_line(tmp_path: Path, column: str, cells: str, words: str) -> None:
    text = f"a,b,{column},score\n" + "".join(f"CHN,RUS,{cell},1\n" for cell in cells.split())
    with pytest.raises(BadDataError, match=words):
        userfile.read(_file(tmp_path, text), ("a", "b", column))


def test_the_first_of_january_is_a_year_and_the_column_may_have_any_name(tmp_path: Path) -> None:
    path = _file(tmp_path, "a,b,jahr,score\nCHN,RUS,2019-01-01,1\nCHN,RUS,2020,2\n")
    read = userfile.read(path, ("a", "b", "jahr"), year="jahr")
    assert [k[2] for k in _keys(read)] == [2019, 2020] and read.columns == ("score",) and read.lines == (2, 3)


@pytest.mark.parametrize(
    ("cell", "cure"),
    [
        ("..", "leave a missing value empty"), ("NaN", "leave a missing value empty"), ("-inf", "a value is finite"),
        ("18,100", "write 18100 where the comma parts thousands, 18.100 where"), ("1.234,5", "write 1234.5, with a decimal point"),
        ("-1,234,567", "write -1234567 where the comma parts thousands"), ("61 %", "without signs and units"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_number_is_kept_with_its_line_and_cure(tmp_path: Path, cell: str, cure: str) -> None:
    read = userfile.read(_file(tmp_path, f'a,b,year,score\nCHN,RUS,2010,1\nCHN,RUS,2011,"{cell}"\n'), ON)
    assert read.texts == {"score": (3, cell)} and cure in userfile.no_number(cell)


def test_without_a_year_the_file_holds_for_all(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "a,b,score\nCHN,RUS,1\n"), ("a", "b"))
    assert read.keys == ("k_a", "k_b") and _keys(read) == [("CHN", "RUS")]


def test_numbers_are_those_of_correlates_of_war(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "ccode1,ccode2,year,score\n710,365,2010,1\n2,365.0,1985,2\n"), ("ccode1", "ccode2", "year"))
    assert _keys(read) == [("CHN", "RUS", 2010), ("USA", "SUN", 1985)]


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    pq.write_table(pa.table({"a": ["CHN", "France"], "b": [365, 2], "year": [2010.0, 2011.0], "score": [1.5, None]}), path)
    read = userfile.read(path, ON)
    assert _keys(read) == [("CHN", "RUS", 2010), ("FRA", "USA", 2011)] and read.table["score"].to_pylist() == [1.5, None]
    with pytest.raises(BadDataError, match="cannot be read as Parquet"):
        userfile.read(_file(tmp_path, "no parquet", "bad.parquet"), ON)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadDataError, match="the file is empty"):
        userfile.read(_file(tmp_path, data), ON)


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert userfile.read(_file(tmp_path, "a,b,year,score\n"), ON).table.num_rows == 0


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("a,b,year,score\nCHN,RUS,soon,1\n", BadDataError, "line 2, column year: 'soon' is no year"),
        ("a,b,year,x,x\nCHN,RUS,2010,1,1\n", BadDataError, "column 'x' stands twice"),
        ("a,c,year,score\nCHN,RUS,2010,1\n", UsageError, "--on b is no column of it; it has a, c, year, score"),
        ("a,b,year,k_a\nCHN,RUS,2010,1\n", BadDataError, "may not be named k_a"),
    ],
)
def test_what_else_is_refused(tmp_path: Path, text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        userfile.read(_file(tmp_path, text), ON)
    with pytest.raises(UsageError, match="no such file"):
        userfile.read(tmp_path / "none.csv", ON)
    with pytest.raises(UsageError, match="one or two columns of states"):
        userfile.read(_file(tmp_path, "a,b,year,score\n"), ("year",))


def test_200_000_rows_are_read_in_seconds(tmp_path: Path) -> None:
    codes = sorted(s.code for s in states.all_states() if states.is_member(s.code, 2012))
    lines = [f"{a},{b},{year},{year / 7}" for year in range(2012, 2018) for a in codes for b in codes if a != b][:200_000]
    assert len(lines) == 200_000
    path = _file(tmp_path, "a,b,year,score\n" + "\n".join(lines))
    began = time.perf_counter()
    read = userfile.read(path, ON)
    assert read.table.num_rows == 200_000 and time.perf_counter() - began < 10


@pytest.mark.parametrize("directed", [False, True])
def test_joining_changes_no_row(tmp_path: Path, directed: bool) -> None:
    store = comity.open(tmp_path / "home")
    bare = store.dyads("year", 2010, 2011, directed=directed)
    path = _file(tmp_path, "x,y,year,score\nRussia,China,2010,1.5\nUSA,Ruritania,2010,2\nCHN,FRA,1990,3\n")
    plan = bare.join(path, ("x", "y", "year"))
    table = plan.to_arrow()
    assert table.select(bare.to_arrow().column_names).equals(bare.to_arrow()) and table.column_names[-1] == "score"
    found = [(r["a"], r["b"], r["year"], r["score"]) for r in table.to_pylist() if r["score"] is not None]
    assert found == ([("RUS", "CHN", 2010, 1.5)] if directed else [("CHN", "RUS", 2010, 1.5)])
    assert plan.joined[0].unresolved == ("'Ruritania' (line 3)",)
    one = bare.join(_file(tmp_path, "x,mine\nCHN,7\n", "one.csv"), ("x",)).to_arrow()
    assert one.num_rows == table.num_rows and set(one.filter(pc.is_valid(one["mine"]))["a"].to_pylist()) == {"CHN"}


def test_a_pair_given_both_ways_joins_only_a_directed_panel(tmp_path: Path) -> None:
    store = comity.open(tmp_path / "home")
    path = _file(tmp_path, "x,y,year,score\nRUS,CHN,2010,1\nCHN,RUS,2010,2\n")
    table = store.dyads("year", 2010, 2010, directed=True).join(path, ("x", "y", "year")).to_arrow()
    assert sorted(v for v in table["score"].to_pylist() if v is not None) == [1.0, 2.0]
    with pytest.raises(BadDataError, match="twice"):
        store.dyads("year", 2010, 2010).join(path, ("x", "y", "year")).to_arrow()


def test_a_column_may_not_take_the_name_of_another(tmp_path: Path) -> None:
    path = _file(tmp_path, "x,y,year,score\nRUS,CHN,2010,1\n")
    with pytest.raises(UsageError, match="year"):
        comity.open(tmp_path / "home").dyads("year", 2010, 2010).join(path, ("x", "y")).to_arrow()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,year,\nCHN,RUS,2010,1\n", "column 4 has no name"),
        ("a,b,year,s\nCHN,RUS,2010, =1+1\n", "is a formula"),
        ("a,b,year,s\nCHN,RUS,2010,-cmd|x\n", "is a formula"),
        ("a,b,year,s\nCHN,RUS,2010,1e999\n", "too large for a number"),
        ("a,b,year,s\nCHN,RUS,2010,a\0b\n", "NUL byte"),
        ("a,b,year,s\x1b[31m\nCHN,RUS,2010,1\n", "no name of a column"),
    ],
)
def test_hostile_cells_and_headers_are_refused_with_their_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadDataError, match=words):
        userfile.read(_file(tmp_path, text), ON)


def test_utf_16_is_read_and_told(tmp_path: Path) -> None:
    read = userfile.read(_file(tmp_path, "a,b,year,score\nCHN,RUS,2010,1\n".encode("utf-16")), ON)
    assert _keys(read) == [("CHN", "RUS", 2010)] and "UTF-16" in read.repairs[0]
