"""Twenty-seven deliberate breaks, each of which a test must notice: set into a copy of the code one at a time, with the tests named run.

    python -m bench.faults [--only N] [--home HOME]

What `bench.mutants` does not draw: SQL, and faults that a careless hand would make, each with what a reader would be told wrongly. A break whose
old text does not stand in its file exactly once is an error, as is a test that fails without any break, or that a break keeps from running.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.mutants import SOURCE, Copy


@dataclass(frozen=True, kw_only=True)
class Break:
    """One break: a file of the package, the text that stands in it once, the text put in its place, and what that would do to a reader.

    tests: what pytest is given, files or single tests. store: they need a full store.
    """

    file: str
    old: str
    new: str
    breaks: str
    tests: tuple[str, ...]
    store: bool = False

    def text(self) -> str:
        """The whole file with the break set; ValueError where the old text does not stand in it exactly once."""
        whole = (SOURCE / self.file).read_text(encoding="utf-8")
        if (times := whole.count(self.old)) != 1 or self.old == self.new:
            raise ValueError(f"{self.file}: {self.old!r} stands in it {times} times; expected once")
        return whole.replace(self.old, self.new)


BREAKS = (
    Break(
        file="core.py", breaks="a period ends a day late, so all that is published after it is too",
        old="    return add_months(start, months) - dt.timedelta(days=1)\n",
        new="    return add_months(start, months)\n",
        tests=("tests/test_core.py",),
    ),
    Break(
        file="reading.py", breaks="of two copies of a file the first by name is read, not the nearest: an older one in a folder below",
        old="key=lambda p: (len(p.parts), str(p)))",
        new="key=str)",
        tests=("tests/test_build.py::test_the_nearest_copy_of_a_file_is_read",),
    ),
    Break(
        file="selection.py", breaks="on the day of its publication a value is not yet known",
        old="    seen = pc.less_equal(published",
        new="    seen = pc.less(published",
        tests=("tests/test_selection.py",),
    ),
    Break(
        file="panel.py", breaks="--as-of changes no value of a panel",
        old="""f"published IS NULL OR published > DATE '{panel.as_of}'" if panel.as_of else "false\"""",
        new='"false"',
        tests=("tests/test_panel_made.py::test_a_day_hides_values_and_zeros_that_were_not_public",),
    ),
    Break(
        file="panel.py", breaks="the lag of Russia's first year is a zero, though that year was the Soviet Union's",
        old='f"EXISTS (SELECT 1 FROM there WHERE there.code = {side} AND there.start = {when})"',
        new='"true"',
        tests=("tests/test_panel_made.py::test_a_lag_finds_nothing_where_the_spine_had_no_such_pair",),
    ),
    Break(
        file="panel.py", breaks="a joined file's Gleditsch and Ward numbers are read as those of the Correlates of War",
        old="tuple(on), self.numbers)",
        new="tuple(on))",
        tests=("tests/test_panel_made.py::test_a_file_with_a_panels_own_numbers_joins_back",),
    ),
    Break(
        file="build.py", breaks="two builds write one store at once",
        old="    with lock.writing(home):",
        new="    with contextlib.nullcontext():",
        tests=("tests/test_build.py::test_two_builds_at_once",),
    ),
    Break(
        file="build.py", breaks="a Series stands as it was when the code that makes it has changed",
        old="row.module_hash == code:\n        return False\n    coverage = {s: c for r",
        new="row.module_hash:\n        return False\n    coverage = {s: c for r",
        tests=("tests/test_build.py::test_changed_code_makes_all_that_it_made_again",),
    ),
    Break(
        file="measures/trade.py", breaks="a surplus is told as a deficit",
        old="value=both.value - both.bought, source",
        new="value=both.bought - both.value, source",
        tests=("tests/test_measure_trade.py",),
    ),
    Break(
        file="measures/trade.py", breaks="a silent state's exports are its partner's exports to it: reporter and partner change places",
        old='select(a="partner", b="reporter", year="year", seen',
        new='select(a="reporter", b="partner", year="year", seen',
        tests=("tests/test_measure_trade.py",),
    ),
    Break(
        file="measures/trade.py", breaks="the other side's report joins a state's own without a seam",
        old="both.source.fill_null(both.seen_source.concat(MIRROR))",
        new="both.source.fill_null(both.seen_source)",
        tests=("tests/test_measure_trade.py",),
    ),
    Break(
        file="sources/desta.py", breaks="a trade agreement binds from the year of signature, not of entry into force",
        old='.add((force or year, "in"))',
        new='.add((year or force, "in"))',
        tests=("tests/test_source_money.py",),
    ),
    Break(
        file="sources/atlas_sections.py", breaks="thousands of dollars are read as dollars",
        old="AS DOUBLE) * 1e3 AS {s}_usd",
        new="AS DOUBLE) AS {s}_usd",
        tests=("tests/test_source_money.py::test_thousands_of_dollars_become_dollars",),
    ),
    Break(
        file="models/_similarity_tables.py", breaks="roll calls at which one of two was absent count as common",
        old="    present = hot.sum(axis=1)\n    other = present if weighted is hot",
        new="    present = np.ones_like(hot[:, 0])\n    other = present if weighted is hot",
        tests=("tests/test_similarity.py",),
    ),
    Break(
        file="models/value_added/methods.py", breaks="what third states send straight to an exporter is valued by the exporter's own value added",
        old='np.einsum("ti,tsij->tsj", system.lone, system.a)',
        new='np.einsum("si,tsij->tsj", system.lone, system.a)',
        tests=("tests/test_value_added.py::test_block_forms_equal_literal_extraction",),
    ),
    Break(
        file="models/forecast_panel.py", breaks="a forecast is told the change that is to come",
        old="    change[:, 1:] = y[:, 1:] - y[:, :-1]\n",
        new="    change[:, :-1] = y[:, 1:] - y[:, :-1]\n",
        tests=("tests/test_forecast.py::test_later_values_change_no_earlier_forecast",),
    ),
    Break(
        file="models/position.py", breaks="a measure that is not held counts as average in the index of two states",
        old="    w = held * (np.ones(z.shape[1]) if weights",
        new="    w = np.ones(z.shape) * (np.ones(z.shape[1]) if weights",
        tests=("tests/test_position.py::test_the_index_of_all_measures_is_standard_normal_and_a_missing_one_is_left_out",),
    ),
    Break(
        file="analysis/initiatives.py", breaks="whoever put a name to a draft is said to have worked on it, though no source shows it",
        old='        if r["submitted"]:\n',
        new="        if True:\n",
        tests=("tests/test_initiatives.py",),
    ),
    Break(
        file="analysis/vision.py", breaks="two states whose ideal points come nearer are said to move apart",
        old="moved = far[last] - far[first]",
        new="moved = far[first] - far[last]",
        tests=("tests/test_vision.py::test_standings_by_hand",),
    ),
    Break(
        file="gather.py", breaks="a place within one source is told as one among all partners",
        old="HAVING count(*) FILTER (p.value > o.value AND p.base <> o.base) = 0 ",
        new="HAVING count(*) > 0 ",
        tests=("tests/test_profile.py::test_no_rank_beside_a_larger_value_of_another_source",),
    ),
    Break(
        file="gather_position.py", breaks="a profile as of an early day shows the position and the undertakings of today",
        old="    if as_of is not None:\n        return None, None\n",
        new="",
        tests=("tests/test_profile.py::test_an_early_view_knows_no_later_partner_value_or_undertaking",),
    ),
    Break(
        file="analysis/position.py", breaks="an index of joint work stands on one domain", store=True,
        old='(LEAST if name == "joint" else 1)',
        new="1",
        tests=("tests/test_position_pairs.py::test_a_year_with_one_domain_of_joint_work_has_no_index",),
    ),
    Break(
        file="analysis/forecast_register.py", breaks="what is recorded wipes out what was said before",
        old='path.open("a"',
        new='path.open("w"',
        tests=("tests/test_forecasting.py::test_the_register_is_only_added_to_and_scores_what_comes",),
    ),
    Break(
        file="claims/judging.py", breaks="what a text denies is judged as if it said it",
        old="    if statement.negated:\n",
        new="    if False:\n",
        tests=("tests/test_claims.py::test_a_denial_is_judged_the_other_way_and_on_what_was_public",),
    ),
    Break(
        file="plan/network.py", breaks="a task begins as soon as the one before it ends, whatever the lag",
        old="            b = (early.work_finish[e.to] if e.of_finish else early.work_start[e.to]) + e.lag\n",
        new="            b = early.work_finish[e.to] if e.of_finish else early.work_start[e.to]\n",
        tests=("tests/test_plan_schedule.py",),
    ),
    Break(
        file="cli.py", breaks="--shareable writes what may not be passed on",
        old="        rows = kept.rows\n",
        new="",
        tests=("tests/test_cli.py::test_shareable_leaves_out_what_may_not_be_passed_on",),
    ),
    Break(
        file="report/html.py", breaks="a name in the data runs as script in the page",
        old="autoescape=True",
        new="autoescape=False",
        tests=("tests/test_report.py::test_hostile_text_is_text",),
    ),
)  # fmt: skip


