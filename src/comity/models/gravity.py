"""Structural gravity by Poisson pseudo-maximum likelihood (PPML) with high-dimensional effects, and what trade it expects.

E[X_ijt] = exp(z_ijt'β + π_it + χ_jt): the exporter-year effects π and importer-year effects χ stand for sizes and multilateral
resistance, so that distance and the rest are what is left between the two. Estimated by pyfixest (the algorithm of ppmlhdfe);
rows that are separated are found first, completely, and left out (`comity.models.separation`).
Sources: Santos Silva, J. M. C. & Tenreyro, S. (2006), Review of Economics and Statistics 88(4):641-658; Anderson, J. E. & van Wincoop, E.
(2003), AER 93(1):170-192; Fally, T. (2015), JIE 97(1):76-85; Yotov, Y. et al. (2016), An Advanced Guide to Trade Policy Analysis;
Correia, S., Guimarães, P. & Zylkin, T. (2020), Stata Journal 20(1):95-115.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from comity.core import BadDataError, ComityWarning, UsageError
from comity.models import frames, separation
from comity.models.frames import Floats, Frame, Ints

TWO_WAY = ("exporter^year", "importer^year")
PAIR = "exporter^importer"
KEYS = ("exporter", "importer", "year")
TOLERANCE = 1e-8
"""Relative change of the deviance at which pyfixest's iterations end."""
ITERATIONS = 100
NEIGHBOURS = 200
"""Pairs of like expected trade in a year that the band of the actual one is taken from."""
CONVENTION = (
    "clustered by {cluster} ({clusters:,} clusters); V·G/(G−1)·(N−1)/(N−k) as fixest and pyfixest have it, k the coefficients and the effects "
    "not nested in the clusters: ppmlhdfe's (G/(G−1) alone) are smaller where effects are many. No correction for the bias of three-way models"
)


@dataclass(frozen=True, kw_only=True)
class GravityFit:
    """Coefficients, what they stand on, and the fitted rows.

    covariates, beta [k], covariance [k, k]: of those kept; omitted: those that the effects explain wholly. n rows were fitted, of
    which `zeros` are zero; separated: row numbers of the frame that were left out because no finite estimate has them,
    by: how they were found; singletons: rows alone in a level of an effect, left out. standard_errors: the
    convention in words. rows: Arrow table row (number in the frame), exporter, importer, year where the frame has them, actual,
    expected, link (log of expected) and index (z'β). effects: the sets by name, their codes one a fitted row.
    """

    covariates: tuple[str, ...]
    beta: Floats
    covariance: Floats
    omitted: tuple[str, ...]
    n: int
    zeros: int
    separated: Ints
    by: str
    singletons: int
    deviance: float
    standard_errors: str
    effects: tuple[str, ...]
    codes: tuple[Ints, ...]
    rows: pa.Table

    def tidy(self) -> pa.Table:
        """One row a coefficient: name, estimate, se, z, p (two-sided, normal), low and high (95 per cent)."""
        norm = frames.extra("scipy.stats").norm
        se = np.sqrt(np.diag(self.covariance))
        z = self.beta / se
        return pa.table(
            {
                "name": list(self.covariates), "estimate": self.beta, "se": se, "z": z, "p": 2 * norm.sf(np.abs(z)),
                "low": self.beta - norm.ppf(0.975) * se, "high": self.beta + norm.ppf(0.975) * se,
            }
        )  # fmt: skip


def fit(
    frame: Frame,
    *,
    value: str = "value",
    covariates: Sequence[str] | None = None,
    effects: Sequence[str] | None = None,
    cluster: str | None = PAIR,
) -> GravityFit:
    """The PPML estimate of a gravity equation on long rows of trade (Arrow table, pandas frame or mapping of arrays).

    value: trade in levels, at least zero. covariates: columns of numbers (None: every column of numbers that has no other
    part). effects: sets of fixed effects, each a column or several joined by "^" (None: exporter^year and importer^year, without
    `year` exporter and importer); an empty list leaves a constant. cluster: a column or several joined by "^"; where its columns are
    missing or it is None, errors are robust to heteroskedasticity alone, and `standard_errors` says so.

    Separated rows and covariates that the effects explain are left out, listed in the result and told by a ComityWarning.
    Raises UsageError for unknown columns or nothing to estimate; BadDataError for missing, infinite or negative values, no row above zero,
    a separation that cannot be told, or iterations that do not converge.
    """
    held = frames.names(frame, "frame")
    chosen_effects = _chosen_effects(held, effects)
    names = _chosen_covariates(frame, held, covariates, value, chosen_effects)
    frames.require(frame, (value, *names, *(c for e in chosen_effects for c in e.split("^")), *(k for k in KEYS if k in held)), "frame")
    y = frames.amounts(frame, value, "frame")
    if not len(y):
        raise BadDataError("frame has no rows")
    x = np.stack([frames.numbers(frame, n, "frame") for n in names], axis=1) if names else np.zeros((len(y), 0))
    if not np.isfinite(x).all():
        bad = [n for n, column in zip(names, x.T, strict=True) if not np.isfinite(column).all()]
        raise BadDataError(f"covariates with missing or infinite values: {', '.join(bad)}; leave those rows out first")
    parts = {c: _coded(frame, c) for e in chosen_effects for c in e.split("^")}
    codes = [_joined([parts[c] for c in e.split("^")]) for e in chosen_effects]
    clusters = _clusters(frame, held, cluster, parts)
    found = separation.separated(y, x, codes)
    kept = np.flatnonzero(~found.separated)
    model, left = _estimated(y, x, codes, clusters, kept)
    return _result(frame, held, names, chosen_effects, codes, y, x, found, model, left, cluster, clusters)


