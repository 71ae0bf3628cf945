"""Every page of the site, its forms of data against what the commands give, and that it works without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from comity import cli, store
from made_series import cover, day, put, row
from web_site import serving

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FREE = {"path", "rect", "line", "circle", "p", "tr", "td", "th", "thead", "tbody", "li", "dt", "dd", "option"}


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The site on the packaged starter, with no store over it."""
    with serving(tmp_path_factory.mktemp("home"), every=600.0) as client:
        yield client


@pytest.fixture
def small(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The site on a store of four made Series and nothing beneath it, so that a report is made at once."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")
    fill(home)
    with serving(home) as client:
        yield client


def fill(home: Path) -> None:
    """Four made Series."""
    put(home, "disputes", [row("CHN", "IND", day(1991), 1), row("CHN", "RUS", day(1992), 1)], {"cow_mid": cover(1990, 1993)})
    trade = [row("CHN", "RUS", day(y), y * 1e6, source="imf_dots:CHN") for y in range(2000, 2011)]
    trade += [row("CHN", "USA", day(2010), 9e9, source="imf_dots:CHN"), row("RUS", "USA", day(2010), 1e9, source="imf_dots:RUS")]
    put(home, "trade_total_usd", trade, {"imf_dots": cover(2000, 2020)})
    put(home, "exports_usd", [row("CHN", "RUS", day(2001), 5.5), row("RUS", "CHN", day(2001), 7)], {"imf_dots": cover(2000, 2020)})
    put(home, "gdp_usd", [row(s, s, day(2001), v, n=None) for s, v in (("CHN", 2.5), ("RUS", 1))], {"wdi_gdp": cover(2000, 2020)})


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command writes to stdout."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    assert not ended.value.code
    return capsys.readouterr().out


