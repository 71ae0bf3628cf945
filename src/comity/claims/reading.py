"""A text as its reader sees it: what is visible of plain text, Markdown, HTML, DOCX or PDF, with the place of each character in the raw text."""

from __future__ import annotations

import codecs
import html as entities
import re
import unicodedata
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from comity.core import BadDataError, UsageError

Form = Literal["text", "markdown", "html"]
LARGEST = 20_000_000
"""Characters; a longer text is refused, in so many words."""
INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080)]
)
PRINTABLE = re.compile(r"[ -~]+")
SPACES = frozenset("\u00a0\u2007\u2009\u200a\u202f\u3000\t\x0b\x0c\u2002\u2003\u2004\u2005\u2006\u2008")
STRAIGHT = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "−": "-", "‑": "-", "‐": "-", "–": "–", "—": "—"}
UNSEEN = frozenset("script style head title noscript template svg math object iframe textarea select option button canvas audio video nav".split())
BLOCKS = frozenset(
    """p div br li ul ol h1 h2 h3 h4 h5 h6 table tr td th section article header footer aside main blockquote pre dl dt dd figure figcaption
    hr address details summary form fieldset caption body html center""".split()
)  # fmt: skip
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 th caption".split())
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|!|$)|font-size\s*:\s*0[a-z%]*\s*(?:;|!|$)"
)
ATTRIBUTE = re.compile(r"""([a-zA-Z_:@][-\w:.]{0,60})(?:\s{0,20}=\s{0,20}("[^"]*"|'[^']*'|[^\s"'>]+))?""")
CSS_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,4000})\}")
TAG_NAME = re.compile(r"<(/?)([a-zA-Z][-\w]{0,40})")
TAG = re.compile(r"""<[/!?a-zA-Z][^<>"']{0,20000}(?:(?:"[^"]{0,2000}"|'[^']{0,2000}'|["'](?=[^<>]{0,200}>))[^<>"']{0,20000})*>""")
ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")


@dataclass(frozen=True, kw_only=True)
class Document:
    """The visible text, and for each of its characters where it begins and ends in the raw text.

    headings: spans of the visible text that the markup calls headings. notes: what was done to read it.
    """

    raw: str
    text: str
    starts: array[int]
    ends: array[int]
    headings: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the visible text as a span of the raw text."""
        return (self.starts[start], self.ends[end - 1]) if end > start else (self.starts[start], self.starts[start])


class _Writer:
    """Visible characters with their offsets; spaces and newlines run together."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.starts: array[int] = array("L")
        self.ends: array[int] = array("L")

    def put(self, char: str, start: int, end: int) -> None:
        if ord(char) in INVISIBLE or (unicodedata.category(char) in ("Cc", "Cs", "Co") and char not in "\n\t"):
            return
        char = " " if char in SPACES else STRAIGHT.get(char, char)
        if ord(char) > 0x2FFF or "\ufb00" <= char <= "\ufb06" or 0x2460 > ord(char) > 0x206F or char in "²³¹":
            folded = unicodedata.normalize("NFKC", char)
            char = folded if len(folded) == 1 and char not in "²³¹" else char
        self.out.append(char)
        self.starts.append(start)
        self.ends.append(end)

    def run(self, text: str, start: int) -> None:
        """Characters that stay as they are: printable ASCII."""
        self.out.extend(text)
        self.starts.extend(range(start, start + len(text)))
        self.ends.extend(range(start + 1, start + len(text) + 1))

    def broken(self, at: int) -> None:
        for _ in range(2):
            self.out.append("\n")
            self.starts.append(at)
            self.ends.append(at)


def read_file(path: Path) -> Document:
    """A file by its suffix and its first bytes; UsageError where there is none, BadDataError where it cannot be read as text."""
    return read_bytes(held(path), name=path.name)


def held(path: Path) -> bytes:
    """The bytes of a file; UsageError where it cannot be read or is longer than any text that is."""
    try:
        with path.open("rb") as stream:
            data = stream.read(4 * LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})") from None
    if len(data) > 4 * LARGEST:
        raise UsageError(f"{path}: more than {4 * LARGEST:,} bytes; check it in parts")
    return data


