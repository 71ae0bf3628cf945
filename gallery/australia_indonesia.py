"""Australia and Indonesia: a roadmap, its dates and its risk."""

import marimo

app = marimo.App()


@app.cell
def _():
    from pathlib import Path

    import marimo as mo

    import comity

    store = comity.open()
    plan = store.plan(Path(__file__).parents[1] / "docs" / "roadmaps" / "australia-indonesia-2024.toml", iterations=2000, seed=1)
    mo.md("# Australia and Indonesia: which milestone decides the date\n\nA roadmap with durations, owners, working days and drivers, drawn two thousand times.")
    return mo, plan, store


@app.cell
def _(mo, plan):
    rows = [
        {"milestone": m.item.id, "half by day": round(m.spread.p50), "nine in ten by day": round(m.spread.p90), "on time": m.p_on_time}
        for m in plan.risk.milestones
    ]
    mo.ui.table(rows, selection=None)
    return (rows,)


@app.cell
def _(mo, rows):
    widest = max(rows, key=lambda r: r["nine in ten by day"] - r["half by day"])
    sure = sum(r["on time"] is not None and r["on time"] >= 0.9 for r in rows)
    finding = (
        f"{sure} of {len(rows)} milestones are in time in nine draws of ten or more; the date of '{widest['milestone']}' is the least certain, half its draws end by "
        f"day {widest['half by day']} and nine in ten by day {widest['nine in ten by day']}."
    )
    mo.md(f"**{finding}**")
    return (finding,)


if __name__ == "__main__":
    app.run()
