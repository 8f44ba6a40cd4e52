"""Clocks, standards and what is recorded."""

import pytest

import scenarios
from kernels import layout
from scenarios.dates import moment
from scenarios.scenario import Moment, Move
from scenarios.tables import model
from simulator.naming import labels
from tests.unit.scenarios.clinics import clinic, read, refused

CLOCK = "clocks: {wait: {start: joins clinic, stop: [starts ward, leaves]}}\n"
FOUR_HOURS = "standards: {s: {clock: wait, within: 4 hours, target: 95%, counts: "


def test_a_clock_has_moments() -> None:
    (clock,) = read(more=CLOCK).clocks
    assert clock.start == (Moment("joins", service="clinic"),)
    assert clock.stop == (Moment("starts", service="ward"), Moment("leaves"))


def test_a_moment_may_be_that_of_a_step() -> None:
    more = (
        "  stays: {to: stay, rate: 1 per day}\n"
        "pathways: {stay: {start: night, steps: {night: {at: ward}}}}\n"
        "clocks: {wait: {start: joins night, stop: ends night}}\n"
    )
    (clock,) = read(more=more).clocks
    assert clock.start == (Moment("joins", step=("stay", "night")),)


def test_a_standard_has_dated_targets() -> None:
    more = (
        f"{CLOCK}standards:\n  s: {{clock: wait, within: 4 hours, counts: completed, "
        "who: {age: child}, target: {2024-03-01: 76%, 2021-04-01: 95%}}\n"
    )
    (standard,) = read(more=more).standards
    assert standard.within is not None
    assert standard.within.values == pytest.approx((4 / 24,))
    assert standard.target.values == (0.95,)
    assert standard.target.moves == (Move("set", (0.76,), begin=moment("2024-03-01")),)
    assert standard.groups == (True, False)


def test_what_is_recorded() -> None:
    made = read(more="record: {by: [age], visits: [ward]}\n")
    assert made.record_by == ("age",)
    assert made.record_visits == ("ward",)
    assert read().record_visits == ()
    assert read(more="record: {visits: all}\n").record_visits is None


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            "clocks: {wait: {start: joins wards, stop: leaves}}\n",
            "clocks.wait.start: 'wards' is not a service or step. Did you mean 'ward'? "
            "Declared: clinic, ward.",
        ),
        (
            "clocks: {wait: {start: enters ward, stop: leaves}}\n",
            "clocks.wait.start: 'enters ward' is not a moment. Write joins, starts, "
            "ends or leaves and a service or step, or leaves alone.",
        ),
        (
            "clocks: {wait: {start: joins, stop: leaves}}\n",
            "clocks.wait.start: which service or step? Write `joins NAME`.",
        ),
        (
            "clocks: {wait: {start: leaves, stop: joins ward}}\n",
            "clocks.wait.start: a clock that starts when patients leave never stops.",
        ),
        (
            "clocks: {wait: {start: joins ward, stop: [leaves, joins ward]}}\n",
            "clocks.wait.stop: the same moment starts and stops this clock.",
        ),
        (
            f"{CLOCK}{FOUR_HOURS}waiting}}}}\n",
            "standards.s.counts: 'waiting' is not known here. Did you mean "
            "'still_waiting'? Allowed: completed, still_waiting.",
        ),
        (
            f"{FOUR_HOURS}completed}}}}\n",
            "standards.s.clock: 'wait' is not a clock. There is no `clocks:` section.",
        ),
        (
            f"{CLOCK}standards: {{s: {{clock: wait, within: 0 min, target: 5%, counts: "
            "completed}}\n",
            "standards.s.within: this is no time at all; a standard gives some.",
        ),
        (
            f"{CLOCK}standards: {{s: {{clock: wait, within: 4 hours, counts: "
            f"completed, "
            "target: {2024-03-01: 5%, 2024-03-01 00:00: 6%}}}\n",
            "standards.s.target: two of these dates are the same.",
        ),
    ],
)
def test_wrong_clocks_and_standards_are_refused(more: str, message: str) -> None:
    assert refused(more=more) == [message]


PAUSES = (
    "clocks: {wait: {start: joins clinic, pause: starts clinic, "
    "resume: [ends clinic, joins ward], stop: [starts ward, leaves]}}\n"
)


def test_a_clock_that_pauses_has_four_sorts_of_moments() -> None:
    scenario = read(more=PAUSES)
    (clock,) = scenario.clocks
    assert clock.pause == (Moment("starts", service="clinic"),)
    assert clock.resume == (
        Moment("ends", service="clinic"),
        Moment("joins", service="ward"),
    )
    tables = model(scenario)
    found = {
        (step, event): [tuple(row) for row in tables.moments[first : first + n]]
        for step, events in enumerate(tables.moment)
        for event, (first, n) in enumerate(events)
        if n
    }
    assert found == {
        (0, layout.JOINS): [(0, layout.START)],
        (0, layout.STARTS): [(0, layout.PAUSE)],
        (0, layout.ENDS): [(0, layout.RESUME)],
        (1, layout.JOINS): [(0, layout.RESUME)],
        (1, layout.STARTS): [(0, layout.STOP)],
        (2, layout.LEAVES): [(0, layout.STOP)],
    }


