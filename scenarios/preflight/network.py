"""The network of a fluid: shares, times and routes between two moments, as arrays.

A *place* is a step for one group of patients; only those that somebody may reach are
kept (P places, S services, E ways, W waiting events, L limits of lines). What is read
for one month after another stands in tables of one shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import DAY, SLOTS, UNLIMITED, Model
from scenarios.flows import Flows, Reader, StepFlow
from scenarios.preflight.patience import Patience

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

REFUSED, MISSED, AT_ONCE, DELAYED, KEPT = range(5)
"""Kinds of ways: on joining; on not attending; after treatment at once, after a delay,
or keeping the unit until the next service calls in."""
_NO_SHARE = 1e-12
ALWAYS = np.inf
"""The limit of a line that has none."""


class Way(NamedTuple):
    """A way from place to place."""

    kind: int
    source: int
    """Place; so is the next one, as step times groups plus group."""
    target: int
    share: float
    delay: float = 0.0
    """Mean days."""


class _Row(NamedTuple):
    """A row of `waits` or `rules`, and the choice to which it leads."""

    number: int
    then: int


class Event(NamedTuple):
    """A waiting event of a place, after which patients leave the line."""

    place: int
    number: int
    """Row of `waits`."""
    patience: Patience
    targets: tuple[tuple[int, float], ...]


class Limit(NamedTuple):
    """A rule that turns patients away by the line."""

    place: int
    number: int
    """Row of `rules`."""
    room: float
    wait: float
    """Days."""
    share: float
    targets: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Network:
    """One month."""

    places: dict[int, StepFlow]
    ways: tuple[Way, ...]
    events: tuple[Event, ...]
    limits: tuple[Limit, ...]
    hold: Floats
    """For how many days a unit is taken at a place, by who takes one anew (0: nobody
    does), shape (steps x groups,)."""
    flows: Flows
    needs: Floats
    """Units of its own service that a patient takes, shape (steps x groups,)."""


class Networks:
    """Reads one month after another."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.groups = len(model.recorded)
        self._ways: dict[int, tuple[StepFlow, tuple[Way, ...]]] = {}
        self._patience: dict[int, Patience] = {}
        self._there: dict[tuple[int, int], bool] = {}
        self._needs = np.ones(len(model.steps) * self.groups)
        for step in np.flatnonzero(model.steps["needs"]).tolist():
            need = model.needs[model.steps[step]["need"]]
            for group in range(self.groups):
                units = model.wholes[need["units"] + need["units_stride"] * group]
                self._needs[step * self.groups + group] = units

    @cached_property
    def helped(self) -> list[tuple[int, int, int]]:
        """Place, service and number of units that its step takes of other services."""
        model, found = self.model, []
        for step in np.flatnonzero(model.steps["needs"] > 1).tolist():
            row = model.steps[step]
            for need in model.needs[row["need"] + 1 :][: row["needs"] - 1]:
                for group in range(self.groups):
                    units = model.wholes[need["units"] + need["units_stride"] * group]
                    place = step * self.groups + group
                    found.append((place, int(need["service"]), int(units)))
        return found

    @property
    def needs(self) -> Floats:
        """Units of its own service that a patient of each place takes."""
        return self._needs

    def of(self, readers: Sequence[Reader], flows: Flows) -> Network:
        """Return the network between two moments.

        Parameters
        ----------
        readers : sequence of Reader
            One for each group.
        flows : Flows
            Between the same moments.
        """
        places: dict[int, StepFlow] = {}
        ways: list[Way] = []
        events: list[Event] = []
        limits: list[Limit] = []
        for reader in readers:
            for step, row in self._reached(reader).items():
                place = step * self.groups + reader.group
                places[place] = row
                ways += self._ways_of(place, row)
                events += self._events(reader, step)
                limits += self._limits(reader, step)
        hold = self._hold(flows)
        return Network(
            places, tuple(ways), tuple(events), tuple(limits), hold, flows, self._needs
        )

    def _reached(self, reader: Reader) -> dict[int, StepFlow]:
        """Return the steps that a group reaches, by leaving lines as well."""
        found: dict[int, StepFlow] = {}
        first = reader.outside() > 0
        for number, starter in enumerate(self.model.starters):
            if self._starts(number, reader.group):
                first[starter["step"]] = True
        ahead = [int(step) for step in np.flatnonzero(first)]
        while ahead:
            step = ahead.pop()
            if step in found:
                continue
            found[step] = reader.step(step)
            ahead += found[step].onward
            for row in (*self._leaving[step], *self._limiting[step]):
                ahead += reader.places(row.then).targets
        return found

    def _starts(self, number: int, group: int) -> bool:
        """Return whether somebody of a group is there when the run begins."""
        if (number, group) not in self._there:
            self._there[number, group] = self._is_there(number, group)
        return self._there[number, group]

    def _is_there(self, number: int, group: int) -> bool:
        rows = self.model.starter_rows
        upto = self.model.starter_groups[number]
        has_share = upto[group] > (upto[group - 1] if group else 0.0)
        return bool(
            has_share or ((rows["starter"] == number) & (rows["group"] == group)).any()
        )

    @cached_property
    def _leaving(self) -> list[list[_Row]]:
        """Waiting events of each step after which patients leave the line."""
        waits = self.model.waits
        return [
            [
                _Row(i, int(waits[i]["then"]))
                for i in range(row["wait"], row["wait"] + row["waits"])
                if waits[i]["then"] >= 0
            ]
            for row in self.model.steps
        ]

    @cached_property
    def _limiting(self) -> list[list[_Row]]:
        """Rules of each step that turn patients away by the line."""
        rules = self.model.rules
        return [
            [
                _Row(i, int(rules[i]["then"]))
                for i in range(row["rule"], row["rule"] + row["rules"])
                if rules[i]["room"] >= 0 or rules[i]["wait"] >= 0
            ]
            for row in self.model.steps
        ]

    def _ways_of(self, place: int, row: StepFlow) -> tuple[Way, ...]:
        """Return the ways from a place, which are the same as long as its figures."""
        known = self._ways.get(place)
        if known is None or known[0] is not row:
            known = row, tuple(self._read_ways(place, row))
            self._ways[place] = known
        return known[1]

    def _read_ways(self, place: int, row: StepFlow) -> Iterator[Way]:
        group, groups = place % self.groups, self.groups
        for step, share in row.refused.items():
            yield Way(REFUSED, place, step * groups + group, share)
        for step, share in row.missed.items():
            yield Way(MISSED, place, step * groups + group, share / row.accepted)
        for step, (chance, direct, delays, keeps) in row.then.targets.items():
            to = step * groups + group
            if direct - keeps > _NO_SHARE:
                yield Way(AT_ONCE, place, to, direct - keeps)
            if chance - direct > _NO_SHARE:
                yield Way(
                    DELAYED, place, to, chance - direct, delays / (chance - direct)
                )
            if keeps > _NO_SHARE:
                yield Way(KEPT, place, to, keeps)

    def _events(self, reader: Reader, step: int) -> Iterator[Event]:
        """Yield the waiting events after which a group leaves the line."""
        place = step * self.groups + reader.group
        for row in self._leaving[step]:
            wait = self.model.waits[row.number]
            law = int(wait["law"] + wait["law_stride"] * reader.group)
            if self.model.laws[law]["kind"] >= 0:
                patience = self._patience_of(reader, law)
                targets = self._targets(reader, row.then)
                yield Event(place, row.number, patience, targets)

    def _patience_of(self, reader: Reader, law: int) -> Patience:
        """Return a law of patience as it stands."""
        time = reader.figures.time
        now = reader.figures.mean(law)
        known = self._patience.get(law)
        if known is None or abs(known.mean - now) > 1e-9 * now:
            self._patience[law] = Patience(reader.figures.laws, law, time)
        return self._patience[law]

    def _limits(self, reader: Reader, step: int) -> Iterator[Limit]:
        """Yield the rules that turn a group away by the line."""
        place = step * self.groups + reader.group
        for row in self._limiting[step]:
            rule, share = self.model.rules[row.number], 1.0
            if rule["share"] >= 0:
                share = reader.value(rule["share"], rule["share_stride"])
            room = float(rule["room"]) if rule["room"] >= 0 else ALWAYS
            wait = float(rule["wait"]) / DAY if rule["wait"] >= 0 else ALWAYS
            targets = self._targets(reader, row.then)
            yield Limit(place, row.number, room, wait, share, targets)

    def _targets(self, reader: Reader, choice: int) -> tuple[tuple[int, float], ...]:
        """Return the places to which a choice leads, with their chances."""
        return tuple(
            (step * self.groups + reader.group, chances[0])
            for step, chances in reader.places(choice).targets.items()
        )

    def _hold(self, flows: Flows) -> Floats:
        """Return for how long units are taken by those who take one anew.

        That is their stay, and in proportion what else keeps units from others:
        cleaning, and places that are held through steps elsewhere.
        """
        model, groups = self.model, self.groups
        services, count = model.steps["service"], len(model.services)
        stays = flows.stay.copy()
        own = self._needs.reshape(-1, groups)
        is_limited = ~np.isin(model.services["kind"], (SLOTS, UNLIMITED))
        for group, use in enumerate(flows.by_group):
            at_home = use.units - use.alongside
            plain = flows.treated[:, group] * flows.stay[:, group] * own[:, group]
            whole = np.bincount(services, plain, count)
            is_more = is_limited & (whole > 0.0)
            more = np.where(is_more, at_home / np.where(is_more, whole, 1.0), 1.0)
            stays[:, group] *= more[services]
            for service in np.unique(model.holding).tolist():
                here = services == service
                takes = here & (use.fresh > 1e-12)
                fresh = float((use.fresh * own[:, group])[here].sum())
                each = float(at_home[service]) / max(fresh, 1e-300)
                stays[here, group] = np.where(takes[here], each, 0.0)
        return np.asarray(stays.reshape(-1))


def joint(networks: Sequence[Network]) -> Integers:
    """Return all places of some months, ascending, shape (P,)."""
    every = {place for network in networks for place in network.places}
    for network in networks:
        every |= {way.target for way in network.ways}
        targets = [event.targets for event in network.events]
        targets += [limit.targets for limit in network.limits]
        every |= {place for ways in targets for place, _ in ways}
    return np.array(sorted(every), dtype=np.int64)
