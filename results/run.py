"""A run: what was simulated, with what result; in memory or in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pyarrow as pa

from results.errors import ResultError
from results.folder.contents import Tables, open_folder
from results.folder.manifest import COMPLETE, PARTIAL, digest
from results.folder.parquet import by_replication, read_replication
from results.folder.writing import write
from results.layout.columns import FORMAT, RECORDS
from results.layout.labels import Labels
from results.layout.piecewise import PiecewiseTable
from results.tables.building import built, record_name, recorded

if TYPE_CHECKING:
    from kernels.layout import Records
    from kernels.tallies import Tallies
    from results.summary.summary import Summary


T = TypeVar("T")


@dataclass(frozen=True)
class Origin:
    """Where a run comes from; with the labels, all that its tables depend on."""

    scenario: Mapping[str, object]
    """The resolved scenario as plain maps, lists, texts and numbers."""
    model_digest: str
    """SHA-256 of the model's tables."""
    seed: int
    caresim: str
    """Version of caresim."""


class Run:
    """One scenario, simulated several times.

    Made by `load`, or by `Run.from_replications` from the tallies of an engine. Tables
    are read when they are first asked for, and checked against the manifest.

    Parameters
    ----------
    manifest : mapping
        All that equal runs have in common besides the tables, as plain data.
    log : mapping
        What may differ between equal runs, as plain data.
    tables : mapping of str to callable
        How to get each table.
    path : Path, optional
        The folder; None in memory only.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        log: Mapping[str, Any],
        tables: Tables,
        path: Path | None = None,
    ) -> None:
        self.manifest, self.log, self.path = manifest, log, path
        self._tables = tables
        self._kept: dict[str, object] = {}

    @staticmethod
    def from_replications(
        labels: Labels,
        origin: Origin,
        replications: Sequence[tuple[int, Tallies]],
        log: Mapping[str, Any],
        records: Mapping[int, Records] | None = None,
        asked: int | None = None,
    ) -> Run:
        """Return the run that an engine's tallies make.

        Parameters
        ----------
        labels : Labels
        origin : Origin
        replications : sequence of (int, Tallies)
            Number of the replication, from 1, and its tallies, in any order.
        log : mapping
            What may differ between equal runs: engine, machine, versions, times.
        records : mapping of int to Records, optional
            Records of patients by replication.
        asked : int, optional
            How many replications the run is to have; where there are fewer, it is
            partial.

        Raises
        ------
        ResultError
            If there is no replication, or one number stands for two.
        """
        ordered = dict(sorted(replications, key=lambda pair: pair[0]))
        if len(ordered) < max(len(replications), 1):
            numbers = [number for number, _ in replications]
            raise ResultError(f"replications need different numbers, got {numbers}")
        manifest = _manifest(labels, origin, list(ordered), asked)
        tables = {**built(labels, ordered), **recorded(labels, records or {})}
        return Run(manifest, log, tables)

    @cached_property
    def labels(self) -> Labels:
        """Names of everything the tables speak of."""
        return Labels.from_dict(self.manifest["labels"])

    @property
    def replications(self) -> tuple[int, ...]:
        """The numbers of the replications."""
        return tuple(self.manifest["replications"])

    @property
    def partial(self) -> str | None:
        """What to say of a run that lacks replications, None if it is complete."""
        if self.manifest["status"] != PARTIAL:
            return None
        have, asked = len(self.replications), self.manifest["replications_asked"]
        return f"PARTIAL: {have} of {asked} replications are there so far."

    @property
    def seed(self) -> int:
        """The seed from which every replication's luck follows."""
        return int(self.manifest["seed"])

    @cached_property
    def measures(self) -> pa.Table:
        """The tidy table of measures; columns in docs/reference/run-folder.md."""
        return self._tables["measures"]()

    @cached_property
    def series(self) -> pa.Table:
        """The state of every service at every midnight."""
        return self._tables["series"]()

    @cached_property
    def waits(self) -> pa.Table:
        """The distributions of waits, in fine buckets."""
        return self._tables["waits"]()

    def waits_by_replication(self) -> Iterator[pa.Table]:
        """Yield the distributions of waits of each replication, read one by one."""
        if self.path is None or "waits" in vars(self):
            waits = self.waits
            yield from by_replication(waits) if waits.num_rows else [waits]
            return
        for number in self.replications:
            yield read_replication(self.path / "waits.parquet", "waits", number)

    def once(self, key: str, make: Callable[[Run], T]) -> T:
        """Return what is made of the run, which is kept with it under a key.

        Parameters
        ----------
        key : str
            Whoever uses it makes the same of it.
        make : callable
        """
        if key not in self._kept:
            self._kept[key] = make(self)
        return cast("T", self._kept[key])

    @property
    def has_records(self) -> bool:
        """Whether patients were recorded."""
        return record_name("patients", self.replications[0]) in self._tables

    def visits(self, replication: int) -> pa.Table:
        """Return the recorded visits of one replication.

        Raises
        ------
        ResultError
            If they were not recorded.
        """
        return self.records("visits", replication)

    def records(self, table: str, replication: int) -> pa.Table:
        """Return recorded `visits`, `clocks` or `patients` of one replication.

        Raises
        ------
        ResultError
            If they were not recorded, or there is no such table.
        """
        if table not in RECORDS:
            raise ResultError(f"'{table}' is not one of {', '.join(RECORDS)}")
        if replication not in self.replications:
            known = ", ".join(map(str, self.replications))
            raise ResultError(f"there is no replication {replication}, only {known}")
        name = record_name(table, replication)
        if name not in self._tables:
            raise ResultError(f"{table} were not recorded in this run")
        return self._tables[name]()

    def limited(self, numbers: Sequence[int]) -> Run:
        """Return the run with some of its replications only, in memory.

        Parameters
        ----------
        numbers : sequence of int
            Which of its replications, ascending.
        """
        if tuple(numbers) == self.replications:
            return self
        kept = {f"{number:04d}" for number in numbers}
        tables = {
            name: partial(_rows_of, table, tuple(numbers))
            for name, table in self._tables.items()
            if "/" not in name or name.rpartition("-")[2] in kept
        }
        manifest = {**self.manifest, "replications": list(numbers)}
        return Run(manifest, self.log, tables, self.path)

    def stating(self, **parts: Any) -> Run:
        """Return the run with further parts in its manifest, in memory.

        Parameters
        ----------
        **parts
            Plain data that equal runs have in common.
        """
        # By way of JSON, so that a run in memory is like one that was loaded.
        plain = json.loads(json.dumps(parts, allow_nan=False))
        return Run({**self.manifest, **plain}, self.log, self._tables, self.path)

    def summary(self, group: str = "all", period: str = "whole") -> Summary:
        """Return what a planner asks first; see `results.summary.summary`."""
        from results.summary.summary import summary  # noqa: PLC0415 (it imports this module)

        return summary(self, group, period)

    def write(self, path: str | Path, *, replace: bool = False) -> Run:
        """Write the run into a folder, whole or not at all, and return it from there.

        Parameters
        ----------
        path : str or Path
        replace : bool
            Whether a run folder of that name gives way.

        Raises
        ------
        ResultError
            If it cannot be written; nothing is left behind then.
        """
        written = ("tables", "manifest_digest")
        manifest = {k: v for k, v in self.manifest.items() if k not in written}
        tables = (
            (name, table if isinstance(table, PiecewiseTable) else table())
            for name, table in self._tables.items()
        )
        write(Path(path), manifest, self.log, tables, replace=replace)
        return load(path)


