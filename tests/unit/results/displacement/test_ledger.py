import numpy as np
import pytest

import results
from kernels import layout
from results import ResultError
from results.displacement.pairs import ranges
from tests.unit.results import small
from tests.unit.results.ledgers import A, B, person, two_worlds, visit, world


def cells(ledger, *columns):
    """Return how many patients there are, by some columns of everybody."""
    found = {}
    for row in ledger.table().to_pylist():
        key = tuple(row[name] for name in columns)
        found[key] = found.get(key, 0) + row["patients"]
    return found


def test_everybody_is_in_one_row_by_who_comes_and_what_happened():
    ledger = results.ledger(*two_worlds())
    assert cells(ledger, "comes", "what") == {
        ("only in A", None): 1,  # 8
        ("only in B", None): 7,  # 9, 10, 11, 12, 15, 16, 17
        ("in both", "same journey"): 2,  # 1, 14
        ("in both", "waited longer"): 1,  # 2
        ("in both", "waited shorter"): 1,  # 3
        ("in both", "other times"): 2,  # 4, 13
        ("in both", "other way"): 1,  # 7
        ("in both", "other end"): 2,  # 5, 6
    }


def test_the_end_of_those_in_one_run_only_is_told_by_their_last_visit():
    ledger = results.ledger(*two_worlds())
    ends = {(row["comes"], row["end"]): row["patients"].mean for row in ledger.ends()}
    assert ends == {
        ("only in A", "left unseen at clinic (gives up)"): 1,
        ("only in B", "still waiting at clinic"): 1,
        ("only in B", "treated at ward"): 1,
        ("only in B", "turned away from clinic (full)"): 1,
        ("only in B", "on the way from helpline"): 1,
        ("only in B", "in treatment at ward"): 1,
        ("only in B", "did not attend at clinic"): 1,
        ("only in B", "no visit"): 1,
    }
    assert (
        cells(ledger, "b_service", "b_sector", "b_kind", "b_cause", "b_ending")[
            "ward", "hospital", "beds", None, "died"
        ]
        == 1
    )


def test_the_matrix_says_from_where_to_where():
    moved = {
        (row["a_end"], row["b_end"]): row["patients"].mean
        for row in results.ledger(*two_worlds()).moves()
        if row["what"] in {"other end", "other way"}
    }
    assert moved == {
        ("treated at clinic", "still waiting at clinic"): 1,
        ("treated at clinic", "treated at ward, died"): 1,
        ("treated at ward", "treated at ward"): 1,
    }


def test_the_same_visits_and_ways_wait_longer_or_shorter_by_so_much():
    rows = results.ledger(*two_worlds()).waits()
    found = {
        (row["subject"], row["move"]): (row["number"].mean, row["mean"].mean)
        for row in rows
    }
    assert found == {
        # 2 waits three days in place of one, 3 two in place of three.
        ("all waits", "longer"): (1, 2),
        ("all waits", "shorter"): (1, 1),
        # 1, 4, 13, 14
        ("all waits", "as long"): (4, 0),
        ("clinic", "longer"): (1, 2),
        ("clinic", "shorter"): (1, 1),
        # and the first visit of 7; his others are not the same.
        ("clinic", "as long"): (5, 0),
    }


def test_quantiles_are_those_of_the_replication():
    visits = [[visit(w, 0, 0, 1, 9) for w in range(1, 6)] for _ in "ab"]
    visits[1] = [visit(w, 0, 0, 1 + w, 9) for w in range(1, 6)]
    patients = [person(w, 0, 9) for w in range(1, 6)]
    runs = [world(of, patients) for of in visits]
    (row,) = (r for r in results.ledger(*runs).waits() if r["subject"] == "clinic")
    assert (row["number"].mean, row["mean"].mean) == (5, 3)
    # Of 1, 2, 3, 4 and 5 days.
    assert row["percentile_50"].mean == pytest.approx(3)
    assert row["percentile_90"].mean == pytest.approx(4.6)


def test_who_used_what_is_counted_in_patients_and_visits():
    use = {
        (row["users"], row["subject"], row["doing"]): (
            row["patients"].mean,
            row["visits"].mean,
        )
        for row in results.ledger(*two_worlds()).use()
    }
    assert use["only in B", "ward", "treated"] == (2, 2)
    assert use["only in B", "hospital", "treated"] == (2, 3)
    assert use["only in B", "hospital", "joined"] == (5, 6)
    assert use["only in B", "telephone", "treated"] == (1, 1)
    assert use["only in B", "clinic", "turned away"] == (1, 1)
    assert use["only in B", "clinic", "did not attend"] == (1, 1)
    assert use["only in A", "clinic", "left unseen"] == (1, 1)
    assert use["in both, A", "ward", "treated"] == (1, 1)
    assert use["in both, B", "ward", "treated"] == (2, 2)
    assert use["in both, change", "ward", "treated"] == (1, 1)
    # 5 and 6 are not treated there any more.
    assert use["in both, change", "clinic", "treated"] == (-2, -2)
    assert ("only in A", "clinic", "treated") not in use


