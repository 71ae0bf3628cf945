"""Two reports of one trade flow: how far they lie apart, and which figure a provider has probably got wrong.

An importer reports its imports with freight and insurance (CIF), an exporter its exports without (FOB), so that the two never
agree exactly; the IMF converts with 6 per cent (10 until 2010). Sources: Hamanaka, S. (2012), Whose trade statistics are correct?
Multiple mirror comparison techniques, Journal of Comparative Asian Development; IMF, Direction of Trade Statistics, introductory notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from comity.core import BadDataError, UsageError
from comity.models import frames
from comity.models.frames import Floats, Frame

CIF = 0.06
"""Freight and insurance as a part of the FOB value: the IMF's conversion of 2018, used here for every year."""
THRESHOLD = 0.1
"""Log points: China's and Russia's reports of Russian imports differ by .10 at most in years that nobody doubts (2014–2020)."""
YEARS = 4
"""Years that a pair needs before its usual difference is known."""
SCALES = 5.0
"""Robust standard deviations beyond which the mirror alone is enough."""
MAD = 1.4826
"""From a median absolute deviation to the standard deviation of a normal."""


@dataclass(frozen=True, kw_only=True)
class MirrorGap:
    """Two reports of one flow and their disagreement, arrays of one shape.

    ratio = M / X, as reported. gap = (M/(1+c) − X) / mean of the two, from −2 (only the exporter sees it) to 2; nan where both are zero.
    valuation says in words how each is valued.
    """

    ratio: Floats
    gap: Floats
    cif: float
    valuation: str


def gap(imports: ArrayLike, exports: ArrayLike, *, cif: float = CIF) -> MirrorGap:
    """How far the importer's report M (CIF) exceeds the exporter's X (FOB) of the same flow, M brought to FOB by 1 + cif.

    imports, exports: values in one unit and of one shape. Raises UsageError for unequal shapes or a cif below zero; BadDataError for negative
    or infinite values. A missing value (nan) of either makes both results nan.
    """
    m, x = np.asarray(imports, dtype=np.float64), np.asarray(exports, dtype=np.float64)
    if m.shape != x.shape:
        raise UsageError(f"imports have shape {m.shape}, exports {x.shape}; expected one of each for every flow")
    if not (np.isfinite(cif) and cif >= 0):
        raise UsageError(f"cif={cif!r}; expected a part of the FOB value of at least zero, as .06")
    for name, values in (("imports", m), ("exports", x)):
        if np.isinf(values).any() or (values < 0).any():
            raise BadDataError(f"{name} hold negative or infinite values; expected values of at least zero, nan where missing")
    fob = m / (1 + cif)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(x > 0, m / x, np.nan)
        relative = 2 * (fob - x) / (fob + x)
    told = f"imports CIF as the importer reports them, over {1 + cif:g}; exports FOB as the exporter reports them"
    return MirrorGap(ratio=ratio, gap=relative, cif=float(cif), valuation=told)


@dataclass(frozen=True, kw_only=True)
class Suspects:
    """Reports that are probably a provider's error. table: Arrow, sorted by by, reporter, partner, flow, year; columns

    reporter, partner, flow, year, source, value, other_source, other (the same report elsewhere), mirror (the partner's report of the
    flow), departs (log value/other less the pair's median), from_mirror and other_from_mirror (log against the mirror less the pair's
    median), by ("copies" or "mirror"). compared: reports that each rule could judge.
    """

    table: pa.Table
    compared: dict[str, int]


