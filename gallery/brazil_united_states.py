"""Brazil and the United States: how early views differ from late ones."""

import marimo

app = marimo.App()


@app.cell
def _():
    import datetime as dt

    import marimo as mo

    import comity

    store = comity.open()
    mo.md("# Brazil and the United States: what could be known when\n\nA text of a given day can only be judged by what was public on it.")
    return dt, mo, store


@app.cell
def _(dt, store):
    days = [dt.date(y, 6, 1) for y in range(2010, 2025, 2)]
    seen = []
    for day in days:
        rows = store.series("vote_agreement", dyad=("BRA", "USA"), as_of=day).to_pylist()
        full = [r for r in rows if (r["n"] or 0) >= 10]
        seen.append({"day": day, "newest": full[-1]["start"].year, "value": full[-1]["value"], "n": full[-1]["n"], "se": full[-1]["se"]})
    return (seen,)


@app.cell
def _(mo, seen):
    mo.ui.table([{**row, "value": round(row["value"], 3)} for row in seen], selection=None)
    return


@app.cell
def _(mo, seen):
    low, high = min(seen, key=lambda r: r["value"]), max(seen, key=lambda r: r["value"])
    finding = (
        f"A reader of {low['day']:%B %Y} saw the two agree on {low['value']:.0%} of {low['n']} votes, one of {high['day']:%B %Y} on {high['value']:.0%} of {high['n']}. "
        f"No value here was public after its reader's day."
    )
    mo.md(f"**{finding}**")
    return (finding,)


@app.cell
def _(mo, store):
    mo.md("Sources:\n\n" + "\n".join(f"- {line}" for line in store.cite("vote_agreement").splitlines()))
    return


if __name__ == "__main__":
    app.run()
