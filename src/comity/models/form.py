"""One table of a TOML file, read key by key: every field that is missing, of a wrong type or unknown becomes an issue, and reading goes on."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
ID_RULE = "1 to 64 letters, digits, '_', '.' or '-', the first a letter or digit"
NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    dt.date: "a date as 2025-03-03",
    list: "a list",
    dict: "a table",
    bool: "true or false",
}
MOST = 10**15


DEEP = re.compile(r"(?<![^\s=\[\].#,])(?:[^\s=\[\].#,]{1,80}[ \t]{0,80}\.[ \t]{0,80}){32}")
"""A key of more than 32 parts: the standard library takes a time that grows with the square of the parts and more."""


def toml(text: str) -> dict[str, Any]:
    """A TOML text as plain values. Raises tomllib.TOMLDecodeError where it is none, or where a key has more than 32 parts."""
    if DEEP.search(text):
        raise tomllib.TOMLDecodeError("a key of more than 32 parts")
    return tomllib.loads(text)


@dataclass(frozen=True, kw_only=True)
class Issue:
    """Something wrong with a file (or worth a warning): its code, where it is, what it is, and what would be right."""

    code: str
    where: str
    message: str
    hint: str = ""


@dataclass
class Issues:
    """The errors and warnings of one file, in the order in which they are found."""

    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)

    def error(self, code: str, where: str, message: str, hint: str = "") -> None:
        self.errors.append(Issue(code=code, where=where, message=message, hint=hint))

    def warn(self, code: str, where: str, message: str) -> None:
        self.warnings.append(Issue(code=code, where=where, message=message))


def quoted(value: Any) -> str:
    """Text from a file as one short line without control characters or characters that turn the direction of writing."""
    text = str(value) if not isinstance(value, (bool, dict)) else "true" if value is True else "false" if value is False else "a table"
    text = "".join(c if unicodedata.category(c)[0] != "C" else "·" for c in text)
    return f"'{text if len(text) <= 60 else text[:57] + '…'}'"


def nearest(text: str, known: Iterable[str]) -> str:
    """Words that offer the nearest of the known names, or name up to eight of them."""
    names = [str(k) for k in known]
    by_case = {n.casefold(): n for n in reversed(names)}
    near = difflib.get_close_matches(text[:80].casefold(), by_case, n=1, cutoff=0.4)
    if near:
        return f" (nearest: '{by_case[near[0]]}')"
    return f" (there are: {', '.join(names[:8])}{' …' if len(names) > 8 else ''})" if names else " (there is none)"


@dataclass
class Fields:
    """A table, where it stands, and where its issues go."""

    table: dict[str, Any]
    where: str
    issues: Issues

    def only(self, known: Sequence[str], noun: str = "key") -> None:
        """Report the keys that are none of these."""
        for key in self.table:
            if key not in known:
                self.error("unknown-key", f"there is no {noun} {quoted(key)}{nearest(key, known)}", f"the {noun}s are {', '.join(known)}")

    def error(self, code: str, message: str, hint: str = "") -> None:
        self.issues.error(code, self.where, message, hint)

    def has(self, key: str) -> bool:
        return key in self.table

    def need(self, *keys: str) -> bool:
        """Whether these are there; each that is not is an issue."""
        missing = [k for k in keys if k not in self.table]
        for key in missing:
            self.error("missing-field", f"`{key}` is missing", f"give `{key}`")
        return not missing

    def get(self, key: str, kind: type) -> Any:
        """The value of a key, None where it is missing or of another type (an issue)."""
        value = self.table.get(key)
        if value is None or holds(value, kind):
            return value
        self.wrong(key, value, NAMES[kind])
        return None

    def wrong(self, key: str, value: Any, right: str) -> None:
        self.error("wrong-type", f"`{key}` is {quoted(value)}", f"`{key}` is {right}")

    def text(self, key: str) -> str | None:
        value = self.get(key, str)
        return None if value is None else str(value)

    def number(self, key: str) -> float | None:
        value = self.get(key, float)
        if value is not None and not math.isfinite(value):
            self.wrong(key, value, "a finite number")
            return None
        return None if value is None else float(value)

    def date(self, key: str) -> dt.date | None:
        value = self.get(key, dt.date)
        return value if isinstance(value, dt.date) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where it is missing."""
        value = self.get(key, list)
        if value is not None and not all(isinstance(v, str) for v in value):
            self.wrong(key, value, "a list of texts")
            return ()
        return tuple(value or ())

    def choice(self, key: str, choices: Sequence[str], code: str = "wrong-type") -> str | None:
        """One of a few words; another is an issue of this code."""
        value = self.text(key)
        if value is not None and value not in choices:
            self.error(code, f"`{key}` is {quoted(value)}{nearest(value, choices)}", f"`{key}` is {' or '.join(choices)}")
            return None
        return value

    def tables(self, key: str) -> list[dict[str, Any]]:
        """An array of tables, empty where it is missing."""
        value = self.get(key, list)
        if value is not None and not all(isinstance(v, dict) for v in value):
            self.wrong(key, value, f"an array of tables, as in [[{key}]]")
            return []
        return list(value or ())

    def inner(self, key: str) -> Self:
        """The table under a key, empty where it is missing."""
        value = self.get(key, dict)
        return type(self)(value if value is not None else {}, self.where, self.issues)

    def words(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts, those that are not blank; an issue where it is neither."""
        value = self.table.get(key)
        listed = [value] if isinstance(value, str) else value if value is not None else []
        if not isinstance(listed, list) or not all(isinstance(v, str) for v in listed):
            self.wrong(key, value, "a text or a list of texts")
            return ()
        return tuple(v for v in listed if v.strip())

    def id(self) -> str | None:
        """The id, None where it is missing or not as ids are (an issue)."""
        if not self.need("id"):
            return None
        value = self.text("id")
        if value is not None and not ID.fullmatch(value):
            self.error("bad-id", f"the id {quoted(value)} cannot be one", f"an id is {ID_RULE}")
            return None
        return value


def holds(value: Any, kind: type) -> bool:
    """Whether a value read from TOML is of a kind; whole numbers are numbers too, true and false are none."""
    if kind is float:
        return isinstance(value, float) or holds(value, int)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST
    if kind is dt.date:
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return isinstance(value, kind)
