"""Sets of uncertain numbers: what is drawn for each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenarios.studies.designs import OF_DRAWS, chances
from scenarios.uncertain import Uncertain


@dataclass(frozen=True)
class Draws:
    """So many sets of uncertain numbers."""

    sets: int
    """0: each number has its central value."""
    design: str | None
    """How the sets fill their space; None: each number is drawn by itself."""
    seed: int
    names: tuple[str, ...]
    """Of all uncertain numbers of the study, in alphabetical order."""

    def of(self, inputs: Iterable[Uncertain], draw: int) -> dict[str, str]:
        """Return the numbers of a set, by name.

        The same name has the same luck in every scenario of a study.
        """
        return {i.name: i.span.at(self.chance(i.name, draw)) for i in inputs}

    def chance(self, name: str, draw: int) -> float:
        """Return the chance that a number of a set stands for, between 0 and 1."""
        if self.design is None:
            return chance(self.seed, name, draw)
        return float(self._filling[draw - 1, self._columns[name]])

    @cached_property
    def _filling(self) -> np.ndarray:
        count = len(self.names)
        return chances(self.design or "", count, self.sets, (self.seed, OF_DRAWS))

    @cached_property
    def _columns(self) -> Mapping[str, int]:
        return {name: column for column, name in enumerate(self.names)}


def chance(seed: int, name: str, draw: int) -> float:
    """Return a number between 0 and 1 that is a function of all that it is for."""
    from kernels import philox  # noqa: PLC0415  files are read without compiled kernels
    from kernels.layout import P_UNCERTAIN  # noqa: PLC0415

    high, low, *_ = philox.block(philox.key(seed, 0), identity(name), draw, P_UNCERTAIN)
    return float(philox.unit53(high, low))


def seed_of(seed: int, luck: int) -> int:
    """Return the seed of variants that have luck of their own.

    Parameters
    ----------
    seed : int
        Of the batch.
    luck : int
        0: that of the batch itself.
    """
    return identity(f"luck {luck} of seed {seed}") if luck else seed


def identity(name: str) -> int:
    """Return 63 bits that stand for a name, such as that of an uncertain number."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
