"""Ideal points: effective draws a second of comity against the reference's update in plain vectorised numpy, on the same votes.

    python -m bench.ideal_points [--data ../shared/data] [--passes 700] [--threads 2] [--prior smoother|filter] [--chains 2]
        [--agree | --held | --figure FILE]

The anchor repeats UN_Ideal_Rcpp.R of Bailey, Strezhnev and Voeten step by step (latent answers, one Metropolis step of both cutpoints a
roll call, theta given the past mean, standardised in every pass), all roll calls at once. Both sides begin at the same near-mode,
so that neither counts the anchor's long way from its own start. An effective draw is that of the median theta (bulk, Vehtari et al. 2021).
`ratio` leaves the burn-in out on both sides; `ratio_with_everything` sets the anchor's passes alone against comity's checks of the
data, start, burn-in, passes and diagnostics.
--agree compares the anchor's means with those of prior="filter".
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from comity.models import _ideal_start as start_
from comity.models import ideal_points
from comity.models._ideal_data import Votes, encode, walk_variances
from comity.models._ideal_diagnostics import diagnostics
from comity.models._ideal_filter import filter_priors
from comity.models._ideal_sampler import parted

Floats = NDArray[np.float64]
REQUIRED = 20.0
SPLIT = 0.2 / 3


def voeten(data: Path) -> tuple[pd.DataFrame, list[tuple[int, int]]]:
    """The Voeten votes with the reference's cuts, by seat, and the pairs (later, earlier) of identical resolutions.

    Cut: paragraphs and amendments after 1989, session 19, Zanzibar, South Africa's one vote in session 48; absences are not in the file.
    """
    folder = data / "politics"
    votes = pd.read_parquet(folder / "unga_votes_1946_2019.parquet", columns=["rcid", "session", "iso3", "cow", "vote"])
    calls = pd.read_parquet(folder / "unga_roll_calls_1946_2019.parquet", columns=["rcid", "date", "amend", "para"])
    late = pd.to_datetime(calls.date).dt.year > 1989
    part = set(calls.rcid[late & ((calls.para == 1) | (calls.amend == 1))])
    votes = votes[~votes.rcid.isin(part) & (votes.session != 19) & (votes.cow != 511) & ~((votes.cow == 560) & (votes.session == 48))]
    pairs = pd.read_csv(folder / "unga_identical_resolution_matches.csv")
    table = pd.DataFrame(
        {
            "state": votes.iso3.to_numpy(),
            "session": votes.session.astype(int).to_numpy(),
            "rollcall": votes.rcid.astype(int).to_numpy(),
            "vote": votes.vote.map({"yes": 1, "abstain": 2, "no": 3}).astype(int).to_numpy(),
        }
    )
    return table, list(zip(pairs.rcid2.tolist(), pairs.rcid1.tolist(), strict=True))


class Reference:
    """The published update, one pass at a time, in numpy."""

    def __init__(self, votes: Votes, theta: Floats, items: Floats, seed: int) -> None:
        self.item = np.repeat(np.arange(votes.items), np.diff(votes.item_starts))
        self.node, self.y, self.starts = votes.item_node, votes.item_y, votes.item_starts[:-1]
        self.nodes, self.items = votes.nodes, votes.items
        self.walk, self.source = filter_priors(votes, 0.5, 1.0)
        self.rng = np.random.default_rng(seed)
        self.theta, self.mean = theta.copy(), theta.copy()
        self.beta, self.low, self.high = (items[:, k].copy() for k in range(3))
        self._answer()

    def _ends(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        a, b = low[self.item], high[self.item]
        return np.where(self.y == 1, -99.0, np.where(self.y == 2, a, b)), np.where(self.y == 1, a, np.where(self.y == 2, b, 99.0))

    def _answer(self) -> None:
        eta = self.beta[self.item] * self.theta[self.node]
        low, high = self._ends(self.low, self.high)
        p, q = ndtr(low - eta), ndtr(high - eta)
        with np.errstate(invalid="ignore", divide="ignore"):
            z = eta + ndtri(p + self.rng.random(len(eta)) * (q - p))
        self.z = np.clip(np.nan_to_num(z, nan=0.0, posinf=9.0, neginf=-9.0), -9.0, 9.0)

    def step(self) -> None:
        """One pass."""
        b = self.beta[self.item]
        prior = np.where(self.source >= 0, self.mean[self.source], 0.0)
        curve = np.bincount(self.node, b * b, self.nodes) + 1.0 / self.walk
        self.mean = (np.bincount(self.node, b * self.z, self.nodes) + prior / self.walk) / curve
        theta = np.clip(self.mean + self.rng.standard_normal(self.nodes) / np.sqrt(curve), -5.0, 5.0)
        self.theta = (theta - theta.mean()) / theta.std(ddof=1)
        u, w = self.rng.random(self.items), self.rng.random(self.items)
        s = SPLIT
        low = self.low + s * ndtri(u * ndtr((self.high - self.low) / s) + ndtr((-7.0 - self.low) / s) * (1 - u))
        high = self.high + s * ndtri(w * ndtr((7.0 - self.high) / s) + ndtr((low - self.high) / s) * (1 - w))
        eta = b * self.theta[self.node]
        (a0, b0), (a1, b1) = self._ends(self.low, self.high), self._ends(low, high)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.log(ndtr(b1 - eta) - ndtr(a1 - eta)) - np.log(ndtr(b0 - eta) - ndtr(a0 - eta))
            total = np.add.reduceat(np.nan_to_num(ratio), self.starts)
            total += np.log1p(-ndtr((low - self.high) / s)) - np.log1p(-ndtr((self.low - high) / s))
        taken = np.log(self.rng.random(self.items)) < np.nan_to_num(total, nan=0.0)
        self.low, self.high = np.where(taken, low, self.low), np.where(taken, high, self.high)
        self._answer()
        x = self.theta[self.node]
        var = 1.0 / (np.add.reduceat(x * x, self.starts) + 1.0)
        self.beta = var * np.add.reduceat(x * self.z, self.starts) + np.sqrt(var) * self.rng.standard_normal(self.items)


def anchored(votes: Votes, passes: int, burn: int, seed: int = 1) -> tuple[float, float, NDArray[np.float32]]:
    """Seconds a pass, effective draws of the median theta in all passes, and the draws [1, passes, nodes]."""
    sign, _ = start_.anchors_of(votes, start_.POLARITY)
    walk = walk_variances(votes, 0.5, 1.0)
    theta, items, _ = start_.climb(
        votes, walk, np.zeros(len(votes.states)), sign, bound=7.0, scaled=True, each=parted(None, 1), steps=ideal_points.STEPS
    )
    chain = Reference(votes, theta, items, seed)
    for _ in range(burn):
        chain.step()
    kept = np.empty((1, passes, votes.nodes), dtype=np.float32)
    began = time.perf_counter()
    for k in range(passes):
        chain.step()
        kept[0, k] = chain.theta
    seconds = (time.perf_counter() - began) / passes
    return seconds, float(np.nanmedian(diagnostics(kept)[1])), kept


def within(votes: Votes, a: Floats, b: Floats) -> tuple[float, float, float]:
    """The correlation within sessions, median and worst, and over all rows."""
    each = [np.corrcoef(a[k], b[k])[0, 1] for k in (votes.node_session == t for t in range(len(votes.sessions)))]
    return float(np.median(each)), float(min(each)), float(np.corrcoef(a, b)[0, 1])


def held_out(table: pd.DataFrame, pairs: list[tuple[int, int]], share: float = 0.1) -> dict[str, Any]:
    """One vote in ten is left out at random: its log loss and calibration by the rest, against each roll call's shares of answers.

    yes alone is also told by the binary peers' approach, the same model of yes against all else. The probability is that at the roll
    call's posterior means, theta's own variance integrated out.
    """
    held = np.random.default_rng(5).random(len(table)) < share
    result = ideal_points.fit(table[~held], bridges=pairs, method="em")
    recoded = table.assign(vote=np.where(table.vote == 1, 1, 3))
    binary = ideal_points.fit(recoded[~held], bridges=pairs, method="em")
    early = dict(sorted(pairs, reverse=True))
    places = [_places(r, table, early) for r in (result, binary)]
    kept = held & np.all([(items >= 0) & (nodes >= 0) for items, nodes in places], axis=0)
    y = table.vote.to_numpy()[kept] - 1
    low, high = _ends(result, places[0], kept)
    ours = np.clip(np.stack([low, high - low, 1.0 - high], axis=1), 1e-6, 1.0)
    items = places[0][0]
    seen = ~held & (items >= 0)
    tally = np.bincount(items[seen] * 3 + table.vote.to_numpy()[seen] - 1, minlength=3 * len(result.items.rollcalls)).reshape(-1, 3) + 0.5
    shares = (tally / tally.sum(axis=1, keepdims=True))[items[kept]]
    ours /= ours.sum(axis=1, keepdims=True)
    told: dict[str, Any] = {"held": len(y)}
    for name, p in (("model", ours), ("shares of the roll call", shares)):
        told[name] = {"log_loss": float(-np.log(p[np.arange(len(y)), y]).mean()), "right": float((p.argmax(axis=1) == y).mean())}
        told[name]["yes: said, seen, votes"] = _calibrated(p[:, 0], y)
    for name, q in (("model", ours[:, 0]), ("binary", _ends(binary, places[1], kept)[0]), ("shares of the roll call", shares[:, 0])):
        yes = np.clip(q, 1e-6, 1 - 1e-6)
        loss = float(-np.log(np.where(y == 0, yes, 1 - yes)).mean())
        told[f"yes alone, {name}"] = {"log_loss": loss, "yes: said, seen, votes": _calibrated(yes, y)}
    return told


def _places(result: ideal_points.IdealPoints, table: pd.DataFrame, early: dict[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The item and the node of each vote, -1 where it has none."""
    place = {call: k for k, call in enumerate(result.items.rollcalls)}

    def item(call: int) -> int:
        while call not in place and call in early:
            call = early[call]
        return place.get(call, -1)

    nodes = [-1 if (k := result.row(s, t)) is None else k for s, t in zip(table.state, table.session.tolist(), strict=True)]
    return np.array([item(call) for call in table.rollcall.tolist()]), np.array(nodes)


