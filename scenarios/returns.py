"""Patients whom a change of demand keeps away, and who come later."""

from __future__ import annotations

from dataclasses import replace

from scenarios.changes import Change
from scenarios.durations import Durations
from scenarios.leaves import Spot
from scenarios.places import Path
from scenarios.quantities import Quantities
from scenarios.scenario import Number, Returns
from scenarios.units import SHARE


class ReturnsReader:
    """Makes `Returns` of what changes say."""

    def __init__(self, quantities: Quantities, durations: Durations) -> None:
        self.quantities = quantities
        self.problems = quantities.problems
        self.durations = durations
        self.known: dict[Path, Returns] = {}

    def check(self) -> None:
        """Refuse `returns` where nobody is kept away."""
        for change in self.quantities.changes:
            if change.form.returns is None:
                continue
            if change.subject != "demand" or change.what != "rate":
                message = (
                    "only a change of how many come (`demand`, without `what`) keeps "
                    "patients away who could come later."
                )
                self.problems.add((*change.path, "returns"), message, at_key=True)

    def refuse(self, number: Number, why: str) -> None:
        """Refuse the `returns` of changes that act on a number."""
        for change in self.quantities.movers.get(number.place, []):
            if change.form.returns is not None:
                self.problems.add_once((*change.path, "returns"), why)

    def on(self, rate: Number) -> Number:
        """Return a rate whose moves say who comes later."""
        changes = self.quantities.movers.get(rate.place, [])
        if len(changes) != len(rate.moves):  # some of them were refused
            return rate
        moves = [
            replace(move, returns=self._of(change))
            for change, move in zip(changes, rate.moves, strict=True)
        ]
        return replace(rate, moves=tuple(moves))

    def _of(self, change: Change) -> Returns | None:
        form = change.form.returns
        if form is None or change.subject != "demand":
            return None
        if change.path not in self.known:
            path = (*change.path, "returns")
            share = Spot((*path, "share"), ("returns", "share"))
            after = Spot((*path, "after"), ("returns", "after"))
            number = self.quantities.number(form.share, share, SHARE)
            self.durations.sums.check_share(number, share)
            laws = self.durations.laws(form.after, after)
            self.known[change.path] = Returns(number, laws)
        return self.known[change.path]
