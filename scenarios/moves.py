"""Changes become moves of the numbers they act on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from scenarios import units
from scenarios.blocks import Block
from scenarios.changes import Change
from scenarios.leaves import Leaf, Leaves, Spot, Weigh, held
from scenarios.places import Path
from scenarios.problems import quoted
from scenarios.scenario import Move
from scenarios.texts import Quantity
from scenarios.units import Unit, Varied


@dataclass
class Mover:
    """Makes the moves of one number."""

    written: Leaves
    sources: Collection[str]
    spot: Spot
    leaves: list[Leaf]
    unit: Unit
    weigh: Weigh
    home: tuple[Block, str] | None = None
    """The block of which this is the part of a group."""

    def __post_init__(self) -> None:
        """Take the problems to which everything is added."""
        self.problems = self.written.problems

    def moves(self, change: Change) -> list[Move]:
        """Return the move that a change makes; nothing if it was refused."""
        operation = change.operation.partition("_")[0]
        if self.spot.whole is not None and not self._is_for_all(change):
            return []
        if operation == "curve":
            return [_move(change, "curve", ())]
        path, written = self._written(change)
        varied = None if written is None else self._read(change, path, written)
        if varied is None:
            return []
        leaves = self.written.of(varied, path)
        if operation == "multiply":
            return [_move(change, operation, [leaf.value for leaf in leaves])]
        if not self._is_alike(leaves, path):
            return []
        return [_move(change, operation, self._weighed(change, varied, leaves))]

    def _is_for_all(self, change: Change) -> bool:
        """Refuse what would give groups capacities of their own."""
        operand = self._operand(change)
        by_group = isinstance(operand, units.ByGroup | units.Scaled) or (
            isinstance(operand, Mapping) and "by" in operand
        )
        if change.mask is None and not by_group:
            return True
        message = "a capacity is the same for all groups."
        self.problems.add_once(change.path, message)
        return False

    def _operand(self, change: Change) -> object:
        """Return what follows the operation: of a table by place, this place's."""
        operand = change.operand
        if self.home is None:
            return operand
        block, group = self.home
        if isinstance(operand, units.ByGroup) and operand.by == block.dimension:
            return operand.parts.get(group, operand.parts.get("rest", operand))
        if isinstance(operand, Mapping) and operand.get("by") == block.dimension:
            return operand.get(group, operand.get("rest", operand))
        return operand

    def _written(self, change: Change) -> tuple[Path, object]:
        """Return what follows the operation and its path."""
        path = (*change.path, change.operation)
        operand = self._operand(change)
        if (
            change.operation != "set_to"
            or self.spot.whole is None
            or change.what != self.spot.whole
            or self.spot.what[-1] == self.spot.whole
        ):
            return path, operand
        time = self.spot.what[-1]
        if isinstance(operand, Mapping) and time in operand:
            return (*path, time), operand[time]
        message = (
            f"{self.problems.shown(self.spot.path[:-1])} is written by times of the "
            f"week; write `set_to: {{{time}: ...}}` for the same times."
        )
        self.problems.add_once(path, message)
        return path, None

    def _read(self, change: Change, path: Path, written: object) -> Varied | None:
        """Return what follows the operation, read in the unit of the number."""
        if isinstance(written, Quantity | units.ByGroup | units.Scaled):
            return written
        unit = units.signed(self.unit) if change.operation == "add" else self.unit
        try:
            return units.read_varied(unit, written, self.sources)
        except ValidationError as error:
            place = self.problems.shown(self.spot.path)
            for item in error.errors(include_url=False):
                at = (*path, *item["loc"])
                self.problems.add_once(at, f"{item['msg']} ({place})")
            return None

    def _is_alike(self, leaves: list[Leaf], path: Path) -> bool:
        """Refuse what is per people, or per visit, where the number is not."""
        own = next((x.quantity for x in self.leaves if x.quantity is not None), None)
        for leaf in leaves:
            if own and leaf.quantity and leaf.quantity.per != own.per:
                message = (
                    f"{quoted(leaf.quantity.text)} is of another kind than "
                    f"{quoted(own.text)}, which it changes."
                )
                self.problems.add_once(leaf.path, message)
                return False
        return True

    def _weighed(
        self, change: Change, varied: Varied, leaves: list[Leaf]
    ) -> list[float]:
        """Return what each group gets of what is added or set."""
        cells: Sequence[Leaf] = leaves
        if len(self.leaves) > 1 and len(leaves) == 1:
            leaves = leaves * len(self.leaves)
            adds = change.operation == "add" and isinstance(varied, Quantity)
            cells = self.leaves if adds else leaves
        weights = self.weigh(cells, change.mask)
        inner = change.what.endswith(".value")
        factors = [
            held(self.leaves, g).factor if inner else 1.0 for g in range(len(leaves))
        ]
        return [
            leaf.value * weight * factor
            for leaf, weight, factor in zip(leaves, weights, factors, strict=True)
        ]


def _move(change: Change, operation: str, values: Sequence[float]) -> Move:
    kept = tuple(values)
    if len(set(kept)) == 1:
        kept = kept[:1]
    return Move(
        operation,
        kept,
        change.mask,
        change.begin,
        change.reached,
        change.until,
        change.months,
        change.curve,
    )


def is_dated(move: Move) -> bool:
    """Return whether a move is not in force all the time."""
    dates = (move.begin, move.until)
    return bool(move.curve or move.months or dates != (None, None))


def worked_in(value: float, move: Move, group: int) -> float:
    """Return the value of a group after a move without dates."""
    if move.groups is not None and not move.groups[group]:
        return value
    x = move.values[group if len(move.values) > 1 else 0]
    if move.operation == "multiply":
        return value * x
    return value + x if move.operation == "add" else x
