"""Effects of one more unit whose exact size is known, many times over.

The desk is M/M/3, the ward M/M/6/6, both long settled when counting begins. One more
unit makes them M/M/4 and M/M/7/7. The mean wait is C(c, a) / (c mu - lambda) with
Erlang's C, the share turned away is Erlang's B (Gross, Shortle, Thompson and Harris,
Fundamentals of Queueing Theory, 4th edition 2008, sections 2.3 and 2.5; `formulas`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.batch.batches import Asked
from simulator.marginal.effects import Effects
from simulator.marginal.playing import effects, marginal, question
from tests.validation.formulas import erlang_b, erlang_c

FIRST_SEED = 20_261_201
"""Fixed before the first run; the next repeats have the next ones."""
RATE, SERVERS = 2.4, 3
"""At the desk: patients a day, each of whom takes a day."""
BEDS, COMING = 6, 5.0
"""On the ward: beds, and patients a day, each of whom stays a day."""
MEASURES = {"desk: wait, mean": "desk", "ward: turned away, share": "ward"}
WORLD = """\
caresim: 1
title: A desk with a line, and a ward that turns patients away
period: {start: 2024-01-01, warm_up: 60 days, horizon: 1460 days, replications: 10}
services:
  desk: {kind: staff, capacity: 3, takes: {law: exponential, mean: 1 day}}
  ward:
    kind: beds
    capacity: 6
    takes: {law: exponential, mean: 1 day}
    turned_away: {full: {when_waiting: 0, then: leave}}
demand:
  desk: {rate: 2.4 per day}
  ward: {rate: 5 per day}
"""


def mean_wait(servers: int) -> float:
    """Return the mean wait at the desk, in days."""
    return erlang_c(RATE, servers) / (servers - RATE)


def truth() -> dict[str, float]:
    """Return by how much each measure falls with one more unit at its service."""
    lost = erlang_b(COMING, BEDS + 1) - erlang_b(COMING, BEDS)
    waits = mean_wait(SERVERS + 1) - mean_wait(SERVERS)
    return dict(zip(MEASURES, (waits, lost), strict=True))


def repeats(count: int, folder: Path) -> Iterator[dict[str, Effects]]:
    """Yield the effects on each measure, so many times with other seeds."""
    folder.mkdir(exist_ok=True)
    file = folder / "world.yaml"
    file.write_text(WORLD, encoding="utf-8")
    asked = {measure: question(file, measure) for measure in MEASURES}
    first, *others = asked
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        place = folder / str(seed)
        found = {first: marginal(asked[first], place, Asked(seed=seed))}
        # The runs are there.
        yield found | {other: effects(asked[other], place) for other in others}
