"""Blocks and sentences of a text, its dateline, and what is not part of its argument: headings, bylines, addresses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from comity.claims.reading import Document
from comity.claims.words import MONTHS, forms

BULLET = re.compile(r"[ \t]*(?:[-*•‣◦–—·]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+")
ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof st gen col sen rep gov hon rev no nos fig vol art ch sec para pp p ed eds jan feb mar apr jun jul aug sep sept oct nov dec
    vs etc e.g i.e cf ca approx est bn mn u.s u.k u.n u.s.a u.s.s.r a.m p.m inc ltd corp co jr sr messrs res doc tel""".split()
)  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({MONTH})\.?,?\s+(\d{{4}})\b", re.I)
MONTH_DAY = re.compile(rf"\b({MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
MONTH_YEAR = re.compile(rf"\b({MONTH})\.?,?\s+(\d{{4}})\b", re.I)
HEAD_LINES = 14
LONGEST = 1_200
"""Characters of a sentence; a longer one is cut at a space."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A span of the visible text; `block` counts paragraphs and bullets, `header` says that it is no part of the argument."""

    start: int
    end: int
    block: int
    bullet: bool = False
    header: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Sentences in order; the day the text bears and the words before it (its place); its title."""

    sentences: tuple[Sentence, ...]
    day: dt.date | None
    place: str
    title: str


@dataclass(frozen=True, kw_only=True)
class _Block:
    start: int
    end: int
    bullet: bool
    line: int
    heading: bool


def lay_out(document: Document) -> Layout:
    """Blocks, sentences, dateline and title of a document; the work is linear in its length."""
    text = document.text
    blocks = list(_blocks(document))
    day, place, inside, bearing = _dateline(text, blocks)
    title = ""
    sentences: list[Sentence] = []
    for number, block in enumerate(blocks):
        start = block.start
        if inside is not None and inside[0] == number:
            start = inside[1]
        header = block.heading or number == bearing or (start == block.start and _is_header(text[block.start : block.end], number, block.bullet))
        if header and not title and number < 6 and day is not None:
            title = text[block.start : block.end][:200]
        for a, b in _sentences(text, start, block.end):
            while a < b and text[a] in "-) ":
                a += 1
            sentences.append(Sentence(start=a, end=b, block=number, bullet=block.bullet, header=header))
    heads = [text[b.start : b.end] for b in blocks[:6] if b.end - b.start < 200 and _is_header(text[b.start : b.end], 0, b.bullet)]
    return Layout(sentences=tuple(sentences), day=day, place=place, title="\n".join(heads))


def _blocks(document: Document) -> Iterator[_Block]:
    """Paragraphs and bullets: lines run on unless a blank line, a bullet or a short line that ends a thought stands between."""
    text = document.text
    heads = list(document.headings)
    begin = -1
    end = 0
    bullet = False
    at = 0
    number = 0
    last = ""
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        first = at + len(line) - len(line.lstrip())
        mark = BULLET.match(line)
        ended = bool(last) and (last.endswith((".", "!", "?", ":", '"')) or len(last) < 60)
        wrapped = bool(last) and bool(stripped) and len(last) >= 60 and not (last.endswith((".", "!", "?", '"')) and len(last) < 66)
        fresh = not stripped or mark is not None or (ended and not wrapped)
        if begin >= 0 and fresh:
            yield _Block(start=begin, end=end, bullet=bullet, line=number, heading=_in(heads, begin))
            begin = -1
        if stripped:
            if begin < 0:
                begin = first if mark is None else at + mark.end()
                bullet = mark is not None
                number += 1
            end = at + len(line.rstrip())
        last = stripped
        at += len(line)
    if begin >= 0:
        yield _Block(start=begin, end=end, bullet=bullet, line=number, heading=_in(heads, begin))


def _in(spans: list[tuple[int, int]], at: int) -> bool:
    while spans and spans[0][1] <= at:
        spans.pop(0)
    return bool(spans) and spans[0][0] <= at < spans[0][1]


def first_date(text: str) -> tuple[dt.date, int, int] | None:
    """The first full date of a text with its span; a month and year alone where there is none."""
    found: list[tuple[int, int, tuple[int, int, int]]] = []
    for pattern, order in ((DAY_MONTH, "dmy"), (MONTH_DAY, "mdy"), (ISO, "iso"), (DOTTED, "dot")):
        if m := pattern.search(text):
            if order == "iso":
                parts = (int(m[1]), int(m[2]), int(m[3]))
            elif order == "dot":
                parts = (int(m[3]), int(m[2]), int(m[1]))
            else:
                name, d = (m[2], m[1]) if order == "dmy" else (m[1], m[2])
                parts = (int(m[3]), MONTHS[name.lower()], int(d))
            found.append((m.start(), m.end(), parts))
    if not found and (m := MONTH_YEAR.search(text)):
        found.append((m.start(), m.end(), (int(m[2]), MONTHS[m[1].lower()], 1)))
    for start, end, (y, mo, d) in sorted(found):
        try:
            return dt.date(y, mo, d), start, end
        except ValueError:
            try:
                return dt.date(y, d, mo), start, end
            except ValueError:
                continue
    return None


def _dateline(text: str, blocks: list[_Block]) -> tuple[dt.date | None, str, tuple[int, int] | None, int]:
    """The day and place that the text bears: in a line of its head, or before the dash or stop with which a dispatch begins."""
    for number, block in enumerate(blocks[:HEAD_LINES]):
        words = text[block.start : min(block.end, block.start + 400)]
        found = first_date(words)
        if found is None:
            continue
        day, start, end = found
        dash = re.compile(r"[^.!?\n]{0,60}?(?:\s[-–—]{1,2}\s|\s?—\s?|:\s|\)\s)").match(words, end)
        if block.end - block.start > 160 or _predicate(words[end:]):
            if start < 60 and dash is not None and not _predicate(words[:start]):
                return day, words[:start], (number, block.start + dash.end()), -1
            stop = re.compile(r"\s*\.\s+(?=\S)").match(words, end)
            if start < 60 and stop is not None and re.fullmatch(r"(?:[A-Z][\w.' -]*,\s*)?", words[:start]):
                return day, words[:start], (number, block.start + stop.end()), -1
            continue
        return day, words[:start] or words[end:], None, number
    for number, block in enumerate(blocks[-3:], max(len(blocks) - 3, 0)):
        words = text[block.start : block.end]
        if number >= HEAD_LINES and len(words) < 120 and (found := first_date(words)) and not _predicate(words):
            return found[0], words[: found[1]], None, number
    return None, "", None, -1


def _predicate(words: str) -> bool:
    """Whether some words hold a verb in a finite form."""
    for w in re.findall(r"[A-Za-z'-]+", words[:400]):
        low = w.lower()
        if low in ("is", "are", "was", "were", "has", "have", "had", "will", "would", "should", "must", "can", "may", "do", "did", "does"):
            return True
        form = forms().get(low)
        if form is not None and form[1] in ("ed", "s") and w[0].islower():
            return True
    return False


def _is_header(words: str, number: int, bullet: bool) -> bool:
    """Headings, bylines and addresses: short, no full stop, no verb, no quantity; in the head also lines about the text itself."""
    words = words.strip()
    if not words:
        return True
    letters = [c for c in words if c.isalpha()]
    quantity = re.search(r"[$€£¥%]|\bper ?cent\b|(?<![\d,.])\d[\d,.]{0,30}\s{0,3}(?:bn|billion|million|thousand|percent)|\b\d{1,3}(?:,\d{3})+\b", words)
    if not letters:
        return True
    if len(words) < 120 and sum(c.isupper() for c in letters) > 0.8 * len(letters) and len(letters) > 3 and not quantity:
        return True
    if len(words) > 140 or bullet:
        return False
    if first_date(words) is not None and not _predicate(re.sub(r"^\W*[Bb]y\b.{0,60}?\.\s", "", words)) and not quantity:
        return number < HEAD_LINES
    if re.match(
        r"(?:by|from|to|cc|re|subject|date|ref|reference|tel|fax|phone|contact|page|source|sources|price|vol|volume|issue|no)\b[.:]?\s", words, re.I
    ) and (number < HEAD_LINES or re.match(r"(?:tel|fax|phone|contact|page|cc)\b", words, re.I)):
        return not _predicate(words) or ":" in words[:12]
    ends = words.endswith((".", "!", "?", ";", '"')) and not words.endswith("...")
    if not ends and not quantity and not words.endswith(":") and len(words) < 100:
        return not bullet and (not _predicate(words) or number < 3)
    return False


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence spans of a block, brackets that hold a whole sentence apart."""
    begin = start
    i = start
    while i < end:
        c = text[i]
        stop = False
        if c in ".!?…":
            j = i + 1
            while j < end and text[j] in ".!?…\"')]":
                j += 1
            after = text[j : j + 1]
            if j >= end:
                stop = True
            elif after.isspace():
                k = j
                while k < end and text[k].isspace():
                    k += 1
                nxt = text[k : k + 1]
                word = re.search(r"[\w.]*$", text[max(begin, i - 12) : i])
                short = (word[0] if word else "").lower().strip(".")
                initial = len(short) == 1 and short.isalpha() and text[i - 1].isupper()
                opens = nxt.isupper() or nxt.isdigit() or nxt in "\"'(“‘[€$£-–—•" or (bool(nxt) and ord(nxt) > 0x2FF)
                stop = c in "!?" or (opens and not (c == "." and (initial or short in ABBREVIATIONS)) and not (c == "." and short in ("no", "nos")))
                if c == "." and short in ("bn", "mn", "u.s", "u.k", "etc", "u.n", "a.m", "p.m", "inc") and nxt.isupper():
                    stop = _starts_sentence(text[k : k + 40])
            if stop:
                yield from _trimmed(text, begin, j)
                begin = j
            i = j
            continue
        if i - begin > LONGEST and (c.isspace() or i - begin > 2 * LONGEST):
            yield from _trimmed(text, begin, i)
            begin = i
        i += 1
    yield from _trimmed(text, begin, end)


def _starts_sentence(words: str) -> bool:
    found = re.match(r"[A-Za-z]+", words)
    return found is not None and found[0] in {
        "The",
        "In",
        "By",
        "But",
        "And",
        "It",
        "A",
        "Since",
        "For",
        "We",
        "They",
        "That",
        "This",
        "No",
        "At",
        "On",
        "Last",
        "Yet",
    }


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and (text[start].isspace() or text[start] in "\"'([“‘"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\"')]”’"):
        end -= 1
    if end > start:
        yield start, end
