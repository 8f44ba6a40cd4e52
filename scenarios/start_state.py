"""Who is there when the run begins: the start state, read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from kernels.layout import DAY
from scenarios import dates, texts
from scenarios.leaves import Spot
from scenarios.naming import Names
from scenarios.patient_lists import ListReader, Reading
from scenarios.places import Path, Problems
from scenarios.population import Population, Who
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Number, Period, Starter
from scenarios.service_spec import ServiceForm
from scenarios.spec import ScenarioForm
from scenarios.start_spec import FOR_EXAMPLE, ThereForm
from scenarios.texts import Quantity, TextError
from scenarios.units import WHOLE

SECTION = "start_state"
PARTS = ("waiting", "in_treatment")
COUNTS = ("number", "from_file")
WAITED = ("joined", "waited")
ELAPSED = ("started", "elapsed")
MOST = 5_000_000
BAND = re.compile(r"([0-9.,]+)\s*-\s*([0-9.,]+)\s*([A-Za-z]+)")
TOLERANCE = 1e-9


class StartState:
    """Makes `Starter`s of what is written."""

    def __init__(
        self, spec: ScenarioForm, names: Names, population: Population, period: Period
    ) -> None:
        self.spec = spec
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
        block = self.names.blocks.repeated("services", name)
        if block is not None:
            part = next(iter(block.instances.values()))
            message = (
                f"{quoted(name)} is one per {block.dimension}: write which one, for "
                f"example {quoted(part)}."
            )
        else:
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
        path = ("services", name, "takes")
        return form.takes is None and not self.problems.is_broken(*path)

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
        if form.from_file is not None:
            return self._listed(name, part, form, spot)
        bands = self._bands(part, form, spot)
        number = self._number(form, spot)
        shares = self._shares(name, form, spot)
        return [Starter(name, part == PARTS[1], number, shares, bands)]

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
        if owner is not None and not owner[0].pooled:
            who.setdefault(owner[0].dimension, owner[1])
        return who

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
        self._check_total(total, len(rests), at.path)
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

    def _check_total(self, total: float, rests: int, path: Path) -> None:
        if rests > 1:
            self.problems.add(path, "only one of these can be the `rest`.")
        elif total > 1 + TOLERANCE or (not rests and total < 1 - TOLERANCE):
            hint = " Write `rest` for one." if total < 1 else ""
            message = f"the shares add up to {total * 100:.6g}%.{hint}"
            self.problems.add(path, message)

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
        reading = _StartReading(reader, spot.at("from_file").path, fixed)
        reading.is_treated = part == PARTS[1]
        rows = reading.rows(form.from_file or "")
        found = [(times[0], times[1], group) for times, group in rows or []]
        treated = part == PARTS[1]
        return [Starter(name, treated, None, rows=tuple(sorted(found)))]

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


class _StartReading(Reading):
    """The reading of a list of those who are there."""

    what = "Such a list"
    is_treated = False

    def times_of(self, header: Sequence[str]) -> list[str]:
        """Return the columns that say when: a date or a length of time."""
        joined = next((c for c in WAITED if c in header), None)
        if not self.is_treated:
            return [joined or WAITED[0]]
        started = next((c for c in ELAPSED if c in header), ELAPSED[0])
        return [started] if joined is None else [joined, started]

    def moments(self, cells: Mapping[str, str]) -> tuple[int, ...]:
        """Return when a patient joined, and when treatment started or -1."""
        started = self._of(cells, ELAPSED) if self.is_treated else -1
        joined = self._of(cells, WAITED, self.reader.begin if started < 0 else started)
        if joined < 0:
            joined = started
        if started >= 0 and joined > started:
            raise TextError("this patient joined after treatment started.")
        return joined, started

    def _of(
        self, cells: Mapping[str, str], names: tuple[str, str], until: int | None = None
    ) -> int:
        """Return the moment under one of two columns; -1 if there is none.

        The second of them says how long before it lies: before a moment, or the run.
        """
        begin = self.reader.begin
        if names[0] in cells:
            moment = self.moment(cells[names[0]], names[0])
            if moment >= begin:
                raise TextError(
                    f"{cells[names[0]]} does not lie before the beginning of the run, "
                    f"{dates.written_date(begin)}."
                )
            return moment
        if names[1] not in cells:
            return -1
        text = cells[names[1]]
        if not text:
            raise TextError(f"nothing is written under {quoted(names[1])}.")
        before = begin if until is None else until
        moment = before - max(round(texts.duration(text).value * DAY), before == begin)
        if moment < 0:
            raise TextError(f"{quoted(text)}: this reaches back before {dates.FIRST}.")
        return moment
