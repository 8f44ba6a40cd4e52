"""Who is there when a run begins: nobody is lost, longer lists keep their people."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import scenarios
import simulator
from kernels.layout import DAY
from results import Run, compare
from results.measures.naming import Name
from results.selection.figures import figures
from scenarios.explain import explain
from scenarios.tables import model as tables_of
from simulator.journey import trace
from tests.worlds import BASE

START = """\
start_state:
  clinic:
    waiting:
      number: 160
      for: {0-2 weeks: 60%, 2-9 weeks: rest}
      who: {age: {child: 40%, adult: rest}}
  ward:
    in_treatment: {number: 14, who: {age: adult}}
"""
PEOPLE = BASE.replace("warm_up: 1 week, ", "") + START


def run(text: str, folder: Path, name: str = "world") -> Run:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return simulator.run(path, replications=2, record=True)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(PEOPLE, tmp_path_factory.mktemp("start"))


def measured(
    run: Run, measure: str, group: str = "all", period: str = "whole"
) -> float:
    found = figures(run, group, period)
    name = Name("model", "model", measure, "number")
    return found[name][1]


@pytest.mark.parametrize("group", ["all", "child", "adult"])
def test_who_was_there_or_came_is_gone_or_there(base: Run, group: str) -> None:
    there = measured(base, "patients there at the start", group)
    came = measured(base, "patients entered", group)
    gone = measured(base, "patients gone", group)
    assert there + came == gone + measured(base, "patients there at the end", group)
    if group == "all":
        assert there == 174
        assert measured(base, "balance of patients") == 0


def test_the_second_month_begins_with_those_of_the_first(base: Run) -> None:
    first, second = base.labels.period_names[:2]
    at_end = measured(base, "patients there at the end", "all", first)
    assert measured(base, "patients there at the start", "all", second) == at_end


def test_records_say_since_when_they_are_there(base: Run) -> None:
    patients = base.records("patients", 1)
    new = np.array(patients["stream"].to_pylist(), dtype=object) == None  # noqa: E711
    assert new.sum() == 174
    assert set(np.array(patients["entered"])[new]) == {0.0}
    visits = base.visits(1)
    early = np.array(visits["joined"]) < 0
    assert early.sum() == 174


def test_a_longer_list_has_the_people_of_the_shorter_one(
    base: Run, tmp_path: Path
) -> None:
    longer = run(PEOPLE.replace("160", "200"), tmp_path)

    def there(of: Run) -> set[tuple[int, float]]:
        visits = of.visits(1)
        rows = zip(visits["who"].to_pylist(), visits["joined"].to_pylist(), strict=True)
        return {row for row in rows if row[1] < 0}

    assert there(base) < there(longer)
    assert len(there(longer)) == 214


def test_both_engines_make_the_same_tables(base: Run, tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(PEOPLE, encoding="utf-8")
    other = simulator.run(path, replications=2, record=True, engine="simpy")
    assert other.measures.equals(base.measures)


def test_a_journey_begins_before_the_run(base: Run, tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(PEOPLE, encoding="utf-8")
    patients = base.records("patients", 1).to_pylist()
    who = next(p["who"] for p in patients if p["stream"] is None)
    told = trace(scenarios.read(path), 1, who)
    words = [event.what for event in told.events]
    assert "is there when the run begins" in words
    assert words[0].startswith("joins")


def test_explain_says_who_is_there(tmp_path: Path) -> None:
    scenario = scenarios.parse(PEOPLE + "scale: {ratio: 1:2}\n")
    said = explain(scenario, tables_of(scenario)).start
    assert said == (
        "clinic: 160 (80 simulated) are waiting when the run begins, 60% for 0 to 2 "
        "weeks, 40% for 2 to 9 weeks.",
        "ward: 14 (7 simulated) are in treatment when the run begins, for as long as "
        "after a long time.",
        "ward: 7 beds are taken when the run begins, more than the 6 that are open: "
        "patients stay, and beds close as they fall free.",
        "Nobody is blocked, or holds a place of another service, when the run begins: "
        "such patients are counted where they are treated.",
    )


def test_lists_may_be_parquet_files(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    begin = np.datetime64("2024-01-01")
    days = np.array([3, 40, 3])
    table = pa.table(
        {
            "joined": pa.array((begin - days).astype("datetime64[s]")),
            "age": ["child", "adult", "adult"],
        }
    )
    pq.write_table(table, tmp_path / "tables" / "list.parquet")
    lasted = pa.table({"elapsed": pa.array(days * DAY, pa.duration("us"))})
    pq.write_table(lasted, tmp_path / "tables" / "ward.parquet")
    text = BASE.replace("warm_up: 1 week, ", "") + (
        "start_state:\n"
        "  clinic: {waiting: {from_file: tables/list.parquet}}\n"
        "  ward: {in_treatment: {from_file: tables/ward.parquet, who: {age: child}}}\n"
    )
    path = tmp_path / "world.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = scenarios.read(path)
    begin_of_run = scenario.period.begin
    waiting, treated = scenario.start
    assert [(begin_of_run - j) // DAY for j, _, _ in waiting.rows] == [40, 3, 3]
    assert [(begin_of_run - s) // DAY for _, s, _ in treated.rows] == [40, 3, 3]
    assert all(joined == started for joined, started, _ in treated.rows)
    again = scenarios.parse(scenarios.written(scenario))
    assert again.start == scenario.start


UNSETTLED = """\
caresim: 1
title: TITLE
period: {start: 2024-01-01, horizon: HORIZON}
services:
  clinic: {kind: slots, capacity: {Mon-Fri 09:00-17:00: SLOTS}, then: ward}
  ward: {kind: beds, capacity: 60, takes: {law: exponential, mean: 2 days}}
  home care: {kind: unlimited, takes: {law: exponential, mean: STAY}}
