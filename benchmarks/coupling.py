"""How much sharper comparisons of the same patients are: `-m benchmarks.coupling`.

It plays a baseline and some what-ifs with one seed and writes
`docs/background/coupling.md`. With independent seeds the variance of a difference is
the sum of both runs' variances; paired, it is that of the differences themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import simulator
from results import Run
from results.measures.naming import Name, measure_of, parse_name
from results.selection.figures import figures
from results.statistics.estimates import Estimate, paired, unpaired
from results.words.numbers import amount

Floats = NDArray[np.float64]
PAGE = Path(__file__).parents[1] / "docs" / "background" / "coupling.md"
RISEN, PLAIN = "pooled-plus-30-quick", "pooled-quick"
POOLED = Path(__file__).parent / "pooled"
REPLICATIONS, SEED = 40, 20261129
_DRAWS = 4_999


class WhatIf(NamedTuple):
    """A change, and the measures at which it is looked."""

    words: str
    parent: str
    """The scenario of `pooled` that it changes."""
    changes: str
    """As the file has them."""
    measures: tuple[str, ...]


WHAT_IFS = (
    WhatIf(
        "5% more places in talking therapies",
        RISEN,
        "  - {services: talking therapies, multiply_by: 1.05}",
        ("talking therapies: wait, mean", "emergency department: wait, mean"),
    ),
    WhatIf(
        "10% fewer referrals from general practice to talking therapies",
        RISEN,
        "  - routes: {into: talking therapies, out_of: general practice}\n"
        "    multiply_by: 0.9",
        ("talking therapies: wait, mean", "crisis and home treatment: wait, mean"),
    ),
    WhatIf(
        "major cases in the emergency department treated 5% faster",
        RISEN,
        "  - services: emergency department\n"
        "    what: takes.of.major.takes.mean\n"
        "    multiply_by: 0.95",
        (
            "emergency department: wait, mean",
            "four hours in A&E departments: within, share",
        ),
    ),
    WhatIf(
        "5% more planned surgery",
        RISEN,
        "  - {services: planned surgery, multiply_by: 1.05}",
        ("planned surgery: wait, mean", "diagnostics: wait, mean"),
    ),
    WhatIf(
        "mental health demand and referrals 30% higher",
        PLAIN,
        "  - {demand: {sector: mental health}, multiply_by: 1.30}\n"
        "  - {routes: {into: {sector: mental health}}, multiply_by: 1.30}",
        (
            "talking therapies: wait, mean",
            "crisis and home treatment: wait, mean",
            "four hours in A&E departments: within, share",
        ),
    ),
)


class Gain(NamedTuple):
    """What pairing gains for one measure of one what-if."""

    what_if: str
    measure: str
    paired: Estimate
    """The difference, pair by pair."""
    independent: Estimate
    """The same, had the seeds been independent."""
    mean_a: float
    mean_b: float
    ratio: float
    """Variance with independent seeds ÷ variance paired."""
    low: float
    """Ends of its 95% interval, by bootstrap over replications."""
    high: float


def gains(what_if: WhatIf, replications: int = REPLICATIONS) -> Iterator[Gain]:
    """Yield what pairing gains for each measure of a what-if.

    Parameters
    ----------
    what_if : WhatIf
    replications : int

    Yields
    ------
    Gain
    """
    base = _played(what_if.parent, "", replications)
    other = _played(what_if.parent, what_if.changes, replications)
    for measure in what_if.measures:
        a, b = (run[parse_name(measure)] for run in (base, other))
        both = sorted(a.keys() & b.keys())
        x, y = (np.array([values[n] for n in both]) for values in (a, b))
        yield Gain(
            what_if.words,
            measure,
            paired(x.tolist(), y.tolist()),
            unpaired(x.tolist(), y.tolist()),
            float(x.mean()),
            float(y.mean()),
            float(variance_ratio(x, y)),
            *_interval(x, y),
        )


def variance_ratio(a: Floats, b: Floats, axis: int = -1) -> Floats:
    """Return the variance of a difference with independent seeds ÷ that of pairs.

    Parameters
    ----------
    a, b : ndarray of float, shape (..., n)
        The same replications in the same order.
    axis : int
        Along which the replications lie.
    """
    apart = a.var(axis=axis, ddof=1) + b.var(axis=axis, ddof=1)
    return np.asarray(apart / (b - a).var(axis=axis, ddof=1))


def _interval(x: Floats, y: Floats) -> tuple[float, float]:
    """Return the interval of a ratio of variances, by bootstrap over pairs."""
    from scipy.stats import bootstrap  # noqa: PLC0415 (slow to import)

    found = bootstrap(
        (x, y),
        variance_ratio,
        paired=True,
        n_resamples=_DRAWS,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


@cache
def _played(
    parent: str, changes: str, replications: int
) -> Mapping[Name, Mapping[int, float]]:
    """Return the figures of a run."""
    with TemporaryDirectory() as folder:
        copytree(POOLED, folder, dirs_exist_ok=True)
        path = Path(folder) / "what-if.yaml"
        text = f"caresim: 1\nextends: {parent}\ntitle: What if\n"
        path.write_text(text + (f"changes:\n{changes}\n" if changes else ""), "utf-8")
        run: Run = simulator.run(path, replications=replications, seed=SEED)
    return figures(run)


HEAD = f"""\
# Comparing the same patients: how much sharper it is

