"""`python -m benchmarks`: measures caresim and its peers and prints what came out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import ParamSpec

import click

from benchmarks import ours
from benchmarks.definitions import CASES
from benchmarks.lists import LONG, long_and_short
from benchmarks.machine import others
from benchmarks.processes import alone, rows_of
from benchmarks.report import RESULTS, document, mistakes, text
from benchmarks.rows import Row, compared
from benchmarks.threads import two_threads
from benchmarks.trials import Engine

P = ParamSpec("P")
PEERS = ("simpy", "ciw", "cimba")
ENGINES = ("compiled", "reference", *PEERS)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print rows as JSON.")
@click.option(
    "--case",
    "cases",
    type=click.Choice([*CASES, LONG.name]),
    multiple=True,
    help="One case; may be repeated. Default: all.",
)
@click.option(
    "--engine",
    "names",
    type=click.Choice(ENGINES),
    multiple=True,
    help="One engine; may be repeated. Default: all.",
)
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True)
@click.option("--write", is_flag=True, help="Renew benchmarks/results.md.")
def main(
    *,
    as_json: bool,
    cases: tuple[str, ...],
    names: tuple[str, ...],
    repeats: int,
    write: bool,
) -> None:
    """Measure how fast caresim and other simulators are; the best of several runs.

    The exit code is 1 if an engine's answer is wrong.
    """
    if write and (cases or names):
        raise click.UsageError("--write renews the whole file: not with some cases.")
    chosen = cases or (*CASES, LONG.name)
    before = others()
    rows = compared(results(chosen, names or ENGINES, repeats))
    if as_json:
        click.echo(json.dumps([row.plain() for row in rows], indent=2))
    else:
        click.echo(text(rows))
    wrong = mistakes(rows)
    for line in wrong:
        click.echo(f"Wrong: {line}", err=True)
    if write and not wrong:
        RESULTS.write_text(document(rows, before), encoding="utf-8")
    sys.exit(1 if wrong else 0)


def results(
    cases: Collection[str], names: Collection[str], repeats: int
) -> Iterator[Row]:
    """Yield the rows of some cases and engines, telling each on standard error."""
    engines = [engine for name in names for engine in engines_of(name)]
    for case in cases:
        for engine in engines:
            if case in engine.cases:
                yield from told(
                    f"{case}, {engine.name}", rows_of, engine, case, repeats
                )
    if "compiled" in names and "c" in cases:
        yield from told("two threads", two_threads, repeats)
    if "compiled" in names and LONG.name in cases:
        yield from told("long lists", long_and_short, repeats)


def engines_of(name: str) -> list[Engine]:
    """Return the engines of a name; none, and a line, if they are not there."""
    if name not in PEERS:
        return [ours.engine(name)]
    try:
        peer = import_module(f"benchmarks.peers.with_{name}")
    except ImportError as error:
        click.echo(f"{name} is left out: {error}.", err=True)
        return []
    return list(peer.engines())


def told(
    what: str, measure: Callable[P, list[Row]], *args: P.args, **kwargs: P.kwargs
) -> list[Row]:
    """Return rows measured in a process of their own, having said what they say."""
    try:
        rows = alone(measure, *args, **kwargs)
    except BrokenProcessPool:
        click.echo(f"{what}: the process died; left out.", err=True)
        return []
    for row in rows:
        click.echo(
            f"{row.case}, {row.engine}, {row.patients:,} patients: "
            f"{row.customers_per_s:,.0f} a second",
            err=True,
        )
    return rows


if __name__ == "__main__":
    main()