def run(copy: Copy, broken: Break | None, tests: Sequence[str], home: str | None) -> tuple[bool, str]:
    """Whether a test failed, and which; SystemExit where the tests did not run to an end."""
    failed, why = copy.ended(os.waitpid(copy.begin(broken, tuple(dict.fromkeys(tests)), home), 0)[1])
    if why.startswith(("exit", "ended")):
        sys.exit(f"{broken.file if broken else 'without a break'}: the tests did not run to an end: {why}")
    return failed, why.split(" - ")[0].removeprefix("FAILED ").removeprefix("ERROR ").partition("[")[0]


def main(arguments: list[str] | None = None) -> None:
    """Run the tests without a break, then each break; print the verdicts and a table. Exit 1 where a break goes unnoticed."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--only", type=int, action="append", help="the break of this number alone; repeatable")
    reader.add_argument("--home", help="a full store built from this code, for the breaks whose tests need one")
    given = reader.parse_args(arguments)
    chosen = [(n, b) for n, b in enumerate(BREAKS, 1) if given.only is None or n in given.only]
    left = [n for n, b in chosen if b.store and not given.home]
    chosen = [(n, b) for n, b in chosen if n not in left]
    for _, b in chosen:
        b.text()
    rows: list[tuple[int, Break, bool, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        for store in (False, True):
            tests = [t for _, b in chosen if b.store is store for t in b.tests]
            if tests and (found := run(copy, None, tests, given.home if store else None))[0]:
                sys.exit(f"a test fails without any break: {found[1]}")
        for n, b in chosen:
            failed, why = run(copy, b, b.tests, given.home if b.store else None)
            rows.append((n, b, failed, why if failed else ""))
            print(f"{n:2} {'red     ' if failed else 'UNNOTICED'} {b.file}: {b.breaks} | {why}", flush=True)
    print("\n| | file | break | test that went red |\n| --- | --- | --- | --- |")
    for n, b, failed, why in rows:
        print(f"| {n} | `{b.file}` | {b.breaks} | {f'`{why}`' if failed else '**none**'} |")
    missed = [n for n, _, failed, _ in rows if not failed]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} noticed" + (f"; without --home {len(left)} were left out" if left else ""))
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
