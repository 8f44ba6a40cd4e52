"""Where patients go, as a diagram of flows: of one run, or of what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from results.report.charts.palette import FEWER, MORE, STYLES
from results.report.charts.sankey import Flow, sankey
from results.report.content import Chart, Section, Table
from results.report.moves import Moves, endings, has_records, journeys
from results.report.study import Study
from results.statistics.estimates import Estimate, estimate, paired, unpaired
from results.words.numbers import number, plus_minus

if TYPE_CHECKING:
    from results.run import Run

_MOST = 24
"""How many flows are drawn."""
_LEAST = 0.005
"""What a flow must be of all of them to be drawn."""
_VISITS = (
    "Visits are shown by the service at which they joined and how they ended. Where "
    "patients went from service to service is known of runs made with --record visits."
)
_JOURNEYS = (
    "Moves are shown from where patients came to where they joined a line, or to how "
    "they left the system, in the period that is counted."
)
_SAME = "In {name}, all flows are the same as in the baseline."


@dataclass(frozen=True)
class _Move:
    """How much went from somewhere to somewhere, or how much more."""

    source: str
    target: str
    size: Estimate


def flows_section(study: Study) -> Section:
    """Return the section on flows.

    Parameters
    ----------
    study : Study
    """
    recorded = all(has_records(run) for run in study.runs)
    moves = [journeys(run) if recorded else endings(run) for run in study.runs]
    heads = ("came from", "went to") if recorded else ("joined at", "and then")
    if len(moves) == 1:
        charts = [_one(study, moves[0], heads)]
    else:
        charts = [
            chart
            for place in range(1, len(moves))
            if (chart := _difference(study, moves, place, heads))
        ]
    drawn = {chart.name for chart in charts}
    same = [
        _SAME.format(name=study.spoken[place])
        for place in range(1, len(moves))
        if _name(place) not in drawn
    ]
    said = _JOURNEYS if recorded else _VISITS
    return Section("flows", "Flows", (said, *same), tuple(charts))


def _name(place: int) -> str:
    return "flows" if place <= 1 else f"flows-{place}"


def _one(study: Study, moves: Moves, heads: tuple[str, str]) -> Chart:
    """Return the flows of one run."""
    found = [_Move(*pair, estimate(list(v.values()))) for pair, v in moves.items()]
    found = _largest([move for move in found if move.size.mean > 0])
    flows = [
        Flow(m.source, m.target, m.size.mean, STYLES[1].colour, False, _said(m))
        for m in found
    ]
    top = "; ".join(_said(move) for move in found[:3])
    return Chart(
        "flows",
        "Where they went",
        f"Flows over the whole period, on average of all replications. The largest: "
        f"{top}.",
        _table(found, heads, study.patients),
        sankey(_ordered(flows), heads, _sizes(found, signed=False)),
    )


def _difference(
    study: Study, moves: Sequence[Moves], place: int, heads: tuple[str, str]
) -> Chart | None:
    """Return how the flows of a run differ from those of the baseline."""
    runs = study.runs[0], study.runs[place]
    pairs = dict.fromkeys((*moves[0], *moves[place]))
    found = [_Move(*pair, _less(runs, moves[0], moves[place], pair)) for pair in pairs]
    found = _largest([move for move in found if move.size.mean])
    if not found:
        return None
    flows = [
        Flow(
            m.source,
            m.target,
            abs(m.size.mean),
            MORE if m.size.mean > 0 else FEWER,
            m.size.mean < 0,
            _said(m, signed=True),
        )
        for m in found
    ]
    name = study.spoken[place]
    top = "; ".join(_said(move, signed=True) for move in found[:3])
    return Chart(
        _name(place),
        f"How flows differ: {study.names[place]} less {study.names[0].lower()}",
        f"What is more (dark pink, +) and less (blue, dashed, −) in {name} than "
        f"in the baseline, over the whole period. The largest differences: {top}.",
        _table(found, heads, study.patients, signed=True),
        sankey(_ordered(flows), heads, _sizes(found, signed=True)),
    )


def _less(
    runs: tuple[Run, Run], base: Moves, other: Moves, pair: tuple[str, str]
) -> Estimate:
    """Return by how much a flow is more than in the baseline."""
    x, y = (
        [found.get(pair, {}).get(n, 0.0) for n in run.replications]
        for run, found in zip(runs, (base, other), strict=True)
    )
    return paired(x, y) if runs[0].seed == runs[1].seed else unpaired(x, y)


def _largest(moves: list[_Move]) -> list[_Move]:
    """Return the moves that are worth drawing, the largest first."""
    moves.sort(key=lambda m: (-abs(m.size.mean), m.source, m.target))
    total = sum(abs(m.size.mean) for m in moves)
    return [m for m in moves[:_MOST] if abs(m.size.mean) >= _LEAST * total]


def _ordered(flows: list[Flow]) -> list[Flow]:
    """Order flows so that large nodes come first at both sides."""
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    for flow in flows:
        left[flow.source] = left.get(flow.source, 0.0) + flow.size
        right[flow.target] = right.get(flow.target, 0.0) + flow.size
    return sorted(
        flows, key=lambda f: (-left[f.source], f.source, -right[f.target], f.target)
    )


def _said(move: _Move, *, signed: bool = False) -> str:
    """Say a flow in words."""
    return f"{move.source} → {move.target} {_number(move.size.mean, signed=signed)}"


def _number(value: float, *, signed: bool) -> str:
    decimals = 0 if abs(value) >= 10 else 1
    return ("+" if signed and value > 0 else "") + number(value, decimals)


def _sizes(
    moves: Sequence[_Move], *, signed: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Return how the sums at the left and the right are written."""
    sums: tuple[dict[str, float], dict[str, float]] = {}, {}
    for move in moves:
        for side, name in zip(sums, (move.source, move.target), strict=True):
            side[name] = side.get(name, 0.0) + move.size.mean
    texts = [{n: _number(v, signed=signed) for n, v in side.items()} for side in sums]
    return texts[0], texts[1]


def _table(
    moves: Sequence[_Move],
    heads: tuple[str, str],
    what: str,
    *,
    signed: bool = False,
) -> Table:
    """Return the flows that are drawn, with their intervals."""
    body = tuple((m.source, m.target, plus_minus(m.size, "").strip()) for m in moves)
    column = f"more {what}" if signed else what
    return Table("The flows that are drawn", (*heads, column), body, 2)
