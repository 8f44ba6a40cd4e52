"""How long a run will take and how much memory it needs, worked out before it begins.

The number of visits follows from the traffic equations, the time of one from a pilot:
the first weeks of the first replication, played on this machine, and how many patients
there are at most from the pre-flight's fluid. None of these knows what only the run
shows, so a forecast is good to a factor of two.
"""

from __future__ import annotations

import math
from operator import attrgetter
from time import thread_time
from typing import NamedTuple

import numpy as np

from kernels.initial import state_of
from kernels.layout import DAY, DAYS_PER_YEAR, Model
from kernels.tallies import JOINED, empty
from kernels.volumes import patients_per_day
from scenarios.preflight.preflight import Volume, volume
from simulator.executors import Job
from simulator.replication import replicate

PILOT = {"compiled": 80_000, "simpy": 800}
"""Visits of the pilot: some 50 ms."""
FASTEST = {"compiled": 1.5e-7, "simpy": 5e-5}
"""Seconds a visit at best; what is short even so is not worth a pilot."""
PILOTS = 3
"""How often the pilot is played again at most, where its longer stretch took no longer
than its shorter one."""
BEGINNING = 12.0
"""The pilot goes on for a part of the time that beginning takes (people who are there
already, tables), at so many times the best time a visit: two thirds, as visits are."""
SHORT = 2.0
"""Seconds; of a run that takes less nothing is said."""
MOST_VISITS = 30.0
"""Visits of a patient, where there is no need to work them out."""
LATER = 1.6
"""A visit of the whole run, tables included, against one of the pilot: lists outgrow
the caches, and on West Yorkshire a sixth of all time goes into tables."""
PENDING, SHARED, SLACK = 60, 64, 1.3
"""Bytes for the pending events of a patient, and for the shares of a clock that has
waited, where there are any; and how much of the rows for patients lies idle, as they
double."""
ROWS = 1 << 10
"""For so many patients a state is laid out to see what one of them takes."""
OF_PATIENTS = (
    *("people", "links", "stamps", "since", "free", "extra", "notes", "share_of"),
)
"""The tables of a state with a row for each patient."""
RUNNING, KEPT, TABLED = 13, 9, 10
"""Bytes for a bucket of waits that a replication uses: in a worker, in the results of
each replication, and while tables are made of them."""
COUNTED = 12
"""Bytes for a byte of counts while measures are worked out from them, and the last
replication's are written."""
UNIT, FOLDER, SMALLEST = 2.4, 5.5, 2e4
"""Bytes on the disk for a bucket, as part of a unit and of a run folder, measured on
West Yorkshire; and of either at least."""
SQUEEZED = 0.4
"""To what records shrink on the disk."""
VISIT_KEPT = 108
"""Bytes for a visit that is recorded, with the patient's and clocks' records."""
PROGRAM, IDLE = 3.3e8, 2e7
"""Bytes for the program itself, its libraries and kernels; and for a worker of an empty
model."""


class Forecast(NamedTuple):
    """What a run will need."""

    seconds: float
    """By the clock on the wall."""
    memory: float
    """Bytes at the peak."""
    workers: int

    def sentence(self) -> str:
        """Return what to tell the user."""
        hands = "one worker" if self.workers == 1 else f"{self.workers} workers"
        return (
            f"This will take about {duration_text(self.seconds)} on {hands}, and about "
            f"{memory_text(self.memory)} of memory."
        )


def forecast(job: Job, count: int, workers: int) -> Forecast | None:
    """Return what a run will need, None if it is short.

    Parameters
    ----------
    job : Job
    count : int
        Replications.
    workers : int
        How many of them at the same time.

    Returns
    -------
    Forecast or None
    """
    workers = min(workers, count)
    shortest = SHORT / 4 / FASTEST[job.engine] * workers / count
    expected = _volume(job.model, shortest)
    if expected is None:
        return None
    one = _cost(job, expected)
    seconds = one.seconds * count / workers
    if seconds < SHORT:
        return None
    # Tables are made when all has been played.
    memory = PROGRAM + max(workers * one.worker, one.tables) + count * one.kept
    return Forecast(seconds, memory, workers)


class Cost(NamedTuple):
    """What one replication needs."""

    seconds: float
    """Processor time."""
    worker: float
    """Bytes while it is played."""
    kept: float
    """Bytes of its results, until tables are made of them."""
    tables: float
    """Bytes while they are."""
    unit: float
    """Bytes on the disk, as a unit of a batch."""
    folder: float
    """Bytes on the disk, in a run folder."""


def cost(job: Job, fewest: float) -> Cost | None:
    """Return what one replication needs; None where that cannot be told beforehand.

    Parameters
    ----------
    job : Job
    fewest : float
        Visits; where fewer are expected, a pilot would not tell.
    """
    expected = _volume(job.model, fewest)
    return None if expected is None else _cost(job, expected)


