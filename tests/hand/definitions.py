"""Every measure once more, as docs/background/measures.md words it, in plain loops.

Each function takes a world, a subject, a group and a period; None: there is no such
number. What is open, what things cost and what was promised in `everything.yaml` is
written here by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.hand.world import (
    DAY,
    HOUR,
    MINUTE,
    Period,
    Row,
    World,
    mean,
    quantile,
    ratio,
)

Value = float | None
Definition = Callable[[World, str, str, Period], Value]
Key = tuple[str, str, str, bool]
"""Kind, measure, statistic, and whether something stands in brackets."""


def _of(visits: Iterator[Row], outcome: str, time: str, p: Period) -> list[Row]:
    return [v for v in visits if v["outcome"] == outcome and p.holds(v[time])]


class Visits:
    """Measures of visits, for a service or a pathway."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def rows(self, w: World, subject: str, group: str) -> Iterator[Row]:
        return w.visits_of(self.kind, subject, group)

    def arrivals(self, w: World, s: str, g: str, p: Period) -> int:
        joined = (v for v in self.rows(w, s, g) if v["part"] == 0)
        return sum(p.holds(v["joined"]) for v in joined)

    def per_day(self, w: World, s: str, g: str, p: Period) -> float:
        return self.arrivals(w, s, g, p) / (p.length / DAY)

    def started(self, w: World, s: str, g: str, p: Period) -> list[Row]:
        return [
            v
            for v in self.rows(w, s, g)
            if v["part"] == 0
            and v["outcome"] != "did not attend"
            and p.holds(v["started"])
        ]

    def starts(self, w: World, s: str, g: str, p: Period) -> int:
        return len(self.started(w, s, g, p))

    def completions(self, w: World, s: str, g: str, p: Period) -> int:
        return len(_of(self.rows(w, s, g), "completed", "freed", p))

    def left(self, w: World, s: str, g: str, p: Period) -> int:
        return len(_of(self.rows(w, s, g), "left", "ended", p))

    def left_share(self, w: World, s: str, g: str, p: Period) -> Value:
        left = self.left(w, s, g, p)
        decided = self.starts(w, s, g, p) + self.absent(w, s, g, p)
        return ratio(left, decided + left + self.turned_away(w, s, g, p))

    def turned_away(self, w: World, s: str, g: str, p: Period) -> int:
        return len(_of(self.rows(w, s, g), "turned away", "joined", p))

    def turned_share(self, w: World, s: str, g: str, p: Period) -> Value:
        return ratio(self.turned_away(w, s, g, p), self.arrivals(w, s, g, p))

    def absent(self, w: World, s: str, g: str, p: Period) -> int:
        return len(_of(self.rows(w, s, g), "did not attend", "started", p))

    def absent_share(self, w: World, s: str, g: str, p: Period) -> Value:
        absent = self.absent(w, s, g, p)
        return ratio(absent, absent + self.starts(w, s, g, p))

    def handed_back(self, w: World, s: str, g: str, p: Period) -> int:
        return len(_of(self.rows(w, s, g), "handed back", "freed", p))

    def waits(self, w: World, s: str, g: str, p: Period) -> list[int]:
        return [v["started"] - v["joined"] for v in self.started(w, s, g, p)]

    def wait(self, w: World, s: str, g: str, p: Period) -> Value:
        return mean(wait / DAY for wait in self.waits(w, s, g, p))

    def wait_quantile(self, percent: int) -> Definition:
        return lambda w, s, g, p: quantile(self.waits(w, s, g, p), percent)

    def waited(self, w: World, s: str, g: str, p: Period) -> Value:
        return mean(wait > 0 for wait in self.waits(w, s, g, p))

    def before_leaving(self, w: World, s: str, g: str, p: Period) -> Value:
        left = _of(self.rows(w, s, g), "left", "ended", p)
        return mean((v["ended"] - v["joined"]) / DAY for v in left)

    def line(self, w: World, s: str, g: str, moment: int) -> list[Row]:
        """Return who is in line just before a moment."""
        found = []
        for v in self.rows(w, s, g):
            over = v["ended"] if v["started"] is None else v["started"]
            if v["joined"] < moment and (over is None or over >= moment):
                found.append(v)
        return found

    def listed(self, w: World, s: str, g: str, p: Period) -> int:
        return len(self.line(w, s, g, p.end))

    def ages(self, w: World, s: str, g: str, p: Period) -> list[int]:
        return [p.end - v["joined"] for v in self.line(w, s, g, p.end)]

    def age(self, w: World, s: str, g: str, p: Period) -> Value:
        return mean(age / DAY for age in self.ages(w, s, g, p))

    def age_quantile(self, percent: int) -> Definition:
        return lambda w, s, g, p: quantile(self.ages(w, s, g, p), percent)

    def in_line(self, w: World, s: str, g: str, p: Period) -> float:
        total = 0
        for v in self.rows(w, s, g):
            over = v["ended"] if v["started"] is None else v["started"]
            total += p.overlap(v["joined"], over)
        return total / p.length

    def unit_time(self, w: World, s: str, g: str, p: Period) -> int:
        """Return for how long units were taken, for treatment or kept after it."""
        treated = sum(
            v["units"] * p.overlap(v["started"], v["freed"])
            for v in self.rows(w, s, g)
            if v["started"] is not None
        )
        held = w.holds_of(self.kind, s, g)
        return treated + sum(
            h["units"] * p.overlap(h["since"], h["until"]) for h in held
        )

    def in_use(self, w: World, s: str, g: str, p: Period) -> float:
        return self.unit_time(w, s, g, p) / p.length

    def in_use_at_end(self, w: World, s: str, g: str, p: Period) -> int:
        units = 0
        for v in self.rows(w, s, g):
            if v["started"] is not None and v["started"] < p.end:
                units += v["units"] * (v["freed"] is None or v["freed"] >= p.end)
        for h in w.holds_of(self.kind, s, g):
            if h["since"] < p.end and (h["until"] is None or h["until"] >= p.end):
                units += h["units"]
        return units

    def length_of_stay(self, w: World, s: str, g: str, p: Period) -> Value:
        over = [
            v
            for v in self.rows(w, s, g)
            if v["outcome"] in ("completed", "handed back") and p.holds(v["freed"])
        ]
        stays = sum(v["freed"] - v["started"] for v in over)
        for h in w.holds_of(self.kind, s, g):
            if h["reason"] in ("blocked", "kept") and p.holds(h["until"]):
                stays += h["until"] - h["since"]
        return ratio(stays / DAY, len(over))

    def delayed_days(self, w: World, s: str, g: str, p: Period) -> float:
        total = self.blocked_time(w, s, g, p)
        for v in self.rows(w, s, g):
            if v["started"] is not None and v["ended"] is not None:
                total += p.overlap(v["ended"], v["freed"])
        return total / DAY

    def delayed(self, w: World, s: str, g: str, p: Period) -> float:
        return self.delayed_days(w, s, g, p) / (p.length / DAY)

    def blocked_time(self, w: World, s: str, g: str, p: Period) -> int:
        return sum(
            p.overlap(h["since"], h["until"])
            for h in w.holds_of(self.kind, s, g)
            if h["reason"] == "blocked"
        )

    def blocked_days(self, w: World, s: str, g: str, p: Period) -> float:
        return self.blocked_time(w, s, g, p) / DAY

    def blocked(self, w: World, s: str, g: str, p: Period) -> float:
        return self.blocked_time(w, s, g, p) / p.length

    def balance(self, w: World, s: str, g: str, p: Period) -> int:
        def there(moment: int) -> int:
            called = 0
            for v in self.rows(w, s, g):
                if v["started"] is not None and v["started"] < moment:
                    called += v["freed"] is None or v["freed"] >= moment
            return len(self.line(w, s, g, moment)) + called

        gone = self.completions(w, s, g, p) + self.left(w, s, g, p)
        gone += self.turned_away(w, s, g, p) + self.absent(w, s, g, p)
        came = there(p.begin) + self.arrivals(w, s, g, p)
        return came - gone - there(p.end)


