"""In which months standards are met, by run."""

from results.layout.labels import Labels
from results.summary.standards import by_year, standards_met
from tests.unit.results.small import clock, labels, model, run, standard, tally

MONTHS = (0, 27, 58)


def met(*replications):
    """Return a run with one standard: nine in ten within two days."""
    of = model(months=MONTHS, n_clocks=1, standards=[(0, 2, 0)])
    names: Labels = labels(
        months=MONTHS, clocks=("seen",), standards=(standard("two days", "seen", 2.0),)
    )
    return run(*(tally(of, clocks=each) for each in replications), labels=names)


QUICK = [clock(0, 1), clock(30, 31)]
SLOW = [clock(0, 1), clock(30, 35)]
LATE = [clock(0, 5), clock(30, 35)]


def test_each_month_has_the_share_of_replications_that_meet_it():
    (found,) = standards_met(met(QUICK, SLOW, LATE, SLOW))
    assert [month.met for month in found.months] == [0.75, 0.25]
    assert [month.promised for month in found.months] == [0.9, 0.9]
    assert found.promises == "90%"
    assert found.met is not None
    assert found.met.mean == 0.5


def test_it_is_said_in_a_sentence():
    (found,) = standards_met(met(QUICK, SLOW, LATE, SLOW))
    assert found.sentence().startswith(
        "two days: more likely met than not in 1 of 2 months (no longer from 2000-03 "
        "on); on average in 1 month"
    )
    assert standards_met(met(QUICK))[0].sentence() == "two days: always met."
    assert standards_met(met(LATE))[0].sentence() == "two days: never met."
    assert standards_met(met([]))[0].sentence() == (
        "two days: there is nobody to look at."
    )


def test_years_run_from_april_to_march():
    (found,) = standards_met(met(QUICK))
    ((year, months),) = by_year(found.months)
    assert year == "1999/00"
    assert [month is not None for month in months] == [*[False] * 10, True, True]
