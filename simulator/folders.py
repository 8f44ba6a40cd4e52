"""Where a run is written."""

from __future__ import annotations

from pathlib import Path

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
