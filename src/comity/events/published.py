"""Published event files of five layouts as one event table: every row kept, a duplicate, quarantined or not between two states, and counted.

Text files are read line by line as bytes, so that no line of another form, not even one with NUL bytes or of another encoding, ends the reading:
it is quarantined with its number and a reason. A file whose head is not of the layout is refused whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core import BadDataError, UsageError
from comity.events import actors, codes
from comity.reading import file_hash

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 200
"""Characters of a quarantined line that are kept."""
NONE = ("", "NA", "NULL", "None")
"""How the layouts write that there is nothing."""
COLUMNS = {
    "day": "date32", "a": "string", "b": "string", "code": "string", "vocabulary": "string", "quad": "int8", "convention": "string",
    "goldstein": "float64", "mentions": "int32", "sources": "int32", "articles": "int32", "tone": "float64", "origin": "string", "file": "string",
    "line": "int64",
}  # fmt: skip
"""The event table: a acts on b on a day."""
POLECAT_QUADS = {"VERBAL COOPERATION": 1, "MATERIAL COOPERATION": 2, "VERBAL CONFLICT": 3, "MATERIAL CONFLICT": 4}
"""POLECAT's own classes."""
STATE_SECTORS = ("Government", "Military", "Police", "Executive", "Legislative / Parliamentary", "Judicial")
"""Sectors of ICEWS by which an actor acts for the state; an actor without sectors is the country itself."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a publisher lays out events: its columns by role, whose codes they hold, and what counts as a duplicate.

    Roles: day, a, b, code; where there are any also goldstein, quad, origin, id, and a_kind and b_kind (what sort of actor). Several names of a
    role are alternatives. identical: a row that repeats another in every column is a duplicate (files that number their events). kinds: kinds
    of actor that are none of the state. only: the column and value of the rows that are of this layout, where a file holds two. seen: where the
    columns were seen. tested: a file of the layout was read.
    """

    name: str
    vocabulary: codes.Vocabulary
    actors: actors.Actors
    roles: Mapping[str, tuple[str, ...]]
    scale: codes.Scale | None = None
    header: tuple[str, ...] = ()
    identical: bool = False
    kinds: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    tested: bool = False
    only: tuple[str, str] = ("", "")


ICEWS_HEADER = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code", "Intensity", "Target Name",
    "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude",
    "Longitude",
)  # fmt: skip
POLECAT_HEADER = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name", "Actor Country", "Actor COW",
    "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw", "Wikipedia Actor ID", "Recipient Name", "Recipient Country",
    "Recipient COW", "Primary Recipient Sector", "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename",
    "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source",
    "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version",
)  # fmt: skip
FORMS: Mapping[str, Form] = {form.name: form for form in (
    Form(
        name="icews", vocabulary="cameo", actors="icews", header=ICEWS_HEADER, identical=True, tested=True,
        roles={
            "day": ("Event Date", "event_date"), "a": ("Source Country", "source_country"), "b": ("Target Country", "target_country"),
            "code": ("CAMEO Code", "cameo_code"), "goldstein": ("Intensity", "intensity"), "origin": ("Publisher", "publisher"),
            "id": ("Event ID", "event_id"), "a_kind": ("Source Sectors", "source_sectors"), "b_kind": ("Target Sectors", "target_sectors"),
        },
        seen=("https://doi.org/10.7910/DVN/28075", "https://github.com/andybega/icews/blob/master/inst/extdata/events.2018.sample.tab"),
    ),
    Form(
        name="polecat", vocabulary="plover", actors="iso3", header=POLECAT_HEADER, identical=True,
        roles={
            "day": ("Event Date",), "a": ("Actor Country",), "b": ("Recipient Country",), "code": ("Event Type",),
            "goldstein": ("Intensity", "Event Intensity"), "quad": ("Quad Code",), "origin": ("Source",), "id": ("Event ID",),
            "a_kind": ("Actor Sectors",), "b_kind": ("Recipient Sectors",),
        },
        seen=("https://doi.org/10.7910/DVN/AJGVIT", "https://andybeger.com/blog/2024-05-21-polecat-event-data",
              "https://github.com/tamirlibel/rpolecat"),
    ),
    Form(
        name="weis", vocabulary="weis", actors="iso3", scale="weis", tested=True,
        roles={"day": ("date",), "a": ("source_iso3",), "b": ("target_iso3",), "code": ("weis_code",), "goldstein": ("goldstein",)},
    ),
    Form(
        name="keds-weis", vocabulary="weis", actors="keds-weis", scale="weis", tested=True, only=("scheme", "WEIS(KEDS extended)"),
        roles={"day": ("date",), "a": ("source",), "b": ("target",), "code": ("code",), "goldstein": ("goldstein",), "origin": ("dataset",)},
    ),
    Form(
        name="keds-cameo", vocabulary="cameo", actors="keds-cameo", scale="keds", tested=True, only=("scheme", "CAMEO"),
        roles={"day": ("date",), "a": ("source",), "b": ("target",), "code": ("code",), "goldstein": ("goldstein",), "origin": ("dataset",)},
    ),
    Form(
        name="icews-subset", vocabulary="cameo", actors="iso3", scale="icews", kinds=("civil", "media_or_organisation"), tested=True,
        roles={
            "day": ("date",), "a": ("source_iso3",), "b": ("target_iso3",), "code": ("cameo_code",), "goldstein": ("goldstein",),
            "a_kind": ("source_actor_type",), "b_kind": ("target_actor_type",),
        },
    ),
    Form(
        name="copdab", vocabulary="copdab", actors="cow", scale="azar", header=("date", "source_cow", "target_cow", "copdab_scale"),
        roles={"day": ("date",), "a": ("source_cow",), "b": ("target_cow",), "code": ("copdab_scale",)},
    ),
)}  # fmt: skip
"""The layouts by name. POLECAT's file was seen in code only. COPDAB's single events (ICPSR 7767) were not seen: the columns are comity's own, text
with tabs, for those who cut them from their copy; the held monthly means are no events."""
HELD = (
    ("weis_dyadic_events_1966_1992.parquet", "weis"), ("keds_regional_events_1979_2011.parquet", "keds-weis"),
    ("keds_regional_events_1979_2011.parquet", "keds-cameo"), ("icews_raw_sample_20180601_03.parquet", "icews"),
    ("icews0515_interstate_events.parquet", "icews-subset"), ("icews14_interstate_events.parquet", "icews-subset"),
    ("icews18_interstate_events.parquet", "icews-subset"),
)  # fmt: skip
"""The held files of single events and the layout of each; one file holds two."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """What became of the rows of a file: rows = kept + duplicate + quarantined + not_between_states, exactly."""

    file: str
    sha256: str
    rows: int
    kept: int
    duplicate: int
    quarantined: int
    not_between_states: int


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A quarantined line: its number (the head is line 1), why, and its first characters."""

    file: str
    line: int
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The events of a file, its quarantine, its account, and who was met that is no state: rows by the actor's code as written."""

    events: pa.Table
    quarantine: tuple[Bad, ...]
    account: Account
    outside: Mapping[str, int] = field(default_factory=dict)


