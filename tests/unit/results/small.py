"""Small models, labels and records, written down by hand; times are in days."""

# ruff: noqa: PLR0913, PLR0917 (what a test does not speak of has a default)

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from kernels import layout, tallies
from kernels.buckets import no_buckets
from kernels.counting import Counting
from results.layout.labels import (
    GroupLabel,
    Labels,
    ServiceLabel,
    StandardLabel,
    StepLabel,
)
from results.run import Origin, Run

DAY = 86_400_000_000
FIRST = 31 * DAY  # 2000-02-03, the moment called day 0
KINDS = ("staff", "beds", "caseload", "unlimited", "slots")
COMPLETED, LEFT, TURNED_AWAY, ABSENT, HANDED_BACK, WAITING, IN_SERVICE = range(7)

UNSEEN = {
    "values": layout.VALUE,
    "knots": layout.KNOT,
    "laws": layout.LAW,
    "parts": layout.PART,
    "calendar": layout.OPENING,
    "choices": layout.CHOICE,
    "branches": layout.BRANCH,
    "moments": layout.MOMENT,
    "needs": layout.NEED,
    "helps": layout.HELP,
    "reserves": layout.RESERVE,
    "hours": layout.HOUR_OF_WEEK,
    "clouds": layout.CLOUD,
    "profiles": layout.PROFILE,
    "shapes": layout.SHAPE,
    "parties": layout.PARTY,
    "falls": layout.FALL,
    "plans": layout.PLAN,
    "sessions": layout.SESSION,
    "listed": layout.LISTED,
    "scheduled": layout.SCHEDULED,
    "starters": layout.STARTER,
    "bands": layout.BAND,
    "starter_rows": layout.STARTER_ROW,
}
"""Tables of which tallies see nothing, but for the branches that keep a bed."""


def at(day: float | None) -> int:
    """Return a moment, in microseconds; None is -1."""
    return -1 if day is None else FIRST + round(day * DAY)


def text(day: float) -> str:
    """Return a moment, as ISO text."""
    return (datetime(2000, 1, 3) + timedelta(microseconds=at(day))).isoformat()


def model(
    months=(0, 10, 20),
    kinds=("staff",),
    recorded=(0,),
    pathways=0,
    steps=None,
    begin=None,
    n_clocks=0,
    standards=(),
    standard_groups=None,
    waits=0,
    rules=0,
    streams=1,
    endings=1,
    escalations=(),
    keeps=False,
):
    """Return a model: of services, steps and standards only what tallies see.

    Standards are (clock, within, still) or (clock, within, still, keeps); `within` is
    one time, or one for each month.
    """
    services = np.zeros(len(kinds), layout.SERVICE)
    services["kind"] = [KINDS.index(kind) for kind in kinds]
    table = stays_at(
        [(row, -1) for row in range(len(kinds))] if steps is None else steps
    )
    rules_of, within = promises(standards, len(months) - 1)
    if standard_groups is None:
        standard_groups = np.ones((len(standards), len(recorded)), bool)
    empty = {name: np.zeros(0, dtype) for name, dtype in UNSEEN.items()}
    empty["branches"] = np.zeros(int(keeps), layout.BRANCH)
    empty["branches"]["keeps"] = 1
    return layout.Model(
        begin=at(months[0] if begin is None else begin),
        start=at(months[0]),
        end=at(months[-1]),
        months=np.array([at(edge) for edge in months], np.int64),
        recorded=np.array(recorded, np.int32),
        observed=np.zeros(0),
        services=services,
        steps=table,
        wholes=np.zeros(0, np.int32),
        allowances=np.zeros(0, np.int64),
        holding=np.zeros(0, np.int32),
        reserve_groups=np.zeros((0, len(recorded)), bool),
        escalations=np.array(list(escalations), layout.ESCALATION),
        starter_groups=np.zeros((0, len(recorded))),
        waits=np.zeros(waits, layout.WAIT),
        rules=np.zeros(rules, layout.RULE),
        moment=np.zeros((len(table) + 1, 4, 2), np.int32),
        n_clocks=n_clocks,
        standards=rules_of,
        standard_within=within,
        standard_groups=np.array(standard_groups, bool),
        n_pathways=pathways,
        n_streams=streams,
        n_endings=endings,
        **empty,
    )


def stays_at(places):
    """Return steps at services, in pathways (-1: the service's own)."""
    table = np.zeros(len(places), layout.STEP)
    for row, (service, pathway) in zip(table, places, strict=True):
        row["service"], row["pathway"] = service, pathway
    return table


def promises(standards, months):
    """Return the rows of standards, and up to which time a clock is within."""
    rows = np.zeros(len(standards), layout.STANDARD)
    within = np.zeros((len(standards), months), np.int64)
    for row, (clock_row, time, still, *sort) in enumerate(standards):
        rows[row] = (clock_row, still, *(sort or (0,)))
        within[row] = np.round(np.multiply(time, DAY))
    return rows, within


