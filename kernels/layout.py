"""The tables that describe a model and the records that engines write.

A `Model` is everything an engine sees: flat tables of numbers, no names, no units, no
defaults. Names live in `scenarios.scenario.Scenario`, in the same order as the rows.

Times are whole microseconds since `EPOCH`, Monday 2000-01-03 00:00 (int64). Durations
given by laws and rates are in days until they are drawn; a drawn time is rounded once
(`microseconds`).

Shape letters: G groups, S services, N steps, M months, R recorded groups.

A *reference by group* is a pair (first, stride): the row for group g is
``first + stride * g``; stride is 0 where all groups share the row. -1 means none.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
NEVER = 2**63 - 1
"""A time after every other."""

DAYS_PER_YEAR = 365.25
MOST_PER_DAY = 2.0**19
"""The highest level of a cloud, patients a day: nobody above it would come."""
MEMBER_BIT = 14
"""Where the number of a member stands in the identity of a point that is a party."""
PLACE_BITS = 6
"""Of members, or of copies, in the identity of a booked or listed patient."""
LARGEST_PARTY = 1 << PLACE_BITS
MOST_PARTIES = 2.0**13
"""The highest level of a cloud of parties: the points of the widest layer below it in a
week, 9,100, are told apart by `MEMBER_BIT` bits."""
EPOCH = np.datetime64("2000-01-03T00:00:00", "us")
"""A Monday; the origin of all times and of all weeks of operational time."""

Table = NDArray[np.void]
"""A structured array; its fields are given by the dtypes below."""

# Kinds of service.
STAFF, BEDS, CASELOAD, UNLIMITED, SLOTS = range(5)

# Kinds of target of a branch; TO_LINE: to the shortest of the lines of a choice.
TO_STEP, TO_ENDING, TO_CHOICE, TO_LINE = range(4)

# Moments at which clocks start and stop.
JOINS, STARTS, ENDS, LEAVES = range(4)

# What a moment does to a clock.
STOP, RESUME, START, PAUSE = range(4)

# What a standard keeps of the times it looks at, besides how many are within.
COUNT, SUM, SPREAD = range(3)

# Outcomes of a visit.
(
    COMPLETED,  # treated; `freed` is when the unit fell free
    LEFT,  # left the line unseen by waiting event `cause`
    TURNED_AWAY,  # judged on joining by rule `cause`
    ABSENT,  # took a slot and did not attend
    HANDED_BACK,  # broken off at closing or by the more urgent; the next part follows
    WAITING,  # still in line at the end of the run (censored)
    IN_SERVICE,  # still being treated, or delayed, at the end of the run (censored)
) = range(7)

# Why units are held beyond what visits tell (`HOLD`).
(
    BLOCKED,  # treated, and waiting for the next place
    KEPT,  # a place held through visits elsewhere; so far what one patient takes along
    ALONGSIDE,  # units of other services taken together with a visit's own
    AWAY,  # units of another service that helps
    CLEANING,  # nobody's: shut after a stay
    MOVED_BACK,  # units of its own service, for a visit that was helped before
) = range(6)

# Why patients waited.
(
    W_REBOOKED,  # since an appointment that was missed
    W_CLOSED,
    W_BLOCKED,  # units were kept by those whose treatment was over
    W_KEPT_BACK,  # units, or slots, stood idle, kept for others
    W_OUTRANKED,  # the more urgent who came later were called in first
    W_NO_CAPACITY,
) = range(6)
CAUSES = ("rebooked", "closed", "blocked", "kept_back", "outranked", "no_capacity")
"""Their names in records; what is in no line has the one below."""
NOT_IN_LINE = "not_in_line"
SHARES = [(cause, "i8") for cause in (*CAUSES, NOT_IN_LINE)]
"""The time of a clock by cause; all 0 in a model without standards of clocks."""

# Who helps: whether patients move back, and whether before others in line.
STAYS, AFTER_LINE, IN_TURN, BEFORE_LINE = range(4)

# What escalation rules look at.
OCCUPANCY, QUEUE, LONGEST_WAIT = range(3)

# Purposes of random numbers: the last word of the Philox counter. One block is four
# 32-bit words; how they are used stands in docs/background/semantics.md, section 8.
P_VISIT = 0
P_ARRIVAL = 1
P_ABSENT = 2
P_AWAY = 3
P_CLEANING = 4
P_DISCHARGE = 5
P_BREAKDOWN = 6
P_UNCERTAIN = 10
P_LATER = 12
P_BOOKED = 13
P_START = 14
P_ELAPSED = 15
P_DELAY = 16  # + how many choices were made before in this move
P_CHOICE = 32  # likewise
P_RULE = 64  # + rule of the step
P_WAIT = 128  # + waiting event of the step (from the second on)
BEFORE = -1
"""The number of the visit before the first: the coming of the patient."""

VALUE = np.dtype(
    [
        ("base", "f8"),  # the number as first written, before any change
        ("knot", "i4"),  # first knot
        ("knots", "i4"),  # number of knots; 0: constant, equal to base
    ],
    align=True,
)
KNOT = np.dtype([("time", "i8"), ("value", "f8")], align=True)
"""Straight lines between knots, constant before the first and after the last; two
knots at one time are a jump, and the later one holds from that time on."""

(
    L_FIXED,  # a: value
    L_EXPONENTIAL,  # a: mean
    L_LOGNORMAL,  # a: mean, b: sd
    L_GAMMA,  # a: mean, b: sd
    L_NORMAL,  # a: mean, b: sd
    L_WEIBULL,  # a: mean, b: sd
    L_UNIFORM,  # a: lowest, b: highest
    L_TRIANGULAR,  # a: lowest, b: most likely, c: highest
    L_PERT,  # a: lowest, b: most likely, c: highest
    L_MIXTURE,  # parts: (share, law)
    L_OBSERVED,  # parts: range in `observed`
    L_LOGNORMAL_MEDIAN,  # a: mean, b: median
    L_CV_LOGNORMAL,  # a: mean, b: cv; so too the three below
    L_CV_GAMMA,
    L_CV_NORMAL,
    L_CV_WEIBULL,
) = range(16)
LAW = np.dtype(
    [
        ("kind", "i4"),
        ("a", "i4"),  # values, by their row; days, or plain for cv
        ("b", "i4"),
        ("c", "i4"),
        ("low", "i4"),  # at_least, at_most: value rows, -1 where not cut
        ("high", "i4"),
        ("part", "i4"),  # mixture: first row of `parts`; observed: of `observed`
        ("parts", "i4"),
    ],
    align=True,
)
PART = np.dtype([("share", "i4"), ("law", "i4")], align=True)
"""One member of a mixture: a value row (-1: the rest) and a law row."""

SERVICE = np.dtype(
    [
        ("kind", "i4"),
        ("calendar", "i4"),  # first row
        ("calendars", "i4"),  # number of rows
        ("hand_back", "i4"),  # 1: patients in hand are handed back at closing
        ("help", "i4"),  # first row of `helps`
        ("helps", "i4"),
        ("reserve", "i4"),  # first row of `reserves`
        ("reserves", "i4"),
        ("interrupts", "i4"),  # 1: the more urgent interrupt
        ("interrupts_from", "i4"),  # those with this priority or a smaller number do
        ("again", "i4"),  # 1: interrupted treatment starts again
        ("in_order", "i4"),  # 1: nobody is called in past one for whom there is no room
        ("allowance", "i4"),  # reference by group into `allowances`; -1: none
        ("allowance_stride", "i4"),
        ("cleaning", "i4"),  # law, reference by group; -1: none
        ("cleaning_stride", "i4"),
        ("hour", "i4"),  # first row of `hours`: when patients may leave
        ("hours", "i4"),
        ("per_slot", "i4"),  # slots: how many patients have one moment together
        ("notice", "i8"),  # slots: a date is given so long beforehand at least
        ("ahead", "i8"),  # and at most
        ("machine", "i8"),  # identity of the first machine; the others follow
        ("machines", "i4"),  # how many there are that break down; 0: none do
        ("works", "i4"),  # laws: for how long a machine works,
        ("repair", "i4"),  # and for how long it is down
        ("anew", "i4"),  # 1: treatment starts again after a breakdown
    ],
    align=True,
)
OPENING = np.dtype(
    [
        ("time", "i8"),
        ("until", "i8"),  # slots: end of the session; else when the next row begins
        ("capacity", "i4"),  # units open from `time` on; slots: how many in the session
    ],
    align=True,
)
"""Calendar rows of a service, ascending in time. The first row of a service that is
no slot service lies at or before the beginning of the run. Slot j of a session of n
lies at ``time + j * (until - time) // n``."""