def read(
    path: Path, form: str, *, convention: codes.Convention = "schrodt", dated: actors.Dated = "day", codebook: codes.Codebook | None = None,
    state_only: bool = False,
) -> Reading:  # fmt: skip
    """The events of a published file, text with tabs or Parquet.

    convention: the grouping of CAMEO codes. dated: whether an actor is the state of the day or of most of the year. codebook: gives weights where
    the file has none, and codes to ICEWS's file of 2017, which has texts of acts only. state_only: leave out actors whose sectors are none of the
    state (ICEWS, POLECAT). Raises BadDataError where the file is not of the layout, UsageError for a layout that is none.
    """
    if form not in FORMS:
        raise UsageError(f"there is no layout {form[:40]!r}; the layouts are {', '.join(FORMS)}")
    layout = FORMS[form]
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    bad: list[Bad] = []
    identical: pa.Array | None = None
    if path.suffix == ".parquet":
        raw = _columns(path, layout)
    else:
        raw, bad, identical = _lines(path, layout, codebook)
    return judged(
        raw, layout, file=path.name, sha256=file_hash(path), bad=bad, identical=identical, convention=convention, dated=dated, codebook=codebook,
        state_only=state_only,
    )  # fmt: skip


def judged(
    raw: pa.Table, form: Form, *, file: str, sha256: str = "", bad: Sequence[Bad] = (), identical: pa.Array | None = None,
    convention: codes.Convention = "schrodt", dated: actors.Dated = "day", codebook: codes.Codebook | None = None, state_only: bool = False,
) -> Reading:  # fmt: skip
    """The reading of rows that are columns of text by role, with `line`; `identical` marks rows that repeat another in every column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given = {name: _text(raw.column(name)) for name in raw.column_names if name != "line"}
    size = raw.num_rows
    nulls = pa.nulls(size, pa.string())
    day = codes._each(given["day"], _day, pa.date32())
    code = pc.utf8_upper(given["code"]) if form.vocabulary == "plover" else given["code"]
    own = "quad" in given and form.vocabulary == "plover"
    quad = codes._each(given["quad"], _own_quad, pa.int8()) if own else codes.quads(code, form.vocabulary, convention=convention)
    weight_text = given.get("goldstein", nulls)
    weight = codes._each(weight_text, _number, pa.float64())
    no_weight = pc.and_(pc.is_valid(weight_text), pc.is_null(weight))
    if "goldstein" not in given and codebook is not None and form.scale is not None and form.scale in codebook.weights:
        weight = codebook.weighed(code, form.scale)
    reason = pc.case_when(
        pc.make_struct(pc.is_null(day), pc.is_null(codes.quads(code, form.vocabulary)), pc.is_null(quad), no_weight),
        "the date is none, or of year 0", f"the code is none of {form.vocabulary}", "the class is none of the four",
        "the weight is no number from -102 to 92" if form.scale == "azar" else "the weight is no number from -10 to 10", pa.scalar(None, pa.string()),
    )  # fmt: skip
    sound = pc.is_null(reason)
    first = pc.if_else(sound, day, pa.scalar(dt.date(2000, 1, 1), pa.date32()))
    sides = {side: actors.resolve(given[side], first, form.actors, dated=dated) for side in ("a", "b")}
    between = pc.fill_null(pc.not_equal(sides["a"], sides["b"]), False)
    for side in ("a_kind", "b_kind"):
        if side in given and (form.kinds or state_only):
            between = pc.and_(between, codes._each(pc.fill_null(given[side], ""), lambda kind: _of_state(kind, form), pa.bool_()))
    twice = pa.array([False]).take(pa.array([0] * size, pa.int64())) if identical is None else identical
    fate = pc.case_when(pc.make_struct(pc.invert(sound), twice, between), "quarantined", "duplicate", "kept", "not_between_states")
    kept = pc.equal(fate, "kept")
    one = pa.array([1], pa.int32()).take(pa.array([0] * size, pa.int64()))
    whole = pa.table(
        {
            "day": day, "a": sides["a"], "b": sides["b"], "code": code, "vocabulary": _same(form.vocabulary, size), "quad": quad,
            "convention": _same(convention if form.vocabulary == "cameo" else "schrodt", size), "goldstein": weight, "mentions": one, "sources": one,
            "articles": one, "tone": pa.nulls(size, pa.float64()), "origin": given.get("origin", nulls), "file": _same(file, size),
            "line": raw.column("line"),
        }
    )  # fmt: skip
    quarantine = sorted(
        (*bad, *(
            Bad(file=file, line=r["line"], reason=r["reason"], text=_shown("\t".join(str(v) for k, v in r.items() if k not in ("line", "reason"))))
            for r in pa.table({**given, "line": raw.column("line"), "reason": reason}).filter(pc.equal(fate, "quarantined")).to_pylist()
        )), key=lambda b: b.line,
    )  # fmt: skip
    counts = dict(zip(*(pc.value_counts(fate).field(i).to_pylist() for i in (0, 1)), strict=True)) if size else {}
    account = Account(
        file=file, sha256=sha256, rows=size + len(bad), kept=counts.get("kept", 0), duplicate=counts.get("duplicate", 0),
        quarantined=len(quarantine), not_between_states=counts.get("not_between_states", 0),
    )  # fmt: skip
    out = pc.equal(fate, "not_between_states")
    return Reading(events=whole.filter(kept), quarantine=tuple(quarantine), account=account, outside=_outside(given, sides, out))


def _outside(given: Mapping[str, Any], sides: Mapping[str, Any], out: Any) -> dict[str, int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    met: dict[str, int] = {}
    for side in ("a", "b"):
        lost = pc.and_(out, pc.is_null(sides[side]))
        counted = pa.table({"code": pc.fill_null(given[side], "")}).filter(lost).group_by("code").aggregate([([], "count_all")])
        for row in counted.to_pylist():
            met[row["code"]] = met.get(row["code"], 0) + row["count_all"]
    return dict(sorted(met.items(), key=lambda item: (-item[1], item[0])))


def _columns(path: Path, form: Form) -> pa.Table:
    """A Parquet file's columns by role, as text, with rows numbered from 1."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        found = pq.ParquetFile(path).schema_arrow.names
        roles = _found(found, form, path)
        table = pq.read_table(path, columns=sorted({*roles.values(), *filter(None, form.only[:1])}))
    except (pa.ArrowInvalid, OSError) as error:
        raise BadDataError(f"{path}: cannot be read as Parquet ({str(error).splitlines()[0][:200]})") from error
    table = table.append_column("line", pa.array(range(1, table.num_rows + 1), pa.int64()))
    if form.only[0]:
        table = table.filter(pc.equal(table.column(form.only[0]), form.only[1]))
    return pa.table({**{role: _text(table.column(name)) for role, name in roles.items()}, "line": table.column("line").combine_chunks()})


