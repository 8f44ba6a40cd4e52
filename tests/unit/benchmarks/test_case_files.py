"""Scenario files of the benchmarks hold the numbers of their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import network
from benchmarks.definitions import CASES
from benchmarks.ours import FOLDER, scenario, tables
from kernels.layout import HOUR, MINUTE
from scenarios import read
from scenarios.scenario import Destination, Scenario

HOURLY = [7.461069, 4.8, 1.865267, 4.051374, 3.412214]
HOURLY += [3.314796, 3.139878, 3.456353, 3.932763, 3.356118]
"""Patients who join each service of case (c) in an hour if nobody gives up."""
BY_DAY = [0.7461, 0.6857, 0.4352, 0.6482, 0.6824]
BY_DAY += [0.7103, 0.6728, 0.6913, 0.6555, 0.5873]
BY_NIGHT = [0.9326, 0.96, 0.6528, 0.8103, 0.9099]
BY_NIGHT += [0.9944, 0.942, 0.9217, 0.9832, 0.7831]
"""Their share of what the service can do."""
DAY = 24 * 60
"""Minutes."""


def comes(case: Scenario) -> float:
    """Patients per minute, of all groups together."""
    (stream,) = case.streams
    return sum(stream.rate.values) / DAY


def mean(case: Scenario, number: int) -> float:
    """Mean time of treatment in minutes."""
    takes = case.steps[number].takes
    assert takes is not None
    (law,) = takes
    return law.parameters["mean"].values[0] * DAY


def capacities(case: Scenario) -> list[list[float]]:
    """Units of each service, at each of its times."""
    return [[c.number.values[0] for c in s.capacity] for s in case.services]


def shares(to: Destination, names: list[str]) -> np.ndarray:
    """Return what goes to each service; the rest leaves."""
    found = np.zeros(len(names))
    for branch in to:
        if branch.target.service is not None:
            assert branch.share is not None
            found[names.index(branch.target.service)] = branch.share.values[0]
    return found


def patience(case: Scenario, number: int) -> float:
    """Mean patience in minutes."""
    (event,) = case.steps[number].waiting
    assert event.after is not None
    (law,) = event.after
    assert law.kind == "exponential"
    return law.parameters["mean"].values[0] * DAY


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda f: f.stem)
def test_a_case_is_read_without_problems(file: object) -> None:
    assert read(str(file)).services


def test_every_case_has_its_file() -> None:
    files = {file.stem for file in FOLDER.glob("*.yaml")}
    assert files == {*CASES, "long-list", "short-list"}


@pytest.mark.parametrize(
    ("name", "rate", "servers", "load"),
    [
        ("a75", 0.75, 1, 0.75),
        ("a90", 0.9, 1, 0.9),
        ("b", 18.0, 20, 0.9),
        ("d-fifo", 3.9, 3, 1.3),
        ("d-prio3", 3.9, 3, 1.3),
        ("d-renege", 3.9, 3, 1.3),
        ("long-list", 3.9, 3, 1.3),
        ("short-list", 3.9, 3, 1.3),
    ],
)
def test_one_service_has_the_load_of_its_definition(
    name: str, rate: float, servers: int, load: float
) -> None:
    case = scenario(name)
    assert comes(case) == pytest.approx(rate)
    assert capacities(case) == [[servers]]
    assert comes(case) * mean(case, 0) / servers == pytest.approx(load)
    assert [law.kind for law in case.steps[0].takes or ()] == ["exponential"]


@pytest.mark.parametrize(
    ("name", "patients"),
    [("a75", 1e6), ("a90", 1e6), ("b", 1e6), ("c", 2e5), ("d-fifo", 8e4)],
)
def test_as_many_patients_come_as_were_suggested(name: str, patients: float) -> None:
    case = scenario(name)
    minutes = (case.period.end - case.period.begin) / MINUTE
    assert comes(case) * minutes == pytest.approx(patients, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("b", [0.3, 0.7]),
        ("c", [0.3, 0.7]),
        ("d-prio3", [1 / 3, 1 / 3, 1 / 3]),
        ("long-list", [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_groups_have_their_shares_and_priorities(name: str, parts: list[float]) -> None:
    model = tables(name)
    levels = model.values["base"][model.clouds["level"]]
    np.testing.assert_allclose(levels / levels.sum(), parts)
    for step in model.steps:
        assert step["priority_stride"] == 1
        of_groups = model.wholes[step["priority"] :][: len(parts)]
        assert of_groups.tolist() == list(range(len(parts)))


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("d-renege", 20_000), ("long-list", 120_000), ("short-list", 1_200)],
)
def test_patience_is_as_long_as_defined(name: str, minutes: float) -> None:
    assert patience(scenario(name), 0) == pytest.approx(minutes)


def test_the_network_has_the_loads_of_its_definition() -> None:
    case = scenario("c")
    names = [service.name for service in case.services]
    routes = np.array([shares(step.then, names) for step in case.steps])
    (stream,) = case.streams
    coming = shares(stream.to, names) * comes(case) * 60
    joining = np.linalg.solve(np.eye(len(names)) - routes.T, coming)
    np.testing.assert_allclose(joining, HOURLY, atol=1e-6)
    work = joining * [mean(case, n) / 60 for n in range(len(names))]
    open_units = np.array(capacities(case))
    np.testing.assert_allclose(work / open_units[:, 0], BY_DAY, atol=5e-5)
    np.testing.assert_allclose(work / open_units[:, 1], BY_NIGHT, atol=5e-5)


def test_the_network_is_lognormal_with_patience_of_four_hours() -> None:
    case = scenario("c")
    for number, step in enumerate(case.steps):
        (law,) = step.takes or ()
        assert law.kind == "lognormal"
        assert law.parameters["cv"].values == (0.8,)
        assert patience(case, number) == pytest.approx(240)


def test_the_days_of_the_network_come_before_its_nights() -> None:
    case = scenario("c")
    for service in case.services:
        times = [c.times for c in service.capacity]
        assert [(t.begin, t.end) for t in times if t] == [
            (0, 12 * HOUR),
            (12 * HOUR, 24 * HOUR),
        ]


def test_the_peers_have_the_numbers_of_the_file() -> None:
    case = scenario("c")
    names = [service.name for service in case.services]
    routes = np.array([shares(step.then, names) for step in case.steps])
    np.testing.assert_allclose(np.array(network.ROUTES), routes, atol=1e-12)
    assert capacities(case) == [
        list(pair) for pair in zip(network.DAY, network.NIGHT, strict=True)
    ]
    means = [mean(case, n) / 60 for n in range(len(names))]
    np.testing.assert_allclose(network.MEANS, means)
