"""Citations: every BibTeX entry is one that BibTeX reads, with authors, title and year; a dyad's are of the sources with a value of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.made_series import cover, day, put, row

import comity
from comity import citation, measures, panel_cells, panel_files, panel_sources, sources

TYPES = {"article", "book", "inproceedings", "misc", "techreport"}
"""Those of the entry types of BibTeX's standard styles that occur."""


def entries(text: str) -> dict[str, dict[str, str]]:
    """Entries by key, by BibTeX's own grammar: `@type{key, field={balanced}, …}` and nothing else; ValueError where it does not hold."""
    out: dict[str, dict[str, str]] = {}
    rest = text.strip()
    while rest:
        head = re.match(r"@([a-z]+)\{([A-Za-z0-9_:-]+)", rest)
        if head is None or head[1] not in TYPES or head[2] in out:
            raise ValueError(f"no entry, of no type, or a second of its key: {rest[:60]!r}")
        fields, rest = {}, rest[head.end() :]
        while (field := re.match(r"\s*,\s*([A-Za-z]+)\s*=\s*\{", rest)) is not None:
            value, rest = balanced(rest[field.end() :])
            if field[1] in fields:
                raise ValueError(f"{head[2]}: two fields {field[1]}")
            fields[field[1]] = value
        if not re.match(r"\s*\}", rest):
            raise ValueError(f"{head[2]}: does not end where its fields do: {rest[:40]!r}")
        rest = rest.lstrip()[1:].lstrip()
        out[head[2]] = fields
    return out


def balanced(text: str) -> tuple[str, str]:
    """What stands before the brace that closes, and what after; BibTeX counts escaped braces too."""
    depth = 1
    for i, c in enumerate(text):
        depth += (c == "{") - (c == "}")
        if depth == 0:
            return text[:i], text[i + 1 :]
    raise ValueError(f"never closed: {text[:40]!r}")


@pytest.mark.parametrize(
    "wrong", ["@data{k, a={b}}", "@misc{k, a={b}", "@misc{k, a={b}} x", "@misc{k, a={b}, a={c}}", "@misc{k, a=b}", "@misc{k}@misc{k}"]
)
def test_the_grammar_refuses_what_bibtex_does(wrong: str) -> None:
    with pytest.raises(ValueError):
        entries(wrong)


def test_every_entry_is_read_and_names_authors_title_and_year() -> None:
    found = entries(citation.cite(sources.names(), bib=True))
    keys = {key for n in sources.names() for one in citation.bibtex(sources.get(n)) for key in entries(one)}
    assert set(found) == keys | {"comity"}
    for key, fields in found.items():
        assert fields["author"] and fields["title"] and re.fullmatch(r"\d{4}|n\.d\.", fields["year"]), key
        assert "\\{" not in fields["author"], f"{key}: braces that hold a name together are not escaped"
        for name, value in fields.items():
            assert not re.search(r"(?<!\\)[&%#]", value) and (name in ("doi", "eprint") or not re.search(r"(?<!\\)_", value)), (key, name)


@pytest.mark.parametrize(
    ("name", "author", "year"),
    [
        ("archigos", "Goemans, H. E. and Gleditsch, K. S. and Chiozza, G.", "2009"), ("polity5", "Marshall, M. G. and Gurr, T. R.", "2020"),
        ("vdem", "Coppedge, M. and others", "2025"), ("cow_majors", "{Correlates of War Project}", "2017"),
        ("pew_views", "{Pew Research Center}", "2023"),
    ],
)  # fmt: skip
def test_authors_are_those_of_the_citation_else_the_publisher(name: str, author: str, year: str) -> None:
    (made,) = citation.bibtex(sources.get(name))
    (fields,) = entries(made).values()
    assert (fields["author"], fields["year"]) == (author, year)


@pytest.mark.parametrize(
    ("citation_of", "author", "year"),
    [
        ("Me (2024). Trust.", "{Me}", "2024"), ("Jane Doe and John Roe (2023). A survey, 1990–2022.", "{Jane Doe and John Roe}", "2023"),
        ("Doe, J. (2021). Trust, wave of 2024.", "Doe, J.", "2021"), ("A survey of 2024", "{the user's own}", "2024"),
        ("Trust; Doe (2021)", "{the user's own}", "2021"),
    ],
)  # fmt: skip
def test_a_users_source_is_by_whom_its_citation_names(citation_of: str, author: str, year: str) -> None:
    one = replace(sources.get("polity5"), bibtex="", citation=citation_of, publisher="the user's own")
    (fields,) = entries(citation.bibtex(one)[0]).values()
    assert (fields["author"], fields["year"]) == (author, year)