def _found(names: Sequence[str], form: Form, path: Path) -> dict[str, str]:
    roles = {role: next((n for n in wanted if n in names), None) for role, wanted in form.roles.items()}
    missing = [form.roles[r][0] for r in ("day", "a", "b", "code") if roles[r] is None]
    if missing:
        raise BadDataError(f"{path}: no column {', '.join(missing)}; it is not of the layout {form.name}")
    return {role: name for role, name in roles.items() if name is not None}


def _lines(path: Path, form: Form, codebook: codes.Codebook | None) -> tuple[pa.Table, list[Bad], pa.Array]:
    """A text file's columns by role with the numbers of their lines, the lines that are none of the layout, and which rows repeat another."""
    import pyarrow as pa

    width = len(form.header)
    if not width:
        raise BadDataError(f"{path}: the layout {form.name} is not of text files")
    rows: list[list[str | None]] = []
    lines: list[int] = []
    again: list[bool] = []
    bad: list[Bad] = []
    seen: set[bytes] = set()
    with path.open("rb") as stream:
        head = [h.strip() for h in stream.readline().decode("utf-8-sig", "replace").rstrip("\r\n").split("\t")]
        places, texts = _head(path, head, form, codebook)
        named = len([h for h in head if h])
        for number, line in enumerate(stream, 2):
            line = line.rstrip(b"\r\n")
            why, fields = _fields(line, named if named <= width else width)
            if why:
                bad.append(Bad(file=path.name, line=number, reason=why, text=_shown(line.decode("utf-8", "backslashreplace"))))
                continue
            key = hashlib.blake2b(line, digest_size=16).digest()
            again.append(form.identical and key in seen)
            seen.add(key)
            lines.append(number)
            values = [None if fields[i] in NONE else fields[i] for i in places.values()]
            rows.append([texts.get((v or "").strip().lower(), v) for v in values] if texts else values)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(places)
    table = pa.table({**{role: pa.array(c, pa.string()) for role, c in zip(places, columns, strict=True)}, "line": pa.array(lines, pa.int64())})
    return table, bad, pa.array(again, pa.bool_())


