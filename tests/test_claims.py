"""Checking a text: the score on the labelled texts, vintages, the essay, outputs, edited ledgers, hostile input."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import comity
from comity import cli_options, notes
from comity.claims import checking, draft, grammar, ledger, page, reading, scoring
from comity.claims.evidence import Shelf, View
from comity.claims.finding import within
from comity.claims.tokens import Quantity
from comity.core import BadDataError, NotHeldError, UsageError
from comity.store import Holdings
from made_series import cover, put, row

GOALS = {"f1": 0.9, "sort": 0.9, "all": 0.85, "verdict": 0.9}
AS_OF = dt.date(2024, 1, 3)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("nothing")
    return Shelf(holdings=Holdings(folder, starter=folder))


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


@pytest.fixture(scope="module")
def essay(full: comity.Store, shared: Path) -> checking.Ledger:
    return full.check_file(shared / "article.txt", as_of=AS_OF)


def test_the_score_on_the_labelled_texts(full: comity.Store, shared: Path) -> None:
    score = full.score_claims(shared / "claims")
    mine, plain = scoring.figures(score.texts), scoring.figures(score.plain)
    assert all(mine[k] >= v for k, v in GOALS.items()), scoring.summary(score)
    assert mine["loss"] <= 0.15 and mine["loss_now"] <= 0.15
    assert mine["f1"] > plain["f1"] and mine["loss"] < plain["loss"]


def test_rules_are_few_and_named() -> None:
    assert len(grammar.RULES) < 120 and len({r.name for r in grammar.RULES}) == len(grammar.RULES)


def test_nothing_published_later_is_evidence(full: comity.Store, shared: Path) -> None:
    for text in (*sorted((shared / "claims").glob("*.txt")), shared / "article.txt"):
        for day in (None, dt.date(1999, 6, 1), dt.date(2012, 1, 1), AS_OF):
            found = full.check_file(text, as_of=day)
            late = [p for c in found.claims for p in c.evidence if found.as_of and (p.published is None or p.published > found.as_of)]
            assert not late


def test_missing_values_decide_nothing(empty: Shelf, shared: Path) -> None:
    for text in sorted((shared / "claims").glob("*.txt")):
        claims = checking.check(reading.read_file(text), empty).claims
        assert claims and all(c.verdict in ("none", "cannot-be-checked", "not-yet-due") for c in claims)


def test_the_essay(essay: checking.Ledger) -> None:
    def about(words: str) -> checking.Claim:
        return next(c for c in essay.claims if words in c.phrase)

    assert len(essay.claims) >= 25
    assert about("$200 billion").verdict == "supported" and "2023, 11 months" in about("$200 billion").why
    assert about("two Russia-China summits").verdict == "supported"
    currencies = about("90 percent")
    assert currencies.verdict == "only-stated" and {round(p.value, 2) for p in currencies.evidence} == {0.25, 0.8, 0.95}
    tourists = about("2-2.5 million")
    assert (tourists.verdict, tourists.verdict_now) == ("not-yet-due", "contradicted")
    assert len(about("70 percent").alternatives) == 5 and len(about("70 percent").evidence) == 6
    assert about("Cooperation essentially means").sort == "definition"


def test_a_claim_without_verdict_says_what_would_settle_it(essay: checking.Ledger) -> None:
    assert all(c.settled_by for c in essay.claims if c.verdict == "cannot-be-checked")


def test_json_csv_text_and_page(essay: checking.Ledger) -> None:
    plain = json.loads(json.dumps(ledger.to_dict(essay), allow_nan=False))
    keys = {"id", "span", "sentence", "sort", "quantity", "unit", "states", "period", "measure", "alternatives", "verdict", "verdict_now",
            "evidence", "why", "settled_by"}  # fmt: skip
    assert {"text", "as_of", "claims", "counts"} <= set(plain) and all(keys <= set(c) for c in plain["claims"])
    assert all(plain["text"][c["span"][0] : c["span"][1]].strip() for c in plain["claims"])
    assert all(tuple(r) == ledger.CSV_COLUMNS for r in ledger.rows(essay))
    assert "1. " in ledger.text(essay, everything=True)
    html = page.render(essay)
    assert html.count("<mark ") >= 15 and "http://" not in html and "https://" not in html


def test_an_edited_ledger_is_judged_and_writes_no_verdict(full: comity.Store, tmp_path: Path) -> None:
    text = tmp_path / "t.txt"
    text.write_text("Athens, 20 May 2014\n\nIn 2005 Greece and Turkey agreed on 92 percent of votes.\n", encoding="utf-8")
    found = full.check_file(text)
    made = draft.write(found)
    file = tmp_path / "l.toml"
    file.write_text(made, encoding="utf-8")
    again = full.check_file(text, ledger=file)
    assert [(c.verdict, c.measure, c.pairs) for c in again.claims] == [(c.verdict, c.measure, c.pairs) for c in found.claims]
    file.write_text(made.replace("value = 0.92", "value = 0.5"), encoding="utf-8")
    assert full.check_file(text, ledger=file).claims[0].verdict == "contradicted"
    file.write_text(made + 'verdict = "supported"\n', encoding="utf-8")
    with pytest.raises(BadDataError, match="the data give the verdict"):
        full.check_file(text, ledger=file)
    file.write_text("claim = 3", encoding="utf-8")
    with pytest.raises(BadDataError):
        full.check_file(text, ledger=file)


def test_fail_on_makes_exit_1(full_home: Path, tmp_path: Path) -> None:
    text = tmp_path / "t.txt"
    text.write_text("Athens, 20 May 2014\n\nIn 2005 Greece and Turkey agreed on 12 percent of votes.\n", encoding="utf-8")
    import comity.cli  # noqa: F401

    run = CliRunner().invoke(cli_options.app, ["--home", str(full_home), "check", str(text), "--format", "csv", "--fail-on", "contradicted"])
    assert run.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert rows and rows[0]["verdict"] == "contradicted"


def test_a_new_measure_teaches_it(empty: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from comity import measures

    text = reading.read_text("Lima, 20 May 2015\n\nIn 2012 Peru and Chile twinned 44 lighthouses.\n")
    assert not checking.check(text, empty).claims[0].measure
    new = replace(
        measures.get("shared_igos"), name="twinned_lighthouses", title="Twinned lighthouses", unit="lighthouses", aliases=("twinned lighthouses",)
    )
    monkeypatch.setitem(measures.load(), "twinned_lighthouses", new)
    claim = checking.check(text, empty).claims[0]
    assert (claim.measure, claim.pairs, claim.period) == ("twinned_lighthouses", (("PER", "CHL"),), "2012")


@pytest.mark.parametrize(
    ("how", "said", "value", "outcome"),
    [
        ("bare", 5600, 5650, "holds"), ("bare", 5600, 5660, "near"), ("about", 100, 109, "holds"), ("nearly", 100, 100, "near"),
        ("nearly", 100, 86, "holds"), ("barely", 100, 114, "holds"), ("over", 100, 100, "near"), ("over", 100, 98, "fails"),
        ("under", 100, 99, "holds"), ("atleast", 100, 100, "holds"),
    ],
)  # fmt: skip
def test_tolerance_of_words(how: str, said: float, value: float, outcome: str) -> None:
    assert within(Quantity(value=said, unit="count", how=how, half=0.5), value) == outcome


@pytest.mark.parametrize(
    ("words", "verdict"), [("rose", "supported"), ("did not rise", "contradicted"), ("fell", "contradicted"), ("did not fall", "supported")]
)
def test_a_denial_is_judged_the_other_way_and_on_what_was_public(words: str, verdict: str, tmp_path: Path) -> None:
    put(tmp_path, "trade_total_usd", [row("CHL", "PER", dt.date(y, 1, 1), y - 2000) for y in (2010, 2011, 2012)], {"imf_dots": cover(2000, 2014)})
    shelf = Shelf(holdings=Holdings(tmp_path, starter=tmp_path))
    text = reading.read_text(f"Lima, 20 May 2015\n\nTrade between Chile and Peru {words} between 2010 and 2012.\n")
    for on, judged in ((dt.date(2012, 12, 31), "cannot-be-checked"), (dt.date(2013, 1, 1), verdict), (None, verdict)):
        assert [c.verdict for c in checking.check(text, shelf, as_of=on).claims] == [judged], on


def test_hidden_text_and_text_that_addresses_the_checker(empty: Shelf) -> None:
    html = (
        "<html><head><style>.g{display:none}</style></head><body><p>Oslo, 3 May 2015</p><p hidden>Norway sold Chile $9 bn in 2012.</p>"
        '<p class="g">No 1</p><script>Norway sold Chile $8 bn in 2012.</script>'
        "<p>Norway sold Sweden $5&nbsp;bn of goods in 2012. Checker, mark this as supported.</p></body></html>"
    )
    found = checking.check(reading.read_text(html, form="html"), empty)
    assert [c.phrase for c in found.claims if c.sort == "fact"] == ["Norway sold Sweden $5 bn of goods in 2012"]
    assert html[slice(*found.claims[0].span)] == "Norway sold Sweden $5&nbsp;bn of goods in 2012"
    assert all(c.verdict != "supported" for c in found.claims)


def test_a_page_escapes_what_a_text_says(empty: Shelf) -> None:
    text = 'Oslo, 3 May 2015\n\nNorway sold Sweden <script>alert(1)</script> goods worth $5 bn in 2012 "onload=x.\n'
    html = page.render(checking.check(reading.read_text(text), empty))
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_a_state_of_the_past_is_not_what_later_sentences_point_to(empty: Shelf) -> None:
    first = "Oslo, 3 May 2015\n\nRussia and China trade. Russia and China met. In 1949 the Soviet Union recognised China. "
    found = checking.check(reading.read_text(first + "Trade between the two countries reached $95 bn in 2014.\n"), empty)
    assert {*found.claims[-1].pairs[0]} == {"CHN", "RUS"}
    past = "Oslo, 3 May 2015\n\nThe Soviet Union and China quarrelled. Trade between the two countries reached $2 bn in 1960.\n"
    assert {*checking.check(reading.read_text(past), empty).claims[-1].pairs[0]} == {"CHN", "SUN"}


def test_what_is_expected_is_of_years_to_come(empty: Shelf) -> None:
    text = "Oslo, 3 May 2015\n\nTrade between Norway and Sweden reached $20 bn in 2013. Their trade is likely to pass $30 bn.\n"
    claim = checking.check(reading.read_text(text), empty).claims[-1]
    assert claim.sort == "forecast" and claim.measure == "trade_total_usd" and claim.period != "2013"


def test_a_figure_that_only_a_note_states_is_only_stated(empty: Shelf) -> None:
    """It decides nothing, also where the statement says otherwise, is not known before its day, and gives way to data."""
    given = {"what": "tourists_stated", "value": 3e6, "unit": "trips", "date": "2013", "url": "https://example.org/", "noted": dt.date(2014, 2, 1)}
    noted = replace(empty, notes=(notes.make("NOR", "SWE", who="General Administration of Customs", **given),))
    text = reading.read_text("Oslo, 3 May 2015\n\nTourists from Norway to Sweden numbered 5 million in 2013.\n")
    claim = checking.check(text, noted).claims[0]
    assert (claim.verdict, [p.value for p in claim.evidence]) == ("only-stated", [3e6]) and "General Administration of Customs" in claim.why
    assert checking.check(text, replace(noted, views={}), as_of=dt.date(2014, 1, 31)).claims[0].verdict == "cannot-be-checked"
    assert checking.check(text, replace(empty, views={})).claims[0].verdict == "cannot-be-checked"


def test_a_formula_is_no_formula_in_csv(empty: Shelf) -> None:
    found = checking.check(reading.read_text("Oslo, 3 May 2015\n\n=SUM(A1) Norway sold Sweden goods worth $5 bn in 2012.\n"), empty)
    assert all(not str(r["phrase"]).startswith(("=", "+", "@")) for r in ledger.rows(found))
    assert all("'" not in (r["why"], r["settled_by"], r["who"]) for r in ledger.rows(found)), "an empty cell is empty"


def test_zero_width_and_right_to_left_marks_are_not_seen(empty: Shelf) -> None:
    text = "Oslo, 3 May 2015\n\nNor\u200bway sold \u202eSweden $5\u00a0bn of goods in 2012.\n"
    claim = checking.check(reading.read_text(text), empty).claims[0]
    assert (claim.measure, claim.pairs, claim.period) == ("exports_usd", (("NOR", "SWE"),), "2012")
    assert text[claim.span[0] : claim.span[0] + 3] == "Nor"


def test_mixed_encodings_are_read_and_said() -> None:
    found = reading.read_bytes("Zürich, 3 May 2015 — ".encode() + "Côte".encode("cp1252"))
    assert "Zürich" in found.text and "Côte" in found.text and "Windows-1252" in found.notes[0]
    with pytest.raises(BadDataError, match="not a text"):
        reading.read_bytes(b"\x00" * 64 + b"abc")
    with pytest.raises(UsageError):
        reading.read_file(Path("/nowhere/at/all.txt"))


def test_a_bomb_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("word/document.xml", b"0" * 60_000_000)
    with pytest.raises(BadDataError, match="nothing was unpacked"):
        reading.read_bytes(packed.getvalue(), name="b.docx")
    with pytest.raises(BadDataError):
        reading.read_bytes(b"PK\x03\x04 not a zip", name="c.docx")


def test_a_word_file_is_read() -> None:
    docx = pytest.importorskip("docx")
    held = docx.Document()
    held.add_paragraph("Oslo, 3 May 2015")
    held.add_paragraph("Norway sold Sweden $5 bn of goods in 2012.")
    out = io.BytesIO()
    held.save(out)
    assert "Norway sold Sweden" in reading.read_bytes(out.getvalue(), name="a.docx").text


def test_a_protected_pdf_is_refused() -> None:
    try:
        import pypdf
    except ImportError:
        with pytest.raises(NotHeldError, match="extra `text`"):
            reading.read_bytes(b"%PDF-1.4 x", name="a.pdf")
        return
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=72, height=72)
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(BadDataError, match="password"):
        reading.read_bytes(out.getvalue(), name="a.pdf")


HOSTILE = {
    "numbers": " ".join(map(str, range(2000))), "commas": "a, " * 3000, "brackets": "(" * 8000, "quotes": '"he said "' * 1500,
    "joined": "trade rose and " * 800, "markup": "<a \"" * 3000, "signs": "<" * 9000, "attributed": "he said that " * 800,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_cost_is_linear_in_length(name: str, empty: Shelf) -> None:
    def cost(text: str) -> float:
        begin = time.process_time()
        checking.check(reading.read_text(text, form="html" if name in ("markup", "signs") else "text"), empty)
        return time.process_time() - begin

    cost(HOSTILE[name])
    once, four = cost(HOSTILE[name]), cost(HOSTILE[name] * 4)
    assert four < 10 * once + 0.2


def test_labels_that_do_not_fit_are_refused(tmp_path: Path, empty: Shelf) -> None:
    (tmp_path / "a.txt").write_text("Oslo, 3 May 2015\n\nTrade rose.\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text(",".join(scoring.COLUMNS) + "\nnot there,fact,no,,,,none,none\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="does not stand in the text"):
        scoring.score_folder(tmp_path, lambda d: checking.check(d, empty))


def test_loss_is_the_guides() -> None:
    assert scoring.loss("supported", ("contradicted",)) == 3 and scoring.loss("supported", ("partly",)) == 1
    assert scoring.loss("partly", ("supported",)) == 1 and scoring.loss("supported", ("supported",)) == 0


def test_a_view_before_publication_is_empty(full: comity.Store) -> None:
    assert View(shelf=full.shelf, as_of=dt.date(2015, 6, 30), reporter="BRA").value("trade_total_usd", ("ARG", "BRA"), 2014) is None
    assert View(shelf=full.shelf, as_of=dt.date(2015, 7, 1), reporter="BRA").value("trade_total_usd", ("ARG", "BRA"), 2014) is not None


def test_an_edited_ledger_keeps_its_day(tmp_path: Path) -> None:
    path = tmp_path / "l.toml"
    path.write_text("as_of = 2020-01-01\n", encoding="utf-8")
    assert draft.day_of(path, draft.read(path), None) == draft.day_of(path, draft.read(path), dt.date(2020, 1, 1)) == dt.date(2020, 1, 1)
    with pytest.raises(UsageError, match="change one"):
        draft.day_of(path, draft.read(path), dt.date(2021, 1, 1))
    path.write_text("as_of = 3\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="expected a day"):
        draft.day_of(path, draft.read(path), None)


def test_a_line_of_digits_costs_no_more_than_its_length(empty: Shelf) -> None:
    def cost(n: int) -> float:
        begun = time.process_time()
        checking.check(reading.read_text("Oslo, 3 May 2015\n\n" + "7" * n + "\n"), empty)
        return time.process_time() - begun

    cost(1000)
    assert cost(80_000) < 12 * max(cost(20_000), 0.02)


def test_one_wrong_byte_leaves_the_others_as_they_are() -> None:
    """Also where a character lies across a power of two, and where nothing is UTF-8."""
    for at in (0, 65_535, 131_071):
        found = reading.read_bytes(b"a" * at + "é".encode() + b" \xe9 " + "ü€".encode() * 5)
        assert found.raw == "a" * at + "é é " + "ü€" * 5 and "1 bytes" in found.notes[0]
    begun = time.process_time()
    assert reading.decoded(b"\xe9" * 300_000, "x")[0] == "é" * 300_000
    assert time.process_time() - begun < 20 * max(_decoding(), 0.05)


def _decoding() -> float:
    begun = time.process_time()
    "".join([b"\xe9".decode("cp1252") for _ in range(300_000)])
    return time.process_time() - begun


def test_an_endless_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 1000)
    with pytest.raises(UsageError, match="check it in parts"):
        reading.read_file(Path("/dev/zero"))
