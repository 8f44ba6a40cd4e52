"""Whether a run folder is what its scenario gives, proved by simulating it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kernels.layout import Model, Records
from kernels.tallies import Tallies
from results.errors import ResultError
from results.folder.contents import read_log, read_manifest
from results.layout.columns import RECORDS
from results.run import Run
from results.shelf.replays import replay_checks, replayed
from results.shelf.verification import Check, folder_checks
from scenarios.problems import ScenarioError
from scenarios.restoring import restored
from scenarios.tables import digest
from simulator.executors import Job, RunError, all_cores
from simulator.experiment import (
    DEFAULT_ENGINE,
    LIBRARIES,
    prepared,
    replicated,
)
from simulator.forecast import forecast

if TYPE_CHECKING:
    from simulator.rendering import Reporter


class Verification(NamedTuple):
    """What was checked of a run folder."""

    path: Path
    checks: tuple[Check, ...]
    replayed: tuple[int, ...]
    """The replications that were simulated again."""

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return all(check.holds for check in self.checks)

    def sentences(self) -> list[str]:
        """Return what was checked, what differs, and what that means."""
        wrong = sum(not check.holds for check in self.checks)
        said = [
            check.sentence if check.holds else f"DIFFERS: {check.sentence}"
            for check in self.checks
        ]
        if wrong:
            count = "One thing differs" if wrong == 1 else f"{wrong} things differ"
            return [*said, f"{count}: do not rely on {self.path}."]
        if self.replayed:
            last = f"{self.path} is as it was written, and its scenario gives it."
        else:
            last = (
                f"{self.path} is as it was written. That its scenario gives these "
                "results, --replay N proves."
            )
        return [*said, last]

    def as_dict(self) -> dict[str, Any]:
        """Return the verification as plain maps, lists and texts."""
        return {
            "folder": str(self.path),
            "holds": self.holds,
            "replayed": list(self.replayed),
            "checks": [check._asdict() for check in self.checks],
        }


Reporting = Callable[[str, int], AbstractContextManager["Reporter"]]
"""Gives whom to tell how so many replications of a title go."""


def verify(
    path: str | Path,
    *,
    replay: int = 0,
    engine: str = DEFAULT_ENGINE,
    workers: int | None = None,
    reporting: Reporting | None = None,
) -> Verification:
    """Check a run folder: its digests, its model, and replications simulated again.

    Parameters
    ----------
    path : str or Path
    replay : int
        How many replications to simulate again; all if there are no more.
    engine : {"compiled", "simpy"}
    workers : int, optional
        How many replications at the same time; all processors if left out.
    reporting : callable, optional
        Gives whom to tell how the replay goes.

    Returns
    -------
    Verification
        What is simulated comes from the manifest alone: its scenario, seed and
        numbers of replications. No file and nothing of the catalogue is read.

    Raises
    ------
    ResultError
        If there is no run folder, or its manifest is damaged or of a newer format.
    RunError
        If a replication fails.
    """
    path = Path(path)
    manifest = read_manifest(path)
    checks = [*folder_checks(path), *_version_notes(manifest), *_partial_note(manifest)]
    model, about_model = _model(path, manifest)
    checks += about_model
    numbers = chosen(manifest["replications"], replay)
    if numbers and (model is None or not all(check.holds for check in checks)):
        said = "Nothing was simulated again, because of what differs already."
        return Verification(path, (*checks, Check("note", True, said)), ())
    if model is not None and numbers:
        keep = any(name.partition("/")[0] in RECORDS for name in manifest["tables"])
        job = Job(model, manifest["seed"], engine, keep)
        again = _again(job, numbers, workers, reporting, manifest)
        checks.append(_replay_note(numbers, manifest, engine))
        checks += replay_checks(
            path, manifest, numbers, replayed(path, manifest, *again)
        )
    return Verification(path, tuple(checks), tuple(numbers))


def chosen(replications: Sequence[int], count: int) -> list[int]:
    """Return so many replications, spread evenly over all, the first among them.

    Parameters
    ----------
    replications : sequence of int
        Ascending.
    count : int
        Taken for as many as there are if it is more.
    """
    count = min(count, len(replications))
    places = np.linspace(0, len(replications) - 1, count).round().astype(int)
    return [replications[place] for place in places]


def _version_notes(manifest: Mapping[str, Any]) -> list[Check]:
    """Say whether another caresim has written a run."""
    then, now = manifest["caresim"], version("caresim")
    if then == now:
        return []
    said = (
        f"It was written by caresim {then}, and this is caresim {now}: where results "
        "differ, look first into the changelog, under changes in results."
    )
    return [Check("note", True, said)]


def _partial_note(manifest: Mapping[str, Any]) -> list[Check]:
    """Say whether a run lacks replications; its tables may be harmed."""
    said = Run(manifest, {}, {}).partial
    return [] if said is None else [Check("note", True, said)]


def _model(path: Path, manifest: Mapping[str, Any]) -> tuple[Model | None, list[Check]]:
    """Return the model of the scenario in a manifest, and whether it is the same."""
    name = str(manifest["labels"].get("scenario", "scenario"))
    try:
        model, labels = prepared(restored(manifest["scenario"], name))
    except ScenarioError as error:
        first, *more = map(str, error.problems)
        others = f" (and {len(more)} more)" if more else ""
        said = f"This caresim refuses the scenario: {first}{others}"
        return None, [Check("model", False, said)]
    except RunError as error:
        said = f"This caresim makes no model of the scenario: {error}"
        return None, [Check("model", False, said)]
    wrong = []
    if digest(model) != manifest["model_digest"]:
        said = "The scenario gives another model than that whose digest is noted"
        wrong.append(Check("model", False, f"{said}{_changed_libraries(path)}."))
    names = json.loads(json.dumps(labels.as_dict()))
    parts = [k for k in names if names[k] != manifest["labels"].get(k)]
    if parts:
        said = f"The scenario gives other names or figures: {', '.join(parts)}."
        wrong.append(Check("model", False, said))
    right = "The scenario still gives the model whose digest is noted."
    return model, wrong or [Check("model", True, right)]


def _changed_libraries(path: Path) -> str:
    """Return in brackets which libraries had other versions."""
    try:
        then = read_log(path).get("versions")
    except ResultError:
        return ""
    if not isinstance(then, dict):
        return ""
    changed = [
        f"{name} {then[name]} then, {version(name)} now"
        for name in LIBRARIES
        if name in then and then[name] != version(name)
    ]
    return f" ({'; '.join(changed)})" if changed else ""


def _again(
    job: Job,
    numbers: Sequence[int],
    workers: int | None,
    reporting: Reporting | None,
    manifest: Mapping[str, Any],
) -> tuple[dict[int, Tallies], dict[int, Records]]:
    """Return tallies and records of replications that are simulated again."""
    workers = all_cores() if workers is None else workers
    if reporting is None:
        done = replicated(job, numbers, workers)
    else:
        title = f"Replay of {manifest['labels'].get('title', 'a run')}"
        with reporting(title, len(numbers)) as reporter:
            if needed := forecast(job, len(numbers), workers):
                reporter.announce(needed)
            done = replicated(job, numbers, workers, reporter.done)
    records = {r.number: r.records for r in done if r.records is not None}
    return {r.number: r.tallies for r in done}, records


def _replay_note(
    numbers: Sequence[int], manifest: Mapping[str, Any], engine: str
) -> Check:
    """Say what was simulated again."""
    total = len(manifest["replications"])
    if len(numbers) == total:
        which = f"all {total} replications" if total > 1 else "the one replication"
    elif len(numbers) == 1:
        which = f"replication {numbers[0]} of {total}"
    else:
        which = (
            f"replications {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} of "
            f"{total}, spread evenly"
        )
    said = (
        f"Simulated again with the {engine} engine, from the scenario and the seed "
        f"{manifest['seed']} in the manifest: {which}."
    )
    return Check("note", True, said)
