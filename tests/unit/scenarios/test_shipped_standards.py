"""The standards that come with caresim, entered a second time from the data's list."""

from __future__ import annotations

import pytest

import scenarios
from scenarios.promised import time_text
from scenarios.shipped_standards import shipped
from scenarios.standards import about
from scenarios.tables import model
from simulator.naming import labels
from tests.unit.scenarios.clinics import clinic, read

MIN, HOUR, DAY, WEEK = 1 / 1440, 1 / 24, 1.0, 7.0
FIRST = "2021-04-01"

SHARES = {
    # within; share from the beginning, then by month; counts
    "RTT 18 weeks": (18 * WEEK, {FIRST: 92, "2026-03": 65, "2029-03": 92}, "still"),
    "diagnostics 6 weeks": (6 * WEEK, {FIRST: 99, "2025-03": 95}, "still"),
    "cancer 14 days": (14, {FIRST: 93}, "done"),
    "cancer 28 days": (28, {FIRST: 75, "2026-03": 80}, "done"),
    "cancer 31 days": (31, {FIRST: 96}, "done"),
    "cancer 62 days": (62, {FIRST: 85, "2026-03": 75}, "done"),
    "A&E 4 hours": (4 * HOUR, {FIRST: 95, "2024-03": 76, "2025-03": 78}, "done"),
    "A&E 12 hours": (12 * HOUR, {FIRST: 98}, "done"),
    "ambulance handover 15 min": (15 * MIN, {FIRST: 65}, "done"),
    "ambulance handover 30 min": (30 * MIN, {FIRST: 95}, "done"),
    "ambulance handover 60 min": (60 * MIN, {FIRST: 100}, "done"),
    "NHS 111 60 seconds": (1 * MIN, {FIRST: 95}, "done"),
    "stroke unit 4 hours": (4 * HOUR, {FIRST: 90}, "done"),
    "Talking Therapies 6 weeks": (6 * WEEK, {FIRST: 75}, "done"),
    "Talking Therapies 18 weeks": (18 * WEEK, {FIRST: 95}, "done"),
    "Talking Therapies 6 weeks to the second contact": (6 * WEEK, {FIRST: 75}, "done"),
    "Talking Therapies 18 weeks to the second contact": (
        18 * WEEK,
        {FIRST: 95},
        "done",
    ),
    "early intervention in psychosis 2 weeks": (2 * WEEK, {FIRST: 60}, "done"),
    "eating disorders urgent 1 week": (1 * WEEK, {FIRST: 95}, "done"),
    "eating disorders routine 4 weeks": (4 * WEEK, {FIRST: 95}, "done"),
    "community mental health 4 weeks": (4 * WEEK, {FIRST: 95}, "done"),
    "crisis very urgent 4 hours": (4 * HOUR, {FIRST: 95}, "done"),
    "crisis urgent 24 hours": (24 * HOUR, {FIRST: 95}, "done"),
    "liaison psychiatry 1 hour": (1 * HOUR, {FIRST: 95}, "done"),
    "urgent community response 2 hours": (2 * HOUR, {FIRST: 70}, "done"),
    "general practice 2 weeks": (2 * WEEK, {FIRST: 95}, "done"),
    "general practice urgent same day": (24 * HOUR, {FIRST: 95}, "done"),
}
MEANS = {
    "ambulance category 1 mean": {FIRST: 7},
    "ambulance category 2 mean": {FIRST: 18, "2023-04": 30},
}
NINETIETH = {
    "ambulance category 1 90th percentile": 15,
    "ambulance category 2 90th percentile": 40,
    "ambulance category 3 90th percentile": 120,
    "ambulance category 4 90th percentile": 180,
}
OTHERS = {
    "general bed occupancy": ("occupancy", 0.92),
    "mental health bed occupancy": ("occupancy", 0.85),
    "out-of-area placements": ("patients", 0.0),
}
LONG = ("horizon: 1 year", "horizon: 12 years"), ("2024-01-01", "2021-01-01")


def label_of(name: str):
    """Return the label of a clinic's standard that takes its figures by name."""
    key = about(shipped()[name].form)
    what = "clock: wait" if key == "clock" else f"{key}: ward"
    more = (
        "clocks: {wait: {start: joins clinic, stop: leaves}}\n"
        f"standards: {{promise: {{{what}, standard: {name}}}}}\n"
    )
    scenario = read(*LONG, more=more)
    (label,) = labels(scenario, model(scenario)).standards
    return label


def by_month(label) -> dict[str, float]:
    """Return from which month on what is promised."""
    return {FIRST if since is None else since[:7]: v for since, v in label.target}


def test_every_standard_is_entered_here() -> None:
    assert set(shipped()) == {*SHARES, *MEANS, *NINETIETH, *OTHERS}


@pytest.mark.parametrize("name", SHARES)
def test_shares_within_a_time(name: str) -> None:
    within, shares, counts = SHARES[name]
    label = label_of(name)
    assert label.measure == "share"
    assert label.within == pytest.approx(within, rel=1e-12)
    assert by_month(label) == {since: share / 100 for since, share in shares.items()}
    assert label.counts == {"still": "still_waiting", "done": "completed"}[counts]


