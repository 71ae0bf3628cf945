"""Ideal points of states in the General Assembly: fitted at build to all votes held, with joint draws and the roll calls' parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from comity.core import Coverage, File, Licence, Published, Source, TableSpec, combined
from comity.models.ballots import ISSUES, LAST_VOETEN
from comity.sources import un_assembly, voeten_votes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from comity.models.ideal_points import IdealPoints
    from comity.reading import Raw

DRAWS = 300
"""Joint draws kept of each fit."""
WHOLE: Literal["full", "em"] = "full"
"""How all roll calls are fitted: the full posterior, or the quick method in a tenth of the time (tests)."""
FIRST_OF_ISSUE = {"me": 29, "hr": 25, "nu": 33, "ec": 26, "co": 14, "di": 14}
"""The sessions from which the reference fits single issues; disarmament, which it does not fit, as colonialism."""
DROPPED_SESSION, DROPPED_STATES, LONE = 19, ("ZAN", "EAZ"), ("ZAF", 48)
LEAST = 200
"""Roll calls below which nothing is fitted: a sample of the files places nobody."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Means and deviations by issue, joint draws of the whole, and the roll calls of the whole."""
    import pandas as pd
    import pyarrow as pa

    from comity.models import ideal_points

    votes, calls, bridges = _votes(raw)
    points: list[pd.DataFrame] = []
    draws = pd.DataFrame({"state": [], "session": [], "draw": [], "value": []})
    items = pd.DataFrame({"publisher": [], "key": [], "session": [], "votes": [], "beta": [], "beta_sd": [], "cut1": [], "cut2": []})
    for issue in ("", *ISSUES):
        kept = calls if not issue else calls[calls[f"issue_{issue}"] & (calls.session >= FIRST_OF_ISSUE[issue])]
        cast = votes[votes.rollcall.isin(kept.rollcall)]
        if kept.rollcall.nunique() < LEAST:
            continue
        columns = {"state": cast.seat, "session": cast.session, "rollcall": cast.rollcall, "vote": cast.vote}
        table = {name: column.to_numpy() for name, column in columns.items()}
        found = ideal_points.fit(table, bridges=bridges, method="em" if issue else WHOLE, kept=DRAWS)
        holder = _holders(cast)
        states = [holder[s, int(t)] for s, t in zip(found.states, found.sessions, strict=True)]
        points.append(
            pd.DataFrame({"issue": issue, "state": states, "session": found.sessions, "n": found.votes, "mean": found.mean, "sd": found.sd})
        )
        if not issue:
            draws = _drawn(found, states)
            items = _items(found)
    table = pd.concat(points) if points else pd.DataFrame({"issue": [], "state": [], "session": [], "n": [], "mean": [], "sd": []})
    return {
        "ideal_points": pa.Table.from_pandas(table, preserve_index=False),
        "ideal_draws": pa.Table.from_pandas(draws, preserve_index=False),
        "ideal_items": pa.Table.from_pandas(items, preserve_index=False),
        "ideal_fit": pa.table({"date": pa.array([calls.day.max()] if points else [], pa.date32())}),
    }


def _votes(raw: Raw) -> tuple[pd.DataFrame, pd.DataFrame, list[tuple[int, int]]]:
    """Votes (state, seat, session, rollcall, vote) and roll calls of Voeten to session 74 and of the Digital Library after, and bridges.

    The reference's cuts: session 19, paragraphs and amendments after 1989, Zanzibar, South Africa's one vote of session 48. A roll call of the
    Digital Library bears minus its number.
    """
    import pandas as pd

    made = raw.tables(voeten_votes.SOURCE) | raw.tables(un_assembly.SOURCE)
    for view, table in (("v", "voeten_votes"), ("c", "voeten_roll_calls"), ("r", "undl_resolutions"), ("u", "undl_votes")):
        raw.register(view, made[table])
    issues = ", ".join(f"c.issue_{i}" for i in ISSUES)
    none = ", ".join(f"false AS issue_{i}" for i in ISSUES)
    calls = raw.query(
        f"SELECT c.rcid::BIGINT AS rollcall, c.session::INT AS session, c.date AS day, {issues} FROM c WHERE c.session <= {LAST_VOETEN} "
        f"AND c.session <> {DROPPED_SESSION} AND NOT ((c.para OR c.amend) AND year(c.date_given) > 1989) UNION ALL "
        f"SELECT -undl_id, session, date, {none} FROM r WHERE recorded AND session > {LAST_VOETEN} ORDER BY session, rollcall"
    ).to_pandas()
    votes = raw.query(
        f"SELECT state, seat, session::INT AS session, rcid::BIGINT AS rollcall, vote FROM v WHERE session <= {LAST_VOETEN} UNION ALL "
        f"SELECT state, seat, session, -undl_id, vote FROM u WHERE session > {LAST_VOETEN} AND vote > 0 ORDER BY session, rollcall, state"
    ).to_pandas()
    lone = (votes.state == LONE[0]) & (votes.session == LONE[1])
    votes = votes[votes.rollcall.isin(calls.rollcall) & ~votes.state.isin(DROPPED_STATES) & ~lone]
    bridges: list[tuple[int, int]] = []
    if raw.has("matches"):
        pairs = raw.query("SELECT rcid2, rcid1 FROM matches")
        bridges = list(zip(pairs.column(0).to_pylist(), pairs.column(1).to_pylist(), strict=True))
    calls["day"] = pd.to_datetime(calls.day).dt.date
    return votes, calls, bridges


