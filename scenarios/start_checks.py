"""What must not be where patients are there when the run begins."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.places import Path, Problems
from scenarios.scenario import Laws, Scenario, Step


def check_laws(scenario: Scenario, problems: Problems) -> None:
    """Refuse mixtures of mixtures of which a part has elapsed when the run begins."""
    steps = {
        (step.service, step.pathway and (step.pathway, str(step.name))): step
        for step in scenario.steps
    }
    for starter in scenario.start:
        step = steps.get((starter.service, starter.step))
        if step is None:
            continue
        for path, laws in _elapsed(step, treated=starter.treated):
            if laws is not None and any(_is_nested(laws)):
                message = (
                    "a part of this time has elapsed for those who are there when the "
                    "run begins, so it cannot be a mixture of mixtures; write their "
                    "laws beside the others, with their shares multiplied."
                )
                problems.add_once(("services", starter.service, *path), message)


def _elapsed(step: Step, *, treated: bool) -> Iterator[tuple[Path, Laws | None]]:
    """Yield the laws of which a part has elapsed, and where they are written."""
    if treated:
        path = ("takes",) if step.pathway is None else ("sessions", "every")
        yield path, step.takes
        return
    for event in step.waiting:
        if event.then is not None:
            yield ("while_waiting", event.name, "after"), event.after


def _is_nested(laws: Laws) -> Iterator[bool]:
    """Yield whether members of mixtures are mixtures."""
    for law in laws:
        yield any(member.kind == "mixture" for _, member in law.members)