def _volume(model: Model, shortest: float) -> Volume | None:
    """Return what there is to play; None if these are few visits, or not known."""
    days = (model.end - model.begin) / DAY
    if patients_per_day(model) * days * MOST_VISITS < shortest:
        return None
    try:
        found = volume(model)
    except np.linalg.LinAlgError:  # patients who never leave: no such numbers
        return None
    return None if found.visits < shortest else found


def _cost(job: Job, expected: Volume) -> Cost:
    """Return what one replication needs, from a pilot."""
    model, visits = job.model, expected.visits
    pilot = _pilot(job, max(visits, 1.0) / ((model.end - model.begin) / DAY))
    buckets = pilot.buckets * (len(model.months) - 1)
    recorded = visits * VISIT_KEPT if job.keep else 0.0
    return Cost(
        seconds=visits * pilot.seconds * LATER,
        worker=expected.present * _person(model) + buckets * RUNNING + IDLE + recorded,
        kept=buckets * KEPT + _tallies(model) + recorded,
        tables=buckets * TABLED + _tallies(model) * COUNTED,
        unit=buckets * UNIT + SMALLEST + recorded * SQUEEZED,
        folder=buckets * FOLDER + SMALLEST + recorded * SQUEEZED,
    )


class _Pilot(NamedTuple):
    """What the first weeks of a run have shown."""

    seconds: float
    """Processor time of one more visit."""
    buckets: float
    """Buckets of waits used in a month."""


def _pilot(job: Job, per_day: float) -> _Pilot:
    """Play the first weeks of a run, so many visits a day."""
    eighth = PILOT[job.engine] / 8
    short = max(eighth / per_day, 1.0)
    _played(job, short)  # compiles, or loads what is compiled
    less = _played(job, short)
    # So many more visits that they stand out against what beginning takes.
    further = max(7 * eighth, less.seconds / (BEGINNING * FASTEST[job.engine]))
    long = short + max(further / per_day, 1.0)
    more = _played(job, long)
    visits = max(more.visits - less.visits, 1)
    least = visits * FASTEST[job.engine]
    for _ in range(PILOTS):
        if more.seconds - less.seconds >= least:
            break
        # A pause of the interpreter fell into the shorter stretch.
        less = min(less, _played(job, short), key=attrgetter("seconds"))
        more = min(more, _played(job, long), key=attrgetter("seconds"))
    seconds = max(more.seconds - less.seconds, least)
    # In a longer stretch more waits are alike: neither none nor all are new.
    in_a_month = more.buckets * (DAYS_PER_YEAR / 12 / long) ** 0.5
    return _Pilot(seconds / visits, in_a_month)


class _Played(NamedTuple):
    """What a stretch of a run has shown."""

    visits: int
    buckets: int
    seconds: float


def _played(job: Job, days: float) -> _Played:
    """Play so many days."""
    end = min(job.model.begin + int(days * DAY), job.model.end)
    model = _cut(job.model, end)
    began = thread_time()
    found = replicate(model, job.seed, 1, job.engine, keep=job.keep).tallies
    seconds = thread_time() - began
    joined = found.counts[:, : len(model.services), :, JOINED]
    return _Played(
        int(joined.sum()), int(np.count_nonzero(found.buckets.pages)), seconds
    )


def _cut(model: Model, end: int) -> Model:
    """Return a model that ends early, everything counted."""
    months = np.array([model.begin, end], dtype=np.int64)
    promised = model.standard_within[:, :1].copy()
    return model._replace(
        start=model.begin, end=end, months=months, standard_within=promised
    )


def _tallies(model: Model) -> float:
    """Return the bytes of the counts."""
    return float(sum(part.nbytes for part in empty(model)[:-1]))


def _person(model: Model) -> float:
    """Return the bytes of a patient in the model, pending events included."""
    first = state_of(model, ROWS)
    rows = sum(getattr(first, name).nbytes for name in OF_PATIENTS) / ROWS
    return SLACK * float(rows + PENDING + SHARED * (len(first.accounts) > 0))


def duration_text(seconds: float) -> str:
    """Return a time in words, to two digits at most."""
    for unit, size in (("hours", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{_rounded(seconds / size)} {unit}"
    return f"{_rounded(seconds)} s"


def memory_text(size: float) -> str:
    """Return an amount of memory in words, to two digits at most."""
    if size >= 1e9:
        return f"{_rounded(size / 1e9)} GB"
    return f"{_rounded(max(size / 1e6, 10.0))} MB"


def _rounded(number: float) -> str:
    """Return a number to two digits."""
    if number < 10.0:
        return f"{number:.1f}".removesuffix(".0")
    step = 10 ** (math.floor(math.log10(number)) - 1)
    return f"{step * round(number / step):,}"
