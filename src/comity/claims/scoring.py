"""The score of the guide: detection, sort, resolution, verdicts and their loss, on a folder of labelled texts, beside a plain alternative."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from comity.claims import layout
from comity.claims.checking import Ledger
from comity.claims.claim import Claim
from comity.claims.items import items
from comity.claims.places import Place
from comity.claims.reading import Document, read_file
from comity.core import BadDataError, UsageError

COUNTED = ("fact", "comparison", "trend", "cause", "forecast")
COLUMNS = ("phrase", "sort", "checkable", "measure", "dyad", "period", "verdict", "verdict_now")
SYNONYMS = {
    "coauthored_papers": "coauthored_works", "migrants": "migrant_stock", "students": "student_stock", "alliance": "alliance_defence",
    "leader_meetings_rate": "leader_meetings", "tourists": "tourists_stated", "leader_visits_rate": "leader_visits",
}  # fmt: skip
SYMMETRIC = frozenset(
    """trade_total_usd trade_total_usd_monthly vote_agreement joint_vetoes shared_igos coauthored_works alliance_defence leader_visits leader_meetings
    settlement_share_national alliance vote_s vote_kappa unsc_agreement""".split()
)  # fmt: skip
WRONG = {"supported": 3, "contradicted": 3}


@dataclass(frozen=True, kw_only=True)
class Gold:
    """One labelled claim with its span in the raw text."""

    span: tuple[int, int]
    phrase: str
    sort: tuple[str, ...]
    checkable: bool
    measure: tuple[str, ...]
    dyad: tuple[str, ...]
    period: tuple[str, ...]
    verdict: tuple[str, ...]
    verdict_now: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TextScore:
    """One text: gold labels, claims found, and which was matched with which (index of gold, index of claim)."""

    name: str
    gold: tuple[Gold, ...]
    found: tuple[Claim, ...]
    matches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Score:
    """All texts of a folder, and the same of the plain alternative."""

    texts: tuple[TextScore, ...]
    plain: tuple[TextScore, ...]


def labels(path: Path, raw: str) -> list[Gold]:
    """The labels of a text from its CSV; BadDataError where a phrase does not stand in the text exactly once or a column is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if lacking:
            raise BadDataError(f"{path}: no column {', '.join(lacking)}; expected {', '.join(COLUMNS)}")
        rows = list(reader)
    out = []
    for row in rows:
        at = raw.find(row["phrase"])
        if at < 0 or not row["phrase"]:
            raise BadDataError(f"{path}: the phrase {row['phrase'][:60]!r} does not stand in the text")

        def either(key: str, row: dict[str, str] = row) -> tuple[str, ...]:
            return tuple(p.strip() for p in (row[key] or "").split("|"))

        out.append(
            Gold(
                span=(at, at + len(row["phrase"])), phrase=row["phrase"], sort=either("sort"), checkable=row["checkable"].strip() == "yes",
                measure=either("measure"), dyad=either("dyad"), period=either("period"), verdict=either("verdict"), verdict_now=either("verdict_now"),
            )
        )  # fmt: skip
    return out


def score_folder(folder: Path, check: Callable[[Document], Ledger], *, verbose: bool = False) -> Score:
    """The score of every text in a folder that has labels beside it; UsageError where there is none."""
    texts, plain = [], []
    pairs = [
        (t, t.with_suffix(".csv"))
        for t in sorted(folder.iterdir())
        if t.suffix in (".txt", ".md", ".html", ".htm") and t.with_suffix(".csv").is_file()
    ]
    if not pairs:
        raise UsageError(f"{folder}: no labelled texts (NAME.txt, .md or .html with NAME.csv beside it)")
    for text, table in pairs:
        document = read_file(text)
        gold = labels(table, document.raw)
        ledger = check(document)
        texts.append(_matched(text.stem, gold, ledger.claims, document))
        plain.append(_matched(text.stem, gold, tuple(plain_claims(document)), document))
    return Score(texts=tuple(texts), plain=tuple(plain))


def _matched(name: str, gold: Sequence[Gold], found: Sequence[Claim], document: Document) -> TextScore:
    laid = layout.lay_out(document)
    bounds = [document.span(s.start, s.end) for s in laid.sentences]
    options = []
    for g, label in enumerate(gold):
        for f, claim in enumerate(found):
            common = min(label.span[1], claim.span[1]) - max(label.span[0], claim.span[0])
            if common * 2 < label.span[1] - label.span[0]:
                continue
            inside = [b for b in bounds if b[0] <= label.span[0] < b[1] + 1]
            if inside and (claim.span[0] < inside[0][0] - 2 or claim.span[1] > max(inside[-1][1], label.span[1]) + 2):
                continue
            options.append((common, -(claim.span[1] - claim.span[0]), g, f))
    matches = []
    used_gold: set[int] = set()
    used_found: set[int] = set()
    for _, _, g, f in sorted(options, reverse=True):
        if g not in used_gold and f not in used_found:
            used_gold.add(g)
            used_found.add(f)
            matches.append((g, f))
    return TextScore(name=name, gold=tuple(gold), found=tuple(found), matches=tuple(sorted(matches)))


