"""The topics of resolutions that nobody has coded: the six issues of Voeten's codes predicted from the UN Digital Library's titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, Licence, Published, Source, TableSpec, combined
from comity.sources import un_assembly, voeten_votes

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

CODED_TO = 72
"""The last session whose codes teach: in 73 and 74 they are incomplete or repeat one column."""
LEAST = 500
"""Coded texts below which nothing is predicted: a sample of the files teaches nothing."""
F1 = "me .97, nu 1.00, co .88, hr .88, ec .91, di .94, important .53"


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each resolution adopted by recorded vote after session 72 and each code said of it, with the probability."""
    return _predicted(raw, un_assembly.adopted(raw), voeten_votes.called(raw))


def from_publishers(raw: Raw) -> dict[str, pa.Table]:
    """The same of the publishers' own files."""
    return _predicted(raw, raw.tables(un_assembly.SOURCE)["undl_resolutions"], raw.tables(voeten_votes.SOURCE)["voeten_roll_calls"])


def _predicted(raw: Raw, undl: pa.Table, calls: pa.Table) -> dict[str, pa.Table]:
    """The predictions for the resolutions of the library, taught by the codes of the roll calls."""
    import numpy as np
    import pyarrow as pa

    empty = pa.table({"undl_id": pa.array([], pa.int64()), "code": pa.array([], pa.string()), "probability": pa.array([], pa.float64())})
    from comity.models import topics

    raw.register("undl", undl)
    raw.register("calls", calls)
    first, last = topics.TRAINED
    issues = ", ".join(f"v.issue_{c}" for c in topics.ISSUES)
    taught = raw.query(
        f"SELECT u.title, u.agenda, v.session, v.important, {issues} FROM (SELECT * FROM calls WHERE NOT (para OR amend) "
        f"AND session BETWEEN {first} AND {last} QUALIFY row_number() OVER (PARTITION BY resolution ORDER BY rcid DESC) = 1) v "
        "JOIN undl u USING (resolution) ORDER BY v.session, v.rcid"
    )
    asked = raw.query(f"SELECT undl_id, title, agenda FROM undl WHERE recorded AND session > {CODED_TO} ORDER BY undl_id")
    texts = [topics.subject(t, a) for t, a in zip(taught.column("title").to_pylist(), taught.column("agenda").to_pylist(), strict=True)]
    sessions = taught.column("session").to_numpy().astype(np.int64)
    codes = np.stack([taught.column(f"issue_{c}").to_numpy(zero_copy_only=False) for c in topics.ISSUES], axis=1).astype(bool)
    unknown = [topics.subject(t, a) for t, a in zip(asked.column("title").to_pylist(), asked.column("agenda").to_pylist(), strict=True)]
    ids = asked.column("undl_id").to_numpy()
    if not len(ids) or len(texts) < LEAST or not (codes.any(axis=0) & ~codes.all(axis=0)).all():
        return {"predicted_topics": empty}
    found = [topics.predict(texts, sessions, codes, unknown)]
    important = taught.column("important").to_numpy(zero_copy_only=False).astype(bool)
    late = (sessions >= topics.IMPORTANT[0]) & (sessions <= topics.IMPORTANT[1])
    kept = [t for t, k in zip(texts, late, strict=True) if k]
    found.append(topics.predict(kept, sessions[late], important[late][:, None], unknown, codes=("important",)))
    rows = [
        (int(ids[i]), code, round(float(part.probability[i, k]), 6))
        for part in found
        for k, code in enumerate(part.codes)
        for i in np.flatnonzero(part.code[:, k])
    ]
    names = ("undl_id", "code", "probability")
    kinds = (pa.int64(), pa.string(), pa.float64())
    return {"predicted_topics": pa.table({n: pa.array([r[j] for r in rows], kind) for j, (n, kind) in enumerate(zip(names, kinds, strict=True))})}


SOURCE = Source(
    name="un_topics",
    title="Topics of General Assembly resolutions, predicted by comity from titles and agenda headings",
    publisher="comity, from the codes of Voeten, Strezhnev and Bailey and the titles of the UN Digital Library",
    licence=Licence(name="computed from CC0 codes and United Nations records", share="derived", terms="as its two sources"),
    citation="Topics predicted by comity from UN Digital Library titles, taught by the codes of Voeten, Strezhnev & Bailey (2009), sessions 31–72.",
    files=(voeten_votes.SOURCE.files[1], un_assembly.SOURCE.files[0]),
    tables=(
        TableSpec(
            name="predicted_topics",
            columns={"undl_id": "int64", "code": "string", "probability": "float64"},
            key=("undl_id", "code"),
            bounds={"probability": (0, 1)},
            rows=(0, 5_000),
        ),
    ),
    coverage=Coverage(first=2018, last=2024, states="members", note="resolutions adopted by recorded vote, sessions 73 to 80"),
    published=Published(in_data=True),
    build=build,
    layouts=combined(from_publishers, voeten_votes.SOURCE, un_assembly.SOURCE),
    needs=("sklearn",),
    extra="text",
    caveats=(
        f"F1 out of sample, forward in time: {F1} (docs/solidarity.md); important votes are hardly predictable",
        "the codes of sessions 73 and 74 do not teach: they leave out resolutions that always bore a code, or repeat one column",
    ),
)
