"""Draws of the roll calls' parameters given the ideal points, each roll call by itself: an independence sampler around one Newton step.

The proposal is a multivariate t around `anchor + A⁻¹ gradient`, both taken at a point that is fixed once the burn-in is over, so that
it depends on the ideal points alone and the acceptance ratio is exact. Roll calls are of four sorts: BOTH cutpoints lie between votes
cast; ONE cutpoint does, in two mirrored forms (no votes against, or none in favour); or NONE, all votes alike.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from comity.models._ordinal import hazard, kernel, log_between, log_cdf, normal, seeded, slopes, uniform

BOTH, NO_AGAINST, NO_FOR, NONE = 0, 1, 2, 3
FREEDOM = 8.0
"""Degrees of freedom of the proposal; heavier tails than the target's keep the weights bounded."""
STEP = 2.0
PHASE = 1


@kernel
def item_log_likelihood(a: int, m: int, n: int, z: int, node: Any, phi: Any, b: float, g1: float, g2: float) -> float:
    """The log-likelihood of one roll call: votes a to m are yes, m to n abstentions, n to z no."""
    total = 0.0
    for k in range(a, m):
        total += log_cdf(g1 - b * phi[node[k]])
    for k in range(m, n):
        eta = b * phi[node[k]]
        total += log_between(g1 - eta, g2 - eta)
    for k in range(n, z):
        total += log_cdf(b * phi[node[k]] - g2)
    return total


@kernel
def _abstentions(m: int, n: int, node: Any, phi: Any, b: float, g1: float, g2: float) -> float:
    total = 0.0
    for k in range(m, n):
        eta = b * phi[node[k]]
        total += log_between(g1 - eta, g2 - eta)
    return total


@kernel
def _tail(a: int, z: int, node: Any, phi: Any, b: float, g: float, side: float) -> tuple[float, float, float, float, float]:
    """Sums of r, r x, q, q x, q x² over votes beyond a cutpoint: r the hazard at side (g - b x), minus q its slope."""
    r0 = r1 = q0 = q1 = q2 = 0.0
    for k in range(a, z):
        x = phi[node[k]]
        u = side * (g - b * x)
        r = hazard(u)
        q = r * (u + r)
        r0 += r
        r1 += r * x
        q0 += q
        q1 += q * x
        q2 += q * x * x
    return r0, r1, q0, q1, q2


@kernel
def _newton(a: int, m: int, n: int, z: int, node: Any, phi: Any, flip: int, b: float, g1: float, g2: float, out: Any) -> None:
    """The sums over votes of the derivatives by b, g1, g2 (out[:3]) and of the second ones bb, 11, 22, b1, b2, 12 (out[3:9])."""
    if flip == 0:
        r0, r1, q0, q1, q2 = _tail(a, m, node, phi, b, g1, 1.0)
        t0, t1, p0, p1, p2 = _tail(n, z, node, phi, b, g2, -1.0)
    else:
        r0, r1, q0, q1, q2 = _tail(n, z, node, phi, b, g1, 1.0)
        t0, t1, p0, p1, p2 = _tail(a, m, node, phi, b, g2, -1.0)
    db, d1, d2 = t1 - r1, r0, -t0
    bb, h11, h22, b1, b2, h12 = -q2 - p2, -q0, -p0, q1, p1, 0.0
    for k in range(m, n):
        x = phi[node[k]]
        s1, s2, s11, s22, s12 = slopes(2, b * x, g1, g2)
        d1 += s1
        d2 += s2
        db -= x * (s1 + s2)
        h11 += s11
        h22 += s22
        h12 += s12
        b1 -= x * (s11 + s12)
        b2 -= x * (s22 + s12)
        bb += x * x * (s11 + s22 + 2.0 * s12)
    out[0], out[1], out[2], out[3], out[4], out[5], out[6], out[7], out[8] = db, d1, d2, bb, h11, h22, b1, b2, h12


