"""By when a standard is met again, replication by replication, and over all of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.errors import ResultError
from results.measures.naming import Name
from results.summary.recovering import (
    Limit,
    limit_words,
    missed_standards,
    recoveries,
    recovery,
)
from results.summary.recovery import Fate, Recovery, fate, wilson
from results.summary.recovery_words import by_when, scarce, sentences, share_open
from tests.unit.results.small import clock, labels, model, run, standard, tally

MONTHS = tuple(f"2027-{month:02d}" for month in range(1, 11))


def months(text):
    """Return the months of a text: + met, - missed, . nobody to look at."""
    return [{"+": True, "-": False, ".": None}[sign] for sign in text]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("++++++", Fate(None, 0, None, again=False)),
        ("......", None),
        ("------", Fate(0, None, None, again=False)),
        ("--+++-", Fate(0, 2, None, again=True)),
        ("++-+++", Fate(2, 3, None, again=False)),
        ("-++-++", Fate(0, None, 4, again=False)),
        ("-++-+-", Fate(0, None, None, again=False)),
        ("-+.+.+", Fate(0, 1, None, again=False)),
        (".-++..", Fate(1, None, 2, again=False)),
        ("-+++-+++", Fate(0, 1, None, again=True)),
    ],
)
def test_a_replication_has_one_fate(text, found):
    assert fate(months(text)) == found


def test_one_month_is_enough_where_one_is_asked():
    assert fate(months("-+-"), stays=1) == Fate(0, 1, None, again=True)
    assert fate(months("--"), stays=1) == Fate(0, None, None, again=False)


def in_plain_words(text, stays):
    """Return the first month of a stretch of months that are met, after a miss."""
    signs = [(place, sign) for place, sign in enumerate(text) if sign != "."]
    if "-" not in text:
        return 0
    plain = "".join(sign for _, sign in signs)
    found = plain.find("+" * stays, plain.index("-"))
    return None if found < 0 else signs[found][0]


@given(st.text("+-.", min_size=1, max_size=14), st.integers(1, 4))
def test_the_date_is_that_of_plain_words(text, stays):
    found = fate(months(text), stays)
    if found is None:
        assert set(text) == {"."}
    else:
        assert found.back == in_plain_words(text, stays)


def of(*texts, stays=3):
    fates = {n: fate(months(text), stays) for n, text in enumerate(texts, 1)}
    known = {n: f for n, f in fates.items() if f is not None}
    return Recovery("two days", stays, MONTHS[: len(texts[0])], known)


FOUR = ("--++++++++", "----++++++", "++++++++++", "--------++")


def test_shares_are_of_all_replications_and_end_where_nothing_can_be_told():
    found = of(*FOUR)
    assert (found.n, found.never_missed, found.came_back, found.hidden) == (4, 1, 2, 1)
    assert [s.met_again for s in found.shares] == [1, 1, 2, 2, 3, 3, 3, 3]
    assert [s.month for s in found.shares] == list(MONTHS[:8])
    half, nine = found.quantiles
    assert half.month == "2027-03"
    assert nine.month is None
    assert found.not_before == "2027-09"
    assert found.open is not None
    assert found.open.mean == 0.25


def test_a_hidden_replication_hides_all_that_comes_after():
    # Its last month with anybody is the fifth: from the fourth on it may be met again.
    found = of("--++++++++", "---++.....")
    assert found.known == 3
    assert [s.met_again for s in found.shares] == [0, 0, 1]


def test_intervals_of_dates_are_those_of_shares():
    found = of(*["-+++++++++"] * 3, *["---+++++++"] * 4, *["-----+++++"] * 3)
    half, nine = found.quantiles
    lows = {s.month: s.low for s in found.shares}
    highs = {s.month: s.high for s in found.shares}
    assert (half.low, half.month, half.high) == ("2027-02", "2027-04", "2027-06")
    assert highs["2027-02"] >= 0.5 > highs["2027-01"]
    assert lows["2027-06"] >= 0.5 > lows["2027-05"]
    assert (nine.low, nine.month, nine.high) == ("2027-06", "2027-06", None)


def test_wilson_is_the_formula():
    for count, n in ((0, 10), (3, 10), (10, 10), (39, 40)):
        z, p = 1.959963984540054, count / n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        assert wilson(count, n) == pytest.approx((middle - half, middle + half))
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_it_is_said_by_when():
    found = of(*FOUR)
    missed, told, hidden = sentences(found)
    assert missed == "It is missed at some time in 3 of 4 replications."
    assert told.startswith(
        "Of all replications, with three months met in a row: half by March 2027 ("
    )
    assert "nine in ten not before September 2027; 25% (" in told
    assert told.endswith("not within the period, which ends in October 2027.")
    assert hidden.startswith("In 1 of these it is met at the end, but for fewer than")
    assert by_when(found, found.quantiles[1]) == "not before September 2027"
    assert scarce(found).startswith("4 replications tell shares only roughly")


def test_what_is_never_missed_is_said_so():
    found = of("++++++", "++++++")
    assert sentences(found) == ["It is missed in no month of any of 2 replications."]
    mostly = of(*["+" * 10] * 50, "-" * 10)
    assert by_when(mostly, mostly.quantiles[0]) == "from the start"
    assert share_open(mostly) == "2% (0% to 10%)"
    assert sentences(of("....")) == ["There was nobody to look at."]


def test_what_comes_back_and_is_missed_again_is_told():
    found = of("-+++-+++++", "-+++++++++")
    assert sentences(found)[-1] == "Of the 2 that come back, 1 misses it again later."


def test_everything_is_there_as_plain_data():
    plain = of(*FOUR).as_dict()
    assert plain["never_missed"] == 1
    assert plain["replication"]["4"] == {
        "missed": "2027-01",
        "met_again_from": None,
        "met_at_the_end_from": "2027-09",
        "missed_again": False,
    }
    assert plain["quantiles"][1]["month"] is None
    assert plain["quantiles"][1]["not_before"] == "2027-09"


LATE, QUICK = (lambda day: clock(day, day + 5)), (lambda day: clock(day, day + 1))
EDGES = (0, 31, 60, 91, 121)


def small(*replications):
    """Return a run of four months with one standard: nine in ten within two days."""
    of_model = model(months=EDGES, n_clocks=1, standards=[(0, 2, 0)])
    names = labels(
        months=EDGES, clocks=("seen",), standards=(standard("two days", "seen", 2.0),)
    )
    made = (tally(of_model, clocks=each) for each in replications)
    return run(*made, labels=names)


def test_a_run_tells_it_of_its_standards():
    made = small(
        [LATE(3), QUICK(35), QUICK(65), QUICK(95)],
        [LATE(3), LATE(35), QUICK(65), QUICK(95)],
    )
    found = recovery(made, "two days", stays=2)
    assert [fate.back for fate in found.fates.values()] == [1, 2]
    assert missed_standards(made) == ("two days",)
    assert recoveries(made, stays=2) == {"two days": found}
    later = recovery(made, "two days", stays=2, since=found.months[1])
    assert [fate.missed for fate in later.fates.values()] == [None, 0]
    assert missed_standards(small([QUICK(3)])) == ()


def test_a_run_tells_it_of_any_measure():
    made = small([LATE(3), QUICK(35), QUICK(65)], [QUICK(3), QUICK(35), QUICK(65)])
    limit = Limit(Name("clock", "seen", "time", "mean"), 2.0, is_most=True)
    found = recovery(made, limit, stays=2)
    assert [fate.back for fate in found.fates.values()] == [1, 0]
    assert found.asked == limit_words(limit) == "seen: time, mean, at most 2 days"
    least = Limit(Name("clock", "seen", "stopped", "number"), 1.0, is_most=False)
    assert recovery(made, least, stays=1).fates[1].missed == 3


def test_what_a_run_has_not_is_refused():
    made = small([QUICK(3)])
    with pytest.raises(ResultError, match="no standard 'x' in this run: it has 'two"):
        recovery(made, "x")
    with pytest.raises(ResultError, match="no month '1999-01' in this run"):
        recovery(made, "two days", since="1999-01")
    nobody = Limit(Name("service", "nowhere", "wait", "mean"), 1.0, is_most=True)
    with pytest.raises(ResultError, match="no 'nowhere' in this run"):
        recovery(made, nobody)
