"""The cases in Ciw. Its random numbers are those of Python's `random`, seeded by it.

Ciw's own change of shifts lets a whole new shift begin while the old one finishes: that
is another model than case (c), and its waits are shorter. Here, servers who are off at
night are held by a class of customers of their own, as in the SimPy model.
"""

from __future__ import annotations

import gc
from functools import partial
from importlib.metadata import version
from time import process_time
from typing import Any

import ciw

from benchmarks import network
from benchmarks.definitions import Case
from benchmarks.trials import Answers, Engine, Prepared, Sample, fewer, mean_waits

SEED = 1
OFF = "off"
"""The class of those who hold servers at night."""


def exponential(mean: float) -> ciw.dists.Distribution:
    """Return Ciw's law, which is written by its rate."""
    return ciw.dists.Exponential(1 / mean)


class EveryEvening(ciw.dists.Distribution):
    """Times between evenings."""

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Return the time to the next evening."""
        return network.SHIFT if not t else 2 * network.SHIFT


class UntilMorning(ciw.dists.Distribution):
    """The rest of the night."""

    def sample(self, t: float = 0.0, ind: Any = None) -> float:
        """Return how long it is until the morning after the evening of joining."""
        return float(max(ind.arrival_date + network.SHIFT - t, 0.0))


def one_service(case: Case) -> ciw.network.Network:
    """Return a case with one service."""
    groups = dict(zip(case.groups, case.shares, strict=True))
    patience = {}
    if case.patience is not None:
        law = [exponential(case.patience)]
        patience = {"reneging_time_distributions": dict.fromkeys(groups, law)}
    return ciw.create_network(
        arrival_distributions={
            group: [ciw.dists.Exponential(case.rate * share)]
            for group, share in groups.items()
        },
        service_distributions={group: [exponential(1.0)] for group in groups},
        priority_classes={group: level for level, group in enumerate(groups)},
        routing={group: [[0.0]] for group in groups},
        number_of_servers=[case.servers],
        **patience,
    )


def ten_services(case: Case) -> ciw.network.Network:
    """Return case (c)."""
    groups = dict(zip(case.groups, case.shares, strict=True))
    every = range(len(network.DAY))
    off = [network.DAY[at] - network.NIGHT[at] for at in every]
    coming: dict[str, list[Any]] = {
        group: [ciw.dists.Exponential(case.rate * share * x) for x in network.ENTRY]
        + [None] * (len(every) - len(network.ENTRY))
        for group, share in groups.items()
    }
    treated = [ciw.dists.Lognormal(network.MU[at], network.SIGMA) for at in every]
    patience = [exponential(network.PATIENCE) for _ in every]
    return ciw.create_network(
        arrival_distributions=coming | {OFF: [EveryEvening() for _ in every]},
        batching_distributions={
            group: [ciw.dists.Deterministic(1) for _ in every] for group in groups
        }
        | {OFF: [ciw.dists.Deterministic(n) for n in off]},
        service_distributions=dict.fromkeys(groups, treated)
        | {OFF: [UntilMorning() for _ in every]},
        reneging_time_distributions=dict.fromkeys(groups, patience)
        | {OFF: [None for _ in every]},
        routing={group: [list(row) for row in network.ROUTES] for group in groups}
        | {OFF: [[0.0 for _ in every] for _ in every]},
        priority_classes={group: level for level, group in enumerate([OFF, *groups])},
        number_of_servers=list(network.DAY),
    )


def sample(described: ciw.network.Network, case: Case, patients: int) -> Sample:
    """Run a case; its records are looked through when the clock has stopped."""
    ciw.seed(SEED)
    gc.collect()
    began = process_time()
    run = ciw.Simulation(described)
    run.simulate_until_max_time(patients / case.rate)
    seconds = process_time() - began
    came, said = answers(case, run)
    return Sample(came, seconds, said)


def answers(case: Case, run: ciw.Simulation) -> tuple[int, Answers]:
    """Return how many patients came, and what became of them."""
    sums, started = [0.0 for _ in case.groups], [0 for _ in case.groups]
    left, came = 0, set()
    for record in run.get_all_records(only=["service", "renege"]):
        if record.customer_class == OFF:
            continue
        came.add(record.id_number)
        left += record.record_type == "renege"
        if record.record_type == "service":
            group = case.groups.index(record.customer_class)
            sums[group] += record.waiting_time
            started[group] += 1
    waiting = sum(node.number_of_individuals for node in run.transitive_nodes)
    patients = len(came) + (waiting if case.is_overloaded else 0)
    return patients, mean_waits(case.groups, sums, started) | {
        "reneged": left / patients,
        "visits": sum(started) / patients,
        "list_at_end": waiting - case.servers,
    }


def prepared(case: Case, patients: int) -> Prepared:
    """Return a trial."""
    began = process_time()
    described = ten_services(case) if case.name == "c" else one_service(case)
    trial = partial(sample, described, case, patients)
    return Prepared(trial, process_time() - began)


def engines() -> list[Engine]:
    """Return Ciw."""
    return [Engine("Ciw", version("ciw"), prepared, fewer)]
