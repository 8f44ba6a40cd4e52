"""One patient in two runs: both journeys side by side, and the moment they part."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from results.displacement.ledgers import check_same_people
from results.errors import ResultError
from results.journeys.journey import Event, Journey, recorded_journey

if TYPE_CHECKING:
    from results.run import Run


@dataclass(frozen=True)
class Line:
    """What happens at one moment; empty where nothing does in that run."""

    time: str
    a: str
    b: str


@dataclass(frozen=True)
class Parting:
    """One patient's journey in either run."""

    titles: tuple[str, str]
    replication: int
    patient: int
    group: str
    a: Journey | None
    """None: does not come in this run."""
    b: Journey | None

    @property
    def shared(self) -> int:
        """How many events both journeys have in common before they part."""
        events = zip_longest(_events(self.a), _events(self.b))
        return next(
            (n for n, (a, b) in enumerate(events) if a != b), len(_events(self.a))
        )

    @property
    def parts_at(self) -> str | None:
        """The moment at which the journeys part; None if they never do."""
        rest = _events(self.a)[self.shared :][:1] + _events(self.b)[self.shared :][:1]
        return min(rest, key=lambda event: event.day).time if rest else None

    def before(self) -> list[Line]:
        """Return what is the same in both."""
        return [Line(e.time, e.what, e.what) for e in _events(self.a)[: self.shared]]

    def after(self) -> list[Line]:
        """Return what comes after the parting, moment by moment."""
        rest = [
            (event.day, place, side, event)
            for side, journey in enumerate((self.a, self.b))
            for place, event in enumerate(_events(journey)[self.shared :])
        ]
        lines: list[Line] = []
        at: dict[float, list[list[Event]]] = {}
        for day, _, side, event in sorted(rest, key=lambda r: (r[0], r[2], r[1])):
            at.setdefault(day, [[], []])[side].append(event)
        for sides in at.values():
            time = (sides[0] or sides[1])[0].time
            for a, b in zip_longest(*sides):
                lines.append(Line(time, a.what if a else "", b.what if b else ""))
        return lines

    def sentence(self) -> str:
        """Say where they part, and how each goes on."""
        if self.a is None or self.b is None:
            there, other = ("B", "A") if self.a is None else ("A", "B")
            return (
                f"This patient comes in {there} only: there is no journey in {other}."
            )
        if self.parts_at is None:
            return "Both journeys are the same, to the microsecond."
        told = [
            _next(run, _events(journey)[self.shared :], self.parts_at)
            for run, journey in (("A", self.a), ("B", self.b))
        ]
        return f"Here they part, {self.parts_at}: {'; '.join(told)}."

    def as_dict(self) -> dict[str, Any]:
        """Return both journeys as plain data."""
        return {
            "titles": list(self.titles),
            "replication": self.replication,
            "patient": self.patient,
            "group": self.group,
            "parts_at": self.parts_at,
            "sentence": self.sentence(),
            "a": None if self.a is None else asdict(self.a),
            "b": None if self.b is None else asdict(self.b),
        }


def _events(journey: Journey | None) -> tuple[Event, ...]:
    return () if journey is None else journey.events


def _next(run: str, events: tuple[Event, ...], parts_at: str) -> str:
    """Say what happens next in a run, and when if it is later."""
    if not events:
        return f"in {run} nothing more happens"
    first = events[0]
    if first.time == parts_at:
        return f"in {run} the patient {first.what}"
    return f"in {run} the next thing, on {first.time}, is: {first.what}"


def trace(a: Run, b: Run, patient: int, *, replication: int = 1) -> Parting:
    """Return one patient's journeys in two runs.

    Parameters
    ----------
    a, b : Run
        With records of patients and one seed.
    patient : int
        The identity, as records have it.
    replication : int

    Raises
    ------
    ResultError
        If the runs cannot be set side by side, or the patient comes in neither.
    """
    check_same_people(a, b)
    one, other = (recorded_journey(run, replication, patient) for run in (a, b))
    found = one or other
    if found is None:
        raise ResultError(
            f"no patient {patient} comes in replication {replication} of either run. "
            "Leave --patient out to see some."
        )
    titles = a.labels.title, b.labels.title
    return Parting(titles, replication, patient, found.group, one, other)
