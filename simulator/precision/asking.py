"""What is asked of a precise run: measures, and how narrow their intervals shall be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from results.layout.labels import Labels
from results.measures.naming import Measure, Name, measure_of
from results.statistics.sequential import Bound
from results.words.numbers import amount
from scenarios import texts
from simulator.amounts import amount_in, example, measured
from simulator.asked_measures import named
from simulator.executors import AskedWronglyError

FORM = "Write 'SUBJECT: MEASURE, STATISTIC: WIDTH', such as 'ward: wait, mean: 5%'."
MOST_SHARE = 0.5
"""Beyond, an interval is so wide that a share of the mean says little."""


class Asked(NamedTuple):
    """A measure, and how narrow its interval shall be."""

    name: Name
    bound: Bound
    width: str
    """As it was written."""

    @property
    def unit(self) -> str:
        """The unit of the measure, as the tables have it."""
        measure = measure_of(*self.name.parts)
        return measure.unit if measure else ""

    def promise(self) -> str:
        """Say how narrow: `5% of the mean`, `3 minutes`."""
        if self.bound.is_share:
            return f"{self.width} of the mean"
        if self.unit == "share":
            return self.width
        return amount(self.bound.half, self.unit)


def asked_of(
    asking: Sequence[str], labels: Labels, at_least: int, at_most: int
) -> tuple[Asked, ...]:
    """Return what texts ask of a scenario.

    Parameters
    ----------
    asking : sequence of str
        Such as `emergency department: wait, mean: 5%`, half of the interval's width as
        a share of the mean, or `emergency department: wait, mean: 3 min`.
    labels : Labels
        Of the scenario.
    at_least, at_most : int
        Replications.

    Raises
    ------
    AskedWronglyError
        If a text names no measure of the scenario, or no width in its unit, or a
        measure is asked for twice, or the numbers of replications contradict each
        other. All of it is told at once.
    """
    found: list[Asked] = []
    wrong: list[str] = []
    for text in asking:
        try:
            found.append(_asked(text, labels))
        except ValueError as error:
            wrong.append(f"--precision '{text}': {error}")
    wrong += _twice(found)
    if at_least > at_most:
        wrong.append(
            f"--at-least {at_least}: is more than --at-most {at_most}; write "
            f"--at-least {at_most} or fewer, or --at-most {at_least} or more."
        )
    if wrong:
        raise AskedWronglyError(wrong)
    return tuple(found)


def _asked(text: str, labels: Labels) -> Asked:
    """Return what one text asks."""
    spelled, colon, width = (part.strip() for part in text.rpartition(": "))
    if not colon or not spelled or not width:
        raise ValueError(f"says no measure and width. {FORM}")
    name = named(spelled, labels)
    measure = measure_of(*name.parts)
    assert measure is not None  # a name that was parsed is defined
    return Asked(name, _bound(width, measure), width)


def _twice(found: Sequence[Asked]) -> list[str]:
    """Say which measures are asked for more than once."""
    widths: dict[str, list[str]] = {}
    for asked in found:
        widths.setdefault(asked.name.text, []).append(asked.width)
    return [
        f"--precision '{name}': is asked for {len(of)} times, with "
        f"{' and '.join(of)}; keep one."
        for name, of in widths.items()
        if len(of) > 1
    ]


def _bound(width: str, measure: Measure) -> Bound:
    """Return the bound that a width is."""
    if width.endswith("%"):
        share = texts.number(width.removesuffix("%").strip())
        if share is None or not 0 < share <= 100 * MOST_SHARE:
            raise ValueError(
                f"'{width}' is no share of the mean; write more than 0% and at most "
                f"{MOST_SHARE:.0%}, such as 5%."
            )
        return Bound(share / 100, is_share=True)
    half = amount_in(width, measure.unit)
    if half is None or half <= 0:
        raise ValueError(
            f"'{width}' is no width for {measured(measure)}; write a share of the "
            f"mean such as 5%, or {example(measure.unit)}."
        )
    return Bound(half, is_share=False)
