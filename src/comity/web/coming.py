"""The page of a coming vote in the General Assembly: who is like-minded, persuadable, dissenting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comity import __version__
from comity.api import Store
from comity.core import UsageError
from comity.report import credit
from comity.web import frame
from comity.web.answer import Ask
from comity.web.measure import sides
from comity.web.view import View

COLUMNS = ("state", "p_yes", "p_abstain", "p_no", "p_absent", "class", "last", "last_on", "p_change", "why")
TOPICS = (
    ("me", "Middle East"),
    ("nu", "nuclear weapons"),
    ("di", "disarmament"),
    ("co", "colonialism"),
    ("hr", "human rights"),
    ("ec", "development"),
)
shapes: Path | None = None
"""The file of the map's shapes, where whoever runs the site named one."""
SIDES = ("yes", "abstain", "no")
SOURCES = ("un_assembly", "un_vote_model")


def align(store: Store, ask: Ask) -> View:
    """How each member will vote on a topic or a text that comes back, as `comity align` gives it."""
    topic, like, side, as_of, pair = ask.text("topic"), ask.text("like"), ask.text("side"), ask.day("as_of"), sides(ask)
    if topic is None and like is None:
        if ask.form != "html":
            raise UsageError("give a topic, as in topic=hr, or a text that comes back, as in like=A/RES/77/229")
        return View(
            title="Votes to come", html=lambda: frame.page("align.html", nav="align", title="Votes to come", ask=ask, topics=TOPICS, found=None)
        )
    if topic is not None and like is not None:
        raise UsageError("a topic or a text that comes back, not both")
    if side is not None and (side not in SIDES or pair is not None):
        raise UsageError("side is yes, abstain or no, and is not given with two states, who set it by how they are likeliest to vote")
    found = store.align(topic=topic, like=like, pair=pair, side=side, as_of=as_of)

    def html() -> str:
        from comity.report import align as page

        body = "".join(page.body(found, store.groups(found.year), shapes, store.capitals(found.year)))
        count: Any = {c: sum(r["class"] == c for r in found.rows) for c in page.CLASSES}
        title = ", ".join(f"{n} {c}" for c, n in count.items())
        return frame.page("align.html", nav="align", title=title, ask=ask, topics=TOPICS, found=found, body=body, facts=facts())

    def facts() -> dict[str, Any]:
        return {
            "title": found.title, "question": found.question, "as_of": found.as_of, "side": found.side, "sources": credit.facts(SOURCES),
            "republish": credit.republish(SOURCES), "citation": store.cite("un_assembly").splitlines(), "caveats": [found.about, *found.notes],
            "record": found.scores[-1] if found.scores else None, "comity": __version__,
        }  # fmt: skip

    return View(title="Votes to come", columns=COLUMNS, rows=lambda: found.rows, html=html, facts=facts)