def load(path: str | Path) -> Run:
    """Return the run that a folder holds.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ResultError
        If there is no run folder, or it is damaged or of a newer format. A table that
        is damaged inside is found when it is first read.
    """
    manifest, log, tables = open_folder(Path(path))
    return Run(manifest, log, tables, Path(path))


def _rows_of(table: Callable[[], pa.Table], numbers: tuple[int, ...]) -> pa.Table:
    """Return the rows of some replications."""
    import pyarrow.compute as pc  # noqa: PLC0415  # slow, and seldom needed

    whole = table()
    return whole.filter(pc.is_in(whole["replication"], pa.array(numbers, pa.int32())))


def _manifest(
    labels: Labels, origin: Origin, numbers: list[int], asked: int | None
) -> dict[str, Any]:
    """Return the manifest of a run; what is said of the tables comes on writing."""
    manifest = {
        "caresim": origin.caresim,
        "format": FORMAT,
        "labels": labels.as_dict(),
        "model_digest": origin.model_digest,
        "replications": numbers,
        "scenario": origin.scenario,
        "scenario_digest": digest(origin.scenario),
        "seed": origin.seed,
        "status": COMPLETE,
    }
    if asked is not None and len(numbers) < asked:
        manifest |= {"status": PARTIAL, "replications_asked": asked}
    # By way of JSON, so that a run in memory is like one that was loaded.
    plain: dict[str, Any] = json.loads(json.dumps(manifest, allow_nan=False))
    return plain
