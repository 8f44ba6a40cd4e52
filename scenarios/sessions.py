"""Sessions of a caseload: a place, and the visits that are made while it is held.

They are written at the caseload and become steps: a patient who is called in takes the
place at once, and each session is a step that holds it, `every` after the one before.
A session that is missed is held again after as long. After each that is attended some
stay away for good, some have had their last, and the others go on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import NamedTuple

from scenarios.count_shares import Counted, CountShares
from scenarios.destination_spec import DestinationSpec
from scenarios.destinations import Destinations, Origin
from scenarios.durations import fixed
from scenarios.law_spec import Share as ShareOrRest
from scenarios.leaves import Spot
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import (
    Absence,
    Branch,
    Destination,
    Laws,
    Number,
    Pathway,
    Service,
    Step,
    Target,
)
from scenarios.service_spec import BySession, CountSpec, SessionsForm
from scenarios.texts import Quantity
from scenarios.units import SHARE, WHOLE, ByGroup, Scaled

MOST = 200
"""Sessions."""
SESSIONS = Counted(
    "a number of sessions",
    MOST,
    f"Write how many, 1 to {MOST}, and the share: {{6: 20%, 12: rest}}.",
)


def course_name(service: str) -> str:
    """Return what the course of sessions of a caseload is called."""
    return f"{service}: sessions"


def is_under_way(step: Step) -> bool:
    """Return whether only those come to a step who are there when the run begins."""
    courses = (course_name(name) for name in (step.service, *step.holding))
    return str(step.pathway).startswith(tuple(f"{name}, " for name in courses))


class Course:
    """The steps and choices that the sessions of one caseload become."""

    def __init__(
        self,
        service: str,
        at: str,
        numbers: Sequence[Mapping[int, float]],
        every: Laws,
    ) -> None:
        self.service, self.at = service, at
        self.name = course_name(service)
        self.earliest = 1
        """The session with which it begins."""
        self.numbers = numbers
        """For each group, how likely each number of sessions is."""
        self.every = every
        self.most = max(max(law) for law in numbers)
        self.away = f"{self.name}, staying away"

    def first(self) -> Destination:
        """Return how a patient goes from the place to the first session."""
        return (Branch(self.session(self.earliest), None, self.every),)

    def rest(self, number: int, earliest: int) -> Course:
        """Return what is left of such courses of a number of sessions.

        Parameters
        ----------
        number : int
            Sessions in all.
        earliest : int
            The first of those that may be next.
        """
        made = copy(self)
        made.name = f"{self.name}, {number} in all"
        made.numbers, made.most = [{number: 1.0}] * len(self.numbers), number
        made.earliest = earliest
        return made

    def session(self, number: int) -> Target:
        """Return the way to a session."""
        return Target(step=(self.name, f"session {number}"))

    def _after(self, number: int) -> str:
        return f"{self.name}, after session {number}"

    def pathways(self, then: Destination, drops: Mapping[int, Number]) -> list[Pathway]:
        """Return the choices: where the last leads, and who goes on after each.

        Parameters
        ----------
        then : Destination
            After the last session.
        drops : mapping of int to Number
            The share who stay away after each session, of those who have more to come.
        """
        made = [Pathway(self.name, self.first(), is_course=True)]
        for number in range(self.earliest, self.most):
            onward = Branch(self.session(number + 1), None, self.every)
            if number in drops:
                name = f"{self._after(number)}, going on"
                gone = Branch(Target(pathway=self.away), drops[number])
                made.append(Pathway(name, (gone, onward), is_course=True))
                onward = Branch(Target(pathway=name), None)
            stop = Number(tuple(_hazard(law, number) for law in self.numbers), "")
            end = Branch(Target(pathway=self._after(self.most)), stop)
            made.append(Pathway(self._after(number), (end, onward), is_course=True))
        return [*made, Pathway(self._after(self.most), then, is_course=True)]

    def steps(self, usual: Step, absence: Number | None) -> list[Step]:
        """Return the steps: one for each session.

        Parameters
        ----------
        usual : Step
            The own step of the service at which sessions are held.
        absence : Number or None
            The share who miss a session.
        """
        return [
            replace(
                usual,
                then=(Branch(Target(pathway=self._after(number)), None),),
                pathway=self.name,
                name=f"session {number}",
                holding=(self.service,),
                absence=self._missed(number, absence),
            )
            for number in range(self.earliest, self.most + 1)
        ]

    def _missed(self, number: int, share: Number | None) -> Absence | None:
        """Return who misses a session: it is held again."""
        if share is None:
            return None
        return Absence(share, (Branch(self.session(number), None, self.every),))


def _hazard(law: Mapping[int, float], number: int) -> float:
    """Return of those who have had so many sessions the share who need no more."""
    at_least = math.fsum(share for n, share in law.items() if n >= number)
    return 1.0 if at_least <= 0 else min(law.get(number, 0.0) / at_least, 1.0)


class Begun(NamedTuple):
    """A course, and what it takes to let patients go on with it."""

    course: Course
    then: Destination
    drops: Mapping[int, Number]
    own: Step
    """Of the caseload."""
    usual: Step
    """The own step of the service at which sessions are held."""
    absence: Number | None


class Sessions:
    """Reads the sessions of caseloads."""

    def __init__(self, destinations: Destinations) -> None:
        self.destinations = destinations
        self.durations = destinations.durations
        self.quantities = destinations.quantities
        self.problems = destinations.problems
        self.sums = destinations.sums
        self.reader = CountShares(self.quantities, self.sums, SESSIONS)
        self.groups = len(self.quantities.groups)
        self.pathways: list[Pathway] = []
        self.steps: list[Step] = []
        self.services: list[Service] = []
        """For sessions that are held nowhere in particular: room for everybody."""
        self.own: dict[str, Step] = {}
        """The own steps of these."""
        self.courses: list[tuple[Course, SessionsForm, Destination, Spot]] = []
        self.begun: dict[str, Begun] = {}
        """What those need who are there when the run begins, by caseload."""

    def step(self, name: str, form: SessionsForm, own: Step, spot: Spot) -> Step:
        """Return the own step of a caseload; its course is kept for later.

        Parameters
        ----------
        name : str
            The caseload.
        form : SessionsForm
        own : Step
            Its step as if it had no sessions.
        spot : Spot
            Of `sessions`.
        """
        numbers = self._numbers(form.number, spot.at("number"))
        every = self.durations.laws(form.every, spot.at("every"))
        if numbers is None:
            return replace(own, takes=(fixed(0.0),))
        course = Course(name, self._place(name, form, spot), numbers, every)
        self.courses.append((course, form, own.then, spot))
        return replace(own, takes=(fixed(0.0),), then=course.first())

    def _place(self, name: str, form: SessionsForm, spot: Spot) -> str:
        """Return the service at which sessions are held."""
        services = self.destinations.names.services
        if form.at is not None:
            if form.at not in services or form.at == name:
                known = [other for other in services if other != name]
                message = (
                    f"{quoted(form.at)} is not a service at which sessions can be held."
                    f"{did_you_mean(form.at, known)} Services: {listed(known)}."
                )
                self.problems.add((*spot.path, "at"), message)
            return form.at
        place = course_name(name)
        nothing = Number((0.0,), "")
        self.services.append(Service(place, "unlimited", ()))
        self.own[place] = Step(
            place, (Branch(Target(), None),), (fixed(0.0),), nothing, ()
        )
        return place

    def _numbers(self, written: CountSpec, spot: Spot) -> list[dict[int, float]] | None:
        """Return for each group how likely each number of sessions is."""
        if isinstance(written, Quantity | ByGroup | Scaled):
            number = self.quantities.settled(written, spot, WHOLE)
            values = number.values * (self.groups if len(number.values) == 1 else 1)
            if not all(1 <= value <= MOST for value in values):
                message = f"a course has 1 to {MOST} sessions."
                self.problems.add_once(spot.path, message)
                return None
            return [{round(value): 1.0} for value in values]
        return self._shared_out(written, spot)

    def _shared_out(
        self, written: Mapping[str, ShareOrRest], spot: Spot
    ) -> list[dict[int, float]] | None:
        found = self.reader.shares(written, spot, dated=False)
        if self.problems.is_broken(*spot.path):
            return None
        return [self._of_group(found, group) for group in range(self.groups)]

    def _of_group(
        self, found: Mapping[int, Number | None], group: int
    ) -> dict[int, float]:
        law = {
            count: share.values[group if len(share.values) > 1 else 0]
            for count, share in found.items()
            if share is not None
        }
        rest = 1.0 - math.fsum(law.values())
        return law | {n: max(rest, 0.0) for n, share in found.items() if share is None}

    def finish(self, usual: Mapping[str, Step]) -> None:
        """Make the steps of all courses, now that every service's own step is known."""
        for course, form, then, spot in self.courses:
            if course.at not in usual:
                continue
            absence = None
            if form.did_not_attend is not None:
                at = spot.at("did_not_attend")
                absence = self.quantities.number(form.did_not_attend, at, SHARE)
                self.sums.check_share(absence, at)
                self._check_kind(course.at, at)
            drops: dict[int, Number] = {}
            if form.drops_out is not None:
                at = spot.at("drops_out")
                drops = self._drops(form.drops_out.share, at.at("share"))
                away = self._away(form.drops_out.then, course.service, at.at("then"))
                self.pathways.append(Pathway(course.away, away, is_course=True))
            self.pathways += course.pathways(then, drops)
            self.steps += course.steps(usual[course.at], absence)
            self.begun[course.service] = Begun(
                course, then, drops, usual[course.service], usual[course.at], absence
            )

    def _check_kind(self, name: str, spot: Spot) -> None:
        """Refuse that people miss sessions where staff would stand ready for them."""
        form = self.destinations.services.get(name)
        kind = getattr(form, "kind", "unlimited")
        if kind not in ("slots", "unlimited"):
            message = (
                f"sessions are missed at slots; {quoted(name)} is of kind '{kind}'."
            )
            self.problems.add(spot.path, message, at_key=True)

    def _away(self, then: DestinationSpec, service: str, spot: Spot) -> Destination:
        return self.destinations.destination(then, spot, Origin(service=service))

    def _drops(self, written: BySession, spot: Spot) -> dict[int, Number]:
        """Return the share who stay away after each session."""
        if isinstance(written, Quantity | ByGroup | Scaled):
            return dict.fromkeys(range(1, MOST), self._share(written, spot))
        found = (
            {}
            if "rest" not in written
            else self._drops(written["rest"], spot.at("rest"))
        )
        some = {text: share for text, share in written.items() if text != "rest"}
        return found | self.reader.counts(some, spot, self._share)

    def _share(self, written: Quantity | ByGroup | Scaled, spot: Spot) -> Number:
        share = self.quantities.number(written, spot, SHARE)
        self.sums.check_share(share, spot)
        return share
