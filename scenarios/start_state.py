"""Who is there when the run begins: the start state, read."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from kernels.layout import DAY
from scenarios import dates, texts
from scenarios.blocks import Block
from scenarios.leaves import Spot
from scenarios.naming import Names
from scenarios.patient_lists import ListReader
from scenarios.places import Path, Problems
from scenarios.population import Population, Who
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Number, Period, Starter
from scenarios.service_spec import ServiceForm
from scenarios.sessions import Sessions
from scenarios.sessions_left import SessionsLeft, check_total, counted
from scenarios.sites import share_of
from scenarios.spec import ScenarioForm
from scenarios.start_lists import SessionsReading, StartReading
from scenarios.start_spec import FOR_EXAMPLE, SESSIONS_LEFT, ThereForm
from scenarios.texts import Quantity, TextError
from scenarios.under_way import UnderWay
from scenarios.units import WHOLE

SECTION = "start_state"
PARTS = ("waiting", "in_treatment")
COUNTS = ("number", "from_file")
MOST = 5_000_000
BAND = re.compile(r"([0-9.,]+)\s*-\s*([0-9.,]+)\s*([A-Za-z]+)")
TOLERANCE = 1e-9


class StartState:
    """Makes `Starter`s of what is written."""

    def __init__(
        self,
        spec: ScenarioForm,
        names: Names,
        population: Population,
        period: Period,
        sessions: Sessions,
    ) -> None:
        self.spec = spec
        self.sessions = sessions
        self.left = SessionsLeft(population.quantities.problems)
        self.names = names
        self.population = population
        self.groups = population.groups
        self.quantities = population.quantities
        self.problems: Problems = population.quantities.problems
        self.period = period

    def starters(self) -> tuple[Starter, ...]:
        """Return who is there when the run begins."""
        forms = self.spec.start_state
        if forms and self.spec.period.warm_up is not None:
            message = (
                "the run begins with those who are named here, and a `warm_up` would "
                "play on with them before anything counts. Leave it out, and fill the "
                "other services here as well: `in_treatment: {number: 34}` is who is "
                "there after a long time."
            )
            self.problems.add((SECTION,), message, at_key=True)
        found = []
        for name, form in forms.items():
            if not self._is_service(name):
                continue
            spot = Spot((SECTION, name))
            written = {part: getattr(form, part) for part in PARTS}
            if not any(written.values()) and not self.problems.is_broken(*spot.path):
                message = "write who is there: `waiting`, `in_treatment` or both."
                self.problems.add(spot.path, message, at_key=True)
            for part, there in written.items():
                if there is not None and self._fits(name, part, spot.at(part)):
                    found += self._starter(name, part, there, spot.at(part))
        return tuple(found)

    def _is_service(self, name: str) -> bool:
        if name in self.names.services:
            return name in self.spec.services
        path: Path = (SECTION, name)
        known = self.names.services
        message = (
            f"{quoted(name)} is not a service.{did_you_mean(name, known)} "
            f"Declared: {listed(known)}."
        )
        if not self.problems.is_broken("services"):
            self.problems.add(path, message, at_key=True)
        return False

    def _fits(self, name: str, part: str, spot: Spot) -> bool:
        """Return whether a service can have such patients; report where it cannot."""
        form = self.spec.services[name]
        kind = getattr(form, "kind", "")
        message = ""
        if part == "waiting" and kind == "unlimited":
            message = "nobody waits at a service with room for everybody."
        elif part == "in_treatment" and kind == "slots":
            message = (
                "an appointment is over in its session; of slots, write who is "
                "`waiting`."
            )
        elif part == "in_treatment" and self._lacks_takes(name, form):
            message = (
                f"{quoted(name)} does not say how long patients stay: give the service "
                "`takes`, too."
            )
        if message:
            self.problems.add(spot.path, message, at_key=True)
        return not message

    def _lacks_takes(self, name: str, form: ServiceForm) -> bool:
        has_sessions = getattr(form, "sessions", None) is not None
        ways = ("takes", "sessions")
        is_broken = any(self.problems.is_broken("services", name, w) for w in ways)
        return form.takes is None and not has_sessions and not is_broken

    # One group of patients

    def _starter(
        self, name: str, part: str, form: ThereForm, spot: Spot
    ) -> list[Starter]:
        if (form.number is None) == (form.from_file is None):
            if not any(self.problems.is_broken(*spot.at(k).path) for k in COUNTS):
                message = "write how many (`number`), or in which file they stand."
                if form.number is not None:
                    message = "write `number` or `from_file`, not both."
                self.problems.add(spot.path, message, at_key=True)
            return []
        if part == PARTS[1] and getattr(self.spec.services[name], "sessions", None):
            return self._in_sessions(name, form, spot)
        is_broken = self.problems.is_broken("services", name, "sessions")
        if form.sessions_left is not None and not is_broken:
            message = (
                "sessions are left of those `in_treatment` on a caseload with "
                "`sessions`."
            )
            self.problems.add(spot.at("sessions_left").path, message, at_key=True)
            return []
        if form.from_file is not None:
            return self._listed(name, part, form, spot)
        bands = self._bands(part, form, spot)
        number = self._number(form, spot)
        shares = self._shares(name, form, spot)
        return [Starter(name, part == PARTS[1], number, shares, bands)]

    def _in_sessions(self, name: str, form: ThereForm, spot: Spot) -> list[Starter]:
        """Return those in treatment on a caseload with sessions."""
        if form.since is not None:
            message = (
                "`for` does not go with `sessions`: write how many of them are left, "
                f"`sessions_left: {SESSIONS_LEFT}`, or nothing: as after a long time."
            )
            self.problems.add(spot.at("for").path, message, at_key=True)
        if form.from_file is not None:
            return self._listed_sessions(name, form, spot)
        begun = self.sessions.begun.get(name)
        left = self.left.bands(form.sessions_left, spot.at("sessions_left"))
        number = self._number(form, spot)
        shares = self._shares(name, form, spot)
        if begun is None or self.problems.is_broken(*spot.path):
            return []
        under_way = UnderWay(self.sessions, begun, self.period)
        if left:
            law = counted(left)
            step = under_way.with_left({"when the run begins": law})[0]
        else:
            step = under_way.as_after_a_long_time()
        return [Starter(name, True, number, shares, step=step, left=left)]

    def _number(self, form: ThereForm, spot: Spot) -> Number:
        at = spot.at("number")
        written = form.number or Quantity(0.0, "0")
        number = self.quantities.settled(written, at, WHOLE)
        if len(number.values) > 1 or any(not 0 <= v <= MOST for v in number.values):
            message = f"this is no number of patients from 0 to {MOST:,}."
            if len(number.values) > 1:
                message = "this changes for some alone; say under `who` who they are."
            change = self.quantities.last_mover(number)
            self.problems.add_once(at.path if change is None else change.path, message)
        return number

    def _shares(self, name: str, form: ThereForm, spot: Spot) -> tuple[float, ...]:
        """Return what share of the patients each group is."""
        at = spot.at("who")
        broken = ("people", "groups")
        who = Who(self._whom(name, form), at.path, self.population, self.problems)
        if who.is_broken or any(self.problems.is_broken(s) for s in broken):
            return ()
        if form.number is None or not self.groups.dimensions:
            return (1.0,)
        written = self.quantities.written.of(form.number, spot.at("number").path)
        leaves = written * len(self.groups)
        undecided = who.undecided(frozenset())
        if undecided:
            self._say_undecided(undecided[0], spot)
            return ()
        shares = who.weights(leaves, None)
        lacking = who.lacking(leaves, per_person=False)
        if lacking or not any(shares):
            whom = self.groups.said(lacking)
            message = (
                f"nobody can be here {whom}".rstrip() + ": there are no such people."
            )
            self.problems.add(spot.path, message, at_key=True)
        return tuple(shares)

    def _whom(self, name: str, form: ThereForm) -> dict[str, object]:
        """Return who they are; at a service of one place those of the place."""
        who: dict[str, object] = dict(form.who or {})
        owner = self.problems.blocks.owner("services", name)
        if owner is None or owner[0].pooled:
            return who
        block, group = owner
        if block.of in self.groups.dimensions:
            own = group if block.sites_of is None else self._sent_to(block, group)
            who.setdefault(block.of, own)
        return who

    def _sent_to(self, block: Block, site: str) -> dict[str, object]:
        """Return the shares of the places whose people are sent to a site."""
        sent: dict[str, float] = {}
        table = self.names.catchment(block)
        for g in range(len(self.groups)):
            home = self.groups.of(g, block.of)
            there = share_of(table.get(home, home), site)
            sent[home] = sent.get(home, 0.0) + self.population.count(g) * there
        total = math.fsum(sent.values()) or 1.0
        return {
            home: Quantity(count / total, f"{count / total:.3%}")
            for home, count in sent.items()
            if count > 0
        }

    def _say_undecided(self, dimension: str, spot: Spot) -> None:
        groups = self.groups.dimensions[dimension]
        message = (
            f"nothing says who they are by {quoted(dimension)}. Write "
            f"`who: {{{dimension}: {groups[0]}}}`, shares "
            f"(`who: {{{dimension}: {{{groups[0]}: 40%, {groups[-1]}: rest}}}}`), or "
            "numbers of `people`."
        )
        self.problems.add(spot.path, message, at_key=True)

    # For how long

    def _bands(
        self, part: str, form: ThereForm, spot: Spot
    ) -> tuple[tuple[float, float, float], ...]:
        at = spot.at("for")
        if form.since is None:
            if part == PARTS[0] and not self.problems.is_broken(*at.path):
                message = (
                    "`for` is missing: for how long have they waited? Write for "
                    f"example {FOR_EXAMPLE}."
                )
                self.problems.add(spot.path, message, at_key=True)
            return ()
        found = []
        rests = [text for text, share in form.since.items() if share == "rest"]
        for text, share in form.since.items():
            band = self._band(text, at)
            if not isinstance(share, Quantity | str):
                message = f"these shares are plain: {FOR_EXAMPLE}."
                self.problems.add(at.at(text).path, message)
            elif band is not None:
                value = share.value if isinstance(share, Quantity) else math.nan
                found.append((*band, value))
        if self.problems.is_broken(*at.path):
            return ()
        total = math.fsum(s for _, _, s in found if not math.isnan(s))
        check_total(total, len(rests), at.path, self.problems)
        rest = max(1.0 - total, 0.0)
        bands = sorted((a, b, rest if math.isnan(s) else s) for a, b, s in found)
        self._check_overlap(bands, at.path)
        return tuple(bands)

    def _band(self, text: str, at: Spot) -> tuple[float, float] | None:
        """Return from and to, in days; report what is no band."""
        path = at.at(text).path
        tidy = text.replace("\u2013", "-")
        match = BAND.fullmatch(tidy)
        try:
            if match is None:
                low = high = texts.duration(tidy).value
            else:
                low = texts.duration(f"{match[1]} {match[3]}").value
                high = texts.duration(f"{match[2]} {match[3]}").value
        except TextError:
            message = (
                f"{quoted(text)} is not a length of time. Write from and to, with the "
                "unit: 0-6 weeks; or one time: 3 days."
            )
            self.problems.add(path, message, at_key=True)
            return None
        if high < low:
            message = f"{quoted(text)}: write the shorter time first."
            self.problems.add(path, message, at_key=True)
            return None
        if high * DAY > self.period.begin:
            message = f"{quoted(text)}: this reaches back before {dates.FIRST}."
            self.problems.add(path, message, at_key=True)
            return None
        return low, high

    def _check_overlap(
        self, bands: list[tuple[float, float, float]], path: Path
    ) -> None:
        for (low, high, _), (after, end, _) in pairwise(bands):
            if after < high - TOLERANCE or (low, high) == (after, end):
                message = "two of these lengths of time overlap."
                self.problems.add(path, message)
                return

    # Lists

    def _listed(
        self, name: str, part: str, form: ThereForm, spot: Spot
    ) -> list[Starter]:
        if form.since is not None:
            message = "`for` does not go with `from_file`: the list says it."
            self.problems.add(spot.at("for").path, message, at_key=True)
        fixed = self._fixed(name, form, spot)
        if self.problems.is_broken("groups") or fixed is None:
            return []
        reader = ListReader(
            self.groups, self.problems, self.period.begin, self.period.end
        )
        reading = StartReading(reader, spot.at("from_file").path, fixed)
        reading.is_treated = part == PARTS[1]
        rows = reading.rows(form.from_file or "")
        found = [(times[0], times[1], group) for times, group in rows or []]
        treated = part == PARTS[1]
        return [Starter(name, treated, None, rows=tuple(sorted(found)))]

    def _listed_sessions(self, name: str, form: ThereForm, spot: Spot) -> list[Starter]:
        """Return those of a list who have a number of sessions left each."""
        if form.sessions_left is not None:
            message = "`sessions_left` does not go with `from_file`: the list says it."
            self.problems.add(spot.at("sessions_left").path, message, at_key=True)
        fixed = self._fixed(name, form, spot)
        if self.problems.is_broken("groups") or fixed is None:
            return []
        reader = ListReader(
            self.groups, self.problems, self.period.begin, self.period.end
        )
        reading = SessionsReading(reader, spot.at("from_file").path, fixed)
        found: dict[int, list[tuple[int, int, int]]] = {}
        for (left, last), group in reading.rows(form.from_file or "") or []:
            found.setdefault(left, []).append((last, last, group))
        begun = self.sessions.begun.get(name)
        if not found or begun is None or self.problems.is_broken(*spot.path):
            return []
        laws = {
            f"when the run begins, {left} left": {left: 1.0} for left in sorted(found)
        }
        names = UnderWay(self.sessions, begun, self.period).with_left(laws)
        return [
            Starter(
                name,
                True,
                None,
                rows=tuple(sorted(rows)),
                step=step,
                left=((left, left, 1.0),),
            )
            for (left, rows), step in zip(sorted(found.items()), names, strict=True)
        ]

    def _fixed(self, name: str, form: ThereForm, spot: Spot) -> dict[str, str] | None:
        """Return the groups that all rows of a list have; None if that is wrong."""
        fixed: dict[str, str] = {}
        for dimension, part in self._whom(name, form).items():
            at = spot.at("who", dimension).path
            if self.groups.axis(dimension, at) is None:
                return None
            if not isinstance(part, str):
                message = (
                    "of a list, `who` says one group for all rows; where they differ, "
                    f"the list has a column {quoted(dimension)}."
                )
                self.problems.add(at, message)
                return None
            if not self.groups.check_group(dimension, part, at, at_key=False):
                return None
            fixed[dimension] = part
        return fixed