def _holders(votes: pd.DataFrame) -> dict[tuple[str, int], str]:
    """The state that held a seat in a session: of two, the one that cast more votes."""
    counted = votes.groupby(["seat", "session", "state"], as_index=False).size().sort_values("size")
    return {(str(r.seat), int(r.session)): str(r.state) for r in counted.itertuples()}


def _drawn(found: IdealPoints, states: list[str]) -> pd.DataFrame:
    """Draws long: state, session, draw, value, sorted so that a state's rows stand together."""
    import numpy as np
    import pandas as pd

    number, nodes = found.draws.shape
    return pd.DataFrame(
        {
            "state": np.repeat(np.array(states), number), "session": np.repeat(found.sessions, number), "draw": np.tile(np.arange(number), nodes),
            "value": found.draws.T.ravel().round(4),
        }
    )  # fmt: skip


def _items(found: IdealPoints) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    keys = np.array(found.items.rollcalls, dtype=np.int64)
    held: dict[str, Any] = {"publisher": np.where(keys > 0, "voeten_votes", "un_assembly"), "key": np.abs(keys), "session": found.items.sessions}
    return pd.DataFrame(held | {k: getattr(found.items, k) for k in ("votes", "beta", "beta_sd", "cut1", "cut2")})


MATCHES = File(name="unga_identical_resolution_matches.csv", view="matches", columns=("v1", "rcid1", "rcid2"), optional=True)
SOURCE = Source(
    name="un_ideal_points",
    title="Ideal points in the United Nations General Assembly, fitted by comity to all roll calls held",
    publisher="comity, from the votes of Voeten, Strezhnev and Bailey (to session 74) and of the UN Digital Library (after)",
    licence=Licence(name="computed from CC0 votes and United Nations records", share="derived", terms="as its two sources"),
    citation="Ideal points fitted by comity after Bailey, Strezhnev & Voeten (2017), JCR 61(2):430-456, to the votes of Voeten, Strezhnev & Bailey "
    "(2009), sessions 1–74, and of the UN Digital Library, sessions 75–80.",
    files=(
        *(replace(f, view=f"voeten_{f.view}", plain=True) for f in voeten_votes.SOURCE.files[:2]),
        *(replace(f, view=f"undl_{f.view}", plain=True) for f in un_assembly.SOURCE.files),
        MATCHES,
    ),
    tables=(
        TableSpec(
            name="ideal_points",
            columns={"issue": "string", "state": "string", "session": "int16", "n": "int32", "mean": "float64", "sd": "float64"},
            key=("issue", "state", "session"),
            states=("state",),
            bounds={"sd": (0, 5)},
            rows=(0, 120_000),
        ),
        TableSpec(
            name="ideal_draws",
            columns={"state": "string", "session": "int16", "draw": "int16", "value": "float32"},
            key=("state", "session", "draw"),
            states=("state",),
            rows=(0, 6_000_000),
        ),
        TableSpec(
            name="ideal_items",
            columns={
                "publisher": "string", "key": "int64", "session": "int16", "votes": "int32", "beta": "float64", "beta_sd": "float64",
                "cut1": "float64", "cut2": "float64",
            },
            key=("publisher", "key"),
            rows=(0, 9_000),
        ),
        TableSpec(name="ideal_fit", columns={"date": "date32"}, key=("date",), rows=(0, 1)),
    ),
    coverage=Coverage(
        first=1946, last=2024, gaps=(1964,), states="members",
        note="sessions 1–80 by the year in which the session opens; of session 80 the votes held",
    ),
    published=Published(in_data=True),
    build=build,
    layouts=combined(build, voeten_votes.SOURCE, un_assembly.SOURCE, files=(MATCHES,)),
    needs=("numba", "scipy", "pandas"),
    extra="models",
    caveats=(
        "One fit to the votes of two publishers: all roll calls to session 74, adopted resolutions only after; a step across that seam is no trend.",
        "A smoothed estimate uses later votes: each is published with the newest vote of the fit.",
        "By issue: to session 74, as later roll calls are coded by nobody; the quick method.",
    ),
)
