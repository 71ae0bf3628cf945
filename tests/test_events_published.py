"""Published event files: every row accounted for, whatever the lines hold; who is a state on a day; which rows tell a thing again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.core import BadDataError, UsageError
from comity.events import actors, codes, duplicates, published

ICEWS_LINE = [
    "32889836", "2018-06-01", "Foreign Affairs (Bangladesh)", "Executive,Government", "Bangladesh", "Consult", "040", "1", "Vietnam", "NA", "Vietnam",
    "47400351", "2", "Vietnam News Agency Bulletin", "Hanoi", "NA", "NA", "Vietnam", "21.0245", "105.841",
]  # fmt: skip
BREAKS: dict[str, Callable[[list[str], int], bytes]] = {
    "short": lambda f, i: "\t".join(f[: 2 + i % 18]).encode(),
    "long": lambda f, i: "\t".join([*f, "x", str(i)]).encode(),
    "a NUL byte": lambda f, i: "\t".join(f).encode()[: i % 60] + b"\0" + "\t".join(f).encode()[i % 60 :],
    "bytes that are no UTF-8": lambda f, i: "\t".join(f).encode() + (b"\xff", b"\xc3\x28", b"\xed\xa0\x80")[i % 3],
    "no tab": lambda f, i: (",", ";", "|", " ")[i % 4].join(f).encode(),
    "the date": lambda f, i: "\t".join([f[0], ("0000-01-01", "2018-13-01", "2018-02-30", "0/0/0000", "", "18-6-1")[i % 6], *f[2:]]).encode(),
    "the code": lambda f, i: "\t".join([*f[:6], ("13y", "21", "1", "00", "04000", "")[i % 6], *f[7:]]).encode(),
    "the weight": lambda f, i: "\t".join([*f[:7], ("x", "1e9", "--1", "nan")[i % 4], *f[8:]]).encode(),
}


def icews(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes("\t".join(published.ICEWS_HEADER).encode() + b"\n" + b"".join(line + b"\n" for line in lines))
    return path


def line(number: int = 0, **changed: str) -> bytes:
    fields = list(ICEWS_LINE)
    fields[0] = str(number)
    for name, value in changed.items():
        fields[published.ICEWS_HEADER.index(name.replace("_", " "))] = value
    return "\t".join(fields).encode()


def whole(account: published.Account) -> bool:
    return account.rows == account.kept + account.duplicate + account.quarantined + account.not_between_states


def test_a_hundred_thousand_malformed_lines_are_quarantined_each_with_its_number_and_reason(tmp_path: Path) -> None:
    kinds = list(BREAKS)
    lines, wanted = [], {}
    for i in range(100_000):
        if i % 5_000 == 0:
            lines.append(line(10**7 + i))
        kind = kinds[i % len(kinds)]
        lines.append(BREAKS[kind](ICEWS_LINE, i))
        wanted[len(lines) + 1] = kind
    got = published.read(icews(tmp_path / "events.2018.tab", lines), "icews")
    assert got.account.rows == len(lines) == 100_020 and got.account.kept == 20 and got.account.quarantined == 100_000
    assert {bad.line: bad.reason for bad in got.quarantine}.keys() == wanted.keys()
    wrong = [b for b in got.quarantine if not b.reason.startswith(wanted[b.line])]
    assert not wrong and all(len(b.text) <= 200 and "\0" not in b.text for b in got.quarantine)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(
    st.binary(max_size=80).filter(lambda b: b"\n" not in b),
    st.builds(lambda n: line(n), st.integers(0, 3)),
    st.builds(lambda c: line(7, Target_Country=c), st.sampled_from(["Bangladesh", "NA", "Narnia", "Serbia", "East Germany"])),
    st.builds(lambda i, k: BREAKS[k](ICEWS_LINE, i), st.integers(0, 99), st.sampled_from(sorted(BREAKS))),
), max_size=30))  # fmt: skip
def test_rows_are_kept_duplicate_quarantined_or_not_between_states(tmp_path: Path, lines: list[bytes]) -> None:
    got = published.read(icews(tmp_path / "events.tab", lines), "icews")
    assert whole(got.account) and got.account.rows == len(lines)
    assert got.account.kept == got.events.num_rows and got.account.quarantined == len(got.quarantine)
    seen = sorted([*got.events.column("line").to_pylist(), *(b.line for b in got.quarantine)])
    assert len(set(seen)) == len(seen) and all(2 <= n <= len(lines) + 1 for n in seen)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(
    st.sampled_from(["1970-01-01", "1991-12-25", "1991-12-26", "0000-00-00", "x"]), st.sampled_from(["RUS", "CHN", "VDR", "QQQ", "USA"]),
    st.sampled_from(["RUS", "CHN", "VDR", "USA"]), st.sampled_from(["033", "223", "230", "3"]),
), max_size=25))  # fmt: skip
def test_rows_of_tables_are_accounted_for_too(rows: list[tuple[str, str, str, str]]) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * 4
    table = pa.table({n: pa.array(c, pa.string()) for n, c in zip(("day", "a", "b", "code"), columns, strict=True)})
    got = published.judged(table.append_column("line", pa.array(range(len(rows)), pa.int64())), published.FORMS["weis"], file="made")
    assert whole(got.account) and got.account.rows == len(rows)
    sound = [r for r in rows if r[0][0] == "1" and r[3] in ("033", "223")]
    assert got.account.quarantined == len(rows) - len(sound)
    then = {"RUS": "SUN", "VDR": "RVN", "QQQ": ""}
    between = [r for r in sound if r[1] != r[2] and "QQQ" not in r and not (r[0] > "1975" and "VDR" in r)]
    assert got.account.kept == len(between)
    early = {then.get(r[1], r[1]) for r in between if r[0] < "1991-12-26"}
    assert early <= set(got.events.filter(ibis_day(got.events, "1991-12-26")).column("a").to_pylist())


def ibis_day(table: pa.Table, before: str) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.less(table.column("day"), pa.scalar(dt.date.fromisoformat(before), pa.date32()))


def test_the_file_of_2017_without_codes_needs_the_codebook(tmp_path: Path) -> None:
    head = [h for h in published.ICEWS_HEADER if h != "CAMEO Code"]
    fields = [f for f, h in zip(ICEWS_LINE, published.ICEWS_HEADER, strict=True) if h != "CAMEO Code"]
    fields[1] = "12/1/2017"
    path = tmp_path / "Events.2017.20200602.tab"
    path.write_text("\t".join(head) + "\n" + "\t".join(fields) + "\n", encoding="utf-8")
    with pytest.raises(BadDataError, match=codes.CODEBOOK):
        published.read(path, "icews")
    book = codes.Codebook(weights={}, by_text={"consult": "040"})
    (event,) = published.read(path, "icews", codebook=book).events.to_pylist()
    assert (event["code"], event["day"], event["quad"]) == ("040", dt.date(2017, 12, 1), 1)


def test_identical_lines_of_a_numbered_file_are_duplicates(tmp_path: Path) -> None:
    account = published.read(icews(tmp_path / "e.tab", [line(1), line(2), line(1), line(1)]), "icews").account
    assert (account.kept, account.duplicate) == (2, 2)


def test_a_polecat_line_is_read_with_empty_columns_past_the_end_and_under_a_longer_head(tmp_path: Path) -> None:
    row = dict.fromkeys(published.POLECAT_HEADER, "None") | {
        "Event ID": "1", "Event Date": "2023-01-15", "Event Type": "ACCUSE", "Intensity": "-2.0", "Quad Code": "VERBAL CONFLICT",
        "Actor Country": "USA", "Recipient Country": "RUS", "Source": "made",
    }  # fmt: skip
    lines = [
        list(row.values()), [*row.values(), "", ""], list((row | {"Event ID": "2", "Recipient Country": "RUS;CHN"}).values()),
        list((row | {"Quad Code": "ODD"}).values()), list((row | {"Event Type": "DANCE"}).values()),
    ]  # fmt: skip
    for head in (published.POLECAT_HEADER, (*published.POLECAT_HEADER, "Headline"), (*published.POLECAT_HEADER, "", "")):
        path = tmp_path / "ngecEvents.txt"
        path.write_text("\n".join("\t".join(fields) for fields in (head, *lines)) + "\n", encoding="utf-8")
        got = published.read(path, "polecat")
        assert [(e["a"], e["b"], e["code"], e["quad"], e["goldstein"]) for e in got.events.to_pylist()] == [("USA", "RUS", "ACCUSE", 3, -2.0)] * 2
        assert (got.account.not_between_states, got.account.quarantined, got.outside) == (1, 2, {"RUS;CHN": 1})


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tab"
    path.write_text("Day\tWho\n1\t2\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="not of the layout icews"):
        published.read(path, "icews")
    with pytest.raises(BadDataError, match="not of text files"):
        published.read(path, "weis")
    with pytest.raises(UsageError, match="no layout"):
        published.read(path, "acled")
    with pytest.raises(UsageError, match="no such file"):
        published.read(tmp_path / "y.tab", "icews")
    (tmp_path / "x.parquet").write_bytes(b"PAR1 but not")
    with pytest.raises(BadDataError, match="Parquet"):
        published.read(tmp_path / "x.parquet", "weis")


def test_copdab_in_plain_columns_has_azars_weights(tmp_path: Path) -> None:
    path = tmp_path / "copdab.tab"
    path.write_text("date\tsource_cow\ttarget_cow\tcopdab_scale\n1950-06-25\t731\t732\t15\n1950-06-25\t2\t2\t9\n1950-06-25\t2\t365\t16\n")
    got = published.read(path, "copdab", codebook=codes.codebook(tmp_path))
    (event,) = got.events.to_pylist()
    assert (event["a"], event["b"], event["quad"], event["goldstein"]) == ("PRK", "KOR", 4, -102.0)
    assert (got.account.not_between_states, got.account.quarantined) == (1, 1)


@pytest.mark.parametrize(("form", "code", "day", "state"), [
    ("cameo", "ROM", "2010-01-01", "ROU"), ("cameo", "ROU", "2010-01-01", "ROU"), ("cameo", "TMP", "2010-01-01", "TLS"),
    ("cameo", "MTN", "2010-01-01", "MNE"), ("cameo", "MNE", "2010-01-01", "MNE"), ("cameo", "IMY", "2010-01-01", "IMN"),
    ("cameo", "RUS", "1991-12-25", "SUN"), ("cameo", "RUS", "1991-12-26", "RUS"), ("cameo", "EUR", "2010-01-01", None),
    ("cameo", "IGO", "2010-01-01", None), ("cow", "365", "1985-01-01", "SUN"), ("cow", "365", "1995-01-01", "RUS"),
    ("cow", "255", "1980-01-01", "DEU"), ("iso3", "DDR", "1985-01-01", "DDR"), ("iso3", "DDR", "1995-01-01", None),
    ("keds-weis", "USRMIL", "1985-01-01", "SUN"), ("keds-weis", "AUS", "1985-01-01", "AUT"), ("keds-weis", "AUL", "1985-01-01", "AUS"),
    ("keds-weis", "PALPLO", "1985-01-01", None), ("keds-cameo", "AUS", "1985-01-01", "AUS"), ("keds-cameo", "PSEGOV", "2005-01-01", "PSE"),
    ("keds-cameo", "PSEREB", "2005-01-01", None), ("icews", "Russian Federation", "2018-06-01", "RUS"), ("icews", "Holy See", "2018-06-01", "VAT"),
    ("icews", "Occupied Palestinian Territory", "2018-06-01", "PSE"), ("icews", "Serbia", "2018-06-01", "SRB"),
    ("icews", "Narnia", "2018-06-01", None),
])  # fmt: skip
def test_an_actor_is_the_state_of_its_day(form: actors.Actors, code: str, day: str, state: str | None) -> None:
    got = actors.resolve(pa.array([code]), pa.array([dt.date.fromisoformat(day)], pa.date32()), form)
    assert got.to_pylist() == [state]


def test_an_act_of_1991_is_of_the_state_of_most_of_the_year_where_that_is_asked() -> None:
    days = pa.array([dt.date(1991, 12, 28)], pa.date32())
    assert actors.resolve(pa.array(["RUS"]), days, "iso3").to_pylist() == ["RUS"]
    assert actors.resolve(pa.array(["RUS"]), days, "iso3", dated="year").to_pylist() == ["SUN"]


def test_fips_codes_are_places_and_no_actors() -> None:
    with pytest.raises(UsageError, match="places"):
        actors.resolve(pa.array(["CH"]), pa.array([dt.date(2010, 1, 1)], pa.date32()), "fips")  # type: ignore[arg-type]
    assert {f: actors.place_of(f) for f in ("CH", "RS", "AU", "AS", "GM", "KN", "KS", "SZ", "RI", "RB", "OC")} == {
        "CH": "CHN", "RS": "RUS", "AU": "AUT", "AS": "AUS", "GM": "DEU", "KN": "PRK", "KS": "KOR", "SZ": "CHE", "RI": "SRB", "RB": "SRB", "OC": None,
    }  # fmt: skip


def table(rows: list[tuple[str, str, str, str, str | None]]) -> pa.Table:
    kinds = {"date32": pa.date32(), "string": pa.string(), "int8": pa.int8(), "int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64()}
    made = [
        {
            "day": dt.date.fromisoformat(day), "a": a, "b": b, "code": code, "vocabulary": "cameo", "quad": 1, "convention": "schrodt",
            "goldstein": 1.0, "mentions": 1, "sources": 1, "articles": 1, "tone": None, "origin": origin, "file": "f", "line": i,
        }
        for i, (day, a, b, code, origin) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(made, pa.schema([(name, kinds[kind]) for name, kind in published.COLUMNS.items()]))


ROWS = [
    ("2015-02-18", "UKR", "RUS", "0874", "german"), ("2015-02-18", "RUS", "UKR", "0874", "german"), ("2015-02-18", "UKR", "RUS", "0874", "german"),
    ("2015-02-18", "UKR", "RUS", "0874", "french"), ("2015-02-18", "UKR", "RUS", "042", "french"), ("2015-02-19", "UKR", "RUS", "0874", "german"),
    ("2015-02-19", "UKR", "RUS", "0874", None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "left"), [
    ("none", [0, 1, 2, 3, 4, 5, 6]), ("exact", [0, 1, 3, 4, 5, 6]), ("one-a-day", [0, 1, 4, 5]), ("source-and-pair", [0, 3, 4, 5, 6]),
    ("syndication", [0, 1, 2, 4, 5]),
])  # fmt: skip
def test_each_rule_leaves_out_what_it_says(rule: str, left: list[int]) -> None:
    connection = ibis.duckdb.connect()
    once = connection.to_pyarrow(duplicates.once(connection.create_table("t", table(ROWS)), rule))
    assert sorted(once.column("line").to_pylist()) == left and set(once.column_names) == set(published.COLUMNS)
    assert sum(once.column("mentions").to_pylist()) == (len(ROWS) if rule != "exact" else 6)
    again = connection.to_pyarrow(duplicates.once(connection.create_table("u", once), rule))
    assert again.num_rows == once.num_rows


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="one-a-day"):
        duplicates.once(ibis.memtable(table(ROWS)), "some")


HELD = {
    ("weis_dyadic_events_1966_1992.parquet", "weis"): (108_263, 108_083, 0, 180),
    ("keds_regional_events_1979_2011.parquet", "keds-weis"): (135_796, 58_868, 0, 76_928),
    ("keds_regional_events_1979_2011.parquet", "keds-cameo"): (174_738, 78_256, 9, 96_473),
    ("icews_raw_sample_20180601_03.parquet", "icews"): (4_993, 2_305, 0, 2_688),
    ("icews0515_interstate_events.parquet", "icews-subset"): (194_498, 175_033, 0, 19_465),
    ("icews14_interstate_events.parquet", "icews-subset"): (32_464, 29_025, 0, 3_439),
    ("icews18_interstate_events.parquet", "icews-subset"): (163_297, 143_609, 0, 19_688),
}
"""Rows, kept, quarantined, not between states of the held files, as docs/events.md has them."""


def test_every_held_file_is_accounted_for(shared_data: Path) -> None:
    assert set(HELD) == set(published.HELD)
    for (file, form), counts in HELD.items():
        got = published.read(shared_data / "events" / file, form)
        assert whole(got.account) and got.account.duplicate == 0
        assert (got.account.rows, got.account.kept, got.account.quarantined, got.account.not_between_states) == counts
    assert sum(n for (file, _), (n, *_) in HELD.items() if file.startswith("keds")) == 310_534


def test_icews_own_weights_are_those_of_its_codebook(shared_data: Path) -> None:
    got = published.read(shared_data / "events" / "icews_raw_sample_20180601_03.parquet", "icews")
    book = codes.codebook(shared_data / "events" / "codebook")
    assert all(book.weight(r["code"], "icews") == r["goldstein"] for r in got.events.to_pylist())


def test_only_acts_of_the_state_where_that_is_asked(shared_data: Path) -> None:
    path = shared_data / "events" / "icews_raw_sample_20180601_03.parquet"
    every, state = (published.read(path, "icews", state_only=only).account for only in (False, True))
    assert whole(state) and state.kept < every.kept and state.rows == every.rows


def test_the_command_gives_account_bad_lines_strangers_and_events(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from comity.cli import app

    bad = BREAKS["short"](ICEWS_LINE, 1)
    path = icews(tmp_path / "events.2018.tab", [line(1), line(1), line(2), bad, line(3, Target_Country="NA")])

    def said(*asked: str) -> list[str]:
        done = CliRunner().invoke(app, ["events", "read", str(path), "--layout", "icews", "--format", "csv", *asked])
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    assert said()[1].startswith("events.2018.tab,5,2,1,1,1,")
    assert said("--show", "quarantine")[1].startswith("events.2018.tab,5,")
    assert said("--show", "outside") == ["file,actor,rows", "events.2018.tab,,1"]
    assert len(said("--show", "events")) == 3 and len(said("--show", "events", "--duplicates", "one-a-day")) == 2