With one seed, two runs have the same patients with the same luck ([why](why.md)), so
their difference is taken replication by replication. This page says what that gains:
the variance of the difference with independent seeds ÷ its variance paired. A ratio
of 9 makes an interval a third as wide, or saves eight of nine replications.

`python -m benchmarks.coupling` makes this page: {REPLICATIONS} replications of West
Yorkshire as one place (one patient in 200, one year; `benchmarks/pooled`), seed {SEED};
the first four what-ifs begin with `{RISEN}`, the last with `{PLAIN}`.
"± apart" is half the 95% interval with independent seeds (Welch's), "± paired" that of
the same patients. The ratio has its own 95% interval, by bootstrap over replications.
`tests/validation/test_coupling_gain.py` plays the first what-if again at every test,
and all of them in `make validate`.

"""
TAIL = """
## What to make of it

* **A service that is changed a little**: where there is a list, and 5% of capacity is
  added or some referrals are kept away, both runs have the same good and bad months,
  and the interval shrinks to a tenth or a fifth.
* **Services beyond it** gain even more, because most of their patients never notice.
  A service that a change does not touch at all differs by exactly zero, which no
  number of independent replications could show.
* **Large changes gain little, at the service itself.** Where a what-if takes a quiet
  service into overload, or halves a wait, what happens afterwards has little to do
  with what was: luck that hardly showed before makes the difference. Even perfect
  correlation could not help much there: if the spread of one run is r times that of
  the other, the ratio cannot exceed (1 + r²) ÷ (1 − r)², which is 5 for a half. Run
  as many replications there as if seeds were independent; pairing costs nothing.
"""


def page(found: Sequence[Gain]) -> str:
    """Return the page.

    Parameters
    ----------
    found : sequence of Gain
    """
    rows = [
        "| what if | looked at | from → to | ± apart | ± paired | ratio (95%) |",
        "|---|---|--:|--:|--:|--:|",
        *(_row(gain) for gain in found),
    ]
    return HEAD + "\n".join(rows) + "\n" + TAIL


def _row(gain: Gain) -> str:
    """Return a row of the page."""
    name = parse_name(gain.measure)
    measure = measure_of(*name.parts)
    unit = measure.unit if measure else ""
    halves = (_half(each, unit) for each in (gain.independent, gain.paired))
    levels = " → ".join(amount(m, unit) for m in (gain.mean_a, gain.mean_b))
    ratio = (
        f"{figures_of(gain.ratio)} ({figures_of(gain.low)} to {figures_of(gain.high)})"
    )
    cells = (gain.what_if, f"`{gain.measure}`", levels, *halves, f"**{ratio}**")
    return f"| {' | '.join(cells)} |"


def _half(of: Estimate, unit: str) -> str:
    """Say half the width of an interval."""
    half = 0.0 if of.low is None or of.high is None else (of.high - of.low) / 2
    return amount(half, unit, half)


def figures_of(ratio: float) -> str:
    """Return a ratio with two figures.

    Parameters
    ----------
    ratio : float
    """
    if ratio < 10:
        return f"{ratio:.1f}"
    digits = len(str(int(ratio))) - 2
    return f"{round(ratio, -digits):,.0f}"


def main() -> None:
    """Play all what-ifs and write the page."""
    found = [gain for what_if in WHAT_IFS for gain in gains(what_if)]
    PAGE.write_text(page(found), encoding="utf-8")
    sys.stdout.write(f"{PAGE} has {len(found)} rows\n")


if __name__ == "__main__":
    main()
