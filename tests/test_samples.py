"""Every packaged source builds from its made sample and from the held files; every measure of sampled sources keeps its declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import build, declared, measures, sources
from comity.core import SERIES_COLUMNS
from comity.reading import file_hash, locate
from comity.store import Holdings
from from_files import COMPUTED, SAMPLES, Files, tables

ROOMY = frozenset(
    {
        "archigos", "capitals", "cow_contiguity", "cow_majors", "cow_wars", "gml_mids", "sipri_arms", "thompson_dreyer_rivalries",
        "thompson_rivalries", "ties_sanctions", "vdem",
    }
)  # fmt: skip
"""Sources whose usual number of rows is declared wider, as their tables are spells spread over years or of many kinds."""
SAMPLED = sorted(set(sources.packaged()) - COMPUTED)
FULL = [full for name, m in measures.load().items() for full in (name, *(f"{name}:{v}" for v in m.variants))]
BARE = {
    "trade_mirrored_usd:imports": "the sample's one year without a report is of exports",
    "oil_gas_exports_usd:other": "the sample names its buyers",
    "leader_visits_rate": "the sample names no two visits of one year",
    "alliance_offence": "the sample's treaties promise no attack",
    "alliance_offence:either": "likewise",
    "alliance_neutrality": "the sample's treaties promise no neutrality",
    "alliance_neutrality:either": "likewise",
    **{f"vote_agreement:{v}": "the sample's roll calls are on other issues" for v in ("me", "nu", "co", "ec", "di")},
    "icews_subset_cooperative_share:icews14": "the sample is of the other subset",
    "acts_reciprocity": "the sample has no sixty months of one pair",
}
"""Series that their sample leaves without a row, with the reason."""


def test_every_declaration_says_what_a_declaration_must() -> None:
    every = [*map(sources.get, sources.packaged()), *measures.load().values()]
    assert [f"{one.name}: {fault}" for one in every for fault in declared.faults(one)] == []


@pytest.fixture(scope="module")
def sample() -> Files:
    return Files(SAMPLES)


@pytest.mark.parametrize("name", SAMPLED)
def test_a_source_builds_from_its_sample_as_it_promises(name: str) -> None:
    """Add tests/samples/NAME with made files of the publisher's layout, a few rows each."""
    assert (SAMPLES / name).is_dir(), f"tests/samples/{name} is missing: a few made rows in each file of the source"
    assert all(table.num_rows for table in tables(name, SAMPLES / name).values())


@pytest.mark.parametrize("name", SAMPLED)
def test_the_held_files_are_those_the_reader_was_written_for(name: str, shared_data: Path) -> None:
    for file in sources.get(name).files:
        path = locate(shared_data, file.name)
        if path is not None:
            assert file_hash(path) == file.sha256, file.name


def test_the_held_files_fill_at_least_four_fifths_of_the_promised_rows(full_home: Path) -> None:
    """A bound far above what is there would let a file through that was read twice."""
    held = Holdings(full_home, full_home)
    for spec in (t for n in SAMPLED if n not in ROOMY for t in sources.get(n).tables):
        if held.has("table", spec.name):
            high = spec.rows[1]
            assert high is not None and 0.8 * high <= held.row("table", spec.name).rows <= high, spec.name


@pytest.mark.parametrize("full", FULL)
def test_a_measure_of_sampled_sources_keeps_its_declaration(full: str, sample: Files) -> None:
    declared = measures.get(full)
    assert declared.because and declared.reference and declared.doc
    if set(build.sources_of(declared.name)) & COMPUTED:
        pytest.skip("its source is computed from whole files of others")
    series = sample.table(full)
    assert tuple(series.column_names) == SERIES_COLUMNS
    assert series.num_rows or full in BARE
