"""What goes along with a picture: terms by the strictest source, a sentence with a caveat, pairs side by side, a frame with title and credit."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comity import sources, wording
from comity.analysis.rank import full_year
from comity.profile import Seam, Shown
from comity.report import beside, charts, credit, drawing
from comity.store import Holdings
from made_series import cover, day, put, row
from profile_samples import points, shown, wave, year


def made(**more: Any) -> Shown:
    """Trade of made values on a source that is declared."""
    starts = [year(y) for y in range(2000, 2011)]
    series = points(starts, wave(11, 1e9, 5e9), source="imf_dots")
    return shown("trade_total_usd", "Trade in goods, both ways", "USD", "trade", series, **{"sources": ("imf_dots",), **more})


def test_terms_are_those_of_the_strictest_source() -> None:
    by = {share: next(n for n in sources.names() if sources.get(n).licence.share == share) for share in ("yes", "derived", "no")}
    assert credit.republish([by["yes"]]).startswith("may be republished with the source named")
    assert "publisher’s own rows may not" in credit.republish([by["yes"], by["derived"]])
    assert credit.republish(by.values()) == "may not be republished"
    assert credit.republish(["no such source"]).startswith("may not be republished")


def test_non_commercial_and_share_alike_are_said() -> None:
    alike = next(n for n in sources.names() if sources.get(n).licence.share_alike and sources.get(n).licence.share != "no")
    bound = next(n for n in sources.names() if sources.get(n).licence.non_commercial and sources.get(n).licence.share != "no")
    assert "same terms" in credit.republish([alike])
    assert "non-commercial" in credit.republish([bound])


def test_a_sentence_to_copy_says_source_version_and_caveat() -> None:
    one = made()
    said = credit.sentence([one], "abcdef0123456789")
    assert one.title in said and "Source:" in said and "data abcdef012345." in said and "Note:" in said
    seamed = replace(one, seams=(Seam(start=dt.date(2000, 1, 1), before="x", after="y"),))
    assert credit.SEAM in credit.sentence([seamed], "s")
    assert credit.sentence([replace(one, series=())], "s") == ""


def test_pairs_stand_side_by_side_on_one_scale() -> None:
    entries = [replace(made(), label=f"pair {i}") for i in range(3)]
    spec = beside.chart(entries, titled=True)
    scales = [panel["layer"][0]["encoding"]["y"]["scale"]["domain"] for panel in spec["hconcat"]]
    assert len(scales) == 3 and scales[0] == scales[1] == scales[2]
    assert any("Source" in line for line in spec["title"]["subtitle"])
    assert "pair 2" in charts.svg(spec, "t", "d")
    with pytest.raises(ValueError, match="nothing to draw"):
        beside.chart([replace(made(), series=())])


def test_the_title_of_pairs_tells_the_newest_period_that_all_have_in_full() -> None:
    one = replace(made(), label="first")
    low = replace(one, label="second", series=tuple(replace(p, value=p.value / 2) for p in one.series[:-1]))
    newest = low.series[-1]
    told = beside.finding([low, one])
    assert told.index("first") < told.index("second") and str(newest.start.year) in told
    assert wording.value(newest.value, one.unit) in told and wording.value(2 * newest.value, one.unit) in told
    partial = replace(low, series=(*low.series[:-1], replace(newest, partial=True)))
    assert str(low.series[-2].start.year) in beside.finding([partial, one])
    assert "on one scale" in beside.finding([one]) and "on one scale" in beside.finding([one, replace(low, series=())])


def test_a_frame_carries_title_and_credit_and_escapes_them() -> None:
    drawn = charts.svg(charts.line(made()), "t", "d", key="k")
    framed = drawing.framed(drawn, "A <b> title", "what it shows", "Source: x & y")
    assert "A &lt;b&gt; title" in framed and "Source: x &amp; y" in framed
    assert framed.count("<svg") == 2
    outer, inner = re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', framed)
    assert float(outer) > float(inner)


def test_a_ranking_begins_with_a_full_year(tmp_path: Path) -> None:
    rows = [row("CHN", b, day(y), 1.0, source="imf_dots:CHN") for b in ("IND", "RUS", "USA", "JPN") for y in (2010, 2011)]
    rows += [row("CHN", "RUS", day(2012), 1.0, source="imf_dots:CHN")]
    put(tmp_path, "trade_total_usd", rows, {"imf_dots": cover(2000, 2020)})
    held = Holdings(tmp_path, tmp_path)
    assert full_year(held, "trade_total_usd") == 2011
    assert full_year(held, "trade_total_usd", "RUS") == 2012
    assert full_year(held, "trade_total_usd", "FRA") is None


def test_a_session_under_way_is_no_year_to_rank_by(tmp_path: Path) -> None:
    rows = [row("CHN", b, day(y), 1.0, n=n) for b in ("IND", "RUS", "USA") for y, n in ((2022, 90), (2023, 60), (2024, 8))]
    put(tmp_path, "vote_agreement", rows, {"un_assembly": cover(2000, 2024)})
    assert full_year(Holdings(tmp_path, tmp_path), "vote_agreement") == 2023
