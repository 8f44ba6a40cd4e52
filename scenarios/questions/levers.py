"""Levers as they are written: a change, its amounts, when it acts and what it costs."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise

from scenarios.dates import moment, shifted, written_date
from scenarios.documents import Hole, List, Map, Node, Text
from scenarios.places import Path, Problems
from scenarios.problems import quoted
from scenarios.questions.question import Lever
from scenarios.spans import amount
from scenarios.studies.variations import NEUTRAL
from scenarios.texts import TextError, pounds, split_mark

OWN = ("lead_time", "each_month", "costs")
"""Keys of a lever that a change does not have."""
OPERATIONS = tuple(NEUTRAL)
ONE_OPERATION = f"a lever does one thing: {' or '.join(OPERATIONS)}."
EXAMPLE = "{between: [0, 400], step: 20}"
MOST = 10_000
"""Amounts of one lever."""


def levers(node: Node | None, problems: Problems) -> list[Lever]:
    """Return the levers that could be read, in order of writing.

    Parameters
    ----------
    node : Node or None
        What stands under `levers`.
    problems : Problems
        To which what is wrong is added.
    """
    found = []
    for name, change in node.entries.items() if isinstance(node, Map) else ():
        path: Path = ("levers", name)
        if isinstance(change, Map):
            made = _lever(name, change, path, problems)
            found += [] if made is None else [made]
        elif not isinstance(change, Hole):
            said = f"write a change: {{services: ward, add: {EXAMPLE}}}."
            problems.add(path, said)
    return found


def _lever(name: str, written: Map, path: Path, problems: Problems) -> Lever | None:
    """Return one lever; what is wrong with it is added to the problems."""
    before = len(problems.found)
    place = problems.place(path, at_key=True)
    wrong = {"set_to", "curve", "reached_by"} & set(written.entries)
    for key in sorted(wrong):
        problems.add((*path, key), f"{ONE_OPERATION} Leave this out.", at_key=True)
    operations = [key for key in OPERATIONS if key in written.entries]
    if len(operations) != 1:
        problems.add(path, ONE_OPERATION, at_key=True)
        return None
    (operation,) = operations
    node = written.entries[operation]
    values = _values(node, operation, (*path, operation), problems)
    monthly = _number(written, "each_month", path, problems)
    costs = _pounds(written, path, problems)
    begins = _begins(written, path, problems)
    if "each_month" in written.entries and "from" not in written.entries:
        said = "from when on? Write `from:`, the first date."
        problems.add((*path, "each_month"), said, at_key=True)
    if len(problems.found) > before or not values:
        return None
    change = Map(written.place, {}, {}, written.flow)
    for key, entry in written.entries.items():
        if key not in OWN:
            change.put(key, written.keys[key], entry)
    if begins is not None:
        at = written.keys["from"]
        change.put("from", at, Text(written_date(begins), at))
    change.put(operation, written.keys[operation], Text(values[0], node.place))
    each = None if monthly is None else monthly
    return Lever(name, change, place, operation, values, None, begins, each, costs)


def _values(
    node: Node, operation: str, path: Path, problems: Problems
) -> tuple[str, ...]:
    """Return the amounts of a lever; none if something is wrong with them."""
    before = len(problems.found)
    if isinstance(node, Map):
        found = _steps(node, path, problems)
    elif isinstance(node, List):
        found = [_plain(n, (*path, i), problems) for i, n in enumerate(node.items)]
    else:
        if not isinstance(node, Hole):
            problems.add(path, f"amounts belong here: {EXAMPLE}, or a list.")
        return ()
    if len(problems.found) > before:
        return ()
    numbers = [x for x in found if x is not None]
    if len(numbers) < 2:
        problems.add(path, "a lever has two amounts at least.")
    elif len(numbers) > MOST:
        problems.add(path, f"these are {len(numbers):,} amounts; at most {MOST:,}.")
    elif any(b <= a for a, b in pairwise(numbers)):
        problems.add(path, "amounts go up.")
    elif numbers[0] != NEUTRAL[operation]:
        nothing = NEUTRAL[operation]
        said = f"the first amount changes nothing: {nothing}, not {numbers[0]:f}."
        problems.add(path, said)
    return tuple(f"{x:f}" for x in numbers) if len(problems.found) == before else ()


def _steps(node: Map, path: Path, problems: Problems) -> list[Decimal | None]:
    """Return the amounts from one end to the other."""
    ends = node.entries.get("between")
    unknown = sorted(set(node.entries) - {"between", "step"})
    if unknown or not isinstance(ends, List) or len(ends.items) != 2:
        problems.add(path, f"two ends and a step belong here: {EXAMPLE}.")
        return []
    low, high = (
        _plain(end, (*path, "between", i), problems) for i, end in enumerate(ends.items)
    )
    if "step" not in node.entries:
        problems.add(path, f"in which steps? {EXAMPLE}.")
        return []
    step = _plain(node.entries["step"], (*path, "step"), problems)
    if low is None or high is None or step is None:
        return []
    if step <= 0 or high <= low or (high - low) % step:
        said = (
            f"from {low:f} to {high:f} there is no whole number of steps of {step:f}."
        )
        problems.add((*path, "step"), said)
        return []
    count = int((high - low) / step) + 1
    if count > MOST:
        problems.add(path, f"these are {count:,} amounts; at most {MOST:,}.")
        return []
    return [low + i * step for i in range(count)]


def _plain(node: Node, path: Path, problems: Problems) -> Decimal | None:
    """Return a plain number; None if it is none, which is reported."""
    if isinstance(node, Text):
        try:
            found = amount(node.value)
        except TextError:
            found = None
        if found is not None and not found.unit and found.value.is_finite():
            return found.value.normalize() + 0
        problems.add(path, f"{quoted(node.value)} is no plain number such as 20.")
    elif not isinstance(node, Hole):
        problems.add(path, "a number belongs here, such as 20.")
    return None


def _number(written: Map, key: str, path: Path, problems: Problems) -> Decimal | None:
    """Return a number above zero that may be left out."""
    if key not in written.entries:
        return None
    found = _plain(written.entries[key], (*path, key), problems)
    if found is not None and found <= 0:
        problems.add((*path, key), "write more than 0.")
        return None
    return found


def _pounds(written: Map, path: Path, problems: Problems) -> float | None:
    """Return what one of a lever's amounts costs a year."""
    node = written.entries.get("costs")
    if node is None:
        return None
    found = pounds_a_year(node.value) if isinstance(node, Text) else None
    if found is None and not isinstance(node, Hole):
        said = "pounds a year for one of these belong here: £1,534 a year."
        problems.add((*path, "costs"), said)
    return found


def pounds_a_year(text: str) -> float | None:
    """Return the pounds of `£1,534 a year` or `£1.2 million a year`; None: it is none.

    Parameters
    ----------
    text : str
    """
    plain = split_mark(text)[0].strip()
    if not plain.endswith(" a year"):
        return None
    value = pounds(plain.removesuffix(" a year"))
    return value if value and math.isfinite(value) else None


def _begins(written: Map, path: Path, problems: Problems) -> int | None:
    """Return when the first of a lever can be there."""
    node, lead = written.entries.get("from"), written.entries.get("lead_time")
    if lead is not None and node is None:
        said = "from when on? Write `from:`, when it is decided."
        problems.add((*path, "lead_time"), said, at_key=True)
        return None
    if not isinstance(node, Text):
        return None
    at = _moment(node, (*path, "from"), problems)
    if at is None or not isinstance(lead, Text):
        return at
    try:
        return shifted(at, lead.value, 1)
    except TextError as error:
        problems.add((*path, "lead_time"), str(error))
        return None


def _moment(node: Text, path: Path, problems: Problems) -> int | None:
    try:
        return moment(node.value)
    except TextError as error:
        problems.add(path, str(error))
        return None
