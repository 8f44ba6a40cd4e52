"""What is one per place: all places together are their parts, in every measure."""

import math
from collections import defaultdict

import pytest

import results
import simulator
from results.measures.naming import MEASURES
from results.selection.quantiles import quantiles
from scenarios import parse
from simulator.asked_measures import named

MODEL = """\
caresim: 1
title: Doctors, clinics, teams and a line for all, in two places
period: {start: 2024-01-01, horizon: 3 months, replications: 2, seed: 5}
groups: {place: [Leeds, Wakefield], age: [child, adult]}
budgets: [hospital]
services:
  doctor:
    kind: staff
    one_per: place
    capacity:
      by: place
      Leeds: {Mon-Fri 09:00-17:00: 3}
      Wakefield: {every day 08:00-12:00: 2}
    takes: {law: exponential, mean: 40 min}
    while_waiting: {gives up: {risk: 4% per hour, then: leave}}
    turned_away: {full: {when_waiting: 12, then: leave}}
    cost: {hospital: £40 per visit}
    then: {clinic: 40%, team: 20%, leave: rest}
  clinic:
    kind: slots
    one_per: place
    capacity:
      by: place
      Leeds: {Mon-Fri 09:00-17:00: 8}
      Wakefield: {Mon-Fri 09:00-13:00: 4}
    did_not_attend: {share: 12%, then: leave}
  team:
    kind: caseload
    one_per: place
    capacity: {by: place, Leeds: 20, Wakefield: 9}
    takes: {law: gamma, mean: 3 weeks, cv: 0.6}
  helpline: {kind: unlimited, one_per: place, takes: 10 min}
demand:
  doctor:
    rate: 36 per day
    who: {place: {Leeds: 70%, Wakefield: rest}, age: {child: 30%, adult: rest}}
  helpline:
    rate: 9 per day
    who: {place: {Leeds: 70%, Wakefield: rest}, age: {child: 30%, adult: rest}}
record: {by: [place, age]}
"""


@pytest.fixture(scope="module")
def run():
    return simulator.run(parse(MODEL), workers=1)


def cells(run):
    """Return the rows of the table by kind, and what else says which they are."""
    found = defaultdict(dict)
    for row in run.measures.to_pylist():
        names = ("measure", "statistic", "group", "period", "replication")
        key = row["subject"], *(row[name] for name in names)
        found[row["kind"]][key] = row
    return found


def test_numbers_add_up_and_shares_and_means_are_weighed(run):
    of = cells(run)
    checked = defaultdict(int)
    for (subject, *rest), row in of["block"].items():
        parts = [
            of["service"].get((f"{subject} in {place}", *rest))
            for place in ("Leeds", "Wakefield")
        ]
        parts = [part for part in parts if part is not None]
        measure, statistic = rest[:2]
        if statistic in ("median", "90th percentile", "95th percentile"):
            values = [part["value"] for part in parts]
            assert min(values) - 1e-9 <= row["value"] <= max(values) + 1e-9
        elif row["numerator"] is None or statistic == "per day":
            expected = math.fsum(part["value"] for part in parts)
            assert row["value"] == pytest.approx(expected, rel=1e-12, abs=1e-12)
        else:
            top = math.fsum(part["numerator"] for part in parts)
            bottom = math.fsum(part["denominator"] for part in parts)
            # Averages over time have one time below, and add up.
            over_time = statistic == "mean" and row["unit"] in ("patients", "units")
            bottom = bottom / len(parts) if over_time else bottom
            assert row["value"] == pytest.approx(top / bottom, rel=1e-12, abs=1e-12)
        checked[measure, statistic] += bool(row["value"])
    every = {(m.name, m.statistic) for m in MEASURES if "block" in m.kinds}
    quiet = {("balance", "number"), ("handed back", "number")}
    quiet |= {("blocked", "mean"), ("blocked", "total")}
    quiet |= {("delayed", "mean"), ("delayed", "total")}
    assert {key for key, n in checked.items() if n} == every - quiet


def test_every_part_has_its_place_in_the_whole(run):
    of = cells(run)
    assert {key[0] for key in of["block"]} == {"doctor", "clinic", "team", "helpline"}
    groups = defaultdict(set)
    for kind in ("block", "service"):
        for key in of[kind]:
            groups[kind, key[0], key[1]].add(key[3])
    for name in ("doctor", "clinic"):
        both = [
            groups["service", f"{name} in {p}", "wait"] for p in ("Leeds", "Wakefield")
        ]
        assert groups["block", name, "wait"] == both[0] | both[1]


def test_what_is_unlimited_has_no_capacity(run):
    of = cells(run)
    with_capacity = {key[0] for key in of["block"] if key[1] == "capacity"}
    assert with_capacity == {"doctor", "team"}


def test_quantiles_of_the_table_are_those_of_the_buckets(run):
    """Any percentile is worked out from the buckets; here the usual ones, once more."""
    of = cells(run)["block"]
    everybody = [group.name for group in run.labels.groups]
    checked = 0
    for period in ("whole", "2024-02"):
        for name, values in quantiles(run, (50, 90, 95), everybody, period).items():
            if name.kind != "block":
                continue
            for replication, value in values.items():
                key = (*name[1:], "all", period, replication)
                if key in of:  # the age of a list has no 95th percentile
                    checked += 1
                    assert of[key]["value"] == pytest.approx(value, rel=1e-12)
    assert checked > 30


def test_all_places_are_asked_for_by_the_plain_name(run):
    name = named("clinic: wait, mean", run.labels)
    assert name == ("block", "clinic", "wait", "mean")
    assert named("clinic in Leeds: wait, mean", run.labels).kind == "service"
    found = results.compare(run, run, measures=["clinic: wait, mean"])
    (row,) = found.rows
    assert (row.kind, row.subject) == ("block", "clinic")
    found = results.compare(run, run, measures=["clinic: wait, 85th percentile"])
    assert [row.kind for row in found.rows] == ["block"]
