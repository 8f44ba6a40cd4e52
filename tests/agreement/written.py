"""Random scenario files: what only the reader makes meets what only the engines do.

Sessions become steps when a file is read, whole-time equivalents become units by the
week, a block becomes one service for each place. So these are written as a planner
writes them, and read. Moments are whole hours or half hours, so that things coincide.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from scenarios import read
from scenarios.scenario import Scenario

Keys = dict[str, Any]
PLACES = ("north", "south", "east")
URGENCIES = ("urgent", "routine")
START = "2000-01-28"
"""A Friday. Slots are added up from 2000 on, so an early start is quickly read."""
DAYS = [START, *(f"2000-01-{day}" for day in range(29, 32)), "2000-02-01"]
DAYS += ["2000-02-02", "2000-02-03"]
BUDGET = "payer"
LOADS = {
    **{"front": 30, "clinic": 12, "therapy": 8, "ward": 24},
    **{"intensive": 2, "group": 4, "annexe": 4},
}
"""At most so many come to each service in a day, besides those who are sent there."""


class Writer:
    """Writes one scenario file from one seed.

    With `ties`, times are multiples of half an hour; otherwise drawn from laws.
    """

    def __init__(self, seed: int, *, ties: bool) -> None:
        self.draw = random.Random(f"written {seed}")
        self.ties = ties
        self.days = self.draw.choice([3, 5, 7])
        self.places = PLACES[: self.draw.choice([2, 3])]
        self.services: dict[str, Keys] = {}
        self.pathways: dict[str, Keys] = {}
        self.demand: dict[str, Keys] = {}
        self.start: dict[str, Keys] = {}
        self.changes: list[Keys] = []
        self.tables: dict[str, str] = {}
        self.scale = "1:2" if self.sometimes(0.15) else "1:1"
        self.has_start = self.sometimes(0.5)
        self.has_team = False
        self.has_theatre = self.sometimes(0.5)
        # Drawn apart: a seed keeps its file in all else.
        self.also = random.Random(f"lines and machines {seed}")
        self.lines: Keys = {}
        self.third = random.Random(f"sites {seed}")
        self.sites: Keys = {}

    def sometimes(self, chance: float) -> bool:
        return self.draw.random() < chance

    def one_of(self, *values: Any) -> Any:
        return self.draw.choice(values)

    # Numbers

    def time(self, *hours: float) -> Any:
        """Return a law of times round some hours."""
        hour = self.draw.choice(hours or (0.5, 1, 2, 3))
        if self.ties:
            return self.varied(f"{hour} hours")
        cv = self.one_of("0.5", "1.2")
        kind = self.one_of("exponential", "lognormal", "gamma", "uniform")
        if kind == "exponential":
            return {"law": kind, "mean": self.varied(f"{hour} hours")}
        if kind == "uniform":
            return {"law": kind, "lowest": "0 min", "highest": f"{2 * hour} hours"}
        return {"law": kind, "mean": self.varied(f"{hour} hours"), "cv": cv}

    def varied(self, text: str) -> Any:
        """Return a number, sometimes twice as large for the urgent."""
        if self.sometimes(0.8):
            return text
        value, _, unit = text.partition(" ")
        return {
            "by": "urgency",
            "urgent": f"{2 * float(value)} {unit}",
            "routine": text,
        }

    def date(self) -> str:
        return self.draw.choice(DAYS[: self.days])

    def by_place(self, *values: str) -> Keys:
        """Return a number for each place."""
        return {"by": "place"} | {p: self.draw.choice(values) for p in self.places}

    def then(self, *places: str) -> Any:
        """Return shares of places that are there, and the rest who leave."""
        there = [place for place in places if place in self.services]
        found: Keys = {}
        for place in there:
            if self.sometimes(0.7):
                share = self.one_of("20%", "40%")
                found[place] = share
                if self.sometimes(0.3):
                    found[place] = {"share": share, "after": self.time(0.5, 6)}
        if sum(len(str(share)) > 0 for share in found.values()) > 2:
            found = dict(list(found.items())[:2])
        return {**found, self.one_of("leave", "ended"): "rest"}

    def back(self, place: str) -> Any:
        """Return the way of some who come back to a place later."""
        again = {"share": self.one_of("50%", "80%"), "after": self.time(1, 5)}
        return {place: again, "leave": "rest"}

    # Who waits

    def line(self, name: str) -> Keys:
        """Return how a line is ordered, and who leaves it."""
        found: Keys = {}
        if self.sometimes(0.4):
            found["priority"] = {"by": "urgency", "urgent": "1", "routine": "2"}
        if self.sometimes(0.3):
            soon = {"by": "urgency", "urgent": "30 min", "routine": "6 hours"}
            found["due_within"] = soon
        events: Keys = {}
        if self.sometimes(0.4):
            then = self.one_of("leave", "ended")
            events["gives up"] = {"after": self.time(2, 8), "then": then}
        if self.sometimes(0.3):
            events["loses heart"] = {"risk": "3% per hour", "then": "leave"}
        if self.sometimes(0.3):
            who = {"urgency": "routine"}
            after = self.time(1, 4)
            events["gets worse"] = {"after": after, "who": who, "priority": "1"}
        if events:
            found["while_waiting"] = events
        rules: Keys = {}
        if self.sometimes(0.3):
            room = str(self.one_of(0, 2, 6))
            rules["full"] = {"when_waiting": room, "then": self.back(name)}
        if self.sometimes(0.2):
            rules["too long"] = {"when_wait": "3 hours", "then": "ended"}
        if self.sometimes(0.2):
            rules["not accepted"] = {"share": "15%", "then": "ended"}
        if rules:
            found["turned_away"] = rules
        return found

    # Capacity

    def hours(self) -> str:
        return self.one_of("every day 08:00-17:00", "every day 06:00-22:00")

    def workforce(self, gives: str, *, during: str | None) -> Keys:
        """Return staff of its own, or a share of the team."""
        if self.sometimes(0.5):
            share = self.one_of("10%", "20%")
            found: Keys = {"team": "nurses", "share": share}
            self.has_team = True
        else:
            found = {"whole_time_equivalents": "3", "vacancies": "10%"}
            if self.sometimes(0.5):
                found |= {"recruits": {self.date(): "2"}, "leavers": "90% per year"}
        found |= {"each_gives": gives, "sickness": {"Jan": "30%", "rest": "5%"}}
        if self.sometimes(0.5):
            found["travel"] = "10%"
        if during:
            found["during"] = during
        return {"workforce": found}

    def team(self) -> Keys:
        leave = self.one_of("15%", "30%")
        found = {"whole_time_equivalents": "15", "leave": leave, "vacancies": "15%"}
        if self.sometimes(0.6):
            found |= {"recruits": {self.date(): "3"}, "lead_time": "1 day"}
        return found

    def capacity_change(self, name: str) -> None:
        """Change what a service has, from a date on, in some models."""
        if self.sometimes(0.25):
            change: Keys = {"services": name, "multiply_by": "0.5", "from": self.date()}
            if self.sometimes(0.4):
                change["until"] = "2000-02-04"
            self.changes.append(change)

    # Services

    def front(self) -> None:
        """Add staff at the front desk: their line is the longest."""
        hours = self.hours()
        capacity: Any = {hours: str(self.one_of(1, 2, 3))}
        if self.sometimes(0.4):
            capacity = self.workforce("45 hours per week", during=hours)
        found: Keys = {"kind": "staff", "capacity": capacity, "takes": self.time()}
        found |= self.line("front")
        if self.sometimes(0.4):
            found["end_of_shift"] = "hand_back"
        elif self.sometimes(0.4):
            found["planned"] = self.varied("2 hours")
        if self.sometimes(0.3):
            found["priority"] = {"by": "urgency", "urgent": "1", "routine": "2"}
            afterwards = self.one_of("resume", "start_again")
            found["interrupted"] = {"by_priority": "1", "afterwards": afterwards}
        self.services["front"] = found
        self.capacity_change("front")

    def machines(self) -> None:
        """Let the front desk, or those who plan operations, need a machine."""
        for name in ("front", "theatre"):
            if name in self.services and self.also.random() < 0.4:
                works, repair = self.also.choice([(2, 1), (5, 0.5), (12, 6)])
                found: Keys = {"works_for": f"{works} hours"}
                if not self.ties:
                    found = {"works_for": {"law": "exponential"}}
                    found["works_for"]["mean"] = f"{works} hours"
                found["repaired_in"] = f"{repair} hours"
                found["afterwards"] = self.also.choice(["resume", "start_again"])
                self.services[name]["breaks_down"] = found

    def compared(self) -> None:
        """Let some patients join the shortest of several lines."""
        if self.also.random() < 0.5:
            names = ["clinic", "annexe", "front", "ward in north", "group"]
            if "pooled" in self.services["ward"]:
                names.remove("ward in north")
            chosen = self.also.sample(names, self.also.choice([2, 3]))
            self.lines["the shortest"] = chosen
            who = {"urgency": {"urgent": "50%", "routine": "rest"}}
            who["place"] = dict.fromkeys(self.places[1:], "20%")
            who["place"][self.places[0]] = "rest"
            to: Any = {"the shortest": {"after": "1 hour"}}
            if self.also.random() < 0.7:
                to = "the shortest"
            self.demand["who compares"] = {"to": to, "rate": "12 per day", "who": who}

    def clinics(self) -> None:
        """Add two clinics with slots, which may help each other, and a group."""
        for name, other in (("clinic", "annexe"), ("annexe", "clinic")):
            hours = self.hours()
            capacity: Any = {hours: str(self.one_of(4, 9, 18))}
            if self.sometimes(0.3):
                capacity = self.workforce("30 per week", during=hours)
            found: Keys = {"kind": "slots", "capacity": capacity} | self.line(name)
            if self.sometimes(0.4):
                ahead = self.one_of("12 hours", "2 days")
                found["booked"] = {"notice": self.one_of("0 min", "1 hour")}
                found["booked"]["ahead"] = ahead
            if self.sometimes(0.4) and "workforce" not in capacity:
                kept = {"who": {"urgency": "urgent"}, "capacity": "2"}
                if self.sometimes(0.6):
                    kept["released"] = self.one_of("1 hour", "1 day")
                found["kept_back"] = {"for the urgent": kept}
            if self.sometimes(0.5):
                then = self.back(name)
                found["did_not_attend"] = {"share": "25%", "then": then}
            if self.sometimes(0.4):
                when = self.one_of("always", {"after": "2 hours"})
                found["helped_by"] = {other: when}
            self.services[name] = found
            self.capacity_change(name)
        size = self.one_of(2, 3)
        group: Keys = {"kind": "slots", "patients_per_slot": str(size)}
        group["capacity"] = {"every day 10:00-12:00": str(2 * size)}
        self.services["group"] = group | self.line("group")

    def caseload(self, name: str, at: str, then: Any) -> None:
        """Add places that are held for a number of sessions, or for a time."""
        capacity: Any = str(self.one_of(2, 4, 8))
        if self.sometimes(0.3):
            capacity = self.workforce("2 places", during=None)
        found: Keys = {"kind": "caseload", "capacity": capacity, "then": then}
        found |= self.line(name)
        if self.sometimes(0.2):
            found["takes"] = self.time(6, 20)
        else:
            found["sessions"] = self.sessions(at)
        self.services[name] = found
        self.capacity_change(name)

    def sessions(self, at: str) -> Keys:
        number = self.one_of("3", {"1": "30%", "2": "30%", "4": "rest"}, "2")
        if self.sometimes(0.2):
            number = {"by": "urgency", "urgent": "4", "routine": "1"}
        found: Keys = {"number": number, "every": self.time(4, 12, 24)}
        if self.sometimes(0.8):
            found["at"] = at
        if self.sometimes(0.6):
            found["did_not_attend"] = self.one_of("15%", "30%")
        if self.sometimes(0.6):
            share = self.one_of("20%", {"1": "30%", "rest": "10%"})
            found["drops_out"] = {"share": share, "then": self.one_of("leave", "ended")}
        return found

    def wards(self) -> None:
        """Add a ward for each place, and rehabilitation that sends people back."""
        has_all = self.sometimes(0.5)
        catchment: Keys = {"north": {"north": "60%", "south": "rest"}}
        if not has_all:
            catchment["east"] = "south"
        own = self.places if has_all else self.places[:2]
        beds = {"by": "place"} | {p: str(self.one_of(1, 1, 2, 3)) for p in own}
        ward: Keys = {"kind": "beds", "one_per": "place", "capacity": beds}
        ward["catchment"] = (
            catchment if len(self.places) > 2 else dict(list(catchment.items())[:1])
        )
        takes = {"by": "place", "north": "2 hours", "rest": "5 hours"}
        ward |= {"takes": takes if self.ties else self.time(2, 5)}
        ward |= self.line("ward")
        if self.sometimes(0.3):
            ward["pooled"] = "yes"
        elif self.sometimes(0.4):
            ward["helped_by"] = {"others": self.one_of("always", {"after": "2 hours"})}
        if self.sometimes(0.3):
            ward["cleaning"] = self.time(0.5, 1)
        if self.sometimes(0.3):
            times = {"every day 09:00-11:00": "60%", "every day 14:00-20:00": "40%"}
            ward["discharge_hours"] = times
        home = {"share": "20%", "arranged_in": self.time(2, 10)}
        ward["then"] = {"rehab": "50%", "home": home, "leave": "rest"}
        self.services["ward"] = ward
        back = {"ward": self.one_of("30%", "60%"), "leave": "rest"}
        rehab: Keys = {"kind": "beds", "capacity": str(self.one_of(1, 1, 2))}
        rehab |= {"takes": self.time(2, 5), "then": back}
        if self.sometimes(0.4):
            kept = {"who": {"urgency": "urgent"}, "capacity": "1"}
            rehab["kept_back"] = {"ring fence": kept}
            rehab["capacity"] = "3"
        if self.sometimes(0.2):
            rehab["keeps_bed"] = "no"
        if self.has_theatre and self.sometimes(0.6):
            help_ = {"leaving_free": "1", "takes_times": self.one_of("1.5", "2")}
            rehab["helped_by"] = {"bay": help_}
        self.services["rehab"] = rehab
        self.services["home"] = {"kind": "unlimited", "takes": self.time(3, 20)}

    def theatre(self) -> None:
        """Add operations: a bed held, a surgeon and nurses taken together."""
        self.services["surgeon"] = {"kind": "staff", "capacity": "2", "takes": "1 hour"}
        nurses: Keys = {"kind": "staff", "capacity": "3", "takes": self.time(0.5, 1)}
        nurses["needs"] = {"by": "urgency", "urgent": "2", "routine": "1"}
        if self.sometimes(0.5):
            nurses["keeps_order"] = "yes"
        self.services["nurses"] = nurses
        theatre: Keys = {"kind": "staff", "capacity": "1", "takes": self.time(1, 2)}
        theatre["together_with"] = {"surgeon": "1", "nurses": "2"}
        self.services["theatre"] = theatre
        self.services["bay"] = {
            "kind": "beds",
            "capacity": str(self.one_of(2, 3)),
            "takes": self.time(2, 6),
        }
        operation = {"at": "theatre", "holding": "bay", "then": "recovery"}
        if self.sometimes(0.4):
            operation["then"] = {"recovery": "70%", "home": "rest"}
        self.pathways["operation"] = {
            "start": "before",
            "steps": {
                "before": {"at": "bay", "takes": "1 hour", "then": "operated"},
                "operated": operation,
                "recovery": {"at": "bay"},
            },
        }
        self.stream("operation", "operation", 4, 12)
        self.stream("nurses", "nurses", 6, 20)

    # Demand

    def stream(self, name: str, to: str, *rates: int) -> None:
        """Add patients from outside."""
        found: Keys = {"to": to, "who": self.who()}
        way = self.one_of("rate", "rate", "rate", "rate", "booked", "listed")
        if way == "booked":
            hours = self.one_of("every day 09:00-12:00", "every day 09:00")
            found["booked_at"] = {hours: str(self.one_of(2, 4))}
            if self.sometimes(0.6):
                late = {"law": "normal", "mean": "-10 min", "sd": "20 min"}
                found["punctuality"] = "-30 min" if self.ties else late
        elif way == "listed":
            found = {"to": to, "from_file": self.rows(name)}
        else:
            found["rate"] = f"{self.draw.choice(rates)} per day"
            if self.sometimes(0.3):
                found["profile"] = "mornings"
            if self.sometimes(0.2):
                found["growth"] = "100% per year"
        if way != "listed" and self.sometimes(0.25):
            found["arrive_together"] = {"1": "60%", "3": "rest"}
        if way == "rate" and self.sometimes(0.4):
            change: Keys = {"demand": name, "multiply_by": "0.3", "from": DAYS[0]}
            change["until"] = DAYS[1]
            if self.sometimes(0.7):
                change["returns"] = {"share": "80%", "after": self.time(6, 20)}
            self.changes.append(change)
        self.demand[name] = found

    def who(self) -> Keys:
        urgency = {"urgent": self.one_of("20%", "50%"), "routine": "rest"}
        shares = {self.places[0]: self.one_of("40%", "60%"), self.places[1]: "rest"}
        return {"urgency": urgency, "place": shares}

    def rows(self, name: str) -> str:
        """Write a list of those who come, several at a time; return its path."""
        lines = ["arrives,place,urgency"]
        for _ in range(self.one_of(6, 25)):
            hour = f"{self.draw.randrange(24):02}:{self.one_of('00', '30')}"
            who = f"{self.one_of(*self.places)},{self.one_of(*URGENCIES)}"
            lines.append(f"{self.date()} {hour},{who}")
        self.tables[name] = "\n".join(lines) + "\n"
        return f"tables/{name}.csv"

    # Who is there at first

    def begin(self, name: str, *, treated: bool) -> None:
        """Put patients into a service, by number or from a list."""
        there: Keys = {}
        if self.sometimes(0.8):
            there["waiting"] = self.there(name, "waited")
        if treated and self.sometimes(0.8):
            there["in_treatment"] = self.there(name, "elapsed")
        if "sessions" in self.services[name] and self.sometimes(0.8):
            there["in_treatment"] = self.under_way(name)
        if there and self.has_start:
            self.start[name] = there

    def there(self, name: str, column: str) -> Keys:
        if self.sometimes(0.3):
            lines = [f"{column},place,urgency"]
            for _ in range(self.one_of(2, 6)):
                who = f"{self.one_of(*self.places)},{self.one_of(*URGENCIES)}"
                lines.append(f"{self.one_of(1, 2, 5)} hours,{who}")
            self.tables[f"{name} {column}"] = "\n".join(lines) + "\n"
            return {"from_file": f"tables/{name} {column}.csv"}
        found = {"number": str(self.one_of(2, 5, 9)), "who": self.who()}
        bands = ({"3 hours": "rest"}, {"0-6 hours": "70%", "6-20 hours": "rest"})
        if column == "waited" or self.sometimes(0.5):
            found["for"] = self.draw.choice(bands)
        return found

    def under_way(self, name: str) -> Keys:
        """Return those who have sessions left: by number, from a list, or unsaid."""
        if self.sometimes(0.4):
            has_dates = self.sometimes(0.5)
            header = "sessions_left,place,urgency"
            lines = [f"last_session,{header}" if has_dates else header]
            for _ in range(self.one_of(2, 6)):
                who = f"{self.one_of(*self.places)},{self.one_of(*URGENCIES)}"
                line = f"{self.one_of(1, 2, 2, 3, 5)},{who}"
                hour = self.one_of("06:00", "18:30")
                lines.append(f"2000-01-27 {hour},{line}" if has_dates else line)
            self.tables[f"{name} left"] = "\n".join(lines) + "\n"
            return {"from_file": f"tables/{name} left.csv"}
        found = {"number": str(self.one_of(2, 5, 9)), "who": self.who()}
        if self.sometimes(0.5):
            found["sessions_left"] = self.one_of(
                {"1-2": "60%", "4": "rest"}, {"3": "rest"}
            )
        return found

    # The whole

    def escalation(self) -> Keys:
        """Return rules that open units where it is full."""
        found: Keys = {}
        for name, opens, closes in (
            ("occupancy", "3", "1"),
            ("waiting", "2", "0"),
            ("longest_wait", "2 hours", "1 hour"),
        ):
            if self.sometimes(0.4):
                found[f"rule on {name}"] = {
                    "watches": "rehab" if name == "occupancy" else "front",
                    "measure": name,
                    "opens_above": opens,
                    "closes_below": closes,
                    "after": self.one_of("30 min", "1 hour"),
                    "adds": self.one_of("1", "2"),
                    "to": self.one_of("rehab", "front"),
                    "state": self.one_of("2", "3"),
                    "cost": {BUDGET: "£100 per day"},
                }
        return found

    def clocks(self) -> Keys:
        found = {
            "in all": {"start": ["joins front", "joins ward"], "stop": "leaves"},
            "to therapy": {"start": "joins front", "stop": "starts therapy"},
            "to be seen": {
                "start": ["joins clinic", "joins annexe"],
                "stop": ["starts clinic", "starts annexe", "leaves"],
            },
        }
        if self.sometimes(0.7):
            pauses = self.one_of("clinic", "therapy", "home")
            found["that pauses"] = {
                "start": ["joins front", "joins ward"],
                "pause": f"joins {pauses}",
                "resume": self.one_of(f"starts {pauses}", f"leaves {pauses}"),
                "stop": ["starts rehab", "leaves"],
            }
            if pauses == "home":
                found["that pauses"]["resume"] = "leaves home"
        return found

    def standards(self) -> Keys:
        soon = {"clock": "in all", "within": "6 hours", "target": "90%"}
        still = {"clock": "to therapy", "within": "12 hours", "target": "92%"}
        return {
            "soon": soon | {"counts": "completed"},
            "still": still | {"counts": "still_waiting"},
            "seen": still | {"clock": "to be seen", "counts": "still_waiting"},
            "full": {"occupancy": "rehab", "at_most": "85%"},
            "away": {"patients": "home", "at_most": "1"},
        }

    def costs(self) -> None:
        for name, service in self.services.items():
            if self.sometimes(0.4):
                service["cost"] = {BUDGET: self.one_of("£10 per visit", "£60 per day")}
            if name == "ward" and "pooled" not in service:
                service["cost_out_of_area"] = {BUDGET: "£200 per day"}

    def file(self) -> Keys:
        """Return the whole file."""
        self.services = {name: {} for name in ("rehab", "ward", "home")}
        self.front()
        self.clinics()
        self.caseload("intensive", "group", self.then("home"))
        self.caseload("therapy", self.one_of("clinic", "annexe"), "leave")
        self.services["therapy"]["then"] = self.then("intensive", "front")
        if isinstance(self.services["therapy"]["then"].get("front"), str):
            again = {"share": "20%", "after": "8 hours"}
            self.services["therapy"]["then"]["front"] = again
        self.services["front"]["then"] = self.then("therapy", "clinic", "ward")
        self.services["clinic"]["then"] = self.then("therapy", "annexe")
        self.wards()
        if self.has_theatre:
            self.theatre()
        for name, most in LOADS.items():
            self.stream(name, name, most, most // 2)
        for name in ("front", "clinic", "therapy", "intensive", "rehab"):
            self.begin(name, treated="takes" in self.services[name])
        self.costs()
        self.machines()
        self.hospitals()
        self.compared()
        return self.whole()

    def hospitals(self) -> None:
        """Let the wards, and a place to recover, belong to hospitals in some models."""
        if self.third.random() < 0.6:
            return
        ward = self.services["ward"]
        own = [place for place in self.places if place in ward["capacity"]]
        ward["one_per"] = "hospital"
        ward["capacity"]["by"] = "hospital"
        if "by" in ward["takes"] and "pooled" not in ward:
            ward["takes"]["by"] = "hospital"
        ward.pop("cost_out_of_area", None)
        sent = {place: self.third.choice(own) for place in self.places}
        sent |= ward["catchment"]
        if self.third.random() < 0.5:
            del ward["catchment"]
        self.sites["hospital"] = {"of": "place", "names": own, "catchment": sent}
        back = {"ward": {"share": "40%", "after": "3 hours"}, "leave": "rest"}
        recovery: Keys = {"kind": "beds", "one_per": "hospital", "takes": "4 hours"}
        beds = {"by": "hospital"} | {p: str(self.third.choice([1, 2, 5])) for p in own}
        recovery |= {"capacity": beds, "then": back}
        self.services["recovery"] = recovery
        ward["then"] = {"recovery": "20%", **ward["then"]}

    def whole(self) -> Keys:
        period: Keys = {"start": START, "horizon": f"{self.days} days", "seed": "1"}
        if not self.start and self.sometimes(0.4):
            period["warm_up"] = "1 day"
        places = {"place": list(self.places), "urgency": list(URGENCIES)}
        return {
            "caresim": "1",
            "title": "A generated file",
            "period": period,
            "scale": {"ratio": self.scale},
            "groups": places,
            "sites": self.sites,
            "profiles": {"mornings": {"during": {"every day 08:00-13:00": "1"}}},
            "budgets": [BUDGET],
            "endings": ["ended"],
            "teams": {"nurses": self.team()} if self.has_team else {},
            "services": self.services,
            "pathways": self.pathways,
            "shortest_line": self.lines,
            "demand": self.demand,
            "start_state": self.start,
            "escalation": self.escalation(),
            "clocks": self.clocks(),
            "standards": self.standards(),
            "record": {"by": ["place"], "visits": "all"},
            "changes": self.changes,
        }

    def scenario(self, folder: Path) -> Scenario:
        """Write the file into a folder, read it, and return the scenario."""
        text = json.dumps(self.file(), indent=1, ensure_ascii=False)
        tables = folder / "tables"
        tables.mkdir(exist_ok=True)
        for name, rows in self.tables.items():
            (tables / f"{name}.csv").write_text(rows)
        path = folder / "generated.yaml"
        path.write_text(text)
        return read(path)
