"""Blocks that stand for one of each place: their names, and those of what they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Thing = tuple[str, str]
"""Section and name."""


def name_in(name: str, group: str) -> str:
    """Return what the part of a block that belongs to a group is called."""
    return f"{name} in {group}"


@dataclass(frozen=True)
class Block:
    """A service, pathway, stream or team that is written once for several groups.

    The groups are those of a dimension of people, or sites where people are treated.
    """

    section: str
    name: str
    dimension: str
    instances: dict[str, str]
    """From a group to what its part is called."""
    pooled: bool = False
    """One for all groups after all; `instances` are what its parts would be called."""
    sites_of: str | None = None
    """The dimension whose people are treated at the sites that this is one per."""

    @property
    def of(self) -> str:
        """The dimension of people that decides to which part patients go."""
        return self.sites_of or self.dimension


@dataclass
class Blocks:
    """The blocks of a scenario."""

    made: dict[Thing, Block] = field(default_factory=dict)
    _owners: dict[Thing, tuple[Block, str]] = field(default_factory=dict)

    def add(self, block: Block) -> None:
        """Add a block."""
        self.made[block.section, block.name] = block
        for group, name in block.instances.items():
            self._owners[block.section, name] = (block, group)

    def repeated(self, section: str, name: str) -> Block | None:
        """Return the block of a name if there is one of it for each group."""
        block = self.made.get((section, name))
        return None if block is None or block.pooled else block

    def owner(self, section: str, name: str) -> tuple[Block, str] | None:
        """Return the block and the group to which one of its parts belongs."""
        return self._owners.get((section, name))

    def pool(self, section: str, name: str) -> str | None:
        """Return the pooled service of which a name would be a part."""
        found = self._owners.get((section, name))
        return found[0].name if found is not None and found[0].pooled else None

    def parts(self, section: str, name: str) -> list[str]:
        """Return what a name stands for: a block's parts, the pool, or itself."""
        block = self.repeated(section, name)
        if block is not None:
            return list(block.instances.values())
        return [self.pool(section, name) or name]

    def in_section(self, section: str) -> Iterator[Block]:
        """Yield the blocks of a section that are repeated."""
        for block in self.made.values():
            if block.section == section and not block.pooled:
                yield block

    def pooled(self) -> Iterator[Block]:
        """Yield the services that are one for all groups after all."""
        yield from (block for block in self.made.values() if block.pooled)

    def of_places(self) -> Iterator[Block]:
        """Yield the repeated blocks to which patients can go."""
        yield from self.in_section("services")
        yield from self.in_section("pathways")

    def place(self, name: str) -> Block | None:
        """Return the repeated block of a name to which patients can go."""
        services = self.repeated("services", name)
        return services or self.repeated("pathways", name)
