"""The cases in Cimba through its Python package: compiled models on its C engine.

One process per patient, as in SimPy; for (a) also the form of two processes and a
store, which is many times faster but knows no priority and no patience.
"""

# No annotations from the future here: cimba reads those of its models.

from functools import partial
from importlib.metadata import version
from time import process_time
from typing import Any

import cimba
import numpy as np
from cimba import random

from benchmarks import network
from benchmarks.definitions import Case
from benchmarks.trials import Answers, Engine, Prepared, clocked, many, mean_waits

SEED = 1
GAVE_UP = 7
"""The signal by which patience ends a wait."""
FEW = 10
"""Patients of the run that compiles."""
TOP = 3
"""Cimba calls the larger priority first."""
MU, EDGES = np.array(network.MU), np.array(network.EDGES)
DAY, NIGHT = np.array(network.DAY), np.array(network.NIGHT)
SIGMA, PATIENCE, SHIFT = network.SIGMA, network.PATIENCE, network.SHIFT
ENTRY = network.ENTRY[0]
N_SERVICES = len(network.DAY)


class Group(cimba.Model):
    """What is counted of a group."""

    waited: cimba.Output[float]
    started: cimba.Output[int]

    @cimba.on_start
    def begin(self) -> None:
        """Begin with nothing."""
        self.waited, self.started = 0.0, 0


class Service(cimba.Model):
    """A service of case (c)."""

    servers: cimba.Resource = cimba.Resource(capacity=1)


class System(cimba.Model):
    """The services of a case and the patients who come."""

    groups: list[Group]
    services: list[Service]
    patients: cimba.Param[int] = FEW
    rate: cimba.Param[float] = 1.0
    first: cimba.Param[float] = 1.0
    second: cimba.Param[float] = 0.0
    patience: cimba.Param[float] = 0.0
    left: cimba.Output[int]
    stayed: cimba.Output[float]
    came: cimba.Output[int]

    @cimba.on_start
    def begin(self) -> None:
        """Begin with nothing."""
        self.left, self.came, self.stayed = 0, 0, 0.0


class Clinic(System):
    """A case with one service."""

    @cimba.process
    def coming(self) -> None:
        """Let patients come."""
        while self.came < self.patients:
            cimba.hold(random.exponential(1.0 / self.rate))
            self.came += 1
            u = random.uniform()
            group = 0
            if u >= self.first:
                group = 1 if u < self.first + self.second else 2
            cimba.spawn(Patient, system=self, group=group)


class Patient(cimba.Model):
    """Waits for one service, for ever or until patience ends."""

    system: cimba.Ref[Clinic]
    group: cimba.Param[int] = 0

    @cimba.process
    def life(self) -> None:
        """Follow the patient."""
        joined = cimba.now()
        if self.system.patience > 0.0:
            patience = random.exponential(self.system.patience)
            cimba.this_process().timer_set(patience, GAVE_UP)
        signal = self.system.services[0].servers.acquire(1, TOP - self.group)
        if signal == GAVE_UP:
            self.system.left += 1
        else:
            if self.system.patience > 0.0:
                cimba.this_process().timers_clear()
            self.system.groups[self.group].waited += cimba.now() - joined
            self.system.groups[self.group].started += 1
            cimba.hold(random.exponential(1.0))
            self.system.services[0].servers.release(1)


class Network(System):
    """Case (c)."""

    @cimba.process
    def coming(self) -> None:
        """Let patients come."""
        while self.came < self.patients:
            cimba.hold(random.exponential(1.0 / self.rate))
            self.came += 1
            group = 0 if random.uniform() < self.first else 1
            at = 0 if random.uniform() < ENTRY else 1
            cimba.spawn(Traveller, system=self, group=group, at=at)

    @cimba.process
    def shifts(self) -> None:
        """Change shifts."""
        while self.came < self.patients:
            cimba.hold(SHIFT)
            for i in range(N_SERVICES):
                self.services[i].servers.set_capacity(NIGHT[i])
            cimba.hold(SHIFT)
            for i in range(N_SERVICES):
                self.services[i].servers.set_capacity(DAY[i])


