"""The state of the compiled engine when a run begins, and the tables it reads."""

import numpy as np
from numpy.typing import NDArray

from kernels.accounts import (
    N_CELLS,
    accounts_of,
    closures,
    empty_looks,
    promised,
    slots_before,
)
from kernels.calendars import rows_of
from kernels.empty_rows import free_chunks, free_shares, in_lines, no_clocks, no_people
from kernels.laws import laws_of
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
from kernels.routing import steps_with_choices, ways_of
from kernels.state import (
    B_CELLS,
    BACK,
    BEGIN,
    BITS,
    BUCKET,
    CELLS,
    DESK,
    E_CALENDAR,
    EDGE,
    END,
    EPOCH_BITS,
    FAR,
    FREE_N,
    HEAP_N,
    HOLD_CELLS,
    LINK,
    MANY,
    NEW,
    NOW,
    NOW_EPOCH,
    ORDER_BITS,
    PAGE,
    PART,
    PER_STEP,
    R_LOOK,
    R_OPEN,
    R_OPENED,
    SHARE_FREE,
    SINCE,
    X_BED,
    X_HOLDS,
    State,
    Tables,
)
from kernels.volumes import patients_per_day

Integers = NDArray[np.int64]

ROWS = 1 << 11
"""Rows of records that are collected before they are tallied: they stay close by."""
BUCKET_EVENTS = 12.0
"""Events that fall into a bucket of time, about."""
EVENTS_PER_PATIENT = 6.0
MOST_BUCKETS = 1 << 20


def tables_of(model: Model) -> Tables:
    """Return what the event loop reads of a model."""
    lines = lines_of(model)
    steps, branches = steps_with_choices(model)
    return Tables(
        laws_of(model),
        model.calendar,
        steps,
        ways_of(model, branches),
        model.waits,
        model.rules,
        model.moment,
        model.moments,
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


def bucket_bits(model: Model) -> int:
    """Return the width of a bucket of time, as a power of two of microseconds."""
    per_day = EVENTS_PER_PATIENT * (patients_per_day(model) + 1.0)
    width = max(BUCKET_EVENTS / per_day * DAY, (model.end - model.begin) / MOST_BUCKETS)
    return int(np.ceil(np.log2(width)))


def state_of(model: Model, people: int = 1 << 12, rows: int = ROWS) -> State:
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
    n[BITS], n[NOW_EPOCH], n[SHARE_FREE] = bucket_bits(model), -1, 1
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
        people=no_people(people),
        links=np.zeros(people, dtype=LINK),
        stamps=np.zeros(people, dtype=np.int32),
        since=no_clocks((people, model.n_clocks, _cells(model))),
        free=np.arange(people, dtype=np.int32)[::-1].copy(),
        heap=heap,
        far=far,
        heads=np.full(1 << EPOCH_BITS, -1, dtype=np.int32),
        chunks=free_chunks(64),
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
        share_of=np.zeros((people, clocks), dtype=np.int32),
        shares=free_shares(max(1 << 12, 64 * clocks) if clocks else 0),
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
