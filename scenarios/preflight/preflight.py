"""The pre-flight of a scenario: loads, lists and waits by service and month.

Worked out from formulas, without simulating anything: in about a second for a model of
some ten services, in a quarter of a minute for 144 over seven years. Where a service
can see everybody, its wait is that of its steady state; where it cannot, its list is
that of a fluid. The rules stand in docs/background/preflight.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import time_open
from kernels.layout import DAY, EPOCH, SLOTS, UNLIMITED, Model
from kernels.volumes import coming_between
from scenarios.flows import Flows, Reader, flows_of, readings
from scenarios.preflight.arrays import Outside
from scenarios.preflight.fluid import (
    Tallied,
    edges_of,
    poured,
    summed,
    waits,
)
from scenarios.preflight.formulas import (
    erlang_a,
    erlang_b,
    limited_line,
    spread_factor,
    wait_for_slot,
    wait_of_all,
)
from scenarios.preflight.network import Network, Networks
from scenarios.preflight.spread import square_mean
from scenarios.problems import listed
from scenarios.scenario import Scenario

Floats = NDArray[np.float64]
CLOSE = 0.95
"""From which use on a service is close to being short."""
CERTAIN = 0.5
"""People: a shorter list at a month's end is none."""


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
    flows: list[Flows]


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
    edges = edges_of(model)
    spans = [span for span in edges if span]
    whole = [spans[0][0], *(span[-1] for span in spans)]
    steps = _Steps(model, spans)
    network = Networks(model)
    networks, flows, spreads, in_hand, outside = [], [], [], [], []
    for at, readers in enumerate(readings(model, whole)):
        flow = flows_of(readers)
        flows.append(flow)
        networks.append(network.of(readers, flow))
        spread, rest = _spread(readers, flow)
        spreads.append(spread)
        in_hand.append(rest)
        outside.append(steps.outside(at, readers))
    tallied = poured(model, networks, outside, spans, in_hand)
    warm = len(spans) - (len(model.months) - 1)
    steady = _Steady(scenario, model)
    rows = [
        steady.rows(month, networks[at], flows[at], spreads[at], tallied, steps.of[at])
        for month, at in enumerate(range(warm, len(spans)))
    ]
    services = range(len(scenario.services))
    in_order = tuple(month[service] for service in services for month in rows)
    notes, weight = tuple(_notes(scenario, tallied)), 1.0 / scenario.scale.ratio
    return Found(Preflight(in_order, notes, weight), flows[warm:])


class _Steps:
    """Steps of time, and who comes in them from outside."""

    def __init__(self, model: Model, spans: Sequence[Sequence[int]]) -> None:
        every = sorted({edge for span in spans for edge in span})
        moments = np.array(every, dtype=np.int64)
        self.days = np.diff(moments) / DAY
        groups = range(len(model.recorded))
        self.coming = [coming_between(model, group, moments) for group in groups]
        ends = np.cumsum([len(span) - 1 for span in spans]).tolist()
        self.of = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]

    def outside(self, at: int, readers: Sequence[Reader]) -> Outside:
        """Return who comes from outside in the steps of a month, by place."""
        places: list[int] = []
        patients: list[Floats] = []
        for group, reader in enumerate(readers):
            for choice, per_day in self.coming[group]:
                come = (per_day * self.days)[self.of[at]]
                if not come.any():
                    continue
                for step, (chance, *_) in reader.places(choice).targets.items():
                    places.append(step * len(readers) + group)
                    patients.append(chance * come)
        steps = self.of[at].stop - self.of[at].start
        table = np.array(patients).reshape(len(places), steps).T
        return Outside(np.array(places, dtype=np.int64), table)


