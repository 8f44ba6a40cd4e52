import pytest

from results import ResultError
from results.displacement.choosing import examples
from results.journeys.journey import recorded_journey
from results.journeys.parting import Line, trace
from tests.unit.results.ledgers import two_worlds, world


def test_a_journey_is_told_from_records_alone():
    _, b = two_worlds()
    told = recorded_journey(b, 1, 6)
    assert (told.patient, told.group) == (6, "adult")
    assert [(event.day, event.what) for event in told.events] == [
        (1, "comes to the model (doors)"),
        (1, "joins clinic"),
        (1, "joins ward"),
        (1, "is turned away from clinic: full"),
        (1.5, "starts at ward after 12.0 hours"),
        (8, "treatment at ward is over (6.5 days)"),
        (8, "leaves: died"),
    ]
    assert told.events[0].time == "2000-02-04 00:00:00"
    assert recorded_journey(b, 1, 8) is None


def test_two_journeys_are_the_same_until_they_part():
    both = trace(*two_worlds(), 2)
    same = [line.a for line in both.before()]
    assert same == ["comes to the model (doors)", "joins clinic"]
    assert both.parts_at == "2000-02-05 00:00:00"
    assert both.sentence() == (
        "Here they part, 2000-02-05 00:00:00: in A the patient starts at clinic after "
        "24.0 hours; in B the next thing, on 2000-02-07 00:00:00, is: starts at clinic "
        "after 3.0 days."
    )
    assert both.after() == [
        Line("2000-02-05 00:00:00", "starts at clinic after 24.0 hours", ""),
        Line("2000-02-06 00:00:00", "treatment at clinic is over (24.0 hours)", ""),
        Line("2000-02-06 00:00:00", "leaves the model", ""),
        Line("2000-02-07 00:00:00", "", "starts at clinic after 3.0 days"),
        Line("2000-02-08 00:00:00", "", "treatment at clinic is over (24.0 hours)"),
        Line("2000-02-08 00:00:00", "", "leaves the model"),
    ]


def test_what_happens_at_one_moment_stands_in_one_line():
    both = trace(*two_worlds(), 5)
    assert both.after()[-1] == Line("2000-02-13 00:00:00", "", "the run ends")
    both = trace(*two_worlds(), 6)
    # On day 1 the patient is turned away in B, and starts a day later in A.
    assert both.after()[0] == Line("2000-02-04 00:00:00", "", "joins ward")


def test_journeys_that_never_part_are_said_to_be_the_same():
    both = trace(*two_worlds(), 1)
    assert both.parts_at is None
    assert both.sentence() == "Both journeys are the same, to the microsecond."
    assert both.after() == []


def test_who_comes_in_one_run_only_has_one_journey():
    both = trace(*two_worlds(), 9)
    assert both.sentence() == (
        "This patient comes in B only: there is no journey in A."
    )
    assert both.before() == []
    assert all(not line.a and line.b for line in both.after())
    assert trace(*two_worlds(), 8).as_dict()["b"] is None


def test_who_comes_in_neither_run_is_refused():
    with pytest.raises(ResultError, match="no patient 99 comes in replication 1 of"):
        trace(*two_worlds(), 99)
    with pytest.raises(ResultError, match="there is no replication 3, only 1"):
        trace(*two_worlds(), 1, replication=3)


def test_there_are_examples_of_each_sort():
    assert examples(*two_worlds(), 1) == {
        "only in B": [9, 10, 11],
        "only in A": [8],
        "other end": [5, 6],
        "other way": [7],
        "other times": [4, 13],
        "waited shorter": [3],
        "waited longer": [2],
    }
    empty = world([], [])
    assert examples(empty, empty, 1) == {}
