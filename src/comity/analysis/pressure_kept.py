"""Studies of pressure on one pair that a store keeps, for the report: read only while the Series behind them are those held."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import asdict
from typing import TypeVar

from comity import store
from comity.analysis.pressure import EVENTS, Compared, Projected
from comity.core import StoreError
from comity.store import Holdings

Study = TypeVar("Study", Compared, Projected)
FOLDER = "pressure"
FORMAT = 1


def keep(holdings: Holdings, found: Compared | Projected) -> None:
    """Keep a study in the store, in place of the one that asked the same. Raises StoreError where it cannot be written."""
    asked = f"since-{found.since}" if isinstance(found, Compared) else f"by-{found.by}"
    folder = holdings.home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: could not be made ({error.strerror or error}); nothing was changed") from error
    body = {"format": FORMAT, "contents": _contents(holdings, found), "study": asdict(found)}
    name = f"{found.a}-{found.b}-{found.measure.replace(':', '__')}-{asked}.json"
    store.write_text(folder / name, json.dumps(body, default=str, indent=1, ensure_ascii=False))


def kept_too(holdings: Holdings, found: Study) -> Study:
    """The study, kept in the store where that can be written."""
    with contextlib.suppress(StoreError):
        keep(holdings, found)
    return found


def kept(holdings: Holdings, a: str, b: str) -> tuple[Compared | Projected, ...]:
    """The studies of a pair that are kept and of the Series held, in order of name. Raises StoreError for a damaged file."""
    out: list[Compared | Projected] = []
    for path in sorted((holdings.home / FOLDER).glob(f"{min(a, b)}-{max(a, b)}-*.json")):
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            if body["format"] != FORMAT:
                continue
            found = _study(body["study"])
            if body["contents"] == _contents(holdings, found):
                out.append(found)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{path}: damaged; remove it and run `comity pressure` again") from error
    return tuple(out)


def _study(body: dict[str, object]) -> Compared | Projected:
    def read(value: object, name: str) -> object:
        if name in ("first", "last"):
            return dt.date.fromisoformat(str(value))
        if name == "starts":
            return tuple(dt.date.fromisoformat(str(d)) for d in value)  # type: ignore[attr-defined]
        return tuple(tuple(v) if isinstance(v, list) else v for v in value) if isinstance(value, list) else value

    whole = {name: read(value, name) for name, value in body.items()}
    return Compared(**whole) if "since" in whole else Projected(**whole)  # type: ignore[arg-type]


def _contents(holdings: Holdings, found: Compared | Projected) -> dict[str, str]:
    names = (found.measure,) if isinstance(found, Compared) else (found.measure, EVENTS)
    return {n: holdings.row("series", n).content for n in names if holdings.has("series", n)}
