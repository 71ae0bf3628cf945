"""Titles of resolutions: what returns under the same title, and which titles are alike. Pure functions on texts; scipy is imported when used."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.models.topics import subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STOP = frozenset(
    ("the", "of", "and", "in", "on", "to", "for", "a", "an", "its", "their", "by", "with", "as", "at", "from", "session", "general", "assembly")
)
ORDINALS = (
    r"\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))?|first|"
    r"second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|\w+tieth|\d+(?:st|nd|rd|th))\b"
)
ROMAN = r"\b[ivxl]+\b"
LEAST_WORDS = 2


@lru_cache(maxsize=50_000)
def heading(title: str) -> str:
    """The title without its form (": resolution / adopted by …")."""
    return subject(title)


@lru_cache(maxsize=50_000)
def normalised(title: str) -> str:
    """The words of a title that stay from year to year: no form, digits, ordinals, Roman numerals or stop words; lower case, in order."""
    text = re.sub(ORDINALS, " ", heading(title).lower())
    words = re.findall(r"[^\W\d_]+", re.sub(r"\d+", " ", text))
    return " ".join(w for w in words if w not in STOP and not re.fullmatch(ROMAN, w))


@lru_cache(maxsize=50_000)
def agenda_items(agenda: str) -> tuple[str, ...]:
    """The librarian's headings in capitals of an agenda entry, each once ("PALESTINE QUESTION")."""
    found = re.findall(r"(?<=\. )[A-Z][A-Z0-9,'. ()/:&-]{3,}(?:--[A-Z0-9,'. ()/:&-]+)*", f". {agenda}")
    cut = (re.sub(r"\s*A/\S+.*$", "", f).strip(" .") for f in found)
    return tuple(dict.fromkeys(f for f in cut if len(f) > 3 and not re.fullmatch(r"[A-Z]/[\d/ .A-Z]+", f)))


class Index:
    """Texts by their words and pairs of words, weighted by inverse document frequency (tf-idf, cosine).

    A text is a list of parts with weights: its title counts fully, its agenda headings less. The weights come from the texts given, and from no
    others.
    """

    def __init__(self, titles: Sequence[str], agendas: Sequence[str], *, agenda_weight: float = 0.5) -> None:
        from scipy import sparse

        self.agenda_weight = agenda_weight
        bags = [self._bag(t, a) for t, a in zip(titles, agendas, strict=True)]
        found = Counter(w for bag in bags for w in bag)
        self.place = {w: i for i, w in enumerate(sorted(found))}
        self.idf = np.array([np.log((1 + len(bags)) / (1 + found[w])) + 1 for w in self.place])
        self._sparse = sparse
        self.matrix = self._vectors(bags)

    def _bag(self, title: str, agenda: str) -> dict[str, float]:
        bag: dict[str, float] = {}
        for text, weight in ((normalised(title), 1.0), (normalised(" ".join(agenda_items(agenda))), self.agenda_weight)):
            words = text.split()
            for word in (*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))):
                bag[word] = bag.get(word, 0.0) + weight
        return bag

    def _vectors(self, bags: Sequence[dict[str, float]]) -> Any:
        rows, columns, values = [], [], []
        for i, bag in enumerate(bags):
            for word, count in bag.items():
                j = self.place.get(word)
                if j is not None:
                    rows.append(i)
                    columns.append(j)
                    values.append((1 + np.log(count) if count > 1 else count) * self.idf[j])
        made = self._sparse.csr_matrix((values, (rows, columns)), shape=(len(bags), len(self.place)))
        norm = np.sqrt(made.multiply(made).sum(axis=1)).A1 if len(bags) else np.zeros(0)
        return self._sparse.diags(1 / np.where(norm > 0, norm, 1)) @ made

    def similar(self, titles: Sequence[str], agendas: Sequence[str]) -> Floats:
        """[asked, held]: the cosine of each asked text with each held one, 0 to 1."""
        asked = self._vectors([self._bag(t, a) for t, a in zip(titles, agendas, strict=True)])
        return np.asarray((asked @ self.matrix.T).todense(), dtype=np.float64)
