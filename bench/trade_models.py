"""The trade models against plain alternatives on the held data, and how often the rule for suspected errors rings.

    python -m bench.trade_models HOME [--runs 5] [--part NAME …]     HOME is a full store

decompose: every annual link of China and Russia both ways against the same by pandas. gravity: PPML with two-way effects on the whole
panel of the IMF against pyfixest alone on the same rows, its own check for separation left at its default, once as one writes it and
once with the effects joined beforehand. The rest prints figures of docs/trade.md: links, structure, pairs (actual against expected trade),
alarms (shares of reports flagged) and lags (elasticities to prices and currencies).
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.timing import HEAD, Item, Run
from comity.models import gravity, mirror, pass_through, price_volume
from comity.models import trade_indices as indices
from comity.models.displacement import displaced

COVARIATES = ("ln_km", "contiguous", "language", "colony")
EFFECTS = "exporter^year + importer^year"
PAIRS = (("CHN", "RUS"), ("USA", "MEX"), ("DEU", "POL"))
SIZES = (0.0, 1e8, 1e9)
PARTS = ("decompose", "gravity", "links", "structure", "pairs", "alarms", "lags")


def table(home: Path, name: str) -> pa.Table:
    """One table of the store."""
    return pq.read_table(home / "tables" / f"{name}.parquet")


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> tuple[list[Run], list[Run]]:
    """Both once to warm up, then A B A B within this process."""
    seconds: tuple[list[Run], list[Run]] = ([], [])
    ours(), theirs()
    for _ in range(runs):
        for side, call in zip(seconds, (ours, theirs), strict=True):
            began = time.perf_counter()
            call()
            side.append(Run(seconds=time.perf_counter() - began))
    return seconds


def links(home: Path) -> list[tuple[pa.Table, pa.Table]]:
    """The frames of every annual link 2017–2023, Russia's and China's exports."""
    baci = table(home, "baci")
    years = {}
    for exporter in ("RUS", "CHN"):
        for year in range(2017, 2024):
            rows = baci.filter(pc.and_(pc.equal(baci["exporter"], exporter), pc.equal(baci["year"], year)))
            years[exporter, year] = rows.select(["hs6", "value_usd", "quantity_t"]).rename_columns(["product", "value", "quantity"])
    return [(years[e, y - 1], years[e, y]) for e in ("RUS", "CHN") for y in range(2018, 2024)]


def by_pandas(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, float]:
    """The same seven parts by merge and groupby."""
    both = before.merge(after, on="product", how="outer", suffixes=("0", "1"))
    p = (both.value1 / both.quantity1) / (both.value0 / both.quantity0)
    kind = np.select(
        [both.value0.isna(), both.value1.isna(), ~((both.quantity0 > 0) & (both.quantity1 > 0)), (p > 5) | (p < 0.2)],
        ["new", "vanished", "no_quantity", "unreliable"], "core",
    )  # fmt: skip
    change = both.value1.fillna(0) - both.value0.fillna(0)
    out = change.groupby(kind).sum().drop("core").to_dict()
    core = both[kind == "core"]
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(core.value1 == core.value0, core.value1, (core.value1 - core.value0) / np.log(core.value1 / core.value0))
    whole = np.log(core.quantity1.sum() / core.quantity0.sum())
    growth = np.log(core.quantity1 / core.quantity0)
    price = (weight * np.log(p[kind == "core"])).sum()
    return {**out, "price": price, "volume": (weight * whole).sum(), "mix": (weight * (growth - whole)).sum()}


def decomposed(home: Path, runs: int) -> list[Item]:
    """Twelve links, both ways."""
    arrow = links(home)
    frames = [(a.to_pandas(), b.to_pandas()) for a, b in arrow]
    for (a, b), (x, y) in zip(arrow, frames, strict=True):
        made, plain = price_volume.decompose(a, b), by_pandas(x, y)
        if any(abs(getattr(made, part) - value) > 1e-6 * made.after for part, value in plain.items()):
            raise SystemExit("the two sides differ in a part of the change")
    ours, theirs = in_turn(lambda: [price_volume.decompose(a, b) for a, b in arrow], lambda: [by_pandas(a, b) for a, b in frames], runs)
    what = "`decompose`, China and Russia both ways, 2017 to 2023 (12 links), refusals and the table of lines with it"
    against = "pandas: merge, select, groupby; parts only, nothing refused"
    return [Item(name="decompose", what=what, against=against, ours=ours, theirs=theirs, aim="0.2 s")]


def panel(home: Path) -> pd.DataFrame:
    """Imports as reported 2000–2020 in millions of dollars, with CEPII's distances and ties."""
    dots, places = table(home, "imf_dots").to_pandas(), table(home, "geodist").to_pandas()
    d = dots[(dots.flow == "imports") & dots.partner.notna()]
    d = d.merge(places.drop(columns="year"), left_on=["partner", "reporter"], right_on=["origin", "destination"])
    return pd.DataFrame(
        {
            "exporter": d.partner, "importer": d.reporter, "year": d.year, "value": d.value_usd / 1e6, "ln_km": np.log(d.km),
            "contiguous": d.contiguous.astype(float), "language": d.common_official_language.astype(float), "colony": d.colony.astype(float),
        }
    )  # fmt: skip


