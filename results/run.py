"""A run: what was simulated, with what result; in memory or in a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from results.columns import FORMAT, RECORDS
from results.errors import ResultError
from results.folder import Tables, open_folder
from results.labels import Labels
from results.pieces import Pieces
from results.writing import write

if TYPE_CHECKING:
    from kernels.layout import Records
    from kernels.tallies import Tallies
    from results.summary import Summary

_AT_ONCE = 3
"""Of how many replications the tables are built at the same time."""


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

    @staticmethod
    def from_replications(
        labels: Labels,
        origin: Origin,
        replications: Sequence[tuple[int, Tallies]],
        log: Mapping[str, Any],
        records: Mapping[int, Records] | None = None,
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

        Raises
        ------
        ResultError
            If there is no replication, or one number stands for two.
        """
        ordered = dict(sorted(replications, key=lambda pair: pair[0]))
        if len(ordered) < max(len(replications), 1):
            numbers = [number for number, _ in replications]
            raise ResultError(f"replications need different numbers, got {numbers}")
        manifest = _manifest(labels, origin, list(ordered))
        tables = {**_built(labels, ordered), **_recorded(labels, records or {})}
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

    def summary(self, group: str = "all", period: str = "whole") -> Summary:
        """Return what a planner asks first; see `results.summary.summary`."""
        from results.summary import summary  # noqa: PLC0415 (it imports this module)

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
        manifest = {k: v for k, v in self.manifest.items() if k != "tables"}
        tables = (
            (name, table if isinstance(table, Pieces) else table())
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


def record_name(table: str, replication: int) -> str:
    """Return the name of a table of patients within a folder, without `.parquet`."""
    return f"{table}/replication-{replication:04d}"


def digest(plain: object) -> str:
    """Return the SHA-256 of plain data; the order of maps counts."""
    text = json.dumps(plain, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(labels: Labels, origin: Origin, numbers: list[int]) -> dict[str, Any]:
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
        "status": "complete",
    }
    # By way of JSON, so that a run in memory is like one that was loaded.
    plain: dict[str, Any] = json.loads(json.dumps(manifest, allow_nan=False))
    return plain


def _built(labels: Labels, replications: Mapping[int, Tallies]) -> Tables:
    """Return the tables that tallies make."""
    # Compiled kernels are slow to import, and who loads a run has no need of them.
    from results.measures import measures_table, shown  # noqa: PLC0415
    from results.series import series_table  # noqa: PLC0415
    from results.waits import waits_table  # noqa: PLC0415

    rows = shown(labels, list(replications.values()))

    def of_one(number: int) -> tuple[pa.Table, pa.Table]:
        tallies = replications[number]
        return (
            measures_table(labels, number, tallies, rows),
            series_table(labels, number, tallies),
        )

    # Sorting and adding up let go of Python's lock.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        parts = zip(*pool.map(of_one, replications), strict=True)
    measures, series = map(pa.concat_tables, parts)
    return {
        "measures": lambda: measures,
        "series": lambda: series,
        "waits": Pieces(
            [partial(waits_table, labels, *each) for each in replications.items()]
        ),
    }


def _recorded(labels: Labels, records: Mapping[int, Records]) -> Tables:
    """Return the tables of patients, made when they are asked for."""
    from results.records import record_table  # noqa: PLC0415 (as above)

    return {
        record_name(name, number): partial(record_table, labels, number, rows, name)
        for name in RECORDS
        for number, rows in sorted(records.items())
    }