@kernel
def laplace(
    a: int, m: int, n: int, z: int, node: Any, phi: Any, sort: int, anchor: Any, free: float, precision: float, work: Any
) -> None:
    """One Newton step from the anchor: the centre (work[9:12]) and the lower Cholesky factor of the precision (work[12:18]).

    Coordinates: BOTH (b, middle of the cutpoints, log of the gap between them); else (b, the cutpoint that lies between votes cast),
    mirrored where none are in favour, given `free`, the other one. `precision` is the prior's of b.
    """
    if sort == BOTH:
        b, c, d = anchor[0], anchor[1], anchor[2]
        e = math.exp(d)
        _newton(a, m, n, z, node, phi, 0, b, c - 0.5 * e, c + 0.5 * e, work)
        h = 0.5 * e
        gb = work[0] - precision * b
        gc = work[1] + work[2]
        gd = (work[2] - work[1]) * h + 1.0
        abb = precision - work[3]
        abc = -(work[6] + work[7])
        abd = -(work[7] - work[6]) * h
        acc = -(work[4] + work[5] + 2.0 * work[8])
        acd = -(work[5] - work[4]) * h
        add = 1.0 - h * h * (work[4] + work[5] - 2.0 * work[8])
    else:
        flip = 1 if sort == NO_FOR else 0
        b, c, d = anchor[0], anchor[1], 0.0
        if c > free - 0.1:
            c = free - 0.1
        _newton(a, m, n, z, node, phi, flip, b, c, free, work)
        gb, gc, gd = work[0] - precision * b, work[1], 0.0
        abb, abc, acc = precision - work[3], -work[6], -work[4]
        abd, acd, add = 0.0, 0.0, 1.0
    acc += 1e-3
    l11 = math.sqrt(abb)
    l21 = abc / l11
    l31 = abd / l11
    r = acc - l21 * l21
    l22 = math.sqrt(r if r > 1e-3 else 1e-3)
    l32 = (acd - l31 * l21) / l22
    r = add - l31 * l31 - l32 * l32
    l33 = math.sqrt(r if r > 0.2 else 0.2)
    x1 = gb / l11
    x2 = (gc - l21 * x1) / l22
    x3 = (gd - l31 * x1 - l32 * x2) / l33
    x3 = x3 / l33
    x2 = (x2 - l32 * x3) / l22
    x1 = (x1 - l21 * x2 - l31 * x3) / l11
    long = max(abs(x1), abs(x2), abs(x3))
    shrink = STEP / long if long > STEP else 1.0
    work[9], work[10], work[11] = b + shrink * x1, c + shrink * x2, d + shrink * x3
    work[12], work[13], work[14], work[15], work[16], work[17] = l11, l21, l22, l31, l32, l33


@kernel
def _distance(work: Any, x1: float, x2: float, x3: float) -> float:
    d1, d2, d3 = x1 - work[9], x2 - work[10], x3 - work[11]
    u1 = work[12] * d1 + work[13] * d2 + work[15] * d3
    u2 = work[14] * d2 + work[16] * d3
    u3 = work[17] * d3
    return float(u1 * u1 + u2 * u2 + u3 * u3)


@kernel
def _slice(
    which: int, a: int, m: int, n: int, z: int, node: Any, phi: Any, item: Any, bound: float, precision: float, state: Any
) -> None:
    """One slice draw (Neal 2003, shrinkage) of the slope (0) or a cutpoint (1, 2) of a roll call, over the whole range it may take."""
    b, g1, g2 = item[0], item[1], item[2]
    x = item[which]
    if which == 0:
        low, high = -8.0 / math.sqrt(precision), 8.0 / math.sqrt(precision)
    elif which == 1:
        low, high = -bound, g2
    else:
        low, high = g1, bound
    level = item_log_likelihood(a, m, n, z, node, phi, b, g1, g2) + math.log(uniform(state))
    if which == 0:
        level -= 0.5 * precision * b * b
    for _ in range(200):
        new = low + (high - low) * uniform(state)
        if which == 0:
            value = item_log_likelihood(a, m, n, z, node, phi, new, g1, g2) - 0.5 * precision * new * new
        elif which == 1:
            value = item_log_likelihood(a, m, n, z, node, phi, b, new, g2)
        else:
            value = item_log_likelihood(a, m, n, z, node, phi, b, g1, new)
        if value > level:
            item[which] = new
            return
        if new < x:
            low = new
        else:
            high = new


