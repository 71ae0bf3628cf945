"""Germany and Poland: does science follow trade?"""

import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo

    import comity

    store = comity.open()
    mo.md("# Germany and Poland: papers grew faster than trade\n\nTwo kinds of closeness, each beside what the two do with everyone else.")
    return mo, store


@app.cell
def _(store):
    years = (2000, 2020)

    def grown(name, a, b):
        rows = {r["start"].year: r["value"] for r in store.series(name, dyad=(a, b)).to_pylist()}
        return rows[years[1]] / rows[years[0]] if all(y in rows for y in years) else None

    partners = [r["state"] for r in store.rank("trade_total_usd", year=2020, state="POL", top=10)]
    table = [{"partner": p, "trade": grown("trade_total_usd", "POL", p), "papers": grown("coauthored_works", "POL", p)} for p in partners]
    return table, years


@app.cell
def _(mo, table):
    mo.ui.table([{k: (round(v, 1) if isinstance(v, float) else v) for k, v in row.items()} for row in table], selection=None)
    return


@app.cell
def _(mo, table, years):
    german = next(r for r in table if r["partner"] == "DEU")
    known = [r for r in table if r["trade"] and r["papers"]]
    faster = sum(r["papers"] > r["trade"] for r in known)
    finding = (
        f"From {years[0]} to {years[1]} Poland's trade with Germany grew {german['trade']:.1f}-fold in current dollars and joint papers {german['papers']:.1f}-fold; papers "
        f"grew faster than trade with {faster} of the {len(known)} largest partners for which both are held."
    )
    mo.md(f"**{finding}** Prices are in the one and not in the other: read the ratio among partners, not the two numbers side by side.")
    return (finding,)


@app.cell
def _(mo, store):
    mo.md("Sources:\n\n" + "\n".join(f"- {line}" for line in store.cite("trade_total_usd", "coauthored_works").splitlines()))
    return


if __name__ == "__main__":
    app.run()
