"""Where patients go next, and by which choice."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.numbers import Laws, Number


@dataclass(frozen=True)
class Target:
    """Where a branch leads: exactly one of these is set; none: plain `leave`."""

    service: str | None = None
    """The service's own step."""
    step: tuple[str, str] | None = None
    """Pathway and step."""
    pathway: str | None = None
    """The start of a pathway."""
    ending: str | None = None
    shortest: str | None = None
    """A choice between lines (`ShortestLine`)."""
    block: str | None = None
    """What is one per place: the part of the patient's own group, or that to which
    its catchment leads."""


@dataclass(frozen=True)
class Branch:
    """One way out of a choice."""

    target: Target
    share: Number | None
    """None: the rest. At most one branch of a destination has None."""
    after: Laws | None = None
    """A delay in which nothing is held."""
    arranged_in: Laws | None = None
    """A delay in which the unit is kept."""
    keeps_bed: bool = False
    """Whether the unit is kept after that, until the next service calls in."""


Destination = tuple[Branch, ...]
"""In the order of writing. A plain `then: ward` is one branch with share None."""


@dataclass(frozen=True)
class ShortestLine:
    """A choice between lines: whoever comes joins the shortest."""

    name: str
    services: tuple[str, ...]
    """At a tie the first of them is joined."""


@dataclass(frozen=True)
class Repeated:
    """A service or pathway that is one per place, and where each group goes."""

    name: str
    dimension: str
    """Of people, which decides where they go."""
    instances: tuple[str, ...]
    start: Destination
    per: str
    """What it is one per: that dimension, or sites of it."""
