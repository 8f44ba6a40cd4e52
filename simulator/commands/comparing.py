"""Commands that set run folders side by side, and say what can be asked of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.commands.frame import DIFFERENT, as_json, guarded, print_json

if TYPE_CHECKING:
    from results.run import Run

group_option = click.option(
    "--group", default="all", show_default=True, help="A recorded group; 'age: child'."
)
period_option = click.option(
    "--period", default="whole", show_default=True, help="Or a month."
)


@click.command()
@click.argument("runs", metavar="A B [C ...]", nargs=-1, required=True)
@click.option("--baseline", metavar="RUN", help="Default: the first run.")
@click.option(
    "--measures",
    metavar="NAME",
    multiple=True,
    help="A name or pattern, again for each; default: the usual ones.",
)
@click.option(
    "--by", default="", metavar="WHAT", help="month, group, service, place, age ..."
)
@group_option
@period_option
@click.option(
    "--gap",
    "gaps",
    metavar="GROUPS",
    multiple=True,
    help="Fairness: 'GROUP against GROUP', or a dimension. One run will do.",
)
@click.option(
    "--standards", is_flag=True, help="In which months standards are met; one will do."
)
@click.option("--expect-equal", is_flag=True, help="Exit with 3 if anything differs.")
@as_json
@guarded
def compare(
    runs: tuple[str, ...],
    baseline: str | None,
    standards: bool,
    expect_equal: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Compare run folders, patient's luck by patient's luck; A is the baseline."""
    from results import compare as compared  # noqa: PLC0415
    from simulator import comparison_pages as pages  # noqa: PLC0415

    base, found = _loaded(runs, baseline)
    asked["measures"] = asked["measures"] or None
    if standards:
        pages.standards([base, *found], as_json=as_json)
        return
    if asked["gaps"] and not found:
        pages.gaps_in(base, asked, as_json=as_json)
        return
    comparison = compared(*found, baseline=base, **asked)
    if as_json:
        print_json(comparison.as_dict())
    else:
        pages.comparison(comparison, asked["measures"])
    if expect_equal and not comparison.equal:
        sys.exit(DIFFERENT)


def _loaded(runs: tuple[str, ...], baseline: str | None) -> tuple[Run, list[Run]]:
    """Return the baseline and the other runs; it may be one of them or one more."""
    from simulator.folders import loaded  # noqa: PLC0415

    paths = [Path(run) for run in runs]
    first = Path(baseline) if baseline else paths.pop(0)
    if baseline:
        same = [p for p in paths if baseline in (str(p), p.name)]
        same = same or [p for p in paths if p.resolve() == first.resolve()]
        if same:
            first = same[0]
            paths.remove(first)
    return loaded(first), [loaded(path) for path in paths]


@click.command()
@click.argument("run", metavar="[RUN]", required=False)
@click.argument("names", metavar="[NAME ...]", nargs=-1)
@group_option
@period_option
@as_json
@guarded
def measures(run: str | None, names: tuple[str, ...], as_json: bool, **of: str) -> None:
    """List the names of measures; those of a run; or how sure some of them are."""
    from simulator import measure_pages  # noqa: PLC0415
    from simulator.folders import loaded  # noqa: PLC0415

    if run is None:
        measure_pages.all_measures(as_json=as_json)
    elif names:
        measure_pages.told(loaded(run), names, as_json=as_json, **of)
    else:
        measure_pages.of_run(loaded(run), as_json=as_json, **of)
