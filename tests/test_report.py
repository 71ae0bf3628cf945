"""The report: pictures, page, JSON and terminal, on made profiles."""

from __future__ import annotations

import datetime as dt
import html.parser
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import profile_samples as samples
from comity import wording
from comity.core import DOMAINS
from comity.profile import Change, Profile, Seam, Shown
from comity.report import charts, drawing, families, plain, text
from comity.report import html as page_html
from comity.report import position as part_of_position

ALL = {name: getattr(samples, name) for name in ("realistic", "one_point", "all_zero", "empty", "hostile")}
VOID = {"meta", "br", "link", "img"}
MAY_STAY_OPEN = {"tr", "th", "td", "p", "li", "dt", "dd"}


class Outline(html.parser.HTMLParser):
    """Tags, ids, links and the balance of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in MAY_STAY_OPEN:
            self.open.pop()
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: page_html.render(build()) for name, build in ALL.items()}


@pytest.mark.parametrize("name", ALL)
def test_page_is_well_formed_small_and_asks_for_nothing(pages: dict[str, str], name: str) -> None:
    page = pages[name]
    outline = Outline(page)
    assert not outline.open
    assert len(page.encode()) <= page_html.LARGEST < 1_500_000
    assert outline.tags.count("h1") == 1
    assert not {"script", "img", "iframe", "object", "embed", "link", "form", "base"} & set(outline.tags)
    ids = [a["id"] for _, a in outline.attributes if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attributes in outline.attributes:
        assert not [key for key in attributes if key.startswith("on") or key in {"src", "srcset", "data", "action"}], tag
        target = attributes.get("href")
        assert target is None or (target.startswith("#") and target[1:] in ids), target
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert '<html lang="en">' in page


@pytest.mark.parametrize("name", ALL)
def test_headings_descend_one_level_at_a_time(pages: dict[str, str], name: str) -> None:
    levels = [int(tag[1]) for tag in Outline(pages[name]).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_has_title_description_and_a_table(pages: dict[str, str]) -> None:
    page = pages["realistic"]
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.S)
    assert len(pictures) >= 28
    for picture in pictures:
        root = ET.fromstring(picture)
        assert root.get("role") == "img"
        title, description = root[0], root[1]
        assert title.text and description.text
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    figures = re.findall(r"<figure.*?</figure>", page, flags=re.S)
    assert all("<h3>" in f and '<th scope="row">' in f and '<th scope="col">' in f for f in figures)


def test_first_six_are_open_and_the_rest_folded(pages: dict[str, str]) -> None:
    profile = samples.realistic()
    head, _, rest = pages["realistic"].partition('<section class="domain"')
    order = [head.index(f'<p class="what">{wording.clip(_titled(profile, name))}') for name in profile.featured]
    assert order == sorted(order)
    assert head.count("<figure") == 6
    assert 'class="fold"' not in head
    for section in profile.sections:
        assert f'id="d-{section.domain}"' in rest
    assert "OAG schedules would hold it" in rest
    assert profile.cite in rest
    assert "Made Source of Trade" in rest


def _titled(profile: Profile, name: str) -> str:
    return next(m.title for s in profile.sections for m in s.measures if m.name == name)


def test_two_directions_share_one_picture(pages: dict[str, str]) -> None:
    shown = [m for s in samples.realistic().sections for m in s.measures if m.name == "trade_share"]
    spec = charts.line(shown, sides=("AAA", "BBB"))
    labels = [row["s"] for layer in spec["layer"] for row in layer.get("data", {}).get("values", []) if "s" in row]
    assert sorted(label[0] for label in labels) == ["AAA → BBB", "BBB → AAA"]
    colours = {layer["mark"]["color"] for layer in spec["layer"] if layer["mark"]["type"] == "line"}
    assert colours == {charts.PALETTES["light"]["a"], charts.PALETTES["light"]["b"]}


def test_lines_break_at_gaps_and_seams() -> None:
    starts = [samples.year(y) for y in (2000, 2001, 2002, 2005, 2007, 2008)]
    series = samples.points(starts, [1.5, 2.5, 3.5, 4.5, 5.5, 6.5])
    shown = samples.shown("m", "M", "index", "trade", series, seams=(Seam(start=samples.year(2002), before="x", after="y"),))
    spec = charts.line(shown)
    lines = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    dots = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    runs: dict[int, list[str]] = {}
    for row in lines[0]["data"]["values"]:
        runs.setdefault(row["k"], []).append(row["t"][:4])
    assert list(runs.values()) == [["2000", "2001"], ["2007", "2008"]]
    assert [row["t"][:4] for row in dots[0]["data"]["values"]] == ["2002", "2005"]
    assert any(layer["mark"].get("strokeDash") == [3, 3] for layer in spec["layer"])


def test_a_source_that_counts_every_five_years_is_dotted_not_broken() -> None:
    shown = samples.shown(
        "m", "M", "persons", "people", samples.points([samples.year(y) for y in (1990, 1995, 2000, 2005, 2010)], [1e5, 2e5, 3e5, 4e5, 5e5])
    )
    assert charts.sparse(shown)
    spec = charts.line(shown)
    line = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "line")
    assert line["mark"]["strokeDash"] == [1, 4]
    assert {row["k"] for row in line["data"]["values"]} == {0}


def test_bands_are_two_sided_95_and_stay_in_bounds() -> None:
    starts = [samples.year(y) for y in range(2000, 2006)]
    shown = samples.shown("m", "M", "share", "politics", samples.points(starts, [0.5, 0.6, 0.7, 0.8, 0.9, 0.99], se=0.02), bounds=(0, 1))
    area = next(layer for layer in charts.line(shown)["layer"] if layer["mark"]["type"] == "area")
    rows = area["data"]["values"]
    assert rows[0]["l"] == pytest.approx(0.5 - 1.96 * 0.02)
    assert rows[0]["h"] == pytest.approx(0.5 + 1.96 * 0.02)
    assert rows[-1]["h"] == 1.0


@settings(max_examples=120, deadline=None)
@given(st.lists(st.floats(-1e13, 1e13, allow_nan=False), min_size=1, max_size=40), st.sampled_from(["USD", "share", "persons", "index"]))
def test_value_axis_holds_zero_and_every_value(values: list[float], unit: str) -> None:
    shown = samples.shown("m", "M", unit, "trade", samples.points([samples.year(1950 + i) for i in range(len(values))], values), bounds=(None, None))
    spec = charts.line(shown)
    encodings = [layer["encoding"]["y"] for layer in spec["layer"] if "scale" in layer["encoding"].get("y", {})]
    low, high = encodings[0]["scale"]["domain"]
    slack = 1e-5 * (high - low)
    assert low <= min(0.0, *values, 0.0) + slack and max(0.0, *values, 0.0) <= high + slack
    assert low < high
    assert 2 <= len(encodings[0]["axis"]["values"]) <= 8
    json.dumps(spec, allow_nan=False)


def test_one_point_and_all_zero_are_drawn(pages: dict[str, str]) -> None:
    assert "one value, $5\u00a0m in 2020" in pages["one_point"]
    assert "equal values" in pages["all_zero"]
    assert pages["all_zero"].count("no row in the source: none") == 30


def test_small_multiple_has_a_panel_for_each_comparison() -> None:
    shown = next(m for s in samples.realistic().sections for m in s.measures if m.name == "trade_total_usd")
    spec = charts.small_multiple(shown)
    assert len(spec["facet"]["sort"]) == len(set(spec["facet"]["sort"])) == 9
    ET.fromstring(charts.svg(spec, "t", "d"))
    with pytest.raises(ValueError, match="nothing to compare"):
        charts.small_multiple(replace(shown, comparisons=()))


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(ValueError, match="no value"):
        charts.line(samples.shown("m", "M", "USD", "trade", ()))


def test_svg_is_deterministic_and_its_ids_are_its_own() -> None:
    shown = samples.one_point().sections[0].measures[0]
    first, second = (charts.svg(charts.line(shown), "a", "b") for _ in range(2))
    assert first == second
    assert charts.svg(charts.line(shown), "other", "b") != first
    hostile = charts.svg(charts.line(shown), samples.HOSTILE, samples.HOSTILE, key='"><x')
    root = ET.fromstring(hostile)
    assert {e.tag.split("}")[1] for e in root.iter()} <= {"svg", "title", "desc", "g", "path", "text", "line", "rect", "defs", "clipPath", "tspan"}


def test_titled_picture_stands_alone_in_both_themes() -> None:
    shown = [m for s in samples.realistic().sections for m in s.measures if m.name == "exports_usd"]
    for theme in ("light", "dark"):
        picture = charts.svg(charts.line(shown, theme=theme, titled=True, note="Source: made"), "t", "d")
        assert "Source: made" in picture
        assert charts.PALETTES[theme]["paper"] in picture


def test_the_lines_of_a_picture_that_leaves_the_page_fit_in_any_font() -> None:
    """Titles, terms and sources are cut nowhere, and no line is wider than the picture in the widest of the usual fonts."""
    one = next(m for s in samples.realistic().sections for m in s.measures if m.name == "exports_usd")
    long = replace(one, title="Exports of manufactured commodities, machinery and MMWW goods with a very long name", finding="MMMM WWWW " * 12)
    spec = charts.line([long], titled=True, note="What the maker says of it, at some length, so that it cannot stand in one line of the picture")
    lines = [(layer["mark"], layer["data"]["values"][0]["s"]) for layer in spec["layer"] if layer["mark"].get("baseline") == "top"][:2]
    assert len(lines) == 2
    for mark, rows in lines:
        assert all(drawing.wide(r, mark["fontSize"], bold=mark.get("fontWeight") == 600) <= drawing.WIDTH - 8 for r in rows) and len(rows) > 1
    said = " ".join(" ".join(rows) for _, rows in lines)
    assert long.finding.strip() in said and f"{long.title}, {long.label}" in said and "in one line of the picture" in said
    assert drawing.wrapped("a  b", 100, 10) == ["a b"] and drawing.wide("Wi", 10) < drawing.wide("Wi", 10, bold=True)
    framed = drawing.framed(charts.svg(charts.line([one]), "t", "d"), "W" * 10 + " M" * 60, "what", "whose")
    heads = re.findall(r'font-weight="600"[^>]*>([^<]*)<', framed)
    assert " ".join(heads).count("M") == 60 and all(drawing.wide(h, 14, bold=True) <= drawing.WIDTH - 16 for h in heads)


def test_a_picture_that_leaves_the_page_names_the_years_that_are_drawn() -> None:
    points = samples.points([dt.date(y, 1, 1) for y in (1998, 1999, 2001)], [1.0, 2.0, 3.0], source="oec_trade")
    points += samples.points([dt.date(y, 1, 1) for y in (2002, 2003)], [1.0, 2.0], source="imf_dots:CHN+wdi_gdp")
    one = samples.shown("exports_usd", "Exports", "USD", "trade", points, sources=("oec_trade", "imf_dots+wdi_gdp"), coverage="oec_trade 1963–2014")
    said = charts.credit([one])
    assert "(CC BY-SA 3.0; 1998–1999, 2001)" in said and said.count("2002–2003)") == 2 and "1963" not in said


def test_n_is_of_the_values_shown_and_never_none() -> None:
    def counted(*numbers: int | None) -> str | None:
        group = [
            samples.shown("disputes", "Disputes", "disputes", "security", (replace(p, n=n),), a=a)
            for n, a, p in zip(numbers, ("AAA", "BBB"), samples.points([dt.date(2010, 1, 1)] * 2, [1.0, 1.0]), strict=False)
        ]
        return dict(page_html._facts(group)).get("n")

    assert [counted(0), counted(0, 0), counted(None)] == [None, None, "not given"]
    assert [counted(12), counted(0, 12), counted(1200, 3)] == ["12", "12", "1,200 and 3"]


def test_a_count_of_the_whole_world_is_not_shown_as_the_twos() -> None:
    profile = samples.realistic()
    points = samples.points([dt.date(2013, m, 1) for m in (1, 2)], [5e6, 6e6], ranked=False)
    world = samples.shown("gdelt_events_world", "Events of all the world", "events", "events", points, a="WLD", b="WLD", of="world", period="month")
    price = samples.shown("brent_usd", "Brent of the world", "USD per barrel", "money", points, a="WLD", b="WLD", of="world", period="month")
    more = tuple(replace(s, measures=(*s.measures, *(w for w in (world, price) if w.domain == s.domain))) for s in profile.sections)
    widened = replace(profile, sections=more)
    for page in (page_html.render(widened), text.render(widened, width=160)):
        assert "Events of all the world" not in page and "Brent of" in page
    assert "gdelt_events_world" in json.dumps(plain.to_dict(widened))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_keep_contrast(theme: charts.Theme) -> None:
    palette = charts.PALETTES[theme]
    for name in ("a", "b", "both", "other", "ink", "soft"):
        assert _contrast(palette[name], palette["paper"]) >= 4.5, name


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_stylesheet_recolours_every_sentinel(pages: dict[str, str]) -> None:
    page = pages["realistic"]
    used = set(re.findall(r'(fill|stroke)="(#[0-9a-f]{6})"', page))
    for attribute, colour in used:
        assert f'svg [{attribute}="{colour}"]' in page, (attribute, colour)


def test_hostile_text_is_text(pages: dict[str, str]) -> None:
    page = pages["hostile"]
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page and "<img" not in page and "49 }}" not in page
    assert "\x1b" not in page
    said = text.render(samples.hostile())
    assert "\x1b" not in said
    assert "[bold]" in said


def test_large_page_drops_its_oldest_rows_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_html, "LARGEST", 150_000)
    page = page_html.render(samples.realistic())
    assert "earlier rows: <code>comity series" in page


def test_page_is_the_same_twice(pages: dict[str, str]) -> None:
    assert page_html.render(samples.realistic()) == pages["realistic"]


@pytest.mark.parametrize("name", ALL)
def test_plain_is_json_with_the_promised_keys(name: str) -> None:
    profile = ALL[name]()
    held = plain.to_dict(profile)
    assert json.loads(json.dumps(held, allow_nan=False)) == held
    promised = {"a", "b", "as_of", "version", "lead", "sections", "newest", "position", "initiatives", "forecasts", "sources", "cite"}
    assert promised <= set(held)
    for section in held["sections"]:
        assert {"domain", "reason", "measures"} <= set(section)
        for measure in section["measures"]:
            assert {"name", "title", "unit", "kind", "series", "comparisons", "seams", "missing", "label", "finding", "changes", "coverage"} <= set(
                measure
            )
            for point in measure["series"]:
                assert {"start", "value", "n", "se", "source", "rank_a", "of_a", "rank_b", "of_b"} <= set(point)
                dt.date.fromisoformat(point["start"])


def test_plain_refuses_what_json_cannot_hold_and_writes_nan_as_null() -> None:
    profile = replace(samples.one_point(), position={"value": float("nan"), "when": dt.date(2020, 1, 1), "pair": ("a", "b")})
    assert plain.to_dict(profile)["position"] == {"value": None, "when": "2020-01-01", "pair": ["a", "b"]}
    with pytest.raises(TypeError, match="object"):
        plain.to_dict(replace(profile, position={"value": object()}))


@pytest.mark.parametrize("width", [50, 80, 110, 160])
def test_terminal_text_keeps_to_its_width(width: int) -> None:
    said = text.render(samples.realistic(), width=width)
    assert max(len(row) for row in said.splitlines()) <= width
    assert "\x1b" not in said
    for domain in DOMAINS:
        assert domain.capitalize() in said
    assert "OAG schedules would hold it" in said.replace("\n", " ")


def test_terminal_text_has_colour_only_where_asked() -> None:
    assert "\x1b[" in text.render(samples.one_point(), colour=True)
    assert "No source held covers the pair" in text.render(samples.one_point())


def test_position_says_what_is_not_known_and_breaks_the_trail() -> None:
    spec = families.ranges([("exchange", 81.0, 70.0, 90.0), ("conflict", None, None, None)])
    assert any(row.get("s") == "not known" for layer in spec["layer"] for row in layer["data"]["values"])
    rows: list[dict[str, Any]] = [
        {"year": y, "family": "joint", "value": float(y - 1990), "q10": None, "q90": None} for y in (2000, 2001, 2005, 2006)
    ]
    trail = families.trail([*rows, {"year": 2007, "family": "joint", "value": None}])
    line = next(layer for layer in trail["layer"] if layer["mark"]["type"] == "line")
    assert [row["k"] for row in line["data"]["values"]] == [0, 0, 1, 1]
    ET.fromstring(charts.svg(trail, "t", "d"))
    with pytest.raises(ValueError, match="nothing to draw"):
        families.trail([])


def test_the_part_on_the_position_tells_no_conflict_and_each_domain_in_words() -> None:
    made = part_of_position.part(
        replace(
            samples.one_point(),
            position={
                "conflict": None,
                "families": [{"name": n, "value": v, "q10": 10.0, "q90": 80.0} for n, v in (("conflict", 50.0), ("joint", 29.0))],
                "trail": [{"year": y, "family": "joint", "value": 20.0, "q10": 10.0, "q90": 60.0, "measures": ["x"]} for y in (2000, 2001)],
                "moved": {"towards_joint": False, "families": [
                    {"family": "joint", "p_up": 0.99, "p_more": 0.97, "seams": ["Trade: one, then other"]},
                ]},
                "domains": [{"domain": "production", "joint": "Shared production, sizes out", "joint_first": 73.0, "joint_first_year": 1995,
                             "joint_last": 51.0, "joint_last_year": 2011, "exchange": "Trade in goods, both ways", "exchange_first": None,
                             "exchange_first_year": None, "exchange_last": None, "exchange_last_year": None}],
            },
            initiatives=({"id": "x", "name": "x", "start": dt.date(2003, 1, 1), "due": dt.date(2004, 6, 30)},),
        ), {"AAA": "Arcadia", "BBB": "Bohemia"},
    )  # fmt: skip
    assert made is not None
    groups = {g.heading: g for g in made.groups}
    ranges, trail = groups["Families"].pictures
    assert "conflict: none recorded" in ranges.words
    assert "conflict" not in ranges.title
    assert trail.title == "On common measures: joint no sure change", "the rule asks for two domains, not for a probability alone"
    told = " ".join(groups["Domain by domain"].sentences)
    assert "Production: shared production 73 (1995) to 51 (2011), beside trade in goods not measured." in told
    assert ("joint", "Trade: one, then other") in groups["What would change it"].folds[0].rows
    row = dict(zip(groups["Undertakings"].folds[0].columns, groups["Undertakings"].folds[0].rows[0], strict=True))
    assert (row["start"], row["due"]) == ("2003", "2004-06-30")


def test_code_in_notes_is_marked_up_and_escaped() -> None:
    assert page_html.coded("run `comity fetch <x>` & see") == "run <code>comity fetch &lt;x&gt;</code> &amp; see"


def test_sparkline() -> None:
    assert charts.sparkline([1, 2, 3, 4, 5, 6, 7, 8]) == "▁▂▃▄▅▆▇█"
    assert charts.sparkline([0, None, 1, float("nan")]) == "▁ █ "
    assert charts.sparkline([3, 3]) == "▁▁"
    assert charts.sparkline([]) == charts.sparkline([None]) == ""


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (2.45e11, "USD", "$245\u00a0bn"),
        (-2.45e9, "USD", "−$2.45\u00a0bn"),
        (1.24e12, "USD", "$1.24\u00a0tn"),
        (999.9e6, "USD", "$1\u00a0bn"),
        (830.4, "USD", "$830"),
        (0.336, "share", "33.6%"),
        (-0.041, "share", "−4.1%"),
        (0.00042, "share", "0.042%"),
        (0.0, "share", "0.0%"),
        (1.5e6, "persons", "1.5\u00a0m"),
        (23807.0, "works", "23,807"),
        (0.8712, "kappa", "0.871"),
        (-1.07, "scale", "−1.07"),
        (0.0, "vetoes", "0"),
        (87.1, "USD per barrel", "87.1"),
    ],
)
def test_values_are_written(number: float, unit: str, said: str) -> None:
    assert wording.value(number, unit) == said


def test_changes_and_ranks_are_written() -> None:
    money = samples.one_point().sections[0].measures[0]
    assert wording.change(_change(100.0, 34.0), money) == "+34% since 2018"
    assert wording.change(_change(100.0, 240.0), money) == "3.4 times the value of 2018"
    assert wording.change(_change(100.0, 0.0), money) == "no change since 2018"
    share = replace(money, unit="share", bounds=(0, 1))
    assert wording.change(_change(0.3, 0.032), share) == "+3.2 points since 2018"
    assert wording.change(_change(-3.0, 4.0), replace(money, unit="index", bounds=(None, None))) == "+4 since 2018"
    point = money.series[0]
    assert wording.ranks(replace(point, rank_a=1, of_a=190, rank_b=22, of_b=181), "China", "Russia", "dyad") == (
        "Russia is China’s 1st of 190 partners; China is Russia’s 22nd of 181"
    )
    assert wording.ranks(replace(point, rank_a=None), "A", "B", "state") == ""
    assert [wording.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]


def _change(before: float, difference: float) -> Change:
    return Change(years=5, start=samples.year(2018), before=before, difference=difference, ratio=None)


def test_drawing_libraries_are_imported_only_when_drawn() -> None:
    code = "import sys, comity.report.html, comity.report.text, comity.report.plain; print(sorted({'vl_convert','jinja2','rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rows_of_a_group_are_matched_to_their_sides() -> None:
    measures: list[Shown] = [m for s in samples.realistic().sections for m in s.measures]
    groups: list[list[Shown]] = page_html.grouped(list(reversed(measures)), ("AAA", "BBB"))
    assert all(1 <= len(g) <= 2 for g in groups)
    pairs: list[Any] = [g for g in groups if len(g) == 2]
    assert len(pairs) == 9 and all(g[0].a == "AAA" and g[1].a == "BBB" for g in pairs)
