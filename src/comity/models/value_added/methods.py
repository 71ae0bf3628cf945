"""Gross exports taken apart by whose value they hold and how often it is counted; one function a method, all on blocks.

Every method that divides exports keeps, for each exporter s, exporting industry and importer r:

    EXGR = DC + FC    DC = DVA + DDC    FC = FVA + FDC    DVA = VAX + REF (where VAX is given)

DC_sr = d_s # e_sr and FC_sr = f_s # e_sr are the same in all; methods differ in which part of a content is counted for the first time.
"#" is elementwise by exporting industry. Only N×N inverses are taken besides the one of `system.solve`: the inverse of the world without
s's exported intermediates, B^x, follows from B by blocks (B^x_ts = B_ts K_s; B^x_rk = B_rk − B_rs B_ss⁻¹ B_sk for k ≠ s).
Sources: Borin, A. & Mancini, M. (2019), World Bank Policy Research Working Paper 8804, and (2023), Economic Systems Research
35(2):194-219; Miroudot, S. & Ye, M. (2021), Economic Systems Research 33(1):67-87; Johnson, R. C. & Noguera, G. (2012), JIE 86(2):224-236.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import WORLD, UsageError
from comity.models.frames import Floats
from comity.models.value_added.system import System

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Components of exports by name, each an array [exporter, industry, importer] in the table's unit, zero where the two are one state.

    industry is the exporting one, save in `vax` (the industry whose value it is). In `kww` the array is [exporter, 1, 1]: all industries to all.
    """

    method: str
    states: tuple[str, ...]
    industries: tuple[str, ...]
    unit: str
    components: Mapping[str, Floats]

    def pairs(self, component: str) -> Floats:
        """One component summed over industries, [exporter, importer]."""
        return np.asarray(self._array(component).sum(axis=1))

    def totals(self, component: str) -> Floats:
        """One component summed over industries and importers, [exporter]."""
        return np.asarray(self._array(component).sum(axis=(1, 2)))

    def tidy(self) -> pa.Table:
        """Long table exporter, industry, importer, component, value; pairs of a state with itself are left out."""
        import pyarrow as pa

        names = list(self.components)
        cube = np.stack([self.components[c] for c in names], axis=-1)
        g, n, r, _ = cube.shape
        whole = (n, r) == (1, 1)
        industries, importers = ((ALL,), (WORLD,)) if whole else (self.industries, self.states)
        i, j, k = np.ones((g, n, r), bool).nonzero()
        kept = np.ones(len(i), bool) if whole else i != k
        i, j, k = i[kept], j[kept], k[kept]
        c = len(names)
        return pa.table({
            "exporter": _named(self.states, np.repeat(i, c)), "industry": _named(industries, np.repeat(j, c)),
            "importer": _named(importers, np.repeat(k, c)), "component": _named(names, np.tile(np.arange(c), len(i))),
            "value": cube[i, j, k].reshape(-1),
        })  # fmt: skip

    def _array(self, component: str) -> Floats:
        if component not in self.components:
            raise UsageError(f"{self.method} has no component {component}; it has {', '.join(self.components)}")
        return self.components[component]


def leontief(system: System, *, post: str = "exports") -> Floats:
    """Whose value is in what each industry exports or makes: diag(v) B diag(E or x), [source state, industry, using state, industry].

    post: "exports" or "output". Columns sum to exports (output). Value in exports is counted each time that it crosses a border inside
    somebody's exports, so its rows do not add up to a source's output. Source: Leontief (1936), Review of Economics and Statistics 18(3):105-125.
    """
    if post not in ("exports", "output"):
        raise UsageError(f"post={post!r}; expected exports or output")
    used = system.exports if post == "exports" else system.x
    return np.asarray(system.v[:, :, None, None] * system.b.transpose(0, 2, 1, 3) * used[None, None])


def vax(system: System) -> Decomposition:
    """Value added of s absorbed in the final use of r, VAX_sr = v_s # (BY)_sr, by the industry whose value it is (Johnson & Noguera 2012).

    By where it ends, through whatever third states, so by pair it may exceed the exports to r: no share of them. By industry it may exceed
    what that industry itself exports, as others carry its value.
    """
    out = system.v[:, None] * system.by
    _blank(out)
    return _made("vax", system, {"VAX": out})


