"""Where the patients of each group go among the parts of a block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.blocks import Block
from scenarios.destination_spec import CatchmentSpec
from scenarios.destinations import Destinations
from scenarios.leaves import Spot
from scenarios.places import Path
from scenarios.problems import listed
from scenarios.scenario import Branch, Number, Repeated, Target
from scenarios.sites import check_site
from scenarios.texts import Quantity
from scenarios.units import SHARE


class Catchments:
    """Makes the `Repeated` of blocks."""

    def __init__(self, destinations: Destinations) -> None:
        self.names = destinations.names
        self.quantities = destinations.quantities
        self.sums = destinations.sums
        self.problems = destinations.problems
        self.groups = destinations.quantities.groups

    def repeated(self) -> tuple[Repeated, ...]:
        """Return what every block leads to, then every catchment that divides."""
        rows: list[Repeated] = []
        starts: list[Repeated] = []
        for block in self.names.blocks.of_places():
            if self.problems.is_broken("sites", block.dimension):
                self._mark_lost(block)
            if block.of not in self.groups.dimensions:
                continue
            self._check(block)
            own = dict(self._rows(block))
            rows += own.values()
            starts.append(self._start(block, own))
        for block in self.names.blocks.pooled():
            if block.of in self.groups.dimensions:
                self._check(block)
        return (*starts, *rows)

    def _mark_lost(self, block: Block) -> None:
        """Note that who comes here is not known, for the sites are wrong."""
        self.problems.mark(*((block.section, n) for n in block.instances.values()))

    def _path(self, block: Block, group: str = "") -> Path:
        """Return where the catchment stands: in the part of a group, or the first."""
        if block.pooled:
            return (block.section, block.name, "catchment")
        first = next(iter(block.instances.values()))
        return (block.section, block.instances.get(group, first), "catchment")

    def _check(self, block: Block) -> None:
        table = self.names.catchment(block)
        for home, row in table.items():
            path = (*self._path(block), home)
            self.groups.check_group(block.of, home, path, at_key=True)
            names = [row] if isinstance(row, str) else list(row)
            for name in names:
                at = path if isinstance(row, str) else (*path, name)
                is_key = not isinstance(row, str)
                self._check_part(block, name, at, at_key=is_key)
        if block.dimension in self.names.spec.sites:
            self._check_all_are_sent(block, table)

    def _check_part(self, block: Block, name: str, at: Path, *, at_key: bool) -> None:
        if block.sites_of is None:
            self.groups.check_group(block.dimension, name, at, at_key=at_key)
            return
        form = self.names.spec.sites.get(block.dimension)
        if form is not None:
            known = form.names
            check_site(self.problems, block.dimension, known, name, at, at_key=at_key)

    def _check_all_are_sent(self, block: Block, table: CatchmentSpec) -> None:
        """Report people of whom nothing says at which site they are treated."""
        lost = [
            home
            for home in self.groups.dimensions[block.of]
            if home not in table and home not in block.instances
        ]
        path: Path = ("sites", block.dimension, "catchment")
        if lost and not self.problems.is_broken(*path):
            message = (
                f"nothing says where patients of {listed(lost)} go. Sites: "
                f"{listed(self.names.spec.sites[block.dimension].names)}."
            )
            self.problems.add_once(path, message)

    def _start(self, block: Block, rows: Mapping[str, Repeated]) -> Repeated:
        """Return the choice by group: the own part, another's, or a row of shares."""
        axis = list(self.groups.dimensions).index(block.of)
        homes = [names[axis] for names in self.groups.combinations]
        place = self.problems.shown(self._path(block)[:2])
        targets: dict[Target, set[str]] = {}
        for home in self.groups.dimensions[block.of]:
            targets.setdefault(self._target(block, home, rows), set()).add(home)
        branches = [
            Branch(target, Number(tuple(float(h in held) for h in homes), place))
            for target, held in targets.items()
        ]
        names = tuple(block.instances.values())
        return Repeated(block.name, block.of, names, tuple(branches), block.dimension)

    def _target(self, block: Block, home: str, rows: Mapping[str, Repeated]) -> Target:
        if home in rows:
            return Target(block=rows[home].name)
        row = self.names.catchment(block).get(home, home)
        group = row if isinstance(row, str) else home
        return self._part(block, group)

    def _part(self, block: Block, group: str) -> Target:
        name = block.instances.get(group)
        if name is None:
            return Target()
        if block.section == "services":
            return Target(service=name)
        return Target(pathway=name)

    # Rows of shares

    def _rows(self, block: Block) -> Iterator[tuple[str, Repeated]]:
        for home, row in self.names.catchment(block).items():
            if isinstance(row, str) or home not in self.groups.dimensions.get(
                block.of, ()
            ):
                continue
            spot = self._spot(block, home)
            self._note_others(block, home)
            branches = tuple(
                Branch(self._part(block, name), self._share(share, spot.at(name)))
                for name, share in row.items()
            )
            if not self.problems.is_broken(*spot.path):
                hint = " Write `rest` for one."
                self.sums.check_shares([b.share for b in branches], spot, hint)
            names = tuple(block.instances[g] for g in row if g in block.instances)
            called = f"{block.name} for {home}"
            yield (
                home,
                Repeated(called, block.of, names, branches, block.dimension),
            )

    def _spot(self, block: Block, home: str) -> Spot:
        """Return where the row of a group stands: in its own part, if it has one."""
        path = self._path(block, home)
        return Spot(path, ("catchment",)).at(home)

    def _share(self, share: object, spot: Spot) -> Number | None:
        if isinstance(share, Quantity):
            number = self.quantities.number(share, spot, SHARE)
            self.sums.check_share(number, spot)
            return number
        if share != "rest":
            message = "these shares are plain: {Leeds: 95%, Wakefield: rest}."
            self.problems.add(spot.path, message)
        return None

    def _note_others(self, block: Block, home: str) -> None:
        """Note that a change of the whole block has found the row in one part."""
        own = self._path(block, home)[:2]
        for change in self.quantities.changes:
            is_meant = change.what.startswith(f"catchment.{home}.")
            if is_meant and own in change.things:
                change.used |= {
                    (block.section, n)
                    for n in block.instances.values()
                    if (block.section, n) in change.things and n != own[1]
                }
