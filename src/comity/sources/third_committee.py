"""Drafts of the Third Committee of the General Assembly in its 78th session and the states that sponsored them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each draft and sponsor; a draft and its revisions share the symbol of the first text (`draft`)."""
    lost = raw.query("SELECT DISTINCT symbol FROM sponsors WHERE undl_id NOT IN (SELECT undl_id FROM drafts)").column("symbol").to_pylist()
    kinds = raw.query("SELECT DISTINCT sponsor_kind FROM sponsors").column("sponsor_kind").to_pylist()
    odd = [k for k in kinds if k not in ("initial", "additional")]
    if lost or odd:
        raise BadDataError(f"source third_committee: sponsors of drafts {lost[:5]} that are not listed, kinds {odd[:5]}")
    table = raw.query(
        "SELECT regexp_replace(s.symbol, '/(Rev|Add|Corr)\\..*$', '') AS draft, s.symbol, CAST(s.date AS DATE) AS date, 2023 AS year, "
        "left(d.title, 2000) AS title, iso3 AS state, sponsor_kind = 'initial' AS initial FROM sponsors s JOIN drafts d USING (undl_id)"
    )
    return {"draft_sponsors": with_states("third_committee", table, ("state",), scheme="iso3", years="year").drop_columns(["year"])}


SOURCE = Source(
    name="third_committee",
    title="Sponsors of drafts in the Third Committee, 78th session",
    publisher="United Nations Digital Library",
    licence=Licence(
        name="UN terms", share="derived", terms="non-commercial use with attribution; facts of United Nations documents, counted", non_commercial=True
    ),
    citation="United Nations Digital Library: records of documents A/C.3/78/L.1 to L.73, 2023.",
    homepage="https://digitallibrary.un.org",
    files=(
        File(
            name="unga78_committee3_drafts.csv",
            view="drafts",
            columns=("undl_id", "symbol", "date", "title", "submitted_by", "additional_sponsors_note"),
            sha256="05381ea54f7f20ecc520656a298254b2f07ba1188f1fe9ba810bba2b6db8c0fe",
        ),
        File(
            name="unga78_committee3_draft_sponsors.csv",
            view="sponsors",
            columns=("undl_id", "symbol", "date", "sponsor_kind", "iso3", "cow", "un_name"),
            sha256="36641894ce9230fcaf6254a095a4e98b9ee5b66508a345c2fca48e84d74e4197",
        ),
    ),
    tables=(
        TableSpec(
            name="draft_sponsors",
            columns={"draft": "string", "symbol": "string", "date": "date32", "title": "string", "state": "string", "initial": "bool"},
            key=("symbol", "state"),
            states=("state",),
            rows=(1, 3_700),
        ),
    ),
    coverage=Coverage(first=2023, last=2023, note="one committee in one session; states that sponsored at least one draft"),
    published=Published(in_data=True),
    build=build,
    caveats=(
        "Sponsorship by a group (Group of 77, Non-Aligned Movement, Organization of Islamic Cooperation) is not spread over its members.",
        "One committee of six: human rights and social questions.",
    ),
)