def estimated(home: Path, runs: int) -> list[Item]:
    """PPML on all rows, and on those above nought."""
    import pyfixest

    everything = panel(home)
    out = []
    for frame, words, limit in ((everything, "all rows", 2.5), (everything[everything.value > 0], "rows above nought", 1.2)):
        data = frame.reset_index(drop=True)
        data["pair"] = data.exporter + data.importer
        columns = {"e": data.exporter + data.year.astype(str), "i": data.importer + data.year.astype(str), "pair": data.pair}
        joined = data.assign(**{name: pd.factorize(column)[0] for name, column in columns.items()})
        model, right = [], " + ".join(COVARIATES)

        def ours(data: pd.DataFrame = data, model: list[Any] = model) -> None:
            model[:] = [gravity.fit(data, covariates=COVARIATES)]

        sides = ((EFFECTS, data, "as one writes it"), ("e + i", joined, "its effects and clusters joined to numbers beforehand"))
        for effects, rows, said in sides:

            def theirs(effects: str = effects, rows: pd.DataFrame = rows, right: str = right) -> Any:
                return pyfixest.fepois(f"value ~ {right} | {effects}", rows, vcov={"CRV1": "pair"}, separation_check=["fe"])

            plain = theirs()
            a, b = in_turn(ours, theirs, runs)
            apart = np.abs(plain.coef().to_numpy() - model[0].beta).max()
            if apart > 1e-7 or model[0].n != plain._N:
                raise SystemExit("the two sides differ in a coefficient or in the rows fitted")
            what = f"`gravity.fit`, IMF 2000–2020, {words} ({model[0].n:,}, {model[0].zeros:,} of nought), the check for separation counted"
            out.append(Item(name="gravity", what=what, against=f"pyfixest alone, {said}", ours=a, theirs=b, limit=limit))
    return out


