"""The state of the compiled engine: patients, lines and pending events as rows.

Everything that `loop.advance` needs to go on stands here, so that it can return at any
moment (for progress, for room, for records to be tallied) and be called again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.laws import Laws
from kernels.layout import Table
from kernels.routing import Ways

Integers = NDArray[np.int64]

# Kinds of event: the lowest three bits of a code.
E_JOIN, E_END, E_FREE, E_WAIT, E_CALENDAR, E_LOOK, E_RULE, E_CLEANED = range(8)

# What a patient in the model is doing.
(
    FREE,  # nobody
    MOVING,  # on the way, or handed back and not yet in line again
    IN_LINE,
    IN_TREATMENT,
    KEEPING,  # treated, and keeping the unit for a while
    ABSENTEE,  # called to a slot and not attending
    SENT_AWAY,  # turned away from the line by rule `cause`
    BOOKED,  # in line, with a date at `delay`
) = range(8)
MISSED, AGAIN = 1, 2
"""What `PERSON.missed` may be, else 0."""
ORDER_BITS = 10
"""Bits of an event's rank below its time. Times until 2150 take 53 bits."""
STAMPS = (1 << 30) - 1
ROWS_MASK = (1 << 30) - 1
WORD = (1 << 32) - 1
"""One of the words of `PERSON.words`."""

PERSON = np.dtype(
    [
        ("who", "i8"),
        ("entered", "i8"),
        ("lot", "i8"),
        ("joined", "i8"),
        ("started", "i8"),
        ("ended", "i8"),
        ("left", "i8"),  # treatment that is left, once it has begun
        ("stream", "i4"),
        ("visits", "i4"),  # begun so far, this one included
        # From here on the second cache line: all that lines and pending events look at.
        ("since", "i8"),  # for the order of the line; handing back leaves it
        ("u", "f8"),  # luck of this visit: treatment
        ("words", "i8"),  # and two words: first waiting event, next place
        ("step", "i4"),
        ("service", "i4"),
        ("level", "i4"),
        ("group", "i4"),
        ("to", "i4"),  # next step; -1 - ending: leaves the model
        ("cause", "i4"),  # waiting event that is timed, or rule that turned away
        ("part", "i2"),
        ("state", "i1"),
        ("fresh", "i1"),  # 1: joined the line in this round
        ("on", "u2"),  # a bit for each clock that is on, its number modulo 16
        ("missed", "i1"),  # MISSED: their last appointment; AGAIN: this is in its place
        ("shared", "i1"),  # 1: some of their clocks have a row of `State.shares`
        ("delay", "i8"),  # before the next step, while the unit is kept
    ],
    align=True,
)
"""Two cache lines of 64 bytes; see `empty_rows.no_people`."""
LINK = np.dtype([("next", "i4"), ("prev", "i4")], align=True)
"""Neighbours in line, or among those in treatment; -1 if there is none."""
DESK = np.dtype(
    [
        ("capacity", "i8"),
        ("in_use", "i8"),
        ("waiting", "i8"),
        ("wake", "i8"),  # when the service is next looked at
        ("due", "i8"),  # slots: the first slot that is neither past nor taken
        ("length", "i8"),  # of that slot
        ("kind", "i4"),
        ("hand_back", "i4"),
        ("level", "i4"),  # first level of the line
        ("levels", "i4"),
        ("opening", "i4"),  # next calendar row; slots: the session
        ("openings", "i4"),  # row after the last
        ("slot", "i4"),  # of the session, the first that is not taken
        ("dirty", "i4"),  # 1: something happened that asks for a decision
        ("listed", "i4"),  # 1: treatment here can be broken off
        ("treated", "i4"),  # first of those in treatment, where it can be
        ("fresh", "i4"),  # how many of those in line joined in this round
        ("group", "i4"),  # the first service of those that decide together with it
        ("joint", "i4"),  # 1: the group decides in `kernels.groups`
        ("member", "i4"),  # of the group's first service: its first row of `members`
        ("members", "i4"),
        ("boarders", "i4"),  # how many of those in line keep a bed elsewhere
        ("extra", "i4"),  # units open by escalation
        ("working", "i4"),  # machines that work; MANY where none break down
        ("broken", "i4"),  # of them, how many broke down in this instant
        ("page", "i4"),  # first row of `State.diary`
        ("pages", "i4"),  # 0: slots are plain
        ("outlier", "i4"),  # first of those helped elsewhere who may move back
    ],
    align=True,
)
"""A service at work."""
MANY = 2**31 - 1
PAGE = np.dtype(
    [
        ("session", "i8"),  # the first whose slots are not all past or taken
        ("slot", "i8"),  # of that session, the first that is not taken
        ("due", "i8"),  # its moment
        ("together", "i8"),  # the sort of slots, see `slots.next_of`
        ("first", "i8"),
        ("last", "i8"),
        ("reserve", "i8"),  # for whom they are kept back; -1: for nobody
        ("released", "i8"),
    ],
    align=True,
)
"""The slots of a service of one sort, in a diary."""
DATE_PAGE, DATE_TIME, DATE_LENGTH = range(3)
"""Columns of `State.returned`."""
# Columns of `State.extra`: what patients have beside the one unit of a plain visit.
(
    X_AT,  # the service whose units this visit has taken
    X_UNITS,  # how many; 0: goes on in what is held
    X_KEEPS,  # 1: keeps them until the next service calls in
    X_BED,  # the service of a bed that is kept; -1: none
    X_BED_HOME,  # the service at which it was taken
    X_BED_UNITS,
    X_BED_SINCE,
    X_BED_VISIT,
    X_PAGE,  # of the diary from which their date is
    X_HOLDS,  # from here on HOLD_CELLS for each service that may be held
) = range(10)
H_UNITS, H_SINCE, H_VISIT, H_AT = range(4)
HOLD_CELLS = 4
# After these, where patients may move back from a helping service:
(
    B_LISTED,  # 1: in treatment there, and in the list of their service
    B_NEXT,  # neighbours in it, -1 if there is none
    B_PREV,
    B_HELP,  # row of `helps` by which they are there
    B_UNITS,  # how many they have there
    B_MOVED,  # 1: they moved back, in this part of the visit
    B_SINCE,  # when
    B_FACTOR,  # value row of the factor that is in the time that is left; -1: none
    B_DRAWN,  # when it was put there
    B_PUT_OFF,  # of the time that is left: from the end of treatment to the hour
    B_CELLS,
) = range(11)
# Columns of `State.rules`: rules of escalation.
R_OPEN, R_ARMED, R_STAMP, R_OPENED, R_LOOK = range(5)
# Columns of `State.machines`.
(
    M_SERVICE,
    M_WHO,
    M_ROW,  # of `SPELL`
    M_DOWN,  # since when it is down; WORKS, or NEW before it has worked
    M_TIMES,  # how often it has been down
) = range(5)
WORKS, NEW = -1, -2
FAR = np.dtype([("time", "i8"), ("code", "i8"), ("next", "i4")], align=True)
"""An event of a later bucket of time."""
EPOCH_BITS = 8
"""An epoch of time is 256 buckets."""
CHUNK = 31
"""Events of a later epoch that stand together: 512 bytes with the two cells before."""
LAST_CHUNK, LAST_EVENTS = range(2)
"""Columns of `State.last_chunks`."""

