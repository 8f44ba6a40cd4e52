import json
from dataclasses import replace

import pytest

from results import compare
from results.errors import ResultError
from results.layout.labels import GroupLabel
from tests.unit.results.small import LEFT, labels, model, run, tally, visit

MONTHS = (0, 27, 58)
KINDS = ("staff", "beds")
WAITS = (("staff", "gives up"),)


def world(*waits, seed=1, beds=(0.5,), title="A small world", scenario=None, **parts):
    """Return a run whose replications have one visit with each of these waits.

    One replication for each argument; every one has the same stays in beds.
    """
    of = model(months=MONTHS, kinds=KINDS, waits=1)
    tallies = [
        tally(
            of,
            [
                *(visit(0, wait, wait + 1) for wait in each),
                *(visit(0, 0, stay, service=1) for stay in beds),
            ],
        )
        for each in waits
    ]
    names = labels(months=MONTHS, kinds=KINDS, waits=WAITS, title=title, **parts)
    return run(*tallies, labels=names, seed=seed, scenario=scenario)


BASE = ([10.0], [11.0], [12.0], [13.0])
LONGER = ([20.0], [23.0], [22.0], [25.0])  # by 10, 12, 10, 12 days


def finding(comparison, name):
    (row,) = [row for row in comparison.rows if row.name == name]
    return row


def test_differences_are_taken_pair_by_pair():
    row = finding(compare(world(*BASE), world(*LONGER)), "staff: wait, mean")
    assert (row.mean_a, row.mean_b, row.difference.mean) == (11.5, 22.5, 11)
    # s = 1.1547, t(3, 0.975) = 3.1824: 11 ± 3.1824 × 1.1547 / √4.
    assert row.difference.interval == pytest.approx((9.16261, 12.83739), abs=1e-5)
    assert row.unit == "days"
    assert row.clear


def test_the_sentences_say_what_moved_and_what_did_not():
    sentences = compare(world(*BASE), world(*LONGER, title="Longer waits")).sentences()
    assert sentences[0] == "'Longer waits' against 'A small world'."
    assert sentences[1].startswith("4 pairs of replications with the same patients")
    assert "Staff: mean wait rises by 11 days (9 to 13), from 12 to 22 days." in (
        sentences
    )
    assert sentences[-1] == "Unchanged, every patient's journey is the same: beds."


def test_what_falls_is_said_to_fall():
    sentences = compare(world(*LONGER), world(*BASE)).sentences()
    assert "Staff: mean wait falls by 11 days (9 to 13), from 22 to 12 days." in (
        sentences
    )


def test_what_may_be_chance_is_called_unclear():
    other = world([9.0], [13.0], [11.0], [14.0])
    comparison = compare(world(*BASE), other, measures=["staff: wait, mean"])
    assert not finding(comparison, "staff: wait, mean").clear
    # Differences -1, 2, -1, 1: s = 1.5, 0.25 ± 2.3868.
    assert comparison.sentences()[-1] == "No clear change at: staff."


def test_runs_that_are_the_same_are_equal_and_unchanged():
    comparison = compare(world(*BASE), world(*BASE))
    assert comparison.equal
    assert all(row.unchanged and row.difference.mean == 0 for row in comparison.rows)
    assert "The inputs are the same." in comparison.sentences()
    assert comparison.sentences()[-1].endswith("the same: staff, beds.")


def test_written_runs_are_equal_by_their_digests(tmp_path):
    a = world(*BASE).write(tmp_path / "a")
    b = world(*BASE).write(tmp_path / "b")
    (tmp_path / "a" / "waits.parquet").unlink()  # not even read
    assert compare(a, b).equal


def test_one_patient_who_waits_longer_makes_runs_unequal():
    assert not compare(world(*BASE), world(*BASE[:3], [13.5])).equal
    assert not compare(world(*BASE), world(*BASE[:3], [13.0, 1.0])).equal


def test_the_same_totals_by_other_patients_are_a_change():
    # Mean, number and list are equal; only the quantiles tell.
    a, b = world([4.0, 6.0], [5.0, 5.0]), world([3.0, 7.0], [5.0, 5.0])
    row = finding(compare(a, b), "staff: wait, mean")
    assert row.difference.mean == 0
    assert not row.unchanged


def test_questions_are_corrected_for_their_number():
    a, b = world(*BASE), world([11.0], [13.0], [13.0], [14.0])
    alone = finding(compare(a, b, measures=["staff: wait, mean"]), "staff: wait, mean")
    among = finding(compare(a, b), "staff: wait, mean")
    assert alone.p_corrected == alone.difference.p
    assert among.p_corrected > alone.p_corrected


