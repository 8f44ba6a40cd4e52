"""The pre-flight of a scenario: loads, lists and waits by service and month.

Worked out from formulas, without simulating anything: all months and groups of patients
at once, so that 144 services over seven years take about a second. Where a service
can see everybody, its wait is that of its steady state; where it cannot, its list is
that of a fluid. The rules stand in docs/background/preflight.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import DAY, EPOCH, UNLIMITED, Model
from scenarios.flows import Flows, Reading, flows_on
from scenarios.loads import summed
from scenarios.preflight.fluid import Tallied, edges_of, poured
from scenarios.preflight.network import Network, network_of, paths_of
from scenarios.preflight.spread import square_mean
from scenarios.preflight.steady import Loads, States, loads_of, states_of, wait_of
from scenarios.problems import listed
from scenarios.scenario import Scenario, Service

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CLOSE = 0.95
"""From which use on a service is close to being short."""


@dataclass(frozen=True)
class ServiceMonth:
    """About one service in one month. Numbers of people and units are at full size."""

    service: str
    kind: str
    month: str
    number: int
    """The month's number, from 1."""
    needed_arrivals: float
    """Patients a day who would join if no service were ever short."""
    needed: float
    """Units that these would keep busy (slots: a day)."""
    arrivals: float
    """Patients a day who join, as much as services before let through."""
    load: float
    """Units that these would keep busy (slots: a day)."""
    capacity: float | None
    """Units open on average (slots: a day), and what staff give beside who finish the
    patient in hand at closing; None: unlimited."""
    busy: float
    """Units in use, those kept for want of the next place as well."""
    blocked: float
    """Units kept for want of the next place, at the month's end."""
    started: float
    """Patients a day who are called in."""
    left: float
    """Patients a day who leave the line."""
    turned_away: float
    """Patients a day who find the line too long."""
    waiting: float
    """In line at the month's end."""
    wait: float | None
    """Days that somebody waits who joins at the month's end, or in the steady state;
    None where nobody is called in."""
    formula: str
    """Where the wait comes from: `fluid`, `Erlang C`, `Erlang A`, `Erlang B`, `limited
    line`, `slots`, `no wait`."""
    lost: float
    """The share that, in the steady state, leaves the line or is turned away by it."""

    @property
    def use(self) -> float | None:
        """The load as a share of the capacity."""
        return self.load / self.capacity if self.capacity else None

    @property
    def shortfall(self) -> float:
        """Units that are lacking (slots: a day)."""
        return max(self.load - self.capacity, 0.0) if self.capacity is not None else 0.0

    @property
    def patients_short(self) -> float:
        """Patients a week who come and cannot be seen."""
        if not self.load or not self.shortfall:
            return 0.0
        return self.shortfall / self.load * self.arrivals * 7.0


@dataclass(frozen=True)
class Preflight:
    """What may be expected of a scenario."""

    rows: tuple[ServiceMonth, ...]
    """By service, then month."""
    notes: tuple[str, ...] = ()
    """What is not counted."""
    stands_for: float = 1.0
    """How many people one simulated patient stands for; numbers are at full size."""

    def of(self, service: str) -> list[ServiceMonth]:
        """Return the months of one service."""
        return [row for row in self.rows if row.service == service]

    @property
    def services(self) -> list[str]:
        """Return the services in their order."""
        return list(dict.fromkeys(row.service for row in self.rows))

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "rows": [
                {
                    **asdict(row),
                    "use": row.use,
                    "shortfall": row.shortfall,
                    "patients_short_a_week": row.patients_short,
                }
                for row in self.rows
            ],
            "notes": list(self.notes),
            "one_simulated_patient_stands_for": self.stands_for,
        }


class Found(NamedTuple):
    """A pre-flight, and the flows of each month on which it stands."""

    preflight: Preflight
    flows: Flows


def preflight(scenario: Scenario, model: Model) -> Found:
    """Return what may be expected of a scenario, without simulating it.

    Parameters
    ----------
    scenario : Scenario
    model : Model
        Its machine form.

    Raises
    ------
    numpy.linalg.LinAlgError
        If there are patients who never leave.
    """
    steps, flows, network, spread, tallied = _fluid(model)
    warm = len(steps) - (len(model.months) - 1)
    counted, ends = flows.of(slice(warm, None)), np.cumsum([0, *steps])[warm:]
    load = loads_of(model, counted, tallied, ends)
    months = network._replace(months=network.months[warm:])
    states = states_of(model, months, counted, spread[warm:], load)
    rows = tuple(_rows(scenario, model, load, states))
    notes, weight = tuple(_notes(scenario, tallied)), 1.0 / scenario.scale.ratio
    return Found(Preflight(rows, notes, weight), counted)


class Volume(NamedTuple):
    """About how much there is to simulate."""

    visits: float
    """In the whole run, the warm-up included."""
    present: float
    """Patients in the model when there are most."""


def volume(model: Model) -> Volume:
    """Return about how much there is to simulate in a model.

    Parameters
    ----------
    model : Model

    Raises
    ------
    numpy.linalg.LinAlgError
        If there are patients who never leave.
    """
    tallied = _fluid(model).tallied
    return Volume(float(tallied.joined.sum()), float(tallied.present.max()))