def told(home: Path) -> str:
    """The coefficients, and actual against expected trade of three pairs in three years."""
    made = gravity.fit(panel(home), covariates=COVARIATES)
    words = [f"{r['name']} {r['estimate']:.4f} (se {r['se']:.4f})" for r in made.tidy().to_pylist()]
    lines = [
        f"n {made.n:,}, of nought {made.zeros:,}, separated {len(made.separated)} ({made.by}), singletons {made.singletons}",
        ", ".join(words), made.standard_errors, "",
        "| from, to | year | actual, bn | expected without the pair, bn (80 %) | ratio | expected with it, bn |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for a, b in PAIRS:
        for r in gravity.expected_without(made, a, b).to_pylist():
            if r["year"] in (2000, 2010, 2020):
                money = [f"{r[k] / 1e3:.1f}" for k in ("actual", "expected", "low", "high", "own")]
                band = f"{money[1]} ({money[2]}–{money[3]})"
                cells = [f"{r['exporter']}, {r['importer']}", str(r["year"]), money[0], band, f"{r['ratio']:.2f}", money[4]]
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def alarms(home: Path) -> str:
    """How many of the reports that the rule can judge it flags, by the second source and the size of the flow."""

    def reports(name: str, source: str, **more: Any) -> pd.DataFrame:
        rows = table(home, name).to_pandas().rename(columns={"value_usd": "value"}).assign(source=source, **more)
        return rows[rows.partner.notna() & (rows.year >= 2000)][["reporter", "partner", "flow", "year", "source", "value"]]

    dots = reports("imf_dots", "DOTS")
    atlas = table(home, "atlas_sections").to_pandas()
    atlas = atlas[atlas.total_usd > 0]
    atlas = pd.DataFrame(
        {"reporter": atlas.importer, "partner": atlas.exporter, "flow": "imports", "year": atlas.year, "source": "Atlas", "value": atlas.total_usd}
    )
    copies = {
        "partners of China, Comtrade": reports("comtrade_china_partners", "Comtrade"),
        "main partners of every reporter, WITS": reports("wits_main_partners", "WITS"),
        "all pairs, the Atlas's reconciled imports": atlas,
    }  # fmt: skip
    lines = ["| second source beside DOTS | from | by copies | by the mirror alone | Russia's imports from China flagged |", "|---|---|---|---|---|"]
    for name, other in copies.items():
        every = pd.concat([dots, other], ignore_index=True)
        for size in SIZES:
            found = mirror.suspects(every, order=("DOTS",), size=size)
            rows = found.table.to_pandas()
            cells = []
            for by in ("copies", "mirror"):
                n, of = int((rows["by"] == by).sum()), found.compared[by]
                cells.append(f"{n:,} of {of:,} = {100 * n / of:.2f} %")
            russia = rows[(rows.reporter == "RUS") & (rows.partner == "CHN") & (rows.flow == "imports")]
            years = ", ".join(f"{r.year} {r.source}" for r in russia.itertuples()) or "none"
            lines.append(f"| {name} | {size / 1e9:g} bn | {' | '.join(cells)} | {years} |")
    return "\n".join(lines)


def linked(home: Path) -> str:
    """Each annual link of the two: the parts, the bounds, the cover of the core, and the word that they allow."""
    head = "| link | change | price (Laspeyres, Paasche) | volume | mix | new | vanished | no quantity | unreliable | core | word |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|---|"]
    for (before, after), (exporter, year) in zip(links(home), [(e, y) for e in ("RUS", "CHN") for y in range(2018, 2024)], strict=True):
        listed = [e.product for e in price_volume.known_errors(exporter, "CHN" if exporter == "RUS" else "RUS", year - 1, year)]
        made = price_volume.decompose(before, after, unreliable=listed)
        word = price_volume.leads(made, price_volume.sensitivity(before, after, unreliable=listed))
        bn = {p: f"{getattr(made, p) / 1e9:.2f}" for p in (*price_volume.PARTS, "change", "laspeyres", "paasche")}
        lines.append(
            f"| {exporter} {year}{'*' if year == 2022 else ''} | {bn['change']} | {bn['price']} ({bn['laspeyres']}, {bn['paasche']}) | "
            + " | ".join(bn[p] for p in price_volume.PARTS[1:])
            + f" | {made.core_before:.3f}, {made.core_after:.3f} | {word} |"
        )
    return "\n".join(lines)