def test_people_can_be_kept_apart():
    ledger = results.ledger(*two_worlds(), by="age")
    apart = cells(ledger, "people", "comes")
    assert apart["child", "only in B"] == 4
    assert apart["adult", "only in B"] == 3
    waits = {
        (row["people"], row["subject"], row["move"]): row["number"].mean
        for row in ledger.waits()
    }
    assert waits["adult", "clinic", "longer"] == 1
    assert ("child", "clinic", "longer") not in waits
    assert waits["child", "clinic", "shorter"] == 1
    assert waits["everybody", "clinic", "longer"] == 1
    people = [row["people"] for row in ledger.moves()]
    assert list(dict.fromkeys(people)) == ["everybody", "child", "adult"]
    with pytest.raises(ResultError, match="only by stream, group, age"):
        results.ledger(*two_worlds(), by="place")


def test_who_came_by_another_stream_is_somebody_else():
    a, b = world([], [person(1, 1, 2)]), world([], [person(1, 1, 2, stream=-1)])
    assert cells(results.ledger(a, b), "comes") == {
        ("only in A",): 1,
        ("only in B",): 1,
    }


def test_a_microsecond_makes_another_journey():
    later = 2 + 1 / small.DAY
    a = world([visit(1, 0, 1, 2, 3)], [person(1, 1, 3)])
    b = world([visit(1, 0, 1, later, 3)], [person(1, 1, 3)])
    assert cells(results.ledger(a, b), "what") == {("waited longer",): 1}
    assert cells(results.ledger(a, a), "what") == {("same journey",): 1}


def test_who_still_waits_in_both_is_not_said_to_have_waited_less():
    a = world(
        [visit(1, 0, 0, 1, 2), visit(1, 1, 2, outcome=small.WAITING)], [person(1, 0)]
    )
    b = world(
        [visit(1, 0, 0, 4, 5), visit(1, 1, 5, outcome=small.WAITING)], [person(1, 0)]
    )
    assert cells(results.ledger(a, b), "what") == {("waited longer",): 1}
    assert cells(results.ledger(b, a), "what") == {("waited shorter",): 1}


def test_names_join_runs_whose_services_stand_in_another_order():
    a, b = two_worlds()
    there = results.ledger(a, b)
    turned = dict(b.manifest["labels"])
    turned["services"] = turned["services"][::-1]
    turned["waits"], turned["rules"] = (
        [["ward", "dies"], *turned["waits"]],
        turned["rules"],
    )
    turned["staying"] = []
    other = type(b)({**b.manifest, "labels": turned}, b.log, b._tables)
    assert cells(results.ledger(a, other), "comes", "what", "a_end", "b_end") == cells(
        there, "comes", "what", "a_end", "b_end"
    )


def test_counts_are_means_over_replications_and_0_where_there_is_none():
    few, many = ([person(w, 1, 2) for w in range(1, n)] for n in (2, 4))
    a = two_replications([], few, [], few)
    b = two_replications([], few, [], many)
    (only_b,) = (r for r in results.ledger(a, b).ends() if r["comes"] == "only in B")
    # Nobody in the first, two in the second: 1 with a standard error of 1.
    assert only_b["patients"].mean == 1
    assert only_b["patients"].standard_error == pytest.approx(1)
    assert only_b["patients"].high == pytest.approx(1 + 12.706205)


def two_replications(visits, patients, others, more):
    first, second = world(visits, patients), world(others, more)
    tables = {**first._tables}
    tables |= {
        name.replace("0001", "0002"): make
        for name, make in second._tables.items()
        if "replication" in name
    }
    measures = [
        run.measures.set_column(
            0, "replication", [np.full(run.measures.num_rows, n, "i4")]
        )
        for n, run in enumerate((first, second), 1)
    ]
    import pyarrow as pa

    tables["measures"] = lambda: pa.concat_tables(measures)
    return type(first)({**first.manifest, "replications": [1, 2]}, first.log, tables)


def test_both_runs_add_up_to_what_was_recorded():
    ledger = results.ledger(*two_worlds(replications=2))
    for number in (1, 2):
        of_a = of_b = 0
        for row in ledger.table().to_pylist():
            if row["replication"] == number:
                of_a += row["patients"] * (row["comes"] != "only in B")
                of_b += row["patients"] * (row["comes"] != "only in A")
        assert (of_a, of_b) == (len(A[1]), len(B[1]))