def _chosen_effects(held: list[str], effects: Sequence[str] | None) -> tuple[str, ...]:
    if effects is not None:
        if isinstance(effects, str):
            raise UsageError(f"effects={effects!r}; expected a list of names, as in ['exporter^year', 'importer^year']")
        return tuple(effects)
    if {"exporter", "importer"} <= set(held):
        return TWO_WAY if "year" in held else ("exporter", "importer")
    raise UsageError(f"the frame has no columns exporter and importer (it has {', '.join(held)}); name the effects, or [] for a constant alone")


def _chosen_covariates(frame: Frame, held: list[str], covariates: Sequence[str] | None, value: str, effects: Sequence[str]) -> list[str]:
    if covariates is not None:
        if isinstance(covariates, str):
            raise UsageError(f"covariates={covariates!r}; expected a list of names")
        names = list(covariates)
    else:
        taken = {value, *KEYS, *(c for e in effects for c in e.split("^"))}
        names = [n for n in held if n not in taken and frames.raw(frame, n).dtype.kind in "biuf"]
    if not names and not effects:
        raise UsageError("no covariates and no effects: nothing to estimate")
    if len(set(names)) < len(names):
        raise UsageError(f"covariates named twice: {', '.join(sorted({n for n in names if names.count(n) > 1}))}")
    return names


def _coded(frame: Frame, name: str) -> Ints:
    column = frame[name]
    if hasattr(column, "dictionary_encode") or hasattr(column, "combine_chunks"):
        whole = column.combine_chunks() if hasattr(column, "combine_chunks") else column
        encoded = whole if hasattr(whole, "indices") else whole.dictionary_encode()
        if encoded.null_count:
            raise BadDataError(f"frame: column {name} has missing values; every row needs one")
        return np.asarray(encoded.indices.to_numpy(zero_copy_only=False)).astype(np.int64)
    pd = frames.extra("pandas")
    code, _ = pd.factorize(np.asarray(column) if not hasattr(column, "array") else column)
    if (code < 0).any():
        raise BadDataError(f"frame: column {name} has missing values; every row needs one")
    return np.asarray(code, dtype=np.int64)


def _joined(columns: list[Ints]) -> Ints:
    """One code for each combination that occurs."""
    pd = frames.extra("pandas")
    out = columns[0]
    for column in columns[1:]:
        out = np.asarray(pd.factorize(out * (int(column.max()) + 1) + column)[0], dtype=np.int64)
    return out


def _clusters(frame: Frame, held: list[str], cluster: str | None, parts: dict[str, Ints]) -> Ints | None:
    if cluster is None:
        return None
    columns = cluster.split("^")
    missing = [c for c in columns if c not in held]
    if missing and cluster == PAIR:
        return None
    if missing:
        raise UsageError(f"cluster={cluster!r}: the frame has no column {', '.join(missing)}")
    return _joined([parts[c] if c in parts else _coded(frame, c) for c in columns])


def _estimated(y: Floats, x: Floats, codes: list[Ints], clusters: Ints | None, kept: Ints) -> tuple[Any, Ints]:
    """pyfixest's fit on the rows kept, and the numbers of those that it fitted."""
    pd, pyfixest = frames.extra("pandas"), frames.extra("pyfixest")
    whole = len(kept) == len(y)
    columns = {"y": y, **{f"x{i}": c for i, c in enumerate(x.T)}, **{f"e{i}": c for i, c in enumerate(codes)}}
    if clusters is not None:
        columns["cluster"] = clusters
    data = pd.DataFrame({k: v if whole else v[kept] for k, v in columns.items()})
    right = " + ".join(f"x{i}" for i in range(x.shape[1])) or "1"
    formula = f"y ~ {right}" + (" | " + " + ".join(f"e{i}" for i in range(len(codes))) if codes else "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = pyfixest.fepois(
                formula, data, vcov={"CRV1": "cluster"} if clusters is not None else "hetero", separation_check=[], iwls_tol=TOLERANCE,
                iwls_maxiter=ITERATIONS, store_data=False, copy_data=False,
            )  # fmt: skip
        except (ValueError, np.linalg.LinAlgError) as e:
            raise BadDataError(f"the gravity equation cannot be estimated: {e}") from None
    if not model.convergence:
        raise BadDataError(f"the iterations did not converge within {ITERATIONS}: the estimate is not one; look for collinear covariates")
    dropped = np.fromiter(model._na_index, dtype=np.int64, count=len(model._na_index))
    left = kept if not len(dropped) else np.delete(kept, dropped)
    return model, left


