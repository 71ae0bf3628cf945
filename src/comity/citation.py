"""Citations of the data behind measures and sources, as text or BibTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from comity import build, measures, sources
from comity.core import Source, UsageError, split_variant

AUTHORS, RELEASED = "The comity authors", 2026
_PERSON = re.compile(r"[^\W\d_][^\d,;:.()&]*, (?:[^\W\d_]\.[ -]?)+")
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {c: f"\\{c}" for c in "&%$#_{}"}


LISTS = {
    "cow": "Correlates of War Project (2017). State System Membership List, v2016.",
    "gw": "Gleditsch, K. S. & Ward, M. D. (1999). A revised list of independent states since the Congress of Vienna. International Interactions "
    "25(4), 393–413.",
}
"""The lists of states of which the spine is made."""


def cite(names: Iterable[str], *, bib: bool = False, lists: Iterable[str] = ()) -> str:
    """Entries for each source of the measures and sources named, in order of name; then the lists of states named, and comity itself."""
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
        found = [e for s in ordered for e in bibtex(s)]
        found += [_made(f"states_{n}", LISTS[n].split("). ", 1)[1].split(".")[0], LISTS[n], "") for n in lists]
        return "\n\n".join(dict.fromkeys([*found, _entry("comity", fields)])) + "\n"
    return "\n".join([*(f"{s.citation} ({s.licence.name})" for s in ordered), *(LISTS[n] for n in lists), f"comity {__version__}."]) + "\n"


def of_rows(given: Iterable[str]) -> tuple[str, ...]:
    """The sources that rows name, from their `source` values, each as `a+b:part`."""
    return tuple(n for n in dict.fromkeys(part.partition(":")[0] for one in given for part in one.split("+")) if n in sources.names())


def bibtex(source: Source) -> tuple[str, ...]:
    """The source's own BibTeX entry, and one made from its title and citation where it has none or that names others than the citation does.

    Each is of a type and with a year that styles know.
    """
    made = _made(source.name, source.title, source.citation, source.publisher)
    if not source.bibtex:
        return (made,)
    given = re.sub(r"^@data\{(.*?)\bpublisher=", r"@misc{\1howpublished=", " ".join(source.bibtex.split()))
    given = given if re.search(r"\byear ?=", given) else given[:-1] + ", year={n.d.}}"
    first = (_people(source.citation) or [""])[0].partition(",")[0]
    return (given,) if _letters(first) in _letters(given) else (made, given)


def _made(key: str, title: str, citation: str, publisher: str) -> str:
    """An entry by the authors with whom a citation begins, else by the name in whose stead the year follows, else by the publisher."""
    people, named = _people(citation), re.match(r"([^.;:()]{2,80}) \((?:1[89]|20)\d\d\)\.", citation)
    author = " and ".join(map(_tex, people)) if people else f"{{{_tex(named[1] if named else publisher)}}}"
    year = _year(citation, bracketed=bool(people or named)) or "n.d."
    return _entry(key, {"author": author, "title": _tex(title), "year": year, "note": _tex(citation)})


def _letters(text: str) -> str:
    """The bare letters of a name, whichever way its accents are written."""
    plain = re.sub(r"[{}]|\\[^A-Za-z]|\\[a-z](?=\{)", "", text)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isalpha()).casefold()


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
    """The year in brackets right after the authors, where such stand first, else the newest that the citation names, else ""."""
    told = re.match(r"(?:(?!(?<=\.) [^\W\d_]{3,})[^(])* \((1[89]\d\d|20\d\d)\)", citation) if bracketed else None
    return told[1] if told else max(re.findall(r"(?<!\d)(?:1[89]\d\d|20\d\d)(?!\d)", citation), default="")


def _tex(text: str) -> str:
    return "".join(_ESCAPED.get(c, c) for c in " ".join(text.split()))
