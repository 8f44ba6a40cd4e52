"""Numbers as written become `Number`s: a value for each group, and how they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from scenarios.changes import Change, both
from scenarios.counts import HIGHEST_PRIORITY
from scenarios.grouping import Groups, Mask
from scenarios.leaves import Leaf, Leaves, Spot, Weigh, alike
from scenarios.moves import Mover, is_dated, worked_in
from scenarios.places import Path, Problems
from scenarios.scenario import Move, Number, Source
from scenarios.texts import Quantity
from scenarios.timeline import differs
from scenarios.units import PRIORITY, ByGroup, Scaled, Unit, Varied


class Route(NamedTuple):
    """A share's way: from a service to others."""

    source: str
    targets: set[str]
    by_group: tuple[set[str], ...] = ()
    """The services to which each group goes; empty: all groups go to the same."""

    def mask(self, change: Change) -> Mask | None:
        """Return whose share a change of routes is about; None: everybody's."""
        held = tuple(bool(targets & change.into) for targets in self.by_group)
        return None if all(held) else held


class Quantities:
    """Makes `Number`s of what is written."""

    def __init__(
        self,
        groups: Groups,
        problems: Problems,
        changes: Sequence[Change],
        sources: Mapping[str, Source],
        own_source: Mapping[str, str],
    ) -> None:
        self.groups = groups
        self.problems = problems
        self.changes = changes
        self.sources = sources
        self.own_source = own_source
        """The `source:` of each file."""
        self.written = Leaves(groups, problems)
        self.thing_source: dict[Path, str] = {}
        """The `source:` of services, streams and so on."""
        self.known: dict[Path, set[str]] = {}
        """What the numbers of each thing are called by changes."""
        self.movers: dict[str, list[Change]] = {}
        """The changes behind the moves of a number, by its place."""

    def number(
        self,
        varied: Varied,
        spot: Spot,
        unit: Unit,
        *,
        weigh: Weigh = alike,
        route: Route | None = None,
    ) -> Number:
        """Return a number with its moves.

        Parameters
        ----------
        varied : Varied
            As written.
        spot : Spot
            Where.
        unit : Unit
            Its kind; what changes add or set is read as the same.
        weigh : callable
            How much of a written number falls to each group.
        route : Route, optional
            For the share of a branch: its way, for changes of `routes`.
        """
        leaves = self.written.of(varied, spot.path)
        if weigh is not alike and len(leaves) == 1:
            leaves = leaves * len(self.groups)
        weights = weigh(leaves, None)
        values = tuple(
            leaf.value * weight for leaf, weight in zip(leaves, weights, strict=True)
        )
        movers = self._movers(spot, varied, route)
        section, name = (*spot.thing, "")[:2]
        home = self.problems.blocks.owner(str(section), str(name))
        mover = Mover(self.written, self.sources, spot, leaves, unit, weigh, home)
        moves = tuple(
            _only_for(move, route.mask(change))
            if route is not None and change.subject == "routes"
            else move
            for change in movers
            for move in mover.moves(change)
        )
        place = self.problems.shown(spot.path)
        self.movers[place] = movers
        source = self._source(leaves[0], spot)
        return Number(values, place, moves, source, text_of(varied))

    def settled(self, varied: Varied, spot: Spot, unit: Unit) -> Number:
        """Return a number that does not move: changes without dates are worked in."""
        number = self.number(varied, spot, unit)
        if not number.moves:
            return number
        values = list(number.values)
        if differs(number) and len(values) == 1:
            values *= len(self.groups)
        for change, move in zip(self.movers[number.place], number.moves, strict=False):
            if is_dated(move):
                message = f"{number.place} can be changed, but not on a date."
                self.problems.add_once(change.path, message)
                continue
            values = [worked_in(value, move, g) for g, value in enumerate(values)]
            if unit is PRIORITY and not all(_is_priority(v) for v in values):
                message = f"a priority is a whole number from 0 to {HIGHEST_PRIORITY}."
                self.problems.add_once(change.path, message)
        return replace(number, values=tuple(values), moves=())

    def _movers(self, spot: Spot, varied: Varied, route: Route | None) -> list[Change]:
        """Return the changes that act on a number, in order."""
        what = self._called(spot, varied)
        self.known.setdefault(spot.thing, set()).update(what)
        found = []
        for change in self.changes:
            if change.acts_on(spot.thing, what):
                change.used.add(spot.thing)
                found.append(change)
            elif route is not None and change.acts_on_route(
                route.source, route.targets
            ):
                change.used.add(spot.path)
                found.append(change)
        return found

    def _called(self, spot: Spot, varied: Varied) -> set[str]:
        """Return what changes may call a number."""
        what = {".".join(spot.what), *spot.usual}
        if spot.what and spot.what[-1] == "share":
            what.add(".".join(spot.what[:-1]))
        if spot.whole is not None:
            what.add(spot.whole)
        if isinstance(varied, Scaled):
            what |= {f"{name}.value" for name in list(what)}
        return what

    def _source(self, leaf: Leaf, spot: Spot) -> Source | None:
        name = leaf.quantity.source if leaf.quantity is not None else None
        if name is None:
            name = self.thing_source.get(spot.thing)
        if name is None:
            name = self.own_source.get(self.problems.place(leaf.path).file)
        return self.sources.get(name) if name is not None else None

    def last_mover(self, number: Number) -> Change | None:
        """Return the last change that acts on a number."""
        movers = self.movers.get(number.place, [])
        return movers[-1] if movers else None


def _only_for(move: Move, mask: Mask | None) -> Move:
    """Return a move that concerns only some of those whom it concerned."""
    return move if mask is None else replace(move, groups=both(move.groups, mask))


def _is_priority(value: float) -> bool:
    return value == int(value) and 0 <= value <= HIGHEST_PRIORITY


def text_of(varied: Varied) -> str:
    """Return a number as it could be written on one line."""
    if isinstance(varied, Quantity):
        return varied.text
    if isinstance(varied, ByGroup):
        parts = [f"{key}: {text_of(part)}" for key, part in varied.parts.items()]
        return "{" + ", ".join([f"by: {varied.by}", *parts]) + "}"
    factors = [text_of(factor) for _, factor in varied.times]
    times = factors[0] if len(factors) == 1 else "[" + ", ".join(factors) + "]"
    return f"{{value: {text_of(varied.value)}, times: {times}}}"
