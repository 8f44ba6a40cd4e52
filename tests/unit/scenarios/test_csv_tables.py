"""Numbers that stand in CSV tables."""

from pathlib import Path

import pytest

import scenarios
from scenarios.scenario import Scenario
from tests.unit.scenarios.clinics import clinic

RATES = """\
demand,age,rate
clinic,child,10 per day
clinic,adult,"1,040 per day"
"""


def _read(folder: Path, table: str, *edits: tuple[str, str]) -> Scenario:
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / "numbers.csv").write_text(table, encoding="utf-8")
    return scenarios.parse(clinic(*edits), "clinic", folder)


def _refused(folder: Path, table: str, *edits: tuple[str, str]) -> list[str]:
    with pytest.raises(scenarios.ScenarioError) as error:
        _read(folder, table, *edits)
    return [str(problem) for problem in error.value.problems]


FROM_TABLE = ("rate: 50 per day", "rate: {table: numbers}")


def test_a_rate_by_group_is_taken_from_a_table(tmp_path: Path) -> None:
    stream = _read(tmp_path, RATES, FROM_TABLE).streams[0]
    assert stream.rate.values == (10, 1040)
    assert stream.shares == ()


def test_columns_may_stand_in_any_order_and_rows_have_gaps(tmp_path: Path) -> None:
    table = "rate,age,demand\n\n10 per day , child,clinic\n20 per day,adult,clinic\n\n"
    assert _read(tmp_path, table, FROM_TABLE).streams[0].rate.values == (10, 20)


def test_a_destination_is_taken_from_a_table(tmp_path: Path) -> None:
    table = (
        "services,then,age,share,after\n"
        "clinic,ward,child,5%,\nclinic,ward,adult,10%,\n"
        "clinic,clinic,child,20%,2 weeks\nclinic,clinic,adult,30%,2 weeks\n"
        "clinic,leave,child,rest,\nclinic,leave,adult,rest,\n"
    )
    edit = ("then: {ward: 10%, leave: rest}", "then: {table: numbers}")
    ward, again, rest = _read(tmp_path, table, edit).steps[0].then
    assert ward.share is not None
    assert ward.share.values == (0.05, 0.10)
    assert ward.after is None
    assert again.share is not None
    assert again.share.values == (0.20, 0.30)
    assert again.after is not None
    assert again.after[0].parameters["value"].values == (14,)
    assert rest.share is None


def test_observed_times_are_taken_from_a_table(tmp_path: Path) -> None:
    edit = (
        "{law: exponential, mean: 4 days}",
        "{law: observed, values: {table: numbers}}",
    )
    table = "values\n3 days\n1 day\n12 hours\n"
    takes = _read(tmp_path, table, edit).steps[1].takes
    assert takes is not None
    assert takes[0].observed == (3, 1, 0.5)


def test_a_capacity_is_taken_from_a_table(tmp_path: Path) -> None:
    table = "services,capacity\nward,9\nclinic,4\n"
    read = _read(tmp_path, table, ("capacity: 12", "capacity: {table: numbers}"))
    assert read.services[1].capacity[0].number.values == (9,)


def test_what_is_read_is_complete_without_the_table(tmp_path: Path) -> None:
    read = _read(tmp_path, RATES, FROM_TABLE)
    again = scenarios.parse(scenarios.written(read), "clinic")
    assert again.streams == read.streams


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            RATES.replace("10 per day", "10"),
            "numbers.csv:2:14 demand.clinic.rate.child: '10' is not a rate. It does "
            "not "
            "say per what: per day, per week? Write for example 12 per week, 1 every "
            "3.6 days, or 210 per 1000 people per year.",
        ),
        (
            RATES.replace("adult", "adutl"),
            "numbers.csv:3:8 demand.clinic.rate.adutl: 'adutl' is not a group of age. "
            "Did you mean 'adult'? Groups: child, adult.",
        ),
        (
            RATES.replace("clinic,adult", "clinik,adult"),
            "numbers.csv:3:1 'clinik' is not in demand. Did you mean 'clinic'?",
        ),
        (
            RATES + "clinic,child,11 per day\n",
            "numbers.csv:4:14 demand.clinic.rate: line 2 gives these a value already.",
        ),
        (
            RATES.replace("clinic,child,10 per day\n", ""),
            "clinic:19:18 demand.clinic.rate: numbers.csv has no row for child.",
        ),
        (
            RATES + "clinic,child\n",
            "numbers.csv:4:1 this row has 2 cells, the first line 3.",
        ),
        (
            RATES.replace("rate\n", "rates\n"),
            "clinic:19:26 demand.clinic.rate.table: numbers.csv has no column 'rate'. "
            "Did you mean 'rates'? It has: demand, age, rates.",
        ),
        (
            RATES.replace("age,", "sex,"),
            "numbers.csv:1:8 'sex' is not a column of a table. Dimensions of "
            "`groups`: age.",
        ),
        ("\n", "numbers.csv:1:1 the table is empty."),
        ("rate,rate\n", "numbers.csv:1:1 two columns have the same name."),
        (
            'demand,age,rate\nclinic,child,"10 per day\n',
            "numbers.csv:2:14 a quotation mark is missing.",
        ),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_place(
    tmp_path: Path, table: str, message: str
) -> None:
    assert message in _refused(tmp_path, table, FROM_TABLE)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("number", "there is no table 'number' (tables/number.csv). Did you mean"),
        ("../clinic", "not the name of a table"),
        ("..\\clinic", "beside this file. Write the name alone: clinic."),
        ("tables/numbers.csv", "Write the name alone: numbers."),
    ],
)
def test_tables_lie_beside_the_file(tmp_path: Path, name: str, message: str) -> None:
    edit = ("rate: 50 per day", f"rate: {{table: {name}}}")
    (said,) = _refused(tmp_path, RATES, edit)
    assert message in said


def test_without_a_folder_there_are_no_tables() -> None:
    with pytest.raises(scenarios.ScenarioError, match="there is no table 'numbers'"):
        scenarios.parse(clinic(FROM_TABLE), "clinic")
