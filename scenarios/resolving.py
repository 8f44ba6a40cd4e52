"""From the typed form of a file to a `Scenario`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kernels.layout import DAY
from scenarios import dates
from scenarios.calendars import Calendars
from scenarios.capacities import Capacities
from scenarios.catchments import Catchments
from scenarios.changes import Change, ChangeReader
from scenarios.checking import check
from scenarios.clocks import Clocks
from scenarios.demand import Demand
from scenarios.destinations import Destinations
from scenarios.durations import Durations
from scenarios.grouping import Groups
from scenarios.levels import check_levels, check_returns
from scenarios.merging import Merged
from scenarios.naming import Names
from scenarios.places import Path, Problems
from scenarios.population import Population
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.profiles import Profiles
from scenarios.quantities import Quantities
from scenarios.scenario import Period, Scale, Scenario, Source
from scenarios.services import Services
from scenarios.shortest_lines import ShortestLines
from scenarios.spec import PeriodForm, ScenarioForm
from scenarios.standards import Standards
from scenarios.start_state import StartState
from scenarios.sums import Sums
from scenarios.texts import TextError, number
from scenarios.timeline import Timeline
from scenarios.uncertain import uncertain_numbers
from scenarios.workforces import Workforces
from scenarios.writing import complete

LONGEST_RUN = 60
"""Years."""
DEFAULT_REPLICATIONS = 30
DEFAULT_SEED = 1
SECTIONS_OF_THINGS = (
    *("services", "pathways", "demand"),
    *("teams", "escalation", "standards", "start_state"),
)


def resolved(spec: ScenarioForm, merged: Merged, problems: Problems) -> Scenario:
    """Return the scenario; what is wrong is added to the problems."""
    return _Resolver(spec, merged, problems).scenario()


class _Resolver:
    """Puts the parts of a scenario together."""

    def __init__(self, spec: ScenarioForm, merged: Merged, problems: Problems) -> None:
        self.spec = spec
        self.merged = merged
        self.problems = problems
        self.groups = Groups(spec.groups, problems)
        self.names = Names(spec, problems, problems.names("services"))
        self.period = self._period(spec.period)
        reader = ChangeReader(spec, problems, self.groups, self.names)
        self.changes = reader.changes(self.period.begin, self.period.end)
        self.idle = reader.idle
        self.sources = self._sources()
        self.quantities = Quantities(
            self.groups, problems, self.changes, self.sources, merged.own_source
        )
        self._note_sources()

    def scenario(self) -> Scenario:
        spec, problems = self.spec, self.problems
        timeline = Timeline(self.period.begin, self.period.end, len(self.groups))
        sums = Sums(self.quantities, timeline)
        durations = Durations(self.quantities, sums)
        destinations = Destinations(
            self.names, self.quantities, durations, sums, spec.services
        )
        calendars = Calendars(
            spec.calendars, problems, holidays=bool(self.period.holidays)
        )
        profiles = Profiles(spec.profiles, calendars, self.period, problems)
        population = Population(spec.people, self.quantities, sums)
        demand = Demand(
            spec, self.names, self.quantities, destinations, population, profiles
        )
        workforces = Workforces(spec.teams, calendars, self.quantities, sums)
        scale = Scale(
            self._ratio(),
            tuple(spec.scale.keep_whole),
            None if spec.scale.small_pools is None else spec.scale.small_pools.value,
        )
        capacities = Capacities(calendars, self.quantities, sums, workforces)
        services = Services(spec, self.names, destinations, capacities, scale.ratio)
        start = StartState(spec, self.names, population, self.period, services.sessions)
        standards = Standards(spec, self.names, self.groups, self.quantities, sums)
        own = services.services()
        # Courses that are under way at the beginning have steps of their own.
        there = start.starters()
        made = Scenario(
            name=self.merged.name,
            title=spec.title,
            notes=spec.notes or "",
            period=self.period,
            scale=scale,
            groups=tuple(self.groups.dimensions.items()),
            services=own,
            pathways=services.pathways(),
            steps=services.steps(),
            people=population.number,
            people_growth=population.growth,
            streams=demand.streams(),
            clocks=Clocks(self.names, problems).clocks(spec.clocks),
            standards=standards.standards(),
            endings=tuple(spec.endings),
            budgets=tuple(spec.budgets),
            record_by=self._record_by(),
            record_visits=self._record_visits(),
            sources=tuple(self.sources.values()),
            resolved={},
            lineage=tuple(self.merged.lineage),
            escalation=services.escalation(),
            start=there,
            pooled=tuple((b.name, b.dimension) for b in problems.blocks.pooled()),
            shortest_lines=ShortestLines(self.names, spec.services).choices(),
            repeated=Catchments(destinations).repeated(),
        )
        workforces.check_teams()
        self._check_some()
        self._check_instead()
        self._check_kept_whole()
        self._check_use()
        dangling = destinations.dangling or services.units.dangling
        check(made, spec, problems, self.groups, dangling=dangling)
        check_levels(made, self.quantities)
        check_returns(made, self.quantities)
        unsure = uncertain_numbers(self.merged.uncertain, self.idle, problems)
        if problems.found:
            return made
        whole = complete(self.merged, self.idle)
        return replace(made, resolved=whole, uncertain=unsure)

    # Period and scale

    def _period(self, form: PeriodForm) -> Period:
        path: Path = ("period",)
        start = form.start
        warm_up = "0 days" if form.warm_up is None else form.warm_up.text
        try:
            begin = dates.shifted(start, warm_up, -1)
            end = dates.shifted(start, form.horizon.text, 1)
        except (OverflowError, ValueError):
            self.problems.add(path, f"the run leaves the calendar, {dates.FIRST} on.")
            return Period(start, start, start + DAY, 1, 1, ())
        self._check_length(begin, start, end)
        return Period(
            begin,
            start,
            end,
            DEFAULT_REPLICATIONS
            if form.replications is None
            else int(form.replications.value),
            DEFAULT_SEED if form.seed is None else int(form.seed.text),
            self._holidays(form.bank_holidays or "England"),
        )

    def _check_length(self, begin: int, start: int, end: int) -> None:
        last = dates.moment(f"{dates.LAST}") + DAY
        if end <= start:
            self.problems.add(("period", "horizon"), "this lasts no time.")
        if begin < 0:
            message = f"the warm-up begins before {dates.FIRST}."
            self.problems.add(("period", "warm_up"), message)
        if end > last:
            message = f"the run ends after {dates.LAST}."
            self.problems.add(("period", "horizon"), message)
        elif end - begin > LONGEST_RUN * 365.25 * DAY:
            message = f"the run with its warm-up is longer than {LONGEST_RUN} years."
            self.problems.add(("period",), message)

    def _holidays(self, country: str) -> tuple[int, ...]:
        try:
            return dates.bank_holidays(country)
        except TextError as error:
            self.problems.add(("period", "bank_holidays"), str(error))
            return ()

    def _ratio(self) -> float:
        text = self.spec.scale.ratio
        if text is None:
            return 1.0
        one, _, people = text.replace(" ", "").partition(":")
        count = number(people)
        if one != "1" or count is None or not 1 <= count <= 1e6:
            message = f"{quoted(text)} is not a ratio. Write for example 1:20."
            self.problems.add(("scale", "ratio"), message)
            return 1.0
        return 1.0 / count

    def _check_some(self) -> None:
        for section in ("services", "demand"):
            is_empty = not self.problems.names(section)
            if is_empty and not self.problems.is_broken(section):
                self.problems.add((section,), "this is empty.")

    def _check_kept_whole(self) -> None:
        blocks = self.problems.blocks.made
        known = [name for section, name in blocks if section == "services"]
        for i, name in enumerate(self.spec.scale.keep_whole):
            path: Path = ("scale", "keep_whole", i)
            if name not in self.names.services and name not in known:
                near = did_you_mean(name, [*self.names.services, *known])
                self.problems.add(path, f"{quoted(name)} is not a service.{near}")
            elif name in self.spec.scale.instead:
                message = f"{quoted(name)} stands under `instead` as well."
                self.problems.add(path, message)

    def _check_instead(self) -> None:
        for name in self.spec.scale.instead:
            path: Path = ("scale", "instead", name)
            form = self.spec.services.get(name)
            if name not in self.names.services:
                near = did_you_mean(name, self.names.services)
                message = f"{quoted(name)} is not a service.{near}"
                self.problems.add(path, message, at_key=True)
            elif form is not None and form.kind == "unlimited":
                message = f"{quoted(name)} has no capacity."
                self.problems.add(path, message, at_key=True)

    # Sources

    def _sources(self) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for status in ("sourced", "estimate", "assumption"):
            for name, citation in getattr(self.spec.sources, status).items():
                if name in found:
                    message = f"{quoted(name)} stands under `{found[name].status}` too."
                    self.problems.add(("sources", status, name), message, at_key=True)
                found[name] = Source(name, status, citation)
        return found

    def _note_sources(self) -> None:
        """Note the source that covers a file, a service, a stream and so on."""
        for name in self.merged.own_source.values():
            self._check_source(name, ("source",))
        things: list[tuple[Path, object]] = [(("people",), self.spec.people)]
        for section in SECTIONS_OF_THINGS:
            forms: Mapping[str, object] = getattr(self.spec, section)
            things += [((section, name), form) for name, form in forms.items()]
        things += [(("changes", i), form) for i, form in enumerate(self.spec.changes)]
        for path, form in things:
            source = getattr(form, "source", None)
            if source is not None:
                self._check_source(source, (*path, "source"))
                self.quantities.thing_source[path] = source

    def _check_source(self, name: str, path: Path) -> None:
        if name in self.sources or self.problems.is_broken("sources"):
            return
        known = (
            f"Declared: {listed(self.sources)}."
            if self.sources
            else "There is no `sources:` section."
        )
        near = did_you_mean(name, self.sources)
        message = f"{quoted(name)} is not a declared source.{near} {known}"
        self.problems.add(path, message)

    # Record

    def _record_by(self) -> tuple[str, ...]:
        found = []
        for i, name in enumerate(self.spec.record.by):
            if self.groups.axis(name, ("record", "by", i)) is not None:
                found.append(name)
        return tuple(d for d in self.groups.dimensions if d in found)

    def _record_visits(self) -> tuple[str, ...] | None:
        visits = self.spec.record.visits
        if visits is None or visits == "none":
            return ()
        if visits == "all":
            return None
        path: Path = ("record", "visits")
        names = [visits] if isinstance(visits, str) else visits
        found: list[str] = []
        for i, name in enumerate(names):
            block = self.problems.blocks.repeated("services", name)
            found += [name] if block is None else block.instances.values()
            if block is None and name not in self.names.services:
                at = path if isinstance(visits, str) else (*path, i)
                near = did_you_mean(name, [*self.names.services, "all", "none"])
                message = (
                    f"{quoted(name)} is not a service.{near} Write none, all, or a "
                    "list of services."
                )
                self.problems.add(at, message)
        return tuple(found)

    # Changes that found nothing

    def _check_use(self) -> None:
        for change in self.changes:
            if change.subject == "routes":
                if not change.used and not self.problems.is_broken(*change.path):
                    message = "nothing leads from outside into what is selected."
                    self.problems.add((*change.path, "routes"), message)
                continue
            named = [t for t, is_named in change.things.items() if is_named]
            lost = [thing for thing in named if thing not in change.used]
            if not named and not change.used:
                lost = list(change.things)[:1]
            for thing in lost:
                if not self.problems.is_broken(*thing):
                    name = self._shown_thing(thing, lost)
                    self._say_lost(change, thing, name)

    def _shown_thing(self, thing: Path, lost: list[Path]) -> Path:
        """Return a thing, or the block of which all parts are lost."""
        owner = self.problems.blocks.owner(str(thing[0]), str(thing[-1]))
        if owner is None:
            return thing
        parts = [(thing[0], name) for name in owner[0].instances.values()]
        return self.problems.origin(thing) if set(parts) <= set(lost) else thing

    def _say_lost(self, change: Change, thing: Path, shown: Path) -> None:
        known = self.quantities.known.get(thing, set())
        here, missing, there = _nearest(change.what, known)
        name = ".".join([*(str(p) for p in shown), *here])
        has = f"It has: {listed(there)}." if there else "It has no numbers."
        near = did_you_mean(missing, there)
        at = change.path if change.form.what is None else (*change.path, "what")
        self.problems.add(at, f"{name} has no {quoted(missing)}.{near} {has}")


def _nearest(what: str, known: set[str]) -> tuple[list[str], str, list[str]]:
    """Return how far a path leads, what is missing there, and what there is."""
    here: list[str] = []
    rest = what
    while True:
        prefix = ".".join(here) + "." if here else ""
        below = {k.removeprefix(prefix) for k in known if k.startswith(prefix)}
        below.discard("")
        heads = [h for h in _heads(below) if rest.startswith(f"{h}.")]
        if not heads:
            return here, rest, sorted(below)
        head = max(heads, key=len)
        here.append(head)
        rest = rest.removeprefix(f"{head}.")


def _heads(paths: set[str]) -> set[str]:
    return {path[:i] for path in paths for i, c in enumerate(path) if c == "."}
