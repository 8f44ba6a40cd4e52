"""Patients who compare lines, and join the shortest (docs/background/semantics.md, 6).

Whoever comes to such a choice is on the way still, and joins when the facts of the
moment are done.
"""

from kernels.events import code
from kernels.jit import jit_inside
from kernels.layout import SLOTS
from kernels.state import COMPARING, E_JOIN, NOW, State, Tables

Event = tuple[int, int]


@jit_inside
def stand_aside(state: State, row: int) -> None:
    """Note a patient as one who compares lines."""
    state.links[row]["next"] = state.n[COMPARING]
    state.n[COMPARING] = row + 1


@jit_inside
def compared(tables: Tables, state: State) -> Event:
    """Let the first who compares lines, by lot, choose; return when they join."""
    row = _first(state)
    person = state.people[row]
    person["to"] = _shortest(tables, state, tables.steps[person["to"]]["then"])
    return state.n[NOW], code(E_JOIN, row, state.stamps[row])


@jit_inside
def _first(state: State) -> int:
    """Return who has the smallest lot of those who compare; strike them off."""
    n, people, links = state.n, state.people, state.links
    first, before_first = n[COMPARING] - 1, -1
    before, row = first, links[first]["next"] - 1
    while row >= 0:
        if people[row]["lot"] < people[first]["lot"]:
            first, before_first = row, before
        before, row = row, links[row]["next"] - 1
    after = links[first]["next"]
    if before_first < 0:
        n[COMPARING] = after
    else:
        links[before_first]["next"] = after
    return int(first)


@jit_inside
def _shortest(tables: Tables, state: State, choice: int) -> int:
    """Return the step at the shortest of the lines of a choice."""
    first = tables.ways.choices[choice]["branch"]
    best, shortest, is_best_open = -1, 0, False
    for at in range(first, first + tables.ways.choices[choice]["branches"]):
        step = tables.ways.branches[at]["to"]
        desk = state.desks[tables.steps[step]["service"]]
        length, is_open = desk["waiting"], True
        if desk["kind"] != SLOTS:
            length += desk["in_use"] - desk["capacity"]
            is_open = desk["capacity"] > 0
        is_better = length < shortest if is_open == is_best_open else is_open
        if best < 0 or is_better:
            best, shortest, is_best_open = step, length, is_open
    return int(best)
