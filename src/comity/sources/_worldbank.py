"""The World Bank's own files: pages of its indicator API as rows."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import states
from comity.core import BadDataError, ComityWarning, Coverage, File, Layout, Remote

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

ROW = ("indicator", "country", "countryiso3code", "date", "value", "unit", "obs_status", "decimal")
"""The keys of a row of the API, version 2."""
PAGE = 20_000
"""Rows asked for a page: all economies and years of one indicator stand on one."""
AGGREGATES = (
    "AFE", "AFW", "ARB", "CEB", "CHI", "CSS", "EAP", "EAR", "EAS", "ECA", "ECS", "EMU", "EUU", "FCS", "HIC", "HPC", "IBD", "IBT",
    "IDA", "IDB", "IDX", "LAC", "LCN", "LDC", "LIC", "LMC", "LMY", "LTE", "MEA", "MIC", "MNA", "NAC", "OED", "OSS", "PRE", "PSS",
    "PST", "SAS", "SSA", "SSF", "SST", "TEA", "TEC", "TLA", "TMN", "TSA", "TSS", "UMC", "WLD", "INX",
)  # fmt: skip
"""The codes of regions, income groups and the Channel Islands (two territories)."""


def indicator(code: str, build: Callable[[Raw], dict[str, pa.Table]], *, coverage: Coverage) -> Layout:
    """The layout of one indicator as the World Bank's API gives it: JSON pages of [what the page is, rows]."""
    return Layout(
        name="World Bank API",
        files=(File(name=f"{code}_*.json", view="pages", columns=ROW, plain=True, found=keys),),
        build=build,
        seen=("https://datahelpdesk.worldbank.org/knowledgebase/articles/889392-about-the-indicators-api-documentation",),
        remotes=(
            Remote(
                url=f"https://api.worldbank.org/v2/country/all/indicator/{code}?format=json&per_page={PAGE}&page={{page}}",
                file=f"{code}_{{page}}.json",
                fields={"page": ("1",)},
            ),
        ),
        coverage=coverage,
        limits=("the newest edition revises earlier years; a year that no economy reports yet is no row",),
    )


def keys(path: Path) -> tuple[str, ...]:
    """The keys of the first row of a page."""
    return tuple(_page(path)[1][0])


def rows(raw: Raw, code: str) -> pa.Table:
    """Name, ISO code, year and value of every economy that reports, from all pages; regions and income groups are left out.

    A value that is not given is no row. A code that names neither a state nor a listed group is left out with a warning. Raises
    BadDataError where a page is missing or is of another indicator.
    """
    import pyarrow as pa

    found: dict[int, list[dict[str, Any]]] = {}
    wanted = 0
    for path in raw.all["pages"]:
        about, listed = _page(path)
        if strange := {str(r["indicator"]["id"]) for r in listed} - {code}:
            raise BadDataError(f"{path}: indicator {', '.join(sorted(strange))}; expected {code}")
        if int(about["page"]) in found:
            raise BadDataError(f"{path}: page {about['page']} is there twice; keep one edition in the folder")
        found[int(about["page"])] = listed
        wanted = max(wanted, int(about["pages"]))
    if lost := sorted(set(range(1, wanted + 1)) - set(found)):
        raise BadDataError(f"source {raw.source}: page(s) {', '.join(map(str, lost))} of {wanted} missing; fetch them all")
    every = [r for page in found.values() for r in page if r["value"] is not None and r["countryiso3code"]]
    codes = sorted({str(r["countryiso3code"]) for r in every} - set(AGGREGATES))
    known = {c for c, state in zip(codes, states.recode(pa.array(codes, pa.string()), None, "iso3")[0].to_pylist(), strict=True) if state}
    if strangers := [c for c in codes if c not in known]:
        warnings.warn(f"{raw.source}: {', '.join(strangers[:20])} name no state and are left out", ComityWarning, stacklevel=2)
    kept = [r for r in every if r["countryiso3code"] in known]
    return pa.table(
        {
            "name": pa.array([r["country"]["value"] for r in kept], pa.string()),
            "code": pa.array([r["countryiso3code"] for r in kept], pa.string()),
            "year": pa.array([int(r["date"]) for r in kept], pa.int32()),
            "value": pa.array([float(r["value"]) for r in kept], pa.float64()),
        }
    )


def _page(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a page says of itself, and its rows; BadDataError where it holds the API's message of an error or something else."""
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadDataError(f"{path}: no JSON ({error}); expected a page of the World Bank's API") from error
    if not isinstance(given, list) or len(given) != 2 or not isinstance(given[0], dict) or not isinstance(given[1], list) or not given[1]:
        raise BadDataError(f"{path}: {str(given)[:200]}; expected [what the page is, rows]")
    lacking = [k for k in ("page", "pages") if k not in given[0]]
    lacking += [k for k in ROW[:5] if not all(isinstance(r, dict) and k in r for r in given[1])]
    if lacking:
        raise BadDataError(f"{path}: {', '.join(lacking)} missing; expected a page of the World Bank's API")
    return given[0], given[1]
