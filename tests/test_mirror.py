"""Mirror gaps at the printed digits, and the rule that finds a provider's error without finding many that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import sources
from comity.core import BadDataError, UsageError
from comity.models.mirror import gap, suspects
from comity.reading import Raw

# ../shared/trade_and_value_added.md § 4: importer's CIF, exporter's FOB in billions, ratio, gap in per cent (c = .06).
RUS_CHN = {
    2014: (41.6, 37.4, 1.11, 4.7), 2015: (33.1, 28.3, 1.17, 9.8), 2016: (32.1, 30.0, 1.07, 1.0), 2017: (41.4, 41.7, 0.993, -6.5),
    2018: (59.1, 56.0, 1.06, -0.4), 2019: (61.2, 57.3, 1.07, 0.7), 2020: (57.8, 49.1, 1.18, 10.5), 2021: (79.6, 68.7, 1.16, 8.9),
}  # fmt: skip
CHN_RUS = {
    2017: (57.0, 42.8, 1.33, 22.6), 2018: (52.2, 48.0, 1.09, 2.7), 2019: (54.1, 49.7, 1.09, 2.6), 2020: (54.9, 50.5, 1.09, 2.5),
    2021: (72.7, 67.2, 1.08, 2.0),
}  # fmt: skip
CHINA_HELD_SINCE = {2014: (50.9, 53.7), 2015: (35.2, 34.8), 2016: (46.3, 37.7)}
"""China's exports to Russia that DOTS (edition of 2021) holds; the text above has the OEC's 49.6 for 2014 and none for 2015 and 2016."""


TABLES = {
    "imf_dots": "imf_dots", "comtrade_china_partners": "comtrade_china_partners", "imf_china_imports": "imf_china_imports",
    "china_customs_russia": "china_customs_russia", "wits_main_partners": "wits_summary",
}  # fmt: skip


def built(table: str, folder: Path) -> pd.DataFrame:
    source = sources.get(TABLES[table])
    return source.build(Raw(source.name, source.files, folder))[table].to_pandas()


@pytest.fixture(scope="module")
def held(shared_data: Path) -> dict[str, pd.DataFrame]:
    return {table: built(table, shared_data) for table in TABLES}


def bn(frame: pd.DataFrame, reporter: str, partner: str, flow: str) -> dict[int, float]:
    rows = frame[(frame.reporter == reporter) & (frame.partner == partner) & (frame.flow == flow)]
    return dict(zip(rows.year.tolist(), (rows.value_usd / 1e9).tolist(), strict=True))


def customs(frame: pd.DataFrame, flow: str) -> dict[int, float]:
    rows = frame[frame.flow == flow]
    year = pd.to_datetime(rows.month).dt.year
    return (rows.value_usd.groupby(year).sum() / 1e9).to_dict()


def test_gaps_of_china_and_russia(held: dict[str, pd.DataFrame]) -> None:
    russia = {f: bn(held["comtrade_china_partners"], "RUS", "CHN", f) for f in ("imports", "exports")}
    china_buys = bn(held["imf_china_imports"], "CHN", "RUS", "imports") | customs(held["china_customs_russia"], "imports")
    china_sells = customs(held["china_customs_russia"], "exports")
    for printed, bought, sold in ((RUS_CHN, china_buys, russia["exports"]), (CHN_RUS, russia["imports"], china_sells)):
        for year, (cif, fob, ratio, percent) in printed.items():
            assert (round(bought[year], 1), round(sold[year], 1)) == (cif, fob), year
            made = gap(bought[year], sold[year])
            assert f"{float(made.ratio):.3g}" == f"{ratio:.3g}" and round(float(made.gap) * 100, 1) == percent, year


def test_chinas_exports_of_2014_to_2016_are_held_and_russias_dots_figures_are_sound(held: dict[str, pd.DataFrame]) -> None:
    """The error of 2016 and 2017 is Comtrade's and WITS's, not DOTS's: 38.1 and 48.0 there."""
    dots = {f: bn(held["imf_dots"], *who, f) for f, who in (("exports", ("CHN", "RUS")), ("imports", ("RUS", "CHN")))}
    russia = bn(held["comtrade_china_partners"], "RUS", "CHN", "imports")
    for year, (cif, fob) in CHINA_HELD_SINCE.items():
        assert (round(russia[year], 1), round(dots["exports"][year], 1)) == (cif, fob)
    assert [round(dots["imports"][y], 1) for y in (2016, 2017)] == [38.1, 48.0]


def reports(held: dict[str, pd.DataFrame], *names: str) -> pd.DataFrame:
    out = pd.concat([held[n].assign(source=n) for n in names], ignore_index=True)
    return out[out.partner.notna() & (out.year >= 2000)].rename(columns={"value_usd": "value"})


