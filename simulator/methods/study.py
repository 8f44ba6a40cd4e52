"""What a document of methods is written from: a run, and its scenario read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from results.run import Run
from scenarios.assumptions import Figure, figures
from scenarios.explain import Explanation, explain
from scenarios.restoring import restored
from scenarios.scenario import Scenario
from simulator.experiment import prepared


class Study(NamedTuple):
    """A run, and all that its folder says of it."""

    run: Run
    scenario: Scenario
    explained: Explanation
    figures: tuple[Figure, ...]

    @property
    def resolved(self) -> Mapping[str, Any]:
        """The scenario as it is written out."""
        return self.run.manifest["scenario"]  # type: ignore[no-any-return]

    def part(self, *path: str) -> Any:
        """Return a part of the scenario as it is written; None: it is not there."""
        found: Any = self.resolved
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


def study(run: Run) -> Study:
    """Return what a run folder says.

    Parameters
    ----------
    run : Run

    Raises
    ------
    ScenarioError
        If its scenario cannot be read by this version.
    """
    resolved = run.manifest["scenario"]
    scenario = restored(resolved, run.labels.scenario)
    tables, _ = prepared(scenario)
    return Study(run, scenario, explain(scenario, tables), figures(resolved))


def said(written: object) -> str:
    """Return a part of a scenario as it reads: `mean 3 days, cv 1.2`."""
    if isinstance(written, Mapping):
        return "; ".join(f"{_word(k)} {_inner(v)}" for k, v in written.items())
    return _inner(written)


def _inner(written: object) -> str:
    if isinstance(written, Mapping):
        parts = (f"{_word(key)} {_inner(part)}" for key, part in written.items())
        return f"({', '.join(parts)})"
    if isinstance(written, list):
        return ", ".join(map(_inner, written))
    return "" if written is None else str(written)


def _word(key: str) -> str:
    return str(key).replace("_", " ")
