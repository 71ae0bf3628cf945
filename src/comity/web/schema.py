"""The site's addresses that give data, as an OpenAPI document made from the site's map."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from comity import __version__
from comity.web.answer import LONGEST, MEDIA
from comity.web.places import PLACES, Place

WHAT = {
    "a": "a state, by name or code",
    "b": "the other state",
    "from": "first year",
    "to": "last year",
    "as_of": "only what was public by this day",
    "seat": "1: a seat is one state over time",
    "scale": "log: a logarithmic axis, for money above zero",
    "year": "a year",
    "m": "a measure, as M or M:VARIANT",
    "q": "words",
    "pairs": "pairs, as CHN-RUS,DEU-POL",
    "state": "a state, whose partners are ranked",
    "topic": "an issue, or words of a title",
    "like": "the symbol of a text that comes back",
    "side": "the vote wished",
    "s": "a state",
    "key": "a picture, by its anchor in the report",
    "name": "a source",
    "p1": "a pair",
    "p2": "a pair",
    "p3": "a pair",
}

WRONG = {
    "type": "object", "required": ["error", "what_to_do"], "additionalProperties": False,
    "properties": {"error": {"type": "string"}, "what_to_do": {"type": "string"}},
}  # fmt: skip


@functools.cache
def document() -> bytes:
    """The document, as JSON."""
    paths: dict[str, Any] = {}
    for place in PLACES:
        for form in place.forms:
            if form not in ("html", "embed"):
                paths[f"{place.path}.{form}"] = {"post" if place.upload else "get": _operation(place, form)}
    made = {"openapi": "3.1.0", "info": {"title": "comity", "version": __version__, "license": {"name": "Apache-2.0"}}, "paths": paths}
    return (json.dumps(made, indent=1) + "\n").encode()


def _operation(place: Place, form: Any) -> dict[str, Any]:
    parts = re.findall(r"{(\w+)}", place.path)
    parameters = [{"name": p, "in": "path", "required": True, "description": WHAT[p], "schema": {"type": "string"}} for p in parts]
    parameters += [{"name": q, "in": "query", "description": WHAT[q], "schema": {"type": "string", "maxLength": LONGEST}} for q in place.query]
    said = {"description": "what is wrong and what to do, whatever the form of the address", "content": {"application/json": {"schema": WRONG}}}
    out: dict[str, Any] = {
        "operationId": f"{place.name}_{form}".replace(".", "_"), "summary": place.what, "parameters": parameters,
        "responses": {"200": {"description": place.what, "content": {MEDIA[form].partition(";")[0]: {}}}, "4XX": said, "5XX": said},
    }  # fmt: skip
    if place.upload:
        out["requestBody"] = {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}
    return out