def structure(home: Path) -> str:
    """Indices of what the two trade, what each depends on, and who displaced whom, from the tables held."""
    baci, dots, atlas = table(home, "baci"), table(home, "imf_dots").to_pandas(), table(home, "atlas_sections").to_pandas()
    head = "| BACI | hs27 | energy_timber | materials | primary | equal products | Grubel–Lloyd | new, lost since the year before |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    years = {}
    for exporter in ("RUS", "CHN"):
        for year in range(2017, 2024):
            rows = baci.filter(pc.and_(pc.equal(baci["exporter"], exporter), pc.equal(baci["year"], year)))
            years[exporter, year] = rows.select(["hs6", "value_usd"]).rename_columns(["product", "value"])
    for (exporter, year), frame in years.items():
        shares = [f"{v:.3f}" for v in (indices.commodity_share(frame, d) for d in indices.COMMODITIES)]
        equal = indices.concentration(frame["value"]).equivalent
        both = indices.grubel_lloyd(years["RUS", year], years["CHN", year]).aggregate
        moved = indices.turnover(years[exporter, year - 1], frame) if year > 2017 else None
        came = f"{len(moved.new)}, {len(moved.lost)}" if moved else "–"
        lines.append(f"| {exporter} {year} | {' | '.join(shares)} | {equal:.1f} | {both:.3f} | {came} |")
    groups = [c for c in atlas if c.endswith("_usd") and c != "total_usd"]
    sold = atlas[atlas.year == 2019].groupby("exporter")[groups].sum()
    bought = atlas[atlas.year == 2019].groupby("importer")[groups].sum()
    frame = {k: {"product": groups, "value": v.to_numpy()} for k, v in {"x": sold.loc["RUS"], "m": bought.loc["CHN"], "y": sold.loc["CHN"]}.items()}
    flows = dots[(dots.year == 2019) & (dots.flow == "imports")].groupby(["reporter", "partner"]).value_usd.sum()
    into, out = flows.groupby("reporter").sum(), flows.groupby("partner").sum()
    held = indices.trade_intensity(flows["CHN", "RUS"], out["RUS"], into["CHN"], into["RUS"], into.sum())
    lines += [
        "", f"Ten groups of sections, 2019: complementarity RUS to CHN {indices.complementarity(frame['x'], frame['m']):.1f} of 100; "
        f"similarity of their exports {indices.export_similarity(frame['x'], frame['y']):.3f}; intensity {held.without_exporter:.2f} (without "
        f"the exporter's imports), {held.world:.2f} (of the world's).",
    ]  # fmt: skip
    china = table(home, "imf_china_imports").to_pandas()
    for name, rows, first, last in (("China", china, 2019, 2022), ("Russia", dots[(dots.reporter == "RUS") & (dots.flow == "imports")], 2013, 2020)):
        sides = [rows[(rows.year == y) & rows.partner.notna()] for y in (first, last)]
        made = displaced(*({"supplier": r.partner.to_numpy(), "value": r.value_usd.to_numpy()} for r in sides))
        best, worst = made.by_supplier.slice(0, 4).to_pylist(), made.by_supplier.slice(made.by_supplier.num_rows - 4).to_pylist()
        told_ = ", ".join(f"{r['supplier']} {r['competition'] / 1e9:+.1f}" for r in best + worst)
        lines.append(f"{name}'s imports {first} to {last}: market {made.market / 1e9:+.1f} bn; won and lost in shares, bn: {told_}.")
    minerals = atlas[(atlas.importer == "CHN") & (atlas.year == 2019) & (atlas.minerals_usd > 0)]
    market = {"supplier": minerals.exporter.to_numpy(), "product": np.full(len(minerals), "minerals"), "value": minerals.minerals_usd.to_numpy()}
    row = indices.substitutability(market, "RUS").to_pylist()[0]
    lines.append(f"China's imports of minerals and fuels, 2019: Russia {row['share']:.3f}, {row['others']} other suppliers over 5 per cent.")
    return "\n".join(lines)


def passed(home: Path) -> str:
    """Elasticities of China's customs figures with Russia to Brent, the rouble and the renminbi, sums of four lags."""
    trade = table(home, "china_customs_russia").to_pandas()
    monthly = {}
    for name, source, column in (("brent", "brent_fred", "usd_per_barrel"), ("yuan", "yuan_fred", "cny_per_usd")):
        days = table(home, source).to_pandas()
        monthly[name] = days.groupby(pd.to_datetime(days.date).dt.to_period("M"))[column].mean()
    rouble = table(home, "rouble_market").to_pandas()
    monthly["rouble"] = rouble.set_index(pd.to_datetime(rouble.month).dt.to_period("M")).rub_per_usd
    lines = ["| China's | driver | sum of lags (95 %) | months |", "|---|---|---|---|"]
    for flow in ("imports", "exports"):
        rows = trade[trade.flow == flow]
        value = rows.set_index(pd.to_datetime(rows.month).dt.to_period("M")).value_usd
        frame = pd.DataFrame({"value": value, **monthly}).dropna().reset_index(names="month")
        made = pass_through.distributed_lags(frame.assign(month=frame.month.astype(str)), list(monthly))
        lines += [f"| {flow} | {r['driver']} | {r['estimate']:.2f} ({r['low']:.2f} to {r['high']:.2f}) | {made.n} |" for r in made.total.to_pylist()]
    return "\n".join([*lines, made.statement])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.trade_models", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--part", choices=PARTS, action="append")
    chosen = parser.parse_args()
    parts = chosen.part or list(PARTS)
    items: list[Item] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "decompose" in parts:
            items += decomposed(chosen.home, chosen.runs)
        if "gravity" in parts:
            items += estimated(chosen.home, chosen.runs)
        if items:
            sys.stdout.write("\n".join([HEAD, *(item.row() for item in items)]) + "\n")
        for part, words in (("links", linked), ("structure", structure), ("pairs", told), ("alarms", alarms), ("lags", passed)):
            if part in parts:
                sys.stdout.write(words(chosen.home) + "\n\n")
    raise SystemExit(not all(item.kept for item in items))


if __name__ == "__main__":
    main()
