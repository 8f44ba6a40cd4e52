"""What patients do at services: wait, stay away, are turned away, are treated."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.destinations import Destination
from scenarios.scenario.numbers import Laws, Number


@dataclass(frozen=True)
class WaitingEvent:
    """What may happen to those who wait: after a time, or at a risk.

    `risk` is the share of those waiting who leave within one day if they wait that
    long, so that 1.5% per week is 1 - (1 - 0.015) ** (1 / 7).
    """

    name: str
    then: Destination | None
    """None: stays in line, with `priority`."""
    after: Laws | None = None
    risk: Number | None = None
    groups: tuple[bool, ...] | None = None
    priority: Number | None = None


@dataclass(frozen=True)
class TurningAway:
    """A rule for those who join: judged once."""

    name: str
    then: Destination
    when_waiting: int | None = None
    """Turned away when so many people wait already, before scaling; None: whatever the
    line."""
    share: Number | None = None
    """None: all of them."""
    groups: tuple[bool, ...] | None = None
    when_wait: float | None = None
    """Turned away when somebody in line has waited so long, days."""


@dataclass(frozen=True)
class Absence:
    """Patients who do not attend."""

    share: Number
    then: Destination


@dataclass(frozen=True)
class Step:
    """One stay at one service. A service's own step has pathway None."""

    service: str
    then: Destination
    takes: Laws | None
    """None: as long as the slot."""
    priority: Number
    waiting: tuple[WaitingEvent, ...]
    pathway: str | None = None
    name: str | None = None
    needs: Number | None = None
    """Units of its own service that a visit takes; None: one."""
    together_with: tuple[tuple[str, Number], ...] = ()
    """Units of other services that it takes with them."""
    holding: tuple[str, ...] = ()
    """Services whose units stay the patient's, if they have any."""
    absence: Absence | None = None
    """Who does not attend here; None: as the service says."""
    planned: Number | None = None
    """Days that must be left before units close; None: none need be."""


@dataclass(frozen=True)
class Pathway:
    """Where a pathway starts; its steps are in `Scenario.steps`."""

    name: str
    start: Destination
    is_course: bool = False
    """Whether it is the sessions of a caseload, or a choice in them, and not written as
    a pathway."""
