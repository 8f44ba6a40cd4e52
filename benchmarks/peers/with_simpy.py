"""The cases written by hand in SimPy: one process per patient.

The random numbers are those of Python's `random`. For (a) there is also the form of two
processes and a store, which is faster but knows no priority and no patience.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Generator
from functools import partial
from importlib.metadata import version
from itertools import accumulate, count
from typing import Any

import simpy

from benchmarks import network
from benchmarks.definitions import Case
from benchmarks.trials import Answers, Engine, Prepared, clocked, fewer, mean_waits

Process = Generator[simpy.Event, Any, None]
SEED = 1


def one_service(case: Case, patients: int) -> Answers:
    """Simulate a case with one service."""
    env, rng = simpy.Environment(), random.Random(SEED)
    has_groups = len(case.shares) > 1
    kind = simpy.PriorityResource if has_groups else simpy.Resource
    service = kind(env, case.servers)
    edges = tuple(accumulate(case.shares))[:-1]
    sums, started = [0.0] * len(case.shares), [0] * len(case.shares)
    draw, uniform = rng.expovariate, rng.random

    def patient(group: int) -> Process:
        joined = env.now
        asked = {"priority": group} if has_groups else {}
        with service.request(**asked) as turn:
            if case.patience is None:
                yield turn
            else:
                yield turn | env.timeout(draw(1 / case.patience))
                if not turn.triggered:
                    return
            sums[group] += env.now - joined
            started[group] += 1
            yield env.timeout(draw(1.0))

    def coming() -> Process:
        for _ in count() if case.is_overloaded else range(patients):
            yield env.timeout(draw(case.rate))
            env.process(patient(bisect_right(edges, uniform()) if has_groups else 0))

    env.process(coming())
    env.run(patients / case.rate if case.is_overloaded else None)
    waits = mean_waits(case.groups, sums, started)
    return waits | {"list_at_end": len(service.queue)}


def two_processes(case: Case, patients: int) -> Answers:
    """Simulate one server without a process for each patient."""
    env, rng = simpy.Environment(), random.Random(SEED)
    line = simpy.Store(env)
    draw = rng.expovariate
    waited = 0.0

    def coming() -> Process:
        for _ in range(patients):
            yield env.timeout(draw(case.rate))
            yield line.put(env.now)

    def server() -> Process:
        nonlocal waited
        while True:
            joined = yield line.get()
            waited += env.now - joined
            yield env.timeout(draw(1.0))

    env.process(coming())
    env.process(server())
    env.run()
    return {"mean_wait": waited / patients}


def ten_services(case: Case, patients: int) -> Answers:
    """Simulate case (c); servers who are off at night are held by a first priority."""
    env, rng = simpy.Environment(), random.Random(SEED)
    services = [simpy.PriorityResource(env, n) for n in network.DAY]
    draw, uniform, gauss = rng.expovariate, rng.random, rng.gauss
    sums, started = [0.0, 0.0], [0, 0]
    left, stayed = 0, 0.0
    is_over = False

    def patient(group: int, at: int) -> Process:
        nonlocal left, stayed
        entered = env.now
        while at < len(services):
            joined = env.now
            turn = services[at].request(priority=group)
            yield turn | env.timeout(draw(1 / network.PATIENCE))
            if not turn.triggered:
                turn.cancel()
                left += 1
                return
            sums[group] += env.now - joined
            started[group] += 1
            yield env.timeout(math.exp(network.MU[at] + network.SIGMA * gauss(0, 1)))
            services[at].release(turn)
            at = bisect_right(network.EDGES[at], uniform())
        stayed += env.now - entered

    def coming() -> Process:
        nonlocal is_over
        for _ in range(patients):
            yield env.timeout(draw(case.rate))
            group = 0 if uniform() < network.HIGH else 1
            env.process(patient(group, 0 if uniform() < network.ENTRY[0] else 1))
        is_over = True

    def off(service: simpy.PriorityResource, until: float) -> Process:
        with service.request(priority=-1) as turn:
            yield turn
            yield env.timeout(max(until - env.now, 0.0))

    def nights() -> Process:
        while not is_over:
            yield env.timeout(network.SHIFT)
            for number, service in enumerate(services):
                for _ in range(network.DAY[number] - network.NIGHT[number]):
                    env.process(off(service, env.now + network.SHIFT))
            yield env.timeout(network.SHIFT)

    env.process(coming())
    env.process(nights())
    env.run()
    return mean_waits(case.groups, sums, started) | {
        "time_in_system": stayed / (patients - left),
        "reneged": left / patients,
        "visits": sum(started) / patients,
    }


def prepared(
    simulate: Callable[[Case, int], Answers], case: Case, patients: int
) -> Prepared:
    """Return a trial."""
    trial = partial(clocked, partial(simulate, case, patients), patients)
    return Prepared(trial, 0.0)


def _of_every_kind(case: Case, patients: int) -> Prepared:
    return prepared(ten_services if case.name == "c" else one_service, case, patients)


def engines() -> list[Engine]:
    """Return SimPy, in its two forms."""
    number = version("simpy")
    store = partial(prepared, two_processes)
    return [
        Engine("SimPy", number, _of_every_kind, fewer),
        Engine("SimPy (store)", number, store, fewer, ("a75", "a90")),
    ]