demand:
  clinic: {rate: 60 per week}
  home care: {rate: 10 per day}
"""


def unsettled(
    folder: Path, horizon: str, slots: int, stay: str, replications: int = 4
) -> Run:
    """Return a run with so many slots a day, and so long stays in home care."""
    text = UNSETTLED.replace("HORIZON", horizon).replace("SLOTS", str(slots))
    text = text.replace("STAY", stay).replace("TITLE", f"{slots} slots")
    path = folder / "few.yaml"
    path.write_text(text, encoding="utf-8")
    return simulator.run(path, replications=replications)


def test_a_list_that_never_settles_is_spoken_of(tmp_path: Path) -> None:
    run = unsettled(tmp_path, "12 months", 8, "2 days")
    summary = run.summary()
    assert (summary.growing, summary.filling) == (("clinic",), ())
    assert summary.warnings()[0] in summary.sentences()
    alone = unsettled(tmp_path, "12 months", 8, "2 days", replications=1).summary()
    assert alone.growing == ()


def test_waits_of_a_list_that_grows_are_not_averaged_over_the_period(
    tmp_path: Path,
) -> None:
    run = unsettled(tmp_path, "12 months", 8, "2 days")
    clinic, ward, _ = run.summary().services
    december = run.summary(period="2024-12").services[0]
    assert (clinic.last, ward.last, december.last) == ("2024-12", None, None)
    assert clinic.wait_mean == december.wait_mean
    assert clinic.wait_90th == december.wait_90th
    said = run.summary().sentences()[1]
    assert "in 2024-12, and rising" in said


def test_what_still_fills_is_spoken_of(tmp_path: Path) -> None:
    summary = unsettled(tmp_path, "12 months", 16, "2 years").summary()
    assert (summary.growing, summary.filling) == ((), ("home care",))


def test_a_run_of_some_weeks_is_looked_at_week_by_week(tmp_path: Path) -> None:
    assert unsettled(tmp_path, "12 weeks", 8, "2 days").summary().growing == ("clinic",)
    assert unsettled(tmp_path, "8 weeks", 8, "2 days").summary().growing == ()


def test_a_comparison_says_whose_averages_say_little(tmp_path: Path) -> None:
    few = unsettled(tmp_path, "12 months", 8, "2 years")
    enough = unsettled(tmp_path, "12 months", 16, "2 years")
    compared = compare(few, enough)
    (said,) = (s for s in compared.sentences() if s.startswith("Still growing"))
    assert "in the baseline clinic, home care; in this run home care." in said
    by_month = compare(few, enough, period="2024-12").sentences()
    assert not any(s.startswith("Still growing") for s in by_month)