# Cells of `State.n`.
(
    NOW,  # the moment
    ROUNDS,  # rounds of decisions at this moment
    DECIDING,  # 1: a round is under way
    HEAP_N,  # events in the heap
    FAR_FREE,  # first free row of `far`
    FAR_N,  # rows of `far` in use
    BUCKET,  # the bucket of time whose events are in the heap
    FREE_N,  # free rows of `people`
    DIRTY_N,
    NEWCOMERS,
    NEWCOMER,  # next of them to be judged
    ARRIVAL,  # next row of `arrivals`
    VISIT_N,
    CLOCK_N,
    PATIENT_N,
    SALT,  # for tests: mixed into the order of simultaneous events
    BEGIN,  # of the run
    END,
    BITS,  # a bucket of time is 2 ** BITS microseconds wide
    EDGE,  # where the next bucket begins
    TALLIED_VISIT,  # rows of records that have been tallied
    TALLIED_CLOCK,
    NOW_EPOCH,  # the epoch whose events are in buckets
    CHUNK_FREE,  # first free chunk
    CHUNK_N,  # chunks in use
    HOLD_N,
    CHANGE_N,
    SPELL_N,
    RELEASES,  # beds that fall free in the next round
    MOVERS,  # members of circles who are still to be moved
    BOARDERS,  # patients in line who keep a bed elsewhere
    RULE,  # of escalation: the next to be looked at
    PER_STEP,  # events that one step may bring about at most
    RETURNED,  # dates that were given back
    COMPARING,  # 1 + the row of one who compares lines, LINK has the next; 0: nobody
    OUTLIERS,  # patients in treatment elsewhere who may move back
    BACK,  # the first of the columns B_... of `extra`; 0: there are none
    LOOK_N,
    STIRRED,  # 1: circles may have come about since they were looked for
    SHARE_N,  # rows of `shares` in use
    SHARE_FREE,  # the first free one
    CELLS,
) = range(42)