def _head(path: Path, head: Sequence[str], form: Form, codebook: codes.Codebook | None) -> tuple[dict[str, int], Mapping[str, str]]:
    """Where each role stands in a line; and, for ICEWS's file of 2017, which has no codes, the codes of texts.

    A head with more names than the layout has columns (some of POLECAT's) stands over lines of the layout's own order.
    """
    names = [h for h in head if h]
    if len(names) > len(form.header) and set(form.header) <= set(names):
        names = list(form.header)
    if form.name == "icews" and "CAMEO Code" not in names and "Event Text" in names:
        if codebook is None or not codebook.by_text:
            raise BadDataError(f"{path}: no column CAMEO Code; its acts are texts, which {codes.CODEBOOK} turns into codes: give its folder")
        roles = _found([*names, "CAMEO Code"], form, path) | {"code": "Event Text"}
        return {role: names.index(name) for role, name in roles.items()}, codebook.by_text
    return {role: names.index(name) for role, name in _found(names, form, path).items()}, {}


def _fields(line: bytes, width: int) -> tuple[str, list[str]]:
    """Why a line is none of the layout, and its fields where it is one; tabs past the last column are let pass where nothing stands there."""
    if b"\0" in line:
        return "a NUL byte", []
    if b"\r" in line:
        return "a carriage return inside", []
    try:
        fields = line.decode("utf-8").split("\t")
    except UnicodeDecodeError:
        return "bytes that are no UTF-8", []
    if len(fields) == 1:
        return "no tab: another delimiter, or cut short", []
    while len(fields) > width and not fields[-1].strip():
        fields.pop()
    if len(fields) != width:
        return f"{'short' if len(fields) < width else 'long'}: {len(fields)} fields, not {width}", []
    return "", [f.strip() for f in fields]


@cache
def _day(text: str) -> dt.date | None:
    """A date as the layouts write it: 2018-06-01, or 12/1/2017 (month first) in ICEWS's file of 2017."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text)
        if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            return dt.date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None
    return None


def _number(text: str) -> float | None:
    if re.fullmatch(r"-?\d{1,3}(\.\d+)?(e-?\d+)?", text) is None:
        return None
    value = round(float(text), 3)
    return value if -102 <= value <= 92 else None


def _own_quad(text: str) -> int | None:
    return POLECAT_QUADS.get(text.strip().upper())


def _of_state(kind: str, form: Form) -> bool:
    if form.kinds:
        return kind not in form.kinds
    return kind in NONE or any(
        sector.strip() in STATE_SECTORS or sector.strip() in ("GOV", "MIL", "LEG", "JUD", "COP") for sector in re.split("[,;]", kind)
    )


def _text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(whole.type):
        whole = whole.cast(whole.type.value_type)
    if pa.types.is_floating(whole.type):
        whole = pc.round(whole.cast(pa.float64()), 3)
    return whole.cast(pa.string())


def _same(text: str, size: int) -> pa.Array:
    import pyarrow as pa

    return pa.array([text]).take(pa.array([0] * size, pa.int64()))


def _shown(text: str) -> str:
    return text.replace("\0", "\\x00")[:SHOWN]
