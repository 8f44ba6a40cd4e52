"""Lists of patients: files with a row for each, which says when they come and who.

A list is a CSV or Parquet file in the folder `tables` beside the scenario. Its text is
put in the place of its name, so that a scenario written out whole needs no other file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources.abc import Traversable

from kernels.layout import SECOND
from scenarios import dates
from scenarios.documents import Hole, Map, Node, Place, Text
from scenarios.files import is_plain, text_of
from scenarios.grouping import Groups
from scenarios.merging import Merged
from scenarios.places import Path, Problems
from scenarios.problems import ScenarioError, did_you_mean, listed, quoted
from scenarios.texts import TextError

KEY = "from_file"
TIME = "arrives"
ENDINGS = (".csv", ".parquet")
MOST_BYTES = 20_000_000
MOST_ROWS = 500_000
MOST_SAID = 20
"""Rows of which it is said what is wrong; of further ones, how many."""
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2})(?::([0-5][0-9])(\.0*)?)?)?"
)


class _ListError(ValueError):
    """What is wrong with a whole list."""


# Files


def with_lists(whole: Merged, problems: Problems) -> None:
    """Put the text of each list in the place of its name."""
    streams = _maps(whole.tree, "demand")
    services = _maps(whole.tree, "start_state")
    parts = [(path, part) for path, s in services for path, part in _parts(s, path)]
    for path, thing in [*streams, *parts]:
        node = thing.entries.get(KEY)
        if isinstance(node, Text) and "\n" not in node.value:
            thing.entries[KEY] = _opened(node, whole, problems, (*path, KEY))


def _maps(tree: Map, section: str) -> list[tuple[Path, Map]]:
    """Return the things of a section, with their paths."""
    node = tree.entries.get(section)
    return _parts(node, (section,)) if isinstance(node, Map) else []


def _parts(node: Map, path: Path) -> list[tuple[Path, Map]]:
    """Return the maps in a map, with their paths."""
    entries = node.entries.items()
    return [((*path, key), part) for key, part in entries if isinstance(part, Map)]


def _opened(node: Text, whole: Merged, problems: Problems, path: Path) -> Node:
    """Return the text of the list that is named."""
    folder = whole.homes[node.place.file].folder
    try:
        file = _name_of(node.value)
        text = _text(None if folder is None else folder / "tables", file)
    except TextError as error:
        problems.add(path, str(error))
        return Hole(node.place)
    except ScenarioError as error:
        said = error.problems[0]
        where = f" (line {said.line})" if said.line else ""
        problems.add(path, f"{node.value}{where}: {said.message}")
        return Hole(node.place)
    return Text("\n".join(text.splitlines()) + "\n", Place(file, 1, 1))


def _name_of(written: str) -> str:
    """Return the name of a list without its folder."""
    folder, _, file = written.rpartition("/")
    if folder != "tables" or not is_plain(file) or not file.endswith(ENDINGS):
        raise TextError(
            f"{quoted(written)} is not the name of a list. Lists lie in the folder "
            "`tables` beside this file: tables/NAME.csv or tables/NAME.parquet."
        )
    return file


def _text(tables: Traversable | None, file: str) -> str:
    """Return the text of a list, as CSV."""
    at = None if tables is None else tables / file
    if tables is None or at is None or not at.is_file():
        there = tables.iterdir() if tables is not None and tables.is_dir() else ()
        near = did_you_mean(file, sorted(entry.name for entry in there))
        raise TextError(f"there is no file {quoted(f'tables/{file}')}.{near}")
    if file.endswith(".csv"):
        return text_of(at, file, MOST_BYTES)
    return _from_parquet(at.read_bytes(), file)


def _from_parquet(data: bytes, file: str) -> str:
    """Return a Parquet file as the text of a CSV file."""
    # Imported here: it is slow to load, and most scenarios have no such file.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError):
        raise TextError(f"{file} cannot be read as a Parquet file.") from None
    for field in table.schema:
        if pa.types.is_timestamp(field.type) and field.type.tz is not None:
            raise TextError(
                f"{file}: the times of {quoted(field.name)} have a time zone; write "
                "clock times without one."
            )
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.column_names)
    columns = [column.to_pylist() for column in table.columns]
    writer.writerows(
        [_cell(value) for value in row] for row in zip(*columns, strict=True)
    )
    return written.getvalue()


def _cell(value: object) -> str:
    """Return a value of a Parquet file as it would stand in a CSV file."""
    if isinstance(value, datetime | date):
        return str(value)
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} sec"
    return "" if value is None else " ".join(str(value).split())


# Rows


@dataclass
class ListReader:
    """Reads the rows of lists."""

    groups: Groups
    problems: Problems
    begin: int
    end: int

    def rows(
        self, text: str, path: Path, fixed: Mapping[str, str]
    ) -> tuple[tuple[int, int], ...]:
        """Return moment and group of each row within the run, in order.

        Parameters
        ----------
        text : str
            The text of the list.
        path : Path
            Where it stands in the scenario.
        fixed : mapping
            The group of all of them, by dimension: instead of a column.
        """
        reading = Reading(self, path, fixed)
        rows = reading.rows(text)
        if rows is None:
            return ()
        found = [(time, group) for (time,), group in rows]
        inside = sorted(row for row in found if self.begin <= row[0] < self.end)
        if not inside and not reading.wrong:
            first, last = min(found)[0], max(found)[0]
            message = (
                f"none of these patients comes within the run: they come from "
                f"{dates.written_date(first)} to {dates.written_date(last)}."
            )
            self.problems.say(self.problems.place(path), path, message)
            self.problems.mark(path)
        return tuple(inside)


class Reading:
    """The reading of one list."""

    what = "A list"
    """What it is called in messages."""

    def __init__(self, reader: ListReader, path: Path, fixed: Mapping[str, str]):
        self.reader = reader
        self.groups = reader.groups
        self.path = path
        self.fixed = fixed
        self.wrong = 0
        self.days: dict[str, int] = {}
        """Moments by their text: the same dates come again and again."""
        self.numbers = {names: g for g, names in enumerate(self.groups.combinations)}

    def rows(self, text: str) -> list[tuple[tuple[int, ...], int]] | None:
        """Return moments and group of each row that could be read.

        None if the list as a whole is wrong, which is reported.
        """
        try:
            return self._rows(text)
        except _ListError as error:
            problems = self.reader.problems
            problems.say(problems.place(self.path), self.path, str(error))
            problems.mark(self.path)
            return None

    def _rows(self, text: str) -> list[tuple[tuple[int, ...], int]]:
        lines = _lines(text)
        number, header = next(lines, (1, []))
        self._check_header(header)
        places = [
            header.index(d) if d in header else -1 for d in self.groups.dimensions
        ]
        found = []
        for number, cells in lines:
            try:
                found.append(self._row(cells, header, places))
            except TextError as error:
                self._say(number, str(error))
        if self.wrong > MOST_SAID:
            message = f"{self.wrong - MOST_SAID:,} more rows are wrong."
            self.reader.problems.say(self._place(number), self.path, message)
        if not found and not self.wrong:
            raise _ListError("this list has no rows.")
        if len(found) > MOST_ROWS:
            raise _ListError(
                f"this list has {len(found):,} rows; at most {MOST_ROWS:,} can be "
                "read. Divide it into several streams."
            )
        return found

    def _check_header(self, header: Sequence[str]) -> None:
        dimensions = (d for d in self.groups.dimensions if d not in self.fixed)
        known = [*self.times_of(header), *dimensions]
        twice = [name for i, name in enumerate(header) if name in header[:i]]
        if twice:
            raise _ListError(f"two columns are called {quoted(twice[0])}.")
        for name in known:
            if name not in header:
                near = did_you_mean(name, [h for h in header if h not in known])
                raise _ListError(
                    f"there is no column {quoted(name)}.{near} {self.what} has the "
                    f"columns {listed(known)}."
                )
        for name in header:
            if name not in known:
                said = " `who` says it for all rows." if name in self.fixed else ""
                raise _ListError(
                    f"{quoted(name)} is not a column of a list.{said} It has the "
                    f"columns {listed(known)}."
                )

    def times_of(self, _header: Sequence[str]) -> list[str]:
        """Return the columns that say when."""
        return [TIME]

    def moments(self, cells: Mapping[str, str]) -> tuple[int, ...]:
        """Return the moments of a row, by its cells."""
        return (self.moment(cells[TIME], TIME),)

    def _row(
        self, cells: Sequence[str], header: Sequence[str], places: Sequence[int]
    ) -> tuple[tuple[int, ...], int]:
        if len(cells) != len(header):
            raise TextError(
                f"here are {len(cells)} of the {len(header)} cells of the first row."
                if len(cells) < len(header)
                else f"here are {len(cells)} cells; the first row has {len(header)}."
            )
        times = self.moments(dict(zip(header, cells, strict=True)))
        names = []
        for (dimension, known), at in zip(
            self.groups.dimensions.items(), places, strict=True
        ):
            name = cells[at] if at >= 0 else self.fixed.get(dimension, "")
            if name not in known:
                if not name:
                    raise TextError(f"nothing is written under {quoted(dimension)}.")
                raise TextError(
                    f"{quoted(name)} is not in {dimension}.{did_you_mean(name, known)} "
                    f"Groups: {listed(known)}."
                )
            names.append(name)
        return times, self.numbers[tuple(names)]

    def moment(self, text: str, column: str) -> int:
        """Return a moment, to the second."""
        if text not in self.days:
            if not text:
                raise TextError(f"nothing is written under {quoted(column)}.")
            match = MOMENT.fullmatch(text)
            if match is None:
                raise TextError(
                    f"{quoted(text)} is not a moment. Write for example 2022-04-01 "
                    "08:30."
                )
            plain = f"{match[1]} {match[2]}" if match[2] else match[1]
            self.days[text] = dates.moment(plain) + int(match[3] or 0) * SECOND
        return self.days[text]

    def _say(self, number: int, message: str) -> None:
        self.wrong += 1
        problems = self.reader.problems
        problems.mark(self.path)
        if self.wrong <= MOST_SAID:
            problems.say(self._place(number), self.path, f"row {number}: {message}")

    def _place(self, number: int) -> Place:
        place = self.reader.problems.place(self.path)
        is_file = place.file.endswith(ENDINGS)
        return Place(place.file, number, 1) if is_file else place


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row that is not empty, and its number in the file."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = next(csv.reader([line])) if '"' in line else line.split(",")
        yield number, [cell.strip() for cell in cells]
