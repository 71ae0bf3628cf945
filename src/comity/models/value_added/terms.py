"""The two decompositions by term: nine of Koopman, Wang and Wei for an exporter, sixteen of Wang, Wei and Zhu for a pair and industry.

Both count domestic value by the exporter's perimeter, source-based, and foreign value by the world's, sink-based, so their foreign value added is
too low as a share of one exporter's trade (Borin & Mancini 2019, section 5): use them for what is in the terms, and `bm_source` for FVA.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from comity.models.frames import Floats
from comity.models.value_added.methods import Decomposition, _home, _made, _through, _times
from comity.models.value_added.system import System, multipliers

WWZ = (
    "DVA_FIN", "DVA_INT", "DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2", "RDV_FIN", "RDV_FIN2", "RDV_INT", "DDC_FIN", "DDC_INT", "MVA_FIN", "OVA_FIN",
    "MVA_INT", "OVA_INT", "MDC", "ODC",
)  # fmt: skip
KWW = ("DVA_FIN", "DVA_INT", "DVA_INTrex", "RDV_FIN", "RDV_INT", "DDC", "FVA_FIN", "FVA_INT", "FDC")


def wwz(system: System) -> Decomposition:
    """The sixteen terms of Wang, Wei & Zhu (2013), NBER Working Paper 19677, by exporter, exporting industry and importer; they sum to exports.

    t is any state but s and r; m = v_r B_rs, o = f_s − m; all elementwise (#) by exporting industry:
    1 DVA_FIN d Y_sr · 2 DVA_INT l A_sr B_rr Y_rr · 3 DVA_INTrexI1 l A_sr Σ_t B_rt Y_tt · 4 DVA_INTrexF l A_sr B_rr Σ_t Y_rt · 5 DVA_INTrexI2
    l A_sr Σ_t B_rt Σ_u≠s,t Y_tu · 6 RDV_FIN l A_sr B_rr Y_rs · 7 RDV_FIN2 l A_sr Σ_t B_rt Y_ts · 8 RDV_INT l A_sr B_rs Y_ss · 9 DDC_FIN
    l A_sr B_rs Σ_u≠s Y_su · 10 DDC_INT (d − l) A_sr x_r · 11 MVA_FIN m Y_sr · 12 OVA_FIN o Y_sr · 13 MVA_INT m A_sr L_rr Y_rr · 14 OVA_INT
    o A_sr L_rr Y_rr · 15 MDC m A_sr L_rr E_r · 16 ODC o A_sr L_rr E_r. Names as in the R package decompr.
    Not to be read: terms 11 to 14 as all foreign value of an exporter (they leave out what crosses a later border).
    """
    g = len(system.states)
    at = np.arange(g)
    b, y = system.b, system.y
    home, away = _home(system), y.sum(axis=1) - _home(system)
    near = b[at, at]
    there = _times(near, home)[None]
    away_there = _times(near, away)[None]
    to_s = np.matmul(near, y.transpose(0, 2, 1)).transpose(2, 0, 1)
    both = np.matmul(b, np.stack([home, away], axis=-1)[None])
    from_home, from_away = np.moveaxis(both, -1, 0).transpose(0, 2, 1, 3)
    world_home, world_away = from_home.sum(axis=0)[None], from_away.sum(axis=0)[None]
    third_s = system.by.transpose(1, 0, 2) - to_s - from_home
    shape = y.shape
    right = (
        np.broadcast_to(there, shape), world_home - there - from_home, away_there - to_s, world_away - away_there - from_away - third_s,
        to_s, third_s, from_home, from_away, np.broadcast_to(_times(system.local, home)[None], shape),
        np.broadcast_to(_times(system.local, system.exports)[None], shape),
    )  # fmt: skip
    *passed, kept, sent = _through(system, *right)
    own, lone = system.own[:, None], system.lone[:, None]
    mine = multipliers(system).transpose(1, 0, 2)
    other = system.foreign[:, None] - mine
    values = [
        own * y, *(lone * p for p in passed), (own - lone) * (system.e - y), mine * y, other * y, mine * kept, other * kept, mine * sent,
        other * sent,
    ]  # fmt: skip
    return _made("wwz", system, {"EXGR": system.e, **dict(zip(WWZ, values, strict=True))})


def kww(system: System) -> Decomposition:
    """The nine terms of Koopman, Wang & Wei (2014), American Economic Review 104(2):459-494, for each exporter; they sum to its exports.

    V_s Σ_r≠s of: 1 B_ss Y_sr · 2 B_sr Y_rr · 3 B_sr Σ_t≠s,r Y_rt · 4 B_sr Y_rs · 5 B_sr A_rs L_ss Y_ss · 6 B_sr A_rs L_ss E_s; f_s Σ_r of: 7 Y_sr ·
    8 A_sr L_rr Y_rr · 9 A_sr L_rr E_r. With Σ_r≠s B_sr A_rs = B_ss L_ss⁻¹ − I, 5 and 6 are (d_s − l_s) Y_ss and (d_s − l_s) E_s.
    By pair or industry the terms do not sum to exports, so only whole exporters are given.
    """
    g = len(system.states)
    at = np.arange(g)
    y = system.y
    home = _home(system)
    weight = multipliers(system)
    weight[at, at] = 0.0
    kept, sent = _through(system, *(np.broadcast_to(_times(system.local, q)[None], y.shape) for q in (home, system.exports)))
    for values in (kept, sent):
        values[at, at] = 0.0
    out = y.copy()
    out[at, at] = 0.0
    returned = np.einsum("srj,rsj->s", weight, y)
    twice = system.own - system.lone
    third = np.einsum("srj,rj->s", weight, y.sum(axis=1) - home) - returned
    parts = [
        (system.own * out.sum(axis=1)).sum(axis=1), np.einsum("srj,rj->s", weight, home), third, returned, (twice * home).sum(axis=1),
        (twice * system.exports).sum(axis=1), *((system.foreign * q.sum(axis=1)).sum(axis=1) for q in (out, kept, sent)),
    ]  # fmt: skip
    named: dict[str, Floats] = {"EXGR": system.exports.sum(axis=1), **dict(zip(KWW, parts, strict=True))}
    frozen = {name: values[:, None, None] for name, values in named.items()}
    for values in frozen.values():
        values.setflags(write=False)
    return Decomposition(method="kww", states=system.states, industries=system.industries, unit=system.unit, components=MappingProxyType(frozen))