def read_bytes(data: bytes, *, name: str = "") -> Document:
    """A text from the bytes of a file: DOCX and PDF by their first bytes, HTML and Markdown by the suffix or the look, else plain text."""
    suffix = Path(name).suffix.lower()
    if data[:5] == b"%PDF-" or suffix == ".pdf":
        from comity.claims import files

        return plain(files.pdf_text(data, name or "the file"))
    if data[:4] == b"PK\x03\x04" or suffix == ".docx":
        from comity.claims import files

        return plain(files.docx_text(data, name or "the file"))
    text, notes = decoded(data, name or "the file")
    if suffix in (".html", ".htm", ".xhtml") or (suffix not in (".md", ".txt") and re.match(r"\s*(?:<!doctype html|<html)\b", text[:400], re.I)):
        form: Form = "html"
    else:
        form = "markdown" if suffix in (".md", ".markdown") else "text"
    return read_text(text, form=form, notes=notes)


def read_text(text: str, *, form: Form = "text", notes: tuple[str, ...] = ()) -> Document:
    """A text that is already characters. UsageError where it is longer than `LARGEST`."""
    if len(text) > LARGEST:
        raise UsageError(f"the text has {len(text):,} characters; at most {LARGEST:,} are read: check it in parts")
    if form == "html":
        return _html(text, notes)
    if form == "markdown":
        return _markdown(text, notes)
    return plain(text, notes)


