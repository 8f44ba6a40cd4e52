"""Reading study files: from text to a `Study`, or to all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.documents import Map, Node, Text, document
from scenarios.files import Written, neighbour, opened
from scenarios.merging import merged, version_problem
from scenarios.places import Path as Keys
from scenarios.places import Problems
from scenarios.problems import Problem, ScenarioError, quoted
from scenarios.spans import UNCERTAIN
from scenarios.studies.bases import Base, base_of
from scenarios.studies.designs import FILLING, GRID, ONE_AT_A_TIME, Point, points, size
from scenarios.studies.draws import Draws
from scenarios.studies.names import variant_name
from scenarios.studies.sentences import about
from scenarios.studies.study import Study, Variant
from scenarios.studies.study_spec import DrawsForm, StudyForm
from scenarios.studies.variations import Variation, variations
from scenarios.texts import Quantity, TextError
from scenarios.typed import typed_as

MOST_VARIANTS = 100_000
DEFAULT_SEED = 1
STAND_INS = {"caresim": "1", "study": "untitled", "base": ""}


def study(name_or_path: str | Path) -> Study:
    """Return a study from its file; the scenarios are made when they are asked for.

    Parameters
    ----------
    name_or_path : str or Path
        The path of a `.yaml` file.

    Raises
    ------
    ScenarioError
        If anything is wrong with the study, or with a scenario that it names;
        `problems` holds all that is wrong, with its places.
    """
    return _Reader(opened(name_or_path)).study()


def is_study(name_or_path: str | Path) -> bool:
    """Return whether a file is a study, or at least begins to be one.

    Raises
    ------
    ScenarioError
        If there is no such file, or it cannot be read.
    """
    written = opened(name_or_path)
    return "study" in document(written.text, written.shown)[0].entries


@dataclass
class _Plan:
    """What a study says, as far as it is right."""

    design: str = GRID
    points: int = 0
    draws: int = 0
    filling: str | None = None
    seed: int = DEFAULT_SEED
    variations: list[Variation] = field(default_factory=list)


class _Reader:
    """Reads one study."""

    def __init__(self, written: Written) -> None:
        self.written = written
        tree, found = document(written.text, written.shown)
        self.tree: Map = tree
        self.problems = Problems(tree, [], found)
        self.bases: dict[tuple[str, bool], Base | None] = {}
        """Those that were looked for, by name and whether something is varied."""

    def study(self) -> Study:
        self._check_sort()
        form = typed_as(StudyForm, self.problems, STAND_INS)
        if form is None:
            raise ScenarioError(self.problems.found)
        plan = self._plan(form)
        base = self._base("base", ("base",), plan.variations)
        first = self._base("compare_with", ("compare_with",), ())
        others = [
            self._base_at(node, ("scenarios", i), ())
            for i, node in enumerate(self._items("scenarios"))
        ]
        bases = [base, *others]
        self._check_draws(plan, bases)
        self._check_count(plan, bases)
        there = [each for each in bases if each is not None]
        if self.problems.found or len(there) < len(bases):
            raise ScenarioError(self.problems.found)
        return self._made(form, plan, there, first)

    # What is written

    def _check_sort(self) -> None:
        problem = version_problem(self.tree, self.written.shown)
        if problem is not None:
            self.problems.found.append(problem)
        if "study" not in self.tree.entries and "title" in self.tree.entries:
            message = (
                "this is a scenario, not a study; a study says `study:` and its base."
            )
            place = self.tree.keys["title"]
            raise ScenarioError([Problem(*place, "title", message)])

    def _plan(self, form: StudyForm) -> _Plan:
        found = variations(self.tree.entries.get("vary"), self.problems)
        draws = form.draws.sets if isinstance(form.draws, DrawsForm) else form.draws
        filling = form.draws.design if isinstance(form.draws, DrawsForm) else None
        plan = _Plan(
            form.design or GRID,
            _whole(form.points),
            _whole(draws),
            filling,
            DEFAULT_SEED if form.seed is None else int(form.seed.text),
            found,
        )
        self._check_design(plan)
        return plan

    def _check_design(self, plan: _Plan) -> None:
        has = self.tree.entries
        for key in ("design", "points"):
            if key in has and "vary" not in has:
                message = "nothing is varied; add `vary:`, or leave this out."
                self.problems.add((key,), message, at_key=True)
                return
        is_filling = plan.design in FILLING
        if is_filling and "points" not in has:
            message = "how many points? Write for example `points: 64`."
            self.problems.add(("design",), message)
        if "points" in has and not is_filling and not self.problems.is_broken("design"):
            message = (
                f"`{plan.design}` has as many points as its values give; "
                f"only {' and '.join(FILLING)} take `points`."
            )
            self.problems.add(("points",), message, at_key=True)
        for variation in plan.variations if not is_filling else ():
            if variation.span is not None and not self.problems.is_broken("design"):
                path = ("vary", variation.name, variation.operation)
                message = (
                    f"`{plan.design}` needs a list of values; `between` goes "
                    f"with {' and '.join(FILLING)}."
                )
                self.problems.add(path, message)

    # Scenarios

    def _base(self, key: str, path: Keys, varied: Sequence[Variation]) -> Base | None:
        node = self.tree.entries.get(key)
        return self._base_at(node, path, varied)

    def _items(self, key: str) -> list[Node]:
        node = self.tree.entries.get(key)
        return list(getattr(node, "items", ()))

    def _base_at(
        self, node: Node | None, path: Keys, varied: Sequence[Variation]
    ) -> Base | None:
        """Return the scenario of a name; None if it is wrong, which is reported."""
        if not isinstance(node, Text) or self.problems.is_broken(*path):
            return None
        known = node.value, bool(varied)
        if known not in self.bases:
            self.bases[known] = self._read(node, path, varied)
        return self.bases[known]

    def _read(self, node: Text, path: Keys, varied: Sequence[Variation]) -> Base | None:
        try:
            scale = self.tree.entries.get("scale")
            chosen = scale if isinstance(scale, Text) else None
            whole = merged(neighbour(node.value, self.written), chosen)
            return base_of(whole, varied).checked()
        except TextError as error:
            self.problems.add(path, str(error))
        except ScenarioError as error:
            self.problems.found += error.problems
        return None

    # Counts

    def _check_draws(self, plan: _Plan, bases: Sequence[Base | None]) -> None:
        there = [base for base in bases if base is not None]
        if not plan.draws or len(there) < len(bases):
            return
        if not any(base.inputs for base in there):
            message = (
                f"nothing is uncertain in {', '.join(b.name for b in there)}; write a "
                f"number there as {UNCERTAIN}, or leave `draws` out."
            )
            self.problems.add(("draws",), message)

    def _check_count(self, plan: _Plan, bases: Sequence[Base | None]) -> None:
        """Refuse studies that nobody could run."""
        base, *others = bases
        if self.problems.is_broken("design") or self.problems.is_broken("points"):
            return
        count = size(plan.design, plan.variations, plan.points)
        count *= _draws_of(plan, base)
        count += sum(_draws_of(plan, other) for other in others)
        if count > MOST_VARIANTS:
            key = "vary" if plan.variations else "draws"
            message = f"these are {count:,} variants; at most {MOST_VARIANTS:,}."
            self.problems.add((key,), message, at_key=True)

    # What is made

    def _made(
        self, form: StudyForm, plan: _Plan, bases: Sequence[Base], first: Base | None
    ) -> Study:
        base, *others = bases
        names = sorted({number.name for each in bases for number in each.inputs})
        draws = Draws(plan.draws, plan.filling, plan.seed, tuple(names))
        every = points(plan.design, base.variations, plan.points, plan.seed)
        made = [] if first is None else [_central(first)]
        groups = [list(_variants(base, every, draws))]
        groups += [
            list(_variants(other, [Point((), (), "")], draws)) for other in others
        ]
        made += [variant for group in groups for variant in group]
        self._check_names(made)
        counts = [(b, len(g)) for b, g in zip(bases, groups, strict=True)]
        counts += [] if first is None else [(first, 1)]
        return Study(
            self.written.name,
            form.study,
            tuple(made),
            self._baseline(plan, made, first),
            None if form.replications is None else _whole(form.replications),
            None if form.seed is None else plan.seed,
            tuple(about(base, plan.design, counts, draws)),
        )

    def _baseline(
        self, plan: _Plan, made: Sequence[Variant], first: Base | None
    ) -> str | None:
        """Return the one compared with: named, or the reference of one at a time."""
        is_reference = plan.design == ONE_AT_A_TIME and not made[0].draw
        return made[0].name if first is not None or is_reference else None

    def _check_names(self, made: Sequence[Variant]) -> None:
        taken: dict[str, Variant] = {}
        for variant in made:
            other = taken.setdefault(variant.name.casefold(), variant)
            if other is not variant:
                message = f"this gives two variants called {quoted(variant.name)}."
                self.problems.add_once(self._named(variant), message)
        if self.problems.found:
            raise ScenarioError(self.problems.found)

    def _named(self, variant: Variant) -> Keys:
        """Return where a variant comes from."""
        for i, node in reversed(list(enumerate(self._items("scenarios")))):
            if isinstance(node, Text) and node.value == variant.base:
                return ("scenarios", i)
        if variant.levels:
            return ("vary",)
        return ("compare_with",) if "compare_with" in self.tree.entries else ("base",)


def _whole(quantity: Quantity | None) -> int:
    return 0 if quantity is None else int(quantity.value)


def _draws_of(plan: _Plan, base: Base | None) -> int:
    """Return how often each point of a scenario is drawn; once where nothing is."""
    return plan.draws if plan.draws and base is not None and base.inputs else 1


def _central(base: Base) -> Variant:
    return Variant(base.name, base.title, base.name, {}, 0, {}, base)


def _variants(base: Base, every: Sequence[Point], draws: Draws) -> Iterator[Variant]:
    """Yield the variants of a scenario: all draws of its first point, and so on."""
    numbers = range(1, draws.sets + 1) if base.inputs and draws.sets else (0,)
    drawn = {d: draws.of(base.inputs, d) if d else {} for d in numbers}
    for point in every:
        names = (variation.name for variation in base.variations)
        levels = dict(zip(names, point.values, strict=True))
        for draw in numbers:
            yield Variant(
                variant_name(base.name, point.parts, point.number, draw),
                _title(base, point, draw),
                base.name,
                levels,
                draw,
                drawn[draw],
                base,
            )


def _title(base: Base, point: Point, draw: int) -> str:
    pairs = zip(base.variations, point.values, strict=True)
    levels = ", ".join(variation.in_words(value) for variation, value in pairs)
    drawn = f"draw {draw}" if draw else ""
    more = "; ".join(filter(None, [levels, drawn]))
    return f"{base.title}: {more}" if more else base.title