HELP = np.dtype(
    [
        ("service", "i4"),
        ("leaving", "i4"),  # units of it that must stay free
        ("factor", "i4"),  # on the time of treatment, reference by group into values
        ("factor_stride", "i4"),
        ("after", "i8"),  # only those who have waited so long
        ("back", "i4"),  # a code of `STAYS, AFTER_LINE, IN_TURN, BEFORE_LINE`
        (
            "leaving_within",
            "i8",
        ),  # who leaves in this time or sooner does not move back
    ],
    align=True,
)
"""A service whose units serve another's line, tried in this order after its own."""
RESERVE = np.dtype([("units", "i4"), ("released", "i8")], align=True)
"""Units, or slots of each session, that only some groups may take
(`Model.reserve_groups`); slots are for everybody from `released` before their moment on
(-1: never)."""
HOUR_OF_WEEK = np.dtype(
    [
        ("begin", "i8"),  # from midnight, microseconds
        ("until", "i8"),
        ("days", "i4"),  # bits, Monday first
        ("share", "i4"),  # value row
    ],
    align=True,
)
"""Hours at which patients leave, and the share who do; the shares add up to one."""
NEED = np.dtype(
    [
        ("service", "i4"),
        ("units", "i4"),  # reference by group into `wholes`
        ("units_stride", "i4"),
    ],
    align=True,
)
"""Units that a step takes, all at once; the first row is of its own service."""
STEP = np.dtype(
    [
        ("service", "i4"),
        ("pathway", "i4"),  # -1: the service's own step
        ("law", "i4"),  # -1: a slot's own length
        ("law_stride", "i4"),
        ("priority", "i4"),  # reference by group into `wholes`
        ("priority_stride", "i4"),
        ("then", "i4"),  # choice
        ("wait", "i4"),  # first waiting event
        ("waits", "i4"),
        ("rule", "i4"),  # first rule of turning away
        ("rules", "i4"),
        ("absent", "i4"),  # share who do not attend, reference by group into values
        ("absent_stride", "i4"),
        ("absent_then", "i4"),  # choice
        ("need", "i4"),  # first row of `needs`
        ("needs", "i4"),  # 0: one unit of its own service
        ("hold", "i4"),  # first row of `holding`
        ("holds", "i4"),  # of how many services the step holds what was taken before
        ("planned", "i4"),  # time that must be left before closing, reference by group
        ("planned_stride", "i4"),  # into `allowances`; -1: none need be
    ],
    align=True,
)
CHOICE = np.dtype(
    [
        ("branch", "i4"),
        ("branches", "i4"),
        ("moves", "i4"),  # 1: a share is changed on dates; lay out by base shares
        ("compares", "i4"),  # 1: not by chance but to the step whose line is shortest
    ],
    align=True,
)
BRANCH = np.dtype(
    [
        ("kind", "i4"),
        ("to", "i4"),
        ("share", "i4"),  # reference by group into values; -1: the rest, always last
        ("share_stride", "i4"),
        ("after", "i4"),  # law of a delay in which nothing is held; -1: none
        ("after_stride", "i4"),
        ("arranged", "i4"),  # law of a delay in which the unit is kept; -1: none
        ("arranged_stride", "i4"),
        ("keeps", "i4"),  # 1: the unit is kept until the next service calls in
    ],
    align=True,
)
WAIT = np.dtype(
    [
        ("law", "i4"),  # reference by group; stride 1 and laws of -1 leave groups out
        ("law_stride", "i4"),
        ("then", "i4"),  # choice; -1: stays in line
        ("priority", "i4"),  # where they stay: of whom, reference into `wholes`
        ("priority_stride", "i4"),
    ],
    align=True,
)
RULE = np.dtype(
    [
        ("room", "i4"),  # turned away when so many wait already; -1: see `wait`
        ("wait", "i8"),  # when the first in line has waited so long; -1: whoever comes
        ("share", "i4"),  # reference by group into values; -1: all
        ("share_stride", "i4"),
        ("then", "i4"),  # choice
    ],
    align=True,
)
ESCALATION = np.dtype(
    [
        ("watches", "i4"),  # service
        ("measure", "i4"),  # OCCUPANCY (units), QUEUE (patients) or LONGEST_WAIT
        ("to", "i4"),  # service
        ("adds", "i4"),  # units
        ("level", "i4"),  # that the system has at least while it is open
        ("opens", "i8"),  # at this number (microseconds) and above
        ("closes", "i8"),  # at this number and below
        ("after", "i8"),  # the state must have lasted so long, both ways
    ],
    align=True,
)
"""Units that are opened when a service stays above a threshold."""
MOMENT = np.dtype([("clock", "i4"), ("does", "i4")], align=True)
"""What a moment does to a clock: a code of `STOP, RESUME, START, PAUSE`; where it does
several things to one clock, in this order."""