def decoded(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Bytes as characters: by byte order mark, else UTF-8, and bytes that are not UTF-8 one by one as Windows-1252; BadDataError for binary data."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(codec, errors="replace"), ()
    if data[:4096].count(0) > 8:
        raise BadDataError(f"{name}: not a text (it has zero bytes); expected text, Markdown, HTML, DOCX or PDF")
    wrong = 0

    def other(error: UnicodeError) -> tuple[str, int]:
        nonlocal wrong
        assert isinstance(error, UnicodeDecodeError)
        wrong += error.end - error.start
        return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end

    codecs.register_error("comity-windows-1252", other)
    text = data.decode("utf-8", errors="comity-windows-1252")
    return text, (f"{name}: mixed encodings; {wrong} bytes that are not UTF-8 were read as Windows-1252",) if wrong else ()


def plain(text: str, notes: tuple[str, ...] = ()) -> Document:
    """Plain text: every character that can be seen."""
    writer = _Writer()
    at = 0
    while at < len(text):
        if found := PRINTABLE.match(text, at):
            writer.run(found[0], at)
            at = found.end()
        else:
            writer.put(text[at], at, at + 1)
            at += 1
    return _done(text, writer, (), notes)


def _done(raw: str, writer: _Writer, headings: tuple[tuple[int, int], ...], notes: tuple[str, ...]) -> Document:
    return Document(raw=raw, text="".join(writer.out), starts=writer.starts, ends=writer.ends, headings=headings, notes=notes)


MARKS = re.compile(
    r"\*\*|__|`+|~~|!?\[(?=[^\]\n]{0,500}\]\()|\]\([^)\s]{0,2000}(?:\s\"[^\"\n]{0,300}\")?\)|(?<![\w*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*])"
)


def _markdown(text: str, notes: tuple[str, ...]) -> Document:
    """Markdown without its marks: fenced code, comments and link addresses are not seen."""
    writer = _Writer()
    headings: list[tuple[int, int]] = []
    at = 0
    fenced = False
    for line in text.splitlines(keepends=True):
        begin = at
        at += len(line)
        if re.match(r"\s{0,3}(?:```|~~~)", line):
            fenced = not fenced
            continue
        if fenced or re.match(r"\s{0,3}(?:<!--.*-->\s*$|\|?[\s:|-]{3,}\|?\s*$|\[[^\]]{1,100}\]:\s)", line):
            writer.broken(begin)
            continue
        head = re.match(r"\s{0,3}(#{1,6}\s+|>\s?)+", line)
        first = len(writer.out)
        i = head.end() if head else 0
        while i < len(line):
            mark = MARKS.match(line, i)
            if mark and mark.end() > i:
                i = mark.end()
                continue
            writer.put("\n" if line[i] == "\r" else ";" if line[i] == "|" else line[i], begin + i, begin + i + 1)
            i += 1
        if head and "#" in head[0]:
            headings.append((first, len(writer.out)))
            writer.broken(at)
    return _done(text, writer, tuple(headings), notes)


def _hidden_rules(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Classes and identifiers that the page's own style sheets hide, where the selector is one class, identifier or element."""
    classes: set[str] = set()
    names: set[str] = set()
    at = 0
    lower = text.lower()
    while (begin := lower.find("<style", at)) >= 0:
        open_end = text.find(">", begin)
        end = lower.find("</style", begin)
        if open_end < 0:
            break
        end = len(text) if end < 0 else end
        for rule in CSS_RULE.finditer(text[open_end + 1 : end]):
            if HIDES.search(rule[2].lower()):
                for selector in rule[1].split(","):
                    if found := re.search(r"([.#])([-\w]+)\s*$", selector):
                        (classes if found[1] == "." else names).add(found[2])
        at = end + 1
    return frozenset(classes), frozenset(names)


def _html(text: str, notes: tuple[str, ...]) -> Document:
    writer = _Writer()
    classes, names = _hidden_rules(text)
    open_tags: list[tuple[str, bool]] = []
    headings: list[tuple[int, int]] = []
    heading = -1
    hidden = 0
    at = 0
    size = len(text)
    lower = text.lower()
    while at < size:
        char = text[at]
        if char == "<":
            after = _markup_end(text, at)
            tag = TAG_NAME.match(text, at)
            if tag is None or after < 0:
                if after < 0 and text.startswith("<!--", at):
                    break
                if text.startswith(("<!", "<?"), at) and after >= 0:
                    at = after
                    continue
                if not hidden:
                    writer.put(char, at, at + 1)
                at += 1
                continue
            name = tag[2].lower()
            if name in BLOCKS and not hidden:
                writer.broken(at)
            if tag[1]:
                if any(t == name for t, _ in open_tags[-64:]):
                    while open_tags:
                        last, hid = open_tags.pop()
                        hidden -= hid
                        if last == name:
                            break
                if name in HEADINGS and heading >= 0:
                    headings.append((heading, len(writer.out)))
                    heading = -1
            elif name in ("script", "style", "textarea", "title", "noscript", "template"):
                end = lower.find(f"</{name}", after)
                close = -1 if end < 0 else text.find(">", end)
                at = size if close < 0 else close + 1
                continue
            elif name not in VOID:
                hides = name in UNSEEN or _is_hidden(text[tag.end() : after - 1], classes, names)
                if not text.startswith("/>", after - 2):
                    if len(open_tags) < 10_000:
                        open_tags.append((name, hides))
                        hidden += hides
                    if name in HEADINGS and not hidden:
                        heading = len(writer.out)
            at = after
            continue
        if hidden:
            step = text.find("<", at)
            at = size if step < 0 else step
            continue
        if char == "&" and (found := ENTITY.match(text, at)):
            for c in entities.unescape(found[0]):
                writer.put(" " if c == "\n" else c, at, found.end())
            at = found.end()
            continue
        writer.put(" " if char in "\n\r" else char, at, at + 1)
        at += 1
    return _done(text, writer, tuple(headings), notes)


def _markup_end(text: str, at: int) -> int:
    """The place after a tag, comment or declaration that begins here, or -1."""
    if text.startswith("<!--", at):
        end = text.find("-->", at + 4)
        return -1 if end < 0 else end + 3
    found = TAG.match(text, at)
    return found.end() if found else -1


def _is_hidden(attributes: str, classes: frozenset[str], names: frozenset[str]) -> bool:
    for found in ATTRIBUTE.finditer(attributes[:20_000]):
        key, value = found[1].lower(), (found[2] or "").strip("\"'")
        if key == "hidden" or (key == "aria-hidden" and value == "true") or (key == "style" and HIDES.search(entities.unescape(value).lower())):
            return True
        if (key == "class" and classes and classes & set(value.split())) or (key == "id" and value in names):
            return True
    return False
