"""Runs set side by side: what differs in their inputs, and what moved for it."""

from results.comparison.comparing import Comparison, Contrast, compare
from results.comparison.fairness import GapRow, gaps
from results.comparison.findings import Finding
from results.comparison.movements import movement

__all__ = ["Comparison", "Contrast", "Finding", "GapRow", "compare", "gaps", "movement"]
