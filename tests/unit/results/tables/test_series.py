from datetime import date

from tests.unit.results.small import labels, model, run, tally, visit


def test_the_series_is_the_state_before_each_midnight():
    names = labels(months=(0, 3), units=2)
    table = run(tally(model(months=(0, 3)), [visit(0, 1, 2.5)]), labels=names).series
    assert table.to_pylist() == [
        {
            "replication": 1,
            "date": date(2000, 2, 3 + day),
            "service": "staff",
            "waiting": waiting,
            "in_use": in_use,
            "open": 2,
        }
        for day, waiting, in_use in [(0, 0, 0), (1, 1, 0), (2, 0, 1), (3, 0, 0)]
    ]


def test_unlimited_services_have_no_number_of_open_units():
    names = labels(months=(0, 1), kinds=("staff", "unlimited"))
    kinds = ("staff", "unlimited")
    table = run(tally(model(months=(0, 1), kinds=kinds)), labels=names).series
    assert table.column("open").to_pylist() == [1, 1, None, None]
    assert table.column("service").to_pylist() == ["staff"] * 2 + ["unlimited"] * 2


def test_a_period_that_starts_in_the_day_has_its_first_midnight_later():
    of = model(months=(0.5, 2))
    names = labels(months=(0, 2), start="2000-02-03T12:00:00")
    names = labels(
        months=(0, 2), start="2000-02-03T12:00:00", open_census=names.open_census[1:]
    )
    table = run(tally(of, [visit(0.6, 1.2, 1.5)]), labels=names).series
    assert table.column("date").to_pylist() == [date(2000, 2, 4), date(2000, 2, 5)]
    assert table.column("waiting").to_pylist() == [1, 0]
