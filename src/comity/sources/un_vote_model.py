"""The model of coming votes in the General Assembly: fitted at build for every session from 2015 on to sessions before it, and judged forward."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from comity.core import Coverage, Licence, Published, Source, TableSpec, combined
from comity.sources import un_assembly

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

SINCE = "1988-09-01"
"""The first day of the record that features are made of."""
LEAST = 500
"""Recorded resolutions below which nothing is fitted: a sample of the files teaches nothing."""
FIRST, MODELS = 2003, 2012
"""The first session with features, and the first with a model; tables are of sessions from JUDGED on."""
JUDGED = 2015


def build(raw: Raw) -> dict[str, pa.Table]:
    """The models' coefficients by session, and the validation by session: forecasts before 1 September against the votes cast."""
    import pyarrow as pa

    from comity.models import align_model
    from comity.models.align_record import record

    made = raw.tables(un_assembly.SOURCE)
    raw.register("r", made["undl_resolutions"])
    raw.register("v", made["undl_votes"])
    items = raw.query(f"SELECT undl_id, date, title, agenda FROM r WHERE recorded AND date >= DATE '{SINCE}' ORDER BY date, undl_id")
    models: list[tuple[int, str, str, str, float]] = []
    scores: list[dict[str, object]] = []
    if items.num_rows >= LEAST:
        cast = raw.query(f"SELECT undl_id, seat, vote FROM v JOIN (SELECT undl_id FROM r WHERE recorded AND date >= DATE '{SINCE}') USING (undl_id)")
        days = items.column("date").to_numpy().astype("datetime64[D]").astype("int64")
        title, agenda = (items.column(c).to_pylist() for c in ("title", "agenda"))
        columns = [cast.column(c).to_numpy(zero_copy_only=False) for c in ("undl_id", "seat", "vote")]
        whole = record(items.column("undl_id").to_numpy(), days, title, agenda, columns)
        last = int(whole.sessions.max())
        seasons = [align_model.season(whole, y) for y in range(FIRST, last)]
        trained = align_model.train(whole, seasons, first=MODELS)
        models = [row for y, m in trained.models.items() if y >= min(JUDGED, last) for row in m.rows()]
        scores = [_flat(line) for line in align_model.judge(whole, seasons, trained) if line.year >= JUDGED]
    kinds = {"year": pa.int16(), "part": pa.string(), "column": pa.string(), "option": pa.string(), "value": pa.float64()}
    return {
        "vote_model": pa.table({n: pa.array([r[k] for r in models], kind) for k, (n, kind) in enumerate(kinds.items())}),
        "vote_model_scores": pa.table({n: pa.array([s[n] for s in scores], pa.int32() if n in WHOLE else pa.float64() if n != "kind" else pa.string())
                                       for n in SCORES}),
    }  # fmt: skip


WHOLE = ("year", "resolutions", "votes")
SCORES = (
    "year", "kind", "resolutions", "votes", "log_loss", "brier", "accuracy", "ece", "base_log_loss", "base_brier", "base_accuracy", "base_ece", "auc",
    "cover80", "independent80", "width", "absent", "absent_base",
)  # fmt: skip


def _flat(line: object) -> dict[str, object]:
    """A validation line as one row; marks of the model plain, those of the baseline with `base_`; nan as null."""
    given = asdict(line)  # type: ignore[call-overload]
    model, base = given.pop("model"), given.pop("base")
    flat = {**given, "votes": model.pop("n"), **model, **{f"base_{k}": v for k, v in base.items()}}
    return {k: None if isinstance(v, float) and v != v else v for k, v in flat.items()}


SOURCE = Source(
    name="un_vote_model",
    title="A model of coming votes in the United Nations General Assembly, fitted by comity to earlier sessions",
    publisher="comity, from the voting records of the UN Digital Library",
    licence=Licence(name="computed from United Nations records", share="derived", terms="as the records: non-commercial, with attribution"),
    citation="Probabilities of votes modelled by comity from United Nations, Dag Hammarskjöld Library, voting data of the Assembly, 1988–2025.",
    files=tuple(replace(f, plain=True) for f in un_assembly.SOURCE.files),
    tables=(
        TableSpec(
            name="vote_model",
            columns={"year": "int16", "part": "string", "column": "string", "option": "string", "value": "float64"},
            key=("year", "part", "column", "option"),
            rows=(0, 10_000),
        ),
        TableSpec(
            name="vote_model_scores",
            columns={n: "int32" if n in WHOLE else "float64" if n != "kind" else "string" for n in SCORES},
            key=("year", "kind"),
            nullable=("auc",),
            bounds={"accuracy": (0, 1), "cover80": (0, 1), "ece": (0, 1)},
            rows=(0, 200),
        ),
    ),
    coverage=Coverage(
        first=2015,
        last=2025,
        states="members",
        note="models for the sessions opening 2015 to 2025, each fitted to the eight before; adopted texts only",
    ),
    published=Published(in_data=True),
    build=build,
    layouts=combined(build, un_assembly.SOURCE),
    needs=("scipy",),
    extra="models",
    caveats=(
        "Adopted resolutions put to a recorded vote only: the probabilities hold if a text is put to such a vote and adopted.",
        "The record holds titles, not texts: the same title may return with other words.",
    ),
)