def bm_source(system: System) -> Decomposition:
    """Borin–Mancini, source-based, exporter's perimeter: value is counted the first time it leaves s.

    DVA = l_s # e_sr; VAX = l_s # (Y_sr + A_sr (x_r − (BY)_rs)); REF = l_s # A_sr (BY)_rs; FVA = f_s K_s # e_sr; DAVAX = l_s # (Y_sr + A_sr L_rr
    Y_rr), what r absorbs without passing it on; GVCF = DVA − DAVAX, GVCB = EXGR − DVA, GVC = GVCF + GVCB ≤ EXGR. Miroudot & Ye (2021)
    with the country's perimeter is the same. VAX here goes to whomever through r: it is not the VAX of Johnson & Noguera by pair.
    """
    back = _along(system.by)
    direct = np.broadcast_to(_times(system.local, _home(system))[None], back.shape)
    total = np.broadcast_to(system.x[None], back.shape)
    returned, absorbed, used = _through(system, back, direct, total - back)
    exgr, dc, fc = _content(system)
    lone = system.lone[:, None]
    dva, fva = lone * system.e, _row(system.foreign, system.cut)[:, None] * system.e
    davax = lone * (system.y + absorbed)
    parts = {
        "EXGR": exgr, "DC": dc, "FC": fc, "DVA": dva, "VAX": lone * (system.y + used), "REF": lone * returned, "DDC": dc - dva, "FVA": fva,
        "FDC": fc - fva, "DAVAX": davax, "GVCF": dva - davax, "GVCB": exgr - dva, "GVC": exgr - davax,
    }  # fmt: skip
    return _made("bm-source", system, parts)


def bm_sink(system: System) -> Decomposition:
    """Borin–Mancini, sink-based, exporter's perimeter: value is counted the last time it leaves s.

    DDC = d_s # A_sr B_rs K_s E_s; FDC = f_s # A_sr B_rs K_s E_s; REF = d_s # A_sr [(BY)_rs − B_rs B_ss⁻¹ (BY)_ss + B_rs K_s Y_ss];
    VAX = d_s # [Y_sr + A_sr Σ_k≠s ((BY)_rk − B_rs B_ss⁻¹ (BY)_sk)]. Sums over importers equal the source-based ones; pairs do not.
    """
    g = len(system.states)
    at = np.arange(g)
    kept = system.by[at, at]
    columns = np.stack(
        [
            _times(system.cut, system.exports), _times(system.inverse_own, kept), _times(system.cut, system.y[at, at]),
            _times(system.inverse_own, system.x - kept),
        ],
        axis=-1,
    )  # fmt: skip
    again, stays, home, passes = np.moveaxis(np.matmul(system.b, columns[None]), -1, 0).transpose(0, 2, 1, 3)
    back = _along(system.by)
    twice, returned, used = _through(system, again, back - stays + home, system.x[None] - back - passes)
    exgr, dc, fc = _content(system)
    own, foreign = system.own[:, None], system.foreign[:, None]
    ddc, fdc = own * twice, foreign * twice
    parts = {
        "EXGR": exgr, "DC": dc, "FC": fc, "DVA": dc - ddc, "VAX": own * (system.y + used), "REF": own * returned, "DDC": ddc, "FVA": fc - fdc,
        "FDC": fdc,
    }  # fmt: skip
    return _made("bm-sink", system, parts)


def bilateral(system: System) -> Decomposition:
    """Borin–Mancini, bilateral perimeter: double counting is crossing the border from s to r once more.

    With M_sr = (I + A_sr B_rs)⁻¹: DVA = d_s # M_sr e_sr, FVA = f_s # M_sr e_sr, REF = d_s # M_sr A_sr (BY)_rs, VAX = d_s # M_sr (Y_sr + A_sr
    (x_r − (BY)_rs)). Between source-based DVA and DC. Sums over importers mean nothing: what goes to two importers in turn is in both.
    """
    g, _, n, _ = system.a.shape
    loop = np.matmul(system.a, system.b.transpose(1, 0, 2, 3))
    np.einsum("srii->sri", loop)[...] += 1.0
    at = np.arange(g)
    loop[at, at] = np.eye(n)
    back = _along(system.by)
    returned, used = _through(system, back, system.x[None] - back)
    first, returned, used = np.moveaxis(np.linalg.solve(loop, np.stack([system.e, returned, system.y + used], axis=-1)), -1, 0)
    exgr, dc, fc = _content(system)
    own, foreign = system.own[:, None], system.foreign[:, None]
    dva, fva = own * first, foreign * first
    parts = {
        "EXGR": exgr, "DC": dc, "FC": fc, "DVA": dva, "VAX": own * used, "REF": own * returned, "DDC": dc - dva, "FVA": fva, "FDC": fc - fva
    }  # fmt: skip
    return _made("bilateral", system, parts)


