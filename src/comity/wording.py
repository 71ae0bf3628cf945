"""How numbers, dates, ranks and changes are written, the same on the page, in the pictures and in the terminal."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping

from comity.core import Of, Period
from comity.profile import Change, Point, Shown

MINUS = "\u2212"
LONGEST = 600
_SPACE = re.compile(r"[^\S\u00a0]+")
"""White space but the space that keeps a number with its unit."""


def clip(text: str, longest: int = LONGEST) -> str:
    """The text on one line without control characters, cut at `longest` characters with an ellipsis."""
    kept = "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"} else " " for c in text[: longest * 4])
    line = _SPACE.sub(" ", kept).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def is_share(unit: str) -> bool:
    """Whether the unit is a fraction of one, which is written in per cent."""
    return unit.split(" ")[0].rstrip(",") in {"share", "proportion", "fraction"}


def is_money(unit: str) -> bool:
    """Whether the unit is an amount in US dollars (a price per something is not)."""
    return unit.split(" ")[0].rstrip(",") == "USD" and " per " not in unit


def significant(value: float, digits: int = 3) -> str:
    """The number to so many significant digits, thousands separated, never in exponents between 1e-4 and 1e15."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "—"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{digits - 1}e}".replace("-", MINUS)
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS) if text not in {"-0", ""} else "0"


def scale(unit: str, top: float) -> tuple[float, str]:
    """(divisor, axis title) such that values up to `top` are short on an axis."""
    if is_share(unit):
        return 0.01, "%"
    steps = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
    if is_money(unit):
        for divisor, word in steps:
            if top >= divisor:
                return divisor, f"US$ {word}"
        return 1.0, "US$"
    name = clip(unit, 34)
    for divisor, word in (*steps, (1e3, "thousand")):
        if top >= max(divisor, 1e4):
            return divisor, f"{word} {name}"
    return 1.0, name


def value(number: float, unit: str) -> str:
    """The number with its unit where the unit is short: $245 bn, 33.6%, 1.2 million, 0.87."""
    sign, size = (MINUS if number < 0 else ""), abs(number)
    if is_share(unit):
        percent = size * 100
        percent = 99.9 if 99.9 < percent < 100 else percent
        return f"{sign}{percent:.1f}%" if percent >= 1 or percent == 0 else f"{sign}{significant(percent, 2)}%"
    for divisor, word in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if size >= divisor * 0.9995:
            return f"{sign}{'$' if is_money(unit) else ''}{significant(size / divisor)}\u00a0{word}"
    if is_money(unit):
        return f"{sign}${significant(size)}"
    if size == int(size) or size >= 1000:
        return f"{sign}{size:,.0f}"
    return sign + significant(size)


def money(number: float | None) -> str | None:
    """An amount in US dollars; None where it is unknown."""
    return None if number is None else value(number, "USD")


def share(number: float | None) -> str | None:
    """A fraction of one in per cent; None where it is unknown."""
    return None if number is None else value(number, "share")


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it stands."""
    return text[:1].upper() + text[1:]


def exact(number: float, unit: str) -> str:
    """The number for a table, to six significant digits, in the unit that the table names."""
    if is_share(unit):
        return significant(number * 100, 5)
    if number == int(number) and abs(number) < 1e15:
        return f"{number:,.0f}".replace("-", MINUS)
    return significant(number, 6)


def table_unit(unit: str) -> str:
    """The unit that `exact` writes in."""
    return "%" if is_share(unit) else ("US$" if unit == "USD" else clip(unit, 60))


def period(start: dt.date, kind: Period) -> str:
    """The period as a reader names it: 2023, March 2023, 2023 Q1, or the day."""
    if kind == "month":
        return f"{start:%b} {start.year}"
    if kind == "quarter":
        return f"{start.year} Q{(start.month + 2) // 3}"
    if kind == "day":
        return start.isoformat()
    if kind == "session":
        return f"session {start.year - 1945} ({start.year})" if start.month == 9 else str(start.year)
    return str(start.year)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


ARTICLED = ("Bahamas", "Comoros", "Gambia", "Maldives", "Netherlands", "Papal States", "Philippines", "Seychelles", "Soviet Union", "Two Sicilies")


def articled(name: str) -> str:
    """The name as it stands inside a sentence: the United States, the Netherlands, China."""
    plural = name.startswith("United ") or name.endswith((" Islands", " Republic", " Emirates"))
    return f"the {name}" if plural or name in ARTICLED else name


def possessive(name: str) -> str:
    """The name with 's, or with an apostrophe alone after a plural s (the United States', the Netherlands')."""
    return f"{name}’" if name.endswith("s") and not name.endswith("us") else f"{name}’s"


def places(point: Point, between: str) -> str:
    """Both ranks as place/of, the place of b among a's partners first, a dash where it alone is not told; empty where none is."""
    first, second = (f"{r}/{of}" if r is not None and of else "" for r, of in ((point.rank_a, point.of_a), (point.rank_b, point.of_b)))
    return between.join(filter(None, (first or ("–" if second else ""), second)))


def ranks(point: Point, a: str, b: str, of: Of) -> str:
    """Where each stands among the other's partners in the point's period; empty where no rank is known."""
    parts = []
    if point.rank_a is not None and point.of_a:
        if of == "dyad":
            parts.append(f"{b} is {possessive(a)} {ordinal(point.rank_a)} of {point.of_a} partners")
        else:
            parts.append(f"{a} is {ordinal(point.rank_a)} of {point.of_a} states")
    if of == "dyad" and point.rank_b is not None and point.of_b:
        parts.append(f"{a} is {possessive(b)} {ordinal(point.rank_b)} of {point.of_b}{'' if parts else ' partners'}")
    return "; ".join(parts)


def change(moved: Change, shown: Shown) -> str:
    """The change in words: in points for shares, as a ratio for amounts of ten and more, else as a difference."""
    since = f"since {moved.start.year}"
    if moved.difference == 0:
        return f"no change {since}"
    sign = "+" if moved.difference > 0 else MINUS
    low, high = shown.bounds
    if is_share(shown.unit):
        points = abs(moved.difference) * 100
        return f"{sign}{points:.1f} points {since}"
    amount = low is not None and low >= 0 and high is None
    if amount and moved.before > 0 and moved.difference >= -moved.before and (moved.before >= 10 or is_money(shown.unit)):
        relative = moved.difference / moved.before
        if relative >= 2:
            return f"{significant(1 + relative)} times the value of {moved.start.year}"
        return f"{sign}{abs(relative) * 100:.0f}% {since}"
    return f"{sign}{value(abs(moved.difference), shown.unit)} {since}"


def short(shown: Shown) -> str:
    """A label of at most eleven characters for the end of a line: the label itself or the codes."""
    label = clip(shown.label, 40)
    if shown.of == "world":
        return "World"
    if shown.a == shown.b:
        return label if 0 < len(label) <= 11 else clip(shown.a, 4)
    return f"{clip(shown.a, 4)} {'–' if shown.symmetric else '→'} {clip(shown.b, 4)}"


def joined(parts: Iterable[str]) -> str:
    """The parts that are not empty, with middle dots between them."""
    return " · ".join(p for p in parts if p)


def name(code: str, names: Mapping[str, str]) -> str:
    """The state's name where it is known, else its code."""
    return clip(names.get(code, code), 60)