def _result(
    frame: Frame, held: list[str], names: list[str], effects: tuple[str, ...], codes: list[Ints], y: Floats, x: Floats, found: separation.Separation,
    model: Any, left: Ints, cluster: str | None, clusters: Ints | None,
) -> GravityFit:  # fmt: skip
    used = [n for n in model._coefnames if n.startswith("x")]
    order = [int(n[1:]) for n in used]
    at = [list(model._coefnames).index(n) for n in used]
    beta = np.asarray(model._beta_hat, dtype=np.float64)[at]
    covariance = np.asarray(model._vcov, dtype=np.float64).reshape(len(model._coefnames), -1)[np.ix_(at, at)] if at else np.zeros((0, 0))
    link = np.asarray(model._Y_hat_link, dtype=np.float64).reshape(-1)
    if not (np.isfinite(link).all() and np.isfinite(beta).all()):
        raise BadDataError("the estimate is not finite: a covariate or a row lies too far from the others; rescale the covariates")
    omitted = tuple(n for i, n in enumerate(names) if i not in order)
    lost = np.flatnonzero(found.separated)
    if len(lost):
        warnings.warn(f"{len(lost):,} rows of zero are separated and were left out: no finite estimate has them", ComityWarning, stacklevel=3)
    if omitted:
        warnings.warn(f"left out, as the effects explain them wholly: {', '.join(omitted)}", ComityWarning, stacklevel=3)
    index = x[left][:, order] @ beta if order else np.zeros(len(left))
    keys = {k: _taken(frame, k, left) for k in KEYS if k in held}
    told = "robust to heteroskedasticity, not clustered"
    if clusters is not None:
        told = CONVENTION.format(cluster=cluster, clusters=len(np.unique(clusters[left])))
    return GravityFit(
        covariates=tuple(names[i] for i in order), beta=beta, covariance=covariance, omitted=omitted, n=len(left), zeros=int((y[left] == 0).sum()),
        separated=lost, by=found.by, singletons=len(y) - len(lost) - len(left), deviance=float(np.ravel(model.deviance)[0]), standard_errors=told,
        effects=effects, codes=tuple(c[left] for c in codes),
        rows=pa.table({"row": left, **keys, "actual": y[left], "expected": np.exp(link), "link": link, "index": index}),
    )  # fmt: skip


def _taken(frame: Frame, name: str, rows: Ints) -> Any:
    column = frame[name]
    if hasattr(column, "take") and hasattr(column, "type"):
        return column.take(pa.array(rows))
    return pa.array(frames.raw(frame, name)[rows])


def expected(result: GravityFit, *, band: float = 0.8) -> pa.Table:
    """Actual against expected trade of each fitted row, and the band in which pairs of like expected trade lie.

    Columns: those of result.rows that name the row, actual, expected, ratio (actual/expected), low and high, and place (the share of
    like pairs with a lower ratio, from 0 to 1). The band: the middle `band` of actual/expected among about 200 other rows next to it
    in expected trade in the same year, times expected. It is the spread of pairs around the model, wider than the error of the
    coefficients. Effects fit each exporter's and importer's total exactly (Fally 2015), so a pair that is most of its exporter's
    trade pulls its own expectation: `expected_without` takes it out first.
    """
    if not 0 < band < 1:
        raise UsageError(f"band={band!r}; expected a share between 0 and 1")
    table = result.rows
    actual, mean = table.column("actual").to_numpy(), table.column("expected").to_numpy()
    ratio = actual / mean
    low, high, place = _spread(ratio, mean, table.column("year").to_numpy() if "year" in table.column_names else None, band)
    keys = {c: table.column(c) for c in ("row", *KEYS) if c in table.column_names}
    return pa.table({**keys, "actual": actual, "expected": mean, "ratio": ratio, "low": low * mean, "high": high * mean, "place": place})


