"""Laws of random times: from what is written to `Law`s, with their checks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from scenarios import law_spec
from scenarios.law_checks import leaves_nothing, wrong_together
from scenarios.law_spec import ByGroupLaws, LawSpec, Takes
from scenarios.leaves import Spot
from scenarios.quantities import Quantities
from scenarios.scenario import Law, Laws, Number
from scenarios.sums import Sums
from scenarios.texts import Quantity
from scenarios.units import DURATION, RATIO, SHARE, ByGroup, Scaled


class Durations:
    """Makes `Laws` of what is written."""

    def __init__(self, quantities: Quantities, sums: Sums) -> None:
        self.quantities = quantities
        self.sums = sums
        self.problems = quantities.problems
        self.groups = quantities.groups

    def laws(
        self, takes: Takes, spot: Spot, used: frozenset[str] = frozenset()
    ) -> Laws:
        """Return one law, or one for each group."""
        if not isinstance(takes, ByGroupLaws):
            return (self._law(takes, spot),)
        parts: dict[str, Takes] = takes.__pydantic_extra__
        keys = self.quantities.written.keys(takes.by, list(parts), spot.path, used)
        if keys is None:
            return (fixed(math.nan),)
        made = {
            key: self.laws(parts[key], spot.inside(key), used | {takes.by})
            for key in dict.fromkeys(keys)
            if key is not None
        }
        nothing = (fixed(math.nan),)
        every = [made.get(key or "", nothing) for key in keys]
        return tuple(laws[g if len(laws) > 1 else 0] for g, laws in enumerate(every))

    def _law(self, takes: Takes, spot: Spot) -> Law:
        if isinstance(takes, Quantity | ByGroup | Scaled):
            value = self.quantities.number(takes, spot, DURATION)
            self.sums.check((value,), spot, _too_short)
            return Law("fixed", {"value": value})
        if isinstance(takes, law_spec.Mixture):
            return self._mixture(takes, spot)
        if isinstance(takes, law_spec.Observed):
            return self._observed(takes, spot)
        if isinstance(takes, ByGroupLaws | law_spec.NoLaw):
            return fixed(math.nan)
        return self._with_parameters(takes, spot)

    def _with_parameters(self, form: LawSpec, spot: Spot) -> Law:
        names = [n for n in type(form).model_fields if n not in ("law", *CUTS)]
        parameters = {
            name: self.quantities.number(
                getattr(form, name), spot.at(name), RATIO if name == "cv" else DURATION
            )
            for name in names
            if getattr(form, name) is not None
        }
        low, high = self._cuts(form, spot)
        law = Law(str(form.law), parameters, low, high)
        if self._has_one_spread(form, law, spot):
            self._check_parameters(law, spot)
        return law

    def _has_one_spread(self, form: LawSpec, law: Law, spot: Spot) -> bool:
        if not isinstance(form, law_spec.Spread | law_spec.Lognormal):
            return True
        spreads = [n for n in ("sd", "cv", "median") if n in law.parameters]
        if len(spreads) == 1:
            return True
        every = ("sd", "cv", "median")
        if not any(self.problems.is_broken(*spot.path, n) for n in every):
            self.problems.add(spot.path, _one_spread(spreads))
        return False

    def _cuts(self, form: LawSpec, spot: Spot) -> tuple[Number | None, Number | None]:
        written = [(key, getattr(form, key)) for key in CUTS]
        low, high = (
            None
            if varied is None
            else self.quantities.number(varied, spot.at(key), DURATION)
            for key, varied in written
        )
        return low, high

    def _check_parameters(self, law: Law, spot: Spot) -> None:
        for name in law.parameters:
            if name not in ("lowest", "most_likely"):
                self._check_one(law, name, spot)
        every = law.parameters | _cuts_of(law)
        if self.problems.is_broken(*spot.path):
            return
        said = {name: _said(name, number) for name, number in every.items()}

        def wrong(values: Sequence[float]) -> str | None:
            return wrong_together(law.kind, dict(zip(every, values, strict=True)), said)

        self.sums.check(list(every.values()), spot, wrong)

    def _check_one(self, law: Law, name: str, spot: Spot) -> None:
        message = f"`{name}` must be more than nothing"
        if name in ("sd", "cv"):
            mean = law.parameters["mean"].text
            message += f"; if the time is always the same, write it alone: {mean}"
        self.sums.check(
            (law.parameters[name],),
            spot.at(name),
            lambda values: message if values[0] <= 0 else None,
        )

    def _mixture(self, form: law_spec.Mixture, spot: Spot) -> Law:
        if len(form.of) == 1 and not self.problems.is_broken(*spot.path, "of"):
            message = "a mixture needs at least two laws."
            self.problems.add((*spot.path, "of"), message)
        members = []
        for name, member in form.of.items():
            at = spot.at("of", name)
            share = None
            if member.share != "rest":
                share = self.quantities.number(member.share, at.at("share"), SHARE)
            laws = self.laws(member.takes, at.at("takes"))
            if len(laws) > 1:
                message = "in a mixture, write `by` on the numbers of the law."
                self.problems.add((*at.path, "takes"), message)
            members.append((share, laws[0]))
            if share is not None:
                self.sums.check_share(share, at.at("share"))
        shares = [share for share, _ in members]
        if not self.problems.is_broken(*spot.path, "of"):
            self.sums.check_shares(shares, spot.inside("of"), " Write `rest` for one.")
        law = Law("mixture", {}, *self._cuts(form, spot), tuple(members))
        if _cuts_of(law):
            self._check_members(form, law, spot)
        return law

    def _check_members(self, form: law_spec.Mixture, law: Law, spot: Spot) -> None:
        """Refuse a cut mixture of mixtures, or of nothing."""
        for name, (_, member) in zip(form.of, law.members, strict=True):
            if member.kind == "mixture":
                message = (
                    "a mixture that is cut cannot have a mixture as a member; write "
                    "its laws beside the others, with their shares multiplied."
                )
                self.problems.add((*spot.path, "of", name, "takes"), message)
        self._check_cut(law, [member for _, member in law.members], spot)

    def _check_cut(self, law: Law, members: Sequence[Law], spot: Spot) -> None:
        """Refuse cuts that leave nothing of any member."""
        cuts = _cuts_of(law)
        if not cuts or self.problems.is_broken(*spot.path):
            return
        parts = [member.parameters | _cuts_of(member) for member in members]
        said = {name: _said(name, number) for name, number in cuts.items()}

        def wrong(values: Sequence[float]) -> str | None:
            rest = iter(values)
            p = {name: next(rest) for name in cuts}
            low, high = p.get("at_least", 0.0), p.get("at_most", math.inf)
            if low >= high:
                return f"{said['at_least']} must lie below {said['at_most']}"
            if all(
                _leaves_nothing(member, {n: next(rest) for n in part}, low, high)
                for member, part in zip(members, parts, strict=True)
            ):
                return f"{' and '.join(said.values())}: this law has no such times"
            return None

        numbers = [*cuts.values(), *(n for part in parts for n in part.values())]
        self.sums.check(numbers, spot, wrong)

    def _observed(self, form: law_spec.Observed, spot: Spot) -> Law:
        values = tuple(value.value for value in form.values)
        law = Law("observed", {}, *self._cuts(form, spot), (), values)
        self._check_cut(law, [Law("observed", observed=values)], spot)
        return law


CUTS = ("at_least", "at_most")


def _cuts_of(law: Law) -> dict[str, Number]:
    cuts = zip(CUTS, (law.at_least, law.at_most), strict=True)
    return {key: number for key, number in cuts if number is not None}


def _leaves_nothing(law: Law, p: Mapping[str, float], low: float, high: float) -> bool:
    if law.kind != "observed":
        return leaves_nothing(law.kind, p, low, high)
    low = max(low, p.get("at_least", 0.0))
    high = min(high, p.get("at_most", math.inf))
    return not any(low <= time <= high for time in law.observed)


def fixed(days: float) -> Law:
    """Return the law of a time of exactly that length."""
    return Law("fixed", {"value": Number((days,), "")})


def _one_spread(written: Sequence[str]) -> str:
    head = "give the spread once" if written else "give a spread"
    if "median" in written:
        return f"{head}: sd (a time), cv (sd divided by mean) or median."
    return f"{head}: either sd (a time) or cv (sd divided by mean)."


def _too_short(values: Sequence[float]) -> str | None:
    return "this time is less than nothing" if values[0] < 0 else None


def _said(name: str, number: Number) -> str:
    """Return a parameter with its text, if it is the same for all and always."""
    if len(number.values) > 1 or number.moves:
        return name
    return f"{name} ({number.text})"