# Cells of `State.since`. All but the first are there only where some clock pauses.
(
    SINCE,  # since when this part of a clock runs
    PAUSED,  # from when it stands still, -1 if it goes
    RAN,  # how long it ran in the parts before
    STOOD,  # how long it stood still in them
    PART,
) = range(5)


class State(NamedTuple):
    """The state of one replication."""

    n: Integers
    people: Table
    links: Table
    """LINK, one for each row of `people`. These and `stamps` lie apart, as more of them
    are looked at than of patients."""
    stamps: NDArray[np.int32]
    """One for each row of `people`; grows when what was pending no longer counts."""
    since: Integers
    """What each clock of each patient shows: cells SINCE (-1 where it does not run)
    and, where the model has clocks that pause, those after it; (P, clocks, 1 or 5)."""
    free: NDArray[np.int32]
    """Free rows of `people`."""
    heap: Integers
    """Binary heap of (time, code) pairs, interleaved."""
    far: Table
    heads: NDArray[np.int32]
    """First event of each bucket of this epoch, -1 if none; shape (256,)."""
    chunks: Integers
    """Events of later epochs: for each chunk the one before it (-1: none), a cell that
    is not used, and (time, code) pairs; shape (chunks, 2 + 2 CHUNK)."""
    last_chunks: NDArray[np.int32]
    """The last chunk of each epoch, -1 if none, and how many events it holds: all
    others are full. Shape (epochs, 2)."""
    desks: Table
    levels: Table
    level_of: NDArray[np.int32]
    """The level in line of each group at each step, shape (N, G)."""
    dirty: NDArray[np.int32]
    newcomers: NDArray[np.int32]
    """Patients who joined a line in this round, where that matters at their step."""
    extra: Integers
    """What patients hold, shape (P, X_HOLDS + HOLD_CELLS * services that may be held),
    or B_CELLS more; (P, 0) where nobody ever holds more than one unit."""
    reserved: Integers
    """Units taken by those for whom they are kept back, one for each reserve."""
    releases: Table
    """Units that patients have left and that fall free in the next round (HOLD): kept
    beds, and units of helping services; two for each patient at most."""
    scratch: Table
    """One row of HOLD."""
    circle: NDArray[np.int32]
    """For each service, the patient who would move in a circle, and marks; and the
    patients who are still to be moved: shape (3, S)."""
    diary: Table
    """PAGE: of services that give out slots ahead, to some only, or to many at once."""
    returned: Integers
    """Dates that were given back, shape (N, 3)."""
    rules: Integers
    """Rules of escalation and, if there are any, the state of the system (in the column
    R_OPEN, since R_OPENED); shape (rules + 1, 5)."""
    machines: Integers
    """Those that break down, shape (machines, 5)."""
    arrivals: Table
    visits: Table
    holds: Table
    clocks: Table
    patients: Table
    changes: Table
    spells: Table
    # What is below is empty in a model that does not say why patients waited.
    looks: Table
    accounts: Table
    """ACCOUNT, one for each service."""
    passed: Integers
    """These three as in `accounts.Accounts`."""
    kept: Integers
    came: Integers
    notes: Integers
    """What is noted of each patient in line, shape (P, N_CELLS)."""
    share_of: NDArray[np.int32]
    """The row of `shares` of each clock of each patient, 0 where it has none; shape (P,
    clocks)."""
    shares: Integers
    """The time of clocks by cause, shape (N, SHARE_CELLS); see `kernels.shares`."""
    split: Integers
    """Room for one stretch of time by cause, shape (6,)."""


class Tables(NamedTuple):
    """What the event loop reads of a model, some of it worked out beforehand."""

    laws: Laws
    calendar: Table
    steps: Table
    """With the choices between lines, as `routing.steps_with_choices`."""
    ways: Ways
    waits: Table
    rules: Table
    moment: NDArray[np.int32]
    moments: Table
    odd: NDArray[np.bool_]
    """From `levels.Lines`, as `hold_of`, `requirements` and `reserve_of`."""
    hold_of: NDArray[np.int32]
    held: NDArray[np.int32]
    """The services that may be held."""
    requirements: Table
    closings: Integers
    """When the units of each calendar row begin to close."""
    members: NDArray[np.int32]
    """Services, group by group of those that decide together."""
    services: Table
    holding: NDArray[np.int32]
    helps: Table
    reserves: Table
    reserve_of: NDArray[np.int32]
    hours: Table
    escalations: Table
    wholes: NDArray[np.int32]
    closures: Integers
    """The three as in `kernels.accounts`."""
    slots_before: Integers
    promised: Integers
    awaited: Integers
    """The clocks that are looked at."""
