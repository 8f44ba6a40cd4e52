"""Lists of patients are read row by row, and all that is wrong is told at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import scenarios
from scenarios.dates import moment
from scenarios.scenario import Stream

TEXT = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 1 year}
groups: {age: [child, adult], sex: [female, male]}
services:
  desk: {kind: unlimited, takes: 10 min}
demand:
  desk: {from_file: tables/list.csv, who: {sex: female}}
"""


def write(folder: Path, content: str | bytes, name: str = "list.csv") -> None:
    (folder / "tables").mkdir(exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "tables" / name).write_bytes(data)


def read(folder: Path, *edits: tuple[str, str]) -> Stream:
    text = TEXT
    for old, new in edits:
        text = text.replace(old, new)
    return scenarios.parse(text, "x", folder).streams[0]


def said(folder: Path, *edits: tuple[str, str]) -> list[str]:
    with pytest.raises(scenarios.ScenarioError) as error:
        read(folder, *edits)
    return [str(problem) for problem in error.value.problems]


def test_rows_are_read_in_any_order_and_in_several_spellings(tmp_path: Path) -> None:
    write(
        tmp_path,
        "age, arrives\r\nadult,2024-03-01T10:00:30\r\n\r\n"
        'child,"2024-02-01"\r\nadult, 2024-02-01 \r\nchild,2023-12-31 23:59\r\n',
    )
    stream = read(tmp_path)
    assert stream.rate is None
    assert stream.listed == (
        (moment("2024-02-01"), 0),
        (moment("2024-02-01"), 2),
        (moment("2024-03-01 10:00") + 30_000_000, 2),
    )


def test_all_bad_rows_are_told_together_with_their_numbers(tmp_path: Path) -> None:
    rows = [
        "arrives,age",
        "2024-01-01,child",
        "01/02/2024,child",
        "2024-01-01,chidl",
        ",child",
        "2024-01-01 25:00,adult",
        "2024-01-01,",
        "2024-01-01,adult,male",
        "1999-01-01,adult",
    ]
    write(tmp_path, "\n".join(rows))
    found = said(tmp_path)
    places = [line.split(" ")[0] for line in found]
    assert places == [f"list.csv:{row}:1" for row in (3, 4, 5, 6, 7, 8, 9)]
    told = [line.split("from_file: ")[1] for line in found]
    assert told[0] == (
        "row 3: '01/02/2024' is not a moment. Write for example 2022-04-01 08:30."
    )
    assert "Did you mean 'child'?" in told[1]
    assert told[2] == "row 5: nothing is written under 'arrives'."
    assert told[3] == "row 6: '2024-01-01 25:00': hours run from 00:00 to 23:59."
    assert told[4] == "row 7: nothing is written under 'age'."
    assert told[5] == "row 8: here are 3 cells; the first row has 2."
    assert "lies before 2000-01-03" in told[6]


def test_of_very_many_bad_rows_it_is_said_how_many(tmp_path: Path) -> None:
    write(tmp_path, "arrives,age\n" + "yesterday,child\n" * 50)
    found = said(tmp_path)
    assert len(found) == 21
    assert found[-1].endswith("30 more rows are wrong.")


def test_a_column_that_who_says_already_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "arrives,age,sex\n2024-01-01,child,male\n")
    (line,) = said(tmp_path)
    assert "'sex' is not a column of a list. `who` says it for all rows." in line
    assert read(tmp_path, (", who: {sex: female}", "")).listed == (
        (moment("2024-01-01"), 1),
    )


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "arrives,age,age\n2024-01-01,child,adult\n")
    assert "two columns are called 'age'." in said(tmp_path)[0]


def test_a_list_may_stand_in_the_scenario_itself(tmp_path: Path) -> None:
    inline = ("tables/list.csv", '"arrives,age\\n2024-01-01,child\\n"')
    assert read(tmp_path, inline).listed == ((moment("2024-01-01"), 0),)
    bad = ("tables/list.csv", '"arrives,age\\n2024-01-01,baby\\n"')
    assert said(tmp_path, bad)[0].startswith("x:8:21 demand.desk.from_file: row 2:")


def test_a_list_of_a_parent_lies_beside_the_parent(tmp_path: Path) -> None:
    write(tmp_path, "arrives,age\n2024-01-01,child\n")
    (tmp_path / "base.yaml").write_text(TEXT)
    child = "caresim: 1\nextends: base\ntitle: y\n"
    (tmp_path / "child.yaml").write_text(child)
    scenario = scenarios.read(tmp_path / "child.yaml")
    assert len(scenario.streams[0].listed) == 1
    again = scenarios.parse(scenarios.written(scenario))
    assert again.streams == scenario.streams


PARQUET = (("tables/list.csv", "tables/list.parquet"),)


def test_parquet_may_hold_dates_texts_and_categories(tmp_path: Path) -> None:
    write(tmp_path, "")
    path = tmp_path / "tables" / "list.parquet"
    ages = pa.array(["child", "adult"]).dictionary_encode()
    for times in (
        [date(2024, 1, 1), date(2024, 1, 2)],
        ["2024-01-01", "2024-01-02"],
        [datetime(2024, 1, 1), datetime(2024, 1, 2)],
    ):
        pq.write_table(pa.table({"arrives": times, "age": ages}), path)
        assert read(tmp_path, *PARQUET).listed == (
            (moment("2024-01-01"), 0),
            (moment("2024-01-02"), 2),
        )


def test_what_is_missing_in_a_parquet_file_is_told_by_row(tmp_path: Path) -> None:
    write(tmp_path, "")
    path = tmp_path / "tables" / "list.parquet"
    times = [datetime(2024, 1, 1, 8, 30), None]
    pq.write_table(pa.table({"arrives": times, "age": [None, "child"]}), path)
    told = [line.split("from_file: ")[1] for line in said(tmp_path, *PARQUET)]
    assert told == [
        "row 2: nothing is written under 'age'.",
        "row 3: nothing is written under 'arrives'.",
    ]


def test_times_with_a_zone_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "")
    path = tmp_path / "tables" / "list.parquet"
    times = [datetime(2024, 1, 1, tzinfo=UTC)]
    pq.write_table(pa.table({"arrives": times, "age": ["child"]}), path)
    (line,) = said(tmp_path, *PARQUET)
    assert "the times of 'arrives' have a time zone" in line


def test_what_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "arrives,age\n", "list.parquet")
    (line,) = said(tmp_path, *PARQUET)
    assert line.endswith("list.parquet cannot be read as a Parquet file.")


def test_a_list_that_is_not_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, b"arrives,age\n\xff\xfe\n")
    (line,) = said(tmp_path)
    assert "tables/list.csv (line 2): this is not UTF-8 text" in line


def test_a_list_is_sought_by_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, "arrives,age\n", "lists.csv")
    (line,) = said(tmp_path)
    assert line.endswith("no file 'tables/list.csv'. Did you mean 'lists.csv'?")
