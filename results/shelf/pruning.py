"""Which run folders may go, and letting them go: nothing else is ever removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from results.errors import ResultError
from results.folder.placement import clean_up, remove_folder
from results.shelf.folders import NEWER, Left, RunFolder, Shelf, run_folder


class Rules(NamedTuple):
    """Which runs go: those to which all of these apply; without any, none."""

    older_than: timedelta | None = None
    larger_than: float | None = None
    """Bytes."""
    keep: int | None = None
    """So many of the newest stay, whatever else is said."""


class Kept(NamedTuple):
    """A run that the rules let go, but that stays."""

    path: Path
    reason: str


class Plan(NamedTuple):
    """What is to go."""

    runs: tuple[RunFolder, ...]
    leftovers: tuple[Left, ...]
    """Of processes that are dead."""
    kept: tuple[Kept, ...]

    @property
    def size(self) -> int:
        """Bytes that become free."""
        parts: tuple[RunFolder | Left, ...] = (*self.runs, *self.leftovers)
        return sum(part.size for part in parts)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "runs": [str(run.path) for run in self.runs],
            "leftovers": [str(left.path) for left in self.leftovers],
            "kept": [{"path": str(k.path), "reason": k.reason} for k in self.kept],
            "bytes": self.size,
        }


def plan(of: Shelf, rules: Rules, now: datetime) -> Plan:
    """Return what is to go.

    Parameters
    ----------
    of : Shelf
    rules : Rules
    now : datetime
        From which ages are counted.

    Returns
    -------
    Plan
        A run that holds other files, or of which it cannot be known what belongs to
        it, stays.
    """
    going = [run for n, run in enumerate(of.runs) if _goes(n, run, rules, now)]
    reasons = [(run, _reason(run)) for run in going]
    return Plan(
        tuple(run for run, reason in reasons if not reason),
        tuple(left for left in of.leftovers if left.is_abandoned),
        tuple(Kept(run.path, reason) for run, reason in reasons if reason),
    )


def _goes(newer: int, run: RunFolder, rules: Rules, now: datetime) -> bool:
    """Return whether the rules let a run go; so many are newer."""
    if rules == Rules():
        return False
    return (
        (rules.keep is None or newer >= rules.keep)
        and (rules.older_than is None or now - run.written > rules.older_than)
        and (rules.larger_than is None or run.size > rules.larger_than)
    )


def _reason(run: RunFolder) -> str:
    """Return why a run stays all the same; empty if it may go."""
    if run.status == NEWER:
        return "it is of a newer format: let the caresim that wrote it remove it"
    if not run.is_readable:
        return f"it is not sure to be a run: {run.problem}"
    if run.others:
        more = f" and {len(run.others) - 1} more" if len(run.others) > 1 else ""
        return f"it holds what is no part of a run: {run.others[0]}{more}"
    return ""


def prune(planned: Plan) -> None:
    """Remove what a plan names; each is looked at once more before it goes.

    Parameters
    ----------
    planned : Plan

    Raises
    ------
    ResultError
        If the disk refuses, or a folder has changed in the meantime. What went before
        stays gone.
    """
    for run in planned.runs:
        now = None if run.path.is_symlink() else run_folder(run.path)
        if now is None or now != run:
            raise ResultError(f"{run.path}: has changed in the meantime, so it stays")
        remove_folder(run.path)
    for left in planned.leftovers:
        clean_up(left.place.absolute())
