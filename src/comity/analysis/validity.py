"""What the position measures, if anything: separability, known alliances, leave-one-out, known groups, size, and the rule's false alarms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import store
from comity.analysis import position as answers
from comity.analysis.position import Held
from comity.models import position, position_checks
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

YEARS = (1995, 2005, 2011, 2013, 2018, 2022)
TIMES = 100
"""Resamples of states behind each band."""
EU15 = frozenset(["AUT", "BEL", "DEU", "DNK", "ESP", "FIN", "FRA", "GBR", "GRC", "IRL", "ITA", "LUX", "NLD", "PRT", "SWE"])
"""Members of the European Union from 1995 to 2004."""
NATO = frozenset(["BEL", "CAN", "DEU", "DNK", "ESP", "FRA", "GBR", "GRC", "ISL", "ITA", "LUX", "NLD", "NOR", "PRT", "TUR", "USA"])
"""Members of the North Atlantic Treaty from 1982 to 1999."""
CLOSE = ("DEU-FRA", "GBR-USA", "CAN-USA", "BEL-NLD", "AUS-NZL", "JPN-USA", "NOR-SWE")
FAR_APART = ("ISR-SAU", "IRN-USA", "PRK-USA")
OTHERS = ("IND-PAK", "RUS-UKR", "CHN-USA", "CHN-RUS")
ALLIANCE = "atop_obligations"


@dataclass(frozen=True, kw_only=True)
class Year:
    """The pairs of one year with their scores and errors [pairs, measures]."""

    year: int
    one: Ints
    other: Ints
    codes: tuple[str, ...]
    z: Floats
    error: Floats

    def at(self, name: str) -> int | None:
        """The row of a pair written as AAA-BBB, None where it is none."""
        a, b = name.split("-")
        if a not in self.codes or b not in self.codes:
            return None
        import numpy as np

        found = np.flatnonzero((self.one == self.codes.index(a)) & (self.other == self.codes.index(b)))
        return int(found[0]) if len(found) else None


def load(found: Held, year: int) -> Year:
    """One year of the position."""
    import numpy as np

    rows = store.query("SELECT * FROM read_parquet($path) WHERE year = $year ORDER BY a, b", {"year": year}, path=found.path)
    a, b = (np.array(rows.column(c).to_pylist()) for c in "ab")
    codes, both = np.unique(np.concatenate([a, b]), return_inverse=True)
    columns = {s: np.column_stack([rows.column(m + s).to_numpy(zero_copy_only=False).astype(np.float64) for m in found.measures()])
               for s in ("", "_error")}  # fmt: skip
    return Year(
        year=year,
        one=both[: len(a)],
        other=both[len(a) :],
        codes=tuple(codes.tolist()),
        z=position.scores(columns[""] / 100),
        error=columns["_error"],
    )


def held_out(codes: Sequence[str], one: Ints, other: Ints) -> Any:
    """Which pairs were not looked at when the scale was chosen: the half whose hash of both codes is odd, without the named pairs.

    The split was fixed before anything was fitted, by SHA-256 of "AAA-BBB".
    """
    import numpy as np

    named = {*CLOSE, *FAR_APART, *OTHERS}
    names = [f"{codes[i]}-{codes[j]}" for i, j in zip(one.tolist(), other.tolist(), strict=True)]
    return np.array([hashlib.sha256(n.encode()).digest()[0] % 2 == 1 and n not in named for n in names])


def columns_of(found: Held) -> dict[str, list[int]]:
    """The columns of each family."""
    every = found.measures()
    return {name: [every.index(m) for m in f.measures] for name, f in found.near.items()}


def report(holdings: Holdings, *, times: int = TIMES) -> dict[str, Any]:
    """All figures of validity as plain values."""
    import numpy as np

    found = answers.held(holdings)
    columns = columns_of(found)
    known = sorted({int(y) for years in found.facts["years"].values() for y in years})
    out: dict[str, Any] = {"families": {n: list(f.measures) for n, f in found.near.items()}, "words": answers.validity_words(found).get("words")}
    separability, eigen, known_pairs, aucs, size = [], [], [], [], []
    for year in (y for y in YEARS if y in known):
        data = load(found, year)
        held = [m for m in range(data.z.shape[1]) if np.isfinite(data.z[:, m]).sum() >= position.LEAST]
        point = position_checks.separability(data.z, columns)
        split = position_checks.separability(data.z[held_out(data.codes, data.one, data.other)], columns)

        def separated(w: Floats, z: Floats = data.z) -> Floats:
            return np.array(list(position_checks.separability(z, columns, w).values()))

        drawn = position_checks.resampled(data.one, data.other, len(data.codes), separated, times=times)
        with np.errstate(all="ignore"):
            bands = np.nanquantile(drawn, [0.1, 0.9], axis=0) if times else np.full((2, len(point), 2), np.nan)
        for k, ((one, other), (ratio, r)) in enumerate(point.items()):
            separability.append({
                "year": year, "one": one, "other": other, "htmt": _r(ratio), "htmt_q10": _r(bands[0, k, 0]), "htmt_q90": _r(bands[1, k, 0]),
                "htmt_held_out": _r(split[one, other][0]), "correlation": _r(r), "q10": _r(bands[0, k, 1]), "q90": _r(bands[1, k, 1]),
            })  # fmt: skip
        values = position_checks.eigenvalues(position.correlations(data.z[:, held]))
        eigen.append({"year": year, "measures": len(held), "eigenvalues": [round(float(v), 2) for v in values]})
        index = {n: position.index(data.z[:, columns[n]], found.near[n]) for n in columns}
        known_pairs.append({"year": year, **{n: _named(data, index, n) for n in columns}})
        aucs += _aucs(holdings, found, data, columns, times)
        size += _size(holdings, data, index)
    out |= {"separability": separability, "eigenvalues": eigen, "known_pairs": known_pairs, "alliances": aucs, "size": size}
    if 2013 in known:
        data = load(found, 2013)
        every = found.measures()
        left = position_checks.left_out(data.z, columns, found.near)
        out["left_out"] = [{"measure": every[m], "family": next(n for n in columns if m in columns[n]), **{k: _r(v) for k, v in row.items()}}
                           for m, row in left.items()]  # fmt: skip
    out["false_alarms"], out["spoken"] = false_alarms(found), spoken(found)
    return out


def _named(data: Year, index: Mapping[str, Floats], family: str) -> dict[str, float | None]:
    """The place of each named pair among all pairs by the family's index, in per cent."""
    import numpy as np

    values = index[family]
    there = np.isfinite(values)
    out: dict[str, float | None] = {}
    for name in (*CLOSE, *FAR_APART, *OTHERS):
        k = data.at(name)
        out[name] = None if k is None or not there[k] else round(float(100 * (values[there] < values[k]).mean()), 1)
    return out


