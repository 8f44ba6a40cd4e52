"""What the rows and columns of tallies are called; the manifest keeps it with a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby, pairwise

from results.errors import ResultError

EPOCH = datetime(2000, 1, 3)
"""The moment `kernels.layout.EPOCH`, from which microseconds are counted."""
ALL = "all"
"""The group of everybody."""
DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True)
class ServiceLabel:
    """A service."""

    name: str
    kind: str
    """`staff`, `beds`, `caseload`, `unlimited` or `slots`."""
    sector: str | None = None
    home: tuple[str, str] | None = None
    """Of what is one per place: the dimension and its group."""

    @property
    def block(self) -> str | None:
        """Of what is one per place: the name without the place."""
        return self.name.removesuffix(f" in {self.home[1]}") if self.home else None


@dataclass(frozen=True)
class Provider:
    """A service, or a block: what people speak of when they look at the whole."""

    kind: str
    """`service` or `block`, as measures have it."""
    name: str
    service_kind: str
    sector: str | None
    services: tuple[str, ...]
    """Those of a block; else itself."""


@dataclass(frozen=True)
class StepLabel:
    """A step: what patient records call it."""

    service: str
    pathway: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class StandardLabel:
    """A promise about a clock, or about the use of services."""

    name: str
    clock: str | None
    within: float | None
    """Days; of a share."""
    counts: str | None
    """`completed` or `still_waiting`, of clocks."""
    target: tuple[tuple[str | None, float], ...]
    """(from which ISO moment, share, days or patients), ascending; None comes first."""
    measure: str = "share"
    """`share`, `percentile` or `mean` of a clock; `occupancy` or `patients`."""
    percentile: int | None = None
    """Per cent."""
    services: tuple[str, ...] = ()
    cost_of: tuple[str, ...] = ()
    """Services whose cost is divided by those within."""

    def target_at(self, moment: str) -> float:
        """Return what is promised at an ISO moment."""
        at = microseconds(moment)
        since = [s for s in self.target if s[0] is None or microseconds(s[0]) <= at]
        return since[-1][1] if since else self.target[0][1]


@dataclass(frozen=True)
class GroupLabel:
    """A group of people and where it lies: (dimension, group) pairs."""

    name: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PriceLabel:
    """What a unit of use of a service costs a budget."""

    service: str
    budget: str
    per: str
    """`visit` (treatments started) or `day` (while a unit is taken)."""
    pounds: tuple[tuple[float, ...], ...]
    """Shape (months, recorded groups)."""
    kind: str = "use"
    """`use`, or `out of area`: of the patients of other places only."""


@dataclass(frozen=True)
class PaidLabel:
    """What the capacity of a service costs a budget, whether it is used or not."""

    service: str
    budget: str
    kind: str
    """`capacity`, or `agency`: on top of it, for what agencies provide."""
    per: str
    """What `units` are: `unit` (unit-days open), `slot`, or `staff` (days of
    whole-time equivalents in post)."""
    units: tuple[float, ...]
    """In each month."""
    pounds: tuple[float, ...]
    """Each of them, in each month."""


@dataclass(frozen=True)
class RulePriceLabel:
    """What a rule of escalation costs a budget while it is open."""

    rule: str
    row: int
    """The rule's row in `Tallies.spells`."""
    service: str
    """That which gets the units."""
    budget: str
    pounds: tuple[float, ...]
    """For each day open, in each month."""
    kind: str = "escalation"


@dataclass(frozen=True)
class EscalationLabel:
    """A rule by which more units of a service open."""

    name: str
    to: str
    """The service."""
    adds: int
    """Simulated units."""


