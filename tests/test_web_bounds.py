"""What the site lets in and what goes out with every answer: headers, tags, methods, sizes, hostile words, deadlines, the state of the store."""

from __future__ import annotations

import asyncio
import fcntl
import html
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity import notes, store
from made_series import cover, day, put, row
from web_site import serving

HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE p; --",
    "../../etc/passwd",
    "{{7*7}}",
    "%00",
    "\x00",
    "\x1b[31m",
    "x" * 5000,
    "✈" * 50,
    "‮abc",
    "$path",
    "-1",
    "1e9",
    "NaN",
    "99999999999999999999",
    "2000-13-45",
    "\ud7ff",
    "CHN-RUS,,,",
    "a" * 199,
    "*",
    "%",
    "..%2f..%2f",
    "null",
    "CHN\n",
    "' OR '1'='1",
)


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The site on the packaged starter."""
    with serving(tmp_path_factory.mktemp("home"), every=600.0) as client:
        yield client


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No starter beneath the store."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")


def fill(home: Path, value: float = 1e6) -> None:
    """One made Series of trade."""
    put(
        home,
        "trade_total_usd",
        [row("CHN", "RUS", day(y), y * value, source="imf_dots:CHN") for y in range(2000, 2011)],
        {"imf_dots": cover(2000, 2020)},
    )


ANY = ("/", "/measures.json", "/nope", "/measures?zz=1", "/state/XXX", "/static/none.css", "/openapi.json", "/pair?a=CHN&b=RUS", "/measure/none.csv")


@pytest.mark.parametrize("address", ANY)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FROB"])
def test_every_answer_has_the_headers(starter: Any, address: str, method: str) -> None:
    answer = starter.request(method, address)
    held = answer.headers
    assert held["x-content-type-options"] == "nosniff"
    assert held["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in held["content-security-policy"]
    assert "unsafe-inline" not in held["content-security-policy"].replace("style-src-attr 'unsafe-inline'", "")
    assert answer.status_code < 500
    if method not in ("GET", "HEAD"):
        assert answer.status_code in (404, 405)
        assert answer.status_code == 404 or held["allow"]
    if method == "HEAD":
        assert answer.content == b""
        assert int(held["content-length"]) > 0 or answer.status_code == 303


def test_only_the_route_to_embed_may_be_framed(starter: Any) -> None:
    held = starter.get("/embed/measure/coauthored_works?a=DEU&b=POL").headers
    assert "frame-ancestors *" in held["content-security-policy"]
    assert "x-frame-options" not in held


DATA = (
    "/measures.csv", "/measures.json", "/measures.metadata.json", "/measure/coauthored_works.svg?a=DEU&b=POL", "/openapi.json",
    "/measure/coauthored_works.png?a=DEU&b=POL", "/measure/coauthored_works.vl.json?a=DEU&b=POL", "/measure/none.csv", "/pair/Germany/POL.json",
)  # fmt: skip
PAGES = ("/", "/measures", "/measure/coauthored_works?a=DEU&b=POL", "/claims", "/roadmap", "/embed/measure/coauthored_works?a=DEU&b=POL", "/x.html")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_scripts_of_other_sites_may_read_data_and_nothing_else(starter: Any, method: str) -> None:
    from_elsewhere = {"origin": "https://chart.example"}
    for address in DATA:
        answer = starter.request(method, address, headers=from_elsewhere)
        assert answer.headers["access-control-allow-origin"] == "*", address
        assert "access-control-allow-credentials" not in answer.headers
    tag = starter.get(DATA[0]).headers["etag"]
    again = starter.request(method, DATA[0], headers={"if-none-match": tag})
    assert (again.status_code, again.headers["access-control-allow-origin"]) == (304, "*")
    for address in PAGES:
        assert "access-control-allow-origin" not in starter.request(method, address, headers=from_elsewhere).headers, address


def test_scripts_of_other_sites_may_not_read_what_is_sent(starter: Any) -> None:
    for address in ("/claims", "/claims.json", "/claims.csv", "/roadmap.json", "/measures.json"):
        for method in ("POST", "OPTIONS", "PUT"):
            answer = starter.request(method, address, content=b"x", headers={"origin": "https://chart.example", "content-type": "text/plain"})
            assert "access-control-allow-origin" not in answer.headers, (method, address)


def test_scripts_of_other_sites_may_not_read_a_local_site(home: Path) -> None:
    with serving(home, hosts=frozenset({"127.0.0.1", "localhost"})) as site:
        answer = site.get("/measures.json", headers={"host": "127.0.0.1:8000", "origin": "https://chart.example"})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


def test_an_answer_that_is_known_is_not_sent_again(starter: Any) -> None:
    first = starter.get("/measures.csv")
    tag = first.headers["etag"]
    again = starter.get("/measures.csv", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert starter.get("/measures.csv", headers={"if-none-match": 'W/"other"'}).status_code == 200
    assert starter.get("/sources.csv", headers={"if-none-match": tag}).status_code == 200


def test_a_page_is_sent_compressed_where_that_is_asked(starter: Any) -> None:
    packed = starter.get("/measures.csv", headers={"accept-encoding": "gzip"})
    plain = starter.get("/measures.csv", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert plain.headers["vary"] == "accept-encoding"


def test_own_files_may_be_kept_for_ever(starter: Any) -> None:
    from comity.web import frame

    for name, (media, data) in frame.statics().items():
        answer = starter.get(f"/static/{name}")
        assert answer.headers["content-type"] == media
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content == data


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize(
    "place", ["/states", "/search", "/measure/coauthored_works", "/compare", "/state/CHN", "/pair", "/align", "/measure/gdp_usd/ranking"]
)
def test_a_hostile_question_is_refused_or_answered(starter: Any, place: str, bad: str) -> None:
    from comity.web.places import PLACES

    keys = next(p.query for p in PLACES if p.path.split("{")[0].rstrip("/") == place.rsplit("/", place.count("/") - 1)[0] or p.path == place) or (
        "q",
    )
    for key in keys:
        answer = starter.get(place, params={key: bad})
        assert answer.status_code in (200, 400, 404, 414), (key, bad)
        assert bad not in answer.text or html.escape(bad) == bad
        assert "Traceback" not in answer.text and "site-packages" not in answer.text


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize(
    "path", ["/measure/{}", "/state/{}.csv", "/source/{}", "/pair/{}/RUS", "/{}", "/static/{}", "/embed/measure/{}", "/pair/CHN/{}.json"]
)
def test_a_hostile_path_is_no_page(starter: Any, path: str, bad: str) -> None:
    from urllib.parse import quote

    answer = starter.get(path.format(quote(bad, safe="")))
    assert answer.status_code in (400, 404, 414)
    assert answer.headers["content-type"] == "application/json" or bad not in answer.text or html.escape(bad) == bad


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/none.json", 404), ("GET", "/none.csv", 404), ("GET", "/measure/none.json", 404), ("GET", "/measure/none.csv", 404),
        ("GET", "/measure/none.metadata.json", 404), ("GET", "/measure/gdp_usd/none.metadata.json", 404), ("POST", "/measures.csv", 405),
        ("DELETE", "/openapi.json", 405), ("GET", "/static/none.svg", 404), ("GET", "/states.json?zz=1", 400),
        ("GET", "/pair/CHN/CHN.json", 400), ("GET", "/source/imf_dots.csv", 404), ("GET", f"/{'x' * 1200}.csv", 414), ("PUT", "/claims.json", 405),
    ],
)  # fmt: skip
def test_errors_of_addresses_for_programs_are_json(starter: Any, method: str, address: str, status: int) -> None:
    answer = starter.request(method, address)
    assert answer.status_code == status and answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error", "what_to_do"} and all(answer.json().values())
    page = starter.request(method, address.replace(".metadata.json", "").replace(".json", "").replace(".csv", "").replace(".svg", ""))
    assert page.status_code == 200 or page.headers["content-type"].startswith("text/html")


def test_options_are_known_and_given_once(starter: Any) -> None:
    assert "this page takes" in starter.get("/compare?zz=1").text
    assert starter.get("/states?q=a&q=b").status_code == 400
    assert starter.get("/measures?" + "a=1&" * 2000).status_code == 414
    assert starter.get("/measure/coauthored_works?a=DEU").status_code == 400
    assert starter.get("/measure/coauthored_works?a=DEU&b=POL&from=2010&to=2000").status_code == 400


def test_what_is_sent_has_bounds(starter: Any) -> None:
    from comity.web import forms

    large = b"x" * (forms.LARGEST + 1)
    assert starter.post("/claims", content=large, headers={"content-type": "text/plain"}).status_code == 413
    assert starter.post("/claims", content=iter([large[:500_000]] * 3), headers={"content-type": "text/plain"}).status_code == 413
    assert starter.post("/claims", content=b"x", headers={"content-length": "-1", "content-type": "text/plain"}).status_code == 413
    assert starter.post("/roadmap.json", content=b"\xff\xfe\x00", headers={"content-type": "application/toml"}).status_code in (400, 422)
    assert starter.post("/claims", content=b"--x\r\n", headers={"content-type": "multipart/form-data; boundary=y"}).status_code == 400
    assert (
        starter.post(
            "/claims", content=b"&".join(b"k%d=1" % i for i in range(100)), headers={"content-type": "application/x-www-form-urlencoded"}
        ).status_code
        == 400
    )
    many = b"".join(b'--y\r\nContent-Disposition: form-data; name="k"\r\n\r\n1\r\n' for _ in range(500)) + b"--y--"
    assert starter.post("/claims", content=many, headers={"content-type": "multipart/form-data; boundary=y"}).status_code == 400
    draws = b'name = "x"\nstates = ["CHN", "RUS"]\nstart = 2024-01-01\n[risk]\niterations = 1000000\n'
    assert starter.post("/roadmap.json", content=draws, headers={"content-type": "application/toml"}).status_code in (400, 422)


def test_words_of_a_store_are_escaped(bare: None, home: Path) -> None:
    fill(home)
    bad = "<img src=x onerror=alert(1)>"
    notes.add(home, notes.make("CHN", "RUS", what=bad, date="2009", who=bad, url="https://x.example/", value=None, unit=None))
    with serving(home) as site:
        page = site.get("/pair/CHN/RUS").text
    assert bad not in page
    assert html.escape(bad) in page


def test_an_error_names_no_path(bare: None, home: Path) -> None:
    fill(home)
    path = store.artefact_path(home, "series", "trade_total_usd")
    path.write_bytes(b"broken")
    with serving(home) as site:
        for address in (
            "/measure/trade_total_usd.csv?a=CHN&b=RUS",
            "/measure/exports_usd.csv?a=CHN&b=RUS",
            "/source/imf_dots.json",
            "/measures.json",
        ):
            answer = site.get(address)
            assert answer.status_code in (200, 404, 503)
            assert str(home) not in answer.text and "comity-web-" not in answer.text and "/tmp" not in answer.text


def test_pages_follow_the_store(bare: None, home: Path) -> None:
    fill(home)
    address = "/measure/trade_total_usd.csv?a=CHN&b=RUS"
    with serving(home) as site:
        before = site.get(address)
        fill(home, 2e6)
        after = site.get(address, headers={"if-none-match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.text != before.text
        assert after.headers["etag"] != before.headers["etag"]


def test_a_build_shows_nothing_until_it_is_done(bare: None, home: Path) -> None:
    fill(home)
    address = "/measure/trade_total_usd.csv?a=CHN&b=RUS"
    other = "/measure/trade_total_usd.json?a=CHN&b=RUS"
    with serving(home) as site:
        before = site.get(address)
        with (home / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            fill(home, 3e6)
            assert site.get(address).text == before.text
            assert site.get(other).json()[0]["value"] == 2000 * 1e6
        assert site.get(address).text != before.text
        assert site.get(other).json()[0]["value"] == 2000 * 3e6


def test_a_store_that_was_never_whole_is_not_shown(bare: None, home: Path) -> None:
    fill(home)
    with (home / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with serving(home) as site:
            answer = site.get("/measures")
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            held.close()
            assert site.get("/measures").status_code == 200


def test_the_store_is_left_as_it_was(bare: None, home: Path) -> None:
    fill(home)
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*")}
    with serving(home) as site:
        for address in ("/pair/CHN/RUS", "/measures.csv", "/pair/CHN/RUS/families", "/forecasts", "/claims"):
            site.get(address)
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == before


def test_one_page_is_made_once_for_all_who_ask(bare: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import render

    fill(home)
    made: list[str] = []
    real = render.PAGES["measures"]

    def slow(held: Any, ask: Any) -> Any:
        made.append(ask.page)
        time.sleep(0.3)
        return real(held, ask)

    monkeypatch.setitem(render.PAGES, "measures", slow)  # type: ignore[misc]
    with serving(home, every=600.0) as site:
        threads = [threading.Thread(target=site.get, args=("/measures.csv",)) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        site.get("/measures.csv")
    assert made == ["measures"]


def test_a_browser_is_told_that_a_page_is_being_made(bare: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import app, render

    fill(home)
    go = threading.Event()
    real = render.PAGES["pair"]
    monkeypatch.setattr(app, "PATIENCE", 0.05)
    monkeypatch.setitem(render.PAGES, "pair", lambda held, ask: go.wait(20) and real(held, ask))  # type: ignore[misc]
    with serving(home, every=600.0) as site:
        early = site.get("/pair/CHN/RUS", headers={"accept": "text/html"})
        assert early.status_code == 202
        assert early.headers["refresh"] == "2; url=/pair/CHN/RUS"
        assert "<script>" not in early.text
        assert site.get("/measures").status_code == 200
        go.set()
        assert site.get("/pair/CHN/RUS", headers={"accept": "*/*"}).status_code == 200


def test_a_page_that_is_late_is_given_up(bare: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import render

    fill(home)
    go = threading.Event()
    monkeypatch.setitem(render.PAGES, "pair", lambda held, ask: go.wait(20))  # type: ignore[misc]
    with serving(home, every=600.0, slow=0.1) as site:
        answer = site.get("/pair/CHN/RUS.json")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "command" in answer.json()["what_to_do"]
        go.set()


def test_processes_make_pages_and_are_ended(home: Path, tmp_path: Path) -> None:
    from comity.web.answer import Ask
    from comity.web.work import Late, Worker

    worker = Worker()
    try:
        answer = worker.ask(tmp_path, Ask(page="start"), 60)
        assert answer.status == 200
        with pytest.raises(Late):
            worker.ask(tmp_path, Ask(page="pair", parts=(("a", "CHN"), ("b", "RUS"))), 0.01)
        assert worker.ask(tmp_path, Ask(page="start"), 60) == answer
    finally:
        worker.stop()


def test_those_who_wait_have_a_bound(tmp_path: Path) -> None:
    from comity.web.answer import Answer, Ask
    from comity.web.work import Full, Lane

    go = threading.Event()

    async def crowd() -> list[Any]:
        lane = Lane(0, waiting=2, seconds=20, render=lambda folder, ask: go.wait(20) and Answer())  # type: ignore[arg-type, return-value]
        asks = [asyncio.create_task(lane.ask(tmp_path, Ask(page="start"))) for _ in range(3)]
        await asyncio.sleep(0.05)
        go.set()
        return await asyncio.gather(*asks, return_exceptions=True)

    assert [type(r) for r in asyncio.run(crowd())] == [Answer, Answer, Full]


def test_pages_kept_have_a_bound() -> None:
    from comity.web.answer import Answer
    from comity.web.kept import Kept, pack

    kept = Kept(100_000)
    for i in range(200):
        kept.put(i, pack(Answer(media="image/png", body=bytes(10_000)), "t"))
        kept.get(0)
    assert kept.size <= 100_000
    assert kept.get(0) is not None and kept.get(1) is None and kept.get(199) is not None
    kept.put("large", pack(Answer(media="image/png", body=bytes(60_000)), "t"))
    assert kept.get("large") is None


def test_a_local_site_answers_to_its_own_name_only(home: Path) -> None:
    with serving(home, hosts=frozenset({"127.0.0.1", "localhost"})) as site:
        assert site.get("/", headers={"host": "evil.example"}).status_code == 421
        assert site.get("/", headers={"host": "127.0.0.1:8000"}).status_code == 200
        assert site.get("/", headers={"host": "localhost"}).status_code == 200


def test_a_taken_port_is_said() -> None:
    import socket

    from comity.core import UsageError
    from comity.web import serving as served

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="--port"):
        served.serve(Path("none"), host="127.0.0.1", port=taken.getsockname()[1], workers=1, say=lambda _: None)
