"""What the Assembly's latest resolutions are about: issue codes predicted where Voeten's file has none."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from comity.core import ComityWarning, Correction, Coverage, Published, Source, TableSpec
from comity.models import topics
from comity.sources import un_assembly, voeten_votes
from comity.sources._un_voters import LICENCE

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

IMPORTANT = "important"
CODES = (*topics.ISSUES, IMPORTANT)
AFTER, AFTER_IMPORTANT = 74, 72
"""The last sessions for which Voeten's file has issue codes, and important votes (its column is empty in 73 and 74)."""
FILES = (
    *(f for f in un_assembly.SOURCE.files if f.view == "resolutions"),
    *(f for f in voeten_votes.SOURCE.files if f.view == "roll_calls"),
)
NO_VOTES = "SELECT 0 AS undl_id, '' AS iso3, '' AS vote WHERE false"
NO_ROLL_CALL_VOTES = "SELECT 0 AS rcid, 0 AS session, DATE '2000-01-01' AS date, '' AS iso3, '' AS vote WHERE false"
MISSING = (
    "scikit-learn is not installed, so no topics of resolutions after session 74 are predicted and the table predicted_topics is empty; "
    "pip install 'comity[text]', remove tables/predicted_topics.parquet from the store, and build again"
)


def build(raw: Raw) -> dict[str, pa.Table]:
    """The codes said of each resolution adopted by recorded vote after the sessions that Voeten coded, with their probability.

    Without scikit-learn (extra `text`) the table is empty, and a ComityWarning says so.
    """
    import pyarrow as pa

    found: dict[str, list[Any]] = {"undl_id": [], "code": [], "probability": []}
    if find_spec("sklearn") is None:
        warnings.warn(MISSING, ComityWarning, stacklevel=2)
    else:
        texts, sessions, known, asked = _read(raw)
        for codes, columns, (first, last), after in (
            (topics.ISSUES, slice(0, len(topics.ISSUES)), topics.TRAINED, AFTER),
            ((IMPORTANT,), slice(len(topics.ISSUES), None), topics.IMPORTANT, AFTER_IMPORTANT),
        ):
            kept = [i for i, s in enumerate(sessions) if first <= s <= last]
            new = [(undl_id, text) for undl_id, session, text in asked if session > after]
            told = topics.predict(
                [texts[i] for i in kept], [sessions[i] for i in kept], [known[i][columns] for i in kept], [text for _, text in new], codes=codes
            )
            for (undl_id, _), said, probability in zip(new, told.code.tolist(), told.probability.tolist(), strict=True):
                for k, code in enumerate(codes):
                    if said[k]:
                        found["undl_id"].append(undl_id)
                        found["code"].append(code)
                        found["probability"].append(min(max(probability[k], 0.0), 1.0))
    schema = pa.schema([("undl_id", pa.int64()), ("code", pa.string()), ("probability", pa.float64())])
    return {"predicted_topics": pa.table(found, schema=schema)}


def _read(raw: Raw) -> tuple[list[str], list[int], list[tuple[bool, ...]], list[tuple[int, int, str]]]:
    """Texts, sessions and codes of the resolutions that Voeten coded, and (record, session, text) of the later ones.

    The files become tables by their own readers, to which the votes do not matter here.
    """
    raw.register("votes", raw.query(NO_VOTES))
    raw.register("held", un_assembly.build(raw)["undl_resolutions"])
    raw.register("votes", raw.query(NO_ROLL_CALL_VOTES))
    raw.register("coded", voeten_votes.build(raw)["voeten_roll_calls"])
    issues = ", ".join(f"v.issue_{code}" for code in topics.ISSUES)
    taught = raw.query(
        f"""
        SELECT u.title, u.agenda, v.session, {issues}, v.important FROM (
            SELECT * FROM coded WHERE NOT (para OR amend) AND session <= {AFTER}
            QUALIFY row_number() OVER (PARTITION BY resolution ORDER BY rcid DESC) = 1
        ) v JOIN held u USING (resolution) ORDER BY v.session, v.rcid, u.undl_id
        """
    )
    later = raw.query(f"SELECT undl_id, session, title, agenda FROM held WHERE recorded AND session > {AFTER_IMPORTANT} ORDER BY undl_id")
    known = [tuple(row.values()) for row in taught.select([*(f"issue_{c}" for c in topics.ISSUES), "important"]).to_pylist()]
    texts = [topics.subject(t, a) for t, a in zip(taught.column("title").to_pylist(), taught.column("agenda").to_pylist(), strict=True)]
    asked = [(row["undl_id"], row["session"], topics.subject(row["title"], row["agenda"])) for row in later.to_pylist()]
    return texts, taught.column("session").to_pylist(), known, asked


SOURCE = Source(
    name="un_topics",
    title="Topics of General Assembly resolutions predicted from their titles, sessions 73–80",
    publisher="comity, from the UN Digital Library's titles and the codes of Voeten, Strezhnev and Bailey",
    licence=LICENCE,
    citation="comity: issue codes predicted by logistic regression from titles and agenda headings of the UN Digital Library, trained on the codes "
    "of Voeten, E., Strezhnev, A. & Bailey, M. (2009), United Nations General Assembly Voting Data, Harvard Dataverse, doi:10.7910/DVN/LEJUQZ.",
    homepage="https://digitallibrary.un.org/search?cc=Voting+Data",
    files=FILES,
    tables=(
        TableSpec(
            name="predicted_topics",
            columns={"undl_id": "int64", "code": "string", "probability": "float64"},
            key=("undl_id", "code"),
            bounds={"probability": (0, 1)},
            rows=(0, 3_000),
        ),
    ),
    coverage=Coverage(
        first=2018,
        last=2024,
        note="whole sessions to 79, by the year in which the session opens, and of session 80 the votes to 29 October 2025: issues of resolutions "
        "adopted by recorded vote after session 74, important votes after 72",
    ),
    published=Published(in_data=True),
    build=build,
    corrections=(
        Correction(
            what="the codes of sessions 73 and 74 teach nothing",
            why="in 74 the columns of colonialism and economic development repeat that of disarmament, in 73 colonialism is coded on 3 of 13 "
            "resolutions that always bore it, and the column of important votes is empty in both: training is on sessions 31–72 (important: 39–72)",
        ),
    ),
    caveats=(
        "Predicted, not coded. F1 out of sample, trained on sessions before t and tested on the next five, t = 50 … 70 (1,673 texts; "
        "`python -m bench.solidarity HOME topics`): me .97, nu 1.00, co .88, hr .88, ec .91, di .94.",
        "Important votes are a choice of the US Congress and State Department, hardly one of topic: F1 .53 (precision .54, recall .51). They should "
        "not be shown as if they were known.",
        "A code is listed where its probability reaches a threshold of its own, the best on sessions 68–72; a resolution without a row has no code.",
        "Session 74 keeps Voeten's codes in his file, faulty as they are for co, ec and hr; issues are predicted from session 75 on only.",
        "Needs scikit-learn (pip install 'comity[text]'); without it the table is empty and the build warns.",
    ),
)
