"""How the numbers were made, and what they cannot say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from results.report.content import Section, Table
from results.report.study import Study

if TYPE_CHECKING:
    from results.report.against import Against
    from results.run import Run

_MOST = 100
"""How many differences of inputs are listed."""
_LIMITS = (
    "Patients, staff and beds are simulated one by one, many times over. The interval "
    "after a number (from to) holds its mean in 95 of 100 such studies; bands around "
    "lines are these intervals, drawn from zero up. They speak of chance alone: that "
    "the scenario describes the services rightly is for those who know them to judge.",
    "A wait counts in the month in which treatment starts. Those still waiting at the "
    "end are on the list and in its age, never among the waits.",
    "Months are calendar months, financial years run from April to March.",
)
_SETTLED = (
    "Of no waiting list can it be said for certain that it still grows at the end."
)
_ONE = "With one replication, nothing is said of how sure the numbers are."


def method_section(study: Study) -> Section:
    """Return the section on method and limits.

    Parameters
    ----------
    study : Study
    """
    sentences = (*_LIMITS, *unsettled(study), *_pairing(study))
    tables = (
        _runs(study),
        *(
            _inputs(c, name)
            for c, name in zip(study.others, study.names[1:], strict=True)
        ),
        *(
            t
            for c, name in zip(study.others, study.names[1:], strict=True)
            if (t := _not_compared(c, name)).rows
        ),
    )
    return Section("method", "Method and limits", sentences, (), tables)


def unsettled(study: Study, places: Sequence[int] | None = None) -> list[str]:
    """Say which services' lists never settle, in which run.

    Parameters
    ----------
    study : Study
    places : sequence of int, optional
        Of which runs; without it, of all.
    """
    if all(len(run.replications) == 1 for run in study.runs):
        return [_ONE]
    several = len(study.runs) > 1
    told = [
        f"In {study.spoken[place]}: {warning}" if several else warning
        for place in (range(len(study.runs)) if places is None else places)
        for warning in study.summaries[place].warnings()
    ]
    return told or [_SETTLED]


def _pairing(study: Study) -> list[str]:
    """Say how runs were compared; the same for all with one seed."""
    return list(dict.fromkeys(other.how for other in study.others))


def _runs(study: Study) -> Table:
    """Return what was run, one column for each run."""
    rows: dict[str, Callable[[Run], str]] = {
        "title": lambda run: run.labels.title,
        "scenario": lambda run: run.labels.scenario,
        "counted from": lambda run: run.labels.start[:10],
        "until": lambda run: run.labels.end[:10],
        "replications": lambda run: f"{len(run.replications):,}",
        "seed": lambda run: str(run.seed),
        "scale": _scale,
        "caresim": lambda run: str(run.manifest["caresim"]),
        "scenario digest": lambda run: str(run.manifest["scenario_digest"])[:16],
        "model digest": lambda run: str(run.manifest["model_digest"])[:16],
    }
    body = tuple(
        (head, *(get(run) for run in study.runs)) for head, get in rows.items()
    )
    return Table("The runs", ("", *study.names), body, 1 + len(study.runs))


def _scale(run: Run) -> str:
    scale = run.labels.scale
    return "every patient" if scale == 1 else f"one patient in {1 / scale:g}"


def _inputs(other: Against, name: str) -> Table:
    """Return where the inputs differ from the baseline's."""
    body = [(each.where, each.before, each.after) for each in other.inputs[:_MOST]]
    caption = f"What differs in the inputs of {name}"
    if not body:
        caption += ": nothing"
    elif len(other.inputs) > _MOST:
        caption += f": the first {_MOST} of {len(other.inputs):,} differences"
    return Table(caption, ("where", "Baseline", name), tuple(body), 3)


def _not_compared(other: Against, name: str) -> Table:
    caption = f"What cannot be compared in {name}"
    return Table(caption, ("measure", "why"), other.incomparable, 2)
