"""What may leave the store: the Series that every licence behind them lets comity pass on, and their terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comity import build, measures, sources, standing, store
from comity.core import Source, split_variant
from comity.store import Holdings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What of a Series may be passed on, how many rows were held back, and the sources whose terms say so."""

    rows: pa.Table
    held_back: int
    because: tuple[str, ...]


def shareable(table: pa.Table) -> Shared:
    """The rows of a Series that may be passed on: none from a source that allows nothing, none of unverified origin."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.column("source")
    refused = {s: why for s in column.unique().to_pylist() if (why := _refusal(s))}
    keep = pc.invert(pc.is_in(column, value_set=pa.array(list(refused), pa.string())))
    rows = table.filter(keep)
    return Shared(rows=rows, held_back=table.num_rows - rows.num_rows, because=tuple(dict.fromkeys(refused.values())))


def make_starter(home: Path, target: Path, *, leave_out: Iterable[str] = ()) -> dict[str, int]:
    """Write the starter from a full store: every shareable Series but variants, the position in some years, and the licences; bytes by name.

    Files of the target that the store no longer gives are removed. `leave_out` names Series that would make it too large.
    """
    import pyarrow.parquet as pq

    holdings = Holdings(home, home)
    out: dict[str, int] = {}
    used: dict[str, Source] = {}
    skipped = set(leave_out)
    for name in holdings.names("series"):
        base, variant = split_variant(name)
        if name in skipped or variant or base not in measures.load() or measures.is_own(measures.get(base)):
            continue
        row = holdings.row("series", name)
        shared = shareable(pq.read_table(row.path))
        if not shared.rows.num_rows:
            continue
        facts = dict(row.facts) | {"content": store.content_hash(shared.rows), "rows": shared.rows.num_rows}
        facts["coverage"] = {s: c for s, c in row.facts["coverage"].items() if not _refusal(s)}
        if shared.held_back:
            starts = shared.rows.column("start").to_pylist()
            facts["first"], facts["last"] = str(min(starts)), str(max(starts))
        facts.pop("format")
        path = store.artefact_path(target, "series", name)
        if not path.is_file() or store.ledger_row(path, "series", "starter").content != facts["content"]:
            store.write(path, shared.rows, facts, level=19)
        out[name] = path.stat().st_size
        used |= {s: sources.get(s) for s in facts["coverage"]}
    if holdings.has("model", standing.NAME):
        out[standing.NAME], behind = _position(holdings, target)
        used |= {s: sources.get(s) for s in behind}
    for path in (target / "series").glob("*.parquet"):
        if path.stem.replace("__", ":") not in out:
            path.unlink()
    target.mkdir(parents=True, exist_ok=True)
    (target / "LICENSES").write_text(licences(used.values(), out), encoding="utf-8")
    return out


def _position(holdings: Holdings, target: Path) -> tuple[int, tuple[str, ...]]:
    """Write what of the position may be passed on, in the years of the starter; its bytes and the sources behind it."""
    import pyarrow.parquet as pq

    row = holdings.row("model", standing.NAME)
    refused = [n for n in standing.evidence() if n in row.facts["years"] and any(_refusal(s) for s in build.sources_of(n))]
    table, fitted = standing.part(pq.read_table(row.path), row.facts, refused, POSITION_YEARS)
    behind = _behind(standing.NAME)
    facts = {k: v for k, v in row.facts.items() if k != "format"} | fitted
    facts |= {"content": store.content_hash(table), "rows": table.num_rows, "left_out": refused}
    facts["coverage"] = {s: c for s, c in row.facts["coverage"].items() if s in behind}
    facts["inputs"] = {n: v for n, v in row.inputs.items() if n not in refused}
    path = store.artefact_path(target, "model", standing.NAME)
    before = store.ledger_row(path, "model", "starter") if path.is_file() else None
    if before is None or (before.content, before.facts["families"]) != (facts["content"], facts["families"]):
        store.write(path, table, facts, level=19)
    return path.stat().st_size, behind


def licences(used: Iterable[Source], names: Iterable[str]) -> str:
    """The terms under which the starter's Series may be used, source by source."""
    lines = ["What is in this folder was computed by comity. Each row names its source; these are the sources' terms.", ""]
    by_source: dict[str, list[str]] = {}
    for name in sorted(names):
        for behind in _behind(name):
            by_source.setdefault(behind, []).append(name)
    for source in sorted(used, key=lambda s: s.name):
        marks = [m for m, on in (("share-alike", source.licence.share_alike), ("non-commercial", source.licence.non_commercial)) if on]
        lines += [
            f"{source.name}: {source.title}", f"  publisher: {source.publisher}",
            f"  licence: {source.licence.name}" + (f" ({', '.join(marks)})" if marks else ""),
            f"  terms: {source.licence.terms}", f"  cite: {source.citation}", f"  series: {', '.join(by_source.get(source.name, []))}", "",
        ]  # fmt: skip
    return "\n".join(lines)


def _behind(name: str) -> tuple[str, ...]:
    """The sources of a Series, or of the position as it is passed on."""
    if name != standing.NAME:
        return build.sources_of(split_variant(name)[0])
    every = (build.sources_of(n) for n in standing.evidence())
    return tuple(sorted({s for behind in every if not any(_refusal(b) for b in behind) for s in behind}))


def closed(holdings: Holdings, full: str) -> tuple[str, ...]:
    """The sources of a Series whose terms allow nothing of it to be passed on, in order of name."""
    named = {p.partition(":")[0] for s in holdings.row("series", full).facts["coverage"] for p in s.split("+")}
    return tuple(sorted(n for n in named if n in sources.names() and sources.get(n).licence.share == "no"))


def _refusal(source: str) -> str:
    for part in source.split("+"):
        if part.endswith(build.UNVERIFIED):
            return f"{part}: unverified"
        name = part.partition(":")[0]
        if name not in sources.names() or sources.get(name).licence.share == "no":
            return f"{name}: its terms do not allow it"
        if not sources.get(name).verified:
            return f"{name}: unverified"
    return ""


POSITION_YEARS = (1995, 2005, 2013, 2020, 2023)
"""Years of the position that come with the package: with all of them it would be ten times as large."""
LARGE = (
    "agreement_excess", "capability_ratio", "trade_share", "coauthored_share", "trade_balance_usd", "regime_distance", "gdelt_score",
    "mirror_gap", "debate_mentions", "section_share", "migrant_share", "capital_distance_km",
    "vote_s", "vote_kappa", "vote_pi", "vote_support", "alliance_s", "alliance_kappa", "vision_gap_probability", "ideal_point_distance",
    "trade_expected_usd", "trade_to_expected", "trade_to_gdp", "other_suppliers", "trade_complementarity", "export_similarity",
    "trade_concentration", "trade_intensity", "intra_industry_trade",
)  # fmt: skip
"""Series that would make the starter too large; most follow from others that are in it."""

if __name__ == "__main__":
    import sys

    sizes = make_starter(Path(sys.argv[1]), store.STARTER, leave_out=LARGE)
    for held, size in sorted(sizes.items(), key=lambda item: -item[1]):
        sys.stdout.write(f"{size / 1e6:8.3f} MB  {held}\n")
    sys.stdout.write(f"{sum(sizes.values()) / 1e6:8.3f} MB\n")
