"""Two small worlds, worked out by hand: what became of thirteen people in each."""

import numpy as np

from kernels import layout
from results.layout.labels import GroupLabel, ServiceLabel, StepLabel
from tests.unit.results import small
from tests.unit.results.small import (
    ABSENT,
    HANDED_BACK,
    IN_SERVICE,
    LEFT,
    TURNED_AWAY,
    WAITING,
    labels,
    model,
    patient,
    tally,
)

MONTHS = (0, 10)
KINDS = ("staff", "beds", "unlimited")
CLINIC, WARD, HELPLINE = range(3)
CHILD, ADULT = range(2)
SERVICES = (
    ServiceLabel("clinic", "staff", "hospital"),
    ServiceLabel("ward", "beds", "hospital"),
    ServiceLabel("helpline", "unlimited", "telephone"),
)
GROUPS = (
    GroupLabel("child", (("age", "child"),)),
    GroupLabel("adult", (("age", "adult"),)),
)
DIED = 1


def visit(who, number, joined, *times, **more):
    """Return a row of VISIT: who, which visit, then as `small.visit` has it."""
    group = CHILD if who % 2 else ADULT
    row = small.visit(joined, *times, who=who, group=group, **more)
    return (row[0], number, *row[2:])


def person(who, entered, left=None, **more):
    return patient(entered, left, who=who, group=CHILD if who % 2 else ADULT, **more)


def away(who, joined):
    return visit(who, 0, joined, ended=joined, outcome=TURNED_AWAY, cause=0)


def waits(who, joined, service=CLINIC, number=0):
    return visit(who, number, joined, outcome=WAITING, service=service)


SAME = [visit(1, 0, 1, 2, 3)]
HANDED = [
    visit(13, 0, 1, 2, 3, outcome=HANDED_BACK),
    visit(13, 0, 3, 4, 5, part=1),
]
A = (
    [
        *SAME,
        visit(2, 0, 1, 2, 3),
        visit(3, 0, 1, 4, 5),
        visit(4, 0, 1, 2, 3),
        visit(5, 0, 1, 2, 3),
        visit(6, 0, 1, 2, 3),
        visit(7, 0, 1, 2, 3),
        visit(7, 1, 3, 4, 5, service=WARD),
        visit(8, 0, 1, ended=4, outcome=LEFT, cause=0),
        *HANDED,
        # Came and went before anything is counted.
        visit(14, 0, -3, -2, -1),
    ],
    [
        *(person(who, 1, left) for who, left in ((1, 3), (2, 3), (3, 5), (4, 3))),
        *(person(who, 1, left) for who, left in ((5, 3), (6, 3), (7, 5), (8, 4))),
        person(13, 1, 5),
        person(14, -3, -1),
    ],
)
B = (
    [
        *SAME,
        visit(2, 0, 1, 4, 5),
        visit(3, 0, 1, 3, 4),
        # As long a wait, a longer treatment.
        visit(4, 0, 1, 2, 3.5),
        waits(5, 1),
        visit(6, 0, 1, ended=1, outcome=TURNED_AWAY, cause=0),
        visit(6, 1, 1, 1.5, 8, service=WARD),
        visit(7, 0, 1, 2, 3),
        visit(7, 1, 3, 3, 4, service=HELPLINE),
        visit(7, 2, 4, 6, 7, service=WARD),
        waits(9, 2),
        visit(10, 0, 2, 3, 4),
        visit(10, 1, 4, 5, 6, service=WARD),
        away(11, 2),
        visit(12, 0, 2, 2, 3, service=HELPLINE),
        # Not handed back this time; begun when it was.
        visit(13, 0, 1, 2, 4),
        visit(14, 0, -3, -2, -1),
        visit(15, 0, 2, 3, None, outcome=IN_SERVICE, service=WARD),
        visit(16, 0, 2, 3, 3, outcome=ABSENT),
    ],
    [
        *(person(who, 1, left) for who, left in ((1, 3), (2, 5), (3, 4), (4, 3.5))),
        person(5, 1),
        person(6, 1, 8, ending=DIED),
        person(7, 1, 7),
        person(9, 2),
        person(10, 2, 6),
        person(11, 2, 2),
        person(12, 2),
        person(13, 1, 4),
        person(14, -3, -1),
        person(15, 2),
        person(16, 2, 3),
        person(17, 5, 5),
    ],
)


def world(
    visits, patients, *, replications=1, seed=1, title="A small world", by_hand=None
):
    """Return a run of some visits and patients, the same in each replication.

    `by_hand` takes what is recorded, to alter it after it was tallied.
    """
    names = labels(
        months=MONTHS,
        kinds=KINDS,
        title=title,
        services=SERVICES,
        steps=tuple(StepLabel(s.name) for s in SERVICES),
        everybody=GROUPS,
        endings=("leave", "died"),
        waits=(("clinic", "gives up"),),
        rules=(("clinic", "full"),),
    )
    of = model(
        months=MONTHS,
        kinds=KINDS,
        recorded=(0, 0),
        waits=1,
        rules=1,
        endings=2,
        begin=-5,
    )
    tallies = tally(of, visits, patients=patients)
    rows = layout.NOTHING._replace(
        visits=np.array(visits, layout.VISIT),
        patients=np.array(patients, layout.PATIENT),
    )
    records = dict.fromkeys(
        range(1, replications + 1), by_hand(rows) if by_hand else rows
    )
    return small.run(
        *[tallies] * replications, labels=names, seed=seed, records=records
    )


def two_worlds(**more):
    """Return the runs of A and B."""
    return world(*A, title="As it is", **more), world(*B, title="With more", **more)
