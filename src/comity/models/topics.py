"""What a roll call is about: the issue codes of Voeten's file predicted for resolutions that he has not coded, from headings and titles.

Pure functions on texts, sessions and codes. scikit-learn (extra `text`) is imported when a model is fitted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Bools = NDArray[np.bool_]
    Float64 = NDArray[np.float64]

ISSUES = ("me", "nu", "co", "hr", "ec", "di")
"""Middle East, nuclear weapons, colonialism, human rights, economic development, disarmament."""
TRAINED = (31, 72)
"""Sessions whose codes teach the issues. Before 31 the Digital Library holds too few of the coded roll calls; in 74 the columns of
colonialism and economic development repeat that of disarmament, and in 73 colonialism is coded on 3 of 13 resolutions that always
bore it (docs/solidarity.md), so both sessions are left out and predicted as the later ones are."""
IMPORTANT = (39, 72)
"""Sessions with important votes: Congress asked for the list from 1983 on; in 73 and 74 the column is empty, not zero."""
KEYWORDS: Mapping[str, str] = {
    "me": r"palestin|israel|syrian golan|middle east|arab territor|unrwa|jerusalem|lebanon",
    "nu": r"nuclear|atomic",
    "co": r"coloni|self-determination|self-governing|trust territor|declaration on the granting of independence|western sahara|namibia",
    "hr": r"human rights|torture|racis|racial|discriminat|freedom of|refugee|apartheid|rights of",
    "ec": r"economic|development|trade|poverty|debt|commodit|financ.* for development",
    "di": r"disarm|weapon|arms|missile|outer space|non-proliferation|test-ban",
}
"""The plain alternative: an issue wherever one of its words stands."""
INNER = 5
"""The last sessions of the training set, on which the threshold is chosen by a model of the sessions before them."""
THRESHOLDS = tuple(round(0.2 + 0.05 * k, 2) for k in range(13))
SEED = 20


@dataclass(frozen=True, kw_only=True)
class Score:
    """Out-of-sample marks of one code by one method; f1 is nan where neither truth nor method has a case."""

    code: str
    method: str
    texts: str
    n: int
    positives: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """Codes of texts: probability[texts, codes], code[texts, codes] where it reaches threshold[codes], and how it was trained.

    scores: the marks of the same method out of sample on the texts that taught it (empty unless asked for).
    """

    codes: tuple[str, ...]
    probability: Float64
    code: Bools
    threshold: Float64
    trained_on: int
    sessions: tuple[int, int]
    scores: tuple[Score, ...] = ()


def subject(title: str | None, agenda: str | None = None) -> str:
    """What a record says of its subject: the title without its form, then the agenda item's headings without symbol and number."""
    head = re.split(r"\s*:\s*(?:revised )?(?:draft )?(?:resolution|decision)\b|\s/\s*adopted by", title or "", maxsplit=1)[0]
    items = re.sub(r"A/[A-Z0-9.\-/]*\d+(?:/\S+)?\s+\d+[a-z]*(?:\s*\([a-z]+\))?\.?", " ", agenda or "")
    return re.sub(r"\s+", " ", f"{head} {items}").strip()


