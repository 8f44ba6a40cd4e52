"""The changes of a scenario: what each selects, and when it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from scenarios import dates
from scenarios.change_spec import ChangeForm, FilterForm
from scenarios.destination_spec import DestinationSpec
from scenarios.grouping import Groups, Mask
from scenarios.naming import Names, named
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.spec import ScenarioForm
from scenarios.stream_spec import StreamForm
from scenarios.texts import TextError

SUBJECTS = (
    *("demand", "services", "pathways", "people"),
    *("teams", "routes", "escalation", "standards", "start_state"),
)
OPERATIONS = ("multiply_by", "add", "set_to", "curve")
USUAL = {
    "demand": "rate",
    "services": "capacity",
    "people": "number",
    "escalation": "adds",
    "standards": "target",
    "start_state": "waiting.number",
    "teams": "whole_time_equivalents",
}
"""What a change is about if it does not say."""
POOLED = "pooled"
"""What is no number: it has been read when blocks were repeated."""
EVERYBODY: Path = ("people",)


@dataclass
class Change:
    """One change, read: what it selects and when it holds."""

    path: Path
    form: ChangeForm
    subject: str
    operation: str
    what: str
    things: dict[Path, bool]
    """What it selects; whether each is named, so that the change must find a number."""
    mask: Mask | None
    begin: int | None = None
    reached: int | None = None
    until: int | None = None
    months: tuple[int, ...] = ()
    curve: tuple[tuple[int, float], ...] = ()
    into: frozenset[str] = frozenset()
    """Routes: the services into which shares lead."""
    out_of: frozenset[str] | None = None
    """Routes: the services out of which they lead; None: all others."""
    used: set[Path] = field(default_factory=set)
    """The things in which it has found a number."""

    @property
    def operand(self) -> object:
        """Return what is written after the operation."""
        return getattr(self.form, self.operation)

    def acts_on(self, thing: Path, what: Iterable[str]) -> bool:
        """Return whether it is about a number, called by any of several paths."""
        return thing in self.things and self.what in what

    def acts_on_route(self, source: str, targets: set[str]) -> bool:
        """Return whether it is about the share that leads from a service to others."""
        return (
            self.subject == "routes"
            and source not in self.into
            and bool(targets & self.into)
            and (self.out_of is None or source in self.out_of)
        )


class ChangeReader:
    """Reads the changes of a scenario."""

    def __init__(
        self, spec: ScenarioForm, problems: Problems, groups: Groups, names: Names
    ) -> None:
        self.spec = spec
        self.problems = problems
        self.groups = groups
        self.names = names
        self.idle: set[int] = set()
        """Inherited changes that lie outside the run, so that they change nothing."""

    def changes(self, begin: int, end: int) -> list[Change]:
        """Return the changes that could be read, in order."""
        self.begin, self.end = begin, end
        read = (self._change(i, form) for i, form in enumerate(self.spec.changes))
        return [change for change in read if change is not None]

    def _change(self, number: int, form: ChangeForm) -> Change | None:
        path: Path = ("changes", number)
        subject = self._one_of(path, form, SUBJECTS, _NO_SUBJECT)
        operation = self._one_of(path, form, OPERATIONS, _NO_OPERATION)
        if subject is None or operation is None:
            return None
        if form.what == POOLED and subject == "services":
            self._mind_pooled(form, path)
            return None
        before = len(self.problems.found)
        change = Change(
            path, form, subject, operation, self._what(path, form, subject), {}, None
        )
        self._mind_dates(change)
        self._select(change)
        is_right = len(self.problems.found) == before and number not in self.idle
        return change if is_right else None

    def _mind_pooled(self, form: ChangeForm, path: Path) -> None:
        """Report services that cannot be pooled; the others have been."""
        blocks = self.problems.blocks.made
        found = self._selected(form.services, (*path, "services"), "services")
        for name in (name for name, is_named in found.items() if is_named):
            owner = self.problems.blocks.owner("services", name)
            if owner is None and ("services", name) not in blocks:
                message = f"{quoted(name)} is one for all places already."
                self.problems.add_once((*path, "services"), message)

    def _one_of(
        self, path: Path, form: ChangeForm, keys: tuple[str, ...], message: str
    ) -> str | None:
        written = [key for key in keys if getattr(form, key) is not None]
        if len(written) == 1:
            return written[0]
        # A key that was refused is what is missing: it has been reported.
        if written or not self.problems.is_broken(*path):
            self.problems.add(path, message)
        return None

    def _what(self, path: Path, form: ChangeForm, subject: str) -> str:
        if subject == "routes" and form.what is not None:
            message = "`routes` are always about shares; leave `what` out."
            self.problems.add((*path, "what"), message)
        elif subject == "pathways" and form.what is None:
            message = "say which number: `what: steps.NAME.takes.mean`, for example."
            self.problems.add(path, message)
        return form.what or USUAL.get(subject, "")

    # Dates

    def _mind_dates(self, change: Change) -> None:
        form, path = change.form, change.path
        change.begin, change.until = form.since, form.until
        change.reached = form.reached_by
        change.months = self._months(path, form)
        if change.operation == "curve":
            self._mind_curve(change)
        self._mind_order(change)
        self._mind_ends(change)

    def _months(self, path: Path, form: ChangeForm) -> tuple[int, ...]:
        months = []
        for i, name in enumerate(form.in_months or ()):
            try:
                months.append(dates.month(name))
            except TextError as error:
                self.problems.add((*path, "in_months", i), str(error))
        return tuple(sorted(set(months)))

    def _mind_curve(self, change: Change) -> None:
        form = change.form
        curve = form.curve or {}
        change.curve = tuple(sorted((t, f.value) for t, f in curve.items()))
        if len(curve) < self.problems.size((*change.path, "curve")):
            message = "two of these dates are the same."
            self.problems.add((*change.path, "curve"), message)
        elif len(curve) < 2:
            message = "a curve needs at least two dates."
            self.problems.add((*change.path, "curve"), message)
        beside = {
            "from": form.since,
            "reached_by": form.reached_by,
            "until": form.until,
            "in_months": form.in_months,
        }
        for key in (key for key, value in beside.items() if value is not None):
            message = f"a curve has its own dates; leave `{key}` out."
            self.problems.add((*change.path, key), message, at_key=True)

    def _mind_order(self, change: Change) -> None:
        begin, reached, until = change.begin, change.reached, change.until
        if reached is not None and begin is None:
            message = "`reached_by` needs `from`: when does the ramp begin?"
            self.problems.add(change.path, message)
        pairs = [
            ("reached_by", reached, "from", begin),
            ("until", until, "from", begin),
        ]
        for late, later, early, earlier in pairs:
            if later is not None and earlier is not None and later <= earlier:
                self._say_backwards(change.path, (late, later), (early, earlier))
        if until is not None and reached is not None and until < reached:
            self._say_backwards(change.path, ("until", until), ("reached_by", reached))

    def _say_backwards(
        self, path: Path, late: tuple[str, int], early: tuple[str, int]
    ) -> None:
        message = (
            f"`{late[0]}` ({dates.written_date(late[1])}) must lie after `{early[0]}` "
            f"({dates.written_date(early[1])})."
        )
        self.problems.add(path, message)

    def _is_inherited(self, path: Path) -> bool:
        """Return whether a change stands in another file, whose run may be longer."""
        root = self.problems.tree.place.file
        return self.problems.place(path).file != root

    def _mind_ends(self, change: Change) -> None:
        first = change.curve[0][0] if change.curve else change.begin
        key = "curve" if change.curve else "from"
        is_late = first is not None and first >= self.end
        is_over = change.until is not None and change.until <= self.begin
        if (is_late or is_over) and self._is_inherited(change.path):
            self.idle.add(int(change.path[1]))
            return
        if first is not None and first >= self.end:
            message = f"{dates.written_date(first)} lies after the end of the run."
            self.problems.add((*change.path, key), message)
        if change.until is not None and change.until <= self.begin:
            message = (
                f"{dates.written_date(change.until)} lies before the beginning of the "
                f"run ({dates.written_date(self.begin)})."
            )
            self.problems.add((*change.path, "until"), message)

    # Selection

    def _select(self, change: Change) -> None:
        path = (*change.path, change.subject)
        selector = getattr(change.form, change.subject)
        if change.subject == "routes":
            self._select_routes(change, path)
        elif change.subject == "people":
            self._select_people(change, path, selector)
        else:
            found = self._selected(selector, path, change.subject)
            change.things = {(change.subject, n): kept for n, kept in found.items()}
            change.mask = self._mask(selector, path)
            self._mind_parts(change, selector, path)
        who = self.groups.mask(change.form.who, (*change.path, "who"))
        change.mask = both(change.mask, who)

    def _mask(self, selector: object, path: Path) -> Mask | None:
        if isinstance(selector, FilterForm):
            return self.groups.mask(selector.who, (*path, "who"))
        return None

    def _mind_parts(self, change: Change, selector: object, path: Path) -> None:
        """Refuse what cannot be said of the part of one place in a pooled service."""
        names = selector if isinstance(selector, list) else [selector]
        for name in names if change.subject == "services" else ():
            pool = self.problems.blocks.pool("services", str(name))
            adds = change.operation == "add" and change.what == "capacity"
            if pool is not None and not adds:
                message = (
                    f"{quoted(pool)} is pooled: to the part of one place capacity can "
                    "be added, and nothing else can be changed there."
                )
                self.problems.add(path, message)

    def _of_part(self, selector: object) -> Mask | None:
        """Return whom routes are about that lead to a part of a pooled service."""
        owner = None
        if isinstance(selector, str):
            owner = self.problems.blocks.owner("services", selector)
        if owner is None or not owner[0].pooled:
            return None
        block, group = owner
        every = range(len(self.groups))
        homes = [self.groups.homes(g).get(block.of, "") for g in every]
        if block.sites_of is None:
            return tuple(home == group for home in homes)
        sent = self.names.catchment(block)
        rows = [sent.get(home, home) for home in homes]
        return tuple(
            row == group if isinstance(row, str) else group in row for row in rows
        )

    def _select_people(self, change: Change, path: Path, selector: object) -> None:
        change.things = {EVERYBODY: True}
        if isinstance(selector, FilterForm):
            change.mask = self._mask(selector, path)
            for key in ("sector", "kind", "to"):
                if getattr(selector, key) is not None:
                    self.problems.add((*path, key), "people have only `who`.")
        elif selector != "all":
            message = "write `people: all`, or `people: {who: {age: older}}`."
            self.problems.add(path, message)
        if self.spec.people is None:
            self.problems.add(path, "there is no `people:` section to change.")

    def _select_routes(self, change: Change, path: Path) -> None:
        form = change.form.routes
        if form is None:
            return
        if change.operation not in ("multiply_by", "curve"):
            message = "routes are multiplied: multiply_by or curve."
            self.problems.add((*change.path, change.operation), message, at_key=True)
        if form.into is None and form.out_of is None:
            self.problems.add(path, "give `into` or `out_of`, or both.")
        if form.out_of is not None:
            at = (*path, "out_of")
            change.out_of = frozenset(self._selected(form.out_of, at, "services"))
            change.mask = self._mask(form.out_of, at)
        if form.into is None:
            change.into = frozenset(self.names.services) - (change.out_of or set())
        else:
            at = (*path, "into")
            change.into = frozenset(self._selected(form.into, at, "services"))
            change.mask = both(change.mask, self._mask(form.into, at))
            change.mask = both(change.mask, self._of_part(form.into))

    def _selected(self, selector: object, path: Path, section: str) -> dict[str, bool]:
        """Return the names that a selector selects; whether each is named."""
        things = list(self._section(section))
        if selector == "all":
            return dict.fromkeys(things, False)
        if isinstance(selector, FilterForm):
            return dict.fromkeys(self._filtered(selector, path, section), False)
        if isinstance(selector, str):
            return dict.fromkeys(self._known(selector, path, section), True)
        found: dict[str, bool] = {}
        for i, name in enumerate(selector if isinstance(selector, list) else ()):
            found |= dict.fromkeys(self._known(name, (*path, i), section), True)
        return found

    def _section(self, section: str) -> Iterable[str]:
        if section == "services":
            return self.names.services
        sections: dict[str, Iterable[str]] = {
            "demand": self.spec.demand,
            "pathways": self.spec.pathways,
            "escalation": self.spec.escalation,
            "standards": self.spec.standards,
            "start_state": self.spec.start_state,
            "teams": self.spec.teams,
        }
        return sections[section]

    def _known(self, name: str, path: Path, section: str) -> list[str]:
        things = self._section(section)
        if name in things:
            return [name]
        block = self.problems.blocks.repeated(section, name)
        if block is not None:
            return list(block.instances.values())
        pool = self.problems.blocks.pool(section, name)
        if pool is not None:
            return [pool]
        if not self.problems.is_lost(section):
            blocks = [b.name for b in self.problems.blocks.in_section(section)]
            near = did_you_mean(name, [*blocks, *things])
            self.problems.add(path, f"{quoted(name)} is not in {section}.{near}")
        return []

    def _filtered(self, form: FilterForm, path: Path, section: str) -> list[str]:
        things = list(self._section(section))
        if not form.model_fields_set:
            if not self.problems.is_broken(*path):
                self.problems.add(path, "this is empty.")
            return []
        features: list[tuple[str, str, Callable[[str], set[str]]]] = [
            ("sector", "Sectors", lambda n: self._sectors(n, section)),
            ("kind", "Kinds", lambda n: self._kinds(n, section)),
            ("to", "Destinations", lambda n: self._destinations(n, section)),
        ]
        kept = things
        for key, heading, has in features:
            wanted = getattr(form, key)
            if wanted is None:
                continue
            known = sorted({f for thing in things for f in has(thing)})
            names = [wanted] if isinstance(wanted, str) else wanted
            unknown = [n for n in names if n not in known]
            if unknown:
                near = did_you_mean(unknown[0], known)
                ending = f" {heading}: {listed(known)}." if known else ""
                self.problems.add(path, f"this selects nothing.{near}{ending}")
                return []
            kept = [thing for thing in kept if has(thing) & set(names)]
        if not kept:
            message = "this selects nothing: no one thing has all of these."
            self.problems.add(path, message)
        return kept

    def _sectors(self, name: str, section: str) -> set[str]:
        if section == "services":
            sector = getattr(self.spec.services.get(name), "sector", None)
            return set() if sector is None else {sector}
        if section == "demand":
            sector = stream_sector(name, self.spec, self.names)
            return set() if sector is None else {sector}
        return set()

    def _kinds(self, name: str, section: str) -> set[str]:
        if section in ("teams", "escalation", "standards"):
            return set()
        services = {name} if section == "services" else self._arrivals(name, section)
        forms = (self.spec.services.get(s) for s in services)
        return {form.kind for form in forms if form is not None}

    def _arrivals(self, name: str, section: str) -> set[str]:
        if section != "demand":
            return self.names.first_services(self.spec.pathways[name].start, name)
        to = stream_to(name, self.spec.demand[name])
        return self.names.first_services(to, None)

    def _destinations(self, name: str, section: str) -> set[str]:
        if section != "demand":
            return set()
        return set(named(stream_to(name, self.spec.demand[name])))


def both(first: Mask | None, second: Mask | None) -> Mask | None:
    """Return who is meant by two masks together."""
    if first is None or second is None:
        return first if second is None else second
    return tuple(a and b for a, b in zip(first, second, strict=True))


_NO_SUBJECT = f"a change begins with what it is about, once: {', '.join(SUBJECTS)}."
_NO_OPERATION = "one change does one thing: multiply_by, add, set_to or curve."


def stream_to(name: str, form: StreamForm) -> DestinationSpec:
    """Return where a stream goes: to what it says, or to what it is named after."""
    return name if form.to is None else form.to


def stream_sector(name: str, spec: ScenarioForm, names: Names) -> str | None:
    """Return the sector of a stream: its own, or that of where it goes if it is one."""
    form = spec.demand[name]
    if form.sector is not None:
        return form.sector
    services = names.first_services(stream_to(name, form), None)
    sectors = {getattr(spec.services.get(s), "sector", None) for s in services}
    return sectors.pop() if len(sectors) == 1 else None