class _Fluid(NamedTuple):
    """What was poured through a model, in the warm-up, if any, and each month."""

    steps: list[int]
    """Into how many steps of time each is cut."""
    flows: Flows
    network: Network
    spread: Floats
    """Of `_spread`."""
    tallied: Tallied


def _fluid(model: Model) -> _Fluid:
    """Pour the fluid through a model."""
    spans = [span for span in edges_of(model) if span]
    steps = [len(span) - 1 for span in spans]
    reading = Reading(model, [spans[0][0], *(span[-1] for span in spans)])
    flows = flows_on(reading, paths_of(reading))
    network = network_of(reading, flows)
    spread, in_hand = _spread(reading, flows)
    coming = _coming(reading, flows, spans, np.repeat(np.arange(len(steps)), steps))
    tallied = poured(model, network, coming, spans, in_hand)
    return _Fluid(steps, flows, network, spread, tallied)


def _coming(
    reading: Reading, flows: Flows, spans: Sequence[Sequence[int]], month: Integers
) -> Floats:
    """Return who comes from outside in each step of time, patients, shape (K, P)."""
    every = sorted({edge for span in spans for edge in span})
    edges = np.array(every, dtype=np.int64)
    patients = reading.coming(edges, month, np.diff(edges) / DAY)
    return patients[:, flows.paths.step, flows.paths.group]


def _spread(reading: Reading, flows: Flows) -> tuple[Floats, Floats]:
    """Return cv² of the time of treatment at each service, and what is left of one.

    That is the mean time, days, for which who is met in treatment stays on: the mean
    square over twice the mean. Both have the shape (M, S).
    """
    model, figures, paths = reading.model, reading.figures, flows.paths
    rows = model.steps[paths.step]
    treated = flows.treated[:, paths.step, paths.group]
    here = np.flatnonzero((rows["law"] >= 0) & treated.any(axis=0))
    laws = (rows["law"] + rows["law_stride"] * paths.group)[here]
    each, law = np.unique(laws, return_inverse=True)
    squares, means = (
        _table([read(int(one)) for one in each], len(treated))[:, law]
        for read in (
            lambda one: figures.of_law(
                one, lambda time: square_mean(figures.laws, one, time)
            ),
            figures.mean,
        )
    )
    service, patients = rows["service"][here], treated[:, here]
    whole, first, second = (
        summed(service, part, len(model.services))
        for part in (patients, patients * means, patients * squares)
    )
    is_known = (whole > 0) & (first > 0)
    rest = np.where(is_known, second / np.maximum(2.0 * first, 1e-300), 0.0)
    first = np.where(is_known, first / np.maximum(whole, 1e-300), 1.0)
    second = np.where(is_known, second / np.maximum(whole, 1e-300), 1.0)
    return np.maximum(second / first**2 - 1.0, 0.0), rest


def _table(columns: Sequence[Floats], months: int) -> Floats:
    """Return columns of the same length, shape (M, n)."""
    full = [np.broadcast_to(column, months) for column in columns]
    return np.array(full).reshape(len(full), months).T


def _rows(
    scenario: Scenario, model: Model, load: Loads, states: States
) -> Iterator[ServiceMonth]:
    """Yield what may be expected of each service, then month, at full size."""
    weight = 1.0 / scenario.scale.ratio
    names = [_month_text(int(month)) for month in model.months[:-1]]
    loads, waits = (np.stack(part, axis=-1).swapaxes(0, 1) for part in (load, states))
    for service, written in enumerate(scenario.services):
        kind = int(model.services["kind"][service])
        columns = zip(
            names, loads[service].tolist(), waits[service].tolist(), strict=True
        )
        for number, (name, here, state) in enumerate(columns, 1):
            yield _row(
                written, kind, (name, number), Loads(*here), States(*state), weight
            )


def _row(
    written: Service,
    kind: int,
    month: tuple[str, int],
    here: Loads,
    state: States,
    weight: float,
) -> ServiceMonth:
    """Return one service in one month, at full size."""
    wait, formula, lost = wait_of(kind, here, state, weight)
    return ServiceMonth(
        written.name,
        written.kind,
        *month,
        weight * here.needed_arrivals,
        weight * here.needed,
        weight * here.arrivals,
        weight * here.load,
        None if kind == UNLIMITED else weight * here.opened,
        weight * here.busy,
        weight * here.blocked,
        weight * here.started,
        weight * here.left,
        weight * here.turned_away,
        weight * here.waiting,
        wait if math.isfinite(wait) else None,
        formula,
        lost,
    )


def _month_text(time: int) -> str:
    """Return the month of a moment, as 2022-04."""
    return str((EPOCH + np.timedelta64(time, "us")).astype("datetime64[M]"))


def _notes(scenario: Scenario, tallied: Tallied) -> list[str]:
    """Say what is left out, or not exact."""
    found = []
    helped = [service.name for service in scenario.services if service.helped_by]
    if helped:
        found.append(
            f"Not counted: the help that others give to {listed(helped)}, who are so "
            "shown shorter than they will be, and their helpers less busy."
        )
    if scenario.escalation:
        found.append("Not counted: units that rules of escalation open.")
    broken = [service.name for service in scenario.services if service.breakdowns]
    if broken:
        found.append(f"Not counted: breakdowns at {listed(broken)}.")
    if tallied.unsettled:
        found.append(
            f"In {tallied.unsettled} of {len(tallied.days)} weeks flows go round in "
            "circles of full services, and are not exact."
        )
    return found
