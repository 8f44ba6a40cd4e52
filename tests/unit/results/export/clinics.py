"""Two small runs with names that spreadsheet programs would take for something."""

from __future__ import annotations

import numpy as np

from kernels import layout
from results import Run
from results.layout.labels import GroupLabel, ServiceLabel, StepLabel
from tests.unit.results.small import (
    LEFT,
    WAITING,
    labels,
    model,
    patient,
    run,
    tally,
    visit,
)

FORMULA = '=HYPERLINK("http://example.org","pay")'
NUMBER = "+1"
MONTHS = (0, 27, 58)  # 3 February, 1 March, 1 April 2000
GROUPS = (GroupLabel("child"), GroupLabel("@adult"))


def names(title: str = "-A small world"):
    """Return labels of two services with awkward names."""
    kinds = ("staff", "beds")
    services = (ServiceLabel(FORMULA, "staff"), ServiceLabel(NUMBER, "beds"))
    return labels(
        months=MONTHS,
        kinds=kinds,
        title=title,
        services=services,
        groups=GROUPS,
        waits=((FORMULA, "gives up"),),
        steps=(StepLabel(FORMULA), StepLabel(NUMBER, "way", "bed")),
        pathways=(),
        streams=("doors",),
        endings=("leave",),
    )


def visits(shift: float = 0.0):
    """Return what happened to some patients; a later start for all by a shift."""
    seen = [
        visit(day, day + 0.25 + shift, day + 1 + shift, who=day, group=day % 2)
        for day in range(10, 50)
    ]
    away = [
        visit(day + 0.5, ended=day + 2.5, outcome=LEFT, cause=0, who=100 + day)
        for day in (11, 30, 31)
    ]
    waiting = [visit(57, outcome=WAITING, who=200)]
    over = 50 + shift
    who, _, *rest = visit(over, over, 52, 53, service=1, who=49, group=1)
    return [*seen, *away, *waiting, (who, 1, *rest)]


def patients():
    """Return the patients of these visits."""
    seen = [patient(day, day + 2, who=day, group=day % 2) for day in range(10, 49)]
    seen += [patient(49, 53, who=49, group=1)]
    away = [patient(day + 0.5, day + 2.5, who=100 + day) for day in (11, 30, 31)]
    return [*seen, *away, patient(57, who=200)]


def one(shift: float = 0.0, title: str = "-A small world", *, recorded=False) -> Run:
    """Return a run of two replications."""
    of = model(
        months=MONTHS, kinds=("staff", "beds"), recorded=(0, 1), waits=1, streams=1
    )
    both = [
        tally(of, visits(extra), patients=patients()) for extra in (shift, shift + 0.1)
    ]
    records = None
    if recorded:
        rows = layout.Records(
            np.array(visits(shift), layout.VISIT),
            np.zeros(0, layout.HOLD),
            np.zeros(0, layout.CLOCK),
            np.array(patients(), layout.PATIENT),
            np.zeros(0, layout.CHANGE),
            np.zeros(0, layout.SPELL),
            np.zeros(0, layout.LOOK),
        )
        records = {1: rows, 2: rows}
    return run(*both, labels=names(title), records=records)
