"""What is asked about what is not known: measures, decisions, draws."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from results.layout.labels import Labels
from results.measures.naming import Name, measure_of
from scenarios.spans import UNCERTAIN
from scenarios.studies.bases import Base
from scenarios.studies.inputs import uncertain_base
from scenarios.studies.reading import DEFAULT_SEED, MOST_VARIANTS
from scenarios.studies.spreads import RANDOM, SALTELLI, Spread, spread_study
from scenarios.studies.study import Variant
from simulator.amounts import limit_example, limit_in, measured
from simulator.asked_measures import named
from simulator.executors import AskedWronglyError
from simulator.experiment import prepared

DRAWS, REPLICATIONS = 200, 5
FEWEST = 3
"""Draws: of two, nothing can be said of how sure their spread is."""
_DECISION = re.compile(r"(?P<measure>[^<>]*\S)\s*(?P<sign>[<>])\s*(?P<value>[^<>]*\S)")
FORM = "Write for example 'ward: wait, mean < 2 days'."


class Wish(NamedTuple):
    """What is wished for, as it was written."""

    measures: Sequence[str] = ()
    decisions: Sequence[str] = ()
    """Such as `ward: wait, mean < 2 days`."""
    against: str | Path | None = None
    """Another scenario."""
    less_is_better: bool | None = None
    """Of the measures, where there is another scenario."""
    draws: int = DRAWS
    replications: int = REPLICATIONS
    way: str = RANDOM
    """How draws are made, one of `spreads.WAYS`."""
    seed: int | None = None
    """Of the draws; 1."""
    scale: str | None = None
    """Another ratio than the scenarios', such as `1:20`."""


class Decision(NamedTuple):
    """Something to do or not, and by which measure."""

    measure: Name
    less: bool
    """Whether less of the measure is better."""
    bar: float | None
    """What the measure is held against; None: against the other scenario."""
    said: str
    """As it was asked, or in words."""


class Question(NamedTuple):
    """What is asked: a study, measures that its runs are to tell, and decisions."""

    made: Spread
    measures: tuple[Name, ...]
    decisions: tuple[Decision, ...]
    names: tuple[str, ...]
    """Of the scenario, and of the other one if there is one."""


def question(
    scenario: str | Path, wish: Wish, *, wrong: Sequence[str] = ()
) -> Question:
    """Return what is asked of a scenario.

    Parameters
    ----------
    scenario : str or Path
        Its file, or a name of the catalogue.
    wish : Wish
    wrong : sequence of str
        What is known to be wrong already, to be told with the rest.

    Raises
    ------
    ScenarioError
        If a scenario cannot be read.
    AskedWronglyError
        If something cannot be meant; all of it is told at once.
    """
    files = [scenario] + ([] if wish.against is None else [wish.against])
    bases = [uncertain_base(file, wish.scale) for file in files]
    labels = [prepared(_alone(base).scenario())[1] for base in bases]
    problems = [*wrong, *_wrong(bases, wish)]
    measures = _named("--measure", wish.measures, labels, problems)
    decisions = [
        decision
        for text in dict.fromkeys(wish.decisions)
        if (decision := _decision(text, labels[0], problems)) is not None
    ]
    if problems:
        raise AskedWronglyError(problems)
    if wish.against is not None:
        less = bool(wish.less_is_better)
        other = bases[1].name
        decisions += [
            Decision(m, less, None, f"{other} or not, by {m.text}") for m in measures
        ]
    seed = DEFAULT_SEED if wish.seed is None else wish.seed
    made = spread_study(bases, wish.draws, wish.way, seed, wish.replications)
    every = dict.fromkeys([*measures, *(d.measure for d in decisions)])
    names = tuple(base.name for base in bases)
    return Question(made, tuple(every), tuple(decisions), names)


def _alone(base: Base) -> Variant:
    return Variant(base.name, base.title, base.name, {}, 0, {}, base)


def _wrong(bases: Sequence[Base], wish: Wish) -> list[str]:
    """Say what is wrong with a wish, but for its measures."""
    said = []
    inputs = {number.name for base in bases for number in base.inputs}
    if not inputs:
        said.append(
            f"nothing is uncertain in {' and '.join(b.name for b in bases)}; write a "
            f"number there as {UNCERTAIN}."
        )
    if len(bases) > 1 and bases[0].name == bases[1].name:
        said.append(
            f"--against '{wish.against}': has the name of the scenario itself, "
            f"'{bases[0].name}'; runs could not be told apart."
        )
    if wish.draws < FEWEST:
        said.append(
            f"--draws {wish.draws}: too few to say how far apart they lie; write "
            f"{FEWEST} or more, better {DRAWS}."
        )
    if wish.replications < 2:
        said.append(
            f"--replications {wish.replications}: one of each draw cannot tell luck "
            "from what is not known; write 2 or more."
        )
    runs = wish.draws * (len(inputs) + 2 if wish.way == SALTELLI else 1) * len(bases)
    if runs > MOST_VARIANTS:
        said.append(
            f"--draws {wish.draws}: are {runs:,} runs; at most {MOST_VARIANTS:,}."
        )
    return [*said, *_wrong_directions(wish)]


def _wrong_directions(wish: Wish) -> list[str]:
    said = []
    if not wish.measures and not wish.decisions:
        said.append("name a --measure, such as 'ward: wait, mean', or a --decision.")
    if wish.against is not None and wish.less_is_better is None:
        said.append(
            f"--against '{wish.against}': say what is better of the measures, "
            "--less-is-better or --more-is-better."
        )
    if wish.against is not None and not wish.measures:
        said.append(f"--against '{wish.against}': by which --measure?")
    if wish.against is None and wish.less_is_better is not None:
        said.append("--less-is-better and --more-is-better go with --against.")
    return said


def _named(
    option: str, texts: Sequence[str], labels: Sequence[Labels], wrong: list[str]
) -> list[Name]:
    """Return the measures that texts name in all scenarios."""
    found = []
    for text in dict.fromkeys(texts):
        try:
            names = [named(text, each) for each in labels]
        except ValueError as error:
            wrong.append(f"{option} '{text}': {error}")
        else:
            found.append(names[0])
    return list(dict.fromkeys(found))


def _decision(text: str, labels: Labels, wrong: list[str]) -> Decision | None:
    """Return the decision that a text is; None if it is none, which is reported."""
    found = _DECISION.fullmatch(text.strip())
    if found is None:
        said = f"is no measure below or above a value. {FORM}"
        wrong.append(f"--decision '{text}': {said}")
        return None
    names = _named("--decision", [found["measure"]], [labels], wrong)
    if not names:
        return None
    measure = measure_of(*names[0].parts)
    assert measure is not None  # a name that was parsed is defined
    bar = limit_in(found["value"], measure.unit)
    if bar is None:
        wrong.append(
            f"--decision '{text}': '{found['value']}' is no value of "
            f"{measured(measure)}; write {limit_example(measure.unit)}."
        )
        return None
    return Decision(names[0], found["sign"] == "<", bar, text.strip())