def predict(
    texts: Sequence[str], sessions: ArrayLike, known: ArrayLike, unknown: Sequence[str], *, codes: Sequence[str] = ISSUES, judged: bool = False
) -> Predicted:
    """The codes of `unknown` texts from those of `texts`: known[texts, codes], with the session of each coded text.

    One logistic regression for each code on words and pairs of words, weighted by inverse document frequency, and on the six
    `KEYWORDS`; a code is said where its probability reaches a threshold, the one of greatest F1 on the last five training sessions by
    a model of the sessions before them. No text of `unknown` is looked at in training. `judged` adds the marks of `evaluate`, forward in
    steps of five from the middle of the sessions. The same input gives the same output. Raises UsageError where shapes differ, there
    are no texts, or a code never occurs.
    """
    held, truth = _checked(texts, sessions, known, codes)
    threshold = _thresholds(texts, held, truth)
    found = _probabilities(texts, truth, unknown)
    middle = int(held.min() + (held.max() - held.min() + 1) // 2)
    scores = evaluate(texts, held, truth, codes=codes, first=middle) if judged else []
    return Predicted(
        codes=tuple(codes), probability=found, code=found >= threshold, threshold=threshold, trained_on=len(texts),
        sessions=(int(held.min()), int(held.max())), scores=tuple(scores),
    )  # fmt: skip


def evaluate(
    texts: Sequence[str], sessions: ArrayLike, known: ArrayLike, *, codes: Sequence[str] = ISSUES, first: int = 50, ahead: int = 5
) -> list[Score]:
    """F1 by code out of sample: trained on sessions before t, tested on t … t + ahead - 1, for t = first, first + ahead, …

    No later session ever teaches an earlier one, so that a title that comes back each year is known only from its past. Methods: "model";
    "last" (the codes that the same text bore when it was last coded, none for a new text); "keyword"; "most frequent" (never a code, as each
    is rarer than a half). Each on "all" texts and on the "new" ones, whose very words were not in training.
    """
    held, truth = _checked(texts, sessions, known, codes)
    if not (held < first).any() or not (held >= first).any():
        raise UsageError(f"first is {first}; expected a session between {held.min() + 1} and {held.max()}")
    words = [text.casefold() for text in texts]
    said: dict[str, list[Bools]] = {"model": [], "last": [], "keyword": [], "most frequent": []}
    tested: list[NDArray[np.int64]] = []
    new: list[Bools] = []
    for start in range(first, int(held.max()) + 1, ahead):
        past, now = np.flatnonzero(held < start), np.flatnonzero((held >= start) & (held < start + ahead))
        if not len(now):
            continue
        asked, taught = [texts[int(i)] for i in now], [texts[int(i)] for i in past]
        found = predict(taught, held[past], truth[past], asked, codes=codes)
        last = {words[i]: truth[i] for i in past[np.argsort(held[past], kind="stable")]}
        said["model"].append(found.code)
        said["last"].append(np.array([last.get(words[i], np.zeros(len(codes), bool)) for i in now]))
        said["keyword"].append(by_keyword(asked, codes=codes))
        said["most frequent"].append(np.zeros((len(now), len(codes)), bool))
        new.append(np.array([words[i] not in last for i in now]))
        tested.append(now)
    at, fresh = np.concatenate(tested), np.concatenate(new)
    methods = {name: np.concatenate(parts) for name, parts in said.items()}
    return [
        _score(name, method, which, truth[at][rows, k], guess[rows, k])
        for which, rows in (("all", np.ones(len(at), bool)), ("new", fresh))
        for k, name in enumerate(codes)
        for method, guess in methods.items()
        if method != "keyword" or name in KEYWORDS
    ]


def by_keyword(texts: Sequence[str], *, codes: Sequence[str] = ISSUES) -> Bools:
    """[texts, codes]: whether one of the code's words stands in the text; never where a code has none."""
    rules = [re.compile(KEYWORDS[c], re.IGNORECASE) if c in KEYWORDS else None for c in codes]
    return np.array([[bool(rule and rule.search(text)) for rule in rules] for text in texts], dtype=bool).reshape(len(texts), len(codes))


def _checked(texts: Sequence[str], sessions: ArrayLike, known: ArrayLike, codes: Sequence[str]) -> tuple[NDArray[np.int64], Bools]:
    held, truth = np.asarray(sessions), np.asarray(known, dtype=bool)
    if not len(texts) or held.shape != (len(texts),) or truth.shape != (len(texts), len(codes)):
        raise UsageError(f"{len(texts)} texts, sessions {held.shape}, known {truth.shape}; expected one session and {len(codes)} codes for each text")
    return held.astype(np.int64), truth


def _thresholds(texts: Sequence[str], held: NDArray[np.int64], truth: Bools) -> Float64:
    """For each code that of greatest F1 on the last INNER sessions, .5 where that cannot be told."""
    out = np.full(truth.shape[1], 0.5)
    past, last = np.flatnonzero(held <= held.max() - INNER), np.flatnonzero(held > held.max() - INNER)
    taught = truth[past].any(axis=0) & ~truth[past].all(axis=0) if len(past) else np.zeros(truth.shape[1], bool)
    if not taught.any():
        return out
    found = _probabilities([texts[int(i)] for i in past], truth[past][:, taught], [texts[int(i)] for i in last])
    for place, k in enumerate(np.flatnonzero(taught)):
        marks = [_score("", "", "", truth[last, k], found[:, place] >= t).f1 for t in THRESHOLDS]
        if np.isfinite(marks).any() and np.nanmax(marks) > 0:
            best = np.flatnonzero(np.array(marks) >= np.nanmax(marks) - 1e-12)
            out[k] = THRESHOLDS[best[np.argmin(np.abs(np.array(THRESHOLDS)[best] - 0.5))]]
    return out


def _probabilities(texts: Sequence[str], truth: Bools, unknown: Sequence[str]) -> Float64:
    """[unknown, codes] by one logistic regression for each code on one matrix of words and keywords."""
    feature, logistic, stack = _learn()
    words = feature(ngram_range=(1, 2), min_df=2 if len(texts) > 50 else 1, sublinear_tf=True, lowercase=True)
    seen = stack([words.fit_transform(texts), by_keyword(texts).astype(float)], format="csr")
    asked = stack([words.transform(unknown), by_keyword(unknown).astype(float)], format="csr") if len(unknown) else None
    out = np.zeros((len(unknown), truth.shape[1]))
    for k in range(truth.shape[1]):
        if truth[:, k].all() or not truth[:, k].any():
            raise UsageError("a code is borne by all texts or by none; expected both kinds among the texts that teach it")
        if asked is not None:
            model = logistic(C=5.0, max_iter=2000, random_state=SEED).fit(seen, truth[:, k])
            out[:, k] = model.predict_proba(asked)[:, 1]
    return out


def _learn() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    try:
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise UsageError("topics need scikit-learn; install comity with its extra: pip install 'comity[text]'") from None
    return TfidfVectorizer, LogisticRegression, hstack


def _score(code: str, method: str, texts: str, truth: Bools, said: Bools) -> Score:
    right, positives, claimed = int((truth & said).sum()), int(truth.sum()), int(said.sum())
    return Score(
        code=code, method=method, texts=texts, n=len(truth), positives=positives,
        precision=right / claimed if claimed else np.nan, recall=right / positives if positives else np.nan,
        f1=2 * right / (positives + claimed) if positives + claimed else np.nan,
    )  # fmt: skip