def _aucs(holdings: Holdings, found: Held, data: Year, columns: Mapping[str, list[int]], times: int) -> list[dict[str, Any]]:
    """How well each family's index without alliance data tells known alliances from other pairs."""
    import numpy as np

    from comity import measures

    every = found.measures()
    free = [m for m in range(len(every)) if ALLIANCE not in measures.get(every[m]).inputs]
    codes = np.array(data.codes)
    groups = {n: np.isin(codes, sorted(g))[data.one] & np.isin(codes, sorted(g))[data.other] for n, g in (("EU-15", EU15), ("NATO of 1982", NATO))}
    if "alliance_defence" in every:
        column = data.z[:, every.index("alliance_defence")]
        if np.isfinite(column).any():
            groups["any defence pact"] = column > np.nanmin(column)
    out = []
    for family in ("exchange", "alignment", "joint"):
        if family not in columns:
            continue
        z = data.z[:, columns[family]].copy()
        z[:, [i for i, m in enumerate(columns[family]) if m not in free]] = np.nan
        values = position.index(z, found.near[family])
        for name, inside in groups.items():

            def told(w: Floats, v: Floats = values, k: Any = inside) -> Floats:
                return np.array(position_checks.auc(v, k, w))

            drawn = position_checks.resampled(data.one, data.other, len(data.codes), told, times=times)
            low, high = np.nanquantile(drawn, [0.1, 0.9]) if times else (np.nan, np.nan)
            out.append({"year": data.year, "family": family, "group": name, "auc": _r(position_checks.auc(values, inside)), "q10": _r(low),
                        "q90": _r(high)})  # fmt: skip
    return out


