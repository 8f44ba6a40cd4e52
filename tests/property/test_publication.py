"""What is published of a run holds no small number, in no column of no file."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from scipy.optimize import linprog

from results import Run
from results.errors import ResultError
from results.export.disclosure import Publishing
from results.export.export import Export, export
from results.export.separated import write_folder
from results.export.workbook import write_workbook
from results.layout.labels import GroupLabel, PriceLabel, ServiceLabel
from results.measures.naming import measure_of
from tests.unit.results.small import (
    LEFT,
    WAITING,
    labels,
    model,
    patient,
    run,
    tally,
    visit,
)

MONTHS = (0, 27, 58, 88)
GROUPS = ("child", "adult", "older")
PEOPLE = ("visits", "patients", "units")


def world(seed: int, *, group_weights=(0.04, 0.3, 0.66), people: int = 150) -> Run:
    """Return a run of two services with few children."""
    rng = np.random.default_rng(seed)
    of = model(
        months=MONTHS, kinds=("staff", "beds"), recorded=(0, 1, 2), waits=2, streams=1
    )
    names = labels(
        months=MONTHS,
        kinds=("staff", "beds"),
        services=(ServiceLabel("clinic", "staff"), ServiceLabel("ward", "beds")),
        groups=tuple(map(GroupLabel, GROUPS)),
        waits=(("clinic", "gives up"), ("clinic", "gets worse")),
        staying=(False, False),
        budgets=("hospital",),
        prices=(
            PriceLabel("clinic", "hospital", "visit", ((114.0,) * 3,) * 3),
            PriceLabel("ward", "hospital", "day", ((400.0,) * 3,) * 3),
        ),
    )
    tallies = []
    for _ in range(2):
        visits, patients = [], []
        for who in range(people):
            day = float(rng.uniform(0, 80))
            group = int(rng.choice(3, p=group_weights))
            patients.append(patient(day, day + 7, group=group, who=who))
            fate = rng.uniform()
            if fate < 0.2:
                cause = int(rng.uniform() < 0.3)
                over = day + 1.5
                visits.append(
                    visit(day, ended=over, outcome=LEFT, cause=cause, group=group)
                )
            elif fate < 0.23:
                visits.append(visit(day, outcome=WAITING, group=group))
            else:
                visits.append(visit(day, day + 1, day + 2, group=group))
                if fate > 0.7:
                    start = day + 2
                    visits.append(visit(start, start, day + 7, service=1, group=group))
        tallies.append(tally(of, visits, patients=patients))
    return run(*tallies, labels=names)


def read(tmp_path: Path, shown: Export) -> list[dict[str, str]]:
    """Return what anybody can read in the published file."""
    write_folder(shown, tmp_path / "out")
    with (tmp_path / "out" / "measures.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def key(row: dict[str, str]) -> tuple[str, ...]:
    names = ("run", "kind", "subject", "measure", "statistic", "group", "period")
    return tuple(row[name] for name in names)


def means(one: Run) -> dict[tuple[str, ...], float]:
    """Return the true means of all measures, by the test's own sums."""
    values = defaultdict(list)
    for row in one.measures.to_pylist():
        names = ("kind", "subject", "measure", "statistic", "group", "period")
        values[tuple(row[name] for name in names)].append(row["value"])
    return {name: sum(found) / len(found) for name, found in values.items()}


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("to", [1, 5])
def test_no_small_count_is_published_and_others_are_rounded(
    seed: int, to: int, tmp_path: Path
) -> None:
    one = world(seed)
    true = means(one)
    rules = Publishing(5, to)
    hidden = 0
    for row in read(tmp_path, export({"a": one}, publishing=rules)):
        if row["statistic"] != "number" or row["unit"] not in PEOPLE:
            continue
        value = true[key(row)[1:]]
        if 0 < value < 5:
            assert row["mean"] == "*"
        if row["mean"] == "*":
            hidden += 1
            assert row["low"] == row["high"] == "*"
            continue
        assert float(row["mean"]) == math.floor(value / to + 0.5) * to
        for end in ("low", "high"):
            assert float(row[end]) % to == 0
    assert hidden > 20


