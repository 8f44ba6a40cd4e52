"""Tables of figures that are kept beside the pages: one row for each figure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from docs.pages.playing import Values
from results.measures.naming import parse_name

HERE = Path(__file__).parent
FROZEN = HERE / "frozen.csv"
HEAD = ("scenario", "year", "group", "figure", "by replication")


class Kept(NamedTuple):
    """What is kept of a scenario."""

    year: str
    """The twelve months, in words."""
    values: Values


def written(played: Mapping[str, Kept], path: Path) -> None:
    """Write figures to a table; numbers have nine digits."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEAD)
        for name, kept in played.items():
            for (group, figure), values in kept.values.items():
                rows.writerow([name, kept.year, group, figure.text, joined(values)])


def read(path: Path) -> dict[str, Kept]:
    """Return the figures of a table, by scenario."""
    found: dict[str, Kept] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kept = found.setdefault(row["scenario"], Kept(row["year"], {}))
            figure = parse_name(row["figure"])
            kept.values[row["group"], figure] = numbers(row["by replication"])
    return found


def joined(values: Iterable[float] | NDArray[np.float64]) -> str:
    """Return values in nine digits, as they are compared."""
    return " ".join(f"{value:.9g}" for value in values)


def numbers(text: str) -> NDArray[np.float64]:
    """Return the values of a text."""
    return np.array([float(each) for each in text.split()])