def test_subjects_at_which_nothing_changed_are_no_questions():
    a, b = world(*BASE), world(*LONGER)
    asked = ["staff: wait, mean", "beds: occupancy, mean", "beds: wait, mean"]
    row = finding(compare(a, b, measures=asked), "staff: wait, mean")
    assert row.p_corrected == row.difference.p


def test_one_replication_tells_a_difference_without_an_interval():
    comparison = compare(world([10.0]), world([20.0]))
    row = finding(comparison, "staff: wait, mean")
    assert (row.difference.interval, row.p_corrected, row.clear) == (None, None, False)
    sentences = comparison.sentences()
    assert sentences[1].startswith("One replication of each: no intervals")
    said = "Staff: mean wait rises by 10 days (one replication), from 10 to 20 days."
    assert said in sentences


def test_different_seeds_give_unpaired_intervals_and_say_so():
    comparison = compare(world(*BASE), world(*LONGER[:3], seed=2))
    assert not comparison.paired
    row = finding(comparison, "staff: wait, mean")
    # Means 11.5 and 65/3, variances 5/3 and 7/3; Welch, 3.99 degrees of freedom.
    assert row.difference.mean == pytest.approx(65 / 3 - 11.5)
    assert row.difference.standard_error == pytest.approx((5 / 12 + 7 / 9) ** 0.5)
    assert row.difference.n == 7
    assert comparison.sentences()[1].startswith("The seeds differ (1 and 2)")
    assert not any(row.unchanged for row in comparison.rows)


def test_pounds_and_shares_are_said_in_their_own_words():
    from results.layout.labels import PriceLabel

    def priced(pounds):
        prices = (PriceLabel("staff", "NHS", "visit", ((pounds,), (pounds,))),)
        return world([1.0], [1.0], prices=prices, budgets=("NHS",))

    comparison = compare(priced(1e6), priced(3.5e6))
    said = (
        "NHS: spending rises by £2.5 million (£2.5 million to £2.5 million), "
        "from £1.0 million to £3.5 million."
    )
    assert said in comparison.sentences()
    shorter = world([1.0], [1.0], beds=(29,))
    comparison = compare(world([1.0], [1.0]), shorter)
    said = (
        "Beds: occupancy rises by 49.1 percentage points (49.1 to 49.1), from 1% to "
        "50%."
    )
    assert said in comparison.sentences()


def test_the_inputs_that_differ_come_first():
    a = world(*BASE, scenario={"staff": 3, "title": "a"})
    b = world(*LONGER, scenario={"staff": 2, "title": "b"})
    assert compare(a, b).sentences()[2] == "Input: staff: 3 → 2 (−33%)."


def test_long_lists_of_inputs_are_cut_and_counted():
    a = world(*BASE, scenario={str(n): 0 for n in range(30)})
    b = world(*BASE, scenario={str(n): 1 for n in range(30)})
    sentences = compare(a, b).sentences()
    assert sentences[21:23] == [
        "Input: 19: 0 → 1.",
        "... and 10 further differences of inputs.",
    ]


def test_inputs_in_another_order_are_not_called_the_same():
    a = world(*BASE, scenario={"x": 1, "y": 2})
    b = world(*BASE, scenario={"y": 2, "x": 1})
    assert "The inputs differ in names or in order only." in compare(a, b).sentences()


def test_a_service_of_one_run_only_cannot_be_compared():
    a = world(*BASE)
    of = model(months=MONTHS, kinds=("staff",))
    names = labels(months=MONTHS, kinds=("staff",))
    b = run(*(tally(of, [visit(0, 1, 2)]) for _ in BASE), labels=names)
    assert "beds: cannot be compared: is only in the baseline." in (
        compare(a, b).sentences()
    )


def test_a_wait_of_nobody_cannot_be_compared():
    a, b = world([1.0], [2.0]), world([], [])
    comparison = compare(a, b, measures=["wait, mean"])
    assert comparison.incomparable == (
        ("staff: wait, mean", "there is nobody to take it from in the other run"),
    )
    c = compare(world([1.0], []), world([], [1.0]), measures=["staff: wait, mean"])
    assert c.incomparable[0].reason == (
        "no replication has anybody to take it from in both runs"
    )


def test_only_pairs_that_both_have_a_value_count():
    a, b = world([1.0], [2.0], [5.0]), world([2.0], [4.0], [])
    row = finding(compare(a, b, measures=["wait, mean"]), "staff: wait, mean")
    assert (row.difference.n, row.difference.mean) == (2, 1.5)


