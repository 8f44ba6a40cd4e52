"""When the slots of a session fall due."""

from kernels.jit import jit
from kernels.layout import NEVER, Table


@jit
def slot_time(begin: int, until: int, slots: int, slot: int) -> int:
    """Return the moment of a slot (from 0) of a session, in microseconds."""
    return begin + slot * (until - begin) // slots


@jit
def next_slot(
    calendar: Table, session: int, sessions: int, slot: int, now: int
) -> tuple[int, int, int]:
    """Return the first slot that is neither past nor taken, and its moment.

    Parameters
    ----------
    calendar : ndarray of OPENING
    session, sessions : int
        The row of the session to begin with, and the row after the last.
    slot : int
        The first slot of that session that is not taken.
    now : int
        Microseconds.

    Returns
    -------
    session, slot, time : int
        `time` is NEVER, and `session` is `sessions`, if there is none.
    """
    while session < sessions:
        row = calendar[session]
        begin, until = int(row["time"]), int(row["until"])
        slots = int(row["capacity"])
        missed = -((begin - now) * slots // (until - begin))
        slot = max(slot, missed, 0)
        if slot < slots:
            return session, slot, slot_time(begin, until, slots, slot)
        session += 1
        slot = 0
    return session, 0, NEVER
