"""Citations of the data behind measures and sources, as text or BibTeX."""

from __future__ import annotations

import re

from comity import build, measures, sources
from comity.core import Source, UsageError, split_variant


def cite(names: tuple[str, ...], *, bib: bool = False) -> str:
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
        own = f"@software{{comity,\n  title = {{comity}},\n  version = {{{__version__}}}\n}}"
        return "\n\n".join([*(bibtex(s) for s in ordered), own]) + "\n"
    return "\n".join([*(f"{s.citation} ({s.licence.name})" for s in ordered), f"comity {__version__}."]) + "\n"


def bibtex(source: Source) -> str:
    """The source's own BibTeX entry, or one made from its title, publisher and citation."""
    if source.bibtex:
        return source.bibtex.strip()
    year = re.search(r"\b(1[89]\d\d|20\d\d)\b", source.citation)
    fields = {"title": source.title, "author": f"{{{source.publisher}}}", "year": year.group(1) if year else "", "note": source.citation}
    lines = [f"  {key} = {{{_tex(value)}}}" for key, value in fields.items() if value]
    return f"@misc{{{source.name},\n" + ",\n".join(lines) + "\n}"


def _tex(text: str) -> str:
    words = " ".join(text.split()).replace("\\", r"\textbackslash ")
    return re.sub(r"([&%$#_{}])", r"\\\1", words)
