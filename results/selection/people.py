"""Whom figures speak of: recorded groups, one or several together."""

from __future__ import annotations

from difflib import get_close_matches

from results.errors import ResultError
from results.layout.labels import Labels


def members(labels: Labels, text: str) -> tuple[str, ...]:
    """Return the recorded groups that a text means.

    Parameters
    ----------
    labels : Labels
    text : str
        `all`, a recorded group such as `child, most deprived`, or all that share a
        group of a dimension: `deprivation: most deprived`, or `most deprived` alone
        where it is a group of one dimension only.

    Returns
    -------
    tuple of str
        Names of `Labels.group_names`.

    Raises
    ------
    ResultError
        If nothing is meant, or more than one thing.
    """
    if text in labels.group_names:
        return (text,)
    dimension, colon, value = text.partition(": ")
    dimensions = [
        name
        for name in recorded_dimensions(labels)
        if (name == dimension if colon else text in values_of(labels, name))
    ]
    if len(dimensions) > 1:
        raise ResultError(
            f"'{text}' is a group of {' and of '.join(dimensions)}: write "
            f"'{dimensions[0]}: {text}' or '{dimensions[1]}: {text}'"
        )
    wanted = value if colon else text
    found = [
        group.name
        for group in labels.groups
        if dimensions and (dimensions[0], wanted) in group.values
    ]
    if not found:
        raise ResultError(_nobody(labels, text))
    return tuple(found)


def recorded_dimensions(labels: Labels) -> tuple[str, ...]:
    """Return the dimensions along which groups are recorded."""
    if len(labels.groups) == 1:
        return ()
    pairs = (pair for group in labels.groups for pair in group.values)
    return tuple(dict.fromkeys(dimension for dimension, _ in pairs))


def values_of(labels: Labels, dimension: str) -> tuple[str, ...]:
    """Return the groups of a dimension, in the order of writing."""
    pairs = (pair for group in labels.groups for pair in group.values)
    return tuple(dict.fromkeys(value for name, value in pairs if name == dimension))


def along(labels: Labels, dimension: str) -> tuple[str, ...]:
    """Return how the groups of a dimension are asked for: `age: child`.

    Parameters
    ----------
    labels : Labels
    dimension : str

    Raises
    ------
    ResultError
        If nothing is recorded along it.
    """
    known = recorded_dimensions(labels)
    if dimension not in known:
        raise ResultError(_unrecorded(dimension, known))
    return tuple(f"{dimension}: {value}" for value in values_of(labels, dimension))


def _unrecorded(dimension: str, known: tuple[str, ...]) -> str:
    """Say that nothing is recorded along a dimension, and what to do."""
    if not known:
        return (
            f"nothing is recorded by '{dimension}' in this run: write "
            f"`record: {{by: [{dimension}]}}` into the scenario and run it again"
        )
    near = get_close_matches(dimension, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"nothing is recorded by '{dimension}', but by {', '.join(known)}.{hint}"


def _nobody(labels: Labels, text: str) -> str:
    """Say that there is no such group, and which there are."""
    names = [*labels.group_names]
    for dimension in recorded_dimensions(labels):
        if len(recorded_dimensions(labels)) > 1:
            names += along(labels, dimension)
    shown = ", ".join(f"'{name}'" for name in names[:12])
    more = ", ..." if len(names) > 12 else ""
    alone = "" if len(names) > 1 else " (groups are recorded by `record: {by: ...}`)"
    return f"there is no group '{text}' in this run: {shown}{more}{alone}"
