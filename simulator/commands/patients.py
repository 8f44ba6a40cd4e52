"""Commands that follow single patients: through one run, and from one into another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.commands.frame import (
    as_json,
    engine_option,
    guarded,
    print_json,
    scale_option,
    seed_option,
)

LEDGER_TABLES = ("ends", "moves", "waits", "use")


@click.command()
@click.argument("a", metavar="A", type=click.Path(path_type=Path))
@click.argument("b", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--by", default="", metavar="WHAT", help="stream, group, or a dimension: age ..."
)
@click.option(
    "--show",
    type=click.Choice(LEDGER_TABLES),
    multiple=True,
    help="A table in place of sentences; again for each.",
)
@as_json
@guarded
def ledger(a: Path, b: Path, by: str, show: tuple[str, ...], as_json: bool) -> None:
    """Say where the patients of run B ended, one by one beside those of A."""
    from results import ledger as of  # noqa: PLC0415
    from simulator import patient_pages as pages  # noqa: PLC0415
    from simulator.folders import loaded  # noqa: PLC0415

    found = of(loaded(a), loaded(b), by=by)
    if as_json:
        print_json(found.as_dict())
    elif show:
        pages.tables(found, show)
    else:
        for sentence in found.sentences():
            click.echo(sentence)


@click.command()
@click.argument("scenario", metavar="FILE_OR_NAME_OR_RUN")
@click.argument("other", metavar="[RUN]", required=False)
@click.option("--replication", type=click.IntRange(1), default=1, show_default=True)
@click.option("--patient", type=int, help="Left out: whom one may ask for.")
@seed_option
@scale_option
@engine_option
@as_json
@guarded
def trace(scenario: str, other: str | None, **of: Any) -> None:
    """Tell the journey of one patient; with two run folders, both side by side."""
    from results.folder.contents import is_run_folder  # noqa: PLC0415
    from simulator import patient_pages as pages  # noqa: PLC0415

    folder = Path(scenario)
    if other is None and not is_run_folder(folder):
        from scenarios import read  # noqa: PLC0415
        from simulator import journey  # noqa: PLC0415

        as_json = of.pop("as_json")
        found = read(scenario, of.pop("scale"))
        pages.journey(journey.trace(found, **of), as_json=as_json)
        return
    _refuse_simulating()
    asked = {name: of[name] for name in ("replication", "patient", "as_json")}
    if other is None:
        pages.recorded(folder, **asked)
    else:
        pages.side_by_side((folder, Path(other)), **asked)


def _refuse_simulating() -> None:
    """Refuse options that say how to simulate where records are read."""
    for name in ("seed", "scale", "engine"):
        source = click.get_current_context().get_parameter_source(name)
        if source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(
                f"--{name} is for scenarios; run folders tell what was recorded."
            )
