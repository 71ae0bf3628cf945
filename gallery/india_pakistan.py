"""India and Pakistan: two states that vote alike and fight."""

import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import vl_convert

    import comity

    store = comity.open()
    mo.md("# India and Pakistan vote alike and fight\n\nAgreement in the General Assembly is high for most pairs. Does it say anything here?")
    return mo, store, vl_convert


@app.cell
def _(mo, store, vl_convert):
    votes = [r for r in store.series("vote_agreement", dyad=("IND", "PAK")).to_pylist() if (r["n"] or 0) >= 10]
    picture = vl_convert.vegalite_to_svg(store.chart("vote_agreement", dyad=("IND", "PAK")))
    mo.Html(picture)
    return (votes,)


@app.cell
def _(store):
    disputes = {r["start"].year: r["value"] for r in store.series("disputes", dyad=("IND", "PAK")).to_pylist()}
    return (disputes,)


@app.cell
def _(disputes, mo, votes):
    by_year = {r["start"].year: r["value"] for r in votes}
    calm = [v for y, v in by_year.items() if disputes.get(y) == 0]
    fought = [v for y, v in by_year.items() if disputes.get(y, 0) > 0]
    mean = {name: sum(v) / len(v) for name, v in (("calm", calm), ("fought", fought))}
    finding = (
        f"In {len(fought)} sessions that began in a year with a militarised dispute the two agreed on {mean['fought']:.0%} of common votes, in {len(calm)} "
        f"others on {mean['calm']:.0%}: a difference of {100 * abs(mean['fought'] - mean['calm']):.0f} points. Agreement in the Assembly is no measure of peace."
    )
    mo.md(f"**{finding}**")
    return (finding,)


@app.cell
def _(mo, store):
    mo.md("Sources:\n\n" + "\n".join(f"- {line}" for line in store.cite("vote_agreement", "disputes").splitlines()))
    return


if __name__ == "__main__":
    app.run()
