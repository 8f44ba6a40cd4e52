"""Whether two runs can be compared, and if not, what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from results.errors import ResultError

if TYPE_CHECKING:
    from results.run import Run


def check_comparable(a: Run, b: Run) -> None:
    """Refuse two runs whose numbers do not mean the same.

    Parameters
    ----------
    a, b : Run

    Raises
    ------
    ResultError
        Naming all that differs, and what to do.
    """
    reasons = list(_reasons(a, b))
    if reasons:
        raise ResultError(
            f"'{b.labels.scenario}' cannot be compared with '{a.labels.scenario}': "
            + " ".join(reasons)
        )


def with_common(runs: Sequence[Run]) -> list[Run]:
    """Return runs with the replications that all of them have, if one is partial.

    Parameters
    ----------
    runs : sequence of Run

    Raises
    ------
    ResultError
        If they have none in common.
    """
    seeds = {run.seed for run in runs}
    if len(seeds) > 1 or not any(run.partial for run in runs):
        return list(runs)
    common = sorted(set.intersection(*(set(run.replications) for run in runs)))
    if not common:
        raise ResultError(
            "these runs have no replication in common yet: wait until more are there."
        )
    return [run.limited(common) for run in runs]


def _reasons(a: Run, b: Run) -> Iterator[str]:
    """Yield what differs."""
    one, other = a.labels, b.labels
    if one.start != other.start:
        yield (
            f"starts differ ({one.start} and {other.start}). "
            "Run both from the same start."
        )
    elif one.end != other.end:
        lengths = f"{one.days[-1]:g} and {other.days[-1]:g} days"
        yield f"horizons differ ({lengths}). Run both to the same horizon."
    if one.groups != other.groups:
        names = " and ".join(", ".join(g.name for g in x.groups) for x in (one, other))
        yield f"recorded groups differ ({names}). Record both by the same dimensions."
    if one.scale != other.scale:
        yield (
            f"scales differ ({one.scale:g} and {other.scale:g}). "
            "Run both at the same scale."
        )
    if a.seed == b.seed and a.replications != b.replications:
        # `with_common` has taken partial runs to what they have in common.
        yield (
            f"replications differ ({_said(a.replications)} and "
            f"{_said(b.replications)}). Run both with as many replications."
        )


def _said(numbers: Sequence[int]) -> str:
    """Say which replications there are."""
    if list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))