def _split(subject: str) -> tuple[str, str]:
    """Return the subject and what stands in brackets: both come as one text."""
    name, _, by = subject.partition("|")
    return name, by


# What is open


def scheduled(service: str, p: Period) -> int:
    """Return the unit-time open by the calendar; of slots, how many there were."""
    weekdays = sum(day.weekday() < 5 for day in p.days())
    days = p.length // DAY
    units = {
        "ward in Leeds": 9,
        "ward in Wakefield": 7,
        "rehabilitation": 4,
        "hospice": 3,
        "therapy": 30,
        "bay": 6,
        "scanner": 2,
    }
    if service == "clinic":
        return 15 * weekdays
    if service == "emergency":
        return days * (12 * 3 + 12 * 2) * HOUR
    if service in {"theatre", "nurses"}:
        return {"theatre": 1, "nurses": 3}[service] * weekdays * 10 * HOUR
    return units[service] * p.length


RULES = {
    "fifth bed": ("rehabilitation", "units", 4, 3, 2 * HOUR, 2, 900),
    "more doctors": ("emergency", "line", 3, 0, HOUR // 2, 3, 700),
}
"""Service (watched, and given one more unit), what is watched, opens at, closes at,
after, state of the system, pounds a day."""


def steps(w: World, service: str, what: str) -> list[tuple[int, int]]:
    """Return (moment, units in use or patients in line from then on), in order."""
    moves: dict[int, int] = {}

    def add(begin: int, end: int | None, number: int) -> None:
        moves[begin] = moves.get(begin, 0) + number
        if end is not None:
            moves[end] = moves.get(end, 0) - number

    for v in w.visits_of("service", service, "all"):
        if what == "line":
            add(v["joined"], v["ended"] if v["started"] is None else v["started"], 1)
        elif v["started"] is not None:
            add(v["started"], v["freed"], v["units"])
    for h in w.holds_of("service", service, "all"):
        if what == "units":
            add(h["since"], h["until"], h["units"])
    number, found = 0, []
    for moment in sorted(moves):
        number += moves[moment]
        found.append((moment, number))
    return found


def spells(w: World, rule: str) -> list[tuple[int, int | None]]:
    """Return from when to when a rule was open."""
    service, what, opens, closes, after, *_ = RULES[rule]
    found: list[tuple[int, int | None]] = []
    is_open, since, opened = False, None, 0
    path = steps(w, service, what)
    for (moment, number), (following, _) in zip(
        path, [*path[1:], (60 * DAY, 0)], strict=True
    ):
        turns = number <= closes if is_open else number >= opens
        since = (moment if since is None else since) if turns else None
        if since is not None and since + after <= following:
            if is_open:
                found.append((opened, since + after))
            opened, since, is_open = since + after, None, not is_open
    return [*found, (opened, None)] if is_open else found


def open_time(w: World, rule: str, p: Period) -> int:
    return sum(p.overlap(begin, end) for begin, end in spells(w, rule))


def offered(w: World, service: str, p: Period) -> int:
    """Return the unit-time open, with what rules opened."""
    more = (open_time(w, rule, p) for rule, row in RULES.items() if row[0] == service)
    return scheduled(service, p) + sum(more)


def state_time(w: World, state: int, p: Period) -> int:
    """Return for how long the highest state of the open rules was this one."""
    edges = {p.begin, p.end}
    found = {rule: spells(w, rule) for rule in RULES}
    for row in found.values():
        edges |= {t for spell in row for t in spell if t is not None and p.holds(t)}
    times = sorted(edges)
    total = 0
    for begin, end in pairwise(times):
        states = [
            RULES[rule][5]
            for rule, row in found.items()
            if any(a <= begin and (b is None or b >= end) for a, b in row)
        ]
        total += (end - begin) * (max(states, default=1) == state)
    return total


# Services

OF_SERVICE = Visits("service")


def changed_by(w: World, s: str, g: str, p: Period) -> int:
    name, event = _split(s)
    return sum(
        c["cause"] == event
        and w.service_of[c["who"], c["visit"]] == name
        and g in ("all", c["group"])
        and p.holds(c["time"])
        for c in w.changes
    )


def left_by(w: World, s: str, g: str, p: Period) -> int:
    name, event = _split(s)
    rows = _of(w.visits_of("service", name, g), "left", "ended", p)
    return sum(row["cause"] == event for row in rows)


def turned_by(w: World, s: str, g: str, p: Period) -> int:
    name, rule = _split(s)
    rows = _of(w.visits_of("service", name, g), "turned away", "joined", p)
    return sum(row["cause"] == rule for row in rows)


def blocked_for(w: World, s: str, _: str, p: Period) -> float:
    name, wanted = _split(s)
    return sum(
        p.overlap(h["since"], h["until"]) / DAY
        for h in w.holds_of("service", name, "all")
        if h["reason"] == "blocked" and h["wanted"] == wanted
    )


def capacity(w: World, s: str, _: str, p: Period) -> float:
    return offered(w, s, p) / p.length


def busy(w: World, s: str, _: str, p: Period) -> Value:
    return ratio(OF_SERVICE.unit_time(w, s, "all", p), offered(w, s, p))


def slots(w: World, s: str, _: str, p: Period) -> int:
    return scheduled(s, p)


def slots_used(w: World, s: str, _: str, p: Period) -> Value:
    used = OF_SERVICE.starts(w, s, "all", p) + OF_SERVICE.absent(w, s, "all", p)
    return ratio(used, scheduled(s, p))


def helped(w: World, s: str, g: str, p: Period) -> int:
    return sum(p.holds(h["since"]) for h in _helped(w, s, g))


def helped_mean(w: World, s: str, g: str, p: Period) -> float:
    times = (h["units"] * p.overlap(h["since"], h["until"]) for h in _helped(w, s, g))
    return sum(times) / p.length


def _helped(w: World, s: str, g: str) -> list[Row]:
    return [
        h
        for h in w.holds
        if h["reason"] == "helped" and h["home"] == s and g in ("all", h["group"])
    ]


def helped_days(w: World, s: str, g: str, p: Period) -> float:
    return helped_mean(w, s, g, p) * p.length / DAY


def moved_back(w: World, s: str, g: str, p: Period) -> int:
    moves = (h for h in _helped(w, s, g) if h["wanted"] == s)
    return sum(p.holds(h["until"]) for h in moves)


# Machines

SCANNERS, WORKS_FOR, REPAIRED_IN = 2, 9 * DAY, 30 * HOUR


def downs() -> list[tuple[int, int]]:
    """Return from when to when both scanners are down, the warm-up before the start."""
    first, cycle = -7 * DAY + WORKS_FOR, WORKS_FOR + REPAIRED_IN
    begins = (first + number * cycle for number in range(7))
    return [(begin, begin + REPAIRED_IN) for begin in begins]


def breakdowns(w: World, s: str, g: str, p: Period) -> int:
    return SCANNERS * sum(p.holds(begin) for begin, _ in downs())


def down(w: World, s: str, g: str, p: Period) -> float:
    return sum(p.overlap(begin, end) for begin, end in downs()) / p.length


# Money

WARDS = ("ward in Leeds", "ward in Wakefield")


def use(w: World, s: str, g: str, p: Period) -> float:
    if s == "emergency":
        return 114.0 * OF_SERVICE.starts(w, s, g, p)
    return 400.0 * OF_SERVICE.unit_time(w, s, g, p) / DAY if s in WARDS else 0.0


def days_out_of_area(w: World, s: str, g: str, p: Period) -> float:
    other = {"ward in Leeds": "Wakefield", "ward in Wakefield": "Leeds"}[s]
    return OF_SERVICE.unit_time(w, s, other, p) / DAY if g in ("all", other) else 0.0


def out_of_area(w: World, s: str, g: str, p: Period) -> float:
    return 200.0 * days_out_of_area(w, s, g, p) if s in WARDS else 0.0


def of_capacity(w: World, s: str, _: str, p: Period) -> float:
    return 48.0 * scheduled(s, p) / HOUR if s == "emergency" else 0.0


def of_agency(w: World, s: str, _: str, p: Period) -> float:
    # The third doctor, from eight to eight.
    return 30.0 * 12 * (p.length // DAY) if s == "emergency" else 0.0


def of_escalation(w: World, s: str, _: str, p: Period) -> float:
    return sum(
        row[6] * open_time(w, rule, p) / DAY
        for rule, row in RULES.items()
        if row[0] == s
    )


PAID: dict[str, tuple[str, Definition]] = {
    "use": ("hospital", use),
    "out of area": ("commissioner", out_of_area),
    "capacity": ("hospital", of_capacity),
    "agency": ("commissioner", of_agency),
    "escalation": ("hospital", of_escalation),
}
"""Who pays, and how much, by what for."""
COSTING = ("emergency", *WARDS, "rehabilitation")


def cost(w: World, s: str, g: str, p: Period) -> float:
    return sum(how(w, s, g, p) for _, how in PAID.values())


def cost_of_budget(w: World, s: str, g: str, p: Period) -> float:
    name, budget = _split(s)
    return sum(how(w, name, g, p) for who, how in PAID.values() if who == budget)


def block_capacity(w: World, s: str, _: str, p: Period) -> float:
    return sum(offered(w, ward, p) for ward in WARDS) / p.length


def block_busy(w: World, s: str, _: str, p: Period) -> Value:
    taken = Visits("block").unit_time(w, s, "all", p)
    return ratio(taken, sum(offered(w, ward, p) for ward in WARDS))


def block_cost(w: World, s: str, g: str, p: Period) -> float:
    return sum(cost(w, ward, g, p) for ward in WARDS if (ward, g) != NOBODY)


NOBODY = "ward in Leeds", "Wakefield"
"""Nobody of this place goes to this ward."""


def spending(w: World, s: str, g: str, p: Period) -> float:
    return sum(cost_of_budget(w, f"{service}|{s}", g, p) for service in COSTING)


def spending_on(w: World, s: str, g: str, p: Period) -> float:
    budget, kind = _split(s)
    who, how = PAID[kind]
    return sum(how(w, service, g, p) for service in COSTING if who == budget)


# Clocks and standards


def rows_of(w: World, clock: str, g: str) -> list[Row]:
    return [c for c in w.clocks if c["clock"] == clock and g in ("all", c["group"])]


def clocks_started(w: World, s: str, g: str, p: Period) -> int:
    return sum(c["part"] == 0 and p.holds(c["since"]) for c in rows_of(w, s, g))


def stopped(w: World, s: str, g: str, p: Period) -> list[Row]:
    return [
        c
        for c in rows_of(w, s, g)
        if p.holds(c["stopped"]) and not c["dropped"] and not c["resumed"]
    ]


def time(c: Row) -> int:
    stands = c["stopped"] if c["paused"] is None else c["paused"]
    return int(c["ran"] + stands - c["since"])


def stood(c: Row) -> int:
    return int(c["stood"] + (c["stopped"] - c["paused"] if c["paused"] else 0))


def running(w: World, s: str, g: str, moment: int) -> list[Row]:
    return [
        c
        for c in rows_of(w, s, g)
        if c["since"] < moment and (c["stopped"] is None or c["stopped"] >= moment)
    ]


def so_far(c: Row, moment: int) -> int:
    stands = moment if c["paused"] is None else min(moment, c["paused"])
    return int(c["ran"] + stands - c["since"])


def times(w: World, s: str, g: str, p: Period) -> list[int]:
    return [time(c) for c in stopped(w, s, g, p)]


def times_so_far(w: World, s: str, g: str, p: Period) -> list[int]:
    return [so_far(c, p.end) for c in running(w, s, g, p.end)]


def paused_at_end(w: World, s: str, g: str, p: Period) -> int:
    rows = running(w, s, g, p.end)
    return sum(c["paused"] is not None and c["paused"] < p.end for c in rows)


PROMISED: dict[str, tuple[str, str, int, float, tuple[str, ...]]] = {
    "soon": ("treated", "completed", 2 * DAY, 0.6, ()),
    "not too late": ("treated", "still waiting", 10 * DAY, 0.9, ()),
    "four hours": ("in A&E", "completed", 4 * HOUR, 0.78, ()),
    "nine in ten": ("in A&E", "completed", 6 * HOUR, 0.9, ("Leeds",)),
    "on average": ("in A&E", "completed", 150 * MINUTE, 0, ()),
}
"""Clock, whom it counts, within, what share, and of which groups alone."""
OF_USE: dict[str, tuple[tuple[str, ...], float]] = {
    "not too full": (("ward in Leeds", "rehabilitation"), 0.85),
    "few away": (("away", "hospice"), 6),
}


def looked_at(w: World, s: str, g: str, p: Period) -> list[int]:
    """Return the times of those whom a standard counts."""
    clock, counts, _, _, who = PROMISED[s]
    found = []
    for month in p.parts:
        for group in who or ("Leeds", "Wakefield"):
            if g not in ("all", group):
                continue
            if counts == "completed":
                found += times(w, clock, group, month)
            else:
                found += times_so_far(w, clock, group, month)
    return found


def within(w: World, s: str, g: str, p: Period) -> int:
    return sum(t <= PROMISED[s][2] for t in looked_at(w, s, g, p))


def within_share(w: World, s: str, g: str, p: Period) -> Value:
    return ratio(within(w, s, g, p), len(looked_at(w, s, g, p)))


COLUMNS = {"kept back": "kept_back", "out-ranked": "outranked"}
"""What columns of records call a cause, where it is another word."""
CAUSES = (
    *("rebooked", "closed", "blocked", "kept back", "out-ranked", "no capacity"),
    "not in line",
)


def breaches(w: World, s: str, g: str, p: Period) -> list[Row]:
    """Return the clocks that a standard counts and that are not within."""
    clock, counts, limit, _, who = PROMISED[s]
    found = []
    for month in p.parts:
        for group in who or ("Leeds", "Wakefield"):
            if g not in ("all", group):
                continue
            if counts == "completed":
                rows = stopped(w, clock, group, month)
                found += [c for c in rows if time(c) > limit]
            else:
                found += [
                    look
                    for look in w.looks
                    if (look["clock"], look["group"]) == (clock, group)
                    and look["month"] == month.name
                ]
    return found


def put_down_to(w: World, s: str, g: str, p: Period) -> int:
    """Return the time of those not within that is put down to a cause."""
    standard, cause = _split(s)
    column = COLUMNS.get(cause, cause.replace(" ", "_"))
    return sum(row[column] for row in breaches(w, standard, g, p))


def breach_time(w: World, s: str, g: str, p: Period) -> int:
    return sum(put_down_to(w, f"{s}|{cause}", g, p) for cause in CAUSES)


def breach_mean(w: World, s: str, g: str, p: Period) -> Value:
    limit = PROMISED[s][2]
    return mean(t / DAY for t in looked_at(w, s, g, p) if t > limit)


def breach_by(w: World, s: str, g: str, p: Period) -> Value:
    number = len(breaches(w, _split(s)[0], g, p))
    return ratio(put_down_to(w, s, g, p) / DAY, number)


def breach_share(w: World, s: str, g: str, p: Period) -> Value:
    return ratio(put_down_to(w, s, g, p), breach_time(w, _split(s)[0], g, p))


def achieved_occupancy(w: World, s: str, _: str, p: Period) -> Value:
    services = OF_USE[s][0]
    taken = sum(OF_SERVICE.unit_time(w, x, "all", p) for x in services)
    return ratio(taken, sum(offered(w, x, p) for x in services))


def achieved_patients(w: World, s: str, _: str, p: Period) -> float:
    return sum(OF_SERVICE.in_use(w, x, "all", p) for x in OF_USE[s][0])


def met(w: World, s: str, g: str, p: Period) -> Value:
    looked = [m for m in p.parts if s in OF_USE or looked_at(w, s, g, m)]
    return mean(_reached(w, s, g, month) for month in looked)


def _reached(w: World, s: str, g: str, month: Period) -> bool:
    if s == "not too full":
        return (achieved_occupancy(w, s, g, month) or 0) <= OF_USE[s][1]
    if s == "few away":
        return achieved_patients(w, s, g, month) <= OF_USE[s][1]
    found = looked_at(w, s, g, month)
    if s == "on average":
        return sum(found) <= PROMISED[s][2] * len(found)
    return within(w, s, g, month) >= PROMISED[s][3] * len(found)


def target_share(w: World, s: str, _: str, p: Period) -> float:
    return OF_USE[s][1] if s in OF_USE else PROMISED[s][3]


def cost_within(w: World, s: str, g: str, p: Period) -> Value:
    pounds = cost(w, "emergency", g, p) + cost(w, "ward in Leeds", g, p)
    return ratio(pounds, within(w, s, g, p))


# Streams and the model


def entered(w: World, s: str, g: str, p: Period) -> int:
    return sum(
        s in ("model", x["stream"])
        and g in ("all", x["group"])
        and p.holds(x["entered"])
        for x in w.patients
    )


def gone(w: World, s: str, g: str, p: Period) -> int:
    ending = _split(s)[1]
    return sum(
        g in ("all", x["group"]) and p.holds(x["left"]) and ending in ("", x["ending"])
        for x in w.patients
    )


def present(w: World, g: str, moment: int) -> int:
    return sum(
        g in ("all", x["group"])
        and x["entered"] < moment
        and (x["left"] is None or x["left"] >= moment)
        for x in w.patients
    )


def balance_of_patients(w: World, s: str, g: str, p: Period) -> int:
    came = present(w, g, p.begin) + entered(w, s, g, p)
    return came - gone(w, s, g, p) - present(w, g, p.end)


# The book of definitions

BOTH: dict[tuple[str, str], Callable[[Visits], Definition]] = {
    ("arrivals", "number"): lambda v: v.arrivals,
    ("arrivals", "per day"): lambda v: v.per_day,
    ("starts", "number"): lambda v: v.starts,
    ("completions", "number"): lambda v: v.completions,
    ("left unseen", "number"): lambda v: v.left,
    ("left unseen", "share"): lambda v: v.left_share,
    ("turned away", "number"): lambda v: v.turned_away,
    ("turned away", "share"): lambda v: v.turned_share,
    ("did not attend", "number"): lambda v: v.absent,
    ("did not attend", "share"): lambda v: v.absent_share,
    ("handed back", "number"): lambda v: v.handed_back,
    ("wait", "mean"): lambda v: v.wait,
    ("wait", "median"): lambda v: v.wait_quantile(50),
    ("wait", "90th percentile"): lambda v: v.wait_quantile(90),
    ("wait", "95th percentile"): lambda v: v.wait_quantile(95),
    ("wait", "share above zero"): lambda v: v.waited,
    ("wait before leaving", "mean"): lambda v: v.before_leaving,
    ("list at the end", "number"): lambda v: v.listed,
    ("age of the list", "mean"): lambda v: v.age,
    ("age of the list", "median"): lambda v: v.age_quantile(50),
    ("age of the list", "90th percentile"): lambda v: v.age_quantile(90),
    ("in line", "mean"): lambda v: v.in_line,
    ("in use", "mean"): lambda v: v.in_use,
    ("in use at the end", "number"): lambda v: v.in_use_at_end,
    ("length of stay", "mean"): lambda v: v.length_of_stay,
    ("delayed", "mean"): lambda v: v.delayed,
    ("delayed", "total"): lambda v: v.delayed_days,
    ("balance", "number"): lambda v: v.balance,
}

BOOK: dict[Key, Definition] = {
    **{
        (kind, *name, False): how(Visits(kind))
        for kind in ("service", "pathway", "block")
        for name, how in BOTH.items()
    },
    ("block", "capacity", "mean", False): block_capacity,
    ("block", "utilisation", "of rostered time", False): block_busy,
    ("block", "occupancy", "mean", False): block_busy,
    ("block", "slots", "offered", False): lambda *_: None,
    ("block", "slots", "share used", False): lambda *_: None,
    ("block", "blocked", "mean", False): Visits("block").blocked,
    ("block", "blocked", "total", False): Visits("block").blocked_days,
    ("block", "cost", "total", False): block_cost,
    ("service", "left unseen", "number", True): left_by,
    ("service", "changed priority", "number", True): changed_by,
    ("service", "turned away", "number", True): turned_by,
    ("service", "capacity", "mean", False): capacity,
    ("service", "utilisation", "of rostered time", False): busy,
    ("service", "occupancy", "mean", False): busy,
    ("service", "slots", "offered", False): slots,
    ("service", "slots", "share used", False): slots_used,
    ("service", "blocked", "mean", False): OF_SERVICE.blocked,
    ("service", "blocked", "total", False): OF_SERVICE.blocked_days,
    ("service", "blocked", "total", True): blocked_for,
    ("service", "helped elsewhere", "number", False): helped,
    ("service", "helped elsewhere", "mean", False): helped_mean,
    ("service", "helped elsewhere", "total", False): helped_days,
    ("service", "moved back", "number", False): moved_back,
    ("service", "breakdowns", "number", False): breakdowns,
    ("service", "down", "share of time", False): down,
    ("service", "cost", "total", False): cost,
    ("service", "cost", "total", True): cost_of_budget,
    ("service", "cost of use", "total", False): use,
    ("service", "cost of out of area", "total", False): out_of_area,
    ("service", "cost of capacity", "total", False): of_capacity,
    ("service", "cost of agency", "total", False): of_agency,
    ("service", "cost of escalation", "total", False): of_escalation,
    ("service", "days out of area", "total", False): days_out_of_area,
    ("stream", "entered", "number", False): entered,
    ("clock", "started", "number", False): clocks_started,
    ("clock", "stopped", "number", False): lambda *a: len(stopped(*a)),
    ("clock", "time", "mean", False): lambda *a: mean(t / DAY for t in times(*a)),
    ("clock", "time", "median", False): lambda *a: quantile(times(*a), 50),
    ("clock", "time", "90th percentile", False): lambda *a: quantile(times(*a), 90),
    ("clock", "time", "95th percentile", False): lambda *a: quantile(times(*a), 95),
    ("clock", "running at the end", "number", False): (
        lambda *a: len(times_so_far(*a))
    ),
    ("clock", "time so far", "mean", False): (
        lambda *a: mean(t / DAY for t in times_so_far(*a))
    ),
    ("clock", "time so far", "median", False): (
        lambda *a: quantile(times_so_far(*a), 50)
    ),
    ("clock", "time so far", "90th percentile", False): (
        lambda *a: quantile(times_so_far(*a), 90)
    ),
    ("clock", "time paused", "mean", False): (
        lambda *a: mean(stood(c) / DAY for c in stopped(*a))
    ),
    ("clock", "paused at the end", "number", False): paused_at_end,
    ("standard", "counted", "number", False): lambda *a: len(looked_at(*a)),
    ("standard", "within", "number", False): within,
    ("standard", "within", "share", False): within_share,
    ("standard", "breach", "number", False): (
        lambda w, s, g, p: sum(t > PROMISED[s][2] for t in looked_at(w, s, g, p))
    ),
    ("standard", "breach", "mean", False): breach_mean,
    ("standard", "breach", "mean", True): breach_by,
    ("standard", "breach", "share", True): breach_share,
    ("standard", "achieved", "mean", False): (
        lambda *a: mean(t / DAY for t in looked_at(*a))
    ),
    ("standard", "achieved", "percentile", False): (
        lambda *a: quantile(looked_at(*a), 90)
    ),
    ("standard", "achieved", "occupancy", False): achieved_occupancy,
    ("standard", "achieved", "patients", False): achieved_patients,
    ("standard", "target", "share", False): target_share,
    ("standard", "target", "time", False): lambda _w, s, _g, _p: PROMISED[s][2] / DAY,
    ("standard", "target", "patients", False): target_share,
    ("standard", "met", "share of months", False): met,
    ("standard", "cost per patient within", "mean", False): cost_within,
    ("escalation", "open", "share of time", False): (
        lambda w, s, _, p: open_time(w, s, p) / p.length
    ),
    ("escalation", "opened", "number", False): (
        lambda w, s, _, p: sum(p.holds(begin) for begin, _end in spells(w, s))
    ),
    ("state", "held", "share of time", False): (
        lambda w, s, _, p: state_time(w, int(s[-1]), p) / p.length
    ),
    ("budget", "spending", "total", False): spending,
    ("budget", "spending", "total", True): spending_on,
    ("model", "patients there at the start", "number", False): (
        lambda w, _, g, p: present(w, g, p.begin)
    ),
    ("model", "patients entered", "number", False): entered,
    ("model", "patients gone", "number", False): gone,
    ("model", "patients gone", "number", True): gone,
    ("model", "patients there at the end", "number", False): (
        lambda w, _, g, p: present(w, g, p.end)
    ),
    ("model", "balance of patients", "number", False): balance_of_patients,
}
"""Every measure. A new one without a line here fails the test."""