@pytest.mark.parametrize("name", MEANS)
def test_means(name: str) -> None:
    label = label_of(name)
    assert (label.measure, label.counts) == ("mean", "completed")
    found = {since: round(days / MIN, 9) for since, days in by_month(label).items()}
    assert found == MEANS[name]


@pytest.mark.parametrize("name", NINETIETH)
def test_ninetieth_percentiles(name: str) -> None:
    label = label_of(name)
    assert (label.measure, label.percentile) == ("percentile", 90)
    (days,) = by_month(label).values()
    assert days == pytest.approx(NINETIETH[name] * MIN, rel=1e-12)


@pytest.mark.parametrize("name", OTHERS)
def test_occupancy_and_patients(name: str) -> None:
    label = label_of(name)
    assert (label.measure, label.services) == (OTHERS[name][0], ("ward",))
    assert list(by_month(label).values()) == [OTHERS[name][1]]


def test_every_figure_bears_a_source_with_a_standing() -> None:
    listed = scenarios.listed_standards()
    assert [standard.name for standard in listed] == list(shipped())
    for standard in listed:
        assert standard.figures
        assert standard.measures
        for figure in standard.figures:
            assert figure.status in ("sourced", "estimate", "assumption")
            assert len(figure.source) > 10
    rtt = listed[0]
    assert rtt.as_dict()["figures"][2] == {
        "since": "2026-03-01",
        "figure": "65%",
        "status": "sourced",
        "source": "healthcare-management.uk and healthbusinessuk.net on the planning "
        "guidance 2025/26",
    }
    assert rtt.lines()[2] == (
        "  92% (from 2026-03-01 65%; from 2029-03-01 92%) within 18 weeks, of those "
        "whose clock has not stopped at the month's end."
    )


def test_a_shipped_standard_can_be_altered_by_changes() -> None:
    more = (
        "clocks: {wait: {start: joins clinic, stop: leaves}}\n"
        "standards: {promise: {clock: wait, standard: A&E 4 hours}}\n"
        "changes: [{standards: promise, set_to: 82%, from: 2027-03-01}]\n"
    )
    scenario = read(*LONG, more=more)
    (label,) = labels(scenario, model(scenario)).standards
    assert by_month(label) == {
        FIRST: 0.95,
        "2024-03": 0.76,
        "2025-03": 0.78,
        "2027-03": 0.82,
    }


def test_explain_says_clocks_and_standards_aloud() -> None:
    from scenarios.explain import explain

    more = (
        "clocks:\n"
        "  wait: {start: joins clinic, pause: starts clinic, resume: ends clinic, "
        "stop: [starts ward, leaves]}\n"
        "standards:\n"
        "  long: {clock: wait, within: 28 days, target: {2024-01-01: 92%, "
        "2024-06-01: 65%}, counts: still_waiting, who: {age: child}}\n"
        "  most: {clock: wait, percentile: 90%, within: 90 min, counts: completed}\n"
        "  mean: {clock: wait, mean_within: 30 sec, counts: completed}\n"
        "  beds: {occupancy: ward, standard: general bed occupancy}\n"
        "  some: {patients: [ward, clinic], at_most: 12}\n"
    )
    scenario = read(more=more)
    assert explain(scenario, model(scenario)).promises == (
        "Clock 'wait': starts when a patient joins clinic; stands still when a patient "
        "starts clinic; goes on when a patient ends clinic; stops when a patient "
        "starts ward or leaves the model.",
        "Standard 'long': 92% (from 2024-06-01 65%) within 28 days, of those in some "
        "groups whose clock 'wait' has not stopped at the month's end.",
        "Standard 'most': 90% within 90 min, of those whose clock 'wait' stops in the "
        "month.",
        "Standard 'mean': within 30 sec on average, of those whose clock 'wait' stops "
        "in the month.",
        "Standard 'beds': at most 92% of ward occupied, on average over a month. The "
        "figures are those of 'general bed occupancy'.",
        "Standard 'some': at most 12 patients at ward and clinic, on average over a "
        "month.",
    )


def test_the_time_of_a_share_is_said_as_a_change_makes_it() -> None:
    from scenarios.explain import explain

    more = (
        "clocks: {wait: {start: joins clinic, stop: leaves}}\n"
        "standards: {s: {clock: wait, within: 4 hours (paper), target: 9% (paper), "
        "counts: completed}}\n"
        "sources: {sourced: {paper: A paper}}\n"
        "changes: [{standards: s, what: within, set_to: 2 hours}]\n"
    )
    scenario = scenarios.parse(clinic(more=more))
    assert explain(scenario, model(scenario)).promises[1] == (
        "Standard 's': 9% within 2 hours, of those whose clock 'wait' stops in the "
        "month. Sourced: A paper."
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (126, "18 weeks"),
        (7, "1 week"),
        (2, "2 days"),
        (1, "1 day"),
        (4 / 24, "4 hours"),
        (90 / 1440, "90 min"),
        (1 / 1440, "1 min"),
        (30 / 86400, "30 sec"),
        (8.5, "204 hours"),
    ],
)
def test_times_are_said_in_the_largest_whole_unit(days: float, said: str) -> None:
    assert time_text(days) == said