class Traveller(cimba.Model):
    """Goes from service to service."""

    system: cimba.Ref[Network]
    group: cimba.Param[int] = 0
    at: cimba.Param[int] = 0

    @cimba.process
    def life(self) -> None:
        """Follow the patient."""
        entered = cimba.now()
        at = self.at
        while at < N_SERVICES:
            joined = cimba.now()
            cimba.this_process().timer_set(random.exponential(PATIENCE), GAVE_UP)
            servers = self.system.services[at].servers
            if servers.acquire(1, TOP - self.group) == GAVE_UP:
                self.system.left += 1
                break
            cimba.this_process().timers_clear()
            self.system.groups[self.group].waited += cimba.now() - joined
            self.system.groups[self.group].started += 1
            cimba.hold(random.lognormal(MU[at], SIGMA))
            servers.release(1)
            u = random.uniform()
            to = 0
            while to < N_SERVICES and u >= EDGES[at, to]:
                to += 1
            at = to
        if at == N_SERVICES:
            self.system.stayed += cimba.now() - entered


class Line(cimba.Model):
    """One server without a process for each patient."""

    line: cimba.Store[float]
    patients: cimba.Param[int] = FEW
    rate: cimba.Param[float] = 1.0
    waited: cimba.Output[float]

    @cimba.on_start
    def begin(self) -> None:
        """Begin with nothing."""
        self.waited = 0.0

    @cimba.process
    def coming(self) -> None:
        """Let patients come."""
        for _ in range(self.patients):
            cimba.hold(random.exponential(1.0 / self.rate))
            self.line.put(cimba.now())

    @cimba.process
    def server(self) -> None:
        """Treat one after the other."""
        while True:
            joined = self.line.get()
            self.waited += cimba.now() - joined
            cimba.hold(random.exponential(1.0))


def system(case: Case, patients: int) -> System:
    """Return the model of a case."""
    made = Network() if case.name == "c" else Clinic()
    made.groups = [Group() for _ in case.groups]
    capacities = network.DAY if case.name == "c" else (case.servers,)
    made.services = [Service() for _ in capacities]
    for service, capacity in zip(made.services, capacities, strict=True):
        service.servers.initial_capacity = capacity
    made.patients, made.rate = patients, case.rate
    made.first, made.second = (*case.shares, 0.0)[:2]
    made.patience = case.patience or 0.0
    return made


def results(made: Any, window: cimba.Window | None = None) -> Any:
    """Return what comes out of one trial."""
    return cimba.Experiment(made, window=window, seed=SEED).run(workers=1)


def _number(output: Any) -> float:
    return float(np.asarray(output).ravel()[0])


def two_processes(case: Case, patients: int) -> Answers:
    """Simulate one server without a process for each patient."""
    line = Line()
    line.patients, line.rate = patients, case.rate
    return {"mean_wait": _number(results(line)[line].waited) / patients}


def process_each(case: Case, patients: int) -> Answers:
    """Simulate a case with a process for each patient."""
    window = None
    made = system(case, patients)
    if case.is_overloaded:
        window = cimba.Window(duration=patients / case.rate)
        made.patients = 2 * patients
    done = results(made, window)
    sums = [_number(done[group].waited) for group in made.groups]
    started = [int(_number(done[group].started)) for group in made.groups]
    came, left = _number(done[made].came), _number(done[made].left)
    return mean_waits(case.groups, sums, started) | {
        "time_in_system": _number(done[made].stayed) / (came - left),
        "reneged": left / came,
        "visits": sum(started) / came,
        "list_at_end": came - left - sum(started),
    }


def prepared(simulate: Any, case: Case, patients: int) -> Prepared:
    """Return a trial; a run of a few patients comes first and compiles."""
    began = process_time()
    simulate(case, FEW)
    seconds = process_time() - began
    return Prepared(
        partial(clocked, partial(simulate, case, patients), patients), seconds
    )


def engines() -> list[Engine]:
    """Return Cimba, in its two forms."""
    number = version("cimba")
    each = partial(prepared, process_each)
    store = partial(prepared, two_processes)
    return [
        Engine("cimba", number, each, many),
        Engine("cimba (store)", number, store, many, ("a75", "a90")),
    ]