class Seen(HTMLParser):
    """Tags that are opened and closed, ids, labels and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.lang: str | None = None
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang")
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "label":
            self.labels.add(given.get("for") or "")
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag == "script":
            self.scripts.append(given.get("src"))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.handlers += [k for k in given if k.startswith("on")]
        if tag not in VOID | FREE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID | FREE:
            assert self.open and self.open[-1] == tag, f"{tag} closes {self.open[-3:]}"
            self.open.pop()


def look(page: str) -> Seen:
    """The page as read; it is well formed, has one main, a language, unique ids, a label for every field and no script within."""
    seen = Seen()
    seen.feed(page)
    assert not seen.open
    assert seen.lang == "en"
    assert len(seen.ids) == len(set(seen.ids)), [i for i in seen.ids if seen.ids.count(i) > 1]
    assert all(f.get("id") in seen.labels or f.get("aria-label") for f in seen.fields)
    assert all(src and src.startswith("/static/") for src in seen.scripts)
    assert not seen.handlers
    assert page.count("<main") == 1
    assert seen.headings.count(1) == 1
    return seen


PAGES = (
    "/",
    "/measures",
    "/measure/trade_total_usd",
    "/measure/trade_total_usd?a=CHN&b=RUS&year=2015",
    "/measure/exports_usd?a=China&b=Russia&from=2000&to=2010",
    "/measure/brent_usd",
    "/measure/gdp_usd?a=CHN&b=RUS",
    "/measure/trade_total_usd/ranking?year=2010&state=BRA",
    "/compare",
    "/compare?m=trade_total_usd&pairs=CHN-RUS,DEU-POL",
    "/states?q=yemen",
    "/state/BRA",
    "/state/BRA?m=vote_agreement",
    "/sources",
    "/source/imf_dots",
    "/search",
    "/search?q=votes",
    "/claims",
    "/roadmap",
    "/align",
    "/forecasts",
    "/pair/CHN/RUS/initiatives",
    "/pair/CHN/RUS/forecasts",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_sound_without_a_script(starter: Any, address: str) -> None:
    answer = starter.get(address)
    assert answer.status_code == 200
    seen = look(answer.text)
    assert "main" in seen.ids
    assert "#main" in seen.links
    assert all(link.startswith(("/", "#")) for link in seen.links)


def test_every_link_of_the_small_pages_leads_somewhere(starter: Any) -> None:
    links = {
        link.partition("#")[0]
        for address in (
            "/",
            "/compare?m=trade_total_usd&pairs=CHN-RUS,DEU-POL",
            "/measure/brent_usd",
            "/source/imf_dots",
            "/measure/trade_total_usd?a=CHN&b=RUS",
        )
        for link in look(starter.get(address).text).links
    }
    own = sorted(link for link in links if link and not link.startswith("/pair/") and "/ranking" not in link)
    wrong = {link: answer.status_code for link in own if (answer := starter.get(link)).status_code != 200}
    assert not wrong


SAME = {
    "/measure/trade_total_usd.csv?a=CHN&b=RUS": ("series", "trade_total_usd", "--dyad", "CHN", "RUS", "--format", "csv"),
    "/measure/trade_total_usd.json?a=Russia&b=China&from=2001&to=2003": (
        "series",
        "trade_total_usd",
        "--dyad",
        "CHN",
        "RUS",
        "--from",
        "2001",
        "--to",
        "2003",
        "--format",
        "json",
    ),
    "/measure/exports_usd.csv?a=RUS&b=CHN": ("series", "exports_usd", "--dyad", "RUS", "CHN", "--format", "csv"),
    "/measure/exports_usd.csv": ("series", "exports_usd", "--format", "csv"),
    "/measure/trade_total_usd/ranking.csv?year=2010": ("rank", "trade_total_usd", "--year", "2010", "--format", "csv"),
    "/state/CHN.json?year=2010": ("rank", "trade_total_usd", "--year", "2010", "--state", "CHN", "--format", "json"),
    "/measures.csv": ("measures", "--format", "csv"),
    "/measures.json": ("measures", "--format", "json"),
    "/sources.csv": ("sources", "--format", "csv"),
    "/states.csv?q=yemen": ("states", "yemen", "--format", "csv"),
    "/pair/CHN/RUS.json": ("profile", "CHN", "RUS", "--format", "json"),
    "/pair/CHN/RUS/initiatives.csv": ("initiatives", "CHN", "RUS", "--format", "csv"),
    "/pair/CHN/RUS/initiatives.json": ("initiatives", "CHN", "RUS", "--format", "json"),
    "/forecasts.csv": ("score", "--format", "csv"),
}


@pytest.mark.parametrize("address", SAME)
def test_data_are_those_of_the_command(small: Any, home: Path, capsys: pytest.CaptureFixture[str], address: str) -> None:
    answer = small.get(address)
    assert answer.status_code == 200
    assert answer.text == told(capsys, "--home", str(home), *SAME[address])


def test_the_families_are_those_of_the_command(starter: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("csv", "json"):
        assert starter.get(f"/pair/CHN/RUS/families.{form}").text == told(capsys, "--home", str(tmp_path), "position", "CHN", "RUS", "--format", form)
    look(starter.get("/pair/CHN/RUS/families").text)


def test_the_report_stands_in_the_sites_frame(small: Any) -> None:
    answer = small.get("/pair/CHN/RUS")
    assert answer.status_code == 200
    seen = look(answer.text)
    assert "/measure/trade_total_usd.svg?a=CHN&b=RUS" in seen.links
    assert "/pair/RUS/CHN" in seen.links
    assert "<style" not in answer.text and "Content-Security-Policy" not in answer.text
    assert small.get("/pair/CHN/RUS.metadata.json").json()["citation"].startswith("comity ")


def test_names_lead_to_codes(small: Any) -> None:
    assert small.get("/pair?a=Persia&b=China&from=1995&seat=1").headers["location"] == "/pair/IRN/CHN?from=1995&seat=1"
    assert small.get("/pair/china/RUS.json?to=2005").headers["location"] == "/pair/CHN/RUS.json?to=2005"
    assert small.get("/pair?a=CHN").status_code == 400
    assert small.get("/pair/CHN/china").status_code == 400


def test_a_picture_can_be_taken_along(starter: Any) -> None:
    query = "a=CHN&b=RUS"
    svg = starter.get(f"/measure/trade_total_usd.svg?{query}")
    assert svg.headers["content-type"] == "image/svg+xml" and "Source:" in svg.text and "<title" in svg.text
    assert starter.get(f"/measure/trade_total_usd.png?{query}").content[:8] == b"\x89PNG\r\n\x1a\n"
    assert starter.get(f"/measure/trade_total_usd.vl.json?{query}").json()["$schema"].endswith("v6.json")
    look(starter.get(f"/embed/measure/trade_total_usd?{query}").text)
    assert starter.get("/compare.svg?m=trade_total_usd&pairs=CHN-RUS,DEU-POL").text.count("<svg") == 1
    assert starter.get("/measure/trade_total_usd.svg").status_code == 400


def test_a_picture_of_the_report_has_its_own_page(starter: Any) -> None:
    missing = starter.get("/pair/CHN/RUS/picture/none.svg")
    assert missing.status_code == 404
    keys = re.search(r"it has (.*)", missing.json()["what_to_do"])
    assert keys is not None
    key = keys.group(1).split(", ")[0]
    look(starter.get(f"/pair/CHN/RUS/picture/{key}").text)
    assert "Source:" in starter.get(f"/pair/CHN/RUS/picture/{key}.svg").text
    assert starter.get(f"/pair/CHN/RUS/picture/{key}.png").content[:4] == b"\x89PNG"
    assert starter.get(f"/embed/pair/CHN/RUS/picture/{key}").status_code == 200


def test_facts_of_a_measure(starter: Any) -> None:
    facts = starter.get("/measure/trade_total_usd.metadata.json?a=CHN&b=RUS").json()
    assert {"title", "unit", "sources", "citation", "caveats", "span", "vintage", "republish", "reference"} <= set(facts)
    assert all({"licence", "publisher", "citation", "share"} <= set(s) for s in facts["sources"])
    assert len(facts["vintage"]["content"]) == 64


def test_the_sentence_to_copy_has_source_and_caveat(starter: Any) -> None:
    page = starter.get("/measure/coauthored_works?a=DEU&b=POL").text
    sentence = re.search(r'<p class="cite" id="cite-coauthored_works">([^<]*)</p>', page)
    assert sentence is not None
    assert all(word in sentence.group(1) for word in ("Source:", "comity", "Note:"))


def test_a_text_is_checked_in_place(starter: Any) -> None:
    text = "In 2010 trade between China and Russia was 900 billion dollars. <script>alert(1)</script>"
    page = starter.post("/claims", data={"text": text, "a": "CHN", "b": "RUS"})
    assert page.status_code == 200
    look(page.text)
    assert "<script>alert" not in page.text and "<mark" in page.text
    found = starter.post("/claims.json", content=text.encode(), headers={"content-type": "text/plain"}).json()
    assert [c["verdict"] for c in found["claims"]][:1] == ["contradicted"]
    assert starter.post("/claims.csv", content=text.encode(), headers={"content-type": "text/plain"}).text.startswith("id,")
    assert starter.post("/claims", files={"file": ("a.txt", text.encode())}).status_code == 200
    assert starter.get("/claims.json").status_code == 400
    assert starter.post("/claims", data={"text": ""}).status_code == 400
    assert starter.post("/claims", content=b"%PDF-1.7 x", headers={"content-type": "text/plain"}).status_code == 400


def test_a_roadmap_is_read_in_memory(starter: Any) -> None:
    road = (Path(__file__).parents[1] / "docs" / "roadmaps" / "china-russia-2024.toml").read_bytes()
    page = starter.post("/roadmap", files={"file": ("r.toml", road)}, data={"as_of": "2024-06-01"})
    assert page.status_code == 200
    look(page.text)
    assert "Milestones and deadlines" in page.text
    made = starter.post("/roadmap.json?as_of=2024-06-01", content=road, headers={"content-type": "application/toml"}).json()
    assert {"schedule", "risk", "status"} <= set(made)
    wrong = starter.post("/roadmap.json", content=b"a = [", headers={"content-type": "application/toml"})
    assert wrong.status_code == 422 and not wrong.json()["ok"]
    assert "What is wrong" in starter.post("/roadmap", data={"text": "name = 3"}).text


def test_a_vote_to_come_needs_roll_calls(starter: Any) -> None:
    answer = starter.get("/align?topic=hr")
    assert answer.status_code == 404
    assert "comity" in answer.text


def test_search_finds_pairs_states_measures_sources(starter: Any) -> None:
    kinds = {word: {r["what"] for r in starter.get(f"/search.json?q={word}").json()} for word in ("China–Russia", "yemen", "votes", "imf")}
    assert "pair" in kinds["China–Russia"] and "state" in kinds["yemen"] and "measure" in kinds["votes"] and "source" in kinds["imf"]
    assert starter.get("/search.json?q=x").json() == []


def test_the_schema_names_every_form_of_data(starter: Any) -> None:
    from comity.web.places import PLACES

    paths = starter.get("/openapi.json").json()["paths"]
    assert set(paths) == {f"{p.path}.{f}" for p in PLACES for f in p.forms if f not in ("html", "embed")}
    for path, operation in ((p, o) for p, ways in paths.items() for o in ways.values()):
        for status in ("4XX", "5XX"):
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            assert set(schema["required"]) == {"error", "what_to_do"} == set(schema["properties"]), path


def test_a_ranking_of_partners_says_where_a_states_own_report_differs(starter: Any) -> None:
    own = "own report the first partner of 2020 is another (China $77.6"
    for address in ("/state/IND?year=2020", "/measure/trade_total_usd/ranking?state=India&year=2020"):
        assert own in starter.get(address).text
        page, _, query = address.partition("?")
        assert any(own in c for c in starter.get(f"{page}.metadata.json?{query}").json()["caveats"])
    assert "own report the first" not in starter.get("/state/DEU?year=2020").text


def test_a_state_shows_its_own_spells_only(starter: Any) -> None:
    assert starter.get("/state/BRA").text.count("COW ") == 1


def test_a_kept_forecast_has_a_page_with_its_record(small: Any, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("scipy", reason="the extra models is not installed")
    from comity import api

    name = "trade_total_usd_monthly"
    assert small.get(f"/pair/CHN/RUS/forecasts?m={name}").status_code == 404
    months = [day(y, m) for y in range(2008, 2020) for m in range(1, 13)]
    rows = [row("CHN", "RUS", t, 1e9 * (1 + i / 100 + (i * 7 % 5) / 20), source="china_customs_russia") for i, t in enumerate(months)]
    put(home, name, rows, {"china_customs_russia": cover(2008, 2019)})
    api.open(home).backtest(name)
    page = small.get("/pair/CHN/RUS/forecasts")
    look(page.text)
    assert f"fan-{name}" in page.text
    told_csv = told(capsys, "--home", str(home), "-q", "forecast", "CHN", "RUS", name, "--format", "csv")
    assert small.get(f"/pair/CHN/RUS/forecasts.csv?m={name}").text == told_csv
    look(small.get(f"/pair/CHN/RUS/forecasts?m={name}").text)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No starter beneath the store."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")


def test_money_can_be_drawn_on_a_logarithmic_axis(bare: None, home: Path) -> None:
    years = range(2000, 2011)
    rows = [row("CHN", "RUS", day(y), 3e6 * 2.0 ** (y - 2000), source="imf_dots:CHN") for y in years]
    put(home, "trade_total_usd", rows, {"imf_dots": cover(2000, 2020)})
    address = "/measure/trade_total_usd{}?a=CHN&b=RUS"
    with serving(home) as site:
        plain, log = site.get(address.format("")).text, site.get(address.format("") + "&scale=log&from=2001").text
        spec = site.get(address.format(".vl.json") + "&scale=log").json()
        scales = [layer["encoding"]["y"]["scale"] for layer in spec["layer"] if "scale" in layer["encoding"].get("y", {})]
        assert scales and all(s == {"type": "log", "domain": [2e6, 5e9], "nice": False} for s in scales)
        assert 'href="/measure/trade_total_usd?a=CHN&amp;b=RUS&amp;scale=log"' in plain and "log scale" not in plain
        assert "log scale" in log and 'href="/measure/trade_total_usd?a=CHN&amp;b=RUS&amp;from=2001"' in log
        assert 'name="scale" value="log"' in log and "/measure/trade_total_usd.png?a=CHN&amp;b=RUS&amp;from=2001&amp;scale=log" in log
        assert site.get(address.format(".csv") + "&scale=log").text == site.get(address.format(".csv")).text
        assert site.get(address.format(".png") + "&scale=log").content.startswith(b"\x89PNG")
        assert site.get(address.format("") + "&scale=cube").status_code == 400


@pytest.mark.parametrize("values", [[0.0, 5e6, 9e9], [-1e6, 5e6, 9e9], [5e6, 6e6, 7e6]])
def test_what_is_not_above_zero_or_hardly_varies_has_no_logarithmic_axis(bare: None, home: Path, values: list[float]) -> None:
    rows = [row("CHN", "RUS", day(2000 + i), v, source="imf_dots:CHN") for i, v in enumerate(values)]
    put(home, "trade_total_usd", rows, {"imf_dots": cover(2000, 2020)})
    with serving(home) as site:
        assert "scale=log" not in site.get("/measure/trade_total_usd?a=CHN&b=RUS").text
        spec = site.get("/measure/trade_total_usd.vl.json?a=CHN&b=RUS&scale=log").text
        assert '"log"' not in spec