def _spread(ratio: Floats, mean: Floats, year: Any, band: float) -> tuple[Floats, Floats, Floats]:
    low, high, place = np.empty(len(mean)), np.empty(len(mean)), np.empty(len(mean))
    order = np.argsort(mean, kind="stable") if year is None else np.lexsort((mean, year))
    bounds = [0, len(order)] if year is None else [0, *(np.flatnonzero(np.diff(year[order])) + 1).tolist(), len(order)]
    for first, last in pairwise(bounds):
        for rows in np.array_split(order[first:last], max((last - first) // NEIGHBOURS, 1)):
            part = ratio[rows]
            rank = np.argsort(np.argsort(part, kind="stable"), kind="stable")
            low[rows], high[rows] = (_of_others(np.sort(part), rank, q) for q in ((1 - band) / 2, (1 + band) / 2))
            place[rows] = (np.searchsorted(np.sort(part), part) + 0.5) / len(part)
    return low, high, place


def _of_others(ordered: Floats, rank: Any, q: float) -> Floats:
    """For each rank the quantile q of the other values (Weibull's, so that a part q lies below): a flow is no witness in its own case."""
    if len(ordered) < 3:
        return np.full(len(rank), np.nan)
    at = min(max(q * len(ordered) - 1, 0.0), len(ordered) - 2.0)
    below = int(at)
    first = ordered[np.where(below < rank, below, below + 1)]
    second = ordered[np.minimum(np.where(below + 1 < rank, below + 1, below + 2), len(ordered) - 1)]
    return np.asarray(first + (at - below) * (second - first))


def _needs_two_ways(result: GravityFit) -> None:
    if result.effects != TWO_WAY or not {*KEYS} <= set(result.rows.column_names):
        raise UsageError(f"the fit has the effects {', '.join(result.effects) or 'none'}; this needs exporter^year and importer^year")


def expected_without(result: GravityFit, a: str, b: str, *, band: float = 0.8) -> pa.Table:
    """What the model expects of two states in each year when their own trade has no part in their effects.

    The coefficients stand as estimated; the effects of each year are solved again without the rows of the pair in both directions, so that the
    others' trade alone sets sizes and resistance. Columns exporter, importer, year, actual, expected, ratio, low, high and
    own (the expectation with the pair's own trade in it); the band is that of `expected`, moved to the new expectation.
    Raises UsageError where the two have no row, or the fit has other effects than exporter^year and importer^year.
    """
    _needs_two_ways(result)
    table = expected(result, band=band)
    exporter, importer = (np.asarray(table.column(c).to_pylist(), dtype=object) for c in ("exporter", "importer"))
    year = table.column("year").to_numpy()
    pair = ((exporter == a) & (importer == b)) | ((exporter == b) & (importer == a))
    if not pair.any():
        raise UsageError(f"no fitted row of {a} and {b}; name two states that trade in the frame")
    actual, mean, index = table.column("actual").to_numpy(), table.column("expected").to_numpy(), result.rows.column("index").to_numpy()
    out = mean.copy()
    for y in np.unique(year[pair]):
        rows = np.flatnonzero(year == y)
        out[rows[pair[rows]]] = _year_without(actual[rows], index[rows], [c[rows] for c in result.codes], pair[rows])
    rows = np.flatnonzero(pair)
    rows = rows[np.lexsort((year[rows], exporter[rows] != a))]
    taken = table.take(rows)
    new = out[rows]
    scale = new / mean[rows]
    return pa.table(
        {
            **{c: taken.column(c) for c in (*KEYS, "actual")}, "expected": new, "ratio": actual[rows] / new,
            "low": taken.column("low").to_numpy() * scale, "high": taken.column("high").to_numpy() * scale, "own": mean[rows],
        }
    )  # fmt: skip


def _year_without(actual: Floats, index: Floats, codes: list[Ints], pair: Any) -> Floats:
    """Expected trade of the rows in `pair` with the effects fitted to the other rows by iterative proportional fitting."""
    (_, i), (_, j) = (np.unique(c, return_inverse=True) for c in codes)
    phi = np.exp(index - index.max())
    rest = ~pair
    size = (int(i.max()) + 1, int(j.max()) + 1)
    grid, sold, bought = np.zeros(size), np.zeros(size[0]), np.zeros(size[1])
    np.add.at(grid, (i[rest], j[rest]), phi[rest])
    np.add.at(sold, i[rest], actual[rest])
    np.add.at(bought, j[rest], actual[rest])
    right = np.ones(size[1])
    for _ in range(10_000):
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.nan_to_num(sold / (grid @ right), posinf=0.0)
            new = np.nan_to_num(bought / (left @ grid), posinf=0.0)
        done = np.abs(new - right).max() <= 1e-11 * np.abs(new).max()
        right = new
        if done:
            return np.asarray((left[i] * phi * right[j])[pair], dtype=np.float64)
    raise BadDataError("the effects without the pair did not settle in 10,000 rounds: without it the year falls into unconnected parts")
