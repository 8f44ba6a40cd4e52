"""What a run of as many replications as it takes prints, and how it is interrupted."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from results.statistics.sequential import AT_LEAST, AT_MOST
from results.words.numbers import number
from simulator import rendering
from simulator.batch.store import Store
from simulator.commands.frame import print_json
from simulator.precision.running import Precise, Wave, Wish, precise_run

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

STOPPED = 130
SOON = 5.0
"""Seconds after which it is said how far a wave is."""


def run(scenario: Scenario, folder: Path, units: Path, options: dict[str, Any]) -> None:
    """Run a scenario until its intervals are narrow enough, and show what came out."""
    wish = Wish(
        options["at_least"] or _least(options["at_most"]),
        options["at_most"] or max(AT_MOST, options["at_least"] or 0),
        options["seed"],
        options["record"] is not None,
        options["engine"],
        options["workers"],
    )
    teller = _Teller(scenario.title)
    asked = options["precision"]
    try:
        found = precise_run(
            scenario, asked, units, wish, wave=teller.wave, told=teller.told
        )
        saved = found.run.write(folder, replace=options["replace"])
    except KeyboardInterrupt:
        _say_kept(units)
        sys.exit(STOPPED)
    _warn(found)
    if options["as_json"]:
        precision = saved.manifest["precision"]
        plain = {"folder": str(folder), "units": str(units), "precision": precision}
        print_json({**plain, **saved.summary().as_dict()})
        return
    rendering.summary(saved, folder)
    count = number(len(saved.replications), 0)
    click.echo(f"{count} replications. Half the width of the 95% intervals:")
    for one in found.reached:
        click.echo(f"  {one.sentence()}")
    click.echo(
        f"What was simulated is kept in {units}: asked for narrower intervals, only "
        "the rest is simulated. It may be deleted."
    )


def _least(at_most: int | None) -> int:
    """Return the fewest replications, where only the most was said."""
    return AT_LEAST if at_most is None else min(AT_LEAST, at_most)


class _Teller:
    """Says on standard error how far a run is."""

    def __init__(self, title: str) -> None:
        self._title, self._done, self._goal = title, 0, 0
        self._said = monotonic()

    def wave(self, wave: Wave) -> None:
        """Say how narrow the intervals are, before each wave."""
        self._done, self._goal = wave.there, wave.replications
        self._said = monotonic()
        if not wave.so_far:
            click.echo(f"{self._title}: {self._goal} replications to begin", err=True)
            return
        widths = "; ".join(
            f"{one.asked.name.text}: {one.found()}" for one in wave.so_far
        )
        click.echo(f"  After {self._done}: {widths}. On to {self._goal}.", err=True)

    def told(self, count: int) -> None:
        """Say how many replications are there, if it takes long."""
        self._done += count
        if self._done < self._goal and monotonic() - self._said > SOON:
            self._said = monotonic()
            click.echo(f"  {self._done} of {self._goal} replications", err=True)


def _say_kept(units: Path) -> None:
    """Say what an interrupted run has kept."""
    store = Store(units)
    runs = store.book().runs if store.is_there else ()
    kept = sum(len(store.replications(run.key)) for run in runs)
    said = f"{kept} replications are kept in {units}; the same command goes on."
    click.echo(f"Interrupted: {said if kept else 'nothing was written.'}", err=True)


def _warn(found: Precise) -> None:
    """Say on standard error that the most replications were not enough."""
    if found.is_reached:
        return
    click.echo(
        f"WARNING: {found.at_most} replications, the most that were allowed, are not "
        "enough. --at-most allows more.",
        err=True,
    )
