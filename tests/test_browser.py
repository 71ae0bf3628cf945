"""The site in a real browser: what a reader does with it, with and without scripts, by keyboard alone, and what axe finds in both themes.

Needs Chromium (Debian's package), the extra `web`, playwright and, for the last part, axe-core (`npm install --no-save axe-core`, or COMITY_AXE).
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("starlette", reason="the extra `web` is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[1]
AXE = Path(os.environ.get("COMITY_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]
WAIT = 120_000
"""Milliseconds that a page may take: the first report of a pair is long in the making."""
ESSAY = "Beijing, 3 January 2024. In 2019 China and Russia traded goods worth 110 billion dollars. The two should build a bridge.\n"
PAGES = (
    "/", "/pair/CHN/RUS", "/measure/vote_agreement?a=CHN&b=RUS&year=2019", "/state/CHN", "/compare?m=vote_agreement&p1=CHN-RUS&p2=IND-USA", "/claims",
    "/roadmap", "/measures", "/sources", "/forecasts", "/states", "/pair/CHN/RUS/initiatives",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the packaged Series."""
    home = tmp_path_factory.mktemp("home")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "comity", "--home", str(home), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def _page(browser: Any, site: str, **more: Any) -> Any:
    context = browser.new_context(base_url=site, **more)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith((site, "data:", "blob:")) else page.faults.append(f"asked {request.url}"))
    return page


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A page of a fresh profile; an error in it, or a request to elsewhere, fails the test."""
    found = _page(browser, site)
    yield found
    faults = list(found.faults)
    found.context.close()
    assert not faults, faults


def _open(page: Any, address: str) -> None:
    """Open an address and wait out the page that says that another is in the making."""
    page.goto(address)
    _made(page)


def _made(page: Any) -> None:
    page.wait_for_load_state("load")
    deadline = time.monotonic() + WAIT / 1000
    while time.monotonic() < deadline:
        heading = page.locator("h1").first.inner_text()  # waits while the browser is between two pages
        if heading != "One moment":
            break
        page.wait_for_timeout(500)
    page.wait_for_load_state("load")


def _cli(site_home: Path, *words: str) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "comity", "-q", "--home", str(site_home), *words, "--format", "csv"]
    return list(csv.DictReader(io.StringIO(subprocess.run(command, capture_output=True, text=True, check=True).stdout)))


def test_choose_a_pair_and_come_back(page: Any) -> None:
    _open(page, "/")
    page.locator("#choose #a").fill("China")
    page.locator("#choose #b").fill("USSR")
    page.get_by_role("button", name="Show the report").click()
    page.wait_for_url("**/pair/**")
    _made(page)
    assert page.url.split("?")[0].endswith("/pair/CHN/SUN")
    assert "Soviet Union" in page.locator("h1").first.inner_text()
    page.go_back()
    assert page.locator("#choose #a").count() == 1
    page.go_forward()
    _made(page)
    assert page.url.split("?")[0].endswith("/pair/CHN/SUN")


def test_years_are_in_the_link_and_a_link_holds_the_whole_state(page: Any, browser: Any, site: str) -> None:
    _open(page, "/measure/vote_agreement?a=CHN&b=RUS&from=2000&to=2010")
    first = page.locator("main table").first.inner_text()
    assert "2011" not in page.locator("main").locator("table", has_text="2005").first.inner_text()
    other = _page(browser, site)
    _open(other, page.url)
    assert other.locator("main table").first.inner_text() == first
    other.context.close()


def _places(page: Any) -> tuple[float, float, float, float]:
    """The first picture on the screen: left, top, width and height."""
    svg = page.locator("main figure > svg").first
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def test_the_values_of_a_year_show_under_the_pointer_as_the_table_has_them(page: Any) -> None:
    _open(page, "/measure/vote_agreement?a=CHN&b=RUS")
    left, top, width, height = _places(page)
    cells = "t => [...t.tBodies[0].rows].map(r => [...r.cells].slice(0, 2).map(c => c.textContent.trim()))"
    rows = page.locator("main figure table.data").first.evaluate(cells)
    seen = set()
    for share in (0.15, 0.25, 0.35, 0.45):
        page.mouse.move(left + share * width, top + height / 2)
        said = page.locator("main figure .tip").first.inner_text()
        period, value = said.removesuffix(" %").split(" · ")
        assert [period, value] in rows
        seen.add(period)
    assert len(seen) == 4
    page.mouse.move(left + width / 2, top - 200)
    assert page.locator("main figure .tip").first.is_hidden()


def test_years_are_chosen_by_dragging_across_a_picture(page: Any) -> None:
    _open(page, "/measure/vote_agreement?a=CHN&b=RUS")
    left, top, width, height = _places(page)
    middle = top + height / 2
    page.mouse.move(left + 0.5 * width, middle)
    page.mouse.down()
    page.mouse.move(left + 0.2 * width, middle, steps=5)
    first, last = (int(y) for y in page.locator("main figure .tip").first.inner_text().split("–"))
    assert 1940 < first < last < 2026
    page.keyboard.press("Escape")
    page.mouse.up()
    assert "from=" not in page.url
    page.mouse.move(left + 0.2 * width, middle)
    page.mouse.down()
    page.mouse.move(left + 0.5 * width, middle, steps=5)
    page.mouse.up()
    page.wait_for_url(f"**from={first}&to={last}*")
    years = page.locator("main figure table.data tbody th").all_text_contents()
    assert {first, last} <= {int(y[-5:-1]) for y in years} and all(first <= int(y[-5:-1]) <= last for y in years)


def test_a_table_opens_and_its_csv_is_what_the_command_gives(page: Any, tmp_path: Path) -> None:
    _open(page, "/measure/vote_agreement?a=CHN&b=RUS")
    table = page.locator("main details", has=page.locator("table")).first
    table.locator("summary").click()
    assert table.locator("table").is_visible()
    link = page.locator("a", has_text="CSV").first
    with page.expect_download() as waiting:
        link.click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text())))
    told = _cli(tmp_path, "series", "vote_agreement", "--dyad", "CHN", "RUS")
    assert [(r["start"], float(r["value"])) for r in rows] == [(r["start"], float(r["value"])) for r in told]


def test_an_essay_is_pasted_and_its_evidence_shows_on_hover_and_focus(page: Any) -> None:
    _open(page, "/claims")
    page.locator("textarea#text").fill(ESSAY)
    page.get_by_role("button", name="Check the text").click()
    _made(page)
    mark = page.locator(".ledger mark[data-n]").first
    mark.hover()
    assert page.locator(".ledger .card.on").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".ledger .card.on").count() == 0
    mark.focus()
    assert page.locator(".ledger .card.on").count() == 1


def test_a_roadmap_is_uploaded(page: Any) -> None:
    _open(page, "/roadmap")
    page.locator("input[type=file]").set_input_files(str(ROOT / "docs" / "roadmaps" / "australia-indonesia-2024.toml"))
    page.locator("main form button").first.click()
    _made(page)
    assert page.locator("main svg").count() >= 1
    assert "works" in page.locator("main").inner_text()


def test_hostile_text_stays_text(page: Any) -> None:
    _open(page, "/claims")
    hostile = "<script>window.ran = 1</script><img src=x onerror='window.ran=1'> "
    page.locator("textarea#text").fill(f"{hostile}In 2019 China and Russia traded 110 billion dollars.")
    page.get_by_role("button", name="Check the text").click()
    _made(page)
    assert page.evaluate("window.ran") is None


def test_by_keyboard_alone(page: Any) -> None:
    _open(page, "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")  # past the frame to what matters
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "a":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.type("Germany")
    page.keyboard.press("Tab")
    page.keyboard.type("Poland")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pair/DEU/POL**")


def test_without_scripts(browser: Any, site: str) -> None:
    page = _page(browser, site, java_script_enabled=False)
    _open(page, "/")
    page.locator("#choose #a").fill("IND")
    page.locator("#choose #b").fill("Brazil")
    page.get_by_role("button", name="Show the report").click()
    page.wait_for_url("**/pair/**")
    _made(page)
    assert "India" in page.locator("h1").first.inner_text() and page.locator("main svg").count() > 3
    _open(page, "/claims")
    page.locator("textarea#text").fill(ESSAY)
    page.get_by_role("button", name="Check the text").click()
    _made(page)
    assert page.locator(".ledger mark").count() >= 1
    page.context.close()


@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(browser: Any, site: str, address: str) -> None:
    page = _page(browser, site, viewport={"width": 390, "height": 844})
    _open(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.faults, page.faults
    page.context.close()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (npm install --no-save axe-core)")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_serious(browser: Any, site: str, address: str, theme: str) -> None:
    page = _page(browser, site, color_scheme=theme, bypass_csp=True)
    _open(page, address)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    bad = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found["violations"] if v["impact"] in ("serious", "critical")]
    page.context.close()
    assert not bad, "\n".join(bad)