@pytest.mark.parametrize("seed", SEEDS)
def test_what_rests_on_a_suppressed_count_is_suppressed(
    seed: int, tmp_path: Path
) -> None:
    rows = {
        key(row): row
        for row in read(tmp_path, export({"a": world(seed)}, publishing=Publishing()))
    }
    rests = {
        ("wait", "mean"): "starts",
        ("wait", "median"): "starts",
        ("wait", "share above zero"): "starts",
        ("wait before leaving", "mean"): "left unseen",
        ("left unseen", "share"): "left unseen",
        ("age of the list", "mean"): "list at the end",
        ("arrivals", "per day"): "arrivals",
    }
    seen = 0
    for name, row in rows.items():
        run_, kind, subject, measure, statistic, group, period = name
        count = rests.get((measure, statistic))
        if count is None:
            continue
        base = rows[run_, kind, subject, count, "number", group, period]
        if base["mean"] == "*":
            seen += 1
            assert row["mean"] == "*", name
    assert seen > 20


@pytest.mark.parametrize("to", [1, 5])
@pytest.mark.parametrize(
    ("seed", "by_month"), [(0, True), (1, True), (0, False), (1, False), (2, False)]
)
def test_no_suppressed_count_can_be_worked_out_from_the_file(
    seed: int, by_month: bool, to: int, tmp_path: Path
) -> None:
    """The attack knows the file, its log, the prices, and how measures add up."""
    one = world(seed)
    shown = export({"a": one}, groups_by_month=by_month, publishing=Publishing(5, to))
    rows = {key(row): row for row in read(tmp_path, shown)}
    with (tmp_path / "out" / "suppressed.csv").open(encoding="utf-8") as file:
        why = {key(row): row["why"] for row in csv.DictReader(file)}
    known = _Known(rows, why, to)
    small = [name for name in known.places if why.get(name, "").startswith("below")]
    assert len(small) > 5
    true = means(one)
    for name in small:
        low, high = known.range(name)
        assert low - 1e-6 <= true[name[1:]] <= high + 1e-6
        assert high - low >= 2.5 * (1 - 1e-4), (name, low, high)


class _Known:
    """What an attacker makes of a published file."""

    def __init__(self, rows, why, to: int) -> None:
        self.places = {
            name: place
            for place, name in enumerate(
                name
                for name, row in rows.items()
                if _adds_up(name) and row["unit"] in (*PEOPLE, "pounds")
            )
        }
        self.rows, self.why, self.to = rows, why, to
        self.sums = [*self._groups(), *self._months(), *self._flows()]
        self.bounds = [self._bounds(name) for name in self.places]
        self.matrix = np.zeros((len(self.sums), len(self.places)))
        for row, parts in enumerate(self.sums):
            for place, factor in parts:
                self.matrix[row, place] += factor

    def range(self, name) -> tuple[float, float]:
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(self.places))
            goal[self.places[name]] = sign
            found = linprog(
                goal,
                A_eq=self.matrix,
                b_eq=np.zeros(len(self.sums)),
                bounds=self.bounds,
            )
            assert found.status == 0, found.message
            ends.append(found.x[self.places[name]])
        return ends[0], ends[1]

    def _bounds(self, name) -> tuple[float, float]:
        row = self.rows[name]
        is_count = row["unit"] in PEOPLE
        if row["mean"] == "*":
            if not is_count:
                return 0.0, 1e7
            is_small = self.why[name].startswith("below")
            return (0.0, 5.0) if is_small else (0.0, 1e6)
        value = float(row["mean"])
        if not is_count:
            # Of money all that the attack takes for sure is its size.
            return 0.5 * value, 2 * value
        slack = self.to / 2 if value else 0.0
        return max(value - slack, 5.0 if value else 0.0), value + slack

    def _groups(self):
        for name, place in self.places.items():
            *head, group, period = name
            parts = [self.places.get((*head, g, period)) for g in GROUPS]
            if group == "all" and None not in parts:
                yield [(place, 1.0), *((part, -1.0) for part in parts)]

    def _months(self):
        for name, place in self.places.items():
            *head, group, period = name
            months = ("2000-02", "2000-03", "2000-04")
            parts = [self.places.get((*head, group, month)) for month in months]
            if period != "whole" or None in parts:
                continue
            if name[3].endswith("at the end"):
                parts = parts[-1:]
            if name[3].endswith("at the start"):
                parts = parts[:1]
            yield [(place, 1.0), *((part, -1.0) for part in parts)]

    def _flows(self):
        def at(name, measure, period=None):
            moved = (*name[:3], measure, "number", name[5], period or name[6])
            return self.places.get(moved)

        before = {"2000-03": "2000-02", "2000-04": "2000-03"}
        for name, place in self.places.items():
            if name[3] == "left unseen":
                causes = ("left unseen (gives up)", "left unseen (gets worse)")
                parts = [(at(name, cause), -1.0) for cause in causes]
                if None not in [part for part, _ in parts]:
                    yield [(place, 1.0), *parts]
            if name[3] == "arrivals" and name[6] in before:
                gone = [(at(name, m), -1.0) for m in ("completions", "left unseen")]
                there = [
                    (at(name, measure, period), sign)
                    for measure in ("list at the end", "in use at the end")
                    for period, sign in ((name[6], -1.0), (before[name[6]], 1.0))
                ]
                known = [(p, f) for p, f in (*gone, *there) if p is not None]
                yield [(place, 1.0), *known]
            if name[3] == "cost of use" and name[2] == "clinic":
                starts = at(name, "starts")
                if starts is not None:
                    yield [(place, 1.0), (starts, -114.0)]
            if name[3] == "patients there at the start":
                ends = (
                    "patients entered",
                    "patients gone",
                    "patients there at the end",
                )
                came, gone, there = (at(name, measure) for measure in ends)
                if None not in (came, gone, there):
                    yield [(place, 1.0), (came, 1.0), (gone, -1.0), (there, -1.0)]


