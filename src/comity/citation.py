"""Citations of the data behind measures and sources, as text or BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable

from comity import build, measures, sources
from comity.core import Source, UsageError, split_variant

AUTHORS, RELEASED = "The comity authors", 2026
_PERSON = re.compile(r"[^\W\d_][^\d,;:.()&]*, (?:[^\W\d_]\.[ -]?)+")
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {c: f"\\{c}" for c in "&%$#_{}"}


def cite(names: Iterable[str], *, bib: bool = False) -> str:
    """One entry for each source of the measures and sources named, in order of name; then comity itself."""
    from comity import __version__

    chosen: dict[str, Source] = {}
    for name in names:
        if name in sources.names():
            chosen[name] = sources.get(name)
            continue
        try:
            declared = measures.get(name)
        except UsageError as error:
            raise UsageError(f"{name[:80]!r} is neither a measure nor a source: {error}") from None
        for source in build.sources_of(split_variant(declared.name)[0]):
            chosen[source] = sources.get(source)
    ordered = [chosen[n] for n in sorted(chosen)]
    if bib:
        fields = {"author": f"{{{AUTHORS}}}", "title": "comity", "year": str(RELEASED), "note": f"Version {__version__}"}
        return "\n\n".join(dict.fromkeys([*(bibtex(s) for s in ordered), _entry("comity", fields)])) + "\n"
    return "\n".join([*(f"{s.citation} ({s.licence.name})" for s in ordered), f"comity {__version__}."]) + "\n"


def of_rows(given: Iterable[str]) -> tuple[str, ...]:
    """The sources that rows name, from their `source` values, each as `a+b:part`."""
    return tuple(n for n in dict.fromkeys(part.partition(":")[0] for one in given for part in one.split("+")) if n in sources.names())


def bibtex(source: Source) -> str:
    """The source's own BibTeX entry, or one made from its title, publisher and citation; always of a type and with a year that styles know."""
    if source.bibtex:
        given = re.sub(r"^@data\{(.*?)\bpublisher=", r"@misc{\1howpublished=", " ".join(source.bibtex.split()))
        return given if re.search(r"\byear ?=", given) else given[:-1] + ", year={n.d.}}"
    people = _people(source.citation)
    fields = {
        "author": " and ".join(map(_tex, people)) if people else f"{{{_tex(source.publisher)}}}", "title": _tex(source.title),
        "year": _year(source.citation, bracketed=bool(people)) or "n.d.", "note": _tex(source.citation),
    }  # fmt: skip
    return _entry(source.name, fields)


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _people(citation: str) -> list[str]:
    """The authors with whom a citation begins, `Surname, I. I.` each, others as BibTeX's `others`; none where it begins otherwise."""
    start = re.match(r"(.*?)(?: \(\d{4}\)|(?<=\.) [^\W\d_]{3,})", citation)
    named = re.sub(r",? et al\.?$", " & others", start[1]) if start else ""
    found = [p.strip() for p in re.split(r",? & |(?<=\.), ", named) if p.strip()]
    whole = bool(found) and all(p == "others" or _PERSON.fullmatch(p) for p in found)
    return found if whole and found != ["others"] else []


def _year(citation: str, *, bracketed: bool) -> str:
    """The year in brackets, where authors stand before it, else the newest that the citation names, else ""."""
    told = re.search(r"\((1[89]\d\d|20\d\d)\)", citation) if bracketed else None
    return told[1] if told else max(re.findall(r"(?<!\d)(?:1[89]\d\d|20\d\d)(?!\d)", citation), default="")


def _tex(text: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in " ".join(text.split()))
