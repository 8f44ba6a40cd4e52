"""The scenario as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.demand import Starter, Stream
from scenarios.scenario.destinations import Repeated, ShortestLine
from scenarios.scenario.numbers import Number, Source
from scenarios.scenario.services import Escalation, Service
from scenarios.scenario.standards import Clock, Standard
from scenarios.scenario.steps import Pathway, Step
from scenarios.uncertain import Uncertain


@dataclass(frozen=True)
class Period:
    """What is simulated, and how often."""

    begin: int
    """When the warm-up begins; equal to `start` without one."""
    start: int
    end: int
    replications: int
    seed: int
    holidays: tuple[int, ...]
    """Midnights of the bank holidays, from EPOCH's year to 2060."""


@dataclass(frozen=True)
class Scale:
    """One simulated patient for so many people."""

    ratio: float
    """0.05 for 1:20."""
    keep_whole: tuple[str, ...] = ()
    """Services, also blocks of them, that keep their size at any scale."""
    small_pools: float | None = None
    """By how many roots of their units small pools are larger than their part."""


@dataclass(frozen=True)
class Scenario:
    """Everything one question needs, resolved."""

    name: str
    title: str
    notes: str
    period: Period
    scale: Scale
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """Dimensions and their groups; empty: everybody alike."""
    people: Number | None
    people_growth: Number | None
    services: tuple[Service, ...]
    steps: tuple[Step, ...]
    """First each service's own step, in the order of `services`; then the pathways'
    steps in order of writing."""
    pathways: tuple[Pathway, ...]
    streams: tuple[Stream, ...]
    clocks: tuple[Clock, ...]
    standards: tuple[Standard, ...]
    endings: tuple[str, ...]
    """Without `leave`."""
    budgets: tuple[str, ...]
    record_by: tuple[str, ...]
    """Dimensions by which measures are kept apart."""
    record_visits: tuple[str, ...] | None
    """Services whose visits are recorded; () none, None all."""
    sources: tuple[Source, ...]
    resolved: dict[str, object]
    """The complete scenario as plain texts, maps and lists: a complete file's content
    with everything merged (the changes listed under `changes`), for the manifest,
    `show` and digests."""
    lineage: tuple[str, ...]
    """Names of the file, its parents and included files."""
    escalation: tuple[Escalation, ...] = ()
    pooled: tuple[tuple[str, str], ...] = ()
    """Services that would be one per place and are pooled: (name, dimension)."""
    start: tuple[Starter, ...] = ()
    """Who is there when the run begins."""
    shortest_lines: tuple[ShortestLine, ...] = ()
    """What `Target.shortest` leads to."""
    repeated: tuple[Repeated, ...] = ()
    """What `Target.block` leads to; a catchment that divides a group has one of its
    own."""
    uncertain: tuple[Uncertain, ...] = ()
    """The numbers that are not known for sure, and what is taken for them."""
