"""In which order effects stand, and what is said of each."""

import csv
import io

from results.comparison import Finding
from results.measures.naming import Name
from results.statistics.estimates import estimate, paired
from simulator.marginal.effects import Effect, Effects, all_priced, ranked

WAIT = Name("service", "ward", "wait", "mean")
BASE = [10.0, 12.0, 14.0, 13.0]


def finding(change, *, p=1.0):
    after = [value + add for value, add in zip(BASE, change, strict=True)]
    return Finding(
        "run", WAIT, "all", "whole", "days", estimate(BASE), estimate(after),
        paired(BASE, after), p_corrected=p,
    )  # fmt: skip


CERTAIN = finding([-2.0, -2.1, -1.9, -2.0], p=0.001)
LARGER = finding([-4.0, -4.1, -3.9, -4.0], p=0.001)
PERHAPS = finding([-9.0, -3.0, -6.0, -5.0], p=0.2)
CHANCE = finding([20.0, -20.0, 3.0, 1.0])
NONE = finding([0.0, 0.0, 0.0, 0.0])


def effect(service, found, cost=None, *, is_more=True):
    return Effect(service, "1 more bed", is_more, cost, found)


def test_certain_effects_come_first_then_by_size():
    every = [
        effect("nobody", None),
        effect("none", NONE),
        effect("chance", CHANCE),
        effect("perhaps", PERHAPS),
        effect("certain", CERTAIN),
        effect("larger", LARGER),
    ]
    names = [one.service for one in ranked(every)]
    assert names == ["larger", "certain", "perhaps", "chance", "none", "nobody"]


def test_the_size_is_that_per_pound_where_all_have_a_price():
    dear, cheap = effect("dear", LARGER, 400_000.0), effect("cheap", CERTAIN, 50_000.0)
    assert [one.service for one in ranked([dear, cheap])] == ["cheap", "dear"]
    assert cheap.per_price is not None
    assert cheap.change is not None
    assert cheap.per_price.mean == 2 * cheap.change.mean
    assert dear.per_price is not None
    assert dear.per_price.high == dear.change.high / 4
    without = effect("without", PERHAPS)
    assert not all_priced([dear, cheap, without])
    first = [one.service for one in ranked([cheap, without, dear])]
    assert first == ["dear", "cheap", "without"]
    # What got nothing has nothing to pay for.
    assert all_priced([dear, cheap, effect("small", NONE, is_more=False)])
    assert not all_priced([effect("small", NONE, is_more=False)])


def test_each_says_how_sure_it_is():
    told = [effect("a", f).verdict for f in (CERTAIN, PERHAPS, CHANCE, NONE, None)]
    assert told == [
        *("falls", "may fall", "no clear change", "exactly as before"),
        "nobody to look at",
    ]
    small = effect("a", NONE, is_more=False)
    assert small.verdict == "nothing added: too little to be a unit"
    assert small.change is None


def test_the_table_has_a_row_for_each():
    every = ranked([effect("ward", CERTAIN, 1e5), effect("home", None)])
    found = Effects(WAIT, "days", estimate(BASE), 4, every, ())
    first, other = csv.DictReader(io.StringIO(found.table()))
    assert (first["rank"], first["service"], first["verdict"]) == ("1", "ward", "falls")
    assert float(first["change_mean"]) == -2.0
    assert float(first["change_per_100000_pounds_a_year_high"]) > -2.1
    assert (other["change_mean"], other["pounds_a_year"]) == ("", "")
    plain = found.as_dict()
    assert plain["services"][0]["change"]["mean"] == -2.0
    assert plain["base"]["mean"] == 12.25
