"""Whether a long list slows the compiled engine down.

A service does three quarters of the work that comes, for three groups in order of
priority; the others wait until their drawn patience ends, so the list grows towards
arrivals less treatments (0.9 a minute) times the mean patience, and stays there. Of
`cases/long-list.yaml` and `cases/short-list.yaml` only the mean patience differs: the
first list passes 100,000, the second 1,000. Once both stay, the same happens in both at
the same rate, three treatments for each 0.9 patients who give up, and all that differs
is how many are in line.

So the cost at that length is that of 300,000 minutes more: the CPU time of a run of
600,000 minutes less that of one of 300,000 (two and a half times the longer patience,
after which the list has nine tenths of its length). What is peculiar to the beginning
and the end of a run falls out of the difference.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import NamedTuple

from benchmarks.definitions import Case, list_at
from benchmarks.ours import COMPILED, sample, tables
from benchmarks.rows import Row, wrong
from benchmarks.trials import Answers

BEGIN, END = 300_000, 600_000
"""Minutes."""
RATE = 3.9


class Window(NamedTuple):
    """The time of a run between two moments."""

    patients: int
    seconds: float
    answers: Answers
    """At the second."""


def _case(name: str, patience: float) -> Case:
    return Case(
        name,
        "a list that stays as long",
        RATE,
        2,
        (),
        (),
        lambda n: (list_at(n / RATE, patience),),
        servers=3,
        groups=("A", "B", "C"),
    )


LONG, SHORT = _case("long-list", 120_000.0), _case("short-list", 1_200.0)


def long_and_short(repeats: int) -> list[Row]:
    """Return the rows of the two lists; the first with its slow-down."""
    short = row(SHORT, repeats)
    long = row(LONG, repeats, short.customers_per_s)
    return [long, short]


def row(case: Case, repeats: int, before: float | None = None) -> Row:
    """Return the row of a list, slowed down in comparison with a speed before."""
    came, seconds, answers = window(case, repeats)
    speed = came / seconds
    return Row(
        case=case.name,
        engine=COMPILED,
        version=version("caresim"),
        patients=round((END - BEGIN) * RATE),
        customers_per_s=speed,
        ns_per_event=1e9 / speed / case.events,
        runs=repeats,
        seconds=seconds,
        slow_down=None if before is None else before / speed,
        answers=answers,
        wrong=wrong(case, round(END * RATE), answers),
    )


def window(case: Case, repeats: int) -> Window:
    """Return what a run does between `BEGIN` and `END`: each the best of several."""
    runs = [
        min(
            (sample(model, "compiled", case) for _ in range(repeats)),
            key=lambda done: done.seconds,
        )
        for model in (tables(case.name, BEGIN), tables(case.name, END))
    ]
    begin, end = runs
    return Window(
        end.patients - begin.patients, end.seconds - begin.seconds, end.answers
    )