def world_source(system: System) -> Decomposition:
    """Source-based, world perimeter (Miroudot & Ye 2021): only value that crosses its first border at all is counted, so FVA is zero.

    DVA = l_s # e_sr; FDC1 = Σ_t≠s (v_t L_tt A_ts) L_ss # e_sr, what t sent straight to s; FDC2 = FC − FDC1, what came round about.
    """
    exgr, dc, fc = _content(system)
    dva = system.lone[:, None] * system.e
    sent = np.einsum("ti,tsij->tsj", system.lone, system.a)
    at = np.arange(len(system.states))
    sent[at, at] = 0.0
    once = _row(sent.sum(axis=0), system.local)[:, None] * system.e
    parts = {"EXGR": exgr, "DC": dc, "FC": fc, "DVA": dva, "DDC": dc - dva, "FVA": np.zeros_like(fc), "FDC": fc, "FDC1": once, "FDC2": fc - once}
    return _made("world-source", system, parts)


def world_sink(system: System) -> Decomposition:
    """Sink-based, world perimeter (Borin & Mancini 2019): only exports that cross their last border are counted.

    With y* = Y_sr + A_sr L_rr Y_rr, what r absorbs without exporting it again: DVA = d_s # y*, FVA = f_s # y*; all else is counted twice.
    Summed over the world, DVA + FVA is the value added that is traded at all.
    """
    absorbed = np.broadcast_to(_times(system.local, _home(system))[None], system.e.shape)
    (absorbed,) = _through(system, absorbed)
    last = system.y + absorbed
    exgr, dc, fc = _content(system)
    dva, fva = system.own[:, None] * last, system.foreign[:, None] * last
    return _made("world-sink", system, {"EXGR": exgr, "DC": dc, "FC": fc, "DVA": dva, "DDC": dc - dva, "FVA": fva, "FDC": fc - fva})


def _content(system: System) -> tuple[Floats, Floats, Floats]:
    return system.e, system.own[:, None] * system.e, system.foreign[:, None] * system.e


def _home(system: System) -> Floats:
    """Y_rr, [r, N]."""
    at = np.arange(len(system.states))
    return system.y[at, at]


def _along(values: Floats) -> Floats:
    """(BY)_rs as [s, r, N]."""
    return np.asarray(values.transpose(1, 0, 2))


def _through(system: System, *right: Floats) -> tuple[Floats, ...]:
    """A_sr q_sr for several q[s, r, N] at once."""
    return tuple(np.moveaxis(np.matmul(system.a, np.stack(right, axis=-1)), -1, 0))


def _times(block: Floats, column: Floats) -> Floats:
    return np.asarray(np.matmul(block, column[..., None])[..., 0])


def _row(row: Floats, block: Floats) -> Floats:
    return np.asarray(np.matmul(row[:, None, :], block)[:, 0])


def _blank(array: Floats) -> None:
    """Nought where exporter and importer are one, [s, r, N]."""
    at = np.arange(len(array))
    array[at, at] = 0.0


def _made(method: str, system: System, parts: Mapping[str, Floats]) -> Decomposition:
    """Arrays [s, r, N] turned to [s, N, r], the diagonal blanked, frozen."""
    out = {}
    for name, values in parts.items():
        if values is not system.e:
            _blank(values)
        turned = values.transpose(0, 2, 1)
        turned.setflags(write=False)
        out[name] = turned
    return Decomposition(
        method=method, states=system.states, industries=system.industries, unit=system.unit, components=MappingProxyType(out)
    )  # fmt: skip


def _named(names: tuple[str, ...] | list[str], codes: NDArray[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(names), pa.string())).cast(pa.string())