def _size(holdings: Holdings, data: Year, index: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """Spearman's correlation of each index with the logarithm of the product of both outputs."""
    import numpy as np

    if not holdings.has("series", "gdp_usd"):
        return []
    rows = store.query(
        "SELECT a, value FROM read_parquet($path) WHERE year(start) = $year AND value > 0", {"year": data.year},
        path=holdings.path("series", "gdp_usd"),
    ).to_pydict()  # fmt: skip
    gdp = dict(zip(rows["a"], rows["value"], strict=True))
    logs = np.log([gdp.get(c, np.nan) for c in data.codes])
    both = logs[data.one] + logs[data.other]
    return [{"year": data.year, "family": n, "with_log_gdp": _r(position_checks.rank_correlation(v, both))} for n, v in index.items()]


SPANS = (
    (2000, 2001, "placebo year"), (2008, 2009, "placebo year"), (2015, 2016, "placebo year"), (2001, 2011, "shuffled pairs"),
    (2003, 2013, "shuffled pairs"), (2008, 2018, "shuffled pairs"),
)  # fmt: skip
TRUE = ((2001, 2011), (2003, 2013), (2008, 2018))


def false_alarms(found: Held, *, pairs: int = 400, seed: int = 1) -> list[dict[str, Any]]:
    """How often the rule says "moved towards joint work" where nothing moved together: placebo years and shuffled pairs.

    Placebo years: one year apart. Shuffled pairs: each measure's two ends are those of another pair, drawn for each measure alone, so
    that what moves together does so by chance. Shares over `pairs` random pairs with an index at both ends.
    """
    return [_spoken(found, *span, pairs=pairs, seed=seed) for span in SPANS if _held_at(found, span[:2])]


def spoken(found: Held, *, pairs: int = 400, seed: int = 1) -> list[dict[str, Any]]:
    """How often the rule says so of pairs as they are: a rule that never speaks has no false alarms either."""
    return [_spoken(found, *span, "pairs as they are", pairs=pairs, seed=seed) for span in TRUE if _held_at(found, span)]


def _held_at(found: Held, years: Sequence[int]) -> bool:
    family = found.near.get("joint")
    known = {int(y) for m in (family.measures if family else ()) for y in found.facts["years"][m]}
    return set(years) <= known


def _spoken(found: Held, first: int, last: int, sort: str, *, pairs: int, seed: int) -> dict[str, Any]:
    import numpy as np

    family, columns = found.near["joint"], columns_of(found)["joint"]
    rng = np.random.default_rng(seed)
    ends = [load(found, y) for y in (first, last)]
    z0, z1, e0, e1 = _matched(ends[0], ends[1], columns)
    enough = np.flatnonzero((np.isfinite(z0) & np.isfinite(z1)).sum(axis=1) >= answers.LEAST)
    chosen = rng.permutation(enough)[:pairs]
    if sort == "shuffled pairs":
        for m in range(len(columns)):
            other = rng.permutation(enough)[: len(chosen)]
            z0[chosen, m], z1[chosen, m], e0[chosen, m], e1[chosen, m] = z0[other, m], z1[other, m], e0[other, m], e1[other, m]
    says = sum(_rule(family, (z0[k], e0[k]), (z1[k], e1[k]), last - first) for k in chosen)
    return {"sort": sort, "years": [first, last], "pairs": len(chosen), "alarms": int(says), "share": round(says / max(len(chosen), 1), 4)}


def _rule(family: position.Family, before: tuple[Floats, Floats], after: tuple[Floats, Floats], years: int) -> bool:
    """Whether the rule of `answers` says that one pair moved towards joint work."""
    draws = 200
    rose, _ = answers.single(family, before, after, draws=draws)
    if len({answers.topic(m) for m in rose}) < answers.LEAST:
        return False
    return answers.jointly(position.moved(before, after, family, years=years, by=answers.BY, draws=draws), rose)


def _matched(first: Year, last: Year, columns: Sequence[int]) -> tuple[Floats, Floats, Floats, Floats]:
    import numpy as np

    keys = [[f"{y.codes[i]}-{y.codes[j]}" for i, j in zip(y.one.tolist(), y.other.tolist(), strict=True)] for y in (first, last)]
    _, i, j = np.intersect1d(keys[0], keys[1], return_indices=True)
    return first.z[i][:, columns], last.z[j][:, columns], first.error[i][:, columns], last.error[j][:, columns]


def lines(made: Mapping[str, Any]) -> list[str]:
    """The figures as Markdown tables, as docs and terminal show them."""
    out = [str(made["words"]), ""]
    tables = (
        ("separability", "Separability: HTMT (separable below .85) and mean correlation of every two families, 80 % bands by resampling states"),
        ("alliances", "Known alliances told by each family without alliance data: AUC, 80 % bands by resampling states"),
        ("left_out", "Each measure against every family's index without it, 2013: Spearman"),
        ("size", "Each index and the log of both outputs: Spearman"),
        ("false_alarms", "False alarms of the rule of moves"),
        ("spoken", "How often the rule speaks of pairs as they are"),
    )  # fmt: skip
    out += ["Eigenvalues of all measures' correlations", ""]
    out += [f"- {e['year']}, {e['measures']} measures: {', '.join(f'{v:.2f}' for v in e['eigenvalues'])}" for e in made["eigenvalues"]] + [""]
    for family in made["families"]:
        out += [f"Named pairs by {family}: place among all pairs, per cent", ""]
        out += _markdown([{"year": r["year"], **r[family]} for r in made["known_pairs"]])
    for key, caption in tables:
        if made.get(key):
            out += [caption, "", *_markdown(made[key])]
    return out


def _markdown(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    head = list(rows[0])
    cells = [["—" if r[h] is None else "–".join(map(str, r[h])) if isinstance(r[h], list) else str(r[h]) for h in head] for r in rows]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(c)} |" for c in cells), ""]


def _r(value: float) -> float | None:
    return None if value != value else round(float(value), 2)