def test_what_one_moment_does_to_a_clock_is_done_in_a_fixed_order() -> None:
    more = (
        "  stays: {to: stay, rate: 1 per day}\n"
        "pathways: {stay: {start: night, steps: {night: {at: ward}}}}\n"
        "clocks: {wait: {start: [joins clinic, joins ward], pause: joins night, "
        "resume: starts clinic, stop: ends clinic}}\n"
    )
    tables = model(read(more=more))
    first, n = tables.moment[2, layout.JOINS]
    does = tables.moments["does"][first : first + n]
    assert does.tolist() == [layout.START, layout.PAUSE]


MIN = 1 / 1440
SORTS = """\
standards:
  soon: {clock: wait, within: 4 hours, target: 95%, counts: completed}
  most: {clock: wait, percentile: 90%, within: 1 day, counts: still_waiting}
  mean: {clock: wait, mean_within: {2024-01-01: 18 min, 2024-06-01: 30 min}, counts: completed}
  full: {occupancy: [ward], at_most: 92%}
  away: {patients: [ward, clinic], at_most: {2024-01-01: 9, 2024-03-01: 4}}
"""  # noqa: E501


def test_every_sort_of_standard_has_one_figure_by_date() -> None:
    scenario = read(more=CLOCK + SORTS)
    soon, most, mean, full, away = scenario.standards
    assert [s.measure for s in scenario.standards] == [
        "share",
        "percentile",
        "mean",
        "occupancy",
        "patients",
    ]
    assert soon.target.values == (0.95,)
    assert (most.percentile, most.within, most.target.values) == (90, None, (1.0,))
    assert mean.target.values == (18 * MIN,)
    assert mean.target.moves == (Move("set", (30 * MIN,), begin=moment("2024-06-01")),)
    assert (full.services, full.clock, full.counts) == (("ward",), None, None)
    assert away.services == ("ward", "clinic")
    tables = model(scenario)
    assert tables.standards["clock"].tolist() == [0, 0, 0, -1, -1]
    assert tables.standards["still"].tolist() == [0, 1, 0, 0, 0]
    keeps = [layout.COUNT, layout.SPREAD, layout.SUM, layout.COUNT, layout.COUNT]
    assert tables.standards["keeps"].tolist() == keeps
    four_hours, day = 4 * layout.HOUR, layout.DAY
    assert tables.standard_within[:, 0].tolist() == [four_hours, day, 0, 0, 0]
    assert tables.standard_within.shape == (5, 12)
    labelled = labels(scenario, tables).standards
    assert labelled[2].target == ((None, 18 * MIN), ("2024-06-01T00:00:00", 30 * MIN))
    assert labelled[4].target == ((None, 9), ("2024-03-01T00:00:00", 4))


def test_the_time_of_a_percentile_changes_with_the_months() -> None:
    more = (
        f"{CLOCK}standards:\n  most: {{clock: wait, percentile: 90%, counts: completed,"
        " within: {2024-01-01: 1 day, 2024-03-15: 2 days, 2024-11-01: 3 days}}\n"
    )
    (within,) = model(read(more=more)).standard_within
    days = [1] * 3 + [2] * 7 + [3] * 2  # by what holds at the beginning of the month
    assert (within / layout.DAY).tolist() == days


def test_a_step_from_one_target_to_another_is_exact() -> None:
    more = (
        f"{CLOCK}standards:\n  s: {{clock: wait, within: 4 hours, counts: completed, "
        "target: {2024-01-01: 95%, 2024-03-01: 76%, 2024-06-01: 78%}}\n"
    )
    scenario = read(more=more)
    (label,) = labels(scenario, model(scenario)).standards
    assert [share for _, share in label.target] == [0.95, 0.76, 0.78]


def changed(change: str, standard: str) -> list[float]:
    """Return what a standard promises in each month of 2024 after a change."""
    text = clinic(more=CLOCK + SORTS + f"changes: [{change}]\n")
    scenario = scenarios.parse(text)
    (label,) = (
        s for s in labels(scenario, model(scenario)).standards if s.name == standard
    )
    return [label.target_at(f"2024-{month:02}-01") for month in range(1, 13)]


def test_changes_alter_targets() -> None:
    change = "{standards: soon, set_to: 85%, from: 2024-02-01, reached_by: 2024-02-11}"
    assert changed(change, "soon") == [0.95, 0.95] + [0.85] * 10
    change = "{standards: all, what: at_most, multiply_by: 0.5, from: 2024-06-01}"
    assert changed(change, "away") == [9, 9, 4, 4, 4] + [2] * 7
    assert changed(change, "full") == [0.92] * 5 + [0.46] * 7
    change = "{standards: mean, what: mean_within, add: 6 min, until: 2024-08-01}"
    expected = [24 / 1440] * 5 + [36 / 1440] * 2 + [30 / 1440] * 5
    assert changed(change, "mean") == pytest.approx(expected)


def test_the_time_of_a_share_is_changed_for_good() -> None:
    change = "changes: [{standards: soon, what: within, set_to: 6 hours}]\n"
    scenario = read(more=CLOCK + SORTS + change)
    assert model(scenario).standard_within[0].tolist() == [6 * layout.HOUR] * 12
    assert labels(scenario, model(scenario)).standards[0].within == 0.25


def test_a_misspelt_key_is_reported_once() -> None:
    more = f"{CLOCK}standards: {{s: {{clock: wait, withn: 4 hours, target: 5%}}}}\n"
    (said,) = refused(more=more)
    assert said.startswith("standards.s.withn: unknown key. Did you mean 'within'?")