def right_measure(gold: Gold, claim: Claim) -> bool:
    """Whether the measure is one of those labelled; exports of A to B are imports of B from A."""
    mine = _canonical(claim.measure)
    return any(_canonical(m) == mine or {_canonical(m), mine} == {"exports_usd", "imports_usd"} for m in gold.measure)


def _canonical(name: str) -> str:
    base = name.partition(":")[0]
    return SYNONYMS.get(base, base)


def _dyads(text: str, measure: str) -> frozenset[tuple[str, ...]]:
    out = []
    for part in text.replace("SUN", "RUS").split(";"):
        codes = tuple(part.strip().split("-"))
        flow = _canonical(measure)
        if flow in SYMMETRIC:
            codes = tuple(sorted(codes))
        elif flow == "imports_usd":
            codes = tuple(reversed(codes))
        out.append(codes)
    return frozenset(out)


def right_dyad(gold: Gold, claim: Claim) -> bool:
    """Whether the pairs are those labelled, ordered only where the measure is directed."""
    mine = ";".join("-".join(p) if p[0] != p[1] else p[0] for p in claim.pairs)
    return any(_dyads(mine, claim.measure) == _dyads(d, m) for d in gold.dyad for m in gold.measure)


def right_period(gold: Gold, claim: Claim) -> bool:
    """Whether the ends of the period are those labelled."""
    return any(_ends(p) == _ends(claim.period) for p in gold.period)


def _ends(period: str) -> frozenset[str]:
    if re.fullmatch(r"\d{4}-\d{2}", period):
        return frozenset([period])
    return frozenset(p for p in re.split(r"[;-]", period) if p)


def loss(said: str, gold: tuple[str, ...]) -> int:
    """0 where right, 3 for a wrong supported or contradicted (1 where the label is partly), else 1; "partly" is never worth more than 1."""
    if said in gold:
        return 0
    if said in WRONG and "partly" not in gold:
        return WRONG[said]
    return 1


def figures(texts: Sequence[TextScore]) -> dict[str, float]:
    """The figures of the guide's § 10 over some texts."""
    hit = false = gold_all = gold_hit = 0
    rest_all = rest_hit = 0
    sorts = matched = 0
    resolved = dict.fromkeys(("measure", "dyad", "period", "all"), 0)
    checkable = 0
    verdicts = nows = 0
    losses: list[int] = []
    losses_now: list[int] = []
    for t in texts:
        by_gold = dict(t.matches)
        by_found = {f: g for g, f in t.matches}
        for f, claim in enumerate(t.found):
            if claim.sort in COUNTED:
                if f in by_found:
                    hit += 1
                else:
                    false += 1
        for g, label in enumerate(t.gold):
            counted = any(s in COUNTED for s in label.sort)
            found = g in by_gold
            gold_all += counted
            gold_hit += counted and found
            rest_all += not counted
            rest_hit += (not counted) and found
            if not found:
                if counted:
                    losses.append(1)
                    losses_now.append(1)
                continue
            claim = t.found[by_gold[g]]
            matched += 1
            sorts += claim.sort in label.sort
            verdicts += claim.verdict in label.verdict
            nows += claim.verdict_now in label.verdict_now
            losses.append(loss(claim.verdict, label.verdict))
            losses_now.append(loss(claim.verdict_now, label.verdict_now))
            if label.checkable:
                checkable += 1
                each = (right_measure(label, claim), right_dyad(label, claim), right_period(label, claim))
                for key, ok in zip(("measure", "dyad", "period"), each, strict=True):
                    resolved[key] += ok
                resolved["all"] += all(each)
    precision = hit / (hit + false) if hit + false else 0.0
    recall = gold_hit / gold_all if gold_all else 0.0
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "recall_rest": rest_hit / rest_all if rest_all else 1.0, "sort": sorts / matched if matched else 0.0,
        **{k: v / checkable if checkable else 0.0 for k, v in resolved.items()},
        "verdict": verdicts / matched if matched else 0.0, "verdict_now": nows / matched if matched else 0.0,
        "loss": sum(losses) / len(losses) if losses else 0.0, "loss_now": sum(losses_now) / len(losses_now) if losses_now else 0.0,
    }  # fmt: skip


def band(texts: Sequence[TextScore], *, draws: int = 400, seed: int = 1) -> dict[str, tuple[float, float]]:
    """The 90 % band of each figure, drawing texts and, within each, labels with what was found for them (a bootstrap in two steps)."""
    chance = random.Random(seed)
    out: dict[str, list[float]] = {}
    for _ in range(draws):
        sample = []
        for _ in texts:
            t = chance.choice(texts)
            sample.append(_resampled(t, chance))
        for key, value in figures(sample).items():
            out.setdefault(key, []).append(value)
    cut = max(int(0.05 * draws), 0)
    return {k: (sorted(v)[cut], sorted(v)[-1 - cut]) for k, v in out.items()}