@pytest.mark.parametrize("copy", ["comtrade_china_partners", "wits_main_partners"])
def test_russias_imports_of_2016_and_2017_are_found_and_few_others(held: dict[str, pd.DataFrame], copy: str) -> None:
    """Over 1 billion dollars; of every other report that the rule can judge, fewer than one in fifty is flagged (docs/trade.md)."""
    china = reports(held, "imf_dots", copy)
    china = china[(china.reporter == "CHN") | (china.partner == "CHN")]
    found = suspects(china, order=("imf_dots",), size=1e9)
    rows = found.table.to_pandas()
    rows = rows[rows["by"] == "copies"]
    russia = rows[(rows.reporter == "RUS") & (rows.partner == "CHN")]
    assert [(r.flow, r.year, r.source) for r in russia.itertuples()] == [("imports", 2016, copy), ("imports", 2017, copy)]
    assert (len(rows) - 2) / found.compared["copies"] < 0.02


def made_reports(years: int = 9, pairs: int = 6, noise: float = 0.01, seed: int = 0) -> pd.DataFrame:
    """Both sides' reports of some pairs, the importers' also in a second source, with lasting differences that are no errors."""
    generator = np.random.default_rng(seed)
    rows = []
    for p in range(pairs):
        a, b = f"A{p}", f"B{p}"
        level, cif, scope = generator.lognormal(10, 1), 1.05 + 0.3 * generator.random(), 0.7 + 0.6 * generator.random()
        for year in range(2010, 2010 + years):
            level *= np.exp(generator.normal(0.02, 0.1))
            slip = np.exp(generator.normal(0, noise, 3))
            rows.append((a, b, "exports", year, "one", level * slip[0]))
            rows.append((b, a, "imports", year, "one", level * cif * slip[1]))
            rows.append((b, a, "imports", year, "two", level * cif * scope * slip[2]))
    return pd.DataFrame(rows, columns=["reporter", "partner", "flow", "year", "source", "value"])


def changed(frame: pd.DataFrame, factor: float, source: str, year: int) -> pd.DataFrame:
    row = (frame.reporter == "B2") & (frame.source == source) & (frame.year == year)
    return frame.assign(value=frame.value.where(~row, frame.value * factor))


def test_no_alarm_where_only_definitions_differ() -> None:
    assert suspects(made_reports()).table.num_rows == 0


@given(st.sampled_from([0.5, 0.75, 1.35, 2.0]), st.sampled_from(["one", "two"]), st.integers(2010, 2018))
@settings(max_examples=20, deadline=None)
def test_a_planted_error_is_found_in_the_source_that_has_it(factor: float, source: str, year: int) -> None:
    rows = suspects(changed(made_reports(), factor, source, year)).table.to_pylist()
    found = [tuple(r[c] for c in ("reporter", "partner", "flow", "source", "year")) for r in rows if r["by"] == "copies"]
    assert found == [("B2", "A2", "imports", source, year)]


def test_the_mirror_alone_tells_whose_figure_jumped() -> None:
    single = made_reports()
    single = single[single.source == "one"]
    rows = suspects(changed(single, 2.0, "one", 2014)).table.to_pylist()
    assert [(r["reporter"], r["year"], r["by"]) for r in rows] == [("B2", 2014, "mirror")]


def test_a_real_change_of_trade_is_no_error() -> None:
    frame = made_reports()
    both = frame.reporter.isin(["A2", "B2"]) & (frame.year == 2014)
    assert suspects(frame.assign(value=frame.value.where(~both, frame.value * 3))).table.num_rows == 0


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.floats(0, 0.3))
def test_gap_is_bounded_and_nought_only_at_agreement(m: float, x: float, c: float) -> None:
    made = gap([m], [x], cif=c)
    if m + x > 0:
        assert -2 <= made.gap[0] <= 2
        assert float(gap([x * (1 + c)], [x], cif=c).gap[0] if x else 0) == pytest.approx(0, abs=1e-12)
    else:
        assert np.isnan(made.gap[0])


@pytest.mark.parametrize(
    ("change", "options", "error", "word"),
    [
        ({"flow": "both"}, {}, BadDataError, "both"), ({"value": -1.0}, {}, BadDataError, "value of row 0"),
        ({"year": 2010}, {}, BadDataError, "twice"), ({}, {"years": 1}, UsageError, "years"), ({}, {"threshold": 0}, UsageError, "threshold"),
    ],
)  # fmt: skip
def test_bad_reports_are_refused(change: Any, options: Any, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        suspects(made_reports().assign(**change), **options)


@pytest.mark.parametrize(
    ("m", "x", "options", "error"),
    [
        ([1.0], [1.0, 2.0], {}, UsageError), ([-1.0], [1.0], {}, BadDataError), ([1.0], [np.inf], {}, BadDataError),
        ([1.0], [1.0], {"cif": -1}, UsageError),
    ],
)  # fmt: skip
def test_bad_gaps_are_refused(m: Any, x: Any, options: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        gap(m, x, **options)