STANDARD = np.dtype(
    [
        ("clock", "i4"),  # -1: it looks at no clock, so nothing is counted here
        ("still", "i4"),  # 1: counts those still waiting at month's end
        ("keeps", "i4"),  # what is kept of the times: a code of `COUNT, SUM, SPREAD`
    ],
    align=True,
)
CLOUD = np.dtype(
    [
        ("salt", "i8"),  # 23 bits, from the names of stream and group
        ("stream", "i4"),
        ("group", "i4"),
        ("profile", "i4"),
        ("level", "i4"),  # value row: patients per day where the profile is 1
        ("to", "i4"),  # choice
        ("party", "i4"),  # first size of parties
        ("parties", "i4"),  # number of sizes; 0: everybody comes alone
        ("fall", "i4"),  # first fall after which patients come later
        ("falls", "i4"),
    ],
    align=True,
)
PARTY = np.dtype([("size", "i4"), ("share", "i4")], align=True)
"""A size of parties and its share, a value row (-1: the rest); ascending in size."""
FALL = np.dtype(
    [
        ("begin", "i8"),
        ("end", "i8"),
        ("above", "i4"),  # value rows: the level without this change and later ones,
        ("below", "i4"),  # and with it
        ("share", "i4"),  # value row: how many of those between come later
        ("law", "i4"),  # after how long, in days of operational time
    ],
    align=True,
)
"""What a change keeps away from a cloud."""
PROFILE = np.dtype([("row", "i4"), ("rows", "i4")], align=True)
SHAPE = np.dtype(
    [
        ("time", "i8"),  # from here on
        ("tau", "f8"),  # operational time at `time`, days since EPOCH
        ("weight", "f8"),  # the profile until the next row; its long-run mean is 1
    ],
    align=True,
)
SCHEDULED = np.dtype(
    [("time", "i8"), ("who", "i8"), ("stream", "i4"), ("group", "i4"), ("to", "i4")],
    align=True,
)
"""Patients who come at a given time, ascending in time."""
PLAN = np.dtype(
    [
        ("stream", "i4"),
        ("to", "i4"),  # choice
        ("level", "i4"),  # first of as many value rows as there are groups
        ("late", "i4"),  # law of how late they come, by group; -1: to the minute
        ("late_stride", "i4"),
        ("party", "i4"),  # first size of parties, by group
        ("party_stride", "i4"),
        ("parties", "i4"),
    ],
    align=True,
)
"""Where patients of sessions and lists come from. Levels are numbers in a session, or
how many come for a row of a list. Laws of lateness give a day more than it is."""
SESSION = np.dtype(
    [
        ("time", "i8"),
        ("until", "i8"),  # at most a day later
        ("who", "i8"),  # of the first; place j is who + (j << PLACE_BITS)
        ("plan", "i4"),
        ("places", "i4"),
    ],
    align=True,
)
"""Booked patients, ascending in time. Place j of n is at
``time + j * (until - time) // n``."""
LISTED = np.dtype(
    [("time", "i8"), ("who", "i8"), ("plan", "i4"), ("group", "i4")], align=True
)
"""Rows of a list, ascending in time. A further patient for a row is who + copy."""