@kernel
def _free_cutpoint(m: int, n: int, node: Any, phi: Any, sort: int, item: Any, bound: float, state: Any) -> None:
    """A slice draw of the cutpoint beyond which nobody voted: only abstentions speak on it."""
    b, g1, g2 = item[0], item[1], item[2]
    level = _abstentions(m, n, node, phi, b, g1, g2) + math.log(uniform(state))
    if sort == NO_AGAINST:
        low, high, x = g1, bound, g2
    else:
        low, high, x = -bound, g2, g1
    for _ in range(200):
        new = low + (high - low) * uniform(state)
        if sort == NO_AGAINST:
            value = _abstentions(m, n, node, phi, b, g1, new)
        else:
            value = _abstentions(m, n, node, phi, b, new, g2)
        if value > level:
            if sort == NO_AGAINST:
                item[2] = new
            else:
                item[1] = new
            return
        if new < x:
            low = new
        else:
            high = new


@kernel
def _small(a: int, m: int, n: int, z: int, node: Any, phi: Any, item: Any, bound: float, precision: float, state: Any) -> None:
    for which in range(3):
        _slice(which, a, m, n, z, node, phi, item, bound, precision, state)


@kernel
def _draw_one(
    a: int, m: int, n: int, z: int, node: Any, phi: Any, sort: int, item: Any, anchor: Any, bound: float, precision: float, state: Any, work: Any
) -> float:
    flip = 1 if sort == NO_FOR else 0
    free = 0.0 if sort == BOTH else (item[2] if flip == 0 else -item[1])
    laplace(a, m, n, z, node, phi, sort, anchor, free, precision, work)
    laplace(a, m, n, z, node, phi, sort, work[9:12], free, precision, work)
    size = 3 if sort == BOTH else 2
    chi = -2.0 * math.log(uniform(state) * uniform(state) * uniform(state) * uniform(state))
    wide = math.sqrt(FREEDOM / chi)
    n1, n2, n3 = normal(state) * wide, normal(state) * wide, normal(state) * wide
    if size == 2:
        n3 = 0.0
    x3 = n3 / work[17]
    x2 = (n2 - work[16] * x3) / work[14]
    x1 = (n1 - work[13] * x2 - work[15] * x3) / work[12]
    x1, x2, x3 = x1 + work[9], x2 + work[10], x3 + work[11]
    far_new = n1 * n1 + n2 * n2 + n3 * n3
    b, g1, g2 = item[0], item[1], item[2]
    jacobian = 0.0
    if sort == BOTH:
        gap = g2 - g1
        far_old = _distance(work, b, 0.5 * (g1 + g2), math.log(gap))
        e = math.exp(x3)
        nb, n1, n2 = x1, x2 - 0.5 * e, x2 + 0.5 * e
        jacobian = x3 - math.log(gap)
    elif flip == 0:
        far_old = _distance(work, b, g1, work[11])
        nb, n1, n2 = x1, x2, g2
    else:
        far_old = _distance(work, -b, -g2, work[11])
        nb, n1, n2 = -x1, g1, -x2
    chance = uniform(state)
    if not (n1 > -bound and n2 < bound and n2 > n1):
        return 0.0
    new = item_log_likelihood(a, m, n, z, node, phi, nb, n1, n2) - 0.5 * precision * nb * nb
    old = item_log_likelihood(a, m, n, z, node, phi, b, g1, g2) - 0.5 * precision * b * b
    ratio = new - old + jacobian + 0.5 * (FREEDOM + size) * math.log((FREEDOM + far_new) / (FREEDOM + far_old))
    if math.log(chance) < ratio:
        item[0], item[1], item[2] = nb, n1, n2
        return 1.0
    return 0.0


