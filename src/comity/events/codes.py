"""What the codes of acts mean: four vocabularies, two groupings into four classes, and the codebooks that weigh them.

Codes are text from the first byte to the last: "01" and "1", "010" and "10" are different codes. The roots and classes are short facts and stand
here; weights and mappings are read from the codebook files of the user's folder (`codebook`), which are not part of comity.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity.core import BadDataError, UsageError
from comity.reading import locate

if TYPE_CHECKING:
    import pyarrow as pa

Vocabulary = Literal["cameo", "weis", "copdab", "plover"]
Convention = Literal["gdelt", "schrodt"]
Scale = Literal["icews", "gdelt", "keds", "weis", "azar"]

CAMEO = (
    "make public statement", "appeal", "express intent to cooperate", "consult", "engage in diplomatic cooperation", "engage in material cooperation",
    "provide aid", "yield", "investigate", "demand", "disapprove", "reject", "threaten", "protest", "exhibit force posture", "reduce relations",
    "coerce", "assault", "fight", "use unconventional mass violence",
)  # fmt: skip
WEIS = (
    "yield", "comment", "consult", "approve", "promise", "grant", "reward", "agree", "request", "propose", "reject", "accuse", "protest", "deny",
    "demand", "warn", "threaten", "demonstrate", "reduce relations", "expel", "seize", "force",
)  # fmt: skip
AZAR = {
    "1": 92.0, "2": 47.0, "3": 31.0, "4": 27.0, "5": 14.0, "6": 10.0, "7": 6.0, "8": 1.0, "9": -6.0, "10": -16.0, "11": -29.0, "12": -44.0,
    "13": -50.0, "14": -65.0, "15": -102.0,
}  # fmt: skip
"""Azar's weights of the fifteen points of COPDAB's scale (Azar & Havener 1976)."""
PLOVER = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 1, "COOPERATE": 2, "AID": 2, "RETREAT": 2, "REQUEST": 3, "ACCUSE": 3, "REJECT": 3,
    "THREATEN": 3, "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip
"""PLOVER's sixteen types of act and the class that each belongs to."""
RENAMED = {"DEMAND": "REQUEST"}
"""Types of earlier drafts of PLOVER by their later name."""
QUAD_ENDS: Mapping[Convention, tuple[str, str, str, str]] = {"gdelt": ("05", "09", "14", "20"), "schrodt": ("05", "08", "13", "20")}
"""The last CAMEO root of each class. 09 (investigate) is material cooperation and 14 (protest) verbal conflict in GDELT's own rows, and
verbal and material conflict by Schrodt (ICEWS, KEDS)."""
WEIS_QUADS = {**dict.fromkeys(("01", "06", "07"), 2), **dict.fromkeys(("02", "03", "04", "05", "08", "09", "10"), 1),
              **{f"{r:02d}": 3 for r in range(11, 18)}, **{f"{r:02d}": 4 for r in range(18, 23)}}  # fmt: skip
"""The class of each WEIS root (Duval & Thompson 1980, as KEDS has it)."""
COPDAB_QUADS = {**dict.fromkeys(("1", "2", "3", "4", "5"), 2), **dict.fromkeys(("6", "7", "8"), 1), **dict.fromkeys(("9", "10"), 3),
                **{str(p): 4 for p in range(11, 16)}}  # fmt: skip
"""The class of each COPDAB point by its label; Azar named no classes. 8 (neutral) stands with verbal cooperation, as CAMEO's 01 does."""

PATTERNS: Mapping[Vocabulary, str] = {
    "cameo": r"(0[1-9]|1[0-9]|20)[0-9]{0,2}",
    "weis": r"(0[1-9]|1[0-9]|2[0-2])[0-9]?",
    "copdab": r"[1-9]|1[0-5]",
    "plover": "|".join(PLOVER),
}
"""What a code of each vocabulary looks like, whole."""

CODEBOOK = "cameo_event_codes.csv"
GDELT_SCALE = "CAMEO.goldsteinscale.txt"
WEIS_SCALE = "weis_goldstein_weights.csv"
KEDS_SCALE = "cameo_scale_keds_0.5B1.csv"
PLOVER_MAP = ("CAMEO2PLOVER-2021.txt", "cameo_to_plover_2021.csv")


def check(vocabulary: Vocabulary, code: object) -> str:
    """The code itself, where it is one of the vocabulary, as text; UsageError for a number, and for text that is none of its codes."""
    if not isinstance(code, str):
        raise UsageError(f"{code!r} is no code of {vocabulary}: codes are text, as 010 and 10 are different")
    if re.fullmatch(PATTERNS[vocabulary], code) is None:
        raise UsageError(f"{code[:40]!r} is no code of {vocabulary}")
    return code


def quad(code: str, vocabulary: Vocabulary = "cameo", *, convention: Convention = "schrodt") -> int:
    """The class of a code: 1 verbal and 2 material cooperation, 3 verbal and 4 material conflict.

    Only CAMEO is grouped in two ways; UsageError for `gdelt` with another vocabulary, and for what is no code.
    """
    root = check(vocabulary, code)[:2]
    if vocabulary == "cameo":
        return 1 + sum(root > end for end in QUAD_ENDS[convention][:3])
    if convention != "schrodt":
        raise UsageError(f"{vocabulary} has one grouping only; `gdelt` is a grouping of CAMEO")
    return WEIS_QUADS[root] if vocabulary == "weis" else COPDAB_QUADS[code] if vocabulary == "copdab" else PLOVER[code]