STARTER = np.dtype(
    [
        ("who", "i8"),  # of the first; the next ones are 1 << PLACE_BITS apart
        ("step", "i4"),
        ("treated", "i4"),  # 1: in treatment; 0: in line
        ("number", "i4"),  # how many; 0: those of its rows
        ("share", "f8"),  # how many of its rows are there
        ("band", "i4"),  # first row of `bands`
        ("bands", "i4"),  # 0: as after a long time
    ],
    align=True,
)
"""Patients who are at a step when the run begins."""
BAND = np.dtype([("low", "i8"), ("high", "i8"), ("upto", "f8")], align=True)
"""For how long patients have waited, or been treated, and the share who have for that
long or less; ascending."""
STARTER_ROW = np.dtype(
    [
        ("joined", "i8"),
        ("started", "i8"),  # -1: in line; in treatment as after a long time
        ("who", "i8"),
        ("starter", "i4"),
        ("group", "i4"),
    ],
    align=True,
)
"""Patients of a list who are there when the run begins."""
THERE = np.dtype(
    [
        ("joined", "i8"),
        ("started", "i8"),  # -1: in line
        ("lasts", "i8"),  # the whole treatment
        ("who", "i8"),
        ("step", "i4"),
        ("group", "i4"),
    ],
    align=True,
)
"""A patient who is there when a replication begins (`kernels.start`)."""


