"""What is compared with theory: one value for each replication, times in days.

Each function returns a quantity; the subject is a service, or `pathway NAME`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tests.validation.harness import EXACT_USE, Floats, Metric, Outcome, Quantity

Visits = Mapping[str, np.ndarray]


def measure(name: str, group: str = "all") -> Quantity:
    """Return a measure of the whole period by its written name."""
    return lambda o: o.measure(name, group)


def per_day(subject: str, what: str) -> Quantity:
    """Return how many visits a day have something happen to them."""

    def quantity(o: Outcome) -> Floats:
        return o.measure(f"{subject}: {what}, number") / o.run.labels.days[-1]

    return quantity


def rate(name: str, per: str, group: str = "all") -> Quantity:
    """Return a number of visits ÷ another number of visits."""
    return lambda o: o.measure(name, group) / o.measure(per, group)


def mean_wait(subject: str, group: str = "all") -> Quantity:
    """Return the mean wait of those who started."""
    return measure(f"{subject}: wait, mean", group)


def share_waiting(subject: str, group: str = "all") -> Quantity:
    """Return the share of those who started who had waited."""
    return measure(f"{subject}: wait, share above zero", group)


def utilisation(subject: str) -> Quantity:
    """Return how far staff are used."""
    return measure(f"{subject}: utilisation, of rostered time")


def of_use(subject: str, expected: float) -> Metric:
    """Return the figure of how far staff are used."""
    return Metric("utilisation", utilisation(subject), expected, limit=EXACT_USE)


def occupancy(subject: str) -> Quantity:
    """Return how far beds or places are used."""
    return measure(f"{subject}: occupancy, mean")


def line(subject: str) -> Quantity:
    """Return the mean number in line."""
    return measure(f"{subject}: in line, mean")


def in_use(subject: str) -> Quantity:
    """Return the mean number of units taken."""
    return measure(f"{subject}: in use, mean")


def present(subject: str) -> Quantity:
    """Return the mean number in line or treated."""
    return lambda o: line(subject)(o) + in_use(subject)(o)


def turned_away(subject: str) -> Quantity:
    """Return the share of those who come who are turned away."""
    return measure(f"{subject}: turned away, share")


def left(subject: str) -> Quantity:
    """Return the share of waits that end by leaving the line."""
    return measure(f"{subject}: left unseen, share")


# Distributions of waits


def wait_above(time: float, subject: str, group: str = "all") -> Quantity:
    """Return the share of those who started who had waited longer than a time."""

    def quantity(o: Outcome) -> Floats:
        return _above(o, "started", time, subject, group) / _number(
            o, "started", subject, group
        )

    return quantity


def wait_percentile(share: float, subject: str, group: str = "all") -> Quantity:
    """Return a percentile of the waits of those who started."""
    return lambda o: _percentile(share, *o.waits("started", subject, group))


def clock_percentile(share: float, clock: str) -> Quantity:
    """Return a percentile of the times of a clock that stopped."""
    return lambda o: _percentile(share, *o.waits("clock stopped", clock, "all"))


def mean_square_wait(subject: str, group: str = "all") -> Quantity:
    """Return the mean squared wait of those who started, in days squared."""
    return lambda o: _mean_square(*o.waits("started", subject, group))


def clock_mean_square(clock: str) -> Quantity:
    """Return the mean squared time of a clock that stopped, in days squared."""
    return lambda o: _mean_square(*o.waits("clock stopped", clock, "all"))


def wait_of_all(subject: str) -> Quantity:
    """Return the mean wait of those who started or left the line."""

    def quantity(o: Outcome) -> Floats:
        names = (f"{subject}: wait, mean", f"{subject}: wait before leaving, mean")
        waits = sum(np.nan_to_num(o.measure(name, part=1)) for name in names)
        people = sum(np.nan_to_num(o.measure(name, part=2)) for name in names)
        return np.asarray(waits / people)

    return quantity


def all_waiting_above(time: float, subject: str) -> Quantity:
    """Return the share of all, started or left, who waited longer than a time."""

    def quantity(o: Outcome) -> Floats:
        above = sum(_above(o, kind, time, subject) for kind in ("started", "left"))
        return np.asarray(above / _everybody(o, subject))

    return quantity


def all_waiting(subject: str) -> Quantity:
    """Return the share of all, started or left, who had to wait."""

    def quantity(o: Outcome) -> Floats:
        waited = o.measure(f"{subject}: wait, share above zero", part=1)
        return (waited + _number(o, "left", subject)) / _everybody(o, subject)

    return quantity


def served_within(time: float, subject: str) -> Quantity:
    """Return the share of all, started or left, who started within a time."""

    def quantity(o: Outcome) -> Floats:
        started = _number(o, "started", subject)
        within = started - _above(o, "started", time, subject)
        return within / _everybody(o, subject)

    return quantity


def _percentile(share: float, lower: Floats, upper: Floats, counts: Floats) -> Floats:
    order = np.argsort(lower, kind="stable")
    lower, upper, counts = lower[order], upper[order], counts[:, order]
    upto = counts.cumsum(axis=1)
    target = share * upto[:, -1]
    at = (upto < target[:, np.newaxis]).sum(axis=1)
    rows = np.arange(len(at))
    inside = (target - upto[rows, at] + counts[rows, at]) / counts[rows, at]
    return lower[at] + inside * (upper[at] - lower[at])


def _mean_square(lower: Floats, upper: Floats, counts: Floats) -> Floats:
    square = (lower**2 + lower * upper + upper**2) / 3
    return counts @ square / counts.sum(axis=1)


def _above(
    o: Outcome, kind: str, time: float, subject: str, group: str = "all"
) -> Floats:
    lower, upper, counts = o.waits(kind, subject, group)
    width = np.where(upper > lower, upper - lower, 1.0)
    return counts @ np.clip((upper - time) / width, 0.0, 1.0)


def _number(o: Outcome, kind: str, subject: str, group: str = "all") -> Floats:
    return o.waits(kind, subject, group)[2].sum(axis=1)


def _everybody(o: Outcome, subject: str) -> Floats:
    return _number(o, "started", subject) + _number(o, "left", subject)


# Parts of a clock, a whole sample


def mean_of_others(clock: str, part: str) -> Quantity:
    """Return the mean time of a clock among those whom another one does not measure."""

    def quantity(o: Outcome) -> Floats:
        (time, people), (less, fewer) = (
            (
                o.measure(f"{name}: time, mean", part=1),
                o.measure(f"{name}: time, mean", part=2),
            )
            for name in (clock, part)
        )
        return (time - np.nan_to_num(less)) / (people - np.nan_to_num(fewer))

    return quantity


# States at midnights


def at_midnight(night: int, subject: str, *what: str) -> Quantity:
    """Return those `waiting` or `in_use`, or both, at a midnight (the first is 0)."""
    return lambda o: np.asarray(
        sum(o.midnights(subject, w)[:, night] for w in what), dtype=float
    )


def mean_at_midnights(first: int, last: int, subject: str) -> Quantity:
    """Return the mean of the units taken at some midnights, both ends included."""
    return lambda o: o.midnights(subject, "in_use")[:, first : last + 1].mean(axis=1)


def spread_at_midnight(night: int, subject: str, what: str, mean: float) -> Quantity:
    """Return the squared distance of a state from its exact mean."""
    return lambda o: (o.midnights(subject, what)[:, night] - mean) ** 2


def midnight_variance(subject: str, mean: float) -> Quantity:
    """Return the variance of the units taken, about their exact mean."""
    return lambda o: ((o.midnights(subject, "in_use") - mean) ** 2).mean(axis=1)


def midnights_above(number: int, subject: str) -> Quantity:
    """Return at what share of midnights more than so many units were taken."""
    return lambda o: (o.midnights(subject, "in_use") > number).mean(axis=1)


def delay_chance(beds: int, subject: str) -> Quantity:
    """Return P(N = beds) ÷ P(N <= beds) of the units taken at midnights."""

    def quantity(o: Outcome) -> Floats:
        taken = o.midnights(subject, "in_use")
        return (taken == beds).sum(axis=1) / (taken <= beds).sum(axis=1)

    return quantity


# Recorded visits


def of_visits(of: Callable[[Visits], float]) -> Quantity:
    """Return a quantity that is computed from the visits of each replication."""
    return lambda o: np.array([of(visits) for visits in o.visits()])


def line_at(time: float) -> Quantity:
    """Return how many are in line just before a moment."""

    def number(visits: Visits) -> float:
        gone = np.where(np.isnan(visits["started"]), visits["ended"], visits["started"])
        waits = (visits["joined"] < time) & ~(gone < time)
        return float(waits.sum())

    return of_visits(number)


def in_use_at(time: float) -> Quantity:
    """Return how many units are taken just before a moment."""

    def number(visits: Visits) -> float:
        treated = (visits["started"] < time) & ~(visits["freed"] < time)
        return float(treated.sum())

    return of_visits(number)


def wait_of_patient(number: int) -> Quantity:
    """Return the wait of the n-th patient, from 1; none if not yet started."""

    def wait(visits: Visits) -> float:
        if len(visits["joined"]) < number:
            return np.nan
        row = np.argsort(visits["joined"])[number - 1]
        return float(visits["started"][row] - visits["joined"][row])

    return of_visits(wait)


def number_made_to_wait() -> Quantity:
    """Return how many of those who came did not start at once."""

    def number(visits: Visits) -> float:
        came = visits["part"] == 0
        at_once = visits["started"] == visits["joined"]
        return float((came & ~at_once).sum())

    return of_visits(number)


def wait_between(service: str, low: float, high: float, group: str = "") -> Quantity:
    """Return the mean wait of the completed who joined a service in (low, high)."""

    def wait(visits: Visits) -> float:
        kept = (visits["service"] == service) & (visits["outcome"] == "completed")
        kept &= (visits["joined"] > low) & (visits["joined"] < high)
        if group:
            kept &= visits["group"] == group
        if not kept.any():
            return np.nan
        return float((visits["started"][kept] - visits["joined"][kept]).mean())

    return of_visits(wait)


def daily(of: Callable[[Floats], Floats]) -> Quantity:
    """Return a mean over days of what is computed from the moments of joining.

    `of` takes the number who joined in each hour and half hour since the start of the
    day, shape (days, 48).
    """

    def mean(visits: Visits) -> float:
        halves = np.floor(visits["joined"] * 48).astype(int)
        days = -(-(halves.max() + 1) // 48)
        counts = np.bincount(halves, minlength=48 * days).reshape(days, 48)
        return float(np.mean(of(counts.astype(float))))

    return of_visits(mean)