def _ends(result: ideal_points.IdealPoints, at: tuple[NDArray[np.int64], NDArray[np.int64]], kept: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """P(yes) and P(yes or abstain) of the votes kept."""
    v, n, i = at[0][kept], at[1][kept], result.items
    wide = np.sqrt(1.0 + i.beta[v] ** 2 * result.sd[n] ** 2)
    low, high = (ndtr((cut[v] - i.beta[v] * result.mean[n]) / wide) for cut in (i.cut1, i.cut2))
    return low, high


def _calibrated(p: Floats, y: NDArray[np.int64]) -> list[tuple[float, float, int]]:
    bins = np.digitize(p, [0.1, 0.3, 0.5, 0.7, 0.9])
    return [
        (round(float(p[bins == k].mean()), 3), round(float((y[bins == k] == 0).mean()), 3), int((bins == k).sum()))
        for k in range(6) if (bins == k).any()
    ]  # fmt: skip


def figure(table: pd.DataFrame, pairs: list[tuple[int, int]], file: Path, shown: tuple[str, ...] = ("USA", "FRA", "CHN", "RUS")) -> dict[str, Any]:
    """Draw the paths of some states by both inferences, with 90 per cent bands, and tell how the two agree."""
    fits = [ideal_points.fit(table, bridges=pairs, prior=prior) for prior in ("smoother", "filter")]
    wide, high, last = 900, 420, int(fits[0].sessions.max())

    def x(t: float) -> str:
        return f"{40 + (t - 1) / (last - 1) * (wide - 100):.1f}"

    def y(v: float) -> str:
        return f"{high / 2 - v * 42:.1f}"

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12">']
    out += [f'<rect width="{wide}" height="{high}" fill="white"/>']
    out += [f'<path d="M40 {y(v)}H{wide - 60}" stroke="#ddd"/><text x="8" y="{y(v)}">{v}</text>' for v in range(-4, 5, 2)]
    out += [f'<text x="{x(t)}" y="{high - 6}" text-anchor="middle">{t}</text>' for t in range(10, last + 1, 10)]
    for state, colour in zip(shown, ("#1f4e9c", "#2a8f5b", "#b8860b", "#b03030"), strict=True):
        for result, dash in zip(fits, ("", ' stroke-dasharray="4 3"'), strict=True):
            rows = result.of(state)
            line = " ".join(f"{x(t)},{y(result.mean[k])}" for t, k in rows.items())
            if not dash:
                band = [f"{x(t)},{y(result.quantiles[k, 0])}" for t, k in rows.items()]
                band += [f"{x(t)},{y(result.quantiles[k, 4])}" for t, k in reversed(rows.items())]
                out.append(f'<polygon points="{" ".join(band)}" fill="{colour}" fill-opacity=".18"/>')
                end = list(rows.values())[-1]
                out.append(f'<text x="{wide - 55}" y="{y(result.mean[end])}" fill="{colour}">{state}</text>')
            out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"{dash}/>')
    out.append(f'<text x="48" y="16">line and band: smoother, 90 %; dashed: filter. Sessions 1–{last}</text></svg>')
    file.write_text("\n".join(out), encoding="utf-8")
    one, two = fits
    coded = encode(table, bridges=pairs)
    inside = float(np.mean((two.mean >= one.quantiles[:, 0]) & (two.mean <= one.quantiles[:, 4])))
    ratio = np.quantile(one.sd / two.sd, [0.05, 0.5, 0.95]).tolist()
    summaries = {f.prior: f.diagnostics.summary() for f in fits}
    return {"within_median, within_worst, pooled": within(coded, one.mean, two.mean), "inside": inside, "sd_ratio": ratio, **summaries}


def main() -> None:
    """Measure both sides and print the figures as JSON; ends with 1 where the ratio is below the required one."""
    parser = argparse.ArgumentParser(prog="python -m bench.ideal_points", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--passes", type=int, default=700)
    parser.add_argument("--burn", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--chains", type=int, default=2)
    parser.add_argument("--draws", type=int)
    parser.add_argument("--prior", choices=("smoother", "filter"), default="smoother")
    parser.add_argument("--agree", action="store_true", help="compare the anchor's means with those of the filter")
    parser.add_argument("--held", action="store_true", help="only predict votes left out, by the quick method")
    parser.add_argument("--figure", type=Path, help="only draw both inferences into this file (SVG)")
    chosen = parser.parse_args()
    table, pairs = voeten(chosen.data)
    if chosen.held:
        print(json.dumps(held_out(table, pairs), indent=1))
        return
    if chosen.figure:
        print(json.dumps(figure(table, pairs, chosen.figure), indent=1))
        return
    votes = encode(table, bridges=pairs)
    a_pass, effective, kept = anchored(votes, chosen.passes, chosen.burn)
    anchor = effective / (a_pass * chosen.passes)
    options: dict[str, Any] = {"prior": "filter" if chosen.agree else chosen.prior, "threads": chosen.threads, "chains": chosen.chains}
    result = ideal_points.fit(table, bridges=pairs, draws=chosen.draws, **options)
    d = result.diagnostics
    whole = d.summary()["ess_bulk_median"] / d.seconds
    ours = d.summary()["ess_bulk_median"] / d.sampling
    told: dict[str, Any] = {
        "votes": len(votes.item_y), "state_sessions": votes.nodes, "roll_calls": votes.items, **options,
        "anchor_seconds_a_pass": a_pass, "anchor_passes": chosen.passes, "anchor_effective": effective, "anchor_effective_a_second": anchor,
        "comity_seconds_in_all": d.seconds, "comity_sampling_seconds": d.sampling, "comity_effective_a_second": ours,
        "ratio": ours / anchor, "ratio_with_everything": whole / anchor, "required": REQUIRED,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        **d.summary(),
        "mcse_below_a_tenth": float(np.mean(d.mcse <= 0.1 * result.sd)), "rhat_105": float(np.mean(d.rhat <= 1.05)),
        "items_rhat_11": float(np.mean(result.items.rhat <= 1.1)), "acceptance": {k: float(v) for k, v in d.acceptance.items()},
    }  # fmt: skip
    if chosen.agree:
        alike = within(votes, kept[0].mean(axis=0, dtype=float), result.mean)
        told["agreement"] = dict(zip(("within_median", "within_worst", "pooled"), alike, strict=True))
    print(json.dumps(told, indent=1))
    raise SystemExit(not (chosen.agree or ours / anchor >= REQUIRED))


if __name__ == "__main__":
    main()