@dataclass(frozen=True)
class Labels:
    """Names and sizes that tallies lack, in the order of their axes."""

    title: str
    scenario: str
    """Name of the scenario."""
    start: str
    """From when things are counted, ISO."""
    end: str
    months: tuple[str, ...]
    """Edges of the months, ISO, from `start` to `end`: one more than months."""
    services: tuple[ServiceLabel, ...]
    pathways: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    endings: tuple[str, ...] = ("leave",)
    clocks: tuple[str, ...] = ()
    pausing: tuple[str, ...] = ()
    """The clocks that may pause."""
    standards: tuple[StandardLabel, ...] = ()
    groups: tuple[GroupLabel, ...] = (GroupLabel(ALL),)
    """The recorded groups; one alone where nothing is recorded apart."""
    waits: tuple[tuple[str, str], ...] = ()
    """(service, event), in the order of the model's waiting events."""
    staying: tuple[bool, ...] = ()
    """Of each of these, whether the patient stays in line, with another priority."""
    rules: tuple[tuple[str, str], ...] = ()
    """(service, rule), in the order of the model's rules."""
    escalations: tuple[EscalationLabel, ...] = ()
    states: int = 0
    """How many states of the system there are, by rules of escalation."""
    machines: tuple[tuple[str, int], ...] = ()
    """The services whose machines break down, and how many they have."""
    blocking: bool = False
    """Whether units are ever kept until the next service calls in."""
    helped: tuple[str, ...] = ()
    """The services that units of others serve."""
    missed: tuple[str, ...] = ()
    """Services without slots at which patients may not attend: their own sessions."""
    moving_back: tuple[str, ...] = ()
    """Of these, the services to which patients move back."""
    budgets: tuple[str, ...] = ()
    prices: tuple[PriceLabel, ...] = ()
    paid: tuple[PaidLabel, ...] = ()
    rule_prices: tuple[RulePriceLabel, ...] = ()
    open_time: tuple[tuple[int, ...], ...] = ()
    """What is on offer, month by service: units x microseconds open; slots: how many;
    -1: unlimited."""
    open_census: tuple[tuple[int, ...], ...] = ()
    """Units open just before each midnight, midnight by service; -1: unlimited."""
    scale: float = 1.0
    """Simulated patients per person: 0.05 for 1:20."""
    steps: tuple[StepLabel, ...] = ()
    """All steps of the model; needed for records of patients only."""
    everybody: tuple[GroupLabel, ...] = ()
    """All groups of the model; needed for records of patients only."""

    @property
    def leaving(self) -> tuple[tuple[str, str], ...]:
        """The waiting events after which patients leave the line."""
        staying = self.staying or (False,) * len(self.waits)
        return tuple(w for w, s in zip(self.waits, staying, strict=True) if not s)

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """The services in their order; what is one per place, where its first part is.

        Of what has a single part, this is a service like others.
        """
        parts: dict[tuple[bool, str], list[ServiceLabel]] = {}
        for service in self.services:
            key = service.block is not None, service.block or service.name
            parts.setdefault(key, []).append(service)
        found = []
        for (_, name), own in parts.items():
            kind, called = ("block", name) if len(own) > 1 else ("service", own[0].name)
            names = tuple(service.name for service in own)
            found.append(Provider(kind, called, own[0].kind, own[0].sector, names))
        return tuple(found)

    @cached_property
    def blocks(self) -> tuple[Provider, ...]:
        """Those of them that are several services."""
        return tuple(p for p in self.providers if p.kind == "block")

    @cached_property
    def block_of(self) -> dict[str, str]:
        """The block that a service belongs to, where it belongs to one."""
        return {name: block.name for block in self.blocks for name in block.services}

    def shortened(self, services: Iterable[str]) -> tuple[str, ...]:
        """Return names of services, a block in place of its parts where all are there.

        Parameters
        ----------
        services : iterable of str
        """
        there = dict.fromkeys(services)
        whole = [b for b in self.blocks if there.keys() >= set(b.services)]
        called = {name: block.name for block in whole for name in block.services}
        return tuple(dict.fromkeys(called.get(name, name) for name in there))

    @property
    def group_names(self) -> tuple[str, ...]:
        """The groups that tables show: `all`, then each recorded one."""
        if len(self.groups) == 1:
            return (ALL,)
        return (ALL, *(group.name for group in self.groups))

    @property
    def subjects(self) -> frozenset[tuple[str, str]]:
        """All that measures speak of: (kind, name)."""
        names = {
            "service": [service.name for service in self.services],
            "pathway": self.pathways,
            "block": [block.name for block in self.blocks],
            "stream": self.streams,
            "clock": self.clocks,
            "standard": [standard.name for standard in self.standards],
            "escalation": [rule.name for rule in self.escalations],
            "state": state_names(self.states),
            "budget": self.budgets,
            "model": ("model",),
        }
        return frozenset((kind, name) for kind in names for name in names[kind])

    @property
    def period_names(self) -> tuple[str, ...]:
        """The periods that measures show: each month, then `whole`."""
        return (*(edge[:7] for edge in self.months[:-1]), "whole")

    @property
    def days(self) -> tuple[float, ...]:
        """How long each of these periods is, in days."""
        edges = [microseconds(edge) for edge in self.months]
        lengths = [b - a for a, b in pairwise(edges)]
        return tuple(length / DAY for length in (*lengths, edges[-1] - edges[0]))

    @property
    def midnights(self) -> tuple[date, ...]:
        """The midnights from start to end, both included."""
        first = -(-microseconds(self.start) // DAY)
        last = microseconds(self.end) // DAY
        return tuple(
            (EPOCH + timedelta(days=day)).date() for day in range(first, last + 1)
        )

    def as_dict(self) -> dict[str, object]:
        """Return the labels as plain maps, lists, texts and numbers, for JSON."""
        plain = asdict(replace(self, open_census=()))
        plain["open_census"] = [_runs(column) for column in _turned(self.open_census)]
        return plain

    @staticmethod
    def from_dict(plain: Mapping[str, object]) -> Labels:
        """Return the labels that `as_dict` made plain.

        Raises
        ------
        ResultError
            If something is missing or not of its form.
        """
        try:
            return _labels(dict(plain))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ResultError(f"the labels are damaged: {error}") from error


def state_names(states: int) -> list[str]:
    """Return what the states of the system are called."""
    return [f"state {number}" for number in range(1, states + 1)]


def microseconds(moment: str) -> int:
    """Return an ISO moment or date in microseconds since 2000-01-03."""
    since = datetime.fromisoformat(moment) - EPOCH
    return since // timedelta(microseconds=1)


def iso(time: int) -> str:
    """Return a time in microseconds since 2000-01-03 as an ISO moment."""
    return (EPOCH + timedelta(microseconds=time)).isoformat()


def _turned(table: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
    """Turn rows into columns."""
    return list(zip(*table, strict=True))


def _runs(column: Iterable[int]) -> list[list[int]]:
    """Shorten a column to (how often, value): opening hours repeat for years."""
    return [[len(list(same)), value] for value, same in groupby(column)]


def _frozen(value: object) -> object:
    """Turn lists into tuples all the way down."""
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value


def _labels(plain: dict[str, object]) -> Labels:
    """Build labels, each part in its own class."""
    parts: dict[str, type] = {
        "services": ServiceLabel,
        "standards": StandardLabel,
        "groups": GroupLabel,
        "escalations": EscalationLabel,
        "prices": PriceLabel,
        "paid": PaidLabel,
        "rule_prices": RulePriceLabel,
        "steps": StepLabel,
        "everybody": GroupLabel,
    }
    for name, part in parts.items():
        plain[name] = tuple(_part(part, item) for item in _listed(plain[name]))
    columns = [_column(runs) for runs in _listed(plain["open_census"])]
    plain["open_census"] = tuple(zip(*columns, strict=True))
    return Labels(**{name: _frozen(value) for name, value in plain.items()})  # type: ignore[arg-type]


def _listed(value: object) -> list[object]:
    """Return a list, or say that it is none."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is no list")
    return list(value)


def _part(part: type, item: object) -> object:
    """Build one label of a part."""
    if not isinstance(item, dict):
        raise TypeError(f"{item!r} is no map")
    return part(**{name: _frozen(value) for name, value in item.items()})


def _column(runs: object) -> list[int]:
    """Undo `_runs`."""
    pairs = [_listed(pair) for pair in _listed(runs)]
    return [int(str(v)) for n, v in pairs for _ in range(int(str(n)))]
