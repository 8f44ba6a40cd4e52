"""The folder of a batch: units come to their place whole, and nothing is ever lost."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from results.errors import ResultError
from results.folder import leftovers
from results.folder.placement import new_file
from simulator.batch.book import Book, Frame, PlannedRun, key_of
from simulator.batch.units import NotWholeError, Unit, decoded

BOOK = "batch.json"
PARTS = ("frames", "units", "claims", "failures", "runs", "runs.csv", "jobs")
"""What may lie in a folder of a batch beside its book."""
DAMAGED = ".damaged"
_UNIT = re.compile(r"(\d{6})-(\d{6})\.unit")
_FAILURE = re.compile(r"(.*)-(\d{6})\.json")
_CLAIM = re.compile(r"(\d{6})-(\d{6})\.(.*)-(\d+)")


class Stretch(NamedTuple):
    """Replications from one number to another, both included."""

    first: int
    last: int

    @staticmethod
    def of(numbers: tuple[int, ...]) -> Stretch:
        """Return the stretch of some numbers without gaps."""
        return Stretch(numbers[0], numbers[-1])

    @property
    def name(self) -> str:
        """As it stands in names of files."""
        return f"{self.first:06d}-{self.last:06d}"

    @property
    def numbers(self) -> range:
        """Its replications."""
        return range(self.first, self.last + 1)


class Store:
    """The folder of a batch.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_there(self) -> bool:
        """Whether the folder holds a batch."""
        return (self.path / BOOK).exists()

    # What is to be run

    def book(self) -> Book:
        """Return what the batch is to run.

        Raises
        ------
        ResultError
            If the folder holds no batch, or its book cannot be read.
        """
        book: Book = self._of_json(BOOK, Book.from_dict)
        return book

    def keep_book(self, book: Book, frames: Mapping[str, Frame]) -> None:
        """Write down what the batch is to run, in place of what it was before.

        Parameters
        ----------
        book : Book
        frames : mapping of str to Frame
            By name of the run.

        Raises
        ------
        ResultError
            If the folder holds another study, or cannot be written.
        """
        if self.is_there:
            there = self.book()
            if there.study != book.study:
                raise ResultError(
                    f"{self.path}: holds the batch of the study '{there.study}', not "
                    f"of '{book.study}'; name another folder with --out"
                )
        elif any(self._strangers()):
            raise ResultError(
                f"{self.path}: is no folder of a batch and not empty; name another "
                "with --out"
            )
        for name, frame in frames.items():
            self._keep_json(f"frames/{name}.json", frame.as_dict())
        self._keep_json(BOOK, book.as_dict())

    def _strangers(self) -> Iterator[Path]:
        """Yield what is no part of a batch: other shards may be opening the same."""
        for path in _entries(self.path):
            is_ours = path.name in (BOOK, *PARTS)
            if not is_ours and leftovers.leftover(path) is None:
                yield path

    def frame(self, run: PlannedRun) -> Frame:
        """Return what a run folder says besides what replications give.

        Raises
        ------
        ResultError
            If it is not there, cannot be read, or is of another state of the scenario:
            a batch was interrupted just when it wrote down what is new.
        """
        name = f"frames/{run.name}.json"
        frame: Frame = self._of_json(name, Frame.from_dict)
        if key_of(frame.origin, keeps=run.keeps) != run.key:
            raise ResultError(
                f"{self.path / name}: is of another state of the scenario; run the "
                "batch again"
            )
        return frame

    # Units

    def there(self, key: str) -> dict[Stretch, Path]:
        """Return the files of the units of a run that are there.

        Only their names are looked at.
        """
        return {
            Stretch(int(match[1]), int(match[2])): path
            for path in _entries(self.path / "units" / key)
            if (match := _UNIT.fullmatch(path.name))
        }

    def replications(self, key: str) -> set[int]:
        """Return the replications of a run of which units are there."""
        return {n for stretch in self.there(key) for n in stretch.numbers}

    def missing(self, run: PlannedRun) -> list[int]:
        """Return the replications of a run of which no unit is there."""
        have = self.replications(run.key)
        return [n for n in run.numbers if n not in have]

    def has(self, key: str, numbers: tuple[int, ...]) -> bool:
        """Return whether the file of a unit is there."""
        return self._unit(key, Stretch.of(numbers)).exists()

    def keep(self, key: str, numbers: tuple[int, ...], content: bytes) -> None:
        """Write a unit, whole or not at all; one that is there already is as good.

        Raises
        ------
        ResultError
            If the disk refuses.
        """
        path = self._unit(key, Stretch.of(numbers))
        with new_file(path, replace=True) as temporary:
            _write(temporary, content)

    def unit(self, key: str, stretch: Stretch) -> Unit:
        """Return a unit that is there.

        Raises
        ------
        DamagedUnitError
            If its bytes are not those that were written, or not of this run.
        ResultError
            If it cannot be read, or is of a newer caresim: it stays as it is.
        """
        path = self._unit(key, stretch)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ResultError(f"{path}: cannot be read: {error.strerror}") from error
        try:
            unit = decoded(content)
        except NotWholeError as error:
            raise DamagedUnitError(path, str(error)) from error
        except ResultError as error:
            raise ResultError(f"{path}: {error}") from error
        numbers = [r.number for r in unit.replications]
        if unit.key != key or numbers != list(stretch.numbers):
            raise DamagedUnitError(path, "is damaged: it is another unit's file")
        return unit

    def damaged(self) -> list[Path]:
        """Return the units that were damaged and put aside."""
        return [
            path
            for folder in _entries(self.path / "units")
            for path in _entries(folder)
            if path.name.endswith(DAMAGED)
        ]

    def sweep(self, key: str) -> None:
        """Remove what dead processes left half written among the units of a run."""
        for path in _entries(self.path / "units" / key):
            found = leftovers.leftover(path)
            if found is not None and found.is_abandoned:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def _unit(self, key: str, stretch: Stretch) -> Path:
        return self.path / "units" / key / f"{stretch.name}.unit"

    # Claims

    def claim(self, key: str, numbers: tuple[int, ...]) -> None:
        """Let others know that a unit was begun, if the disk allows."""
        claim = self._claim(key, numbers)
        with suppress(OSError):
            claim.parent.mkdir(parents=True, exist_ok=True)
            claim.touch()

    def release(self, key: str, numbers: tuple[int, ...]) -> None:
        """Take a claim back."""
        with suppress(OSError):
            self._claim(key, numbers).unlink(missing_ok=True)

    def claimed(self, key: str) -> set[int]:
        """Return the replications that others have begun; forget what the dead have."""
        found: set[int] = set()
        for path in _entries(self.path / "claims" / key):
            match = _CLAIM.fullmatch(path.name)
            if match is None or path.name.endswith(f".{leftovers.owner()}"):
                continue
            if leftovers.is_dead(match[3], int(match[4])):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            else:
                found.update(range(int(match[1]), int(match[2]) + 1))
        return found

    def begun(self) -> int:
        """Return how many units are claimed."""
        folders = _entries(self.path / "claims")
        return sum(1 for folder in folders for _ in _entries(folder))

    def _claim(self, key: str, numbers: tuple[int, ...]) -> Path:
        name = f"{Stretch.of(numbers).name}.{leftovers.owner()}"
        return self.path / "claims" / key / name

    # Failures

    def keep_failure(self, name: str, failure: Mapping[str, Any]) -> None:
        """Write down what failed."""
        self._keep_json(f"failures/{name}.json", failure)

    def failures(self) -> list[dict[str, Any]]:
        """Return what failed and is still missing."""
        return [
            self._of_json(f"failures/{path.name}", dict)
            for path in _entries(self.path / "failures")
            if path.suffix == ".json" and not path.name.startswith(".")
        ]

    def forget_failures(self, numbers: Mapping[str, Collection[int]]) -> None:
        """Forget what failed before: it is tried anew.

        Parameters
        ----------
        numbers : mapping of str to collection of int
            Replications by name of their run. Failures of others stay, where the batch
            still has the run.
        """
        names = {run.name for run in self.book().runs}
        for path in _entries(self.path / "failures"):
            match = _FAILURE.fullmatch(path.name)
            if match is not None and (
                match[1] not in names or int(match[2]) in numbers.get(match[1], ())
            ):
                path.unlink(missing_ok=True)

    # Files

    def keep_text(self, name: str, text: str) -> Path:
        """Write a text, whole or not at all; return its path."""
        path = self.path / name
        with new_file(path, replace=True) as temporary:
            _write(temporary, text.encode())
        return path

    def _keep_json(self, name: str, plain: Mapping[str, Any]) -> None:
        text = json.dumps(plain, indent=1, allow_nan=False) + "\n"
        path = self.path / name
        with suppress(OSError):
            if path.read_bytes() == text.encode():
                return
        self.keep_text(name, text)

    def _of_json(self, name: str, made: Callable[[Any], Any]) -> Any:
        path = self.path / name
        try:
            return made(json.loads(path.read_bytes()))
        except FileNotFoundError:
            if name == BOOK:
                raise ResultError(f"{self.path}: is no folder of a batch") from None
            raise ResultError(f"{path}: is missing; run the batch again") from None
        except OSError as error:
            raise ResultError(f"{path}: cannot be read: {error.strerror}") from error
        except ResultError as error:
            raise ResultError(f"{path}: {error}") from error
        except (ValueError, TypeError, KeyError) as error:
            raise ResultError(f"{path}: is damaged: {error}") from error


class DamagedUnitError(ResultError):
    """A unit whose bytes are not those that were written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path

    def put_aside(self) -> Path:
        """Rename the file, so that the unit counts as missing; return its new name."""
        aside = self.path.with_name(f"{self.path.name}{DAMAGED}")
        with suppress(FileNotFoundError):  # another batch has done it
            self.path.replace(aside)
        return aside


def _entries(folder: Path) -> Iterable[Path]:
    """Return what lies in a folder, in order; nothing where there is none."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ResultError(f"{folder}: cannot be read: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    """Write bytes and bring them to the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
