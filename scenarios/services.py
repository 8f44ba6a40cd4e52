"""Services, pathways and their steps."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.capacities import Capacities, at_each_time
from scenarios.charges import Charges
from scenarios.destination_spec import WhoSpec
from scenarios.destinations import Destinations, Origin
from scenarios.durations import Durations
from scenarios.grouping import Mask
from scenarios.leaves import Spot
from scenarios.naming import Names
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.quantities import Quantities
from scenarios.scenario import (
    Absence,
    Branch,
    Capacity,
    Destination,
    Escalation,
    Number,
    Pathway,
    Price,
    Service,
    Step,
    Target,
    TurningAway,
    WaitingEvent,
)
from scenarios.service_spec import (
    Beds,
    Caseload,
    ServiceForm,
    SessionsForm,
    Slots,
    Staff,
    StepForm,
    TurningAwayForm,
    WaitingForm,
    WaitingSpec,
)
from scenarios.sessions import Sessions
from scenarios.small_pools import KINDS, small_pool
from scenarios.spec import ScenarioForm
from scenarios.sums import Sums
from scenarios.units import MONEY, PRIORITY, RISK, SHARE, Varied
from scenarios.units_of_service import UnitsOfService
from scenarios.workforce_spec import StaffedForm

LEAVE: Destination = (Branch(Target(), None),)


class Services:
    """Makes `Service`s, `Step`s and `Pathway`s of what is written."""

    def __init__(
        self,
        spec: ScenarioForm,
        names: Names,
        destinations: Destinations,
        capacities: Capacities,
        ratio: float,
    ) -> None:
        self.spec = spec
        self.names = names
        self.destinations = destinations
        self.durations: Durations = destinations.durations
        self.quantities: Quantities = destinations.quantities
        self.sums: Sums = destinations.sums
        self.problems = destinations.problems
        self.groups = self.quantities.groups
        self.capacities = capacities
        self.ratio = ratio
        self.units = UnitsOfService(
            names, self.durations, capacities.calendars, spec.services
        )
        self.charges = Charges(spec.budgets, self.quantities, self.sums)
        self.sessions = Sessions(destinations)
        self.own: dict[str, Step] = {}
        """Each service's own step."""

    # Services

    def services(self) -> tuple[Service, ...]:
        """Return all services; their own steps are in `own` afterwards."""
        made = [self._service(n, f) for n, f in self.spec.services.items()]
        self.own |= self.sessions.own
        self.sessions.finish(self.own)
        return (*made, *self.sessions.services)

    def _service(self, name: str, form: ServiceForm) -> Service:
        spot = Spot(("services", name))
        origin = Origin(None, name, kind_of(form), holds=True)
        away = Origin(service=name)
        self.own[name] = Step(
            name,
            LEAVE
            if form.then is None
            else self.destinations.destination(form.then, spot.at("then"), origin),
            None
            if form.takes is None
            else self.durations.laws(form.takes, spot.at("takes")),
            self._priority(form.priority, spot.at("priority")),
            self._waiting(form.while_waiting, spot.at("while_waiting"), away),
            needs=self.units.needs(getattr(form, "needs", None), spot.at("needs")),
            together_with=self.units.together(
                getattr(form, "together_with", None), spot.at("together_with")
            ),
            planned=self.units.planned(
                getattr(form, "planned", None), spot.at("planned")
            ),
        )
        if isinstance(form, Caseload) and form.sessions is not None:
            self._take_sessions(name, form.sessions, form.takes is not None)
        capacity = self._capacity(form, spot.at("capacity"))
        return Service(
            name,
            kind_of(form),
            capacity,
            tuple(
                self._rule(n, rule, spot.at("turned_away", n), away)
                for n, rule in form.turned_away.items()
            ),
            self._absence(form, spot.at("did_not_attend"), away),
            getattr(form, "end_of_shift", None) or "finish",
            (
                *self._costs(form.cost, spot.at("cost")),
                *self._costs_out_of_area(form, spot.at("cost_out_of_area")),
            ),
            form.sector,
            instead=self._instead(name, kind_of(form), capacity),
            charges=self.charges.charges(form, spot),
            agency=self.charges.agency(form, spot),
            home=self._home(name),
            **self.units.of_service(form, spot),
        )

    def _take_sessions(self, name: str, form: SessionsForm, has_takes: bool) -> None:
        """Let the own step of a caseload lead through its sessions."""
        spot = Spot(("services", name)).at("sessions")
        if has_takes:
            message = "write either `takes` or `sessions`."
            self.problems.add(spot.path, message, at_key=True)
        self.own[name] = self.sessions.step(name, form, self.own[name], spot)

    def _home(self, name: str) -> tuple[str, str] | None:
        """Return the place of a service that is one per place."""
        owner = self.problems.blocks.owner("services", name)
        return None if owner is None else (owner[0].dimension, owner[1])

    def _capacity(self, form: ServiceForm, spot: Spot) -> tuple[Capacity, ...]:
        if not isinstance(form, Staff | Beds | Slots | Caseload):
            return ()
        if isinstance(form.capacity, StaffedForm):
            at = spot.at("workforce")
            staff = form.capacity.workforce
            return self.capacities.workforces.capacity(staff, at, form.kind)
        slots = isinstance(form, Slots)
        return self.capacities.capacity(form.capacity, spot, slots=slots)

    def _instead(
        self, name: str, kind: str, capacity: tuple[Capacity, ...]
    ) -> tuple[Capacity, ...] | None:
        """Return the capacity at a smaller scale; None is the plain part of it."""
        scale, owner = self.spec.scale, self.problems.blocks.owner("services", name)
        spec = scale.instead.get(name)
        if spec is not None:
            return self.capacities.instead(spec, name, capacity)
        if any(entry.workforce for entry in capacity):
            return None
        if name in scale.keep_whole or (
            owner is not None and owner[0].name in scale.keep_whole
        ):
            return at_each_time(capacity, lambda units: units)
        if scale.small_pools is None or kind not in KINDS:
            return None
        more = scale.small_pools.value
        return at_each_time(capacity, lambda n: small_pool(n, self.ratio, more))

    def _priority(self, varied: Varied | None, spot: Spot) -> Number:
        if varied is None:
            return Number((0.0,), self.problems.shown(spot.path))
        return self.quantities.settled(varied, spot, PRIORITY)

    def escalation(self) -> tuple[Escalation, ...]:
        """Return the rules of escalation."""
        return self.units.escalation(self.spec.escalation, self._costs)

    def _costs(self, cost: Mapping[str, Varied], spot: Spot) -> tuple[Price, ...]:
        prices = []
        for budget, varied in cost.items():
            at = spot.at(budget)
            self.charges.check_budget(budget, at.path)
            leaves = self.quantities.written.of(varied, at.path)
            pers = {leaf.quantity.per for leaf in leaves if leaf.quantity is not None}
            if len(pers) > 1:
                message = "either all of these prices are per visit, or none."
                self.problems.add(at.path, message)
            number = self.quantities.number(varied, at, MONEY)
            self.sums.check_positive(number, at)
            prices.append(Price(budget, number, pers.pop() if pers else "visit"))
        return tuple(prices)

    def _costs_out_of_area(self, form: ServiceForm, spot: Spot) -> tuple[Price, ...]:
        prices = {p.budget: p for p in self._costs(form.cost_out_of_area, spot)}
        return self.charges.out_of_area(prices, spot)

    # Waiting, turning away, not attending

    def _waiting(
        self, written: WaitingSpec, spot: Spot, origin: Origin
    ) -> tuple[WaitingEvent, ...]:
        return tuple(
            self._event(name, form, spot.at(name), origin)
            for name, form in written.items()
        )

    def _event(
        self, name: str, form: WaitingForm, spot: Spot, origin: Origin
    ) -> WaitingEvent:
        if (form.after is None) == (form.risk is None) and not self._is_broken(
            spot, "after", "risk"
        ):
            message = "write either `after` (a time) or `risk` (a share per time)."
            self.problems.add(spot.path, message, at_key=True)
        after = risk = None
        if form.after is not None:
            after = self.durations.laws(form.after, spot.at("after"))
        if form.risk is not None:
            risk = self.quantities.number(form.risk, spot.at("risk"), RISK)
            self.sums.check_share(risk, spot.at("risk"))
        then = priority = None
        if (form.then is None) == (form.priority is None) and not self._is_broken(
            spot, "then", "priority"
        ):
            message = (
                "where do they go? Write `then`; or `priority`, if they stay in line."
            )
            if form.then is not None:
                message = "write `then` if they go, or `priority` if they stay in line."
            self.problems.add(spot.path, message, at_key=True)
        if form.then is not None:
            then = self.destinations.destination(form.then, spot.at("then"), origin)
        if form.priority is not None:
            priority = self._priority(form.priority, spot.at("priority"))
        mask = self._mask(form.who, spot)
        return WaitingEvent(name, then, after, risk, mask, priority)

    def _is_broken(self, spot: Spot, *keys: str) -> bool:
        return any(self.problems.is_broken(*spot.path, key) for key in keys)

    def _mask(self, who: WhoSpec | None, spot: Spot) -> Mask | None:
        return self.groups.mask(who, (*spot.path, "who"))

    def _rule(
        self, name: str, form: TurningAwayForm, spot: Spot, origin: Origin
    ) -> TurningAway:
        looks = form.when_waiting is not None or form.when_wait is not None
        if form.when_waiting is not None and form.when_wait is not None:
            message = "write `when_waiting` or `when_wait`; for both, write two rules."
            self.problems.add(spot.path, message, at_key=True)
        says_nothing = not looks and form.share is None and not form.who
        keys = ("when_waiting", "when_wait", "share")
        if says_nothing and not self._is_broken(spot, *keys):
            message = "write when: `when_waiting`, `when_wait` or `share`."
            self.problems.add(spot.path, message, at_key=True)
        room = None if form.when_waiting is None else int(form.when_waiting.value)
        share = None
        if form.share is not None:
            share = self.quantities.number(form.share, spot.at("share"), SHARE)
            self.sums.check_share(share, spot.at("share"))
        then = self.destinations.destination(form.then, spot.at("then"), origin)
        wait = None if form.when_wait is None else form.when_wait.value
        return TurningAway(name, then, room, share, self._mask(form.who, spot), wait)

    def _absence(self, form: ServiceForm, spot: Spot, origin: Origin) -> Absence | None:
        if not isinstance(form, Slots) or form.did_not_attend is None:
            return None
        absence = form.did_not_attend
        share = self.quantities.number(absence.share, spot.at("share"), SHARE)
        self.sums.check_share(share, spot.at("share"))
        then = self.destinations.destination(absence.then, spot.at("then"), origin)
        return Absence(share, then)

    # Pathways

    def pathways(self) -> tuple[Pathway, ...]:
        """Return all pathways."""
        made = []
        for name, form in self.spec.pathways.items():
            spot = Spot(("pathways", name)).at("start")
            start = self.destinations.destination(form.start, spot, Origin(name))
            made.append(Pathway(name, start))
        return (*made, *self.sessions.pathways)

    def steps(self) -> tuple[Step, ...]:
        """Return the services' own steps, then those of the pathways."""
        steps = list(self.own.values())
        for name, form in self.spec.pathways.items():
            for step, written in form.steps.items():
                made = self._step(name, step, written)
                steps += [] if made is None else [made]
        return (*steps, *self.sessions.steps)

    def _step(self, pathway: str, name: str, form: StepForm) -> Step | None:
        spot = Spot(("pathways", pathway)).at("steps", name)
        service = self._service_of(pathway, name, form, spot)
        usual = self.own.get(service or "")
        if service is None or usual is None:
            return None
        kind = kind_of(self.spec.services[service])
        origin = Origin(pathway, service, kind, holds=True)
        away = Origin(pathway, service)
        return Step(
            service,
            usual.then
            if form.then is None
            else self.destinations.destination(form.then, spot.at("then"), origin),
            usual.takes
            if form.takes is None
            else self.durations.laws(form.takes, spot.at("takes")),
            usual.priority
            if form.priority is None
            else self._priority(form.priority, spot.at("priority")),
            usual.waiting
            if form.while_waiting is None
            else self._waiting(form.while_waiting, spot.at("while_waiting"), away),
            pathway,
            name,
            usual.needs
            if form.needs is None
            else self.units.needs(form.needs, spot.at("needs")),
            usual.together_with
            if form.together_with is None
            else self.units.together(form.together_with, spot.at("together_with")),
            self.units.holding(form, spot.at("holding")),
            planned=usual.planned
            if form.planned is None
            else self.units.planned(form.planned, spot.at("planned")),
        )

    def _service_of(
        self, pathway: str, name: str, form: StepForm, spot: Spot
    ) -> str | None:
        service = self.names.service_of(pathway, name)
        if service is None:
            self.destinations.dangling = True
            if not self.problems.is_broken(*spot.path, "at"):
                self._say_no_service(form.at, name, spot)
        return service

    def _say_no_service(self, at: str | None, name: str, spot: Spot) -> None:
        services = self.names.services
        block = self.names.blocks.repeated("services", at or name)
        if block is not None:
            path = spot.path if at is None else (*spot.path, "at")
            part = next(iter(block.instances.values()))
            message = (
                f"{quoted(block.name)} is one per {block.dimension}: write `one_per: "
                f"{block.dimension}` for this pathway too, or which one: `at: {part}`."
            )
            self.problems.add(path, message, at_key=at is None)
            return
        if at is None:
            message = (
                f"a step that is not named after a service needs `at:`."
                f"{did_you_mean(name, services)} Services: {listed(services)}."
            )
            self.problems.add(spot.path, message, at_key=True)
            return
        message = (
            f"{quoted(at)} is not a service.{did_you_mean(at, services)} "
            f"Declared: {listed(services)}."
        )
        self.problems.add((*spot.path, "at"), message)


def kind_of(form: ServiceForm) -> str:
    """Return the kind of a service."""
    return str(getattr(form, "kind", ""))
