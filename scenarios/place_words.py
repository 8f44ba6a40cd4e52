"""Places in words: what is one per group, and who goes where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from scenarios.curves import value_of
from scenarios.scenario import Branch, Number, Repeated, Scenario, Target


def places(scenario: Scenario) -> Iterator[str]:
    """Yield a sentence about each block, and one about each group sent elsewhere."""
    for name, dimension in scenario.pooled:
        yield f"{name}: pooled, one for every {dimension} with the sum of capacities."
    rows = {block.name: block for block in scenario.repeated}
    blocks = [block for block in scenario.repeated if _is_block(block, rows)]
    for block in blocks:
        if block.per == block.dimension:
            said = f"{block.name}: one per {block.per} ({', '.join(_parts(block))})"
            yield f"{said}; patients go to their own."
            yield from (
                f"{block.name}: {sentence}."
                for sentence in _elsewhere(block, rows, scenario)
            )
    yield from _at_sites([b for b in blocks if b.per != b.dimension], rows, scenario)


def _at_sites(
    blocks: Sequence[Repeated], rows: dict[str, Repeated], scenario: Scenario
) -> Iterator[str]:
    """Yield what is one per site: together what has sites and catchments in common."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for block in blocks:
        sent = list(_elsewhere(block, rows, scenario))
        said = [s.replace(f"{block.name} in ", "") for s in sent]
        key = (f"one per {block.per} ({', '.join(_parts(block))})", *said)
        alike.setdefault(key, []).append(block.name)
    for (sites, *sent), names in alike.items():
        yield f"{', '.join(names)}: {sites}; who goes on stays there."
        yield from (f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sent)


def _parts(block: Repeated) -> list[str]:
    return [part.removeprefix(f"{block.name} in ") for part in block.instances]


def _is_block(block: Repeated, rows: dict[str, Repeated]) -> bool:
    """Return whether this is a block, not the divided catchment of one group."""
    inner = (b.target.block for other in rows.values() for b in other.start)
    return block.name not in inner


def _elsewhere(
    block: Repeated, rows: dict[str, Repeated], scenario: Scenario
) -> Iterator[str]:
    dimensions = [name for name, _ in scenario.groups]
    axis = dimensions.index(block.dimension)
    combinations = list(product(*(groups for _, groups in scenario.groups)))
    for group in scenario.groups[axis][1]:
        at = next(i for i, names in enumerate(combinations) if names[axis] == group)
        branch = next(b for b in block.start if b.share and value_of(b.share, at))
        if branch.target.block is not None:
            parts = rows[branch.target.block].start
            said = [f"{_called(p.target)} {_share(p, parts)}" for p in parts]
        else:
            said = [_called(branch.target)]
        if said != [f"{block.name} in {group}"]:
            yield f"patients of {group} go to {', '.join(said)}"


def _called(target: Target) -> str:
    return str(target.service or target.pathway)


def _share(branch: Branch, branches: tuple[Branch, ...]) -> str:
    """Return a share at first; of the rest, what the others leave."""
    if branch.share is None:
        others = [b.share.values[0] for b in branches if b.share is not None]
        return f"{(1 - sum(others)) * 100:.4g}%"
    return _text(branch.share)


def _text(share: Number) -> str:
    return f"{share.values[0] * 100:.4g}%"
