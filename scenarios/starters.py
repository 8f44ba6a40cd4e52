"""Those who are there when the run begins, as rows of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby

import numpy as np

from kernels import layout
from kernels.layout import DAY, PLACE_BITS
from scenarios.curves import rows
from scenarios.openings import whole
from scenarios.plans import HASH_BITS, mixed
from scenarios.routes import Row
from scenarios.scenario import Scenario, Starter


def starters(
    scenario: Scenario,
    steps: Mapping[tuple[str | None, str], int],
    groups: int,
    marks: Sequence[int],
) -> dict[str, np.ndarray]:
    """Return the tables by the names they have in the model.

    Parameters
    ----------
    scenario : Scenario
    steps : mapping
        The row of each step; (None, service) is the service's own.
    groups : int
        How many there are.
    marks : sequence of int
        What identities begin with, for each starter.
    """
    made: list[Row] = []
    bands: list[Row] = []
    listed: list[Row] = []
    shares = np.ones((len(scenario.start), groups))
    for number, starter in enumerate(scenario.start):
        mark = marks[number] << 40
        own = _bands(starter)
        made.append(
            (
                mark,
                steps[starter.step or (None, starter.service)],
                int(starter.treated),
                patients(starter, scenario.scale.ratio),
                scenario.scale.ratio,
                len(bands),
                len(own),
            )
        )
        bands += own
        listed += [(j, s, mark | w, number, g) for j, s, g, w in _identified(starter)]
        if starter.shares:
            shares[number] = list(accumulate(starter.shares))
    return {
        "starters": rows(layout.STARTER, made),
        "bands": rows(layout.BAND, bands),
        "starter_groups": shares,
        "starter_rows": rows(layout.STARTER_ROW, listed),
    }


def patients(starter: Starter, ratio: float) -> int:
    """Return how many simulated patients are there, of those given by number."""
    return 0 if starter.number is None else whole(starter.number.values[0] * ratio)


def _bands(starter: Starter) -> list[Row]:
    """Return the bands with the shares of those for whom it is so long or less."""
    upto = accumulate(share for _, _, share in starter.bands)
    return [
        (round(low * DAY), round(high * DAY), share)
        for (low, high, _), share in zip(starter.bands, upto, strict=True)
    ]


def _identified(starter: Starter) -> list[tuple[int, int, int, int]]:
    """Return the rows of a list with what tells each of them from all others.

    It comes from the row itself and from which of several like it it is: rows that are
    added, or written in another order, change nobody else.
    """
    made = []
    taken: set[int] = set()
    for (joined, started, group), alike in groupby(starter.rows):
        for which, _ in enumerate(alike):
            place = mixed((joined * 4099 + started) * 4099 + group * 1_000_003 + which)
            while place in taken:
                place = (place + 1) % (1 << HASH_BITS)
            taken.add(place)
            made.append((joined, started, group, place << PLACE_BITS))
    return made
