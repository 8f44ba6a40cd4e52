"""Commands that look after run folders: verify, pack, unpack, runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.commands.frame import (
    DIFFERENT,
    FAILED,
    as_json,
    compile_first,
    engine_option,
    guarded,
    print_json,
    workers_option,
)

if TYPE_CHECKING:
    from simulator.shelves import Page, ShelfPage

run_argument = click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
replace_option = click.option(
    "--replace", is_flag=True, help="Let what is there already go."
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_BYTES = {"bytes": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}


def _age(_ctx: object, _param: object, value: str | None) -> timedelta | None:
    """Return the time that is written."""
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,5}) *(day|week|month|year)s?", value.strip())
    if match is None:
        raise click.BadParameter(f"{value!r} is no age. Write for example '30 days'.")
    return timedelta(days=int(match[1]) * _DAYS[match[2]])


def _size(_ctx: object, _param: object, value: str | None) -> float | None:
    """Return the bytes that are written."""
    if value is None:
        return None
    form = r"(\d+(?:\.\d+)?) *(bytes|[kmgt]b)"
    match = re.fullmatch(form, value.strip().lower())
    if match is None:
        raise click.BadParameter(f"{value!r} is no size. Write for example '500 MB'.")
    return float(match[1]) * _BYTES[match[2]]


@click.command()
@run_argument
@click.option(
    "--replay",
    type=click.IntRange(1),
    metavar="N",
    help="Simulate N replications again and compare them.",
)
@engine_option
@workers_option
@as_json
@guarded
def verify(
    run: Path, replay: int | None, engine: str, workers: int | None, as_json: bool
) -> None:
    """Check that a run folder is what was written, and what its scenario gives."""
    from simulator import rendering  # noqa: PLC0415
    from simulator.verification import verify as verified  # noqa: PLC0415

    if replay:
        compile_first(engine)
    found = verified(
        run,
        replay=replay or 0,
        engine=engine,
        workers=workers,
        reporting=rendering.progress,
    )
    if as_json:
        print_json(found.as_dict())
    else:
        for sentence in found.sentences():
            click.echo(sentence)
    if not found.holds:
        sys.exit(DIFFERENT)


@click.command()
@run_argument
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Default: RUN's name.zip."
)
@replace_option
@guarded
def pack(run: Path, out: Path | None, replace: bool) -> None:
    """Make one file of a run folder, to send; equal runs give equal files."""
    from results.shelf.folders import size_text  # noqa: PLC0415
    from results.shelf.packing import ENDING  # noqa: PLC0415
    from results.shelf.packing import pack as packed  # noqa: PLC0415

    file = Path(run.resolve().name + ENDING) if out is None else out
    others = packed(run, file, replace=replace)
    if others:
        click.echo(f"Left out, as no part of the run: {', '.join(others)}", err=True)
    click.echo(f"Packed run: {file} ({size_text(file.stat().st_size)})")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/NAME.")
@replace_option
@guarded
def unpack(file: Path, out: Path | None, replace: bool) -> None:
    """Make a run folder of a file that `pack` has made."""
    from results.shelf.packing import unpack as unpacked  # noqa: PLC0415
    from simulator import folders  # noqa: PLC0415

    folder = folders.place(file.stem, out, replace=replace)
    unpacked(file, folder, replace=replace)
    click.echo(f"Result folder: {folder}")


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--describe", is_flag=True, help="Describe one run.")
@click.option("--prune", is_flag=True, help="Remove runs, and what dead runs left.")
@click.option("--older-than", callback=_age, help="Prune: only older ones: '30 days'.")
@click.option("--larger-than", callback=_size, help="Prune: only larger ones: '1 GB'.")
@click.option("--keep", type=click.IntRange(0), help="Prune: not the newest so many.")
@click.option("--dry-run", is_flag=True, help="Prune: say what would go, no more.")
@click.option("--yes", is_flag=True, help="Prune: do not ask.")
@as_json
@guarded
def runs(folder: str | None, **options: Any) -> None:
    """List the run folders below DIR (default: runs), describe one, or prune them."""
    from simulator import shelves  # noqa: PLC0415
    from simulator.folders import RUNS  # noqa: PLC0415

    _check_options(options)
    path = RUNS if folder is None else Path(folder)
    is_given = folder is not None
    if options["prune"]:
        _prune(shelves.found(path, is_given=is_given), options)
    elif options["describe"] or shelves.is_one(path):
        _show(shelves.described(path), as_json=options["as_json"])
    else:
        _show(shelves.found(path, is_given=is_given), as_json=options["as_json"])


def _check_options(options: Mapping[str, Any]) -> None:
    """Refuse options that say nothing together."""
    rules = ("older_than", "larger_than", "keep")
    given = [name for name in rules if options[name] is not None]
    given += [name for name in ("dry_run", "yes") if options[name]]
    if given and not options["prune"]:
        said = f"--{given[0].replace('_', '-')} belongs to --prune."
        raise click.UsageError(said)
    if options["describe"] and options["prune"]:
        raise click.UsageError("Either --describe or --prune.")
    is_silent = options["yes"] or options["dry_run"]
    if options["prune"] and options["as_json"] and not is_silent:
        raise click.UsageError("--prune --json cannot ask: add --yes or --dry-run.")


def _show(page: Page, *, as_json: bool) -> None:
    """Print something of run folders."""
    if as_json:
        print_json(page.as_dict())
    else:
        page.show()


def _prune(found: ShelfPage, options: Mapping[str, Any]) -> None:
    """Remove runs, having asked, or say what would go."""
    from results.shelf.pruning import Rules, plan, prune  # noqa: PLC0415
    from simulator.shelves import PlanPage  # noqa: PLC0415

    rules = Rules(options["older_than"], options["larger_than"], options["keep"])
    planned = plan(found.shelf, rules, datetime.now(UTC))
    page = PlanPage(planned, rules, is_only_told=options["dry_run"])
    if not options["as_json"]:
        page.show()
    goes = not options["dry_run"] and bool(planned.runs or planned.leftovers)
    if goes and not options["yes"] and not _agreed():
        click.echo("Nothing was removed.", err=True)
        sys.exit(FAILED)
    if goes:
        prune(planned)
    if options["as_json"]:
        print_json({**planned.as_dict(), "removed": goes})
    elif goes:
        click.echo("Removed.")


def _agreed() -> bool:
    """Ask whether to go on; nobody there to answer is a no."""
    try:
        return click.confirm("Remove them for good?", err=True)
    except click.Abort:
        click.echo(err=True)
        return False
