"""How patients come who do not come one by one at a rate, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kernels.layout import DAY, MINUTE, Model
from kernels.volumes import mean_size
from scenarios.scenario import Law, Scenario, Stream


def ways_of_coming(scenario: Scenario, model: Model) -> Iterator[str]:
    """Yield what to know of parties, bookings, lists and those who come later."""
    for number, stream in enumerate(scenario.streams):
        if stream.parties:
            yield _in_parties(number, stream, model)
        if stream.booked:
            yield _booked(number, stream, model)
        if stream.listed:
            yield _listed(stream, scenario)
        if stream.rate is not None and any(m.returns for m in stream.rate.moves):
            yield _coming_later(stream)


def _in_parties(number: int, stream: Stream, model: Model) -> str:
    """Say how large parties are."""
    sizes = " or ".join(str(party.size) for party in stream.parties)
    sources = [*model.clouds, *model.plans]
    means = [
        mean_size(model, source["party"], source["parties"], model.begin)
        for source in sources
        if source["stream"] == number
    ]
    low, high = min(means, default=0.0), max(means, default=0.0)
    mean = f"{low:.3g}" if high - low < 0.005 else f"{low:.3g} to {high:.3g}"
    what = "rate counts" if stream.rate is not None else "numbers booked count"
    return (
        f"{stream.name}: patients come together, {sizes} at a time, {mean} on average; "
        f"the {what} parties."
    )


def _booked(number: int, stream: Stream, model: Model) -> str:
    """Say how many are booked, and how punctual they are."""
    plans = np.flatnonzero(model.plans["stream"] == number)
    sessions = model.sessions[np.isin(model.sessions["plan"], plans)]
    inside = (sessions["time"] >= model.start) & (sessions["time"] < model.end)
    weeks = (model.end - model.start) / (7 * DAY)
    booked = float(sessions["places"][inside].sum()) / weeks
    return (
        f"{stream.name}: {booked:,.1f} are booked a week, in "
        f"{np.count_nonzero(inside) / weeks:,.1f} sessions, and come "
        f"{_how_late(stream)}."
    )


def _how_late(stream: Stream) -> str:
    """Return how punctual patients are."""
    if stream.punctuality is None:
        return "on the dot"
    (law,) = stream.punctuality
    if law.kind in ("fixed", "normal"):
        return f"{_mean_lateness(law)}on average"
    return "before and after their time as their law says"


def _mean_lateness(law: Law) -> str:
    """Return the mean lateness of a law that states it."""
    values = law.parameters["value" if law.kind == "fixed" else "mean"].values
    minutes = sum(values) / len(values) * DAY / MINUTE
    if abs(minutes) < 0.05:
        return "at their time "
    return f"{abs(minutes):.3g} min {'late' if minutes > 0 else 'early'} "


def _listed(stream: Stream, scenario: Scenario) -> str:
    """Say how many rows of a list there are, and what scale makes of them."""
    ratio = scenario.scale.ratio
    kept = ""
    if ratio < 1:
        kept = (
            f" At this scale each comes with a chance of {ratio:.3g}, in every "
            "replication others."
        )
    rows = len(stream.listed)
    patients = "patient comes" if rows == 1 else "patients come"
    return f"{stream.name}: {rows:,} {patients} as the list says.{kept}"


def _coming_later(stream: Stream) -> str:
    """Say who is meant by those who come later."""
    return (
        f"{stream.name}: those who come later are the patients whom the change keeps "
        "away, with the same luck; who is kept away before the run begins does not "
        "come in it."
    )
