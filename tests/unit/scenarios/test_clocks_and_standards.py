"""Clocks, standards and what is recorded."""

import pytest

from scenarios.dates import moment
from scenarios.scenario import Moment, Move
from tests.unit.scenarios.clinics import read, refused

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