@kernel
def draw_items(
    first: int, last: int, starts: Any, cuts: Any, node: Any, sorts: Any, hard: Any,
    phi: Any, items: Any, anchors: Any, centres: Any, bound: float, precision: float, seed: int, sweep: int, accepted: Any,
) -> None:  # fmt: skip
    """Draw anew the roll calls first to last: `items[v]` = (b, g1, g2). `accepted[v]` counts. Slices follow for those that are `hard`."""
    state = np.zeros(1, np.uint64)
    work = np.empty(18)
    for v in range(first, last):
        seeded(state, seed, sweep, PHASE, v)
        a, m, n, z = starts[v], cuts[v, 0], cuts[v, 1], starts[v + 1]
        sort = sorts[v]
        if sort != NONE:
            accepted[v] += _draw_one(a, m, n, z, node, phi, sort, items[v], anchors[v], bound, precision, state, work)
            centres[v, 0], centres[v, 1], centres[v, 2] = work[9], work[10], work[11]
            if sort != BOTH:
                _free_cutpoint(m, n, node, phi, sort, items[v], bound, state)
        if sort == NONE or hard[v]:
            _small(a, m, n, z, node, phi, items[v], bound, precision, state)


@kernel
def move_anchors(first: int, last: int, sorts: Any, items: Any, anchors: Any, weight: float) -> None:
    """Move the anchors towards the present values by this weight."""
    for v in range(first, last):
        b, g1, g2 = items[v, 0], items[v, 1], items[v, 2]
        if sorts[v] == BOTH:
            d = math.log(g2 - g1)
            c = 0.5 * (g1 + g2)
        elif sorts[v] == NO_FOR:
            b, c, d = -b, -g2, 0.0
        else:
            c, d = g1, 0.0
        anchors[v, 0] += weight * (b - anchors[v, 0])
        anchors[v, 1] += weight * (c - anchors[v, 1])
        anchors[v, 2] += weight * (d - anchors[v, 2])


@kernel
def maximise_items(
    first: int, last: int, starts: Any, cuts: Any, node: Any, sorts: Any, phi: Any, items: Any, anchors: Any, bound: float, precision: float
) -> None:
    """One damped Newton step of every roll call towards its posterior mode; a cutpoint that no vote supports stands halfway to the bound."""
    work = np.empty(18)
    for v in range(first, last):
        a, m, n, z = starts[v], cuts[v, 0], cuts[v, 1], starts[v + 1]
        sort = sorts[v]
        if sort == NONE:
            continue
        free = 0.0
        if sort != BOTH:
            free = 0.5 * (max(anchors[v, 1], -1.0) + bound)
        laplace(a, m, n, z, node, phi, sort, anchors[v], free, precision, work)
        for k in range(3):
            step = work[9 + k] - anchors[v, k]
            anchors[v, k] += step if abs(step) < 1.0 else math.copysign(1.0, step)
        b, c, d = anchors[v, 0], anchors[v, 1], anchors[v, 2]
        edge = bound - 0.05
        if sort == BOTH:
            h = 0.5 * math.exp(d)
            c = min(max(c, -edge + 0.1), edge - 0.1)
            items[v, 0], items[v, 1], items[v, 2] = b, max(c - h, -edge), min(c + h, edge)
        elif sort == NO_AGAINST:
            c = min(max(c, -edge), free - 0.05)
            items[v, 0], items[v, 1], items[v, 2] = b, c, free
        else:
            c = min(max(c, -edge), free - 0.05)
            items[v, 0], items[v, 1], items[v, 2] = -b, -free, -c
