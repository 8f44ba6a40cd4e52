"""Finding scenario files and tables by name, and reading their text."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from scenarios.documents import MOST_BYTES
from scenarios.problems import Problem, ScenarioError, did_you_mean, listed, quoted
from scenarios.texts import TextError

SUFFIX = ".yaml"


@dataclass(frozen=True)
class Written:
    """The text of a file, and where its neighbours lie."""

    name: str
    """Without folder and ending."""
    shown: str
    """As it is called in messages."""
    text: str
    folder: Traversable | None
    """Where its parent and its tables are looked for; None: only in the catalogue."""


def catalogue_folder() -> Traversable:
    """Return the folder of the shipped scenarios."""
    return files("scenarios") / "catalogue"


def names_in(folder: Traversable | None) -> list[str]:
    """Return the names of the scenarios in a folder, in alphabetical order."""
    if folder is None or not folder.is_dir():
        return []
    found = (entry.name for entry in folder.iterdir())
    return sorted(n.removesuffix(SUFFIX) for n in found if n.endswith(SUFFIX))


def opened(name_or_path: str | Path) -> Written:
    """Return the file at a path, or the shipped one of a name.

    Raises
    ------
    ScenarioError
        If there is none, or it cannot be read.
    """
    called = str(name_or_path)
    shipped = names_in(catalogue_folder())
    if called in shipped:
        return _shipped(called)
    path = Path(called)
    if "\0" in called:
        raise _no_file(called, "this is not the name of a file.")
    looks_like_a_path = isinstance(name_or_path, Path) or path.suffix or "/" in called
    if not looks_like_a_path and not path.exists():
        message = f"there is no such scenario.{did_you_mean(called, shipped)}"
        raise _no_file(called, f"{message} Shipped: {listed(shipped)}.")
    shown = path.name or called
    return Written(path.stem, shown, text_of(path, shown), path.parent)


def neighbour(name: str, home: Written) -> Written:
    """Return the file of a name beside another one, or in the catalogue.

    Raises
    ------
    TextError
        If the name is a path, or there is no such file.
    ScenarioError
        If the file cannot be read.
    """
    if name.endswith(SUFFIX):
        raise TextError(f"write the name without '{SUFFIX}'.")
    check_plain(name)
    if home.folder is not None:
        path = home.folder / f"{name}{SUFFIX}"
        if path.is_file():
            shown = f"{name}{SUFFIX}"
            return Written(name, shown, text_of(path, shown), home.folder)
    shipped = names_in(catalogue_folder())
    if name in shipped:
        return _shipped(name)
    near = did_you_mean(name, sorted({*names_in(home.folder), *shipped}))
    raise TextError(f"there is no scenario {quoted(name)} here.{near}")


def is_plain(name: str) -> bool:
    """Return whether a name stays in its folder."""
    return not (any(c in name for c in '/\\:*?"<>|\0\n') or name.startswith("."))


def check_plain(name: str) -> None:
    """Refuse names that lead out of their folder.

    Raises
    ------
    TextError
        If the name is a path.
    """
    if not is_plain(name):
        raise TextError(
            f"{quoted(name)} is not the name of a file in the same folder; "
            "paths are not part of the language."
        )


def _shipped(name: str) -> Written:
    folder = catalogue_folder()
    shown = f"{name}{SUFFIX}"
    return Written(name, shown, text_of(folder / shown, shown), folder)


def text_of(path: Traversable, shown: str, most: int = MOST_BYTES) -> str:
    """Return the text of a file of so many bytes at most.

    Raises
    ------
    ScenarioError
        If there is no such file, or it is too large or not UTF-8.
    """
    if path.is_dir():
        raise _no_file(shown, "this is a folder, not a file.")
    if not path.is_file():
        raise _no_file(shown, "there is no such file.")
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise _no_file(shown, f"cannot be read: {error.strerror}.") from None
    if len(data) > most:
        raise _no_file(shown, f"the file is larger than {most // 10**6} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        row = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8-sig", "replace")) + 1
        message = "this is not UTF-8 text; save the file as UTF-8."
        raise ScenarioError([Problem(shown, row, column, "", message)]) from None


def _no_file(shown: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(shown, 0, 0, "", message)])