def quads(code_column: pa.ChunkedArray | pa.Array, vocabulary: Vocabulary, *, convention: Convention = "schrodt") -> pa.Array:
    """The classes of a column of codes, null for what is no code of the vocabulary."""
    import pyarrow as pa

    def one(code: str) -> int | None:
        return quad(code, vocabulary, convention=convention) if re.fullmatch(PATTERNS[vocabulary], code) else None

    return _each(code_column, one, pa.int8())


def root_name(code: str, vocabulary: Vocabulary) -> str:
    """What a code's root says, in a few words; COPDAB's point and PLOVER's type are their own names."""
    root = check(vocabulary, code)[:2]
    if vocabulary in ("cameo", "weis"):
        return (CAMEO if vocabulary == "cameo" else WEIS)[int(root) - 1]
    return f"point {code} of Azar’s scale" if vocabulary == "copdab" else code.lower()


@dataclass(frozen=True, kw_only=True)
class Codebook:
    """What the codebook files of a folder say: weights by scale and code, CAMEO codes by the text of the act, and CAMEO's place in PLOVER."""

    weights: Mapping[Scale, Mapping[str, float]]
    by_text: Mapping[str, str] = field(default_factory=dict)
    plover: Mapping[str, str] = field(default_factory=dict)

    def weight(self, code: str, scale: Scale) -> float | None:
        """The weight of a code by a stated scale, None where the scale has none; UsageError where no file of that scale was found."""
        if scale not in self.weights:
            raise UsageError(f"no codebook of the scale {scale} in the folder; held: {', '.join(self.weights)}")
        return self.weights[scale].get(code)

    def weighed(self, code_column: pa.ChunkedArray | pa.Array, scale: Scale) -> pa.Array:
        """The weights of a column of codes, null where the scale has none."""
        import pyarrow as pa

        return _each(code_column, lambda code: self.weight(code, scale), pa.float64())

    def to_plover(self, code: str) -> str | None:
        """PLOVER's type of a CAMEO code; None for roots 01 and 02, which PLOVER left out, and for a code that its mapping does not list."""
        if not self.plover:
            raise UsageError(f"no mapping of CAMEO to PLOVER in the folder ({' or '.join(PLOVER_MAP)})")
        return self.plover.get(check("cameo", code))


def codebook(folder: Path) -> Codebook:
    """The codebooks found in a folder or below it: the held tables, else GDELT's own scale and PLOVER's own mapping.

    COPDAB's weights need no file. Raises BadDataError where a file lacks a column or holds a weight that is no number.
    """
    weights: dict[Scale, dict[str, float]] = {"azar": dict(AZAR)}
    texts: dict[str, str] = {}
    if path := locate(folder, CODEBOOK):
        rows = _rows(path, ("code", "goldstein_icews", "goldstein_gdelt", "goldstein_keds_0_5b1", "name_icews"))
        weights |= {s: _weights(path, rows, "code", c) for s, c in (("icews", "goldstein_icews"), ("gdelt", "goldstein_gdelt"))}  # type: ignore[misc]
        weights["keds"] = _weights(path, rows, "code", "goldstein_keds_0_5b1")
        for row in rows:
            texts.setdefault(row["name_icews"].strip().lower(), row["code"])
    if path := locate(folder, GDELT_SCALE):
        weights["gdelt"] = _weights(path, _rows(path, ("CAMEOEVENTCODE", "GOLDSTEINSCALE"), "\t"), "CAMEOEVENTCODE", "GOLDSTEINSCALE")
    if path := locate(folder, KEDS_SCALE):
        column = "goldstein_keds_cameo_scale_0.5B1"
        weights["keds"] = _weights(path, _rows(path, ("cameo_code", column)), "cameo_code", column)
    if path := locate(folder, WEIS_SCALE):
        rows = _rows(path, ("weis_code", "goldstein_events_pkg"))
        weights["weis"] = _weights(path, rows, "weis_code", "goldstein_events_pkg")
    texts.pop("", None)
    return Codebook(weights=weights, by_text=texts, plover=_plover(folder))


def _plover(folder: Path) -> dict[str, str]:
    for name in PLOVER_MAP:
        path = locate(folder, name)
        if path is None:
            continue
        if name.endswith(".csv"):
            return {r["cameo_code"]: r["plover_event"] for r in _rows(path, ("cameo_code", "plover_event")) if r["plover_event"] in PLOVER}
        found = re.findall(r"(?m)^\s*(\d{2,4}):\s*([A-Z]+)", path.read_text(encoding="utf-8", errors="replace"))
        return {code: RENAMED.get(event, event) for code, event in found if RENAMED.get(event, event) in PLOVER}
    return {}


def _rows(path: Path, columns: Sequence[str], delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=delimiter)
        missing = [c for c in columns if c not in (reader.fieldnames or ())]
        if missing:
            raise BadDataError(f"{path}: column(s) {', '.join(missing)} missing; it is not the codebook of that name")
        return [{k: v or "" for k, v in row.items() if k is not None} for row in reader]


def _weights(path: Path, rows: Sequence[Mapping[str, str]], code: str, column: str) -> dict[str, float]:
    out = {}
    for row in rows:
        if row[column]:
            try:
                out[row[code]] = round(float(row[column]), 1)
            except ValueError as error:
                raise BadDataError(f"{path}: {row[column][:40]!r} is no weight of {row[code][:40]!r}") from error
    return out


def _each(column: pa.ChunkedArray | pa.Array, function: Any, kind: pa.DataType) -> pa.Array:
    """A function of every distinct text, spread over the column; null stays null."""
    import pyarrow as pa

    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = whole.dictionary_encode()
    values = pa.array([function(text) for text in encoded.dictionary.to_pylist()], kind)
    return values.take(encoded.indices)
