"""Machines that break down: what is written of them, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kernels.laws import laws_of, mean
from kernels.layout import DAY, Model
from scenarios.durations import Durations
from scenarios.law_spec import Takes
from scenarios.leaves import Spot
from scenarios.routes import differs
from scenarios.scenario import Breakdowns, Law, Scenario
from scenarios.service_spec import Staff

LEAST = 1 / DAY
"""A microsecond, in days."""


def breakdowns(form: Staff, spot: Spot, durations: Durations) -> Breakdowns | None:
    """Return how the machines of a service break down; None if they do not."""
    written = form.breaks_down
    if written is None:
        return None
    at = spot.at("breaks_down")
    works = _law(written.works_for, at.at("works_for"), durations)
    repair = _law(written.repaired_in, at.at("repaired_in"), durations)
    if works.kind == "fixed":
        value = works.parameters["value"]
        durations.sums.check((value,), at.at("works_for"), _no_time)
    return Breakdowns(works, repair, written.afterwards == "start_again")


def _law(takes: Takes, spot: Spot, durations: Durations) -> Law:
    """Return the one law of all groups; report where they differ."""
    laws = durations.laws(takes, spot)
    if len(laws) > 1 or differs(laws[0]):
        message = "machines break down for all groups alike: write one time for all."
        durations.problems.add_once(spot.path, message)
    return laws[0]


def _no_time(values: Sequence[float]) -> str | None:
    if 0 <= values[0] < LEAST:
        return "a machine that works for no time treats nobody"
    return None


def machines(scenario: Scenario, model: Model) -> Iterator[str]:
    """Yield a sentence about each service whose machines break down."""
    laws = laws_of(model)
    for service, row in zip(scenario.services, model.services, strict=True):
        if service.breakdowns is None:
            continue
        works, down = (
            float(mean(laws, int(row[law]), model.start)) for law in ("works", "repair")
        )
        many = int(row["machines"])
        whose = "its machine" if many == 1 else f"each of {many} machines"
        again = "starts again" if service.breakdowns.start_again else "goes on"
        yield (
            f"{service.name}: {whose} works for {_time(works)} on average, then is "
            f"repaired in {_time(down)}: it is down for {down / (works + down):.1%} of "
            "the time. Who is treated meanwhile goes on at a machine that is free; "
            f"where there is none, treatment {again} afterwards. The capacity shown "
            "leaves breakdowns out."
        )


def _time(days: float) -> str:
    """Return a mean time in a unit of which there are some."""
    for unit, size in (("days", 1.0), ("hours", 1 / 24), ("min", 1 / 1440)):
        if round(days / size, 9) >= 2:
            return f"{days / size:.3g} {unit}"
    return f"{days * 86_400:.3g} sec"
