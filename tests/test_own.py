"""A user's own sources and measures: mounted, kept to the promises, shown as the user's own, forgotten when asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from comity import citation, measures, own, panel_files, release, sources
from comity.core import BadDataError, ComityWarning, UsageError
from comity.store import Holdings

SOURCE = """
[source]
name = "trust_survey"
title = "A survey of trust"
licence = "mine"
citation = "Me, 2024"
file = "trust.csv"
states = ["x", "y"]
year = "year"
published_months = 2
{more}
[[measure]]
name = "trust"
title = "Trust in each other"
unit = "per cent"
bounds = [0, 100]
domain = "people"
kind = "alignment"
because = "what each says of the other"
{options}
"""
ROWS = "x,y,year,trust\nChina,Russia,2020,61.5\nCAN,USA,2021,70\nGermany,France,2021,\n"


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "mine"
    folder.mkdir()
    yield folder
    own.mount(tmp_path / "nowhere")
    assert "trust" not in measures.load() and "trust_survey" not in sources.names()


def _write(folder: Path, rows: str = ROWS, more: str = "", options: str = "", encoding: str = "utf-8") -> Path:
    (folder / "trust.csv").write_bytes(rows.encode(encoding))
    path = folder / "trust.toml"
    path.write_text(SOURCE.format(more=more, options=options), encoding="utf-8")
    return path


def test_a_file_becomes_a_measure_like_any_other(mine: Path, home: Path) -> None:
    store = comity.open(home)
    assert store.add(_write(mine)) == ("trust",)
    rows = store.series("trust", dyad=("Russia", "China")).to_pylist()
    assert [(r["a"], r["b"], r["value"], str(r["published"]), r["source"]) for r in rows] == [("CHN", "RUS", 61.5, "2021-03-01", "trust_survey")]
    assert next(r for r in store.measures() if r["name"] == "trust")["layer"] == "own"
    assert next(r for r in store.sources() if r["name"] == "trust_survey")["layer"] == "own"
    assert [r["name"] for r in store.find("trust")] == ["trust"]
    page = store.profile("CHN", "RUS")
    shown = next(m for s in page.sections for m in s.measures if m.name == "trust")
    assert shown.series[0].value == 61.5
    assert next(s for s in page.sources if s.name == "trust_survey").publisher.endswith("(your own, not part of comity)")
    plan = store.dyads("year", 2020, 2021, states=["CHN", "RUS", "USA", "CAN"]).add("trust")
    assert "(the authors' own)" in panel_files.methods(plan, plan.to_arrow())
    assert "Me, 2024" in citation.cite(("trust",))
    assert store.verify()["bad"] == []
    again = comity.open(home)
    assert again.series("trust").num_rows == 2


def test_it_is_never_in_the_starter(mine: Path, home: Path, tmp_path: Path) -> None:
    comity.open(home).add(_write(mine, more='share = "yes"'))
    assert "trust" in Holdings(home, home).names("series")
    assert "trust" not in release.make_starter(home, tmp_path / "starter")


def test_a_store_without_it_does_not_know_it(mine: Path, home: Path, tmp_path: Path) -> None:
    comity.open(home).add(_write(mine))
    other = comity.open(tmp_path / "other")
    with pytest.raises(UsageError, match="no measure is named 'trust'"):
        other.series("trust")
    comity.open(home).remove(mine / "trust.toml")
    assert not list((home / "series").glob("trust*")) and not list((home / "tables").glob("trust*"))
    with pytest.raises(UsageError, match="not added to this store"):
        comity.open(home).remove(mine / "trust.toml")


def test_a_changed_file_is_built_again_with_its_source(mine: Path, home: Path) -> None:
    path = _write(mine)
    store = comity.open(home)
    store.add(path)
    _write(mine, ROWS.replace("61.5", "62"))
    store.build("trust", folder=home)
    assert store.series("trust", dyad=("CHN", "RUS")).column("value").to_pylist() == [62.0]


def test_semicolons_byte_order_mark_and_latin_letters_are_told_and_read(mine: Path, home: Path) -> None:
    rows = "x;y;year;trust\nChina;Russia;2020;61.5\nTürkei;Russia;2020;5\n".replace("Türkei", "Türkiye")
    with pytest.warns(ComityWarning, match="delimiter"), pytest.warns(ComityWarning, match="Latin-1"):
        comity.open(home).add(_write(mine, rows, encoding="latin-1"))
    assert comity.open(home).series("trust", dyad=("TUR", "RUS")).column("value").to_pylist() == [5.0]


@pytest.mark.parametrize(
    ("rows", "more", "options", "error", "words"),
    [
        (ROWS.replace("China", "Chyna"), "", "", BadDataError, r"'Chyna' \(line 2\).*skip"),
        (ROWS.replace("2021,\n", "1947,2\n"), "", "", BadDataError, r"there was no 'Germany' in 1947 \(line 4\); mend the years"),
        (ROWS + "Chad,Chad,2020,1\n", "", "", BadDataError, "trust.csv: line 5, column trust: TCD stands with itself"),
        (ROWS + "China,Russia,2020,60\n", "", "", BadDataError, "line 5.*line 2"),
        (ROWS + "Russia,China,2020,60\n", "", "", BadDataError, "line 5.*CHN-RUS 2020.*both directions.*61.5 in line 2 and 60"),
        (ROWS.replace("61.5", "many"), "", "", BadDataError, "line 2, column trust: 'many' is no number; empty cells mean missing"),
        (ROWS.replace("61.5", '"61,5"'), "", "", BadDataError, "line 2, column trust: '61,5' is no number; write 61.5, with a decimal point"),
        (ROWS.replace("70", "NaN"), "", "", BadDataError, "line 3, column trust: 'NaN' is no number; leave a missing value empty"),
        (ROWS.replace("China", "USSR"), "", "", BadDataError, r"no 'USSR' in 2020 \(line 2; write Russia \(RUS\)"),
        (ROWS.replace("2020", "2020-03"), "", "", BadDataError, "line 2, column year: '2020-03' is a month"),
        (ROWS.replace("61.5", "=1+1"), "", "", BadDataError, "line 2, column trust.*formula"),
        (ROWS.replace("61.5", "161.5"), "", "", BadDataError, r"line 2, column trust: 161.5 is outside bounds \[0, 100\] of trust in trust.toml"),
        (ROWS.replace("trust", "faith"), "", "", BadDataError, r"no column trust; it has faith \(column = '…' in trust.toml: \[\[measure\]\] trust"),
        (ROWS.replace("x,y", "x,z"), "", "", UsageError, r"trust.csv: states in \[source\] of trust.toml: y is no column of it; it has x, z, year"),
        (ROWS.replace("year", "jahr"), "", "", UsageError, r"trust.csv: year in \[source\] of trust.toml: year is no column of it"),
        (ROWS, "", "column = 'year'", UsageError, "states, year and column name x, y, year, year; expected columns that differ"),
        (ROWS, 'shares = "yes"', "", UsageError, "shares; known are"),
        (ROWS, 'share = "some"', "", UsageError, "share is 'some'; it is one of yes, derived, no"),
        (ROWS, "", 'colour = "red"', UsageError, "colour"),
        (ROWS, "", 'period = "month"', UsageError, "has period; .*; values are of years, other periods need a Python module"),
        (ROWS, "", "bounds2 = 1", UsageError, "bounds2"),
    ],
)
def test_what_does_not_stand_is_refused_and_leaves_nothing(
    mine: Path, home: Path, rows: str, more: str, options: str, error: type[Exception], words: str
) -> None:
    store = comity.open(home)
    with pytest.raises(error, match=words):
        store.add(_write(mine, rows, more, options))
    assert own.registered(home) == []
    assert not list(home.rglob("trust*"))
    with pytest.raises(UsageError):
        comity.open(home).series("trust")


@pytest.mark.parametrize(("rows", "options"), [(ROWS.replace("61.5", "161.5"), ""), (ROWS, "column = 'none'"), (ROWS.replace("China", "Chyna"), "")])
def test_a_refused_second_add_leaves_what_was_built_before(mine: Path, home: Path, rows: str, options: str) -> None:
    store = comity.open(home)
    path = _write(mine)
    store.add(path)
    before = {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}
    _write(mine, rows, options=options)
    with pytest.raises(BadDataError):
        store.add(path)
    assert {p: p.read_bytes() for p in home.rglob("*") if p.is_file()} == before
    _write(mine)
    assert comity.open(home).verify()["bad"] == []


def test_a_second_add_forgets_what_is_no_longer_declared(mine: Path, home: Path) -> None:
    store = comity.open(home)
    path = _write(mine)
    store.add(path)
    path.write_text(path.read_text().replace('name = "trust"\n', 'name = "trust2"\ncolumn = "trust"\n'))
    assert store.add(path) == ("trust2",)
    assert [p.stem for p in (home / "series").iterdir()] == ["trust2"]


def test_what_is_gone_can_be_removed_with_what_was_built_of_it(mine: Path, home: Path) -> None:
    path = _write(mine)
    comity.open(home).add(path)
    path.rename(mine / "other.toml")
    with pytest.warns(ComityWarning, match="add --remove"):
        store = comity.open(home)
    store.remove(path)
    assert not list(home.rglob("*.parquet")) and own.registered(home) == []


def test_taken_names_are_refused(mine: Path, home: Path) -> None:
    path = _write(mine)
    path.write_text(path.read_text().replace('name = "trust"', 'name = "disputes"'))
    with pytest.raises(UsageError, match="a measure is named disputes already"):
        comity.open(home).add(path)
    path.write_text(path.read_text().replace('name = "trust_survey"', 'name = "cow_mid"'))
    with pytest.raises(UsageError, match="a source is named cow_mid already"):
        comity.open(home).add(path)
    assert comity.open(home).measures()
    assert measures.get("disputes").module.startswith("comity.")


def test_a_pair_that_stands_in_both_directions_with_one_value_is_told(mine: Path, home: Path) -> None:
    with pytest.warns(ComityWarning, match="1 pairs and years stand in both directions"):
        comity.open(home).add(_write(mine, ROWS + "Russia,China,2020,61.5\n"))
    assert comity.open(home).series("trust").num_rows == 2


def test_named_leftovers_may_be_skipped(mine: Path, home: Path) -> None:
    store = comity.open(home)
    store.add(_write(mine, ROWS + "World,China,2020,1\nGermany,China,1947,1\n", 'skip = ["World", "Germany"]'))
    assert store.series("trust").num_rows == 2


def test_a_skip_that_leaves_out_nothing_is_told(mine: Path, home: Path) -> None:
    with pytest.warns(ComityWarning, match="trust.csv: skip names 'Wrld', and no row is left out for it"):
        comity.open(home).add(_write(mine, more='skip = ["Wrld"]'))


def test_a_year_column_may_have_any_name_and_bounds_stand_low_first(mine: Path, home: Path) -> None:
    path = _write(mine, ROWS.replace("year", "jahr"))
    path.write_text(path.read_text().replace('year = "year"', 'year = "jahr"'))
    store = comity.open(home)
    store.add(path)
    assert {r["start"].year for r in store.series("trust").to_pylist()} == {2020, 2021}
    path.write_text(path.read_text().replace("[0, 100]", "[100, 0]"))
    with pytest.raises(UsageError, match=r"trust.toml: measure trust: bounds is \[100, 0\]: the lowest stands first; expected \[0, 100\]"):
        store.add(path)


@pytest.mark.parametrize(
    ("source", "measure", "words"),
    [
        ("vote_agreement", "trust", "source vote_agreement: a measure is named vote_agreement already"),
        ("mid_dyad_years", "trust", "source mid_dyad_years: a table of comity's cow_mid is named mid_dyad_years already"),
        ("survey", "cow_mid", "measure cow_mid: a source is named cow_mid already"),
        ("trust_survey", "mid_dyad_years", "measure mid_dyad_years: a table of comity's cow_mid is named mid_dyad_years already"),
        ("trust", "trust", r"measure trust: a source is named trust \(.*trust.toml\) already; names must differ"),
        ("position", "trust", "source position: comity's ranks are named position already"),
    ],
)
def test_a_name_of_the_package_is_never_taken(mine: Path, home: Path, source: str, measure: str, words: str) -> None:
    path = _write(mine)
    path.write_text(path.read_text().replace('"trust_survey"', f'"{source}"').replace('"trust"', f'"{measure}"'))
    with pytest.raises(UsageError, match=words):
        comity.open(home).add(path)
    assert [p.name for p in home.rglob("*")] == ["lock"]
    assert own.registered(home) == [] and sources.own(source) is None


def test_two_files_may_not_share_a_name(mine: Path, home: Path) -> None:
    comity.open(home).add(_write(mine))
    other = mine / "other.toml"
    other.write_text((mine / "trust.toml").read_text().replace('"trust_survey"', '"second"'))
    with pytest.raises(UsageError, match=r"other.toml: measure trust: a measure is named trust \(.*trust.toml\) already"):
        comity.open(home).add(other)
    assert comity.open(home).series("trust").num_rows == 2


def test_a_file_that_is_not_there_is_named(mine: Path, home: Path) -> None:
    path = _write(mine)
    path.write_text(path.read_text().replace("trust.csv", "nope.csv"))
    with pytest.raises(UsageError, match=rf"trust.toml: file nope.csv not found in {mine}"):
        comity.open(home).add(path)
    assert own.registered(home) == []


@pytest.mark.parametrize(
    "file",
    [
        "../secret.csv",
        "sub/../../secret.csv",
        "{secret}",
        "link.csv",
        "linked/secret.csv",
        "..",
        "a\\\\..\\\\b.csv",
        "../*.csv",
        "a\\u0000b",
        "found.csv",
        "l*.csv",
    ],
)
def test_a_file_outside_the_folder_is_refused(mine: Path, home: Path, tmp_path: Path, file: str) -> None:
    (outside := tmp_path / "outside").mkdir()
    secret = outside / "secret.csv"
    secret.write_text(ROWS)
    (tmp_path / "secret.csv").write_text(ROWS)
    (mine / "sub").mkdir()
    (mine / "link.csv").symlink_to(secret)
    (mine / "linked").symlink_to(outside)
    (mine / "sub" / "found.csv").symlink_to(secret)
    path = _write(mine)
    path.write_text(path.read_text().replace("trust.csv", file.format(secret=secret)))
    with pytest.raises(UsageError, match=r"trust.toml: \[source\] file .*(copy it there|copy the file itself there)"):
        comity.open(home).add(path)
    assert own.registered(home) == []
    assert not list(home.rglob("trust*"))


def test_a_file_that_becomes_a_link_out_is_left_out(mine: Path, home: Path, tmp_path: Path) -> None:
    path = _write(mine)
    comity.open(home).add(path)
    (tmp_path / "secret.csv").write_text(ROWS.replace("61.5", "99"))
    (mine / "trust.csv").unlink()
    (mine / "trust.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.warns(ComityWarning, match="leads out of .*left out"):
        own.mount(home)
    assert "trust" not in measures.load()


def test_a_file_below_the_folder_and_a_link_within_it_are_read(mine: Path, home: Path) -> None:
    path = _write(mine)
    (mine / "data").mkdir()
    (mine / "trust.csv").rename(mine / "data" / "real.csv")
    (mine / "trust.csv").symlink_to(mine / "data" / "real.csv")
    assert comity.open(home).add(path) == ("trust",)
    path.write_text(path.read_text().replace("trust.csv", "data/real.csv"))
    assert comity.open(home).add(path) == ("trust",)
    assert comity.open(home).series("trust").num_rows == 2


MODULE = '''
from comity.core import Coverage, File, Licence, Published, Source, TableSpec, measure


def build(raw):
    return {"clubs": raw.query("SELECT a, b, year::INT AS year, n::DOUBLE AS n FROM rows")}


SOURCE = Source(
    name="clubs", title="Clubs", publisher="me", licence=Licence(name="mine", share="no", terms="none"), citation="Me",
    files=(File(name="clubs.csv", view="rows", columns=("a", "b", "year", "n")),),
    tables=(TableSpec(name="clubs", columns={"a": "string", "b": "string", "year": "int32", "n": "float64"},
                      key=("a", "b", "year"), states=("a", "b")),),
    coverage=Coverage(states="members"), published=Published(months=1), build=build,
)


@measure(title="Clubs", unit="clubs", period="year", bounds=(0, None), absent=0.0, domain="people", kind="joint", because="they meet",
         reference="me", variants={"double": "twice"})
def shared_clubs(clubs, variant):
    """Clubs in common."""
    import ibis

    value = clubs.n * 2 if variant else clubs.n
    return clubs.select("a", "b", start=ibis.date(clubs.year, 1, 1), value=value)
'''


def test_a_folder_of_python_modules(mine: Path, home: Path) -> None:
    (mine / "clubs.py").write_text(MODULE)
    (mine / "clubs.csv").write_text("a,b,year,n\nCHN,RUS,2019,3\nCAN,USA,2021,2\n")
    store = comity.open(home)
    assert set(store.add(mine)) == {"shared_clubs", "shared_clubs:double"}
    values = {r["start"].year: r["value"] for r in comity.open(home).series("shared_clubs:double", dyad=("CHN", "RUS")).to_pylist()}
    assert values == {2019: 6.0, 2020: 0.0, 2021: 0.0}
    (mine / "clubs.py").write_text("1/0")
    with pytest.warns(ComityWarning, match="ZeroDivisionError"):
        comity.open(home)


def test_python_that_a_store_brings_along_is_not_run(mine: Path, home: Path, tmp_path: Path) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    (brought / "clubs.py").write_text(f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n" + MODULE)
    home.mkdir(exist_ok=True)
    (home / own.REGISTER).write_text(json.dumps([str(brought)]))
    with pytest.warns(ComityWarning, match="its Python was not run"):
        comity.open(home)
    (mine / "trust.csv").write_text(ROWS)
    with pytest.warns(ComityWarning, match="its Python was not run"):
        comity.open(home).add(_write(mine))
    assert not (tmp_path / "ran").exists() and "shared_clubs" not in measures.load()
    (brought / "clubs.csv").write_text("a,b,year,n\nCHN,RUS,2019,3\n")
    with pytest.warns(ComityWarning, match="its Python was not run"):
        comity.open(home).add(brought)
    comity.open(home)
    assert (tmp_path / "ran").exists() and "shared_clubs" in measures.load()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('domain="people"', 'domain="education"', "measure shared_clubs: domain is 'education'; it is one of politics, "),
        ('kind="joint"', 'kind="flow"', "measure shared_clubs: kind is 'flow'; it is one of exchange, "),
        ('because="they meet"', 'because="they meet", merge="add"', "merge is 'add'; it is one of mean, sum, last"),
        ('unit="clubs"', "unit=5", "unit is 5; expected text"),
        ('unit="clubs"', 'unit=""', "unit is ''; expected text"),
        ('period="year"', 'period="decade"', "period is 'decade'; it is one of day, month, quarter, year, session"),
        ("bounds=(0, None)", "bounds=(9, 2)", r"bounds is \[9, 2\]: the lowest stands first; expected \[2, 9\]"),
        ("absent=0.0", "absent=-1.0", r"absent is -1, outside bounds \[0, none\]"),
        ('    """Clubs in common."""', "    pass", "measure shared_clubs: the function has no docstring"),
        ("def shared_clubs(clubs, ", "def shared_clubs(cubs, ", "reads cubs; a parameter has the name of a table or of a measure"),
        ('share="no"', 'share="maybe"', "source clubs: share is 'maybe'; it is one of yes, derived, no"),
        ('Coverage(states="members")', "Coverage(first=2000, last=1990)", "coverage first 2000 is after last 1990"),
        ('Coverage(states="members")', 'Coverage(states="everyone")', "coverage states is 'everyone'; it is one of members, "),
        ('Coverage(states="members")', 'Coverage(states=("XXX",))', "coverage states holds 'XXX', no state's code"),
        ('"year": "int32"', '"year": "int"', "table clubs: type of year is 'int'; it is one of string, "),
        ('key=("a", "b", "year")', 'key=("a", "b", "jahr")', "table clubs: key names jahr, no column of it; it has a, b, year, n"),
        ('states=("a", "b")', 'states=("a", "c")', "table clubs: states names c, no column of it"),
        ('states=("a", "b")', 'states=("a", "b"), bounds={"m": (0, 1)}', "table clubs: bounds names m, no column of it"),
        ('TableSpec(name="clubs"', 'TableSpec(name="mid_dyad_years"', "table mid_dyad_years: a table of comity's cow_mid is named"),
        ("def shared_clubs(clubs, ", "def disputes(clubs, ", "measure disputes is declared twice: comity.measures"),
        ('name="clubs.csv"', 'name="nope.csv"', "clubs.py: file nope.csv not found in "),
        ("clubs.n * 2", "clubs.m * 2", "clubs.py: measure shared_clubs:double: AttributeError"),
    ],
)
def test_a_module_that_declares_what_does_not_stand(mine: Path, home: Path, old: str, new: str, words: str) -> None:
    assert MODULE.count(old) == 1
    (mine / "clubs.py").write_text(MODULE.replace(old, new))
    (mine / "clubs.csv").write_text("a,b,year,n\nCHN,RUS,2019,3\n")
    with pytest.raises(UsageError, match=words) as told:
        comity.open(home).add(mine)
    assert str(told.value).startswith(str(mine / "clubs.py"))
    assert own.registered(home) == [] and not list(home.rglob("*clubs*"))


def test_months_that_are_years_are_refused(mine: Path, home: Path) -> None:
    (mine / "clubs.py").write_text(MODULE.replace('period="year"', 'period="month"'))
    (mine / "clubs.csv").write_text("a,b,year,n\nCHN,RUS,2019,3\nCHN,RUS,2020,3\n")
    with pytest.raises(BadDataError, match=r"clubs.py: measure shared_clubs: period is 'month', and every row of 2 years is of 1 January"):
        comity.open(home).add(mine)
    assert not list(home.rglob("*clubs*"))


def test_a_folder_of_nothing(mine: Path, home: Path) -> None:
    with pytest.raises(UsageError, match="no TOML file"):
        comity.open(home).add(mine)
    with pytest.raises(UsageError, match="no TOML file and no folder"):
        comity.open(home).add(mine / "x.toml")


@pytest.mark.parametrize(
    ("more", "options", "words"),
    [
        ("caveats = 5", "", "caveats is 5; expected a list of sentences"),
        ("coverage = 5", "", "coverage is 5; expected a table"),
        ('coverage = {states = ["XXX"]}', "", "expected a word or a list of codes"),
        ("coverage = {first = 2000, last = 1990}", "", "is after last"),
        ("skip = 5", "", "expected a list of names"),
        ("homepage = 7", "", "expected text"),
        ("", 'symmetric = "no"', "expected true or false"),
        ("", "absent = nan", "expected a number"),
        ("", 'absent = "x"', "expected a number"),
        ("", "aliases = [1]", "expected a list of names"),
        ("", 'aliases = ["UN votes"]', "alias 'UN votes': comity's measure vote_agreement goes by 'UN votes' already"),
        ("", 'aliases = ["vote_agreement"]', "alias 'vote_agreement': a measure is named vote_agreement already"),
        ("", 'aliases = ["cow_mid"]', "alias 'cow_mid': a source is named cow_mid already"),
        ("", "absent = 150", r"trust.toml: measure trust: absent is 150, outside bounds \[0, 100\]"),
    ],
)
def test_values_of_another_type_and_taken_aliases_are_refused(mine: Path, home: Path, more: str, options: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        comity.open(home).add(_write(mine, more=more, options=options))


def test_a_name_of_a_column_is_never_sql(mine: Path, home: Path) -> None:
    """A header that closes its quotes and asks for a file stays a name."""
    name = "v\" , (SELECT content FROM read_text('/etc/hostname')) AS \"leak"
    _write(mine)
    (mine / "trust.csv").write_text('x,y,year,"' + name.replace('"', '""') + '"\nChina,Russia,2020,61.5\n', encoding="utf-8")
    path = mine / "trust.toml"
    path.write_text(SOURCE.format(more="", options="column = '''" + name + "'''"), encoding="utf-8")
    store = comity.open(home)
    assert store.add(path) == ("trust",)
    assert store.series("trust", dyad=("China", "Russia"))["value"].to_pylist() == [61.5]
