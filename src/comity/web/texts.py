"""The pages that read what a visitor sends: a text whose statements are checked, and a roadmap. What is sent is read in memory and kept nowhere."""

from __future__ import annotations

import json
import re
from typing import Any

from comity import output
from comity.api import Store
from comity.core import UsageError
from comity.web import frame
from comity.web.answer import MEDIA, Answer, Ask
from comity.web.measure import sides
from comity.web.view import View

LONGEST_TEXT = 200_000
"""Characters of a text that is checked."""
DRAWS = 20_000
"""Draws of a roadmap's risk."""


def claims(store: Store, ask: Ask) -> View | Answer:
    """The statements of a text, each marked where it stands, with its verdict and the evidence, as `comity check` gives them."""
    from comity.claims import ledger as plain

    pair, as_of = sides(ask), ask.day("as_of")
    if not ask.upload:
        if ask.form != "html":
            raise UsageError("send the text as the body of a POST: text/plain, or a form with a field `text`")
        return View(title="Check a text", html=lambda: frame.page("claims.html", nav="claims", title="Check a text", ask=ask, found=None))
    found = store.check_text(_readable(ask.upload), as_of=as_of, pair=pair)

    def html() -> str:
        from comity.claims import page

        return frame.page(
            "claims.html", nav="claims", title="The statements of a text", ask=ask, found=found, sentence=plain.sentence(found),
            parts=page.parts(found),
        )  # fmt: skip

    if ask.form == "csv":
        text = output.rows_text(plain.rows(found), "csv", plain.CSV_COLUMNS)
        return Answer(media=MEDIA["csv"], body=text.encode())
    return View(title="Check a text", html=html, json=lambda: json.dumps(plain.to_dict(found), ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def _readable(data: bytes) -> bytes | str:
    """The text of an upload; UsageError for what is too long or no text (documents are for the command)."""
    if data[:4] in (b"%PDF", b"PK\x03\x04"):
        raise UsageError("the site reads plain text, Markdown and HTML; copy the document's text, or use `comity check FILE`")
    if len(data) > 4 * LONGEST_TEXT:
        raise UsageError(f"the text is longer than {LONGEST_TEXT:,} characters; check it in parts")
    return data


def roadmap(store: Store, ask: Ask) -> View | Answer:
    """A roadmap: what is wrong with it, else its chart, deadlines, risks and where it stands, as `comity plan` gives them."""
    from comity.plan import planning, reader

    as_of = ask.day("as_of")
    if not ask.upload:
        if ask.form != "html":
            raise UsageError("send the roadmap as the body of a POST: application/toml, or a form with a field `file` or `text`")
        return _roadmap_page(ask, "Roadmaps")
    try:
        plan = planning.Plan(reader.read(ask.upload))
    except reader.RoadmapRefused as refused:
        checked = planning.Checked(errors=refused.errors, warnings=refused.warnings, plan=None)
        if ask.form != "html":
            body = json.dumps(planning.check_dict(checked), ensure_ascii=False) + "\n"
            return Answer(status=422, media=MEDIA["json"], body=body.encode())
        page = _roadmap_page(ask, "This is no roadmap yet", checked=checked).html()
        return Answer(status=422, body=page.encode())
    if plan.roadmap.risk.iterations > DRAWS:
        raise UsageError(
            f"the roadmap asks for {plan.roadmap.risk.iterations:,} draws; here at most {DRAWS:,} are made (`comity plan risk` makes more)"
        )
    if ask.form in ("json", "csv"):
        return Answer(media=MEDIA[ask.form], body=plan.export(ask.form, store.holdings, as_of))
    return _roadmap_page(ask, plan.roadmap.name, plan=plan, status=plan.status(store.holdings, as_of))


def _roadmap_page(ask: Ask, title: str, *, checked: Any = None, plan: Any = None, status: Any = None) -> View:
    def html() -> str:
        from comity.plan import page
        from comity.plan.reader import line

        sections = re.sub(r"<style>.*?</style>", "", page.sections(plan, status), flags=re.DOTALL) if plan is not None else ""
        issues = [line(e) for e in checked.errors] if checked else []
        doubts = [line(w, "warning") for w in checked.warnings] if checked else []
        return frame.page(
            "roadmap.html", nav="roadmap", title=title, ask=ask, plan=plan, sections=sections, basis=page.basis(plan, status) if plan else "",
            issues=issues, doubts=doubts,
        )  # fmt: skip

    return View(title=title, html=html)
