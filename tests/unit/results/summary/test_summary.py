import json

import pytest

from results.errors import ResultError
from results.layout.labels import GroupLabel, PriceLabel
from tests.unit.results.small import (
    LEFT,
    clock,
    labels,
    model,
    run,
    standard,
    tally,
    visit,
)

MONTHS = (0, 27, 58)


def world(*waits, **parts):
    """Return a run in which patients wait so long, one list for each replication."""
    names = labels(
        months=MONTHS,
        kinds=("staff", "unlimited"),
        waits=(("staff", "gives up"),),
        clocks=("door to needle",),
        standards=(standard("within ten days", "door to needle", 10),),
        budgets=("NHS",),
        prices=(PriceLabel("staff", "NHS", "visit", ((100.0,), (100.0,))),),
        **parts,
    )
    of = model(
        months=MONTHS,
        kinds=("staff", "unlimited"),
        waits=1,
        n_clocks=1,
        standards=[(0, 10, 0)],
    )
    tallies = [
        tally(
            of,
            [
                *(visit(0, wait, wait + 1) for wait in each),
                visit(0, ended=2, outcome=LEFT, cause=0),
            ],
            [clock(0, wait) for wait in each],
        )
        for each in waits
    ]
    return run(*tallies, labels=names)


def test_the_summary_has_a_row_for_each_service_standard_and_budget():
    of = world([4.0, 6.0], [8.0, 12.0], [10.0, 14.0]).summary()
    staff, unlimited = of.services
    assert (staff.service, staff.kind, staff.sector) == ("staff", "staff", "health")
    assert staff.arrivals_per_day.mean == 3 / 58
    # Means 5, 10, 12: 9 ± 4.3027 × 3.6056 / √3.
    assert staff.wait_mean.mean == 9
    assert staff.wait_mean.interval == pytest.approx((0.0434, 17.9566), abs=1e-3)
    assert staff.left_unseen.mean == 1 / 3
    assert staff.busy.mean == pytest.approx(2 / 58)
    assert staff.busy_measure == "utilisation, of rostered time"
    assert staff.turned_away is None
    assert unlimited.busy is None
    assert unlimited.wait_mean is None
    assert of.standards[0].share.mean == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert of.standards[0].target == 0.9
    assert of.budgets[0].spending.mean == 200


def test_the_sentences_say_it_in_words():
    sentences = world([4.0, 6.0], [8.0, 12.0], [10.0, 14.0]).summary().sentences()
    assert sentences[0] == ("A small world: 3 replications; 95% intervals in brackets.")
    assert "mean wait 9 days (0 to 18)" in sentences[1]
    assert "33.3% leave unseen" in sentences[1]
    assert sentences[2] == "unlimited: nobody comes."
    assert sentences[3].endswith(
        "within 10 days, 90% promised. Of the time of those not within, 100% passed "
        "in treatment or on the way."
    )
    assert sentences[4] == "NHS: spends £200."


def test_one_replication_is_said_to_tell_nothing_of_certainty():
    of = world([4.0], scale=0.05).summary()
    assert of.services[0].wait_mean.interval is None
    assert of.sentences()[0] == (
        "A small world: one replication, so nothing is said of how sure the numbers "
        "are. One simulated patient stands for 20."
    )


def test_a_month_and_a_group_have_a_summary_of_their_own():
    of = world([4.0], [30.0]).summary(period="2000-03")
    assert of.services[0].wait_mean.n == 1
    with pytest.raises(ResultError, match="no group 'child'"):
        world([4.0]).summary(group="child")


def test_the_summary_of_a_group_leaves_out_what_only_everybody_has():
    names = labels(months=MONTHS, groups=(GroupLabel("child"), GroupLabel("adult")))
    of = model(months=MONTHS, recorded=(0, 1))
    row = run(tally(of, [visit(0, 1, 2, group=1)]), labels=names).summary("adult")
    assert row.services[0].wait_mean.mean == 1
    assert row.services[0].busy is None


def test_the_summary_is_plain_data():
    plain = world([4.0], [5.0]).summary().as_dict()
    assert json.loads(json.dumps(plain))["services"][0]["wait_mean"]["mean"] == 4.5
