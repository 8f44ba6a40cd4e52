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
from scenarios.service_spec import ServiceForm
from scenarios.sums import Sums
from scenarios.units import SHARE

KEPT_KINDS = ("staff", "beds", "caseload")


@dataclass(frozen=True)
class Origin:
    """From where a destination is looked at."""

    pathway: str | None = None
    """Whose steps can be named."""
    service: str | None = None
    """Out of which service it leads; None: from outside, or from a start."""
    kind: str = ""
    """Of that service, where a unit is held."""
    holds: bool = False
    """Whether a unit is held, so that `arranged_in` makes sense."""


class Destinations:
    """Makes `Destination`s of what is written."""

    def __init__(
        self,
        names: Names,
        quantities: Quantities,
        durations: Durations,
        sums: Sums,
        services: Mapping[str, ServiceForm],
    ) -> None:
        self.names = names
        self.services = services
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
            return (Branch(target, None, keeps_bed=self._keeps(None, target, origin)),)
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
        self._check_keeps(form, at, origin, target)
        after, arranged = form.after, form.arranged_in
        return Branch(
            target,
            share,
            None if after is None else self.durations.laws(after, at.at("after")),
            None
            if arranged is None
            else self.durations.laws(arranged, at.at("arranged_in")),
            self._keeps(form, target, origin),
        )

    def _keeps(self, form: BranchForm | None, target: Target, origin: Origin) -> bool:
        """Return whether a unit is kept until the next service calls in."""
        if origin.service is None or origin.kind not in KEPT_KINDS:
            return False
        if form is not None and form.after is not None:
            return False
        leads_to = self.names.services_at(target)
        written = None if form is None else form.keeps_bed
        usual = getattr(self.services[origin.service], "keeps_bed", None)
        if not leads_to or "no" in (written, usual if written is None else written):
            return False
        if "yes" in (written, usual):
            return True
        kinds = {getattr(self.services.get(s), "kind", "") for s in leads_to}
        return origin.kind == "beds" and kinds == {"beds"}

    def _check_keeps(
        self, form: BranchForm, spot: Spot, origin: Origin, target: Target
    ) -> None:
        """Refuse what is said of keeping a bed where there is none to keep."""
        if form.keeps_bed is None:
            return
        message = None
        if not origin.holds or origin.kind not in KEPT_KINDS:
            message = (
                "nothing is held here that could be kept; beds, staff and places are."
            )
        elif form.after is not None:
            message = "with `after` the bed is given up; `arranged_in` keeps it."
        elif target.ending is not None or target == Target():
            message = "who leaves the model keeps nothing."
        if message is not None and (form.keeps_bed == "yes" or form.after is None):
            self.problems.add((*spot.path, "keeps_bed"), message, at_key=True)

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
