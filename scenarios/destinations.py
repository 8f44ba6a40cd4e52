"""Destinations: from names and shares to branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.destination_spec import BranchForm, BranchSpec, DestinationSpec
from scenarios.durations import Durations
from scenarios.leaves import NAN, Spot
from scenarios.naming import Names
from scenarios.quantities import Quantities, Route
from scenarios.scenario import Branch, Destination, Number, Target
from scenarios.sums import Sums
from scenarios.units import SHARE


@dataclass(frozen=True)
class Origin:
    """From where a destination is looked at."""

    pathway: str | None = None
    """Whose steps can be named."""
    service: str | None = None
    """Out of which service it leads; None: from outside, or from a start."""
    holds: bool = False
    """Whether a unit is held, so that `arranged_in` makes sense."""


class Destinations:
    """Makes `Destination`s of what is written."""

    def __init__(
        self, names: Names, quantities: Quantities, durations: Durations, sums: Sums
    ) -> None:
        self.names = names
        self.quantities = quantities
        self.problems = quantities.problems
        self.durations = durations
        self.sums = sums
        self.dangling = False
        """Whether any name could not be resolved: then nothing is said of reach."""

    def destination(
        self, spec: DestinationSpec, spot: Spot, origin: Origin
    ) -> Destination:
        """Return a destination."""
        if isinstance(spec, str):
            target = self._target(spec, spot, origin, at_key=False)
            self._mind_fixed_route(origin, target, spot)
            return (Branch(target, None),)
        return self._branches(spec, spot, origin)

    def _branches(
        self, spec: Mapping[str, BranchSpec], spot: Spot, origin: Origin
    ) -> Destination:
        alone = len(spec) == 1
        branches = tuple(
            self._branch(name, part, spot, origin, alone=alone)
            for name, part in spec.items()
        )
        if not self.problems.is_broken(*spot.path):
            self.sums.check_shares([b.share for b in branches], spot)
        for name, branch in zip(spec, branches, strict=True):
            if branch.share is None:
                at = spot if alone else spot.at(name)
                self._mind_fixed_route(origin, branch.target, at)
        return branches

    def _branch(
        self, name: str, part: BranchSpec, spot: Spot, origin: Origin, *, alone: bool
    ) -> Branch:
        at = spot.at(name)
        target = self._target(name, at, origin, at_key=True)
        form = (
            part
            if isinstance(part, BranchForm)
            else BranchForm.model_construct(share=part)
        )
        share_at = at.at("share")
        if not isinstance(part, BranchForm):
            share_at = Spot(at.path, share_at.what)
        share = self._share(form, share_at, origin, target, alone=alone)
        if form.arranged_in is not None and not origin.holds:
            message = "nothing is held here; write `after`."
            self.problems.add((*at.path, "arranged_in"), message, at_key=True)
        after, arranged = form.after, form.arranged_in
        return Branch(
            target,
            share,
            None if after is None else self.durations.laws(after, at.at("after")),
            None
            if arranged is None
            else self.durations.laws(arranged, at.at("arranged_in")),
        )

    def _share(
        self, form: BranchForm, at: Spot, origin: Origin, target: Target, *, alone: bool
    ) -> Number | None:
        if form.share is None and not alone:
            place = at.path[:-1] if at.path[-1] == "share" else at.path
            if not self.problems.is_broken(*place):
                message = "how many go here? Write `share: 30%`, or `share: rest`."
                self.problems.add(place, message)
            return Number((NAN,), "")
        if form.share is None or form.share == "rest":
            return None
        route = None
        if origin.service is not None:
            route = self._route(origin.service, target)
        share = self.quantities.number(form.share, at, SHARE, route=route)
        self.sums.check_share(share, at)
        return share

    def _route(self, service: str, target: Target) -> Route:
        """Return the way of a share; to what is one per place by group."""
        targets = self.names.services_at(target)
        groups = self.quantities.groups
        if not self.problems.blocks.made or len(targets) < 2:
            return Route(service, targets)
        by_group = [
            self.names.services_at(target, homes=groups.homes(g))
            for g in range(len(groups))
        ]
        return Route(service, targets, tuple(by_group))

    def _target(self, name: str, spot: Spot, origin: Origin, *, at_key: bool) -> Target:
        target = self.names.checked(name, origin.pathway, spot.path, at_key=at_key)
        if target is None:
            self.dangling = True
        return target or Target()

    def _mind_fixed_route(self, origin: Origin, target: Target, spot: Spot) -> None:
        """Report changes of routes that meet all, or the rest: it cannot be changed."""
        if origin.service is None:
            return
        services = self.names.services_at(target)
        for change in self.quantities.changes:
            if change.acts_on_route(origin.service, services):
                place = self.problems.shown(self.problems.origin(spot.path))
                message = (
                    f"{place} leads there with all patients, or with the `rest`; such "
                    "a share cannot be multiplied. Write it as a share, or leave this "
                    "service out with `out_of`."
                )
                self.problems.add((*change.path, "routes"), message)
