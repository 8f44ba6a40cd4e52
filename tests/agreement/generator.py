"""Random scenarios, half of them so full of ties that most things are simultaneous.

They are built as `Scenario` objects, not as files: what the language can say is checked
elsewhere; here every rule of simultaneity is to meet every other.
"""

import random
from dataclasses import replace

from kernels.layout import DAY, HOUR
from scenarios.documents import Map, Place
from scenarios.places import Problems
from scenarios.reach import path_of
from scenarios.scenario import (
    Absence,
    Booking,
    Branch,
    Breakdowns,
    Capacity,
    Clock,
    Escalation,
    Help,
    Interruption,
    Law,
    Moment,
    Move,
    Number,
    PartySize,
    Pathway,
    Period,
    Profile,
    Repeated,
    Reserve,
    Returns,
    Scale,
    Scenario,
    Service,
    ShortestLine,
    Staff,
    Standard,
    Starter,
    Step,
    Stream,
    Target,
    TurningAway,
    WaitingEvent,
    WeekTime,
    Workforce,
)
from scenarios.unit_checks import check_held

START = 8000 * DAY
"""A Wednesday in November 2021."""
EVERY_DAY = (True,) * 7
COUNTED = ("staff", "beds")
FACTOR = Number((1.3,), "generated")


def needing_nothing_in_hand(scenario: Scenario) -> tuple[Step, ...]:
    """Return the steps; those that patients may reach in what they hold need no more.

    As reading a file would ask for.
    """
    problems = Problems(Map(Place("generated", 1, 1)), [])
    check_held(scenario, problems)
    return tuple(
        replace(step, needs=None, together_with=())
        if path_of(step) in problems.refused
        else step
        for step in scenario.steps
    )


