"""What went along with ties, in a made store: hostility of a third, pairs beside others, studies that are kept, the part of the page, words."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.made_series import cover, day, put, row

import comity
from comity import cli, driven, gather_drivers, measures
from comity.analysis import pressure, pressure_kept
from comity.core import StoreError, UsageError
from comity.profile_parts import Graded
from comity.report import drivers as drawn
from comity.store import Holdings

STATES = ("AUS", "AUT", "BEL", "BRA", "CAN", "CHL", "CHN", "DNK", "EGY", "FIN", "RUS", "USA")
MONTHS = 74


def _events(seed: int = 0) -> list[dict[str, Any]]:
    """Scores of all pairs by month; those of China and Russia rise two months after the United States is hostile to both."""
    rng = np.random.default_rng(seed)
    pairs = list(combinations(STATES, 2))
    scores = {p: rng.normal(0, 1, MONTHS) for p in pairs}
    hostile = -(scores["CHN", "USA"] + scores["RUS", "USA"]) / 2
    scores["CHN", "RUS"][2:] += 3 * hostile[:-2]
    return [row(a, b, day(2018 + k // 12, k % 12 + 1), float(v[k]), published=day(2024, 3)) for (a, b), v in scores.items() for k in range(MONTHS)]


def _works(seed: int = 1, moved: tuple[str, ...] = ("AUS", "CHN")) -> list[dict[str, Any]]:
    """Works of all pairs by year; since 2012 those of the pairs that hold all of `moved` are more."""
    rng = np.random.default_rng(seed)
    out = []
    for a, b in combinations(STATES, 2):
        level = 6.0 + rng.normal(0, 0.3)
        for year in range(2000, 2021):
            level += rng.normal(0, 0.02)
            more = 1.5 * (year >= 2012) * (set(moved) <= {a, b})
            out.append(row(a, b, day(year), float(np.rint(np.exp(level + more)))))
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("drivers")
    put(home, pressure.EVENTS, _events(), {"gdelt_scores": cover(2018, 2024)})
    put(home, "coauthored_works", _works(), {"openalex_coauthorship": cover(2000, 2020)})
    yield home


def test_an_answer_to_hostility_is_found_beside_placebos(made: Path) -> None:
    found = comity.open(made).projected("RUS", "CHN", pressure.EVENTS, "USA")
    assert found.grade == "consistent with" and found.p <= 0.05 and (found.a, found.b) == ("CHN", "RUS")
    best = max(found.rows[1:], key=lambda r: r["median"])
    assert best["horizon"] == 2 and best["q05"] > 0
    assert found.placebos == len(list(combinations(STATES[:6] + STATES[7:10], 2))), "no placebo holds one of the three"
    assert pressure.projected(Holdings(made), "AUT", "BEL", pressure.EVENTS, "USA").grade == "not shown"
    said = " ".join(driven.pressed(found))
    assert "the United States’ hostility to both" in said and "consistent with" in said


def test_a_state_that_moves_all_its_pairs_is_no_tie(made: Path, home: Path) -> None:
    put(home, "coauthored_works", _works(moved=("AUS",)), {"openalex_coauthorship": cover(2000, 2020)})
    tie, state = (comity.open(h).compared("AUS", "CHN", "coauthored_works", 2012) for h in (made, home))
    assert tie.grade == "consistent with" and tie.after == pytest.approx(1.5, abs=0.2)
    assert state.after == pytest.approx(1.5, abs=0.2) and state.p <= 0.05 and state.kin_p > 0.1 and state.grade == "not shown"
    assert [s.year for s in tie.starts] == list(range(2000, 2021)) and len(tie.table()) == 21


def test_the_run_through_the_year_is_taken_and_gaps_end_it(home: Path) -> None:
    rows = [r for r in _works() if not ((r["a"], r["b"]) == ("AUS", "CHN") and r["start"].year in (2003, 2018))]
    put(home, "unsc_agreement", [r | {"value": r["value"] / 1e4, "n": 60} for r in rows], {"un_council": cover(2000, 2020)})
    found = comity.open(home).compared("AUS", "CHN", "unsc_agreement", 2012)
    assert (found.starts[0].year, found.starts[-1].year) == (2004, 2017)
    with pytest.raises(UsageError, match="no one source has an unbroken run from 5 periods before 2006"):
        comity.open(home).compared("AUS", "CHN", "unsc_agreement", 2006)
    with pytest.raises(UsageError, match="ends with 2020-01; nothing since 2022"):
        comity.open(home).compared("AUS", "CHN", "unsc_agreement", 2022)


def test_what_cannot_be_projected_says_why(made: Path) -> None:
    store = comity.open(made)
    with pytest.raises(UsageError, match="symmetric monthly"):
        store.projected("CHN", "RUS", "coauthored_works", "USA")
    with pytest.raises(UsageError, match="one of the two"):
        store.projected("CHN", "RUS", pressure.EVENTS, "CHN")
    with pytest.raises(UsageError, match="no value for CHN and ISL"):
        store.projected("CHN", "RUS", pressure.EVENTS, "ISL")


def test_studies_are_kept_while_their_data_are_held(made: Path, tmp_path: Path) -> None:
    store, holdings = comity.open(made), Holdings(made)
    asked = (store.projected("RUS", "CHN", pressure.EVENTS, "USA"), store.compared("AUS", "CHN", "coauthored_works", 2012))
    assert pressure_kept.kept(holdings, "RUS", "CHN") == asked[:1] and pressure_kept.kept(holdings, "CHN", "AUS") == asked[1:]
    path = next((made / pressure_kept.FOLDER).glob("CHN-RUS-*"))
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body | {"contents": {pressure.EVENTS: "of other data"}}))
    assert pressure_kept.kept(holdings, "CHN", "RUS") == ()
    path.write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        pressure_kept.kept(holdings, "CHN", "RUS")
    path.unlink()


def test_the_page_has_graded_words_each_defined(made: Path) -> None:
    comity.open(made).compared("AUS", "CHN", "coauthored_works", 2012)
    held = gather_drivers.gather(Holdings(made), "AUS", "CHN", start=None, stop=None, as_of=None)
    assert held is not None and [g.grade for g in held.pressure] == ["consistent with"] and held.shifts
    assert gather_drivers.gather(Holdings(made), "AUS", "CHN", start=2000, stop=None, as_of=None) is None
    silent = Graded(about="Works", grade="not shown", sentences=("works: not shown.",))
    part = drawn._group("Shifts", (*held.pressure, silent), driven.words("pressure"), driven.LIMITS["pressure"])
    text = " ".join(part.sentences)
    assert "Not shown: Works." in text and "works: not shown." not in text
    words = part.folds[-1]
    assert {r[0] for r in words.rows} == {"consistent with", "not shown"} and all(len(r[1]) > 10 for r in words.rows)
    fact = drawn._group("Pressure", (Graded(about="sanctions", grade="", sentences=("Both were.",)),), {}, "A gap tells.")
    assert fact.sentences == ("Both were.",) and not fact.folds


def test_the_command_asks_for_one_kind_of_study(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as done:
            cli.main(["--home", str(made), "pressure", *words, "--format", "csv"])
        got = capsys.readouterr()
        return int(str(done.value.code)), got.out, got.err

    code, out, err = run(pressure.EVENTS, "--dyad", "CHN", "RUS", "--by", "USA")
    assert code == 0 and out.splitlines()[0] == "horizon,median,q05,q95" and "Consistent with: " in err
    code, out, err = run("coauthored_works", "--dyad", "AUS", "CHN", "--since", "2012")
    assert code == 0 and out.splitlines()[0] == "start,own,control" and "Largest weights" in err
    for wrong in (("--dyad", "CHN", "RUS"), ("--since", "2012"), ("--dyad", "CHN", "RUS", "--by", "USA", "--since", "2012")):
        code, _, err = run("coauthored_works", *wrong)
        assert code == 2 and "either --since Y or --by C" in err


ROOMS = (
    "forecasted.py", "driven.py", "gather_forecast.py", "gather_drivers.py", "cli_forecast.py", "cli_shock.py", "report/forecast.py",
    "report/drivers.py", "analysis/forecast.py", "analysis/forecast_data.py", "analysis/forecast_register.py", "analysis/turns.py",
    "analysis/pressure.py", "analysis/pressure_kept.py", "analysis/shock.py", "models/forecast.py", "models/forecast_months.py",
    "models/forecast_panel.py", "models/backtest.py", "models/turning.py", "models/pressure.py", "models/local_projections.py",
)  # fmt: skip
CLAIMED = re.compile(r"\bcaus(?:e[ds]?|ing)\b|\bbecause of\b|\bdue to\b|\bled to\b|\bresult(?:ed|s) (?:in|from)\b", re.IGNORECASE)


@pytest.mark.parametrize("room", ROOMS)
def test_no_words_of_a_room_say_that_one_thing_brought_about_another(room: str) -> None:
    path = Path(comity.__file__).parent / room
    texts = [n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert texts and not [t for t in texts if CLAIMED.search(t)]


@pytest.mark.parametrize("page", ["forecasts.md", "drivers.md"])
def test_no_page_says_that_one_thing_brought_about_another(page: str) -> None:
    text = (Path(__file__).parents[1] / "docs" / page).read_text(encoding="utf-8")
    assert not CLAIMED.search(text)


def test_the_real_part_of_the_page_says_so_too(full_home: Path) -> None:
    for pair in (("CHN", "RUS"), ("IND", "USA")):
        held = gather_drivers.gather(Holdings(full_home), *pair, start=None, stop=None, as_of=None)
        assert held is not None and held.shifts and held.prices
        grades = {g.grade for g in (*held.shifts, *held.prices, *held.pressure)}
        assert grades <= {"shown", "not shown", "moved along", "mixed", "consistent with", "against", ""}
        assert not CLAIMED.search(" ".join(s for g in (*held.shifts, *held.prices, *held.pressure) for s in g.sentences))
        assert all(measures.get(n).title for n in gather_drivers.LEADING)