class Model(NamedTuple):
    """All that an engine sees of a scenario."""

    begin: int
    """When the run begins (the warm-up, if there is one), microseconds."""
    start: int
    """From when on things are counted."""
    end: int
    months: NDArray[np.int64]
    """Edges of the months from start to end, shape (M + 1,)."""
    recorded: NDArray[np.int32]
    """The recorded group of each group, shape (G,)."""
    values: Table
    knots: Table
    laws: Table
    parts: Table
    observed: NDArray[np.float64]
    """Observed times in days, ascending within each law."""
    services: Table
    calendar: Table
    steps: Table
    wholes: NDArray[np.int32]
    """Priorities and numbers of units."""
    allowances: NDArray[np.int64]
    """Times within which patients are due, or that are planned, microseconds."""
    needs: Table
    holding: NDArray[np.int32]
    """Services of which steps hold units."""
    helps: Table
    reserves: Table
    reserve_groups: NDArray[np.bool_]
    """Who may take reserved units, shape (reserves, G); the first that holds counts."""
    hours: Table
    escalations: Table
    choices: Table
    branches: Table
    waits: Table
    rules: Table
    moment: NDArray[np.int32]
    """First row and number of rows in `moments`, shape (N + 1, 4, 2); the last row
    is for patients who leave the model (LEAVES) or enter it (JOINS)."""
    moments: Table
    n_clocks: int
    standards: Table
    standard_within: NDArray[np.int64]
    """Up to which time a clock is within in each month, shape (standards, M)."""
    standard_groups: NDArray[np.bool_]
    """Whom a standard counts, shape (standards, G)."""
    n_pathways: int
    n_streams: int
    n_endings: int
    """Including ending 0, which is plain `leave`."""
    clouds: Table
    profiles: Table
    shapes: Table
    parties: Table
    falls: Table
    plans: Table
    sessions: Table
    listed: Table
    scheduled: Table
    starters: Table
    bands: Table
    starter_groups: NDArray[np.float64]
    """The share of a starter's patients who are of a group, or of one before it, shape
    (starters, G)."""
    starter_rows: Table


