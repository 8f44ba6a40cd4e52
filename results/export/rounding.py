"""Rounding by which no more is said than may be said."""

from __future__ import annotations

import math

from results.export.figures import Figure

FIGURES = 3
"""Significant digits of what is no count of people."""


def rounded_count(value: float, to: int) -> float:
    """Return the nearest multiple, halves upwards."""
    return math.floor(value / to + 0.5) * float(to)


def digit(value: float) -> float:
    """Return the size of the last digit that is said of a number."""
    if value == 0:
        return 0.0
    return float(10.0 ** (math.floor(math.log10(abs(value))) - FIGURES + 1))


def significant(value: float, last: float) -> float:
    """Return a number rounded to a last digit of some size."""
    if last == 0:
        return value
    steps = math.floor(value / last + 0.5)
    # Division by a whole number gives the number that people would write.
    return steps * last if last >= 1 else steps / round(1 / last)


def step_above(value: float) -> float:
    """Return the least of 1, 2, 5, 10, 20 and so on, or 0.5, that is no smaller."""
    if value <= 0:
        return 0.0
    power = math.floor(math.log10(value))
    steps = (first * 10.0**power for first in (1, 2, 5, 10))
    return next(step for step in steps if step >= value * (1 - 1e-12))


def about(figure: Figure, mean: float, step: float) -> Figure:
    """Return a figure around another mean, its half width rounded up to steps.

    Were the ends of the interval rounded by themselves, their middle would tell what
    the mean was.
    """
    if figure.low is None or figure.high is None:
        return figure._replace(mean=mean)
    half = (figure.high - figure.low) / 2
    if step > 0:
        half = math.ceil(half / step - 1e-9) * step
    return figure._replace(mean=mean, low=max(0.0, mean - half), high=mean + half)


def digits_figure(figure: Figure) -> Figure:
    """Return a figure rounded to a few significant digits, its interval likewise."""
    mean = figure.mean or 0.0
    last = digit(mean)

    def rounded(end: float | None) -> float | None:
        return None if end is None else significant(end, last or digit(end))

    ends = rounded(figure.low), rounded(figure.high)
    return Figure(significant(mean, last), *ends, figure.n)