def test_what_never_happened_to_a_group_counts_as_zero():
    groups = (GroupLabel("child"), GroupLabel("adult"))
    names = labels(months=MONTHS, groups=groups, waits=WAITS)
    of = model(months=MONTHS, recorded=(0, 1), waits=1)
    gone = {"outcome": LEFT, "cause": 0}
    a = run(tally(of, [visit(0, 1, 2, group=0)]), labels=names)
    b = run(
        tally(of, [visit(0, 1, 2, group=0), visit(0, ended=3, group=1, **gone)]),
        labels=names,
    )
    asked = ["left unseen, number", "wait, mean"]
    comparison = compare(a, b, measures=asked, group="adult")
    row = finding(comparison, "staff: left unseen, number")
    assert (row.mean_a, row.mean_b) == (0, 1)
    assert "for adult" in comparison.sentences()[0]
    assert comparison.incomparable == (
        ("wait, mean", "neither run has anybody to take it from"),
    )


def test_a_month_can_be_compared_alone():
    comparison = compare(world(*BASE), world(*LONGER), period="2000-02")
    assert finding(comparison, "staff: wait, mean").difference.mean == 11
    assert "in 2000-02" in comparison.sentences()[0]


def test_measures_can_be_asked_for_by_name_or_for_all_subjects():
    comparison = compare(
        world(*BASE), world(*LONGER), measures=["starts, number", "staff: wait, median"]
    )
    assert [row.name for row in comparison.rows] == [
        "staff: starts, number",
        "beds: starts, number",
        "staff: wait, median",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("staff: wait, meen", "no measure 'staff: wait, meen'. Did you mean 'staff: w"),
        ("stuff: wait, mean", "Did you mean 'staff: wait, mean'"),
        ("waits, mean", "there is no measure 'waits, mean'. Did you mean 'wait, mean'"),
        ("surf*: *", "no measure has a name like 'surf*: *'"),
    ],
)
def test_unknown_measures_are_refused_with_the_nearest(text, message):
    with pytest.raises(ResultError) as caught:
        compare(world(*BASE), world(*LONGER), measures=[text])
    assert message in str(caught.value)


def test_unknown_groups_and_periods_are_refused():
    with pytest.raises(ResultError, match="no group 'child' in this run: 'all'"):
        compare(world(*BASE), world(*BASE), group="child")
    with pytest.raises(ResultError, match="no period '2031-01'"):
        compare(world(*BASE), world(*BASE), period="2031-01")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {
                "end": "2000-05-01T00:00:00",
                "months": ("2000-02-03", "2000-03-01", "2000-05-01"),
            },
            r"horizons differ \(58 and 88 days\)\. Run both to the same horizon\.",
        ),
        (
            {"start": "2000-02-02T00:00:00"},
            "starts differ .* Run both from the same start",
        ),
        ({"scale": 0.05}, r"scales differ \(1 and 0\.05\)"),
        (
            {"groups": (GroupLabel("residents"),)},
            r"recorded groups differ \(all and res",
        ),
    ],
)
def test_runs_that_mean_different_things_are_refused_by_name(parts, message):
    a = world(*BASE)
    b = world(*BASE, scenario=None)
    b.labels = labels(months=MONTHS, kinds=KINDS, scenario="winter")
    b.labels = replace(b.labels, **parts)
    with pytest.raises(ResultError, match=message) as caught:
        compare(a, b)
    assert str(caught.value).startswith("'winter' cannot be compared with 'small': ")


def test_with_one_seed_the_replications_must_be_the_same():
    with pytest.raises(ResultError, match=r"replications differ \(1 to 4 and 1 to 3\)"):
        compare(world(*BASE), world(*BASE[:3]))


def test_a_comparison_is_plain_data_and_a_table():
    comparison = compare(world(*BASE), world(*LONGER))
    plain = json.loads(json.dumps(comparison.as_dict(), allow_nan=False))
    assert plain["paired"] is True
    assert plain["equal"] is False
    row = next(r for r in plain["rows"] if r["name"] == "staff: wait, mean")
    assert (row["difference"], row["n"]) == (11, 4)
    table = comparison.table()
    assert table.num_rows == len(comparison.rows)
    assert table.schema.names[:4] == ["kind", "subject", "measure", "statistic"]
    assert (
        table.column("difference").to_pylist()[1] == comparison.rows[1].difference.mean
    )
