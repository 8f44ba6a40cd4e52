"""Streams of patients from outside."""

from __future__ import annotations

import math

from scenarios.changes import EVERYBODY, stream_sector, stream_to
from scenarios.destinations import Destinations, Origin
from scenarios.leaves import Leaf, Spot
from scenarios.naming import Names
from scenarios.population import Population, Who
from scenarios.problems import did_you_mean, quoted
from scenarios.profiles import Profiles
from scenarios.quantities import Quantities
from scenarios.rates import MOST_PER_DAY
from scenarios.scenario import Destination, Number, Stream
from scenarios.spec import ScenarioForm, StreamForm
from scenarios.texts import Quantity
from scenarios.units import GROWTH, RATE


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

    def streams(self) -> tuple[Stream, ...]:
        """Return all streams."""
        return tuple(self._stream(n, form) for n, form in self.spec.demand.items())

    def _stream(self, name: str, form: StreamForm) -> Stream:
        spot = Spot(("demand", name))
        rate, per_person, shares = self._rate(form, spot)
        self.destinations.sums.check_positive(rate, spot.at("rate"))
        if per_person:
            self._check_size(rate, spot.at("rate"))
        growth = None
        if form.growth is not None:
            growth = self.quantities.settled(form.growth, spot.at("growth"), GROWTH)
        return Stream(
            name,
            self._to(name, form, spot),
            rate,
            per_person,
            shares,
            self.profiles.of(form.profile, (*spot.path, "profile")),
            growth,
            stream_sector(name, self.spec, self.names),
        )

    def _to(self, name: str, form: StreamForm, spot: Spot) -> Destination:
        if form.to is None and self.names.target(name, None) is None:
            if not self.problems.is_broken(*spot.path, "to"):
                known = [*self.names.services, *self.names.pathways]
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
        self, form: StreamForm, spot: Spot
    ) -> tuple[Number, bool, tuple[Number, ...]]:
        """Return the rate, whether it is per person, and the shares of the groups."""
        at = spot.at("rate")
        who = Who(form.who, (*spot.path, "who"), self.population, self.problems)
        leaves = self.quantities.written.of(form.rate, at.path)
        pers = {leaf.quantity.per for leaf in leaves if leaf.quantity is not None}
        per_person = "person" in pers
        if not self._is_clear(who, leaves, pers, spot):
            return self.quantities.number(form.rate, at, RATE), per_person, ()
        if not self.groups.dimensions:
            number = self.quantities.number(form.rate, at, RATE)
            return number, per_person, ()
        if per_person:
            number = self.quantities.number(form.rate, at, RATE, weigh=who.per_person)
            return number, True, ()
        if isinstance(form.rate, Quantity) and self._is_changed_as_one(spot):
            number = self.quantities.number(form.rate, at, RATE)
            return number, False, self._shares(who, leaves, spot)
        number = self.quantities.number(form.rate, at, RATE, weigh=who.weights)
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
        message = (
            f"nothing says who comes by {quoted(dimension)}. Write "
            f"`who: {{{dimension}: {groups[0]}}}`, shares "
            f"(`who: {{{dimension}: {{{groups[0]}: 40%, {groups[-1]}: rest}}}}`), a "
            f"rate by group (`{{by: {dimension}, ...}}`), or numbers of `people`."
        )
        self.problems.add(spot.path, message, at_key=True)