def _resampled(t: TextScore, chance: random.Random) -> TextScore:
    by_gold = dict(t.matches)
    unmatched = [c for f, c in enumerate(t.found) if f not in {f for _, f in t.matches}]
    units: list[tuple[Gold | None, Claim | None]] = [(g, t.found[by_gold[i]] if i in by_gold else None) for i, g in enumerate(t.gold)]
    units += [(None, c) for c in unmatched]
    gold: list[Gold] = []
    found: list[Claim] = []
    matches = []
    for _ in units:
        g, c = chance.choice(units)
        if g is not None:
            gold.append(g)
        if c is not None:
            found.append(c)
        if g is not None and c is not None:
            matches.append((len(gold) - 1, len(found) - 1))
    return replace(t, gold=tuple(gold), found=tuple(found), matches=tuple(matches))


def confusion(texts: Sequence[TextScore], what: str) -> Counter[tuple[str, str]]:
    """How often each label (the first where several are right) was found as each: `what` is sort, verdict or verdict_now."""
    out: Counter[tuple[str, str]] = Counter()
    for t in texts:
        by_gold = dict(t.matches)
        for i, g in enumerate(t.gold):
            either = getattr(g, what)
            said = getattr(t.found[by_gold[i]], what) if i in by_gold else "(missed)"
            out[(said if said in either else either[0], said)] += 1
    return out


def plain_claims(document: Document) -> list[Claim]:
    """The plain alternative: each sentence with a number is a fact about the nearest two states, and cannot be checked."""
    out: list[Claim] = []
    recent: list[str] = []
    for s in layout.lay_out(document).sentences:
        if s.header:
            continue
        found = items(document.text, s.start, s.end)
        for item in found:
            if isinstance(item.value, Place):
                recent = [c for c in recent if c != item.value.code] + [item.value.code]
        if not any(i.quantity is not None for i in found):
            continue
        span = document.span(s.start, s.end)
        pair = ((recent[-2], recent[-1]),) if len(recent) > 1 else ()
        out.append(
            Claim(
                id=len(out) + 1, span=span, phrase=document.text[s.start : s.end], sentence=document.text[s.start : s.end], sort="fact", rule="plain",
                pairs=pair, verdict="cannot-be-checked", verdict_now="cannot-be-checked",
            )
        )  # fmt: skip
    return out


def rows(score: Score) -> list[dict[str, Any]]:
    """A row for each text and one for all: comity's figures, the band of all, and the plain alternative's."""
    out: list[dict[str, Any]] = []
    bands = band(score.texts)
    for name, mine, other in [
        *((t.name, figures([t]), figures([p])) for t, p in zip(score.texts, score.plain, strict=True)),
        ("all", figures(score.texts), figures(score.plain)),
    ]:
        for key, value in mine.items():
            low, high = bands[key] if name == "all" else (None, None)
            out.append({"text": name, "figure": key, "value": value, "low": low, "high": high, "plain": other[key]})
    return out


def errors(score: Score) -> list[dict[str, str]]:
    """Every label that was missed or is wrong in some part, and every claim that has no label."""
    out = []
    for t in score.texts:
        by_gold = dict(t.matches)
        for i, g in enumerate(t.gold):
            if i not in by_gold:
                out.append({"text": t.name, "what": "missed", "label": "|".join(g.sort), "found": "", "phrase": g.phrase})
                continue
            c = t.found[by_gold[i]]
            checks = [("sort", c.sort in g.sort, g.sort, c.sort), ("verdict", c.verdict in g.verdict, g.verdict, c.verdict),
                      ("verdict_now", c.verdict_now in g.verdict_now, g.verdict_now, c.verdict_now)]  # fmt: skip
            if g.checkable:
                mine = ";".join("-".join(p) for p in c.pairs)
                checks += [
                    ("measure", right_measure(g, c), g.measure, c.measure),
                    ("dyad", right_dyad(g, c), g.dyad, mine),
                    ("period", right_period(g, c), g.period, c.period),
                ]
            for what, ok, label, said in checks:
                if not ok:
                    out.append({"text": t.name, "what": what, "label": "|".join(label), "found": said, "phrase": g.phrase})
        matched = {f for _, f in t.matches}
        for f, c in enumerate(t.found):
            if f not in matched and c.sort in COUNTED:
                out.append({"text": t.name, "what": "no label", "label": "", "found": c.sort, "phrase": c.phrase})
    return out


def summary(score: Score) -> str:
    """The figures of all texts in a few lines."""
    mine, other = figures(score.texts), figures(score.plain)
    lines = [f"{k:12} {v:6.3f}   plain {other[k]:6.3f}" for k, v in mine.items()]
    lines += [f"{e['text']:16} {e['what']:11} label {e['label']:24} found {e['found']:24} {e['phrase'][:90]}" for e in errors(score)]
    return "\n".join(lines)
