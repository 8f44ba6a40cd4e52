"""Where a run is written, and how commands read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from results.run import Run

RUNS = Path("runs")


def place(name: str, out: Path | None, *, replace: bool) -> Path:
    """Return the folder for a run, before it begins.

    Parameters
    ----------
    name : str
        Of the scenario.
    out : Path or None
        As the user asked; None: `runs/NAME`, or `runs/NAME-2` and so on where that
        is taken.
    replace : bool
        Whether a run of that name gives way.

    Raises
    ------
    FileExistsError
        If the folder that was asked for is taken and is not to be replaced.
    """
    if out is None:
        taken = RUNS / name
        number = 2
        while taken.exists() and not replace:
            taken = RUNS / f"{name}-{number}"
            number += 1
        return taken
    if out.exists() and not replace:
        raise FileExistsError(
            f"'{out}' is there already. Name another folder, or add --replace."
        )
    return out


def units_beside(name: str, out: Path | None) -> Path:
    """Return the folder where units of a run are kept until it is whole, and after.

    Parameters
    ----------
    name : str
        Of the scenario.
    out : Path or None
        As the user asked; None: `runs/NAME.units`, whatever number the run gets.
    """
    place = RUNS / name if out is None else out
    return place.with_name(f"{place.name}.units")


def loaded(path: str | Path) -> Run:
    """Return the run of a folder; if it lacks replications, say so on standard error.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ResultError
        If it cannot be read.
    """
    from results import load  # noqa: PLC0415

    run = load(path)
    if run.partial is not None:
        click.echo(f"{path}: {run.partial}", err=True)
    return run
