"""From a question to its answer by one state of the store; every foreseen error says what to do and names no path."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from comity import api
from comity.api import Store
from comity.core import BadDataError, ComityError, LockedError, NotHeldError, StoreError, UsageError
from comity.states import UnknownState
from comity.web import coming, frame, measure, pair, tables, texts
from comity.web.answer import Answer, Ask, Unknown
from comity.web.view import View, finish

PAGES: Mapping[str, Callable[[Store, Ask], View | Answer]] = {
    "start": tables.start,
    "choose": pair.choose,
    "pair": pair.pair,
    "picture": pair.picture,
    "families": pair.families,
    "initiatives": pair.initiatives,
    "forecasts": pair.forecasts,
    "measures": tables.measures,
    "measure": measure.measure,
    "ranking": measure.ranking,
    "compare": measure.compare,
    "states": tables.states,
    "state": tables.state,
    "sources": tables.sources,
    "source": tables.source,
    "align": coming.align,
    "register": pair.register,
    "claims": texts.claims,
    "roadmap": texts.roadmap,
    "search": tables.search,
}
log = logging.getLogger("comity")


def render(folder: Path, ask: Ask) -> Answer:
    """The page that was asked for, or what is wrong with the question."""
    try:
        made = PAGES[ask.page](opened(folder), ask)
        return made if isinstance(made, Answer) else finish(made, ask)
    except ComityError as error:
        status, words = _told(error, folder)
        return frame.sorry(status, words, ask.form)
    except ModuleNotFoundError as error:
        return frame.sorry(501, f"This page needs the package {error.name}, which is not installed where the site runs.", ask.form)
    except Exception:
        log.exception("a page failed: %s", ask.page)
        return frame.sorry(500, "Something went wrong in making this page. It was noted; other pages work.", ask.form)


def _told(error: ComityError, folder: Path) -> tuple[int, str]:
    words = str(error).replace(str(folder), "the store")
    if isinstance(error, BadDataError | NotHeldError):
        words = re.sub(r"(?<![\w.])(?:/[^\s/:;,]+){2,}", "…", words)
    if isinstance(error, StoreError):
        return 503, "A part of the store cannot be read. Whoever runs the site can mend it with `comity verify` and `comity build`."
    if isinstance(error, LockedError):
        return 503, "The store is being built. Ask again in a while."
    if isinstance(error, UnknownState | NotHeldError):
        return 404, words
    if isinstance(error, BadDataError):
        return 422, words
    if isinstance(error, UsageError):
        return (404 if isinstance(error, Unknown) else 400), words
    return 400, words


@lru_cache(maxsize=2)
def opened(folder: Path) -> Store:
    """The store in a folder, opened once."""
    return api.open(folder)