def suspects(
    reports: Frame, *, threshold: float = THRESHOLD, size: float = 0.0, years: int = YEARS, scales: float = SCALES, order: tuple[str, ...] = ()
) -> Suspects:
    """Reports that stand out from the same report in another source and from the partner's, against what is usual for the two.

    reports: one row a reporter, partner, year, flow ("imports", "exports") and source, with value. Differences are logs less their
    median over the pair's years, so that CIF, consignment, re-exports and other lasting differences of definition raise no alarm.
    "copies": the source's value differs from another source's copy by more than `threshold`, also against the usual; it departs from the mirror by
    more than `threshold` to the same side, and the copy does not. Of the two copies, one is wrong, and the partner says which.
    "mirror": no other copy is held; the report departs from the mirror by more than `threshold` and by more than `scales` robust standard
    deviations of the pair, and from both neighbouring years by more than half of that while the partner's does not: whose figure jumped.
    Pairs with fewer than `years` comparable years, and flows under `size` by the mirror, are not judged. `order`: which source's mirror to
    take first. A suspicion is not a correction: nothing is averaged or replaced.
    Raises UsageError for missing columns or options; BadDataError for negative values, unknown flows and duplicated rows.
    """
    pd = frames.extra("pandas")
    keys = ["reporter", "partner", "flow", "year"]
    frames.require(reports, (*keys, "source", "value"), "reports")
    if not threshold > 0 or years < 3:
        raise UsageError(f"threshold={threshold!r}, years={years!r}; expected a threshold above zero and at least 3 years")
    data = pd.DataFrame({k: frames.words(reports, k, "reports") for k in ("reporter", "partner", "flow", "source")})
    data["year"] = frames.whole(reports, "year", "reports")
    data["value"] = frames.amounts(reports, "value", "reports")
    unknown = sorted(set(data.flow) - {"imports", "exports"})
    if unknown:
        raise BadDataError(f'flow {", ".join(unknown[:3])}; expected "imports" or "exports"')
    twice = data.duplicated([*keys, "source"])
    if twice.any():
        raise BadDataError(f"{int(twice.sum())} report(s) held twice, the first {dict(data.loc[twice, [*keys, 'source']].iloc[0])}")
    data = data[data.value > 0]
    rank = {s: i for i, s in enumerate([*order, *sorted(set(data.source) - set(order))])}
    mirror = data.assign(rank=data.source.map(rank)).sort_values("rank", kind="stable").drop_duplicates(keys)
    other_flow = mirror.flow.map({"imports": "exports", "exports": "imports"})
    mirror = pd.DataFrame({"reporter": mirror.partner, "partner": mirror.reporter, "flow": other_flow, "year": mirror.year, "mirror": mirror.value})
    seen = data.merge(mirror, on=keys)
    seen = seen[seen.mirror >= size]
    copies = _by_copies(seen, data, keys, threshold, years)
    alone = _by_mirror(seen, data, keys, threshold, years, scales)
    columns = [*keys, "source", "value", "other_source", "other", "mirror", "departs", "from_mirror", "other_from_mirror", "by"]
    found = pd.concat([part[part.suspected][columns] for part in (copies, alone)], ignore_index=True)
    found = found.sort_values(["by", "reporter", "partner", "flow", "year", "source"], kind="stable")
    table = pa.Table.from_pandas(found, preserve_index=False, schema=_schema())
    return Suspects(table=table.replace_schema_metadata(None), compared={"copies": len(copies), "mirror": len(alone)})


def _schema() -> pa.Schema:
    words = ("reporter", "partner", "flow", "source", "other_source", "by")
    order = ("reporter", "partner", "flow", "year", "source", "value", "other_source", "other", "mirror", "departs", "from_mirror")
    names = (*order, "other_from_mirror", "by")
    return pa.schema([(c, pa.string() if c in words else pa.int64() if c == "year" else pa.float64()) for c in names])


def _usual(frame: Any, group: list[str], columns: tuple[str, ...]) -> Any:
    """The columns less their median by group, and the number of rows of the group."""
    grouped = frame.groupby(group, sort=False)
    out = {c: frame[c] - grouped[c].transform("median") for c in columns}
    return frame.assign(**out, held=grouped[columns[0]].transform("size"))


def _by_copies(seen: Any, data: Any, keys: list[str], threshold: float, years: int) -> Any:
    copy = data.rename(columns={"source": "other_source", "value": "other"})
    both = seen.merge(copy, on=keys)
    both = both[both.source != both.other_source].reset_index(drop=True)
    apart = np.log(both.value / both.other)
    both = both.assign(departs=apart, from_mirror=np.log(both.value / both.mirror), other_from_mirror=np.log(both.other / both.mirror), apart=apart)
    both = _usual(both, ["reporter", "partner", "flow", "source", "other_source"], ("departs", "from_mirror", "other_from_mirror"))
    both = both[both.held >= years]
    far = (both.apart.abs() > threshold) & (both.departs.abs() > threshold) & (both.from_mirror.abs() > threshold)
    same_side = (both.departs * both.from_mirror > 0) & (both.departs * both.apart > 0)
    return both.assign(by="copies", suspected=far & same_side & (both.other_from_mirror.abs() <= threshold))


def _by_mirror(seen: Any, data: Any, keys: list[str], threshold: float, years: int, scales: float) -> Any:
    copies = data.groupby(keys, sort=False)["source"].transform("size")
    single = seen.merge(data.loc[copies == 1, keys], on=keys)
    single = single.assign(from_mirror=np.log(single.value / single.mirror))
    group = ["reporter", "partner", "flow", "source"]
    single = _usual(single, group, ("from_mirror",))
    single = single[single.held >= years].sort_values([*group, "year"], kind="stable").reset_index(drop=True)
    size = single.from_mirror.abs()
    spread = MAD * size.groupby([single[c] for c in group], sort=False).transform("median")
    far = (size > threshold) & (size > scales * spread)
    grouped = single.groupby(group, sort=False)
    half = threshold / 2
    jumped = np.ones(len(single), bool)
    for step in (1, -1):
        near = (single.year - grouped.year.shift(step)).abs() == 1
        own = np.log(single.value / grouped.value.shift(step)) * np.sign(single.from_mirror)
        theirs = np.log(single.mirror / grouped.mirror.shift(step)) * np.sign(single.from_mirror)
        jumped &= (near & (own > half) & (own > theirs.abs() + half)).to_numpy()
    return single.assign(by="mirror", suspected=far & jumped, other_source=None, other=np.nan, departs=np.nan, other_from_mirror=np.nan)