def _adds_up(name) -> bool:
    return name[4] in ("number", "total") and "balance" not in name[3]


def test_two_runs_do_not_give_each_other_away(tmp_path: Path) -> None:
    """What a change does not touch is the same in both, shown or hidden alike."""
    a, b = world(1), world(1, people=150)
    rows = read(tmp_path, export({"a": a, "b": b}, publishing=Publishing()))
    by_run = defaultdict(dict)
    for row in rows:
        by_run[row["run"]][key(row)[1:]] = row["mean"]
    assert by_run["a"] == by_run["b"]


def test_a_run_without_small_numbers_is_published_whole(tmp_path: Path) -> None:
    one = world(2, group_weights=(0.3, 0.3, 0.4), people=4000)
    shown = export({"a": one}, publishing=Publishing())
    assert len(shown.suppressed) < 0.02 * len(shown.lines)


def test_the_log_names_every_star_and_nothing_else(tmp_path: Path) -> None:
    shown = export({"a": world(3)}, publishing=Publishing())
    rows = read(tmp_path, shown)
    with (tmp_path / "out" / "suppressed.csv").open(encoding="utf-8") as file:
        logged = [key(row) for row in csv.DictReader(file)]
    assert sorted(logged) == sorted(key(row) for row in rows if row["mean"] == "*")
    assert len(set(logged)) == len(logged)


def test_a_workbook_is_published_by_the_same_rules(tmp_path: Path) -> None:
    shown = export({"a": world(3)}, publishing=Publishing())
    write_workbook(shown, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book["Suppressed"].max_row == len(shown.suppressed) + 1
    said = " ".join(str(cell.value) for cell in book["Contents"]["B"] if cell.value)
    assert "Counts of people below 5 (and not 0) are suppressed" in said
    for row in book["Services"].iter_rows(min_row=2, values_only=True):
        subject, measure, statistic, unit, mean, *_ = row
        found = measure_of("service", measure, statistic)
        if statistic == "number" and found and found.unit in PEOPLE:
            assert mean in {"*", 0} or mean >= 5, (subject, measure, unit)


def test_an_export_of_no_run_is_refused() -> None:
    with pytest.raises(ResultError, match="at least one run"):
        export({})
