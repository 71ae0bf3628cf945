"""The site's map: each page's path, the forms it has, the words its query may hold, and whether it is long in the making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comity.web.answer import Form

TABLE: tuple[Form, ...] = ("html", "json", "csv", "metadata.json")
CHART: tuple[Form, ...] = (*TABLE, "svg", "png", "vl.json", "embed")
Lane = Literal["quick", "slow"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """One page: its name, path, title for the reader of the schema, forms, query keys, lane, and whether it takes an upload."""

    name: str
    path: str
    what: str
    forms: tuple[Form, ...] = ("html",)
    query: tuple[str, ...] = ()
    lane: Lane = "quick"
    upload: bool = False


VIEW = ("from", "to", "as_of", "seat")
PLACES: tuple[Place, ...] = (
    Place(name="start", path="/", what="Choose two states"),
    Place(name="choose", path="/pair", what="From the form of the start page to the page of a pair", query=("a", "b", *VIEW)),
    Place(name="pair", path="/pair/{a}/{b}", what="The report of two states", forms=("html", "json", "metadata.json"), query=VIEW, lane="slow"),
    Place(name="families", path="/pair/{a}/{b}/families", what="Four families with their trails", forms=TABLE, query=("from", "to"), lane="slow"),
    Place(name="initiatives", path="/pair/{a}/{b}/initiatives", what="What two states undertake", forms=TABLE),
    Place(
        name="forecasts", path="/pair/{a}/{b}/forecasts", what="What may come next, with its record", forms=TABLE, query=("m", "as_of"), lane="slow"
    ),
    Place(name="picture", path="/pair/{a}/{b}/picture/{key}", what="One picture of the report that is not of one measure", forms=CHART, query=VIEW,
          lane="slow"),
    Place(name="measures", path="/measures", what="All measures", forms=TABLE),
    Place(
        name="measure", path="/measure/{m}", what="One measure: definition, sources, coverage; with two states its values, with a year its ranking",
        forms=CHART, query=("a", "b", "year", *VIEW, "scale"),
    ),
    Place(name="ranking", path="/measure/{m}/ranking", what="All dyads, states or partners of a state in a year", forms=TABLE,
          query=("year", "state", "as_of", "a", "b")),
    Place(name="compare", path="/compare", what="Two or three pairs on one measure", forms=CHART, query=("m", "pairs", "p1", "p2", "p3", *VIEW)),
    Place(name="states", path="/states", what="All states", forms=TABLE, query=("q",)),
    Place(name="state", path="/state/{s}", what="A state and its partners, ranked", forms=TABLE, query=("m", "year", "as_of")),
    Place(name="sources", path="/sources", what="All sources", forms=TABLE),
    Place(name="source", path="/source/{name}", what="One source: terms, citation, files, measures", forms=("html", "json")),
    Place(name="align", path="/align", what="Votes to come on a topic", forms=TABLE, query=("topic", "like", "a", "b", "side", "as_of"), lane="slow"),
    Place(name="claims", path="/claims", what="The statements of a text, each with its verdict", forms=("html", "json", "csv"),
          query=("a", "b", "as_of"), lane="slow", upload=True),
    Place(name="roadmap", path="/roadmap", what="A roadmap: check, schedule, risk", forms=("html", "json", "csv"), query=("as_of",), lane="slow",
          upload=True),
    Place(name="register", path="/forecasts", what="Forecasts as they were said, and how they turned out", forms=TABLE),
    Place(name="search", path="/search", what="Measures, states and sources by word", forms=TABLE, query=("q",)),
)  # fmt: skip
BY_NAME = {p.name: p for p in PLACES}
