"""How far apart answers lie, and why, as numbers for people, tables and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from results.statistics.bands import Band
from results.statistics.decisions import Worths
from results.statistics.estimates import Estimate
from results.statistics.shares import Shares
from results.statistics.variances import Split
from simulator.uncertain.asking import Decision

COLUMNS = ("asked", "unit", "part", "input", "value", "low", "high")


class Told(NamedTuple):
    """What is told of one measure, or of its difference between two scenarios."""

    asked: str
    """The measure; of a difference, with the scenarios."""
    unit: str
    is_difference: bool
    mean: Estimate
    bands: tuple[Band, ...]
    """Narrow ones first."""
    split: Split
    shares: Shares | None
    """None where there are none, and `why_not` says why."""
    why_not: str = ""
    draws_needed: int = 0
    """For the interval of the mean to be trusted, where these are too few; else 0."""

    @property
    def same(self) -> bool:
        """Whether the measure is the same whatever happens."""
        return not self.split.between.mean and not self.split.within.mean


class Decided(NamedTuple):
    """What finding out is worth to one decision."""

    decision: Decision
    unit: str
    worths: Worths | None
    """None where there are too few draws, and `why_not` says so."""
    chance: float | None
    """Of a bar, that the measure keeps it, over what is not known and luck together."""
    why_not: str = ""


class Outlook(NamedTuple):
    """All that is told."""

    draws: int
    replications: int
    way: str
    told: tuple[Told, ...]
    decided: tuple[Decided, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "draws": self.draws,
            "replications": self.replications,
            "design": self.way,
            "measures": [_told(one) for one in self.told],
            "decisions": [_decided(one) for one in self.decided],
            "warnings": list(self.warnings),
        }

    def table(self) -> str:
        """Return it as CSV, a row for each number."""
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in self.told:
            for part, name, value in _rows(one):
                writer.writerow([one.asked, one.unit, part, name, *_cells(value)])
        for made in self.decided:
            for part, name, value in _worth_rows(made):
                row = [made.decision.said, made.unit, part, name, *_cells(value)]
                writer.writerow(row)
        return page.getvalue()


def plain(value: Estimate | None) -> dict[str, float | None] | None:
    """Return an estimate as plain data.

    Parameters
    ----------
    value : Estimate or None
    """
    if value is None:
        return None
    return {
        "mean": value.mean,
        "low": value.low,
        "high": value.high,
        "standard_error": value.standard_error,
    }


def _told(one: Told) -> dict[str, Any]:
    shares = one.shares
    inputs = () if shares is None else shares.inputs
    return {
        "measure": one.asked,
        "unit": one.unit,
        "mean": plain(one.mean),
        "bands": [band._asdict() for band in one.bands],
        "variance_of_what_is_not_known": plain(one.split.between),
        "variance_of_luck": plain(one.split.within),
        "share_not_known": plain(one.split.share),
        "inputs": [
            {"name": s.name, "first": plain(s.first), "total": plain(s.total)}
            for s in inputs
        ],
        "not_followed": None if shares is None else plain(shares.left),
        "no_shares_because": one.why_not or None,
        "draws_needed_for_the_mean": one.draws_needed or None,
    }


def _decided(one: Decided) -> dict[str, Any]:
    worths = one.worths
    return {
        "decision": one.decision.said,
        "unit": one.unit,
        "chance_to_keep_it": one.chance,
        "gain": None if worths is None else plain(worths.gain),
        "chance_to_be_wrong": None if worths is None else worths.wrong,
        "worth_of_knowing_all": None if worths is None else plain(worths.all_inputs),
        "worth_of_knowing": [
            {"name": worth.name, **(plain(worth.value) or {})}
            for worth in (() if worths is None else worths.inputs)
        ],
        "no_worth_because": one.why_not or None,
    }


Row = tuple[str, str, Estimate | tuple[float | None, float, float]]


def _rows(one: Told) -> Iterator[Row]:
    yield "mean", "", one.mean
    for band in one.bands:
        yield f"{band.chance:.0%} band", "", (None, band.low, band.high)
    yield "variance of what is not known", "", one.split.between
    yield "variance of luck", "", one.split.within
    if one.split.share is not None:
        yield "share of what is not known", "", one.split.share
    if one.shares is None:
        return
    for share in one.shares.inputs:
        yield "first order", share.name, share.first
        yield "total", share.name, share.total
    if one.shares.left is not None:
        yield "not followed", "", one.shares.left


def _worth_rows(one: Decided) -> Iterator[Row]:
    if one.worths is None:
        return
    yield "gain", "", one.worths.gain
    yield "worth of knowing all", "", one.worths.all_inputs
    for worth in one.worths.inputs:
        yield "worth of knowing", worth.name, worth.value


def _cells(value: Estimate | tuple[float | None, float, float]) -> list[float | str]:
    parts = (
        (value.mean, value.low, value.high) if isinstance(value, Estimate) else value
    )
    return ["" if part is None else part for part in parts]
