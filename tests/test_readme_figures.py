"""For each source a figure that the README of its folder states, counted again from the built tables and series.

The figures stand in `readme_figures.py` and `readme_figures_economy.py`. Where the data are not held, only what needs none of them is tested.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from comity import build, docs, measures, sources
from comity.reading import locate
from from_files import COMPUTED
from readme_figures import EVENTS, POLITICS, Figure
from readme_figures_economy import PRODUCTION, TRADE

FIGURES = (*POLITICS, *EVENTS, *PRODUCTION, *TRADE)
UNREAD: dict[str, str] = {"un_vote_model": "`comity align` reads it; a forecast is no measure"}
UNREAD_TABLES = {
    "trade_agreement_titles": "the names of agreements, which the register of undertakings prints",
    "unsc_resolutions": "titles and tallies; the votes of the members are read",
    "unsc_members": "who sat in each year, as a test compares; the votes say it too",
    "ideal_items": "how strongly each roll call divides, which `comity dividing` prints",
    "voeten_absences": "who was absent; the votes that are compared are those cast",
    "wiod_industries": "the names of the 35 industries",
    "gravity_terms": "the coefficients behind expected_trade, which `comity gravity` prints",
    "gravity_sample": "what those coefficients stand on, one row",
    "judged_reports": "how many reports the rule for suspected ones could judge",
    "value_routes": "the ways that value takes, which `comity chains` prints",
    "wits_main_partners": "the trade of each reporter with five partners only; imf_dots and oec_trade have all pairs",
}

each = pytest.mark.parametrize("figure", FIGURES, ids=[f"{f.source}-{n}" for n, f in enumerate(FIGURES)])


@pytest.fixture(scope="module")
def built(full_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees every table of the built store by name and every series as `series.name`."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE SCHEMA series")
        for folder, prefix in (("tables", ""), ("series", "series.")):
            for path in sorted((full_home / folder).glob("*.parquet")):
                connection.execute(f"CREATE VIEW {prefix}\"{path.stem.replace('__', ':')}\" AS FROM read_parquet('{path}')")
        yield connection


@each
def test_a_figure_of_the_readme_is_that_of_the_built_data(figure: Figure, built: duckdb.DuckDBPyConnection, shared_data: Path) -> None:
    rows = built.execute(figure.sql.replace("{folder}", str(shared_data))).fetchall()
    found = [float(value) if isinstance(value, Decimal) else value for row in rows for value in row]
    assert found == pytest.approx(list(figure.expected), abs=1e-9)


@each
def test_a_figure_is_copied_from_the_readme_word_for_word(figure: Figure, shared_data: Path) -> None:
    readme = " ".join((shared_data / figure.readme / "README.md").read_text(encoding="utf-8").split())
    assert figure.says in readme


@each
def test_an_expected_number_stands_in_the_sentence_or_the_note_says_why_not(figure: Figure) -> None:
    said = {float(n) for n in re.findall(r"\d*\.\d+|\d+", re.sub(r"(?<=\d),(?=\d{3})", "", figure.says))}
    strange = [v for v in figure.expected if isinstance(v, int | float) and not isinstance(v, bool) and abs(v) not in said]
    assert not strange or figure.note, f"{strange} are not in the sentence: say why in `note`"


@each
def test_a_figure_is_counted_from_what_its_source_became(figure: Figure) -> None:
    words = set(re.findall(r"\w+", figure.sql))
    tables = {table.name for table in sources.get(figure.source).tables}
    series = {name for name in measures.load() if name in words and figure.source in build.sources_of(name)}
    assert words & tables or series


def test_every_source_of_the_held_data_has_a_figure_of_its_readme(shared_data: Path) -> None:
    """Add a Figure with each new source whose files are held: one counts as used only when a figure of its README is a test."""
    held = {n for n in sources.packaged() if any(locate(shared_data, f.name) for f in sources.get(n).files)}
    assert {f.source for f in FIGURES} == held - COMPUTED


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.xfail(strict=True, reason=UNREAD[n])] if n in UNREAD else []) for n in sources.names()]
)
def test_a_source_is_read_by_a_measure(name: str) -> None:
    """Directly or through another measure. An exception in `UNREAD` fails this test once a measure reads it."""
    assert name in {source for measure in measures.load() for source in build.sources_of(measure)}


def test_a_table_that_no_measure_reads_is_listed_with_its_reason() -> None:
    read = {name for measure in measures.load().values() for name in measure.inputs}
    tables = {table.name for name in set(sources.names()) - set(UNREAD) for table in sources.get(name).tables}
    assert tables - read == set(UNREAD_TABLES)


def test_a_file_is_either_read_or_listed_as_not_read(shared_data: Path) -> None:
    """Not both, and nothing is listed that is not held; a file is found by its name, so no two have the same. A source's file need not be held."""
    held = [path.name for path in shared_data.rglob("*") if path.is_file() and path.name != "README.md"]
    read = {Path(file.name).name for name in sources.names() for file in sources.get(name).files}
    patterns = [pattern.strip() for names in docs.UNUSED for pattern in names.split(",")]
    listed = {pattern: set(fnmatch.filter(held, pattern)) for pattern in patterns}
    assert len(held) == len(set(held))
    assert not [pattern for pattern in patterns if not listed[pattern]], "listed, but not held"
    assert not read & set().union(*listed.values()), "both read and listed as not read"
    strange = set(held) - read - set().union(*listed.values())
    assert not strange, "held, but no source reads it: list it in docs.UNUSED with the reason"
