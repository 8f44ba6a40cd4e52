"""Streams of patients from outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from kernels.layout import LARGEST_PARTY
from scenarios.bookings import Bookings
from scenarios.changes import EVERYBODY, stream_sector, stream_to
from scenarios.destinations import Destinations, Origin
from scenarios.leaves import Leaf, Spot
from scenarios.naming import Names
from scenarios.parties import Parties
from scenarios.patient_lists import ListReader
from scenarios.population import Population, Who
from scenarios.problems import did_you_mean, nearest, quoted
from scenarios.profiles import Profiles
from scenarios.quantities import Quantities
from scenarios.rates import MOST_PER_DAY
from scenarios.returns import ReturnsReader
from scenarios.scenario import Destination, Number, Stream
from scenarios.spec import ScenarioForm
from scenarios.stream_spec import StreamForm
from scenarios.texts import Quantity
from scenarios.units import FACTOR, GROWTH, RATE, Varied

SOURCES = ("rate", "booked_at", "from_file")
ALIEN = {
    "rate": ("punctuality",),
    "booked_at": ("profile",),
    "from_file": ("profile", "growth", "arrive_together", "punctuality"),
}
"""What does not go with each of them."""
WHY = {
    "profile": "their times are written.",
    "growth": "their number is written; `changes` can multiply it.",
    "arrive_together": "each row is one patient.",
    "punctuality": "it is about patients who have an appointment.",
}
NO_RETURNS = (
    "only patients who come at a `rate` can come later; who is booked, or stands in a "
    "list, is booked anew or written down again."
)


def _too_many_copies(values: Sequence[float]) -> str | None:
    if values[0] <= LARGEST_PARTY:
        return None
    return f"at most {LARGEST_PARTY} patients can come for each row"


class Demand:
    """Makes `Stream`s of what is written."""

    def __init__(
        self,
        spec: ScenarioForm,
        names: Names,
        quantities: Quantities,
        destinations: Destinations,
        population: Population,
        profiles: Profiles,
    ) -> None:
        self.spec = spec
        self.names = names
        self.quantities = quantities
        self.problems = quantities.problems
        self.groups = quantities.groups
        self.destinations = destinations
        self.population = population
        self.profiles = profiles
        sums, period = destinations.sums, profiles.period
        self.bookings = Bookings(profiles.calendars, quantities, sums)
        self.returns = ReturnsReader(quantities, destinations.durations)
        self.lists = ListReader(self.groups, self.problems, period.begin, period.end)
        self.parties = Parties(quantities, sums)

    def streams(self) -> tuple[Stream, ...]:
        """Return all streams."""
        self.returns.check()
        return tuple(self._stream(n, form) for n, form in self.spec.demand.items())

    def _stream(self, name: str, form: StreamForm) -> Stream:
        spot = Spot(("demand", name))
        to = self._to(name, form, spot)
        source = self._source(form, spot)
        growth = None
        if form.growth is not None:
            growth = self.quantities.settled(form.growth, spot.at("growth"), GROWTH)
        stream = Stream(
            name,
            to,
            None,
            per_person=False,
            shares=(),
            growth=growth,
            sector=stream_sector(name, self.spec, self.names),
        )
        if source == "from_file":
            return self._listed(stream, form, spot)
        if form.arrive_together is not None:
            at = spot.at("arrive_together")
            sizes = self.parties.sizes(form.arrive_together, at)
            stream = replace(stream, parties=sizes)
        if source == "booked_at":
            return self._booked(stream, form, spot)
        return self._at_a_rate(stream, form, spot) if source == "rate" else stream

    def _source(self, form: StreamForm, spot: Spot) -> str | None:
        """Return which key says how many come; report what does not go with it."""
        written = [key for key in SOURCES if getattr(form, key) is not None]
        if not written:
            keys = self.problems.keys(spot.path)
            unknown = [key for key in keys if key not in StreamForm.allowed()]
            if not set(keys) & set(SOURCES) and not any(
                nearest(key, unknown) for key in SOURCES
            ):
                message = "`rate` is missing: how many patients per day or week?"
                self.problems.add(spot.path, message, at_key=True)
            return None
        if len(written) > 1:
            message = f"write one of {' and '.join(written)}, not both."
            self.problems.add((*spot.path, written[1]), message, at_key=True)
            return None
        for key in ALIEN[written[0]]:
            if getattr(form, key) is not None:
                message = f"`{key}` does not go with `{written[0]}`: {WHY[key]}"
                self.problems.add((*spot.path, key), message, at_key=True)
        return written[0]

    def _at_a_rate(self, stream: Stream, form: StreamForm, spot: Spot) -> Stream:
        """Return a stream of patients who come at a rate."""
        if form.rate is None:
            return stream
        rate, per_person, shares = self._rate(form.rate, form, spot)
        self.destinations.sums.check_positive(rate, spot.at("rate"))
        if per_person:
            self._check_size(rate, spot.at("rate"))
        return replace(
            stream,
            rate=self.returns.on(rate),
            per_person=per_person,
            shares=shares,
            profiles=self.profiles.of(form.profile, (*spot.path, "profile")),
        )

    def _booked(self, stream: Stream, form: StreamForm, spot: Spot) -> Stream:
        """Return a stream of booked patients."""
        booked = self.bookings.booked(form.booked_at or {}, spot.at("booked_at"))
        for booking in booked:
            self.returns.refuse(booking.number, NO_RETURNS)
        punctuality = None
        if form.punctuality is not None:
            at = spot.at("punctuality")
            punctuality = self.bookings.punctuality(form.punctuality, at)
        shares: tuple[Number, ...] = ()
        who = Who(form.who, (*spot.path, "who"), self.population, self.problems)
        number = next(iter((form.booked_at or {}).values()), None)
        if number is not None and self.groups.dimensions:
            leaves = self.quantities.written.of(number, (*spot.path, "booked_at"))
            if self._is_clear(who, leaves, set(), spot):
                shares = self._shares(who, leaves, spot)
        return replace(stream, booked=booked, punctuality=punctuality, shares=shares)

    def _listed(self, stream: Stream, form: StreamForm, spot: Spot) -> Stream:
        """Return a stream of patients who come as a list says."""
        at = spot.at("from_file")
        plain = Quantity(1.0, "1")
        usual = Spot(at.path, at.what, usual=("rate",))
        number = self.quantities.number(plain, usual, FACTOR)
        self.returns.refuse(number, NO_RETURNS)
        for change in self.quantities.movers.get(number.place, []):
            if change.operation in ("add", "set_to"):
                message = (
                    "how many come from a list can be changed by `multiply_by` and "
                    "`curve`."
                )
                self.problems.add_once(change.path, message)
        self.destinations.sums.check((number,), at, _too_many_copies)
        fixed = self._fixed(form, spot)
        if any(self.problems.is_broken(*p) for p in ((*spot.path, "who"), ("groups",))):
            return replace(stream, copies=number)
        rows = self.lists.rows(form.from_file or "", at.path, fixed)
        return replace(stream, listed=rows, copies=number)

    def _fixed(self, form: StreamForm, spot: Spot) -> dict[str, str]:
        """Return the groups that `who` gives to all rows of a list."""
        fixed = {}
        for dimension, part in (form.who or {}).items():
            at = (*spot.path, "who", dimension)
            if self.groups.axis(dimension, at) is None:
                continue
            if not isinstance(part, str):
                message = (
                    "of a list, `who` says one group for all rows; where they differ, "
                    f"the list has a column {quoted(dimension)}."
                )
                self.problems.add(at, message)
            elif self.groups.check_group(dimension, part, at, at_key=False):
                fixed[dimension] = part
        return fixed

    def _to(self, name: str, form: StreamForm, spot: Spot) -> Destination:
        if form.to is None and self.names.target(name, None) is None:
            if not self.problems.is_broken(*spot.path, "to"):
                gone = (*self.spec.endings, "leave")
                known = [n for n in self.names.known() if n not in gone]
                message = (
                    "a stream that is not named after a service needs `to:`."
                    f"{did_you_mean(name, known)}"
                )
                self.problems.add(spot.path, message, at_key=True)
            self.destinations.dangling = True
            return ()
        at = spot if form.to is None else spot.at("to")
        return self.destinations.destination(stream_to(name, form), at, Origin())

    # Rates

    def _rate(
        self, rate: Varied, form: StreamForm, spot: Spot
    ) -> tuple[Number, bool, tuple[Number, ...]]:
        """Return the rate, whether it is per person, and the shares of the groups."""
        at = spot.at("rate")
        who = Who(form.who, (*spot.path, "who"), self.population, self.problems)
        leaves = self.quantities.written.of(rate, at.path)
        pers = {leaf.quantity.per for leaf in leaves if leaf.quantity is not None}
        per_person = "person" in pers
        if not self._is_clear(who, leaves, pers, spot):
            return self.quantities.number(rate, at, RATE), per_person, ()
        if not self.groups.dimensions:
            number = self.quantities.number(rate, at, RATE)
            return number, per_person, ()
        if per_person:
            number = self.quantities.number(rate, at, RATE, weigh=who.per_person)
            return number, True, ()
        if isinstance(rate, Quantity) and self._is_changed_as_one(spot):
            number = self.quantities.number(rate, at, RATE)
            return number, False, self._shares(who, leaves, spot)
        number = self.quantities.number(rate, at, RATE, weigh=who.weights)
        return number, False, ()

    def _check_size(self, rate: Number, spot: Spot) -> None:
        """Refuse a rate per people that is too much for all of them."""
        people = [self.population.count(g) for g in range(len(self.groups))]
        rates = rate.values * (len(people) // len(rate.values))
        total = math.fsum(r * n for r, n in zip(rates, people, strict=True))
        if total > MOST_PER_DAY:
            message = f"together this is more than {MOST_PER_DAY:,.0f} a day."
            self.problems.add(spot.path, message)

    def _shares(self, who: Who, leaves: list[Leaf], spot: Spot) -> tuple[Number, ...]:
        place = self.problems.shown((*spot.path, "who"))
        weights = who.weights(leaves * len(self.groups), None)
        return tuple(Number((w,), place) for w in weights)

    def _is_changed_as_one(self, spot: Spot) -> bool:
        """Return whether all changes of a rate leave the shares of the groups alone."""
        return all(
            change.operation in ("multiply_by", "curve")
            or (change.mask is None and isinstance(change.operand, str))
            for change in self.quantities.changes
            if change.acts_on(spot.thing, ["rate"])
        )

    def _is_clear(
        self, who: Who, leaves: list[Leaf], pers: set[str], spot: Spot
    ) -> bool:
        """Return whether it can be said who comes; report it otherwise."""
        at = (*spot.path, "rate")
        sections = ("people", "groups")
        if who.is_broken or any(self.problems.is_broken(name) for name in sections):
            return False
        if any(leaf.quantity is None for leaf in leaves):
            return False
        if len(pers) > 1:
            message = "either all of these rates are per people, or none."
            self.problems.add(at, message)
            return False
        if "person" in pers and self.population.number is None:
            message = "a rate per people needs numbers of people: a `people:` section."
            self.problems.add(at, message)
            return False
        return self._is_divided(who, leaves, spot, per_person="person" in pers)

    def _is_divided(
        self, who: Who, leaves: list[Leaf], spot: Spot, *, per_person: bool
    ) -> bool:
        every = leaves if len(leaves) > 1 else leaves * len(self.groups)
        asks_all = self._may_come_later(spot)
        for group, leaf in enumerate(every):
            twice = leaf.by & set(who.shares)
            if twice:
                message = f"`who` and the rate both divide by {', '.join(twice)}."
                self.problems.add((*spot.path, "who"), message)
                return False
            undecided = who.undecided(leaf.by)
            if undecided and (asks_all or not self._is_nobody(leaf, group)):
                self._say_undecided(undecided, spot)
                return False
        weights = who.weights(every, None)
        if any(math.isnan(w) for w in weights):
            return False
        if not any(weights) and any(leaf.value > 0 for leaf in leaves):
            if per_person and asks_all:
                return True
            message = "nobody can come: there are no such people."
            self.problems.add(spot.path, message, at_key=True)
            return False
        lacking = who.lacking(every, per_person=per_person)
        if lacking:
            whom = self.groups.said(lacking)
            message = f"nobody can come {whom}: there are no such people."
            self.problems.add(spot.path, message, at_key=True)
        return not lacking

    def _is_nobody(self, leaf: Leaf, group: int) -> bool:
        """Return whether nobody comes of a group, so that nothing is to be divided."""
        return leaf.value == 0 or self.population.count(group) == 0

    def _may_come_later(self, spot: Spot) -> bool:
        """Return whether changes may bring somebody where nobody came before."""
        return any(
            change.operation in ("add", "set_to")
            for change in self.quantities.changes
            if change.acts_on(spot.thing, ["rate"])
            or change.acts_on(EVERYBODY, ["number"])
        )

    def _say_undecided(self, undecided: list[str], spot: Spot) -> None:
        dimension = undecided[0]
        groups = self.groups.dimensions[dimension]
        by_group = ""
        if self.spec.demand[str(spot.path[1])].rate is not None:
            by_group = f"a rate by group (`{{by: {dimension}, ...}}`), "
        message = (
            f"nothing says who comes by {quoted(dimension)}. Write "
            f"`who: {{{dimension}: {groups[0]}}}`, shares "
            f"(`who: {{{dimension}: {{{groups[0]}: 40%, {groups[-1]}: rest}}}}`), "
            f"{by_group}or numbers of `people`."
        )
        self.problems.add(spot.path, message, at_key=True)
