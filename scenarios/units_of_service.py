"""Who may take the units of a service: needs, help, reserves, interruptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from kernels.layout import DAY
from scenarios.breakdowns import breakdowns
from scenarios.calendars import Calendars
from scenarios.durations import Durations
from scenarios.leaves import Spot
from scenarios.moving_back import MovingBack
from scenarios.naming import Names
from scenarios.places import Path
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.repeating import OTHERS
from scenarios.scenario import (
    Escalation,
    Help,
    Interruption,
    Number,
    Price,
    Reserve,
    WeekTime,
)
from scenarios.service_spec import (
    Beds,
    HelpForm,
    ServiceForm,
    SharedForm,
    Slots,
    Staff,
    StepForm,
    UnitsForm,
)
from scenarios.spec import EscalationForm
from scenarios.sums import TOLERANCE, Sums
from scenarios.timeline import differs
from scenarios.units import (
    DURATION,
    FACTOR,
    PRIORITY,
    SHARE,
    WHOLE,
    Unit,
    Varied,
    read_varied,
)

HIGHEST_STATE = 9
COUNTED = {
    "occupancy": "`occupancy` is how many units are in use.",
    "waiting": "`waiting` is how many people are in line.",
    "longest_wait": "`longest_wait` is how long the first in line has waited.",
}
"""What each measure of a rule of escalation is."""
Prices = Callable[[Mapping[str, Varied], Spot], tuple[Price, ...]]
Together = tuple[tuple[str, Number], ...]


class UnitsOfService:
    """Makes what the forms say of units into parts of `Service` and `Step`."""

    def __init__(
        self,
        names: Names,
        durations: Durations,
        calendars: Calendars,
        services: Collection[str],
    ) -> None:
        self.names = names
        self.dangling = False
        """Whether any name could not be resolved: then nothing is said of reach."""
        self.services = services
        """Those that could be read; of the others their own mistakes are told."""
        self.durations = durations
        self.calendars = calendars
        self.quantities = durations.quantities
        self.moving_back = MovingBack(durations.quantities)
        self.sums: Sums = durations.sums
        self.problems = durations.problems
        self.groups = self.quantities.groups

    def of_service(self, form: ServiceForm, spot: Spot) -> dict[str, Any]:
        """Return the fields of a `Service` that say who may take its units."""
        made: dict[str, Any] = {}
        if form.due_within is not None:
            at = spot.at("due_within")
            made["due_within"] = self._settled(form.due_within, at, DURATION)
        if isinstance(form, SharedForm):
            made["helped_by"] = self._helps(form, spot.at("helped_by"))
            made["keeps_order"] = form.keeps_order == "yes"
        if isinstance(form, UnitsForm):
            made["kept_back"] = self._reserves(form, spot.at("kept_back"))
        if isinstance(form, Slots):
            made |= self._slots(form, spot)
        if isinstance(form, Staff | Beds):
            made["interrupted"] = self._interruption(form, spot.at("interrupted"))
        if isinstance(form, Staff):
            made["breakdowns"] = breakdowns(form, spot, self.durations)
        if isinstance(form, Beds):
            if form.cleaning is not None:
                at = spot.at("cleaning")
                made["cleaning"] = self.durations.laws(form.cleaning, at)
            made["discharge_hours"] = self._hours(form, spot.at("discharge_hours"))
        return made

    def _helps(self, form: SharedForm, spot: Spot) -> tuple[Help, ...]:
        helps = []
        for name, written in form.helped_by.items():
            at = spot.at(name)
            if name == OTHERS and name not in self.names.services:
                message = (
                    "`others` are those of the other places; this service is not "
                    "`one_per` anything."
                )
                self.problems.add(at.path, message, at_key=True)
                continue
            if not self._is_service(name, at.path):
                continue
            if not isinstance(written, HelpForm):
                helps.append(Help(name))
                continue
            within = at.at("unless_leaving_within")
            helps.append(
                Help(
                    name,
                    self._one(written.after, at.at("after"), DURATION),
                    int(self._one(written.leaving_free, at.at("leaving_free"), WHOLE)),
                    self._factor(written.takes_times, at.at("takes_times")),
                    self.moving_back.read(form, written, at),
                    self._one(written.unless_leaving_within, within, DURATION),
                )
            )
        return tuple(helps)

    def _factor(self, written: Varied | None, spot: Spot) -> Number | None:
        """Return a factor on times of treatment."""
        if written is None:
            return None
        number = self.quantities.number(written, spot, FACTOR)
        self.sums.check((number,), spot, _no_time)
        return number

    def _one(self, written: Varied | None, spot: Spot, unit: Unit) -> float:
        """Return a number that is the same for all and never moves; 0 if left out."""
        if written is None:
            return 0.0
        number = self._settled(written, spot, unit)
        if len(number.values) > 1:
            self._say(number, spot, "this is the same for all groups.")
        value = number.values[0]
        return 0.0 if math.isnan(value) else value

    def _settled(
        self, written: Varied, spot: Spot, unit: Unit, least: int = 0
    ) -> Number:
        """Return a number that never moves; report what changes must not make of it."""
        number = self.quantities.settled(written, spot, unit)
        if any(math.isnan(value) for value in number.values):
            return number  # It was refused.
        if any(value < least for value in number.values):
            few = "this is less than nothing."
            none = "a visit needs one unit at least: write 1 or more."
            self._say(number, spot, none if least else few)
        elif unit is WHOLE:
            values = tuple(_nearest_whole(value) for value in number.values)
            number = replace(number, values=values)
            if any(value % 1 for value in values):
                self._say(number, spot, "units are counted in whole numbers.")
        return number

    def _say(self, number: Number, spot: Spot, message: str) -> None:
        """Report a number at the last change that acts on it, or where it stands."""
        change = self.quantities.last_mover(number)
        if change is None:
            self.problems.add_once(spot.path, message)
        else:
            text = f"{message.removesuffix('.')} ({number.place})."
            self.problems.add_once(change.path, text)

    def _is_service(self, name: str, path: Path, *, at_key: bool = True) -> bool:
        """Return whether a name is that of a service; report it if there is none."""
        services = self.names.services
        if name in services:
            return name in self.services
        self.dangling = True
        block = self.names.blocks.repeated("services", name)
        if block is not None:
            part = next(iter(block.instances.values()))
            message = (
                f"{quoted(name)} is one per {block.dimension}: write which one, "
                f"{quoted(part)} for example."
            )
            self.problems.add(path, message, at_key=at_key)
            return False
        message = (
            f"{quoted(name)} is not a service.{did_you_mean(name, services)} "
            f"Declared: {listed(services)}."
        )
        self.problems.add(path, message, at_key=at_key)
        return False

    def _reserves(self, form: UnitsForm, spot: Spot) -> tuple[Reserve, ...]:
        reserves = []
        for name, written in form.kept_back.items():
            at = spot.at(name)
            mask = self.groups.mask(written.who, (*at.path, "who"))
            capacity = int(self._one(written.capacity, at.at("capacity"), WHOLE))
            if mask is not None:
                reserves.append(Reserve(name, mask, capacity))
        return tuple(reserves)

    def _slots(self, form: Slots, spot: Spot) -> dict[str, Any]:
        """Return for whom slots are, and how long beforehand they are given out."""
        made: dict[str, Any] = {}
        reserves = []
        for name, written in form.kept_back.items():
            at = spot.at("kept_back", name)
            mask = self.groups.mask(written.who, (*at.path, "who"))
            capacity = int(self._one(written.capacity, at.at("capacity"), WHOLE))
            released = None
            if written.released is not None:
                released = self._one(written.released, at.at("released"), DURATION)
            if mask is not None:
                reserves.append(Reserve(name, mask, capacity, released))
        made["kept_back"] = tuple(reserves)
        if form.booked is not None:
            at = spot.at("booked")
            notice = self._one(form.booked.notice, at.at("notice"), DURATION)
            ahead = self._one(form.booked.ahead, at.at("ahead"), DURATION)
            if ahead <= notice and not self.problems.is_broken(*at.path):
                message = "this must be longer than `notice`, or there is no date."
                self.problems.add((*at.path, "ahead"), message)
            made["booked"] = (notice, ahead)
        if form.patients_per_slot is not None:
            at = spot.at("patients_per_slot")
            made["per_slot"] = int(self._one(form.patients_per_slot, at, WHOLE))
            if made["per_slot"] < 1:
                self.problems.add_once(at.path, "a slot is for one patient at least.")
                made["per_slot"] = 1
        return made

    def _interruption(self, form: Staff | Beds, spot: Spot) -> Interruption | None:
        written = form.interrupted
        if written is None:
            return None
        priority = self._one(written.by_priority, spot.at("by_priority"), PRIORITY)
        return Interruption(int(priority), written.afterwards == "start_again")

    def _hours(self, form: Beds, spot: Spot) -> tuple[tuple[WeekTime, Number], ...]:
        made = []
        for text, share in (form.discharge_hours or {}).items():
            at = spot.at(text)
            entries = self.calendars.entries(text, at.path)
            if any(entry.time.holidays != "as other days" for entry in entries):
                message = (
                    "patients leave on bank holidays as on other days: write Mon-Fri, "
                    "weekends or every day."
                )
                self.problems.add(at.path, message, at_key=True)
            elif len(entries) > 1:
                message = (
                    f"{quoted(text)} is {len(entries)} times of the week: write each "
                    "of them with its own share."
                )
                self.problems.add(at.path, message, at_key=True)
            number = self.quantities.number(share, at, SHARE)
            self.sums.check_share(number, at)
            if differs(number):
                self._say(number, at, "this share is the same for all groups.")
            made += [(entry.time, number) for entry in entries]
        if made and not self.problems.is_broken(*spot.path):
            self.sums.check_shares([share for _, share in made], spot, "")
        return tuple(made)

    # Steps

    def needs(self, written: Varied | None, spot: Spot) -> Number | None:
        """Return how many units a visit takes."""
        if written is None:
            return None
        return self._settled(written, spot, WHOLE, least=1)

    def planned(self, written: Varied | None, spot: Spot) -> Number | None:
        """Return the time that must be left before units close."""
        if written is None:
            return None
        return self.quantities.settled(written, spot, DURATION)

    def together(self, written: Mapping[str, Varied] | None, spot: Spot) -> Together:
        """Return the units of other services that a visit takes with its own."""
        made = []
        for name, varied in (written or {}).items():
            at = spot.at(name)
            if self._is_service(name, at.path):
                made.append((name, self._settled(varied, at, WHOLE, least=1)))
        return tuple(made)

    def holding(self, form: StepForm, spot: Spot) -> tuple[str, ...]:
        """Return the services whose units a step holds."""
        written = form.holding
        if written is None:
            return ()
        names = [written] if isinstance(written, str) else written
        found = []
        for i, name in enumerate(names):
            path = spot.path if isinstance(written, str) else (*spot.path, i)
            if not self._is_service(name, path, at_key=False):
                continue
            if name in found:
                self.problems.add(path, f"{quoted(name)} is written twice.")
            else:
                found.append(name)
        return tuple(found)

    # Escalation

    def escalation(
        self, written: Mapping[str, EscalationForm], prices: Prices
    ) -> tuple[Escalation, ...]:
        """Return the rules of escalation."""
        made = []
        for name, form in written.items():
            spot = Spot(("escalation", name))
            to = form.watches if form.to is None else form.to
            is_known = self._is_service(
                form.watches, spot.at("watches").path, at_key=False
            )
            if form.to is not None:
                at = spot.at("to").path
                is_known &= self._is_service(form.to, at, at_key=False)
            opens = self._limit(form, "opens_above", spot)
            closes = self._limit(form, "closes_below", spot)
            after = self._one(form.after, spot.at("after"), DURATION)
            adds = int(self._one(form.adds, spot.at("adds"), WHOLE))
            state = 1
            if form.state is not None:
                state = int(self._one(form.state, spot.at("state"), WHOLE))
            costs = self._rule_prices(prices(form.cost, spot.at("cost")), spot)
            if not is_known or self.problems.is_broken(*spot.path):
                continue
            self._check_rule(spot, opens, closes, after, adds, state)
            made.append(
                Escalation(
                    name,
                    form.watches,
                    form.measure,
                    opens,
                    closes,
                    after,
                    adds,
                    to,
                    state,
                    costs,
                )
            )
        return tuple(made)

    def _rule_prices(self, prices: tuple[Price, ...], spot: Spot) -> tuple[Price, ...]:
        """Return prices of open rules; report those that are not per time, or vary."""
        for price in prices:
            at = spot.at("cost", price.budget)
            if price.per != "day" and not self.problems.is_broken(*at.path):
                message = (
                    "an open rule costs so much a day: write £2400 per day, for "
                    "example."
                )
                self.problems.add(at.path, message)
            elif differs(price.number):
                self._say(price.number, at, "this price is the same for all groups.")
        return prices

    def _limit(self, form: EscalationForm, key: str, spot: Spot) -> float:
        """Return a threshold: a time for `longest_wait`, else a number."""
        unit = DURATION if form.measure == "longest_wait" else WHOLE
        path = spot.at(key).path
        try:
            varied = read_varied(unit, getattr(form, key), self.quantities.sources)
        except ValidationError as error:
            message = f"{error.errors()[0]['msg']} {COUNTED[form.measure]}"
            self.problems.add(path, message)
            return 0.0
        return self._one(varied, spot.at(key), unit)

    def _check_rule(
        self,
        spot: Spot,
        opens: float,
        closes: float,
        after: float,
        adds: int,
        state: int,
    ) -> None:
        if closes >= opens:
            message = (
                "this must lie below `opens_above`, or the rule would open and close "
                "without end."
            )
            self.problems.add(spot.at("closes_below").path, message)
        if after * DAY < 1:
            message = (
                "a rule opens and closes when the state has lasted for some time: "
                "write 1 hour, for example."
            )
            self.problems.add(spot.at("after").path, message)
        if adds == 0:
            self.problems.add(
                spot.at("adds").path, "this opens nothing: write 1 or more."
            )
        if not 1 <= state <= HIGHEST_STATE:
            message = f"a state is a number from 1 to {HIGHEST_STATE}."
            self.problems.add(spot.at("state").path, message)


def _no_time(factors: Sequence[float]) -> str | None:
    """Return that a factor leaves no time for treatment, if it does."""
    if factors[0] > TOLERANCE:
        return None
    return f"this factor is {factors[0]:.6g}: treatment would take no time"


def _nearest_whole(value: float) -> float:
    """Return a number without the traces that factors such as 1.1 leave on it."""
    whole = float(round(value))
    return whole if abs(value - whole) < TOLERANCE else value