def test_who_is_cited_is_in_the_bibliography() -> None:
    """The authors with whom a citation begins are those of an entry; an entry of the article beside the data stays."""
    for name in sources.names():
        people = citation._people(sources.get(name).citation)
        authors = " ".join(e["author"] for one in citation.bibtex(sources.get(name)) for e in entries(one).values())
        assert not people or citation._letters(people[0].partition(",")[0]) in citation._letters(authors), name
    found = entries(citation.cite(["coauthored_works"], bib=True))
    assert found["openalex_coauthorship"]["author"] == "Batagelj, V." and found["openalex_coauthorship"]["year"] == "2024"
    assert "Priem" in found["priem2022openalex"]["author"]
    assert {n for n in sources.names() if len(citation.bibtex(sources.get(n))) > 1} == {"copdab", "openalex_coauthorship", "un_debate", "weis"}


def test_hostile_text_stays_text() -> None:
    odd = replace(sources.get("polity5"), bibtex="", title=r"50% \of {all} & ~^_#$", citation="No year here", publisher="A } and { B")
    fields = {m[1]: m[2] for m in re.finditer(r"^  ([a-z]+) = \{(.*)\},?$", citation.bibtex(odd)[0], re.M)}
    assert fields["year"] == "n.d." and r"50\% \textbackslash{}of \{all\} \& \textasciitilde{}\textasciicircum{}\_\#\$" in fields["title"]


def test_comity_is_cited_as_its_own_file_says() -> None:
    told = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    own = entries(citation.cite((), bib=True))["comity"]
    assert own["author"] == f"{{{citation.AUTHORS}}}" and f"- name: {citation.AUTHORS}\n" in told
    assert f"date-released: {own['year']}-" in told and own["note"] == f"Version {comity.__version__}"


def test_a_dyad_is_cited_by_the_sources_that_say_something_of_it(home: Path) -> None:
    rows = [row("CHN", "RUS", day(2010), 1.0, source="oec_trade"), row("CHN", "USA", day(2015), 1.0, source="imf_dots:USA")]
    put(home, "exports_usd", rows, {"oec_trade": cover(1963, 2014), "imf_dots": cover(2000, 2020), "wits_summary": cover(1988, 2019)})
    store = comity.open(home)
    of_all, of_two, of_none = (entries(store.cite("exports_usd", bib=True, dyad=d)) for d in (None, ("CHN", "USA"), ("FRA", "USA")))
    assert set(of_two) == {"imf_dots", "comity"} and set(of_none) == {"comity"} and {"oec", "imf_dots"} < set(of_all)
    assert set(entries(store.cite("polity5", bib=True, dyad=("CHN", "USA")))) == {"polity5", "comity"}, "a source that is named is cited"


def test_silence_of_a_dyad_is_cited_where_it_is_a_value(home: Path) -> None:
    put(home, "disputes", [row("CHN", "USA", day(1991), 1.0)], {"cow_mid": cover(1950, 2014, states="cow")})
    assert set(entries(comity.open(home).cite("disputes", bib=True, dyad=("FRA", "GBR")))) == {"palmer2022mid5", "comity"}


def test_the_methods_of_an_early_day_name_the_years_that_were_public(home: Path) -> None:
    """Of a measure whose silence is a value, to the year: the last year of the text is the last in which the table has one."""
    put(home, "disputes", [row("CHN", "USA", day(1991), 1.0)], {"cow_mid": cover(1950, 2014, states="cow")})
    for on in (day(1998), day(2004, 12, 30), day(2004, 12, 31), day(2019)):
        plan = comity.open(home).dyads("year", 1985, 2012, states=("CHN", "USA"), as_of=on).add("disputes")
        table = plan.to_arrow()
        seen = [r["year"] for r in table.to_pylist() if r["disputes"] is not None]
        assert panel_sources.used(plan, panel_cells.cells(table))["disputes"] == {"cow_mid": tuple(seen)} and seen
        assert f"1985–{max(seen)}. " in panel_files.methods(plan, table)


def test_what_goes_along_with_a_page_names_the_sources_of_its_rows(home: Path) -> None:
    """`.metadata.json` of two states, and of all, where the Series covers a source that has no row of the two."""
    from comity.web import measure as pages

    rows = [row("CHN", "RUS", day(2010), 1.0, source="oec_trade"), row("CHN", "USA", day(2015), 1.0, source="imf_dots:USA")]
    put(home, "exports_usd", rows, {"oec_trade": cover(1963, 2014), "imf_dots": cover(2000, 2020)})
    store, declared = comity.open(home), measures.get("exports_usd")
    for given, named in ((("imf_dots:USA",), ["imf_dots"]), ((), ["imf_dots", "oec_trade"])):
        said = pages.about(store, declared, "exports_usd", given=given)
        assert [s["name"] for s in said["sources"]] == named == list(said["coverage"])
    assert not any("Simoes" in c for c in pages.about(store, declared, "exports_usd", given=("imf_dots:USA",))["citation"])