def _spread(readers: Sequence[Reader], flow: Flows) -> tuple[Floats, Floats]:
    """Return cv² of the time of treatment at each service, and what is left of one.

    That is the mean time, days, for which who is met in treatment stays on: the mean
    square over twice the mean. Both have the shape (S,).
    """
    model, figures = readers[0].model, readers[0].figures
    count = len(model.services)
    treated, first, second = (np.zeros(count) for _ in range(3))
    known: dict[int, float] = {}
    for step, group in zip(*np.nonzero(flow.treated), strict=True):
        row = model.steps[step]
        law = int(row["law"] + row["law_stride"] * group)
        if row["law"] < 0:
            continue
        if law not in known:
            known[law] = square_mean(figures.laws, law, figures.time)
        service, patients = int(row["service"]), float(flow.treated[step, group])
        treated[service] += patients
        first[service] += patients * figures.mean(law)
        second[service] += patients * known[law]
    is_known = (treated > 0) & (first > 0)
    rest = np.where(is_known, second / np.maximum(2.0 * first, 1e-300), 0.0)
    first = np.where(is_known, first / np.maximum(treated, 1e-300), 1.0)
    second = np.where(is_known, second / np.maximum(treated, 1e-300), 1.0)
    return np.maximum(second / first**2 - 1.0, 0.0), rest


