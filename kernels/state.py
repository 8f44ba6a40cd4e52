"""The state of the compiled engine: patients, lines and pending events as rows.

Everything that `loop.advance` needs to go on stands here, so that it can return at any
moment (for progress, for room, for records to be tallied) and be called again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.accounts import (
    N_CELLS,
    SHARE_CELLS,
    accounts_of,
    closures,
    empty_looks,
    in_lines,
    promised,
    slots_before,
)
from kernels.calendars import rows_of
from kernels.laws import Laws, laws_of
from kernels.layout import (
    CAUSES,
    CHANGE,
    CLOCK,
    DAY,
    HOLD,
    NEVER,
    PATIENT,
    PAUSE,
    SCHEDULED,
    SLOTS,
    SPELL,
    STAYS,
    UNLIMITED,
    VISIT,
    Model,
    Table,
)
from kernels.levels import Lines, closings, has_diary, lines_of, machines
from kernels.routing import edges_of, steps_with_choices
from kernels.volumes import patients_per_day

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
        ("shared", "i1"),  # 1: some stretch is in `State.shares`, else they have none
        ("delay", "i8"),  # before the next step, while the unit is kept
    ],
    align=True,
)
"""Two cache lines of 64 bytes; see `_people`."""
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
    CELLS,
) = range(40)


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
    shares: Integers
    """The time of the clocks of patients by cause, shape (P, clocks, SHARE_CELLS)."""
    split: Integers
    """Room for one stretch of time by cause, shape (6,)."""


class Tables(NamedTuple):
    """What the event loop reads of a model, some of it worked out beforehand."""

    laws: Laws
    calendar: Table
    steps: Table
    """With the choices between lines, as `routing.steps_with_choices`."""
    choices: Table
    branches: Table
    waits: Table
    rules: Table
    moment: NDArray[np.int32]
    moments: Table
    edges: NDArray[np.float64]
    still: NDArray[np.bool_]
    """The two of `routing.edges_of`."""
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


def tables_of(model: Model) -> Tables:
    """Return what the event loop reads of a model."""
    edges, still = edges_of(model)
    lines = lines_of(model)
    steps, branches = steps_with_choices(model)
    return Tables(
        laws_of(model),
        model.calendar,
        steps,
        model.choices,
        branches,
        model.waits,
        model.rules,
        model.moment,
        model.moments,
        edges,
        still,
        lines.is_odd,
        lines.hold_of,
        np.unique(model.holding),
        lines.requirements,
        closings(model),
        np.argsort(lines.group, kind="stable").astype(np.int32),
        model.services,
        model.holding,
        model.helps,
        model.reserves,
        lines.reserve_of,
        model.hours,
        model.escalations,
        model.wholes,
        closures(model),
        slots_before(model),
        promised(model),
        np.flatnonzero((promised(model) < NEVER).any(axis=1)),
    )


ROWS = 1 << 11
"""Rows of records that are collected before they are tallied: they stay close by."""
BUCKET_EVENTS = 12.0
"""Events that fall into a bucket of time, about."""
EVENTS_PER_PATIENT = 6.0
MOST_BUCKETS = 1 << 20


def bucket_bits(model: Model) -> int:
    """Return the width of a bucket of time, as a power of two of microseconds."""
    per_day = EVENTS_PER_PATIENT * (patients_per_day(model) + 1.0)
    width = max(BUCKET_EVENTS / per_day * DAY, (model.end - model.begin) / MOST_BUCKETS)
    return int(np.ceil(np.log2(width)))


def initial(model: Model, people: int = 1 << 12, rows: int = ROWS) -> State:
    """Return the state at the beginning of a run.

    Parameters
    ----------
    model : Model
    people : int
        For how many patients there is room at first.
    rows : int
        Rows for records of each kind.
    """
    n = np.zeros(CELLS, dtype=np.int64)
    n[NOW], n[BUCKET], n[FREE_N] = model.begin - 1, -1, people
    n[BEGIN], n[EDGE], n[END] = model.begin, model.begin, model.end
    n[BITS], n[NOW_EPOCH] = bucket_bits(model), -1
    epochs = ((model.end - model.begin) >> (n[BITS] + EPOCH_BITS)) + 2
    far = np.zeros(people, dtype=FAR)
    far["next"] = np.arange(1, people + 1)
    far["next"][-1] = -1
    lines = lines_of(model)
    first = len(model.services) + int(model.services["machines"].sum())
    heap = np.zeros(2 * max(4096, 4 * first), dtype=np.int64)
    _open_calendars(model, heap, n)
    extra = _extra(model, lines, people)
    n[BACK] = _first_of_back(model)
    n[PER_STEP] = 1 + (extra.shape[1] > 0) * (
        3 + int(lines.hold_of.max(initial=-1)) + int(model.steps["needs"].max())
    )
    n[PER_STEP] += len(model.escalations) > 0
    desks = _desks(model, lines)
    accounts = accounts_of(model, lines, desks["pages"])
    clocks = model.n_clocks if len(accounts.services) else 0
    return State(
        n=n,
        people=_people(people),
        links=np.zeros(people, dtype=LINK),
        stamps=np.zeros(people, dtype=np.int32),
        since=_no_clocks((people, model.n_clocks, _cells(model))),
        free=np.arange(people, dtype=np.int32)[::-1].copy(),
        heap=heap,
        far=far,
        heads=np.full(1 << EPOCH_BITS, -1, dtype=np.int32),
        chunks=_chunks(64),
        last_chunks=np.full((epochs, 2), -1, dtype=np.int32),
        desks=desks,
        levels=lines.levels,
        level_of=lines.level_of,
        dirty=np.zeros(len(model.services) + 1, dtype=np.int32),
        newcomers=np.zeros(1024, dtype=np.int32),
        extra=extra,
        reserved=np.zeros(len(model.reserves), dtype=np.int64),
        releases=np.zeros(2 * people if extra.shape[1] else 0, dtype=HOLD),
        scratch=np.zeros(1, dtype=HOLD),
        circle=np.zeros((3, len(model.services)), dtype=np.int32),
        diary=_diary(model, desks),
        returned=np.zeros((64 if has_diary(model).any() else 0, 3), dtype=np.int64),
        rules=_rules(model),
        machines=_machines(model),
        arrivals=np.zeros(0, dtype=SCHEDULED),
        visits=np.zeros(rows, dtype=VISIT),
        holds=np.zeros(rows * n[PER_STEP] if extra.shape[1] else 0, dtype=HOLD),
        clocks=_clocks(max(rows, 8 * model.n_clocks + 2)),
        patients=np.zeros(rows, dtype=PATIENT),
        changes=np.zeros(rows if (model.waits["then"] < 0).any() else 0, dtype=CHANGE),
        spells=np.zeros(rows if _has_spells(model) else 0, dtype=SPELL),
        looks=empty_looks(model),
        accounts=accounts.services,
        passed=accounts.passed,
        kept=accounts.kept,
        came=accounts.came,
        notes=in_lines((people, N_CELLS if len(accounts.services) else 0)),
        shares=in_lines((people, clocks, SHARE_CELLS)),
        split=np.zeros(len(CAUSES), dtype=np.int64),
    )


def _extra(model: Model, lines: Lines, people: int) -> Integers:
    """Return what patients hold: nothing yet."""
    if not lines.is_odd.any():
        return np.zeros((people, 0), dtype=np.int64)
    back = _first_of_back(model)
    usual = X_HOLDS + HOLD_CELLS * len(np.unique(model.holding))
    cells = back + B_CELLS if back else usual
    extra = np.zeros((people, cells), dtype=np.int64)
    extra[:, X_BED] = -1
    return extra


def _first_of_back(model: Model) -> int:
    """Return the first column for those who may move back; 0 if nobody may."""
    if (model.helps["back"] == STAYS).all():
        return 0
    return X_HOLDS + HOLD_CELLS * len(np.unique(model.holding))


def _diary(model: Model, desks: Table) -> Table:
    """Return the slots of services with a diary, none of them taken."""
    pages = []
    for number in np.flatnonzero(has_diary(model)):
        service = model.services[number]
        together, first = int(service["per_slot"]), int(service["reserve"])
        reserves = model.reserves[first : first + service["reserves"]]
        kept = [int(units) for units in reserves["units"]]
        opening = int(desks["opening"][number])
        pages.append((opening, together, NEVER, sum(kept), -1, -1))
        for i, released in enumerate(reserves["released"].tolist()):
            sort = (together, sum(kept[i:]), sum(kept[i + 1 :]))
            pages.append((opening, *sort, first + i, released))
    rows = [(session, 0, -1, *page) for session, *page in pages]
    return np.array(rows, dtype=PAGE)


def _rules(model: Model) -> Integers:
    """Return the rules of escalation, closed, and last the state of the system."""
    count = len(model.escalations)
    rules = np.zeros((count + (count > 0), 5), dtype=np.int64)
    rules[:, R_LOOK] = -1
    rules[count:, R_OPEN], rules[count:, R_OPENED] = 1, model.begin
    return rules


def _machines(model: Model) -> Integers:
    """Return the machines that break down, before they have worked."""
    rows = machines(model)
    more = np.full((len(rows), 2), NEW, dtype=np.int64)
    more[:, -1] = 0
    return np.concatenate((rows, more), axis=1)


def _has_spells(model: Model) -> bool:
    return len(model.escalations) > 0 or bool((model.services["machines"] > 0).any())


def _cells(model: Model) -> int:
    """Return how many cells of `State.since` a clock has."""
    return 1 + PART if (model.moments["does"] == PAUSE).any() else 1 + SINCE


def _clocks(rows: int) -> Table:
    """Return rows for records of clocks, which say that none has paused."""
    clocks = np.zeros(rows, dtype=CLOCK)
    clocks["paused"] = -1
    return clocks


def _chunks(count: int) -> Integers:
    """Return free chunks, each naming the next; the last names none."""
    chunks = in_lines((count, 2 + 2 * CHUNK))
    chunks[:, 0] = np.arange(1, count + 1)
    chunks[-1, 0] = -1
    return chunks


def _no_clocks(shape: tuple[int, ...]) -> Integers:
    """Return clocks that do not run."""
    clocks = in_lines(shape)
    clocks.fill(-1)
    return clocks


def _people(rows: int) -> Table:
    """Return empty rows for patients, each on two whole cache lines."""
    memory = np.zeros(rows * PERSON.itemsize + 128, dtype=np.int8)
    skip = -memory.ctypes.data % 128
    return memory[skip : skip + rows * PERSON.itemsize].view(PERSON)


def _open_calendars(model: Model, heap: Integers, n: Integers) -> None:
    """Put the first calendar row of each service, and each machine, into the heap."""
    for service, row in enumerate(model.services):
        if row["kind"] not in (SLOTS, UNLIMITED):
            at = n[HEAP_N]
            heap[2 * at] = model.begin << ORDER_BITS
            heap[2 * at + 1] = (service << 3) | E_CALENDAR
            n[HEAP_N] += 1
    for machine, (service, _, _) in enumerate(machines(model).tolist()):
        at = n[HEAP_N]
        heap[2 * at] = model.begin << ORDER_BITS
        heap[2 * at + 1] = ((machine + 1) << 33) | (service << 3) | E_CALENDAR
        n[HEAP_N] += 1


def _desks(model: Model, lines: Lines) -> Table:
    """Return the services before anything has happened."""
    desks = np.zeros(len(model.services), dtype=DESK)
    desks["kind"] = model.services["kind"]
    desks["hand_back"] = model.services["hand_back"]
    breaks = model.services["machines"] > 0
    desks["listed"] = desks["hand_back"] | model.services["interrupts"] | breaks
    desks["working"] = np.where(breaks, model.services["machines"], MANY)
    desks["level"], desks["levels"] = lines.first[:-1], np.diff(lines.first)
    desks["group"], desks["joint"] = lines.group, lines.is_joint
    sizes = np.bincount(lines.group, minlength=len(desks))
    desks["members"], desks["member"] = sizes, np.cumsum(sizes) - sizes
    desks["opening"] = model.services["calendar"]
    desks["openings"] = model.services["calendar"] + model.services["calendars"]
    desks["capacity"] = np.where(desks["kind"] == UNLIMITED, NEVER, 0)
    desks["wake"], desks["due"], desks["treated"] = -1, -1, -1
    desks["outlier"] = -1
    for service in range(len(desks)):
        if desks["kind"][service] == SLOTS:
            late = rows_of(model, service)["until"] <= model.begin
            desks["opening"][service] += int(np.count_nonzero(late))
    diaries = has_diary(model)
    desks["pages"] = np.where(diaries, 1 + model.services["reserves"], 0)
    desks["page"] = np.cumsum(desks["pages"]) - desks["pages"]
    return desks


def roomier(state: State) -> State:
    """Return the same state with twice the room wherever it has become tight."""
    state = _more_people(state) if state.n[FREE_N] < 8 else state
    if len(state.heap) - 2 * state.n[HEAP_N] < 64:
        state = state._replace(heap=np.concatenate((state.heap, state.heap)))
    if len(state.far) - state.n[FAR_N] < 32:
        state = _more_far(state)
    if len(state.chunks) - state.n[CHUNK_N] < 8:
        state = _more_chunks(state)
    if len(state.newcomers) - state.n[NEWCOMERS] < 8:
        twice = np.concatenate((state.newcomers, state.newcomers))
        state = state._replace(newcomers=twice)
    if 0 < len(state.returned) < state.n[RETURNED] + 8:
        more = np.zeros(state.returned.shape, dtype=np.int64)
        state = state._replace(returned=np.concatenate((state.returned, more)))
    return state


def _more_people(state: State) -> State:
    """Return the state with twice the rows for patients."""
    size = len(state.people)
    free = np.zeros(2 * size, dtype=np.int32)
    held = int(state.n[FREE_N])
    free[:size] = np.arange(2 * size - 1, size - 1, -1)
    free[size : size + held] = state.free[:held]
    state.n[FREE_N] = size + held
    people = _people(2 * size)
    people[:size] = state.people
    since = _no_clocks((2 * size, *state.since.shape[1:]))
    since[:size] = state.since
    stamps = np.concatenate((state.stamps, np.zeros_like(state.stamps)))
    links = np.concatenate((state.links, np.zeros_like(state.links)))
    notes = in_lines((2 * size, state.notes.shape[1]))
    notes[:size] = state.notes
    shares = in_lines((2 * size, *state.shares.shape[1:]))
    shares[:size] = state.shares
    extra = np.concatenate((state.extra, np.zeros_like(state.extra)))
    if extra.shape[1] > 0:
        extra[size:, X_BED] = -1
    return state._replace(
        people=people,
        links=links,
        stamps=stamps,
        since=since,
        free=free,
        extra=extra,
        notes=notes,
        shares=shares,
        releases=np.concatenate((state.releases, state.releases)),
    )


def _more_far(state: State) -> State:
    """Return the state with twice the rows for later events."""
    size = len(state.far)
    more = np.zeros(size, dtype=FAR)
    more["next"] = np.arange(size + 1, 2 * size + 1)
    more["next"][-1] = state.n[FAR_FREE]
    state.n[FAR_FREE] = size
    return state._replace(far=np.concatenate((state.far, more)))


def _more_chunks(state: State) -> State:
    """Return the state with twice the chunks for events of later epochs."""
    size = len(state.chunks)
    more = _chunks(size)
    more[:, 0] += size
    more[-1, 0] = state.n[CHUNK_FREE]
    state.n[CHUNK_FREE] = size
    chunks = in_lines((2 * size, more.shape[1]))
    chunks[:size], chunks[size:] = state.chunks, more
    return state._replace(chunks=chunks)
