"""What services cost beside their use: capacity, agencies, patients of other places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scenarios.changes import both
from scenarios.charge_spec import AgencyForm, ChargeSpec
from scenarios.leaves import Spot
from scenarios.places import Path
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.quantities import Quantities
from scenarios.scenario import Agency, Charge, Number, Price
from scenarios.service_spec import ServiceForm, Slots
from scenarios.sums import Sums
from scenarios.texts import Quantity
from scenarios.units import CHARGE, SHARE, STAFF
from scenarios.workforce_spec import StaffedForm

PER = {
    "unit": "per unit and time",
    "slot": "per slot",
    "staff": "per whole-time equivalent and time",
}


class Charges:
    """Makes `Charge`s and the like of what is written."""

    def __init__(
        self, budgets: Sequence[str], quantities: Quantities, sums: Sums
    ) -> None:
        self.budgets = budgets
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums

    def check_budget(self, budget: str, path: Path) -> None:
        """Report a budget that is not declared."""
        if budget in self.budgets or self.problems.is_broken("budgets"):
            return
        known = (
            f"Budgets: {listed(self.budgets)}."
            if self.budgets
            else "There is no `budgets:` section."
        )
        near = did_you_mean(budget, self.budgets)
        message = f"{quoted(budget)} is not a budget.{near} {known}"
        self.problems.add(path, message, at_key=True)

    # Capacity

    def charges(self, form: ServiceForm, spot: Spot) -> tuple[Charge, ...]:
        """Return what the capacity of a service costs, agencies included."""
        written: ChargeSpec = getattr(form, "cost_of_capacity", {})
        made = self._charges(form, written, spot.at("cost_of_capacity"), "capacity")
        agency: AgencyForm | None = getattr(form, "agency", None)
        if agency is not None:
            at = spot.at("agency", "extra")
            made += self._charges(form, agency.extra, at, "agency")
        return made

    def _charges(
        self, form: ServiceForm, written: ChargeSpec, spot: Spot, kind: str
    ) -> tuple[Charge, ...]:
        made = []
        for budget, quantity in written.items():
            at = spot.at(budget)
            self.check_budget(budget, at.path)
            self._check_per(form, quantity, at.path)
            number = self.quantities.number(quantity, at, CHARGE)
            self.sums.check_positive(number, at)
            made.append(Charge(budget, number, quantity.per, kind))
        return tuple(made)

    def _check_per(self, form: ServiceForm, quantity: Quantity, path: Path) -> None:
        """Report prices of what a service does not have."""
        staffed = isinstance(getattr(form, "capacity", None), StaffedForm)
        wanted = "slot" if isinstance(form, Slots) else "unit"
        if quantity.per == wanted or (quantity.per == "staff" and staffed):
            return
        if quantity.per == "staff":
            message = "whole-time equivalents are known where there is a `workforce`."
        else:
            sort = form.sort or "this"
            message = (
                f"{quoted(quantity.text)} is {PER[quantity.per]}; the capacity of "
                f"{sort} costs {PER[wanted]}."
            )
        self.problems.add(path, message)

    def agency(self, form: ServiceForm, spot: Spot) -> Agency | None:
        """Return how much of a capacity agencies provide."""
        written: AgencyForm | None = getattr(form, "agency", None)
        if written is None:
            return None
        at = spot.at("agency")
        if (written.above is None) == (written.share is None):
            if not self.problems.is_broken(*at.path):
                message = "write either `above` (a number of units) or `share`."
                self.problems.add(at.path, message, at_key=True)
            return None
        if written.above is not None:
            if isinstance(form, Slots) and not self.problems.is_broken(*at.path):
                message = "slots are not open side by side: write a `share` of them."
                self.problems.add((*at.path, "above"), message, at_key=True)
            above = self.quantities.settled(written.above, at.at("above"), STAFF)
            self.sums.check_positive(above, at.at("above"))
            return Agency(above, None)
        share = self.quantities.number(
            written.share or Quantity(0.0, "0%"), at.at("share"), SHARE
        )
        self.sums.check_share(share, at.at("share"))
        return Agency(None, share)

    # Patients of other places

    def out_of_area(self, prices: Mapping[str, Price], spot: Spot) -> tuple[Price, ...]:
        """Return prices that hold for the patients of other places only."""
        name = str(spot.thing[1])
        owner = self.problems.blocks.owner("services", name)
        if owner is None:
            is_pooled = ("services", name) in self.problems.blocks.made
            if prices and not is_pooled:
                message = "`cost_out_of_area` belongs to what is `one_per` something."
                self.problems.add(spot.path, message, at_key=True)
            return ()
        block, group = owner
        if block.sites_of is not None:
            if prices:
                message = (
                    "people of all places that a catchment names are at home at a "
                    "site; `cost_out_of_area` belongs to what is one per dimension of "
                    "people."
                )
                self.problems.add(spot.path, message, at_key=True)
            return ()
        groups = self.quantities.groups
        others = tuple(
            groups.homes(g).get(block.dimension) != group for g in range(len(groups))
        )
        return tuple(
            replace(p, number=_only(p.number, others), kind="out of area")
            for p in prices.values()
        )


def _only(number: Number, mask: tuple[bool, ...]) -> Number:
    """Return a number that is nothing for some groups."""
    every = number.values * (len(mask) if len(number.values) == 1 else 1)
    values = tuple(v if m else 0.0 for v, m in zip(every, mask, strict=True))
    moves = tuple(replace(m, groups=both(m.groups, mask)) for m in number.moves)
    return replace(number, values=values, moves=moves)