class _Steady:
    """Puts a month together: the fluid, and the steady state where there is one."""

    def __init__(self, scenario: Scenario, model: Model) -> None:
        self.scenario, self.model = scenario, model
        self.groups = len(model.recorded)
        self.services = len(model.services)
        lengths = np.diff(model.months).astype(np.float64)[:, None]
        self.share_open = np.maximum(time_open(model) / lengths, 1e-9)

    def rows(
        self,
        month: int,
        network: Network,
        flow: Flows,
        spread: Floats,
        tallied: Tallied,
        steps: slice,
    ) -> list[ServiceMonth]:
        """Return what may be expected of each service in a month."""
        load = self._loads(flow, tallied, steps)
        steady = self._steady(month, network, spread, load)
        return [
            self._row(month, service, load, steady) for service in range(self.services)
        ]

    def _loads(self, flow: Flows, tallied: Tallied, steps: slice) -> _Loads:
        """Return the figures of a month by service, of the system as it is played."""
        model, days = self.model, tallied.days[steps]
        whole = float(days.sum())
        is_slots = model.services["kind"] == SLOTS

        def a_day(numbers: Floats) -> Floats:
            return np.asarray(numbers[steps].sum(axis=0) / whole)

        def mean(numbers: Floats) -> Floats:
            return np.asarray((numbers[steps] * days[:, None]).sum(axis=0) / whole)

        def by_service(numbers: Floats) -> Floats:
            each = numbers.sum(axis=1)
            return summed(model.steps["service"], each, self.services)

        needed, wanted = by_service(flow.accepted), flow.units
        wanted = np.where(is_slots, needed, wanted)
        accepted, last = a_day(tallied.accepted), steps.stop - 1
        busy = np.where(is_slots, a_day(tallied.busy), mean(tallied.busy))
        per_patient = np.where(needed > 0, wanted / np.maximum(needed, 1e-300), 0.0)
        own = np.where(needed > 0, per_patient * accepted, busy)
        started, left = a_day(tallied.started), a_day(tallied.left)
        # At the rates of the month: its last week may have holidays.
        wait = waits(tallied.waiting[last], started, left)
        # Units that others need alongside are those that are in use.
        alongside = sum(use.alongside for use in flow.by_group)
        is_others = (needed <= 0) & (np.asarray(alongside) > 0)
        return _Loads(
            by_service(flow.joined),
            wanted,
            a_day(tallied.joined),
            accepted,
            np.where(is_others, wanted, own),
            np.where(is_slots, a_day(tallied.opened), mean(tallied.opened)),
            busy,
            tallied.blocked[last],
            started,
            left,
            a_day(tallied.turned_away),
            tallied.waiting[last],
            wait,
        )

    def _steady(
        self, month: int, network: Network, spread: Floats, load: _Loads
    ) -> _States:
        """Return waits and losses in the steady state, by all formulas."""
        shares = self.share_open[month]
        needs, patience, room = self._of_lines(network)
        blocked = np.minimum(load.blocked, load.opened * 0.999)
        servers = np.maximum((load.opened - blocked) / shares / needs, 1e-9)
        offered = load.load / shares / needs
        is_used = load.accepted > 1e-12
        stay = np.where(is_used, load.load / needs, 0.0)
        stay = stay / np.where(is_used, load.accepted, 1.0)
        wait_c = wait_of_all(offered, servers, stay) * spread_factor(spread) / shares
        left, wait_a = erlang_a(
            offered,
            servers,
            np.maximum(stay, 1e-9),
            np.where(patience > 0, patience, 1.0),
        )
        limit = np.where(np.isfinite(room), room, 0.0)
        away, wait_l = limited_line(offered, servers, stay, limit)
        notice = self.model.services["notice"] / DAY
        slots = wait_for_slot(load.accepted, np.maximum(load.opened, 1e-9)) + notice
        return _States(
            patience,
            room,
            wait_c,
            left,
            wait_a / shares,
            erlang_b(offered, servers),
            away,
            wait_l / shares,
            slots,
        )

    def _of_lines(self, network: Network) -> tuple[Floats, Floats, Floats]:
        """Return units for each patient, mean patience (0: none) and room (inf)."""
        services = self.model.steps["service"]
        joined = network.flows.accepted
        total = summed(services, joined.sum(axis=1), self.services)
        whole = np.maximum(total, 1e-300)
        flat = joined.reshape(-1)
        place = np.arange(len(flat)) // self.groups
        units = summed(services[place], flat * network.needs, self.services)
        needs = np.where(total > 0, units / whole, 1.0)
        rate, limited, room = (np.zeros(self.services) for _ in range(3))
        for event in network.events:
            at = services[event.place // self.groups]
            rate[at] += flat[event.place] / event.patience.mean / whole[at]
        for limit in network.limits:
            if np.isfinite(limit.room) and limit.share == 1.0:
                at = services[limit.place // self.groups]
                limited[at] += flat[limit.place] / whole[at]
                room[at] += flat[limit.place] * limit.room / whole[at]
        patience = np.where(rate > 0, 1.0 / np.maximum(rate, 1e-300), 0.0)
        is_limited = limited > 0.999
        mean = room / np.maximum(limited, 1e-300)
        return needs, patience, np.where(is_limited, mean, np.inf)

    def _row(
        self, month: int, service: int, load: _Loads, states: _States
    ) -> ServiceMonth:
        """Return one service in one month, at full size."""
        weight = 1.0 / self.scenario.scale.ratio
        kind = int(self.model.services["kind"][service])
        here = _Loads(*(float(column[service]) for column in load))
        state = _States(*(float(column[service]) for column in states))
        wait, formula, lost = _wait(kind, here, state, weight)
        capacity = None if kind == UNLIMITED else weight * here.opened
        written = self.scenario.services[service]
        return ServiceMonth(
            written.name,
            written.kind,
            _month_text(int(self.model.months[month])),
            month + 1,
            weight * here.needed_arrivals,
            weight * here.needed,
            weight * here.arrivals,
            weight * here.load,
            capacity,
            weight * here.busy,
            weight * here.blocked,
            weight * here.started,
            weight * here.left,
            weight * here.turned_away,
            weight * here.waiting,
            wait if np.isfinite(wait) else None,
            formula,
            lost,
        )


class _Loads(NamedTuple):
    """A month by service, or of one: patients a day and units, as it is played."""

    needed_arrivals: Any
    needed: Any
    arrivals: Any
    accepted: Any
    load: Any
    opened: Any
    busy: Any
    blocked: Any
    started: Any
    left: Any
    turned_away: Any
    waiting: Any
    wait: Any


class _States(NamedTuple):
    """Steady states by service, or of one: mean patience, room, waits and losses."""

    patience: Any
    room: Any
    wait_c: Any
    left: Any
    wait_a: Any
    lost_b: Any
    turned_away: Any
    wait_limited: Any
    slots: Any


def _wait(
    kind: int, load: _Loads, state: _States, weight: float
) -> tuple[float, str, float]:
    """Return how long patients wait, by which formula, and which share is lost."""
    gone = (load.left + load.turned_away) / max(load.arrivals, 1e-300)
    if kind == UNLIMITED or not load.accepted:
        return 0.0, "no wait", 0.0
    if kind != SLOTS and state.room == 0.0:
        return 0.0, "Erlang B", state.lost_b
    if kind != SLOTS and np.isfinite(state.room) and not state.patience:
        return state.wait_limited, "limited line", state.turned_away
    if weight * load.waiting >= CERTAIN or load.load >= load.opened - load.blocked:
        return load.wait, "fluid", min(gone, 1.0)
    if kind == SLOTS:
        return state.slots, "slots", min(gone, 1.0)
    by_patience = (state.wait_a, "Erlang A", state.left)
    return by_patience if state.patience else (state.wait_c, "Erlang C", 0.0)


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
