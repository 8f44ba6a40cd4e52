"""What `caresim measures` prints: the grammar of names, and the measures of a run."""

from __future__ import annotations

from collections.abc import Sequence

import click

from results.run import Run
from results.summary.listing import Meaning, grammar, listed
from results.words.numbers import with_interval
from simulator.commands.frame import print_json
from simulator.terminal import console, plain_table

RULE = """\
A measure is called "SUBJECT: MEASURE, STATISTIC", such as

    community mental health: wait, mean
    pathway hip: wait, median                        (before a pathway stands the word)
    A&E: left unseen (gives up), number              (in brackets, what it is split by)
    community mental health: wait, 85th percentile   (any percentile of a wait or time)

"wait, mean" alone asks it of all subjects; * stands for anything: "comm*: wait, *".
`caresim measures RUN` lists those of a run; `caresim measures RUN NAME` says all that
is known of one.
Groups: --group "child", or all that share one, --group "deprivation: most deprived".
"""


def all_measures(*, as_json: bool) -> None:
    """Print what names are made of, and every measure there is."""
    found = grammar()
    if as_json:
        print_json([measure._asdict() for measure in found])
        return
    click.echo(RULE)
    for kinds in dict.fromkeys(measure.kinds for measure in found):
        click.echo(f"Of a {kinds}:")
        _grammar_of([measure for measure in found if measure.kinds == kinds])


def _grammar_of(measures: Sequence[Meaning]) -> None:
    """Print the measures of some kinds of subject."""
    table = plain_table("measure")
    for column in ("statistic", "unit", "what it is"):
        table.add_column(column)
    for measure in measures:
        table.add_row(
            measure.measure, measure.statistics, measure.unit, measure.meaning
        )
    console().print(table)


def of_run(run: Run, *, group: str, period: str, as_json: bool) -> None:
    """Print the names of the measures of a run, with their means."""
    found = listed(run, group=group, period=period)
    if as_json:
        print_json([measure.as_dict() for measure in found])
        return
    width = max((len(measure.name.text) for measure in found), default=0)
    for measure in found:
        mean = with_interval(measure.precision.mean, measure.unit)
        click.echo(f"{measure.name.text:{width}}  {mean}")


def told(
    run: Run, names: Sequence[str], *, group: str, period: str, as_json: bool
) -> None:
    """Print all that is known of some measures of a run."""
    found = listed(run, names, group=group, period=period)
    if as_json:
        print_json([measure.as_dict() for measure in found])
        return
    for measure in found:
        for sentence in measure.sentences():
            click.echo(sentence)
    if not found:
        click.echo("Nobody is there to take it from.")