class Maker:
    """Makes one scenario from one seed.

    With `ties`, times are multiples of half an hour, often zero; otherwise drawn from
    laws of all kinds. With `plain`, every visit takes one unit of its own service, and
    no longer than it lasts.
    """

    def __init__(self, seed: int, *, ties: bool, plain: bool = False) -> None:
        self.draw = random.Random(seed)
        self.ties = ties
        self.groups = self.draw.choice([1, 2, 3])
        self.n_services = self.draw.randint(1, 4)
        self.days = self.draw.choice([2, 4, 7])
        self.names = [f"service {i}" for i in range(self.n_services)]
        self.kinds = [
            self.draw.choice(["staff", "staff", "beds", "beds", "slots", "unlimited"])
            for _ in self.names
        ]
        self.helpers: dict[int, list[str]] = {i: [] for i in range(self.n_services)}
        self.single = {n for n in self.names if self.draw.random() < 0.5}
        """Services whose patients never need more than one unit."""
        self.rich = self.draw.random() < 0.7 and not plain
        """Whether units are shared, held, kept and fought for."""
        self.pathway = self.draw.random() < 0.4
        # Drawn apart: a seed that other tests know keeps its model in all else.
        self.also = random.Random(f"places and staff {seed}")
        self.begun = random.Random(f"start {seed}")
        self.back = random.Random(f"repatriation {seed}")
        self.block = self.groups > 1 and self.also.random() < 0.4
        self.lines = random.Random(f"lines {seed}")
        self.compared: dict[int, ShortestLine] = {}
        """Choices between lines: of services later than a number."""
        self.compares = self.lines.random() < 0.4
        self.machines = random.Random(f"machines {seed}")
        self.breaks = self.rich and self.machines.random() < 0.4

    # Numbers and laws

    def number(self, value: float, *, dated: bool = True) -> Number:
        """Return a number, sometimes by group, sometimes moving."""
        values: tuple[float, ...] = (value,)
        if self.groups > 1 and self.draw.random() < 0.3:
            values = tuple(
                value * self.draw.choice([0.5, 1, 1]) for _ in range(self.groups)
            )
        moves = ()
        if dated and self.draw.random() < 0.15:
            moves = (self.move(),)
        return Number(values, "generated", moves)

    def move(self) -> Move:
        """Return a change that never makes a share exceed one."""
        begin = START + self.draw.randint(0, self.days) * DAY // 2
        reached = begin + DAY if self.draw.random() < 0.5 else None
        until = begin + 2 * DAY if self.draw.random() < 0.3 else None
        factor = self.draw.choice([0.0, 0.5, 0.9])
        return Move("multiply", (factor,), None, begin, reached, until)

    def time(self, *, zero: bool = True) -> Law:
        """Return a law of times of some hours."""
        if self.ties:
            halves = self.draw.choice([0, 1, 1, 2, 3] if zero else [1, 2, 3, 48])
            return Law("fixed", {"value": self.number(halves / 48)})
        mean = self.number(self.draw.choice([0.5, 2, 6, 30]) / 24)
        spread = {"cv": Number((self.draw.choice([0.3, 1.0, 1.5]),), "generated")}
        kind = self.draw.choice(
            ["exponential", "lognormal", "gamma", "weibull", "uniform"]
        )
        if kind == "exponential":
            return Law(kind, {"mean": mean})
        if kind == "uniform":
            low = Number((0.0,), "generated")
            return Law(kind, {"lowest": low, "highest": mean})
        return Law(kind, {"mean": mean, **spread})

    # Destinations

    def target(self, after: int) -> Target:
        """Return a place later than a service, or the outside."""
        target = self.usual_target(after)
        later = self.names[after + 1 :]
        if self.compares and len(later) > 1 and self.lines.random() < 0.4:
            return Target(shortest=self.shortest(after, later).name)
        is_block = self.block and after < self.n_services - 1
        return Target(block="own") if is_block and self.also.random() < 0.3 else target

    def shortest(self, after: int, later: list[str]) -> ShortestLine:
        """Return the choice between some of the lines later than a service."""
        names = self.lines.sample(later, self.lines.randint(2, len(later)))
        choice = ShortestLine(f"shortest after {after}", tuple(names))
        return self.compared.setdefault(after, choice)

    def usual_target(self, after: int) -> Target:
        """Return a service, a pathway or the outside."""
        later = [n for i, n in enumerate(self.names) if i > after]
        if later and self.draw.random() < 0.7:
            return Target(service=self.draw.choice(later))
        if self.pathway and after < 0 and self.draw.random() < 0.5:
            return Target(pathway="pathway")
        return self.draw.choice([Target(), Target(ending="ended")])

    def then(self, after: int, *, delays: bool = True) -> tuple[Branch, ...]:
        """Return a destination; whatever leads back takes time."""
        branches = []
        for _ in range(self.draw.randint(0, 2)):
            share = self.number(self.draw.choice([0.1, 0.3, 0.4]))
            delay = (self.time(),) if delays and self.draw.random() < 0.3 else None
            kept = (self.time(),) if delays and self.draw.random() < 0.2 else None
            keeps = self.has_units(after) and self.sometimes(0.5)
            branches.append(Branch(self.target(after), share, delay, kept, keeps))
        if after >= 0 and self.draw.random() < 0.4:
            share = Number((0.2,), "generated")
            back = Target(service=self.draw.choice(self.names[: after + 1]))
            own = back.service == self.names[after]
            is_free = not own or self.names[after] in self.single
            keeps = self.kinds[after] == "beds" and is_free and self.sometimes(0.5)
            keeps &= back.service in self.single  # They may bring a bed of it along.
            delay = None if keeps else (self.time(zero=False),)
            branches.append(Branch(back, share, delay, None, keeps))
        keeps = self.has_units(after) and self.sometimes(0.4)
        branches.append(Branch(self.target(after), None, keeps_bed=keeps))
        return tuple(branches)

    def has_units(self, number: int) -> bool:
        """Return whether a service has units that can be kept."""
        return number >= 0 and self.kinds[number] in COUNTED

    def sometimes(self, chance: float) -> bool:
        """Return whether a rich model has something, by chance."""
        return self.rich and self.draw.random() < chance

    # Units

    def shared(self, number: int) -> list[str]:
        """Return other services whose units can be taken."""
        kinds = zip(self.names, self.kinds, strict=True)
        return [
            name
            for name, kind in kinds
            if kind in ("staff", "beds") and name != self.names[number]
        ]

    def helps(self, number: int) -> tuple[Help, ...]:
        """Return services that help a service."""
        others = self.shared(number)
        if self.kinds[number] == "slots":
            others = [
                n for n in self.names if self.kinds[self.names.index(n)] == "slots"
            ]
            others.remove(self.names[number])
        if not others or not self.sometimes(0.3):
            return ()
        names = self.draw.sample(others, self.draw.randint(1, len(others)))
        self.helpers[number] = names
        helps = tuple(
            Help(
                name,
                self.draw.choice([0, 0, 1, 3]) / 24,
                self.draw.choice([0, 0, 1]),
                self.number(1.5)
                if self.kinds[number] != "slots" and self.sometimes(0.4)
                else None,
            )
            for name in names
        )
        return self.moving_back(number, helps)

    def moving_back(self, number: int, helps: tuple[Help, ...]) -> tuple[Help, ...]:
        """Return help from which patients move back, sometimes without limit."""
        if self.kinds[number] == "slots":
            return helps
        kinds = zip(self.names, self.kinds, strict=True)
        endless = [name for name, kind in kinds if kind == "unlimited"]
        if endless and self.back.random() < 0.3:
            helps = (*helps, Help(endless[0], self.back.choice([0, 1, 6]) / 24))
        return tuple(
            replace(
                help_,
                moves_back=self.back.choice(["no", "yes", "in_turn", "first"]),
                leaving_within=self.back.choice([0, 0, 0, 1, 12]) / 24,
                takes_times=help_.takes_times or self.back.choice([None, FACTOR]),
            )
            for help_ in helps
        )

    def repatriated(
        self, services: tuple[Service, ...], steps: list[Step]
    ) -> tuple[Service, ...]:
        """Return the services; some have help from which patients move back."""
        taken = {name for step in steps for name, _ in step.together_with}
        held = {name for step in steps for name in step.holding}
        found = []
        for service in services:
            helpers = [
                other.name
                for other in services
                if other.kind in (*COUNTED, "unlimited")
                and other.name not in (service.name, *taken)
            ]
            is_alone = service.kind in COUNTED and not service.helped_by
            chance = 0.4 if service.name in held else 0.15
            if is_alone and helpers and self.rich and self.back.random() < chance:
                help_ = Help(
                    self.back.choice(helpers),
                    self.back.choice([0, 0, 1]) / 24,
                    0,
                    self.back.choice([None, FACTOR]),
                    self.back.choice(["yes", "in_turn", "first"]),
                    self.back.choice([0, 0, 0.5]) / 24,
                )
                found.append(replace(service, helped_by=(help_,)))
            else:
                found.append(service)
        return tuple(found)

    def reserves(self) -> tuple[Reserve, ...]:
        """Return units that are kept back."""
        if not self.sometimes(0.25):
            return ()
        return tuple(
            Reserve(
                f"reserve {i}",
                tuple(self.draw.random() < 0.5 for _ in range(self.groups)),
                self.draw.choice([1, 1, 2]),
                self.draw.choice([None, 0.0, 1 / 24, 1.0]),
            )
            for i in range(self.draw.choice([1, 1, 2]))
        )

    def hours(self) -> tuple[tuple[WeekTime, Number], ...]:
        """Return hours at which patients leave."""
        if not self.sometimes(0.2):
            return ()
        weekdays = (True,) * 5 + (False,) * 2
        morning = WeekTime(EVERY_DAY, "as other days", 9 * HOUR, 9 * HOUR)
        later = WeekTime(weekdays, "as other days", 12 * HOUR, 18 * HOUR)
        share = self.draw.choice([0.4, 1.0])
        return (
            (morning, Number((share,), "generated")),
            (later, Number((1 - share,), "generated")),
        )

    def escalation(self) -> tuple[Escalation, ...]:
        """Return rules of escalation."""
        places = [
            n for n, k in zip(self.names, self.kinds, strict=True) if k in COUNTED
        ]
        if not places or not self.sometimes(0.3):
            return ()
        return tuple(
            self.rule(i, places) for i in range(self.draw.choice([1, 1, 2, 3]))
        )

    def rule(self, number: int, places: list[str]) -> Escalation:
        """Return a rule of escalation."""
        measure = self.draw.choice(["occupancy", "waiting", "longest_wait"])
        opens, closes = self.draw.choice([(2, 1), (3, 1), (1, 0)])
        if measure == "longest_wait":
            opens, closes = opens / 24, closes / 24
        return Escalation(
            name=f"rule {number}",
            watches=self.draw.choice(self.names if measure != "occupancy" else places),
            measure=measure,
            opens_above=opens,
            closes_below=closes,
            after=self.draw.choice([0.5, 1, 4]) / 24,
            adds=self.draw.choice([1, 2]),
            to=self.draw.choice(places),
            state=self.draw.choice([1, 2, 3]),
        )

    # Services

    def times(self) -> list[WeekTime]:
        """Return opening times: a day shift, sometimes a night shift."""
        day = WeekTime(EVERY_DAY, "as other days", 8 * HOUR, 17 * HOUR)
        night = WeekTime(EVERY_DAY, "as other days", 20 * HOUR, 32 * HOUR)
        return self.draw.choice([[day], [day, night], [night]])

    def capacity(self, kind: str) -> tuple[Capacity, ...]:
        """Return the capacity of a service."""
        usual = self.usual_capacity(kind)
        is_staffed = kind != "unlimited" and self.also.random() < 0.15
        return self.staffed(kind) if is_staffed else usual

    def usual_capacity(self, kind: str) -> tuple[Capacity, ...]:
        """Return a capacity that is written in units."""
        if kind == "unlimited":
            return ()
        size = self.draw.choice([1, 1, 2, 3])
        if kind == "slots":
            return tuple(
                Capacity(t, self.number(self.draw.choice([3, 9, 18]), dated=False))
                for t in self.times()
            )
        if self.draw.random() < 0.5:
            return (
                Capacity(None, Number((size,), "generated", self.capacity_moves())),
            )
        return tuple(
            Capacity(t, Number((self.draw.choice([1, 2, 3]),), "generated"))
            for t in self.times()
        )

    def staffed(self, kind: str) -> tuple[Capacity, ...]:
        """Return a capacity that is worked out from staff who come and go."""
        one = Number((1.0,), "generated", self.staff_moves())
        start = START + self.also.randint(0, self.days) * DAY // 2
        staff = Staff(
            posts=Number((2.0,), "generated"),
            vacancies=Number((0.2,), "generated", self.staff_moves()),
            recruits=((start, Number((1.0,), "generated")),),
            taken_off=(("sickness", Number((0.1,), "generated", self.staff_moves())),),
        )
        output = {"staff": "hours", "slots": "slots"}.get(kind, "places")
        gives = {"hours": 100.0, "slots": 70.0, "places": 1.0}[output]
        workforce = Workforce(staff, Number((gives,), "generated"), output)
        if output == "places":
            return (Capacity(None, one, workforce),)
        times = self.shifts()
        week = sum(t.end - t.begin for t in times) * 7
        weights = [t.end - t.begin if output == "slots" else HOUR for t in times]
        return tuple(
            Capacity(t, one, workforce, weight / week)
            for t, weight in zip(times, weights, strict=True)
        )

    def shifts(self) -> list[WeekTime]:
        """Return when staff work: by day, or by day and night."""
        day = WeekTime(EVERY_DAY, "as other days", 8 * HOUR, 17 * HOUR)
        night = WeekTime(EVERY_DAY, "as other days", 20 * HOUR, 32 * HOUR)
        return self.also.choice([[day], [day, night]])

    def staff_moves(self) -> tuple[Move, ...]:
        """Return a change on a date, or none."""
        if self.also.random() < 0.5:
            return ()
        begin = START + self.also.randint(0, self.days) * DAY // 2
        return (Move("multiply", (self.also.choice([0.0, 0.5]),), None, begin),)

    def repeated(self) -> tuple[Repeated, ...]:
        """Return one of each group: the first has its own, the others share."""
        last = self.names[-1]
        first = tuple(float(g == 0) for g in range(self.groups))
        others = tuple(float(g > 0) for g in range(self.groups))
        parts = (
            Branch(Target(service=last), Number(first, "generated")),
            Branch(Target(block="own for others"), Number(others, "generated")),
        )
        shared = (
            Branch(
                Target(service=last), Number((0.6,), "generated", self.staff_moves())
            ),
            Branch(Target(ending="ended"), None),
        )
        return (
            Repeated("own", "kind", (last,), parts, "kind"),
            Repeated("own for others", "kind", (last,), shared, "kind"),
        )

    def capacity_moves(self) -> tuple[Move, ...]:
        return (self.move(),) if self.draw.random() < 0.4 else ()

    def service(self, number: int) -> Service:
        """Return a service."""
        kind = self.kinds[number]
        rules = []
        if self.draw.random() < 0.4:
            room = self.draw.choice([0, 1, 3])
            share = self.number(0.6) if self.draw.random() < 0.4 else None
            rules.append(TurningAway("full", self.then(number), room, share))
        if self.draw.random() < 0.3:
            rules.append(
                TurningAway(
                    "not accepted",
                    self.then(number),
                    None,
                    self.number(0.2),
                    self.mask(),
                )
            )
        if self.sometimes(0.15):
            wait = self.draw.choice([0.5, 2]) / 24
            then = self.then(number)
            rules.append(TurningAway("long wait", then, when_wait=wait))
        absence = None
        if kind == "slots" and self.draw.random() < 0.6:
            absence = Absence(self.number(0.3), self.then(number))
        back = kind == "staff" and self.draw.random() < 0.5
        interruption = None
        if kind in ("staff", "beds") and self.sometimes(0.3):
            again = self.draw.random() < 0.4
            interruption = Interruption(self.draw.choice([1, 1, 2]), again)
        is_counted = kind in ("staff", "beds")
        has_reserves = (is_counted and interruption is None) or kind == "slots"
        reserves = self.reserves() if has_reserves else ()
        booked, together = None, 1
        if kind == "slots" and self.sometimes(0.5):
            notice = self.draw.choice([0, 0, 1, 12]) / 24
            booked = (notice, notice + self.draw.choice([1, 12, 48, 96]) / 24)
        if kind == "slots" and self.sometimes(0.3):
            together = self.draw.choice([2, 3])
        due = None
        if self.sometimes(0.2):
            days = [self.draw.choice([0.0, 0.1, 0.5]) for _ in range(self.groups)]
            due = Number(tuple(days), "generated")
        return Service(
            name=self.names[number],
            kind=kind,
            capacity=self.capacity(kind),
            turned_away=tuple(rules),
            did_not_attend=absence,
            end_of_shift="hand_back" if back else "finish",
            helped_by=self.helps(number) if kind != "unlimited" else (),
            kept_back=reserves,
            interrupted=interruption,
            breakdowns=self.breakdowns() if kind == "staff" and self.breaks else None,
            keeps_order=self.sometimes(0.2),
            due_within=due,
            booked=booked,
            per_slot=together,
            cleaning=(self.time(),) if is_counted and self.sometimes(0.2) else None,
            discharge_hours=self.hours() if kind == "beds" else (),
        )

    def breakdowns(self) -> Breakdowns | None:
        """Return how the machines of a service break down."""
        if self.machines.random() < 0.3:
            return None
        again = self.machines.random() < 0.4
        if self.ties:
            halves = self.machines.choice([(2, 1), (3, 0), (12, 2), (5, 24)])
            times = [Number((n / 48,), "generated") for n in halves]
            works, down = (Law("fixed", {"value": time}) for time in times)
        else:
            hours = self.machines.choice([(5, 1), (20, 4), (2, 2)])
            means = [Number((n / 24,), "generated") for n in hours]
            works, down = (Law("exponential", {"mean": mean}) for mean in means)
        return Breakdowns(works, down, again)

    def mask(self) -> tuple[bool, ...] | None:
        """Return whom a rule concerns."""
        if self.groups == 1 or self.draw.random() < 0.5:
            return None
        return tuple(self.draw.random() < 0.6 for _ in range(self.groups))

    def waiting(self, number: int) -> tuple[WaitingEvent, ...]:
        """Return what happens to those who wait."""
        events = []
        for i in range(self.draw.choice([0, 0, 1, 1, 2])):
            if self.sometimes(0.3):
                after = (self.time(),)
                priority = Number((float(self.draw.choice([0, 1, 3])),), "generated")
                events.append(
                    WaitingEvent(f"event {i}", None, after, priority=priority)
                )
            elif self.draw.random() < 0.3:
                risk = self.number(0.3)
                events.append(
                    WaitingEvent(
                        f"event {i}", self.then(number), None, risk, self.mask()
                    )
                )
            else:
                events.append(
                    WaitingEvent(
                        f"event {i}",
                        self.then(number),
                        (self.time(),),
                        None,
                        self.mask(),
                    )
                )
        return tuple(events)

    def priority(self) -> Number:
        """Return priorities by group."""
        if self.groups == 1:
            return Number((1.0,), "generated")
        values = tuple(
            float(self.draw.choice([1, 1, 2, 5])) for _ in range(self.groups)
        )
        return Number(values, "generated")

    def step(
        self, number: int, kind: str, pathway: str | None, name: str | None
    ) -> Step:
        """Return a step at a service."""
        takes: tuple[Law, ...] | None = (self.time(),)
        needs, others = None, ()
        is_single = self.names[number] in self.single
        if kind in COUNTED and not is_single and self.sometimes(0.3):
            sizes = [float(self.draw.choice([1, 1, 2])) for _ in range(self.groups)]
            needs = Number(tuple(sizes), "generated")
        free = [n for n in self.shared(number) if n not in self.helpers[number]]
        if free and not is_single and kind != "slots" and self.sometimes(0.2):
            chosen = self.draw.choice(free)
            others = ((chosen, Number((1.0,), "generated")),)
        if kind == "slots" and self.draw.random() < 0.5:
            takes = None
        return Step(
            service=self.names[number],
            then=self.then(number),
            takes=takes,
            priority=self.priority(),
            waiting=self.waiting(number),
            pathway=pathway,
            name=name,
            needs=needs,
            together_with=others,
            planned=Number((self.draw.choice([0.5, 2, 4]) / 24,), "generated")
            if kind == "staff" and self.sometimes(0.2)
            else None,
        )

    def pathway_steps(self) -> list[Step]:
        """Return the steps of the pathway: sometimes a stay around other visits."""
        at = self.draw.randrange(self.n_services)
        first = self.step(at, self.kinds[at], "pathway", "first")
        wards = [i for i, kind in enumerate(self.kinds) if kind != "slots"]
        if not wards or not self.sometimes(0.7):
            return [first]
        steps = []
        ward = self.draw.choice(wards)
        names = ["first", "second", "third"]
        for i, name in enumerate(names):
            at = ward if i != 1 else self.draw.randrange(self.n_services)
            step = self.step(at, self.kinds[at], "pathway", name)
            if i > 0:
                step = replace(step, needs=None, together_with=())
            after = (self.time(),) if self.draw.random() < 0.3 else None
            onward = Target(step=("pathway", names[i + 1])) if i < 2 else Target()
            keeps = self.has_units(at) and self.sometimes(0.3)
            then = (Branch(onward, None, after, keeps_bed=keeps),)
            if i < 2 and self.draw.random() < 0.3:
                share = Number((0.3,), "generated")
                then = (Branch(self.target(at), share), *then)
            held = (self.names[ward],) if i == 1 or self.sometimes(0.3) else ()
            steps.append(replace(step, then=then, holding=held if i else ()))
        return steps

    def scenario(self) -> Scenario:
        """Return the scenario."""
        services = tuple(self.service(i) for i in range(self.n_services))
        steps = [self.step(i, s.kind, None, None) for i, s in enumerate(services)]
        pathways: tuple[Pathway, ...] = ()
        if self.pathway:
            steps += self.pathway_steps()
            start = (Branch(Target(step=("pathway", "first")), None),)
            pathways = (Pathway("pathway", start),)
        groups = ()
        if self.groups > 1:
            groups = (("kind", tuple(f"group {i}" for i in range(self.groups))),)
        made = Scenario(
            name="generated",
            title="generated",
            notes="",
            period=Period(
                begin=START - self.draw.choice([0, 1]) * DAY,
                start=START,
                end=START + self.days * DAY,
                replications=1,
                seed=1,
                holidays=(START + DAY,),
            ),
            scale=Scale(1.0),
            groups=groups,
            people=None,
            people_growth=None,
            services=self.repatriated(services, steps),
            steps=tuple(steps),
            pathways=pathways,
            streams=tuple(self.stream(i) for i in range(self.draw.randint(1, 3))),
            clocks=self.clocks(pathways),
            standards=self.standards(),
            endings=("ended",),
            budgets=(),
            record_by=("kind",) if groups else (),
            record_visits=(),
            sources=(),
            resolved={},
            lineage=(),
            escalation=self.escalation(),
            repeated=self.repeated() if self.block else (),
            shortest_lines=tuple(self.compared.values()),
            start=self.start(tuple(steps)),
        )
        return replace(made, steps=needing_nothing_in_hand(made))

    # Who is there when the run begins

    def start(self, steps: tuple[Step, ...]) -> tuple[Starter, ...]:
        """Return who is there when the run begins, by number or from a list."""
        if self.begun.random() < 0.5:
            return ()
        found = []
        for name, kind, step in zip(self.names, self.kinds, steps, strict=False):
            if kind != "unlimited" and self.begun.random() < 0.6:
                found.append(self.starter(name, treated=False))
            is_long = kind != "slots" and step.takes is not None
            if is_long and self.begun.random() < 0.6:
                found.append(self.starter(name, treated=True))
        return tuple(found)

    def starter(self, service: str, *, treated: bool) -> Starter:
        """Return those who wait, or are in treatment, at a service."""
        if self.begun.random() < 0.3:
            rows = [self.row(treated) for _ in range(self.begun.choice([1, 4, 10]))]
            return Starter(service, treated, None, rows=tuple(sorted(rows)))
        number = Number((float(self.begun.choice([1, 2, 5, 12])),), "generated")
        weights = [self.begun.choice([0.0, 1.0, 2.0]) for _ in range(self.groups - 1)]
        total = sum(weights) + 1.0
        shares = tuple(w / total for w in (*weights, 1.0))
        bands: tuple[tuple[float, float, float], ...] = ()
        if not treated or self.begun.random() < 0.5:
            hour = 1 / 24
            bands = self.begun.choice(
                [
                    ((0.5 * hour, 0.5 * hour, 1.0),),
                    ((hour, hour, 0.5), (2 * hour, 2 * hour, 0.5)),
                    ((0.0, 6 * hour, 0.7), (6 * hour, 40 * hour, 0.3)),
                ]
            )
        return Starter(service, treated, number, shares, bands)

    def row(self, treated: bool) -> tuple[int, int, int]:
        """Return one of a list: when they joined and started, and their group."""
        started = START - DAY - self.begun.randint(1, 4) * HOUR // 2
        joined = started - self.begun.randint(0, 4) * HOUR // 2 - HOUR // 2
        group = self.begun.randrange(self.groups)
        return joined, started if treated else -1, group

    def stream(self, number: int) -> Stream:
        """Return patients from outside: at a rate, booked, or as a list says."""
        share = Number((1.0 / self.groups,), "generated")
        stream = Stream(
            name=f"stream {number}",
            to=self.then(-1),
            rate=None,
            per_person=False,
            shares=(share,) * self.groups,
            parties=self.parties(),
        )
        kind = self.draw.choice(["rate"] * 4 + ["booked", "listed"])
        if kind == "booked":
            return replace(stream, booked=self.booked(), punctuality=self.punctuality())
        if kind == "listed":
            copies = self.number(self.draw.choice([0.5, 1.0, 1.6]))
            return replace(stream, parties=(), listed=self.listed(), copies=copies)
        profiles: tuple[Profile, ...] = ()
        if self.draw.random() < 0.5:
            during = WeekTime(EVERY_DAY, "not", 9 * HOUR, 12 * HOUR)
            profiles = (Profile("mornings", during=((during, 1.0),)),)
        # As many patients, however many come together.
        sizes = sum(size.size for size in stream.parties) or 1
        return replace(stream, rate=self.rate(sizes), profiles=profiles)

    def rate(self, sizes: int) -> Number:
        """Return a rate; patients whom a change keeps away may come later."""
        moves = []
        while len(moves) < 2 and self.draw.random() < 0.3:
            share = Number((self.draw.choice([0.4, 1.0]),), "generated")
            returns = Returns(share, (self.time(),))
            moves.append(replace(self.move(), returns=returns))
        values = (self.draw.choice([4, 20, 60]) / sizes,)
        return Number(values, "generated", tuple(moves))

    def parties(self) -> tuple[PartySize, ...]:
        """Return sizes of parties, often none."""
        if self.draw.random() < 0.7:
            return ()
        share = self.number(0.5)
        return self.draw.choice(
            [
                (PartySize(1, share), PartySize(3, None)),
                (PartySize(2, None), PartySize(5, share)),
                (PartySize(4, None),),
            ]
        )

    def booked(self) -> tuple[Booking, ...]:
        """Return what is booked in sessions, or at instants."""
        at_nine = WeekTime(EVERY_DAY, "as other days", 9 * HOUR, 9 * HOUR)
        return tuple(
            Booking(time, self.number(self.draw.choice([1.0, 3.0, 4.5])))
            for time in self.draw.choice([[at_nine], self.times()])
        )

    def punctuality(self) -> tuple[Law, ...] | None:
        """Return a law of lateness, which may be negative."""
        if self.draw.random() < 0.4:
            return None
        late = Number((self.draw.choice([-1.0, 0.0, 1.0]) / 48,), "generated")
        if self.ties:
            return (Law("fixed", {"value": late}),)
        sd = Number((10 / 1440,), "generated")
        return (Law("normal", {"mean": late, "sd": sd}),)

    def listed(self) -> tuple[tuple[int, int], ...]:
        """Return moments and groups of patients, several of them alike."""
        times = scheduled_times(self, self.draw.choice([5, 40]))
        groups = range(self.groups)
        return tuple(sorted((time, self.draw.choice(groups)) for time in times))

    def clocks(self, pathways: tuple[Pathway, ...]) -> tuple[Clock, ...]:
        """Return clocks of several sorts."""
        first, last = self.names[0], self.names[-1]
        found = [
            Clock("clock 0", (Moment("joins", first),), (Moment("starts", last),)),
            Clock("clock 1", (Moment("ends", first),), (Moment("leaves"),)),
        ]
        if self.draw.random() < 0.6:
            found.append(self.pausing("clock that pauses"))
            found.append(self.pausing("another"))
        if pathways:
            step = ("pathway", "first")
            found.append(
                Clock(
                    "clock 2",
                    (Moment("joins", None, step),),
                    (Moment("leaves", None, step), Moment("joins", first)),
                )
            )
        return tuple(found)

    def pausing(self, name: str) -> Clock:
        """Return a clock that pauses; its moments may coincide in any way."""

        def moments(most: int) -> tuple[Moment, ...]:
            return tuple(
                Moment(
                    self.draw.choice(["joins", "starts", "ends", "leaves"]),
                    self.draw.choice(self.names),
                )
                for _ in range(self.draw.randint(1, most))
            )

        stop = moments(1) if self.draw.random() < 0.5 else (Moment("leaves"),)
        return Clock(name, moments(2), stop, moments(2), moments(2))

    def standards(self) -> tuple[Standard, ...]:
        """Return standards of every sort."""

        def always(value: float) -> Number:
            return Number((value,), "generated")

        half = always(0.5)
        later = Move("set", (0.25,), None, START + DAY)
        dated = Number((0.5,), "generated", (later,))
        counts = self.draw.choice(["completed", "still_waiting"])
        return (
            Standard("soon", "share", always(0.9), "clock 0", "completed", half),
            Standard("mean", "mean", dated, "clock 1", counts, groups=self.mask()),
            Standard("most", "percentile", dated, "clock 0", counts, None, 90),
            Standard("few", "patients", always(2), services=(self.names[0],)),
        )


def scheduled_times(maker: Maker, n: int) -> list[int]:
    """Return moments that meet the half hour, several patients at each."""
    halves = maker.days * 48
    return sorted(START + maker.draw.randrange(halves) * HOUR // 2 for _ in range(n))
