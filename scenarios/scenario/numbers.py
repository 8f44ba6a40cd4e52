"""Numbers and times, each with where it comes from and how it moves."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """Where a number comes from."""

    name: str
    status: str
    """`sourced`, `estimate` or `assumption`."""
    citation: str


@dataclass(frozen=True)
class Move:
    """One dated change of a number.

    With r(t) = 0 before `begin`, rising straight to 1 at `reached`, and 0 again from
    `until` (and outside `months`, if given): multiply v -> v * (1 + (f - 1) r);
    add v -> v + a r; set v -> v + (x - v) r.
    """

    operation: str
    """`multiply`, `add`, `set` or `curve`."""
    values: tuple[float, ...] = ()
    """One, or one for each group; in the unit of the number (a factor: plain)."""
    groups: tuple[bool, ...] | None = None
    """Whom it concerns; None: everybody."""
    begin: int | None = None
    """None: from the beginning of the run."""
    reached: int | None = None
    """None: a step at `begin`."""
    until: int | None = None
    months: tuple[int, ...] = ()
    """1 to 12; empty: all the year."""
    curve: tuple[tuple[int, float], ...] = ()
    """For `curve`: factors at moments, straight lines between them."""
    returns: Returns | None = None
    """Of a rate: who comes later of those whom the change keeps away."""


@dataclass(frozen=True)
class Number:
    """A number that may differ by group and move in time."""

    values: tuple[float, ...]
    """One, or one for each group."""
    place: str
    """The dotted path, for messages and reports."""
    moves: tuple[Move, ...] = ()
    """In order of application: the parent's, the included files', the file's own."""
    source: Source | None = None
    text: str = ""
    """As written, for reports."""


@dataclass(frozen=True)
class Law:
    """A law of random times, in days."""

    kind: str
    """`fixed`, `exponential`, `lognormal`, `gamma`, `normal`, `weibull`, `uniform`,
    `triangular`, `pert`, `mixture` or `observed`."""
    parameters: dict[str, Number] = field(default_factory=dict)
    """`value`; `mean` with `sd`, `cv` or `median`; `lowest`, `most_likely`,
    `highest`. `cv` is plain, the others are days."""
    at_least: Number | None = None
    at_most: Number | None = None
    members: tuple[tuple[Number | None, Law], ...] = ()
    """Mixture: share (None: the rest, one at most) and law."""
    observed: tuple[float, ...] = ()


Laws = tuple[Law, ...]
"""One, or one for each group."""


@dataclass(frozen=True)
class Returns:
    """Those who come later."""

    share: Number
    after: Laws