def without(who, table):
    def alter(rows):
        kept = getattr(rows, table)
        return rows._replace(**{table: kept[kept["who"] != who]})

    return alter


def stays(who):
    def alter(rows):
        patients = rows.patients.copy()
        patients["left"][patients["who"] == who] = -1
        patients["ending"][patients["who"] == who] = -1
        return rows._replace(patients=patients)

    return alter


def dies(who):
    def alter(rows):
        patients = rows.patients.copy()
        patients["ending"][patients["who"] == who] = 1
        return rows._replace(patients=patients)

    return alter


def twice(rows):
    return rows._replace(patients=np.concatenate([rows.patients, rows.patients[:1]]))


@pytest.mark.parametrize(
    ("alter", "message"),
    [
        (without(1, "patients"), "a visit belongs to no patient"),
        (
            without(17, "patients"),
            "have 5 patients who left by 'leave'|but the measures",
        ),
        (stays(1), r"have 5 patients who are still there, but the measures 4"),
        (dies(1), r"patients who left by 'leave' since counting began"),
        (twice, "a patient is there twice"),
    ],
)
def test_a_ledger_that_does_not_balance_is_refused(alter, message):
    a, _ = two_worlds()
    broken = world(*B, by_hand=alter)
    with pytest.raises(ResultError, match=message):
        results.ledger(a, broken)


def test_rows_that_lose_somebody_are_found(monkeypatch):
    from results.displacement import counting

    whole = counting.distinct

    def losing(columns):
        found, number = whole(columns)
        number[-1] -= 1
        return found, number

    monkeypatch.setattr(counting, "distinct", losing)
    with pytest.raises(
        ResultError, match=r"does not balance: in replication 1 of 'small'"
    ):
        results.ledger(*two_worlds())


def test_what_cannot_be_set_side_by_side_is_refused_in_a_line():
    a, b = two_worlds()
    for other, message in (
        (world(*B, seed=2), "seeds differ (1 and 2)"),
        (world(*B, replications=2), "replications differ (1 to 1 and 1 to 2)"),
        (
            unrecorded(b),
            "patients were not recorded. Run it again with --record visits.",
        ),
    ):
        for runs in ((a, other), (other, a)):
            with pytest.raises(ResultError) as error:
                results.ledger(*runs)
            assert "\n" not in str(error.value)
            if runs[0] is a:
                assert message in str(error.value)


def unrecorded(run):
    tables = {k: t for k, t in run._tables.items() if "/" not in k}
    return type(run)(run.manifest, run.log, tables)


def test_sentences_say_it_to_a_planner():
    said = results.ledger(*two_worlds()).sentences()
    assert said[0] == (
        "Patient by patient, 'With more' (B) beside 'As it is' (A), 1 replication. "
        "Numbers are patients of one replication, on average."
    )
    assert said[1] == "Patients who come: in both runs 9, only in B 7, only in A 1."
    assert said[2] == (
        "Extra patients in B: 7, of whom 1 was treated, 1 was turned away, 1 did not "
        "attend, 1 is still waiting, 1 is in treatment, 1 is between two visits and 1 "
        "left without a visit."
    )
    text = "\n".join(said)
    assert "1 who would have been treated is now still waiting: clinic 1." in text
    assert "Patients of A who no longer come: 1, of whom 1 left a line unseen." in text
    assert "the same way with a longer wait: 1, by 2 days on average" in text
    assert said[-1].startswith("It balances: ")


def test_tables_go_to_pandas_and_have_ends_of_intervals():
    ledger = results.ledger(*two_worlds(replications=3))
    assert ledger.table().to_pandas()["patients"].sum() == 3 * 17
    tables = ledger.tables()
    assert list(tables) == ["ends", "moves", "waits", "use"]
    assert tables["ends"].column_names[-3:] == [
        "patients",
        "patients_low",
        "patients_high",
    ]
    row = tables["waits"].to_pylist()[0]
    assert row["mean_low"] == row["mean"] == row["mean_high"]


def test_counting_by_a_column_that_there_is_not_is_refused():
    with pytest.raises(ResultError, match="'sector' is not one of people, comes"):
        results.ledger(*two_worlds()).count("sector")


def test_ranges_follow_one_another():
    found = ranges(np.array([5, 0, 9]), np.array([2, 0, 3]))
    assert found.tolist() == [5, 6, 9, 10, 11]


def test_nobody_at_all_is_a_ledger_too():
    empty = world([], [])
    said = results.ledger(empty, empty).sentences()
    assert said[1] == (
        "Patients who come: in both runs nobody, only in B nobody, only in A nobody."
    )
    assert layout.NOTHING.patients.dtype == layout.PATIENT
