"""Studies in words: what is varied, what is drawn, and how much is run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scenarios.change_words import without_heading
from scenarios.documents import Map
from scenarios.studies.bases import Base
from scenarios.studies.draws import Draws
from scenarios.studies.variations import Variation
from scenarios.typed import plain
from scenarios.uncertain import Uncertain


def about(
    base: Base, design: str, parts: Sequence[tuple[Base, int]], draws: Draws
) -> Iterator[str]:
    """Yield what a study varies and draws.

    Parameters
    ----------
    base : Base
        Of which variants are made.
    design : str
        How its variations are put together.
    parts : sequence of (Base, int)
        Each scenario with the number of its variants: the base first.
    draws : Draws
    """
    total = sum(count for _, count in parts)
    each = [f"{count:,} of {each.name}" for each, count in parts]
    yield f"{_counted(total, 'variant')}: {', '.join(each)}."
    for variation in base.variations:
        yield f"Varied: {_variation(variation)}"
    if len(base.variations) > 1 or any(v.span for v in base.variations):
        yield f"They are put together as {DESIGNS[design]}."
    names = {}
    for one, _ in parts:
        names.update({number.name: number for number in one.inputs})
    for number in names.values():
        yield _uncertain(number, draws.sets)
    if names and draws.sets:
        how = DESIGNS.get(draws.design or "", "draws that know nothing of each other")
        yield (
            f"{_counted(draws.sets, 'set')} of uncertain numbers, {how}, from seed "
            f"{draws.seed}; each set is the same in every variant."
        )


DESIGNS = {
    "grid": "a grid: every value of one with every value of the others",
    "one_at_a_time": "one at a time: each value with the first of the others",
    "latin_hypercube": "a Latin hypercube",
    "sobol": "a Sobol sequence",
}


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _variation(variation: Variation) -> str:
    change: Map = variation.change
    return f"{variation.name}: {without_heading(plain(change))}"


def _uncertain(number: Uncertain, sets: int) -> str:
    return (
        f"Uncertain: {number.name} lies {number.span}." if sets else number.sentence()
    )
