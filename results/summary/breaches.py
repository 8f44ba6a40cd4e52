"""Why those waited who were not within a standard, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from results.measures.naming import CAUSES
from results.statistics.estimates import Estimate

SAID = {
    "rebooked": "after a missed appointment",
    "closed": "while it was closed",
    "blocked": "behind patients who could not go on",
    "kept back": "while places were kept for others",
    "out-ranked": "while the more urgent passed",
    "no capacity": "for want of capacity",
    "not in line": "in treatment or on the way",
}
"""How the time of each cause passed."""


def breach_name(cause: str) -> str:
    """Return what the measure of a cause is called."""
    return f"breach ({cause})"


def breach_sentence(shares: Mapping[str, Estimate]) -> str:
    """Say to what the time of breaches is put down; nothing where there were none.

    Parameters
    ----------
    shares : mapping of str to Estimate
        Of all their time, by cause.
    """
    per_cent = {cause: round(100 * share.mean) for cause, share in shares.items()}
    ranked = sorted(CAUSES, key=lambda cause: -per_cent.get(cause, 0))
    told = [f"{per_cent[c]}% {SAID[c]}" for c in ranked if per_cent.get(c)]
    if not told:
        return ""
    told[0] = told[0].replace(" ", " passed ", 1)
    *others, last = told
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"Of the time of those not within, {listed}."
