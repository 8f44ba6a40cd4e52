"""What may happen to those who wait: giving up, getting worse, moving up."""

from kernels.events import code
from kernels.jit import jit_inside
from kernels.laws import UNSETTLED, drawn, duration, microseconds
from kernels.layout import NEVER, P_WAIT
from kernels.philox import block, unit32, unit53
from kernels.state import E_JOIN, E_WAIT, WORD, State, Tables

Event = tuple[int, int]


@jit_inside
def next_wait(
    tables: Tables, state: State, key: int, row: int, last: int, last_cause: int
) -> Event:
    """Set the next waiting event of a patient, after the one of `last_cause`.

    `last` is after how long in line that one fell due, -1 if none has.
    """
    person, laws = state.people[row], tables.laws
    step, joined = tables.steps[person["step"]], person["joined"]
    best, cause = NEVER - joined, -1
    for event in range(step["waits"]):
        at = int(step["wait"] + event)
        wait = tables.waits[at]
        law = wait["law"] + wait["law_stride"] * person["group"]
        if laws.laws[law]["kind"] < 0:
            continue
        u = unit32((person["words"] >> 32) & WORD)
        if event > 0:
            w = block(key, person["who"], person["visits"] - 1, P_WAIT + event)
            u = unit53(w[0], w[1])
        if laws.forms[law]["family"] != UNSETTLED:
            time = microseconds(drawn(laws.forms, law, u))
        else:
            time = microseconds(duration(laws, law, joined, u))
        is_over = time < last or (time == last and at <= last_cause)
        if time < best and not is_over:
            best, cause = time, at
    person["cause"] = cause
    return joined + best, code(E_WAIT, row, state.stamps[row])


@jit_inside
def next_moment(
    tables: Tables, state: State, key: int, row: int, last: int, last_cause: int
) -> Event:
    """Return what comes first for a patient with a date: a waiting event, or the date.

    At one moment they come to their date. For `last` see `next_wait`.
    """
    person = state.people[row]
    time, what = next_wait(tables, state, key, row, last, last_cause)
    if person["cause"] >= 0 and time < person["delay"]:
        return time, what
    return person["delay"], code(E_JOIN, row, state.stamps[row])