VISIT = np.dtype(
    [
        ("who", "i8"),
        ("visit", "i4"),  # how many visits this patient made before
        ("part", "i4"),  # 0, or which part after having been handed back
        ("step", "i4"),
        ("service", "i4"),
        ("group", "i4"),
        ("priority", "i4"),
        ("outcome", "i4"),
        ("cause", "i4"),  # row of `waits` or `rules`; -1
        ("joined", "i8"),
        ("started", "i8"),  # -1 where treatment did not start
        ("ended", "i8"),  # end of treatment or of waiting; -1 where censored
        ("freed", "i8"),  # when the visit was over; -1 where not started or censored
        ("units", "i4"),  # units of its own service taken for this visit alone
    ],
    align=True,
)
HOLD = np.dtype(
    [
        ("who", "i8"),
        ("visit", "i4"),  # in which the units were taken
        ("reason", "i4"),  # BLOCKED, KEPT, ...
        ("service", "i4"),  # whose units
        ("home", "i4"),  # the service at which the patient took them
        ("wanted", "i4"),  # BLOCKED: the service waited for; AWAY, KEPT: the service
        # to which the patient then moved back; else -1
        ("group", "i4"),
        ("units", "i4"),
        ("since", "i8"),
        ("until", "i8"),  # -1: still held at the end of the run
    ],
    align=True,
)
"""Units in use beside those that visits tell of. A visit is over, and `freed` is, when
the patient stops being treated or arranged for; what is held longer stands here."""
CHANGE = np.dtype(
    [
        ("who", "i8"),
        ("visit", "i4"),
        ("cause", "i4"),  # row of `waits`
        ("group", "i4"),
        ("time", "i8"),
    ],
    align=True,
)
"""A waiting event after which the patient stays in line, with another priority."""
SPELL = np.dtype(
    [
        ("rule", "i4"),  # of escalation; after these states, after these services
        ("opened", "i8"),
        ("closed", "i8"),  # -1: still open at the end
    ],
    align=True,
)
"""Extra units open by a rule of escalation; the system in a state; or a machine down,
where the services that have machines follow each other (`levels.machines`)."""
CLOCK = np.dtype(
    [
        ("who", "i8"),
        ("clock", "i4"),
        ("group", "i4"),
        ("since", "i8"),  # the start of this part
        ("stopped", "i8"),  # its end; -1: neither stopped nor resumed by the end
        ("dropped", "i4"),  # 1: the patient left the model while it ran or paused
        ("part", "i4"),  # 0, or which part after having been paused
        ("resumed", "i4"),  # 1: this part ends a pause, and the next one follows
        ("paused", "i8"),  # from when it stood still in this part; -1: it did not
        ("ran", "i8"),  # how long it ran in the parts before
        ("stood", "i8"),  # how long it stood still in the parts before
        *SHARES,  # since its start, in the parts before as well
    ],
    align=True,
)
"""A clock, or a part of one: from its start, or the end of a pause, to its stop or the
end of the next pause."""
LOOK = np.dtype(
    [
        ("who", "i8"),
        ("clock", "i4"),
        ("group", "i4"),
        ("month", "i4"),  # at whose end
        *SHARES,  # up to then
    ],
    align=True,
)
"""A clock that is still on at a month's end, for longer than some standard promises
that counts those still waiting."""
PATIENT = np.dtype(
    [
        ("who", "i8"),
        ("stream", "i4"),  # -1: there when the run began
        ("group", "i4"),
        ("ending", "i4"),  # -1: still there at the end
        ("visits", "i4"),
        ("entered", "i8"),
        ("left", "i8"),  # -1: still there
    ],
    align=True,
)


class Records(NamedTuple):
    """What an engine writes: a row when a thing is over, or cut off by the end."""

    visits: Table
    holds: Table
    clocks: Table
    patients: Table
    changes: Table
    spells: Table
    looks: Table


NOTHING = Records(
    *(
        np.zeros(0, dtype)
        for dtype in (VISIT, HOLD, CLOCK, PATIENT, CHANGE, SPELL, LOOK)
    )
)
