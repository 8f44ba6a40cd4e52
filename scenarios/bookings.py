"""Booked patients: when, how many, and how punctual they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from scenarios.calendars import Calendars, Entry
from scenarios.changes import Change
from scenarios.law_checks import wrong_together
from scenarios.leaves import Spot
from scenarios.quantities import Quantities
from scenarios.scenario import Booking, Law, Laws, Number
from scenarios.stream_spec import LatenessLaw, LatenessSpec, ObservedLateness
from scenarios.sums import Sums
from scenarios.texts import Quantity
from scenarios.units import DURATION, LATENESS, WHOLE, ByGroup, Scaled

MOST_BOOKED = 100_000
"""In one session: its places are told apart by 18 bits."""
MOST_LATE = 1.0
"""Days that anybody comes early or late."""
PLACES = ("value", "mean", "lowest", "most_likely", "highest", "at_least", "at_most")
"""Parameters that lie on the line from early to late; `sd` is a width."""


class Bookings:
    """Makes `Booking`s and laws of lateness of what is written."""

    def __init__(
        self, calendars: Calendars, quantities: Quantities, sums: Sums
    ) -> None:
        self.calendars = calendars
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums

    def booked(
        self, written: Mapping[str, Quantity], spot: Spot
    ) -> tuple[Booking, ...]:
        """Return what is booked at each time of the week."""
        made: list[Booking] = []
        entries: list[Entry] = []
        for text, number in written.items():
            at = spot.at(text)
            found = self.calendars.entries(text, at.path, instants=True)
            entries += found
            units = self._number(number, at)
            made += [Booking(entry.time, units) for entry in found]
        self.calendars.check(entries)
        return tuple(made)

    def _number(self, written: Quantity, at: Spot) -> Number:
        # Changes of demand are about its rate: here, about all that is booked.
        spot = Spot(at.path, at.what, usual=("rate", "booked_at"))
        number = self.quantities.number(written, spot, WHOLE)
        self.sums.check_positive(number, spot)
        self.sums.check((number,), spot, _too_many)
        for change in self.quantities.movers.get(number.place, []):
            self._check_for_all(change)
        return number

    def _check_for_all(self, change: Change) -> None:
        """Refuse what adds to some groups only: who comes is said by `who`."""
        operand = change.operand
        by_group = isinstance(operand, Mapping) and "by" in operand
        if change.operation in ("add", "set_to") and (change.mask or by_group):
            message = (
                "what is booked is one number for all groups, shared out by `who`; "
                "only `multiply_by` and `curve` can be about some of them."
            )
            self.problems.add_once(change.path, message)

    # Punctuality

    def punctuality(self, written: LatenessSpec, spot: Spot) -> Laws:
        """Return the law of how late patients come."""
        if isinstance(written, Quantity | ByGroup | Scaled):
            law = Law("fixed", {"value": self._lateness(written, spot)})
        elif isinstance(written, ObservedLateness):
            values = tuple(value.value for value in written.values)
            law = Law("observed", {}, *self._cuts(written, spot), (), values)
        else:
            law = self._with_parameters(written, spot)
        if not self.problems.is_broken(*spot.path):
            self._check(law, spot)
        return (law,)

    def _lateness(self, written: Quantity | ByGroup | Scaled, spot: Spot) -> Number:
        return self.quantities.number(written, spot, LATENESS)

    def _with_parameters(self, written: LatenessSpec, spot: Spot) -> Law:
        if not isinstance(written, LatenessLaw):
            return Law("fixed", {"value": Number((math.nan,), "")})
        cuts = ("law", "at_least", "at_most")
        parameters = {
            name: self.quantities.number(
                getattr(written, name),
                spot.at(name),
                DURATION if name == "sd" else LATENESS,
            )
            for name in type(written).model_fields
            if name not in cuts
        }
        kind = str(getattr(written, "law", ""))
        return Law(kind, parameters, *self._cuts(written, spot))

    def _cuts(
        self, written: LatenessLaw, spot: Spot
    ) -> tuple[Number | None, Number | None]:
        low, high = (
            None if varied is None else self._lateness(varied, spot.at(key))
            for key, varied in (
                ("at_least", written.at_least),
                ("at_most", written.at_most),
            )
        )
        return low, high

    def _check(self, law: Law, spot: Spot) -> None:
        cuts = {"at_least": law.at_least, "at_most": law.at_most}
        every = law.parameters | {k: cut for k, cut in cuts.items() if cut is not None}

        def wrong(values: Sequence[float]) -> str | None:
            return _wrong(law, dict(zip(every, values, strict=True)))

        # Of a list of observed times alone no number says anything.
        numbers = list(every.values()) or [Number((0.0,), "")]
        names = list(every) or ["nothing"]
        if names == ["nothing"]:
            message = _wrong(law, {})
            if message is not None:
                self.problems.add(spot.path, f"{message}.")
            return
        self.sums.check(numbers, spot, wrong)


def _too_many(values: Sequence[float]) -> str | None:
    if values[0] <= MOST_BOOKED:
        return None
    return f"at most {MOST_BOOKED:,} can be booked in one session"


def _wrong(law: Law, p: Mapping[str, float]) -> str | None:
    """Return what is wrong with a law of lateness."""
    if any(math.isnan(value) for value in p.values()):
        return None
    places = [p[name] for name in PLACES if name in p] + list(law.observed)
    if any(abs(value) >= MOST_LATE for value in places) or p.get("sd", 0) > MOST_LATE:
        return "nobody can come a day or more before or after their time"
    if "sd" in p and p["sd"] <= 0:
        return (
            "`sd` must be more than nothing; if all are as late, write the time alone"
        )
    low = p.get("at_least", -MOST_LATE)
    high = p.get("at_most", MOST_LATE)
    if law.kind == "observed" and not any(low <= t <= high for t in law.observed):
        return "none of these times lies between at_least and at_most"
    # As the kernels see it: a day more, so that no time is negative.
    shifted = {name: p[name] + MOST_LATE for name in p if name in PLACES}
    if "sd" in p:
        shifted["sd"] = p["sd"]
    if law.kind in ("fixed", "observed"):
        return None
    cut = {"at_least": low + MOST_LATE, "at_most": high + MOST_LATE}
    return wrong_together(law.kind, shifted | cut, {name: name for name in (*p, *cut)})
