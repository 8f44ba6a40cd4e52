"""What is asked about single numbers: which are moved, how, and what is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from results.measures.naming import Name
from scenarios.spans import UNCERTAIN
from scenarios.studies.bases import Base
from scenarios.studies.inputs import (
    share_of,
    uncertain_base,
    widened,
    wrong_numbers,
)
from scenarios.studies.moving import (
    MORRIS,
    ONE_AT_A_TIME,
    Tornado,
    Trajectories,
    morris_study,
    tornado_study,
)
from scenarios.studies.reading import DEFAULT_SEED, MOST_VARIANTS
from scenarios.studies.study import Study, Variant
from simulator.asked_measures import named
from simulator.executors import AskedWronglyError
from simulator.experiment import prepared

TRAJECTORIES = 10
FEWEST = 3
"""Trajectories: of two, nothing can be said of how sure their spread is."""


class Wish(NamedTuple):
    """What is wished for, as it was written."""

    measure: str
    method: str = ONE_AT_A_TIME
    by: str | None = None
    """A share such as `10%`; None: from end to end of what is uncertain."""
    numbers: Sequence[str] | None = None
    """Which are moved by that share; None: what is uncertain."""
    trajectories: int | None = None
    """10, and of Morris's method only."""
    replications: int | None = None
    """As the scenario says."""
    seed: int | None = None
    """Of the trajectories; 1."""
    scale: str | None = None
    """Another ratio than the scenario's, such as `1:20`."""


class Question(NamedTuple):
    """What is asked: a study, and the measure that its runs are to tell."""

    made: Tornado | Trajectories
    measure: Name

    @property
    def study(self) -> Study:
        """What is played."""
        return self.made.study


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
        If the scenario cannot be read, or a number cannot be moved.
    AskedWronglyError
        If something cannot be meant; all of it is told at once.
    """
    base = uncertain_base(scenario, wish.scale)
    found = Variant(base.name, base.title, base.name, {}, 0, {}, base).scenario()
    problems = [*wrong, *_wrong(base, wish, found.period.replications)]
    name = None
    try:
        name = named(wish.measure, prepared(found)[1])
    except ValueError as error:
        problems.append(f"--measure '{wish.measure}': {error}")
    if problems or name is None:
        raise AskedWronglyError(problems)
    share = None if wish.by is None else share_of(wish.by)
    if share is not None:
        base = widened(base, wish.numbers, share)
    if wish.method == ONE_AT_A_TIME:
        return Question(tornado_study(base, wish.replications), name)
    count = TRAJECTORIES if wish.trajectories is None else wish.trajectories
    seed = DEFAULT_SEED if wish.seed is None else wish.seed
    return Question(morris_study(base, count, seed, wish.replications), name)


def _wrong(base: Base, wish: Wish, replications: int) -> list[str]:
    """Say what is wrong with a wish, but for its measure."""
    said = []
    if wish.by is not None and share_of(wish.by) is None:
        said.append(
            f"--by '{wish.by}': is no share to move a number by; write more than 0% "
            "and less than 100%, such as 10%."
        )
    if wish.numbers is not None:
        said += wrong_numbers(base, wish.numbers)
        if wish.by is None:
            said.append("--number goes with --by, which says how far it is moved.")
    if not base.inputs and wish.numbers is None:
        said.append(
            f"nothing is uncertain in {base.name}; write a number there as "
            f"{UNCERTAIN}, or name numbers: --by 10% --number services.ward.takes.mean."
        )
    count = replications if wish.replications is None else wish.replications
    if count < 2:
        said.append(
            f"--replications {count}: one cannot tell luck from what a number does; "
            "write 2 or more."
        )
    return [*said, *_wrong_trajectories(base, wish)]


def _wrong_trajectories(base: Base, wish: Wish) -> list[str]:
    if wish.trajectories is None:
        return []
    if wish.method != MORRIS:
        return ["--trajectories go with --method morris."]
    if wish.trajectories < FEWEST:
        return [
            f"--trajectories {wish.trajectories}: too few to say how sure their mean "
            f"is; write {FEWEST} or more, better {TRAJECTORIES}."
        ]
    inputs = len(base.inputs if wish.numbers is None else wish.numbers)
    runs = wish.trajectories * (inputs + 1)
    if runs > MOST_VARIANTS:
        return [
            f"--trajectories {wish.trajectories}: are {runs:,} runs; at most "
            f"{MOST_VARIANTS:,}."
        ]
    return []
