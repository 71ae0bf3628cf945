"""Milestones by their witnesses: every state of the format, and the dates of what was public."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.roadmap_samples import milestone, plan, task

import comity
from comity.plan import gantt, reader, status
from comity.plan.planning import Plan
from comity.plan.roadmap import Witness
from comity.plan.status import Evidence, Observed


def witness(by: str = "2024-12-31", condition: str = "at_least", *thresholds: float) -> Witness:
    return Witness(
        measure="m",
        a="FRA",
        b="DEU",
        dyad=True,
        condition=condition,
        thresholds=thresholds or (10.0,),
        by=dt.date.fromisoformat(by),  # type: ignore[arg-type]
    )


def yearly(**values: float) -> Evidence:
    rows = tuple(
        Observed(start=dt.date(int(y[1:]), 1, 1), value=v, source="s", published=dt.date(int(y[1:]) + 1, 7, 1)) for y, v in sorted(values.items())
    )
    return Evidence(period="year", rows=rows, lacking="source s would have it")


def judged(found: Evidence, as_of: str, *, by: str = "2024-12-31") -> str:
    return status.judge(witness(by), found, dt.date.fromisoformat(as_of)).state


def test_each_state_of_a_witness() -> None:
    assert judged(yearly(y2023=9, y2024=11), "2025-08-01") == "met"
    assert judged(yearly(y2023=11, y2024=9), "2025-08-01") == "lapsed"
    assert judged(yearly(y2024=9, y2025=11), "2026-08-01") == "met-late"
    assert judged(yearly(y2023=9, y2024=9.5), "2025-08-01") == "missed"
    assert judged(yearly(y2022=9, y2023=9.5), "2025-02-01") == "awaiting-data"
    assert judged(yearly(y2020=6, y2021=7, y2022=8, y2023=9), "2024-07-01") == "on-track"
    assert judged(yearly(y2020=6, y2021=6, y2022=6, y2023=6), "2024-07-01") == "at-risk"
    assert judged(yearly(y2022=8, y2023=9), "2024-07-01") == "unknown"
    assert judged(yearly(), "2024-07-01") == "unknown"


def test_the_day_of_the_deadline_is_not_past() -> None:
    assert judged(yearly(y2021=9.0, y2022=9.5, y2023=9.7), "2024-12-31") == "on-track"
    assert judged(yearly(y2021=9.0, y2022=9.5, y2023=9.7), "2025-01-01") == "awaiting-data"


def test_a_deadline_within_a_year_counts_the_last_whole_period() -> None:
    assert judged(yearly(y2022=9, y2023=9.9), "2024-07-15", by="2024-06-30") == "missed"
    assert status.last_period(dt.date(2024, 6, 30), "year") == dt.date(2023, 1, 1)
    assert status.last_period(dt.date(2024, 12, 31), "year") == dt.date(2024, 1, 1)
    assert status.last_period(dt.date(2024, 6, 30), "session") == dt.date(2022, 9, 1)
    assert status.last_period(dt.date(2024, 6, 29), "month") == dt.date(2024, 5, 1)
    assert status.last_period(dt.date(2024, 6, 29), "day") == dt.date(2024, 6, 29)


def test_the_line_goes_through_the_last_five() -> None:
    found = yearly(y2010=100, y2018=1, y2019=2, y2020=3, y2021=4, y2022=5)
    assert status.projected(found.rows, "year", dt.date(2024, 1, 1)) == pytest.approx(7)
    assert status.judge(witness("2024-12-31", "at_least", 200.0), found, dt.date(2023, 8, 1)).projected == pytest.approx(7)
    gap = yearly(y2010=1, y2014=5, y2020=11)
    assert status.projected(gap.rows, "year", dt.date(2024, 1, 1)) == pytest.approx(15)


def test_conditions() -> None:
    assert witness("2024-12-31", "at_most", 3.0).holds(3.0) and not witness("2024-12-31", "at_most", 3.0).holds(3.1)
    within = witness("2024-12-31", "within", 1.0, 2.0)
    assert [within.holds(v) for v in (0.9, 1, 2, 2.1)] == [False, True, True, False]


HEAD = 'format = 1\n[roadmap]\nname = "x"\nstates = ["FRA", "DEU"]\nstart = 2025-03-03\ndata_date = 2025-03-20\ncalendar = "all-days"\n'


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("actual = 2025-03-05\ndeadline = 2025-03-05\n", "done"),
        ("actual = 2025-03-06\ndeadline = 2025-03-05\n", "done-late"),
        ("deadline = 2025-03-19\n", "late"),
        ("deadline = 2025-03-21\n", "at-risk"),
        ("deadline = 2025-03-22\n", "at-risk"),
        ("deadline = 2025-04-30\n", "on-track"),
        ("", "on-track"),
    ],
)
def test_each_state_without_a_witness(more: str, state: str) -> None:
    made = plan(task("a", "{min = 1, mode = 2, max = 9}") + milestone("m", '"a"', more), head=HEAD)
    found = status.status(made.schedule, made.risk, lambda w: yearly(), None)
    assert [s.state for s in found.milestones] == [state]
    assert found.as_of == dt.date(2025, 3, 20)


def test_without_a_data_date_the_day_is_the_end_of_the_last_period() -> None:
    w = 'witness = {measure = "trade_total_usd", dyad = ["FRA", "DEU"], at_least = 10, by = 2026}\n'
    made = plan(milestone("m", more=w))
    found = status.status(made.schedule, made.risk, lambda _: yearly(y2021=1, y2022=2, y2023=3), None)
    assert found.as_of == dt.date(2023, 12, 31)
    shown = status.to_dict(found)["milestones"][0]
    assert (shown["deadline"], shown["state"], shown["witness"]["projected"]) == ("2026-12-31", "at-risk", 6)
    assert shown["witness"]["threshold"] == 10 and shown["witness"]["reached"] is None
    assert shown["witness"]["last"] == {"start": "2023-01-01", "value": 3, "source": "s", "published": "2024-07-01"}


@pytest.mark.parametrize("width", [gantt.WIDE, gantt.NARROW])
@pytest.mark.parametrize(("threshold", "state"), [(99.0, "at risk"), (9.0, "met"), (10.5, "on track")])
def test_the_chart_tells_a_target_before_the_chance_of_its_dates(width: int, threshold: float, state: str) -> None:
    """No bare 100 % stands beside a milestone whose target the data put at risk, and nothing stands outside the frame."""
    witnessed = f'witness = {{measure = "coauthored_works", dyad = ["FRA", "DEU"], at_least = {threshold}, by = 2030}}\n'
    made = plan(task("t") + milestone("m", '"t"', witnessed))
    found = status.status(made.schedule, made.risk, lambda _: yearly(y2020=7, y2021=8, y2022=9, y2023=10), dt.date(2024, 7, 1))
    drawn = gantt.svg(made.schedule, made.risk, width, status=found)
    root = ElementTree.fromstring(drawn)
    beside = [e for e in root.iter("{http://www.w3.org/2000/svg}text") if state in (e.text or "") and float(e.attrib["y"]) > 80]
    assert beside[0].text == (state if width == gantt.NARROW else f"target {state} · dates 100 % · due 2030-12-31 →")
    assert ("g-bad" in beside[0].attrib["class"]) == (state == "at risk")
    assert float(beside[0].attrib["x"]) + 6.4 * len(beside[0].text or "") <= width
    assert ("1 of 1 target is at risk" in drawn) == (state == "at risk") and ("none of 1 target is" in drawn) == (state != "at risk")
    assert "target" not in gantt.svg(made.schedule, made.risk, width)


@pytest.mark.parametrize(
    ("pair", "day", "first"),
    [
        (("DEU", "POL"), (2019, 12, 5), (2020, 1, 2)), (("CHN", "RUS"), (2024, 9, 30), (2024, 10, 8)), (("SUN", "DDR"), (1989, 12, 5), (1990, 1, 1)),
        (("FRA", "USA"), (2024, 1, 31), (2024, 2, 1)), (("FRA", "USA"), (2024, 11, 1), (2024, 12, 2)),
    ],
)  # fmt: skip
def test_a_new_roadmap_begins_with_the_next_month_that_both_work(
    home: Path, pair: tuple[str, str], day: tuple[int, int, int], first: tuple[int, int, int]
) -> None:
    text = comity.open(home).new_roadmap(*pair, as_of=dt.date(*day))
    assert f"start = {dt.date(*first)} " in text and f"deadline = {first[0] + 1}-12-31" in text
    assert Plan(reader.read(text.encode())).schedule.roadmap.start == dt.date(*first)


def test_a_new_roadmap_begins_after_today_or_as_told(home: Path) -> None:
    begin = Plan(reader.read(comity.open(home).new_roadmap("DEU", "POL").encode())).roadmap.start
    assert dt.timedelta(0) < begin - dt.date.today() <= dt.timedelta(days=45)
    assert "start = 2020-05-05 " in comity.open(home).new_roadmap("DEU", "POL", start=dt.date(2020, 5, 5))
