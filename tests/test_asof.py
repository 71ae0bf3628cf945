"""What was known on a day: nothing published later, and running periods counted up to the day."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import comity
from comity import asof, build, measures, store, vintages
from made_series import day

SAMPLES = Path(__file__).parent / "samples"
EARLY = day(2010)
COUNTED = sorted(name for name, m in measures.load().items() if m.recount)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> comity.Store:
    """A store of the samples of votes, vetoes and meetings; one resolution of session 76 is dated 5 October 2021."""
    root = tmp_path_factory.mktemp("asof")
    home, raw = root / "home", root / "raw"
    for name in ("voeten_votes", "un_assembly", "council_vetoes", "leader_meetings"):
        shutil.copytree(SAMPLES / name, raw / name)
    texts = raw / "un_assembly" / "unga_resolutions_undl_1946_2025.parquet"
    early = "if(undl_id::INT = 7, TIMESTAMP '2021-10-05', date) AS date, if(undl_id::INT = 7, 'A/76/PV.1', meeting) AS meeting"
    pq.write_table(duckdb.sql(f"SELECT * REPLACE ({early}) FROM read_parquet('{texts}')").to_arrow_table(), texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_check_edition", lambda *_: None)
        build.build(("vote_agreement", "joint_vetoes", "leader_meetings"), folder=raw, home=home)
    return comity.open(home)


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


def cell(held: comity.Store, name: str, a: str, b: str, year: int, on: dt.date | None = None) -> tuple[float, int, dt.date] | None:
    rows = held.series(name, dyad=(a, b), start=year, stop=year, as_of=on).to_pylist()
    return (rows[0]["value"], rows[0]["n"], rows[0]["published"]) if rows else None


def test_a_running_session_is_counted_to_the_day(made: comity.Store) -> None:
    """Session 76 of the sample: on 5 October 2021 both abstain, on 1 December 2021 they differ."""
    assert cell(made, "vote_agreement", "CHN", "RUS", 2021) == (0.5, 2, day(2021, 12))
    assert cell(made, "vote_agreement", "CHN", "RUS", 2021, day(2021, 11, 30)) == (1.0, 1, day(2021, 10, 5))
    assert cell(made, "vote_agreement", "CHN", "RUS", 2021, day(2021, 12)) == (0.5, 2, day(2021, 12))
    assert cell(made, "vote_agreement", "CHN", "RUS", 2021, day(2021, 10, 4)) is None


def test_a_running_period_is_said_to_be_partial(made: comity.Store) -> None:
    assert made.select("vote_agreement", dyad=("CHN", "RUS"), as_of=day(2021, 11, 30)).partial >= {day(2021, 9)}
    assert day(2020, 9) not in made.select("vote_agreement", dyad=("CHN", "RUS"), as_of=day(2021, 11, 30)).partial


def test_an_emergency_session_counts_in_that_of_its_calendar_year(made: comity.Store) -> None:
    """The sample's vote of the eleventh emergency session, on 2 March 2022, stands in session 77 beside one that is unanimous."""
    assert cell(made, "vote_agreement", "CHN", "RUS", 2022, day(2022, 3, 1)) is None
    assert cell(made, "vote_agreement", "CHN", "RUS", 2022, day(2022, 3, 2)) == (0.0, 1, day(2022, 3, 2))


def test_vetoes_and_meetings_are_counted_within_a_year(made: comity.Store) -> None:
    assert cell(made, "joint_vetoes", "CHN", "RUS", 2012, day(2012, 2, 4)) == (1.0, 1, day(2012, 2, 4))
    assert cell(made, "joint_vetoes", "CHN", "RUS", 2012, day(2012, 2, 3)) is None
    assert cell(made, "joint_vetoes", "CHN", "RUS", 2012) == (1.0, 1, day(2012, 12, 31))
    assert cell(made, "leader_meetings", "CHN", "RUS", 2013, day(2013, 3)) == (1.0, 1, day(2013, 3))
    assert cell(made, "leader_meetings", "CHN", "RUS", 2013, day(2013, 2, 28)) is None


def test_without_the_tables_a_running_period_is_left_out_and_said(made: comity.Store, tmp_path: Path) -> None:
    """As with the starter, which holds Series only."""
    (tmp_path / "series").mkdir()
    for path in (made.home / "series").glob("*.parquet"):
        (tmp_path / "series" / path.name).write_bytes(path.read_bytes())
    bare = comity.open(tmp_path).select("vote_agreement", dyad=("CHN", "RUS"), as_of=day(2021, 11, 30))
    assert day(2021, 9) not in bare.rows["start"].to_pylist()
    assert any("running session is not counted" in note for note in bare.notes)


def test_nothing_is_said_where_nothing_ran(made: comity.Store) -> None:
    for on in (day(1900), day(2021, 8, 1), day(2024)):
        assert not made.select("vote_agreement", dyad=("CHN", "RUS"), as_of=on).notes