def visit(
    joined,
    started=None,
    ended=None,
    freed=None,
    outcome=COMPLETED,
    *,
    service=0,
    step=None,
    group=0,
    cause=-1,
    part=0,
    who=0,
    units=None,
):
    """Return a row of VISIT; without `freed` it is over at the end of treatment."""
    if units is None:
        units = 0 if started is None else 1
    if freed is None and started is not None:
        freed = ended
    step = service if step is None else step
    times = [at(t) for t in (joined, started, ended, freed)]
    return (who, 0, part, step, service, group, 0, outcome, cause, *times, units)


def hold(
    since,
    until=None,
    reason=layout.BLOCKED,
    *,
    service=0,
    home=0,
    wanted=-1,
    group=0,
    units=1,
    who=0,
):
    """Return a row of HOLD."""
    place = (service, home, wanted, group, units)
    return (who, 0, reason, *place, at(since), at(until))


def change(time, cause=0, *, group=0, who=0):
    """Return a row of CHANGE."""
    return (who, 0, cause, group, at(time))


def spell(opened, closed=None, *, rule=0):
    """Return a row of SPELL."""
    return (rule, at(opened), at(closed))


def clock(
    since,
    stopped=None,
    *,
    clock=0,
    group=0,
    who=0,
    dropped=0,
    part=0,
    paused=None,
    resumed=0,
    ran=0,
    stood=0,
    causes=None,
):
    """Return a row of CLOCK; without causes, all of its time is in no line."""
    pauses = (part, resumed, at(paused), round(ran * DAY), round(stood * DAY))
    if causes is None:
        goes = stopped if paused is None else paused
        causes = (0,) * 6 + ((0 if goes is None else ran + goes - since),)
    times = [round(time * DAY) for time in causes]
    return (who, clock, group, at(since), at(stopped), dropped, *pauses, *times)


def look(month, causes, *, clock=0, group=0, who=0):
    """Return a row of LOOK."""
    return (who, clock, group, month, *(round(time * DAY) for time in causes))


def patient(entered, left=None, *, stream=0, group=0, ending=None, who=0):
    """Return a row of PATIENT."""
    ending = (-1 if left is None else 0) if ending is None else ending
    return (who, stream, group, ending, 1, at(entered), at(left))


def tally(
    of,
    visits=(),
    clocks=(),
    patients=(),
    holds=(),
    changes=(),
    spells=(),
    looks=(),
    pages=None,
):
    """Return the tallies of some records, with room for so many pages at first."""
    result = tallies.empty(of)
    if pages is not None:
        result = result._replace(buckets=no_buckets(pages))
    records = layout.Records(
        np.array(list(visits), layout.VISIT),
        np.array(list(holds), layout.HOLD),
        np.array(list(clocks), layout.CLOCK),
        np.array(list(patients), layout.PATIENT),
        np.array(list(changes), layout.CHANGE),
        np.array(list(spells), layout.SPELL),
        np.array(list(looks), layout.LOOK),
    )
    counting = Counting(of, result)
    counting.add(records)
    return counting.final()


def labels(months=(0, 10, 20), kinds=("staff",), units=1, **parts):
    """Labels: services are called by their kind; `units` are always open."""
    edges = [at(edge) for edge in months]
    midnights = months[-1] - months[0] + 1

    def row(length):
        return tuple(
            -1 if kind == "unlimited" else units * (1 if kind == "slots" else length)
            for kind in kinds
        )

    return Labels(
        **{
            "title": "A small world",
            "scenario": "small",
            "start": text(months[0]),
            "end": text(months[-1]),
            "months": tuple(text(edge) for edge in months),
            "services": tuple(ServiceLabel(kind, kind, "health") for kind in kinds),
            "streams": ("doors",),
            "open_time": tuple(row(b - a) for a, b in pairwise(edges)),
            "open_census": tuple(
                tuple(-1 if kind == "unlimited" else units for kind in kinds)
                for _ in range(midnights)
            ),
            "steps": tuple(StepLabel(kind) for kind in kinds),
            "everybody": tuple(
                GroupLabel(g.name) for g in parts.get("groups", (GroupLabel("all"),))
            ),
            **parts,
        }
    )


def standard(name, clock, within, counts="completed", target=((None, 0.9),)):
    """Return a label of a standard."""
    return StandardLabel(name, clock, within, counts, target)


ORIGIN = Origin({"title": "A small world"}, "0" * 64, 1, "0.1.0")


def run(*replications, labels=None, scenario=None, seed=1, records=None):
    """Return a run of some tallies, numbered from 1."""
    origin = Origin(scenario or ORIGIN.scenario, ORIGIN.model_digest, seed, "0.1.0")
    numbered = list(enumerate(replications, 1))
    return Run.from_replications(labels, origin, numbered, {"engine": "hand"}, records)


def value(table, subject, measure, statistic, period="whole", group="all"):
    """Return the one value of a measure; None where there is no such row."""
    wanted = (subject, measure, statistic, period, group)
    columns = ("subject", "measure", "statistic", "period", "group")
    rows = [
        row["value"]
        for row in table.to_pylist()
        if tuple(row[column] for column in columns) == wanted
    ]
    assert len(rows) <= 1, rows
    return rows[0] if rows else None
