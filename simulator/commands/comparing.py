"""Commands that set run folders side by side."""

from __future__ import annotations

import sys

import click

from simulator.commands.frame import DIFFERENT, as_json, guarded, print_json


@click.command()
@click.argument("base", metavar="A")
@click.argument("other", metavar="B")
@click.option("--group", default="all", show_default=True, help="A recorded group.")
@click.option("--period", default="whole", show_default=True, help="Or a month.")
@click.option("--expect-equal", is_flag=True, help="Exit with 3 if anything differs.")
@as_json
@guarded
def compare(
    base: str, other: str, group: str, period: str, expect_equal: bool, as_json: bool
) -> None:
    """Compare two run folders, patient's luck by patient's luck."""
    from results import compare as compared  # noqa: PLC0415
    from results import load  # noqa: PLC0415
    from simulator import rendering  # noqa: PLC0415

    comparison = compared(load(base), load(other), group=group, period=period)
    if as_json:
        print_json(comparison.as_dict())
    else:
        rendering.comparison(comparison)
    if expect_equal and not comparison.equal:
        sys.exit(DIFFERENT)
