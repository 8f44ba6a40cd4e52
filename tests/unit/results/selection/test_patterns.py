"""What names and patterns of measures mean, and how measures are listed and told."""

import pytest

from results.errors import ResultError
from results.measures.naming import MEASURES, Name, measure_of, ordinal
from results.selection.figures import figures
from results.selection.patterns import asked
from results.summary.listing import grammar, listed
from results.words.phrases import phrase
from tests.unit.results.comparison.test_many_runs import BASE

WAIT = Name("service", "ward", "wait", "mean")
MEDIAN = Name("service", "ward", "wait", "median")
LEFT = Name("service", "A&E", "left unseen (gives up)", "number")
HIP = Name("pathway", "hip", "wait", "mean")
NAMES = [WAIT, MEDIAN, LEFT, HIP]
SUBJECTS = frozenset({("service", "ward"), ("service", "A&E"), ("pathway", "hip")})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ward: wait, mean", [WAIT]),
        ("Ward: Wait, Mean", [WAIT]),
        ("wait, mean", [WAIT, HIP]),
        ("ward: *", [WAIT, MEDIAN]),
        ("*: wait, *", [WAIT, MEDIAN, HIP]),
        ("wait, m*", [WAIT, MEDIAN, HIP]),
        ("pathway *", [HIP]),
        ("A&E: left unseen (gives up), number", [LEFT]),
        ("*(gives up)*", [LEFT]),
        ("ward: age of the list, mean", ["ward: age of the list, mean"]),
        ("ward: wait, 85th percentile", ["ward: wait, 85th percentile"]),
    ],
)
def test_names_and_patterns_mean_measures(text, found):
    assert asked(NAMES, SUBJECTS, [text]) == found


def test_a_measure_asked_for_twice_is_one():
    assert asked(NAMES, SUBJECTS, ["ward: *", "wait, mean"]) == [WAIT, MEDIAN, HIP]


def test_all_wrong_names_are_told_at_once_with_the_nearest():
    with pytest.raises(ResultError) as caught:
        asked(NAMES, SUBJECTS, ["wrad: wait, mean", "wait, maen", "bed*: *"])
    said = str(caught.value)
    assert "no measure 'wrad: wait, mean'. Did you mean 'ward: wait, mean'" in said
    assert "no measure 'wait, maen'. Did you mean 'wait, mean'" in said
    assert "no measure has a name like 'bed*: *'" in said
    assert "caresim measures RUN" in said


@pytest.mark.parametrize(
    ("percent", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (85, "85th")],
)
def test_percentiles_are_called_as_people_do(percent, said):
    assert ordinal(percent) == f"{said} percentile"


def test_a_quantile_is_defined_where_a_median_is():
    found = measure_of("service", "wait", "85th percentile")
    assert found is not None
    assert (found.unit, found.meaning) == (
        "days",
        "85th percentile of the waits of those whose treatment started",
    )
    assert measure_of("service", "arrivals", "85th percentile") is None
    assert measure_of("service", "wait", "0th percentile") is None


def test_every_measure_can_be_said():
    for measure in MEASURES:
        said = phrase(Name(measure.kinds[0], "x", measure.name, measure.statistic))
        assert said
        assert ", " not in said, said


def test_the_grammar_has_every_measure():
    found = grammar()
    for measure in MEASURES:
        assert any(
            row.measure.partition(" (")[0] == measure.name
            and measure.statistic in row.statistics.split("; ")
            for row in found
        )


def test_measures_of_a_run_are_told_with_all_that_is_known():
    (found,) = listed(BASE, ["staff: wait, mean"])
    # 2.5, 3, 3: mean 2.833, s = 0.28868, t(2, 0.975) = 4.3027.
    assert found.precision.mean.interval == pytest.approx((2.1162, 3.5505), abs=1e-4)
    assert list(found.sentences()) == [
        "staff: wait, mean: mean of the waits of those whose treatment started",
        "  mean 2.8 days (2.1 to 3.6): the 95% interval from 3 replications",
        "  one such period alone, as in reality: 1 to 4 days, 95 times in 100",
        "  of the replications, 10% lie below 2.6 days; 50% lie below 3 days; 90% lie "
        "below 3 days",
        "  how sure: ± 0.7 days after 3; 5 replications would halve it",
    ]


def test_a_band_stays_within_what_is_possible():
    (share,) = listed(BASE, ["staff: wait, share above zero"])
    assert share.band == (1.0, 1.0)
    assert share.as_dict()["band"] == (1.0, 1.0)


def test_groups_that_make_up_everybody_have_the_same_figures():
    # All that can be had of several groups together is as for everybody.
    from results.selection.figures import _together

    everybody = figures(BASE, "all")
    names = BASE.labels.group_names[1:]
    together = _together(BASE, names, "whole")
    assert len(together) > 20
    for name, values in together.items():
        assert values == pytest.approx(everybody[name]), name.text
