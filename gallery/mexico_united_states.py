"""Mexico and the United States: a forecast of trade, and what such forecasts were worth."""

import marimo

app = marimo.App()


@app.cell
def _():
    import datetime as dt

    import marimo as mo

    import comity

    store = comity.open()
    mo.md("# Mexico and the United States: what a forecast of 2016 was worth\n\nThe same model, fitted on what was public on 1 July 2016, against what came.")
    return dt, mo, store


@app.cell
def _(dt, store):
    said, card = store.forecast("MEX", "USA", "trade_total_usd", horizon=3, as_of=dt.date(2016, 7, 1))
    came = {r["start"]: r["value"] for r in store.series("trade_total_usd", dyad=("MEX", "USA")).to_pylist()}
    return came, card, said


@app.cell
def _(came, mo, said):
    import numpy as np

    rows = []
    for f in said:
        low, median, high = np.interp([0.1, 0.5, 0.9], f.levels, f.quantiles)
        rows.append({"year": f.start.year, "low": low / 1e9, "median": median / 1e9, "high": high / 1e9, "came": came.get(f.start, float("nan")) / 1e9})
    mo.ui.table([{k: round(float(v), 1) for k, v in r.items()} for r in rows], selection=None)
    return (rows,)


@app.cell
def _(mo, rows):
    known = [r for r in rows if r["came"] == r["came"]]
    held = sum(r["low"] <= r["came"] <= r["high"] for r in known)
    finding = (
        f"Of {len(known)} years forecast in July 2016, {held} came inside the middle 80 per cent ({known[-1]['year']:.0f}: {known[-1]['low']:.0f} to "
        f"{known[-1]['high']:.0f} billion dollars said, {known[-1]['came']:.0f} came)."
    )
    mo.md(f"**{finding}** One pair proves nothing: `comity backtest trade_total_usd` has the record over all pairs.")
    return (finding,)


@app.cell
def _(mo, store):
    mo.md("Sources:\n\n" + "\n".join(f"- {line}" for line in store.cite("trade_total_usd").splitlines()))
    return


if __name__ == "__main__":
    app.run()
