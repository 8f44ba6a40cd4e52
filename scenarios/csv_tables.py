"""Numbers that stand in CSV tables, put where the scenario refers to them.

A column with the section's word (`demand`, `services`) names the thing, columns named
after dimensions say whom, a column named like the key holds texts as they would be
written in YAML. For destinations the columns are `then`, dimensions, `share`, `after`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scenarios.documents import Hole, List, Map, Node, Place, Text
from scenarios.files import Written, is_plain, text_of
from scenarios.merging import Merged
from scenarios.places import Path, Problems
from scenarios.problems import ScenarioError, did_you_mean, listed, quoted
from scenarios.texts import TextError

SECTIONS = ("demand", "services", "pathways", "people")
DESTINATIONS = ("then", "to", "start")
KEYS = frozenset(
    (
        *("step", "then", "share", "after", "arranged_in", "rate", "growth", "number"),
        *("capacity", "takes", "mean", "sd", "cv", "median", "lowest", "most_likely"),
        *("highest", "at_least", "at_most", "value", "times", "values", "priority"),
        *("risk", "notes"),
    )
)
"""Columns that a table may have, also for other keys than that which refers to it."""
MOST_ROWS = 100_000
FIELD = re.compile(r' *"((?:[^"]|"")*)" *(?=,|$)|([^,"]*)(?=,|$)')


@dataclass
class Sheet:
    """A table that was read."""

    shown: str
    columns: dict[str, Place]
    rows: list[dict[str, Text]]
    keys: set[str] = field(default_factory=set)
    """The keys whose numbers are taken from it."""
    is_broken: bool = False
    """Whether something did not find what it looks for."""


def with_tables(whole: Merged, problems: Problems) -> None:
    """Put the numbers of tables into the tree of a scenario."""
    inserter = _Inserter(whole, problems)
    for section in SECTIONS:
        node = whole.tree.entries.get(section)
        if node is not None:
            inserter.visit(node, (section,))
    inserter.check_columns()


class _Inserter:
    """Replaces every `{table: name}` below some sections."""

    def __init__(self, whole: Merged, problems: Problems) -> None:
        self.whole = whole
        self.problems = problems
        self.dimensions = _dimensions(whole.tree)
        self.sheets: dict[tuple[object, str], Sheet | None] = {}
        """By folder and name: a parent may have another table of the same name."""

    def visit(self, node: Node, path: Path) -> None:
        if isinstance(node, Map):
            for key, entry in node.entries.items():
                node.entries[key] = self._replaced(entry, (*path, key))
        elif isinstance(node, List):
            for i, item in enumerate(node.items):
                node.items[i] = self._replaced(item, (*path, i))

    def _replaced(self, node: Node, path: Path) -> Node:
        if isinstance(node, Map) and list(node.entries) == ["table"]:
            return self._from_table(node, path) or Hole(node.place)
        self.visit(node, path)
        return node

    def _from_table(self, node: Map, path: Path) -> Node | None:
        name = node.entries["table"]
        if not isinstance(name, Text):
            if not isinstance(name, Hole):
                message = "a text belongs here: the name of one table."
                self.problems.add((*path, "table"), message)
            return None
        sheet = self._sheet(name, path)
        if sheet is None:
            return None
        rows = self._rows_of_thing(sheet, path)
        if rows is None:
            return None
        return _Reader(self, sheet, path, node.place).value(rows)

    def _sheet(self, name: Text, path: Path) -> Sheet | None:
        home = self.whole.homes[name.place.file]
        key = (home.folder, name.value)
        if key not in self.sheets:
            shown = f"{name.value}.csv"
            if any(other == name.value for _, other in self.sheets):
                shown = f"{shown} beside {home.shown}"
            self.sheets[key] = self._opened(name, shown, home, path)
        return self.sheets[key]

    def _opened(
        self, name: Text, shown: str, home: Written, path: Path
    ) -> Sheet | None:
        try:
            text = self._text(name.value, shown, home)
        except TextError as error:
            self.problems.add((*path, "table"), str(error))
            return None
        except ScenarioError as error:
            said = error.problems[0]
            where = f" (line {said.line})" if said.line else ""
            self.problems.add((*path, "table"), f"{shown}{where}: {said.message}")
            return None
        source = self.whole.own_source.get(name.place.file)
        if source is not None:
            self.whole.own_source[shown] = source
        return self._parsed(text, shown)

    def _text(self, name: str, shown: str, home: Written) -> str:
        if not is_plain(name):
            alone = re.split(r"[/\\:]", name)[-1].removesuffix(".csv")
            raise TextError(
                f"{quoted(name)} is not the name of a table: tables lie in the folder "
                f"`tables` beside this file. Write the name alone: {alone or 'rates'}."
            )
        folder = None if home.folder is None else home.folder / "tables"
        file = f"{name}.csv"
        if folder is None or not (folder / file).is_file():
            there = [] if folder is None or not folder.is_dir() else folder.iterdir()
            names = sorted(p.name.removesuffix(".csv") for p in there)
            raise TextError(
                f"there is no table {quoted(name)} (tables/{file})."
                f"{did_you_mean(name, names)}"
            )
        return text_of(folder / file, shown)

    def _parsed(self, text: str, shown: str) -> Sheet | None:
        lines = text.splitlines()
        if len(lines) > MOST_ROWS:
            self.say(Place(shown, 1, 1), f"more than {MOST_ROWS:,} rows.")
            return None
        numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
        if not numbered:
            self.say(Place(shown, 1, 1), "the table is empty.")
            return None
        header = self._cells(*numbered[0], shown)
        columns = {cell.value: cell.place for cell in header or ()}
        if header is None or len(columns) < len(header):
            if header is not None:
                self.say(header[0].place, "two columns have the same name.")
            return None
        rows, before = [], len(self.problems.found)
        for n, line in numbered[1:]:
            cells = self._cells(n, line, shown)
            if cells is not None and len(cells) != len(columns):
                message = (
                    f"this row has {len(cells)} cells, the first line {len(columns)}."
                )
                self.say(Place(shown, n, 1), message)
            elif cells is not None:
                rows.append(dict(zip(columns, cells, strict=True)))
        if len(self.problems.found) > before:
            return None
        return Sheet(shown, columns, rows)

    def _check_names(self, sheet: Sheet) -> None:
        """Report rows about things that the scenario does not have."""
        for section in set(SECTIONS) & set(sheet.columns) - {"people"}:
            names = self.problems.names(section)
            for row in sheet.rows:
                name = row[section]
                if name.value not in names:
                    near = did_you_mean(name.value, names)
                    message = f"{quoted(name.value)} is not in {section}.{near}"
                    self.say(name.place, message)

    def check_columns(self) -> None:
        """Report columns that nothing could ever be taken from."""
        for sheet in self.sheets.values():
            if sheet is None or sheet.is_broken:
                continue
            self._check_names(sheet)
            known = {*SECTIONS, *KEYS, *self.dimensions, *sheet.keys}
            for column, place in sheet.columns.items():
                if column not in known:
                    self._say_unknown(column, place, sorted(known))

    def _say_unknown(self, column: str, place: Place, known: list[str]) -> None:
        dimensions = (
            f" Dimensions of `groups`: {listed(self.dimensions)}."
            if self.dimensions
            else " There is no `groups:` section."
        )
        near = did_you_mean(column, known)
        message = f"{quoted(column)} is not a column of a table.{near}{dimensions}"
        self.say(place, message)

    def _cells(self, number: int, line: str, shown: str) -> list[Text] | None:
        cells, at = [], 0
        while True:
            match = FIELD.match(line, at)
            if match is None:
                self.say(Place(shown, number, at + 1), "a quotation mark is missing.")
                return None
            group = 1 if match[1] is not None else 2
            value = match[group].replace('""', '"') if group == 1 else match[2]
            indent = len(value) - len(value.lstrip())
            place = Place(shown, number, match.start(group) + indent + 1)
            cells.append(Text(value.strip(), place))
            at = match.end() + 1
            if at > len(line):
                return cells

    def _rows_of_thing(self, sheet: Sheet, path: Path) -> list[dict[str, Text]] | None:
        """Return the rows about the service, stream and so on that refers to them."""
        wanted = {str(path[0]): str(path[1]) if len(path) > 1 else ""}
        if path[0] == "pathways" and len(path) > 3:
            wanted["step"] = str(path[3])
        rows = sheet.rows
        for column, name in wanted.items():
            if column not in sheet.columns or column == "people":
                continue
            rows = [row for row in rows if row[column].value == name]
            if not rows:
                names = {row[column].value for row in sheet.rows}
                near = did_you_mean(name, names)
                message = f"{sheet.shown} has no row for {quoted(name)}.{near}"
                sheet.is_broken = True
                self.problems.add((*path, "table"), message)
                return None
        return rows

    def say(self, place: Place, message: str, path: Path = ()) -> None:
        """Report something at a place in a table."""
        self.problems.say(place, path, message)


class _Reader:
    """Makes what is written at one place of the scenario from rows of a table."""

    def __init__(
        self, inserter: _Inserter, sheet: Sheet, path: Path, place: Place
    ) -> None:
        self.inserter = inserter
        self.sheet = sheet
        self.path = path
        self.place = place
        self.dimensions = [d for d in sheet.columns if d in inserter.dimensions]

    def value(self, rows: Sequence[dict[str, Text]]) -> Node | None:
        """Return what stands there in place of the table."""
        key = str(self.path[-1])
        if key in DESTINATIONS:
            return self._destination(rows)
        self.sheet.keys.add(key)
        if not self._has_columns([key]):
            return None
        if key == "values":
            return List(self.place, [row[key] for row in rows])
        return self._by_group(rows, key, self.dimensions)

    def _has_columns(self, wanted: Sequence[str]) -> bool:
        missing = [name for name in wanted if name not in self.sheet.columns]
        self.sheet.is_broken = self.sheet.is_broken or bool(missing)
        for name in missing:
            message = (
                f"{self.sheet.shown} has no column {quoted(name)}."
                f"{did_you_mean(name, self.sheet.columns)} "
                f"It has: {listed(self.sheet.columns)}."
            )
            self.inserter.problems.add((*self.path, "table"), message)
        return not missing

    def _by_group(
        self, rows: Sequence[dict[str, Text]], key: str, dimensions: Sequence[str]
    ) -> Node | None:
        if not dimensions:
            return self._single(rows, key)
        dimension, *others = dimensions
        node = Map(self.place)
        node.put("by", self.place, Text(dimension, self.sheet.columns[dimension]))
        groups = dict.fromkeys(row[dimension].value for row in rows)
        for group in groups:
            own = [row for row in rows if row[dimension].value == group]
            part = self._by_group(own, key, others)
            if part is None:
                return None
            node.put(group, own[0][dimension].place, part)
        return node

    def _single(self, rows: Sequence[dict[str, Text]], key: str) -> Node | None:
        if len(rows) > 1:
            first = rows[0][key].place.line
            message = f"line {first} gives these a value already."
            self.inserter.say(rows[1][key].place, message, self.path)
            return None
        if not rows[0][key].value:
            self.inserter.say(rows[0][key].place, "nothing is written here.", self.path)
            return None
        return rows[0][key]

    def _destination(self, rows: Sequence[dict[str, Text]]) -> Node | None:
        if not self._has_columns(["then", "share"]):
            return None
        node = Map(self.place)
        for name in dict.fromkeys(row["then"].value for row in rows):
            own = [row for row in rows if row["then"].value == name]
            branch = self._branch(own)
            if branch is None:
                return None
            node.put(name, own[0]["then"].place, branch)
        return node

    def _branch(self, rows: Sequence[dict[str, Text]]) -> Node | None:
        if all(row["share"].value == "rest" for row in rows):
            share: Node | None = rows[0]["share"]
        else:
            share = self._by_group(rows, "share", self.dimensions)
        if share is None or "after" not in self.sheet.columns:
            return share
        delayed = [row for row in rows if row["after"].value]
        if not delayed:
            return share
        node = Map(self.place)
        node.put("share", self.place, share)
        after = self._after(rows, delayed)
        if after is None:
            return None
        node.put("after", self.place, after)
        return node

    def _after(
        self, rows: Sequence[dict[str, Text]], delayed: Sequence[dict[str, Text]]
    ) -> Node | None:
        if len(delayed) == len(rows) and len({r["after"].value for r in rows}) == 1:
            return rows[0]["after"]
        return self._by_group(rows, "after", self.dimensions)


def _dimensions(tree: Map) -> list[str]:
    groups = tree.entries.get("groups")
    return list(groups.entries) if isinstance(groups, Map) else []
