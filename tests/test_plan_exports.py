"""Exports: calendar, CSV, JSON, SVG, page and MS Project XML, with names that are hostile."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.roadmap_samples import milestone, plan, task

from comity.plan import drafts, exports, gantt, mspdi, page, schedule, status
from comity.plan.planning import Plan, money

HOSTILE = [
    "<script>alert(1)</script>", "=HYPERLINK(1)", "@SUM(A1)", "+1", "-1+2", "a,b;c\\d", "two\nlines", 'quote " and \'', "\u202eevil\u202c",
    "مشروع مشترك",
    "中俄合作项目", "]]>", "&amp;", "\x00\x07bell", "BEGIN:VEVENT", "x\r\nEND:VCALENDAR", "=" * 300, "\u2028line",
]  # fmt: skip


def hostile() -> Plan:
    body = f'[[initiative]]\nid = "i"\nkind = "exchange"\nname = {json.dumps(HOSTILE[0])}\nbecause = {json.dumps(HOSTILE[8])}\n'
    body += f'[owners.org]\nstate = "FRA"\nname = {json.dumps("<b>=org")}\n'
    for i, name in enumerate(HOSTILE):
        body += task(
            f"t{i}",
            "{min = 1, mode = 2, max = 5}",
            f'"t{i - 1}"' if i else "",
            f'initiative = "i"\nowners = ["org", "DEU"]\nname = {json.dumps(name)}\n',
        )
    body += milestone("m", f'"t{len(HOSTILE) - 1}"', f"deadline = 2025-04-20\nname = {json.dumps(HOSTILE[0])}\n")
    head = 'format = 1\n[roadmap]\nname = "<img src=x onerror=alert(1)>"\nstates = ["FRA", "DEU"]\nstart = 2025-03-03\ncalendar = "{calendar}"\n'
    return plan(body + "[risk]\niterations = 300\n", "weekdays", head)


@pytest.fixture(scope="module")
def made() -> Plan:
    return hostile()


def test_json_keeps_names_as_they_are(made: Plan) -> None:
    found = json.loads(exports.json_bytes(schedule.to_dict(made.schedule)))
    assert [i["name"] for i in found["items"]][: len(HOSTILE)] == HOSTILE


def test_csv_cells_are_no_formulas(made: Plan) -> None:
    text = exports.csv(made.schedule, made.risk)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(HOSTILE) + 1
    assert not [v for r in rows for k, v in r.items() if v[:1] in "=@+\t\r" and v]
    assert not [r["name"] for r in rows if r["name"].startswith("-")]
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    assert rows[-1]["deadline"] == "2025-04-20" and 0 <= float(rows[-1]["p_on_time"]) <= 1
    assert exports.cell(-1.5) == "-1.5"


def test_the_calendar_is_read_by_a_calendar_parser(made: Plan) -> None:
    icalendar = pytest.importorskip("icalendar")
    data = exports.ics(made.schedule)
    assert data == exports.ics(hostile().schedule)
    read = icalendar.Calendar.from_ical(data)
    events = [c for c in read.subcomponents if c.name == "VEVENT"]
    assert len(events) == len(read.subcomponents) == len(HOSTILE) + 1
    assert len({str(e["UID"]) for e in events}) == len(events)
    assert re.fullmatch(r"t0@[0-9a-f]{16}", str(events[0]["UID"]))
    for event, row in zip(events, made.schedule.rows, strict=True):
        assert type(event.decoded("DTSTART")) is dt.date
        assert event.decoded("DTEND") == made.schedule.done(row.ef) + dt.timedelta(days=1) > event.decoded("DTSTART")
        assert event.decoded("DTSTAMP").date() == dt.date(2025, 3, 3)
    assert str(events[5]["SUMMARY"]) == HOSTILE[5]
    assert str(events[9]["SUMMARY"]) == HOSTILE[9]
    assert "Deadline: 2025-04-20" in str(events[-1]["DESCRIPTION"]) and "<b>=org" in str(events[0]["DESCRIPTION"])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [k for k, _ in attrs]


def test_the_page_runs_nothing_and_fetches_nothing(made: Plan) -> None:
    found = status.status(made.schedule, made.risk, lambda w: pytest.fail("no witness"), None)
    text = page.html(made, found)
    assert text == page.html(hostile(), found)
    tags = _Tags()
    tags.feed(text)
    assert not {"script", "img", "link", "iframe", "b", "base", "form"} & set(tags.tags)
    assert not [a for a in tags.attributes if a.startswith("on") or a in ("src", "href")]
    assert "\u202e" not in text and "\x00" not in text
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("width", [gantt.WIDE, gantt.NARROW])
def test_the_chart_is_xml_and_lies_within_its_frame(made: Plan, width: int) -> None:
    root = ElementTree.fromstring(gantt.svg(made.schedule, made.risk, width))
    assert root.tag.endswith("svg") and root.attrib["width"] == str(width)
    xs = [float(e.attrib[k]) for e in root.iter() for k in ("x", "x1", "x2") if k in e.attrib]
    assert min(xs) >= 0 and max(xs) <= width
    text = "".join(root.itertext())
    assert "script" in text and "critical" in text and "%" in text


def test_a_chart_of_a_great_plan_says_what_it_leaves_out() -> None:
    body = "".join(task(f"t{i}", "2") for i in range(1300)) + task("long", "30") + milestone("m", '"t5"') + "[risk]\niterations = 10\n"
    large = plan(body)
    text = gantt.svg(large.schedule, large.risk)
    assert text.count("<g><title>") == gantt.MOST
    assert "102 items with neither deadline nor place on the critical chain are not drawn" in text
    assert ">long<" in text


def test_empty_plans_are_drawn() -> None:
    for body in ("", milestone("m")):
        empty = plan(body)
        found = status.status(empty.schedule, empty.risk, lambda w: pytest.fail("no witness"), None)
        assert "<svg" in page.html(empty, found)
        ElementTree.fromstring(mspdi.xml(empty.laid, empty.schedule))
        assert exports.csv(empty.schedule, empty.risk).count("\n") == 1 + len(empty.roadmap.items)


def test_project_xml_has_links_lags_and_calendars() -> None:
    body = task("a", "2") + task("b", "3", '"a SS+1"') + task("c", "1", '"b FF-1", "a SF+2ed"', "not_before = 2025-03-10\ndeadline = 2025-03-20\n")
    body += milestone("m", '"c"') + "[calendars.mine]\nclosed = [2025-03-05]\n"
    made = plan(body.replace("duration = 2\n", 'duration = 2\ncalendar = "mine"\n'), "weekdays")
    root = ElementTree.fromstring(mspdi.xml(made.laid, made.schedule))
    ns = {"p": mspdi.NAMESPACE}
    tasks = root.findall(".//p:Task", ns)
    keys = ("PredecessorUID", "Type", "LinkLag", "LagFormat")
    links = [tuple(e.findtext(f"p:{k}", namespaces=ns) for k in keys) for e in root.findall(".//p:PredecessorLink", ns)]
    assert [t.findtext("p:Name", namespaces=ns) for t in tasks] == ["a", "b", "c", "m"]
    assert links == [("1", "3", "4800", "7"), ("2", "0", "-4800", "7"), ("1", "2", "28800", "8"), ("3", "1", "0", "7")]
    assert tasks[1].findtext("p:Duration", namespaces=ns) == "PT24H0M0S"
    assert tasks[2].findtext("p:Deadline", namespaces=ns) == "2025-03-20T17:00:00"
    assert root.findall(".//p:Exception", ns)
    assert tasks[0].findtext("p:Finish", namespaces=ns) == "2025-03-04T17:00:00"


MONEY = (
    'cost = [{side = "FRA", year = 2025, amount = 2.5}, {side = "DEU", year = 2025, amount = 1, currency = "EUR"}]\n'
    'benefit = [{side = "FRA", year = 2026, amount = 4}]\n'
)


def test_money_is_summed_by_side_year_and_currency() -> None:
    body = "".join(f'[[initiative]]\nid = "{k}"\nkind = "exchange"\n{MONEY}' for k in "ab")
    assert money(plan(body).roadmap) == [
        {"side": "DEU", "year": 2025, "currency": "EUR", "cost": 2.0, "funding": None, "benefit": None},
        {"side": "FRA", "year": 2025, "currency": "USD", "cost": 5.0, "funding": None, "benefit": None},
        {"side": "FRA", "year": 2026, "currency": "USD", "cost": None, "funding": None, "benefit": 8.0},
    ]


def test_two_drafts_side_by_side() -> None:
    common = '[[initiative]]\nid = "{}"\nkind = "joint"\noutcome = "One bridge, open to lorries"\n'
    ours = common.format("bridge") + task("survey") + task("permit", "1", '"survey"') + milestone("open", '"permit"', "deadline = 2025-06-01\n")
    theirs = common.format("bruecke").replace("One bridge, open", "one  bridge open") + task("permit") + task("survey", "1", '"permit"')
    theirs += milestone("open", '"survey"', "deadline = 2025-09-01\n") + task("toll")
    found = drafts.to_dict(drafts.compare(plan(ours).roadmap, plan(theirs).roadmap))
    assert found["shared"][0] == {"sort": "initiative", "a": "bridge", "b": "bruecke", "why": "One bridge, open to lorries"}
    assert {c["why"] for c in found["contradiction"]} == {
        "deadline 2025-06-01 against 2025-09-01", "permit waits for survey in the one, survey for permit in the other",
    }  # fmt: skip
    assert (found["only_a"], [r["b"] for r in found["only_b"]]) == ([], ["toll"])


def test_same_drafts_contradict_in_nothing(shared: Path) -> None:
    from comity.plan.planning import load

    road = load(shared / "golden" / "roadmaps" / "pert_six.toml").roadmap
    found = drafts.to_dict(drafts.compare(road, road))
    assert (found["contradiction"], found["only_a"], found["only_b"], len(found["shared"])) == ([], [], [], 7)
