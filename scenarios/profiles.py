"""Profiles: how demand is spread over hours, days and months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scenarios.calendars import Calendars, Entry
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.scenario import Period, Profile, WeekTime
from scenarios.shapes import shape
from scenarios.spec import ProfileForm
from scenarios.texts import Quantity

LENGTHS = {"hours": 24, "days": 7, "week": 168, "months": 12}


class Profiles:
    """The profiles of a scenario by name."""

    def __init__(
        self,
        written: Mapping[str, ProfileForm],
        calendars: Calendars,
        period: Period,
        problems: Problems,
    ) -> None:
        self.calendars = calendars
        self.period = period
        self.problems = problems
        self.known: dict[tuple[Profile, ...], bool] = {}
        self.named = {name: self._profile(name, form) for name, form in written.items()}

    def _profile(self, name: str, form: ProfileForm) -> Profile:
        path: Path = ("profiles", name)
        before = len(self.problems.found)
        weights = {key: self._weights(form, key, path) for key in LENGTHS}
        during = self._during(form.during or {}, path)
        if not during and not any(weights.values()):
            if not self.problems.is_broken(*path):
                message = f"write one of {', '.join(LENGTHS)}, during."
                self.problems.add(path, message)
        elif before == len(self.problems.found):
            self._check_some(weights, during, path)
        return Profile(name, during=during, **weights)

    def _weights(self, form: ProfileForm, key: str, path: Path) -> tuple[float, ...]:
        given: list[Quantity] | None = getattr(form, key)
        if given is None:
            return ()
        if len(given) != LENGTHS[key]:
            message = f"{key} needs {LENGTHS[key]} values and has {len(given)}."
            self.problems.add((*path, key), message)
        return tuple(w.value for w in given)

    def _during(
        self, given: Mapping[str, Quantity], path: Path
    ) -> tuple[tuple[WeekTime, float], ...]:
        entries: list[Entry] = []
        weights: list[float] = []
        for text, weight in given.items():
            found = self.calendars.entries(text, (*path, "during", text))
            entries += found
            weights += [weight.value] * len(found)
        self.calendars.check(entries)
        return tuple((e.time, w) for e, w in zip(entries, weights, strict=True))

    def _check_some(
        self,
        weights: Mapping[str, Sequence[float]],
        during: Sequence[tuple[WeekTime, float]],
        path: Path,
    ) -> None:
        parts = [*(w for w in weights.values() if w), [w for _, w in during]]
        if any(part and not any(part) for part in parts):
            self.problems.add(path, "every weight is 0, so nobody would ever come.")

    def of(self, names: str | list[str] | None, path: Path) -> tuple[Profile, ...]:
        """Return the profiles of a stream; report names that are not known."""
        several = [names] if isinstance(names, str) else names or []
        found = []
        for i, name in enumerate(several):
            if name in self.named:
                found.append(self.named[name])
                continue
            at = path if isinstance(names, str) else (*path, i)
            known = (
                f"Profiles: {listed(self.named)}."
                if self.named
                else ("There is no `profiles:` section.")
            )
            near = did_you_mean(name, self.named)
            self.problems.add(at, f"{quoted(name)} is not a profile.{near} {known}")
        profiles = tuple(found)
        if len(profiles) == len(several):
            self._check_together(profiles, path)
        return profiles

    def _check_together(self, profiles: tuple[Profile, ...], path: Path) -> None:
        """Report profiles of which one is 0 wherever another is not."""
        places = [("profiles", p.name) for p in profiles]
        if any(self.problems.is_broken(*place) for place in [("period",), *places]):
            return
        if sum(map(_may_be_nought, profiles)) < 2:
            return
        if profiles not in self.known:
            try:
                shape(profiles, self.period)
                self.known[profiles] = True
            except ValueError:
                self.known[profiles] = False
        if not self.known[profiles]:
            self.problems.add(
                path,
                "these are never above 0 at the same time, so nobody would ever come.",
            )


def _may_be_nought(profile: Profile) -> int:
    """Return how many factors of a profile are 0 at some time."""
    parts = [profile.hours, profile.days, profile.week, profile.months]
    return sum(0.0 in part for part in parts) + bool(profile.during)
