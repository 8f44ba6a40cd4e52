"""Random scenarios, half of them so full of ties that most things are simultaneous.

They are built as `Scenario` objects, not as files: what the language can say is checked
elsewhere; here every rule of simultaneity is to meet every other.
"""

import random

from kernels.layout import DAY, HOUR
from scenarios.scenario import (
    Absence,
    Branch,
    Capacity,
    Clock,
    Law,
    Moment,
    Move,
    Number,
    Pathway,
    Period,
    Profile,
    Repeated,
    Scale,
    Scenario,
    Service,
    Staff,
    Standard,
    Step,
    Stream,
    Target,
    TurningAway,
    WaitingEvent,
    WeekTime,
    Workforce,
)

START = 8000 * DAY
"""A Wednesday in November 2021."""
EVERY_DAY = (True,) * 7


class Maker:
    """Makes one scenario from one seed.

    With `ties`, times are multiples of half an hour, often zero; otherwise drawn from
    laws of all kinds.
    """

    def __init__(self, seed: int, *, ties: bool) -> None:
        self.draw = random.Random(seed)
        self.ties = ties
        self.groups = self.draw.choice([1, 2, 3])
        self.n_services = self.draw.randint(1, 4)
        self.days = self.draw.choice([2, 4, 7])
        self.names = [f"service {i}" for i in range(self.n_services)]
        self.pathway = self.draw.random() < 0.4
        # Drawn apart: a seed that other tests know keeps its model in all else.
        self.also = random.Random(f"places and staff {seed}")
        self.block = self.groups > 1 and self.also.random() < 0.4

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
        is_block = self.block and after < self.n_services - 1
        return Target(block="own") if is_block and self.also.random() < 0.3 else target

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
            branches.append(Branch(self.target(after), share, delay, kept))
        if after >= 0 and self.draw.random() < 0.4:
            share = Number((0.2,), "generated")
            back = Target(service=self.draw.choice(self.names[: after + 1]))
            branches.append(Branch(back, share, (self.time(zero=False),)))
        branches.append(Branch(self.target(after), None))
        return tuple(branches)

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
            Repeated("own", "kind", (last,), parts),
            Repeated("own for others", "kind", (last,), shared),
        )

    def capacity_moves(self) -> tuple[Move, ...]:
        return (self.move(),) if self.draw.random() < 0.4 else ()

    def service(self, number: int) -> Service:
        """Return a service."""
        kind = self.draw.choice(["staff", "staff", "beds", "slots", "unlimited"])
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
        absence = None
        if kind == "slots" and self.draw.random() < 0.6:
            absence = Absence(self.number(0.3), self.then(number))
        back = kind == "staff" and self.draw.random() < 0.5
        return Service(
            name=self.names[number],
            kind=kind,
            capacity=self.capacity(kind),
            turned_away=tuple(rules),
            did_not_attend=absence,
            end_of_shift="hand_back" if back else "finish",
        )

    def mask(self) -> tuple[bool, ...] | None:
        """Return whom a rule concerns."""
        if self.groups == 1 or self.draw.random() < 0.5:
            return None
        return tuple(self.draw.random() < 0.6 for _ in range(self.groups))

    def waiting(self, number: int) -> tuple[WaitingEvent, ...]:
        """Return what happens to those who wait."""
        events = []
        for i in range(self.draw.choice([0, 0, 1, 1, 2])):
            if self.draw.random() < 0.3:
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
        )

    def scenario(self) -> Scenario:
        """Return the scenario."""
        services = tuple(self.service(i) for i in range(self.n_services))
        steps = [self.step(i, s.kind, None, None) for i, s in enumerate(services)]
        pathways: tuple[Pathway, ...] = ()
        if self.pathway:
            at = self.draw.randrange(self.n_services)
            steps.append(self.step(at, services[at].kind, "pathway", "first"))
            start = (Branch(Target(step=("pathway", "first")), None),)
            pathways = (Pathway("pathway", start),)
        groups = ()
        if self.groups > 1:
            groups = (("kind", tuple(f"group {i}" for i in range(self.groups))),)
        return Scenario(
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
            services=services,
            steps=tuple(steps),
            pathways=pathways,
            streams=tuple(self.stream(i) for i in range(self.draw.randint(1, 3))),
            clocks=self.clocks(pathways),
            standards=(Standard("soon", "clock 0", 0.5, ((None, 0.9),), "completed"),),
            endings=("ended",),
            budgets=(),
            record_by=("kind",) if groups else (),
            record_visits=(),
            sources=(),
            resolved={},
            lineage=(),
            repeated=self.repeated() if self.block else (),
        )

    def stream(self, number: int) -> Stream:
        """Return patients from outside."""
        profiles: tuple[Profile, ...] = ()
        if self.draw.random() < 0.5:
            during = WeekTime(EVERY_DAY, "not", 9 * HOUR, 12 * HOUR)
            profiles = (Profile("mornings", during=((during, 1.0),)),)
        rate = Number((float(self.draw.choice([4, 20, 60])),), "generated")
        share = Number((1.0 / self.groups,), "generated")
        return Stream(
            name=f"stream {number}",
            to=self.then(-1),
            rate=rate,
            per_person=False,
            shares=(share,) * self.groups,
            profiles=profiles,
        )

    def clocks(self, pathways: tuple[Pathway, ...]) -> tuple[Clock, ...]:
        """Return clocks of several sorts."""
        first, last = self.names[0], self.names[-1]
        found = [
            Clock("clock 0", (Moment("joins", first),), (Moment("starts", last),)),
            Clock("clock 1", (Moment("ends", first),), (Moment("leaves"),)),
        ]
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


def scheduled_times(maker: Maker, n: int) -> list[int]:
    """Return moments that meet the half hour, several patients at each."""
    halves = maker.days * 48
    return sorted(START + maker.draw.randrange(halves) * HOUR // 2 for _ in range(n))