def test_no_recount_where_nothing_runs(made: comity.Store) -> None:
    declared = measures.get("vote_agreement")
    assert asof.recounted(made.holdings, declared, "vote_agreement", day(2024)) is None
    assert asof.recounted(made.holdings, measures.get("disputes"), "disputes", day(2012)) is None


@pytest.mark.parametrize("name", sorted(measures.load()))
def test_nothing_published_or_begun_later_in_any_row(full: comity.Store, name: str) -> None:
    """Of every measure: the rows for a dyad with its zeros, those by seat, and the whole Series where it can be recounted."""
    if not full.holdings.has("series", name):
        pytest.skip(f"{name} is not built")
    for options in ({"dyad": ("CHN", "RUS")}, {"dyad": ("IND", "PAK")}, {"dyad": ("RUS", "USA"), "seat": True}, {"state": "FRA"}):
        _nothing_later(full.series(name, as_of=EARLY, **options), EARLY)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("on", [day(2021, 6, 30)])
def test_a_recount_is_of_votes_and_events_to_the_day(full: comity.Store, name: str, on: dt.date) -> None:
    """Of every row: none is later than the day, and none of a period that was over has changed."""
    if not full.holdings.has("series", name):
        pytest.skip(f"{name} is not built")
    if len(vintages.vintages(full.holdings, name)) > 1:
        pytest.skip(f"this store holds an earlier vintage of {name}, which early views use")
    shown = full.select(name, as_of=on)
    _nothing_later(shown.rows, on, sessions=True)
    whole = pq.read_table(full.holdings.path("series", name))
    over = whole.filter(pc.less_equal(whole["published"], pa.scalar(on)))
    kept = shown.rows.filter(pc.invert(pc.is_in(shown.rows["start"], value_set=pa.array(sorted(shown.partial), pa.date32()))))
    assert kept.num_rows <= over.num_rows
    assert not set(map(tuple, _keys(kept))) - set(map(tuple, _keys(over)))


def _keys(table: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*(table[c].to_pylist() for c in ("a", "b", "start", "value")), strict=True)) if table.num_rows < 2_000 else []


def _nothing_later(rows: pa.Table, on: dt.date, *, sessions: bool = False) -> None:
    """An emergency session of spring stands in the session that begins on 1 September of its year, so `sessions` allows that start."""
    if not rows.num_rows:
        return
    assert rows["published"].null_count == 0 and pc.max(rows["published"]).as_py() <= on
    assert pc.max(rows["start"]).as_py() <= (day(on.year, 9) if sessions else on)


def test_votes_of_a_session_that_ran_are_those_of_its_dated_resolutions(full: comity.Store) -> None:
    """China and Russia in session 76, counted again from the table of votes to 15 January 2022."""
    votes, texts = (pq.read_table(full.holdings.path("table", t)) for t in ("undl_votes", "undl_resolutions"))
    found = store.connection()
    found.register("v", votes)
    found.register("r", texts)
    agree, n = found.sql(
        "WITH held AS (SELECT v.* FROM v JOIN r USING (undl_id) WHERE r.session = 76 AND r.recorded AND r.date <= DATE '2022-01-15' AND v.vote > 0), "
        "split AS (SELECT undl_id FROM held GROUP BY undl_id HAVING count(DISTINCT vote) > 1) "
        "SELECT count(*) FILTER (x.vote = y.vote) / count(*), count(*) FROM held x JOIN held y USING (undl_id) JOIN split USING (undl_id) "
        "WHERE x.state = 'CHN' AND y.state = 'RUS'"
    ).fetchall()[0]
    shown = cell(full, "vote_agreement", "CHN", "RUS", 2021, day(2022, 1, 15))
    assert shown is not None and shown[0] == pytest.approx(agree, abs=1e-12) and shown[1] == n and shown[2] <= day(2022, 1, 15)
    later = cell(full, "vote_agreement", "CHN", "RUS", 2021)
    assert later is not None and later[1] > n
    assert cell(full, "vote_agreement", "CHN", "RUS", 2022, day(2022, 1, 15)) is None
    spring = cell(full, "vote_agreement", "CHN", "RUS", 2022, day(2022, 4, 15))
    assert spring is not None and spring[1] == 3 and spring[2] == day(2022, 4, 7)


def test_meetings_of_the_first_half_of_2023(full: comity.Store) -> None:
    assert cell(full, "leader_meetings", "CHN", "RUS", 2023, day(2023, 6, 30)) == (1.0, 1, day(2023, 6, 30))
    assert cell(full, "leader_meetings", "CHN", "RUS", 2023, day(2023, 10, 31)) == (2.0, 2, day(2023, 10, 31))
    assert cell(full, "leader_meetings", "CHN", "RUS", 2023, day(2023, 2, 1)) is None
