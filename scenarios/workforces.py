"""Staff behind capacities: whole-time equivalents and teams, as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum

from kernels.layout import DAY
from scenarios import dates
from scenarios.calendars import Calendars, Entry
from scenarios.leaves import Spot
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.quantities import Quantities
from scenarios.scenario import Capacity, Move, Number, Staff, WeekTime, Workforce
from scenarios.sums import Sums
from scenarios.texts import Quantity, TextError
from scenarios.units import DURATION, FACTOR, OUTPUT, RISK, SHARE, STAFF
from scenarios.workforce_spec import (
    TAKEN_OFF,
    MonthlyShare,
    PostsForm,
    TeamForm,
    WorkforceForm,
)

GIVES = {
    "staff": ("hours", "30 hours per week"),
    "slots": ("slots", "22 per week"),
    "beds": ("places", "3 places"),
    "caseload": ("places", "37 places"),
}
"""What the staff of each kind of service give."""
OF_POSTS = ("vacancies", "recruits", "lead_time", "leavers")


class Workforces:
    """Makes `Capacity` entries of the staff that are written."""

    def __init__(
        self,
        teams: Mapping[str, TeamForm],
        calendars: Calendars,
        quantities: Quantities,
        sums: Sums,
    ) -> None:
        self.teams = teams
        self.calendars = calendars
        self.quantities = quantities
        self.problems = quantities.problems
        self.sums = sums
        self.staff = {
            name: self._staff(form, Spot(("teams", name)))
            for name, form in teams.items()
        }
        self.given: dict[str, list[Number]] = {name: [] for name in teams}
        """The shares of each team that services have."""

    def capacity(
        self, form: WorkforceForm, spot: Spot, kind: str
    ) -> tuple[Capacity, ...]:
        """Return the entries of a capacity."""
        workforce = self._workforce(form, spot)
        gives = self.quantities.number(form.each_gives, spot.at("each_gives"), OUTPUT)
        self.sums.check_positive(gives, spot.at("each_gives"))
        workforce = replace(workforce, each_gives=gives, output=form.each_gives.per)
        self._check_output(form.each_gives, spot.at("each_gives"), kind)
        factor = self._factor(spot)
        if GIVES[kind][0] == "places":
            if form.during is not None:
                message = "places are held at all times; leave `during` out."
                self.problems.add((*spot.path, "during"), message, at_key=True)
            return (Capacity(None, factor, workforce),)
        return self._at_times(form, spot, factor, workforce)

    def _check_output(self, output: Quantity, spot: Spot, kind: str) -> None:
        wanted, example = GIVES[kind]
        if output.per != wanted:
            message = (
                f"{quoted(output.text)} are {output.per}; a whole-time equivalent of "
                f"{kind} gives {wanted}: `each_gives: {example}`."
            )
            self.problems.add(spot.path, message)

    def _factor(self, spot: Spot) -> Number:
        """Return what changes of the whole capacity multiply it by."""
        above = Spot(spot.path[:-1], spot.what[:-1])
        for change in self.quantities.changes:
            is_meant = change.acts_on(above.thing, [".".join(above.what)])
            if is_meant and change.operation in ("add", "set_to"):
                message = (
                    f"the capacity of {quoted(str(above.path[1]))} is worked out from "
                    "its workforce: multiply it, or change what it is made of: "
                    "`what: capacity.workforce.each_gives`, for example."
                )
                self.problems.add_once(change.path, message)
                change.used.add(above.thing)
                return Number((1.0,), self.problems.shown(above.path))
        one = Quantity(1.0, "1")
        whole = ".".join(above.what)
        return self.quantities.number(one, Spot(above.path, above.what, whole), FACTOR)

    # Times

    def _at_times(
        self, form: WorkforceForm, spot: Spot, factor: Number, workforce: Workforce
    ) -> tuple[Capacity, ...]:
        entries = self._entries(form, spot)
        hours = [_hours(entry.time) for entry in entries]
        week = fsum(h * _days(e.time) for h, e in zip(hours, entries, strict=True))
        if entries and week == 0:
            message = "an ordinary week has no such times."
            self.problems.add((*spot.path, "during"), message)
        if week == 0:
            return ()
        by_slots = workforce.output == "slots"
        return tuple(
            Capacity(e.time, factor, workforce, (h if by_slots else 1.0) / week)
            for e, h in zip(entries, hours, strict=True)
        )

    def _entries(self, form: WorkforceForm, spot: Spot) -> list[Entry]:
        path = (*spot.path, "during")
        if form.during is None:
            if not self.problems.is_broken(*path):
                message = (
                    "`during` is missing: when do they work? Write for example "
                    "`during: Mon-Fri 09:00-17:00`."
                )
                self.problems.add(spot.path, message, at_key=True)
            return []
        if isinstance(form.during, str):
            return self.calendars.entries(form.during, path, at_key=False)
        entries = [
            entry
            for i, text in enumerate(form.during)
            for entry in self.calendars.entries(text, (*path, i), at_key=False)
        ]
        self.calendars.check(entries)
        return entries

    # Staff

    def _workforce(self, form: WorkforceForm, spot: Spot) -> Workforce:
        nothing = Number((1.0,), self.problems.shown(spot.path))
        if form.team is None:
            self._mind_lone(form, spot)
            return Workforce(self._staff(form, spot), nothing, "")
        self._mind_team(form, spot)
        team = self.staff.get(form.team, Staff(nothing))
        share = self._share_of_team(form, form.team, spot)
        own = self._taken_off(form, spot)
        return Workforce(team, nothing, "", form.team, share, own)

    def _mind_lone(self, form: WorkforceForm, spot: Spot) -> None:
        missing = form.whole_time_equivalents is None
        if missing and not self.problems.is_broken(
            *spot.path, "whole_time_equivalents"
        ):
            message = (
                "`whole_time_equivalents` is missing: how many staff? Or name a `team`."
            )
            self.problems.add(spot.path, message, at_key=True)
        if form.share is not None:
            message = "a share of which team? Write `team` as well."
            self.problems.add((*spot.path, "share"), message, at_key=True)

    def _mind_team(self, form: WorkforceForm, spot: Spot) -> None:
        name = str(form.team)
        if name not in self.teams and not self.problems.is_broken("teams", name):
            known = (
                f"Teams: {listed(self.teams)}."
                if self.teams
                else "There is no `teams:` section."
            )
            near = did_you_mean(name, self.teams)
            message = f"{quoted(name)} is not a team.{near} {known}"
            self.problems.add((*spot.path, "team"), message)
        for key in ("whole_time_equivalents", *OF_POSTS):
            if getattr(form, key) is not None:
                message = f"write this at the team {quoted(name)}, not here."
                self.problems.add((*spot.path, key), message, at_key=True)

    def _share_of_team(
        self, form: WorkforceForm, team: str, spot: Spot
    ) -> Number | None:
        at = spot.at("share")
        whole = form.share or Quantity(1.0, "100%")
        share = self.quantities.number(whole, at, SHARE)
        self.sums.check_share(share, at)
        self.given.setdefault(team, []).append(share)
        return share

    def _staff(self, form: PostsForm, spot: Spot) -> Staff:
        posts = self._posts(form, spot)
        vacancies = None
        if form.vacancies is not None:
            vacancies = self._monthly(form.vacancies, spot.at("vacancies"))
        leavers = None
        if form.leavers is not None:
            leavers = self.quantities.number(form.leavers, spot.at("leavers"), RISK)
            self.sums.check_share(leavers, spot.at("leavers"))
        recruits = self._recruits(form, spot)
        return Staff(posts, vacancies, leavers, recruits, self._taken_off(form, spot))

    def _posts(self, form: PostsForm, spot: Spot) -> Number:
        at = spot.at("whole_time_equivalents")
        written = form.whole_time_equivalents or Quantity(0.0, "0")
        posts = self.quantities.number(written, at, STAFF)
        self.sums.check_positive(posts, at)
        return posts

    def _recruits(self, form: PostsForm, spot: Spot) -> tuple[tuple[int, Number], ...]:
        made: dict[int, Number] = {}
        lead = self._lead(form, spot)
        for text, quantity in (form.recruits or {}).items():
            at = spot.at("recruits", text)
            first = self._first_day(text, at, lead)
            if first in made:
                message = "this date stands here already."
                self.problems.add(at.path, message, at_key=True)
            elif first is not None:
                made[first] = self.quantities.number(quantity, at, STAFF)
                self.sums.check_positive(made[first], at)
        return tuple(sorted(made.items(), key=lambda item: item[0]))

    def _lead(self, form: PostsForm, spot: Spot) -> str:
        """Return how long recruits take, as a text that `dates.shifted` can read."""
        if form.lead_time is None:
            return "0 days"
        at = spot.at("lead_time")
        if form.recruits is None and not self.problems.is_broken(*spot.path):
            message = "a lead time belongs to `recruits`; there are none."
            self.problems.add(at.path, message, at_key=True)
        days = self.quantities.settled(form.lead_time, at, DURATION).values[0]
        # As written, whole months go by the calendar; when changed, by days.
        is_written = days == form.lead_time.value
        return form.lead_time.text if is_written else f"{round(days)} days"

    def _first_day(self, text: str, spot: Spot, lead: str) -> int | None:
        try:
            return dates.shifted(dates.moment(text), lead, 1)
        except TextError as error:
            self.problems.add(spot.path, str(error), at_key=True)
        return None

    # Shares of working time

    def _taken_off(self, form: PostsForm, spot: Spot) -> tuple[tuple[str, Number], ...]:
        return tuple(
            (name, self._monthly(written, spot.at(name)))
            for name in TAKEN_OFF
            if (written := getattr(form, name)) is not None
        )

    def _monthly(self, written: MonthlyShare, spot: Spot) -> Number:
        """Return a share, which may differ by month of the year."""
        if isinstance(written, Quantity):
            share = self.quantities.number(written, spot, SHARE)
            self.sums.check_share(share, spot)
            return share
        months = self._months(written, spot)
        if not months:
            return Number((0.0,), self.problems.shown(spot.path))
        rest = written.get("rest") or next(iter(months.values()))
        share = self.quantities.number(rest, spot, SHARE)
        own = tuple(
            Move("set", (part.value,), months=(month,))
            for month, part in sorted(months.items())
        )
        text = ", ".join(f"{key}: {part.text}" for key, part in written.items())
        share = replace(share, moves=(*own, *share.moves), text=f"{{{text}}}")
        self.sums.check_share(share, spot)
        return share

    def _months(
        self, written: Mapping[str, Quantity], spot: Spot
    ) -> dict[int, Quantity]:
        """Return the share of each month that is named; report what is wrong."""
        found: dict[int, Quantity] = {}
        for name, part in written.items():
            if name == "rest":
                continue
            try:
                found[dates.month(name)] = part
            except TextError as error:
                at = (*spot.path, name)
                self.problems.add(at, str(error), at_key=True)
        if self.problems.is_broken(*spot.path):
            return found
        missing = [n for i, n in enumerate(dates.MONTHS, 1) if i not in found]
        if missing and "rest" not in written:
            message = f"no value for {', '.join(missing)}. Add it or a `rest:`."
            self.problems.add(spot.path, message)
        elif not missing and "rest" in written:
            message = "every month is named already; leave `rest` out."
            self.problems.add((*spot.path, "rest"), message, at_key=True)
        return found

    # Teams

    def check_teams(self) -> None:
        """Report teams that nobody has a share of, or that are shared out twice."""
        for name, shares in self.given.items():
            if name not in self.teams or self.problems.is_broken("services"):
                continue
            spot = Spot(("teams", name))
            if not shares and not self.problems.is_broken(*spot.path):
                message = (
                    f"no service has a share of {quoted(name)}: write `workforce: "
                    f"{{team: {name}, share: 60%, ...}}` there."
                )
                self.problems.add(spot.path, message, at_key=True)
            elif shares:
                self.sums.check(shares, spot, _beyond_all)


def _beyond_all(values: Sequence[float]) -> str | None:
    total = fsum(values)
    if total <= 1 + 1e-9:
        return None
    return f"services have {total * 100:.6g}% of this team together"


def _hours(time: WeekTime) -> float:
    return (time.end - time.begin) / DAY * 24


def _days(time: WeekTime) -> int:
    """Return on how many days of an ordinary week a time holds."""
    return 0 if time.holidays == "only" else sum(time.days)
