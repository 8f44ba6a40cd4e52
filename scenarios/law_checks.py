"""What cannot be right about the parameters of a law."""

from __future__ import annotations

import math
from collections.abc import Mapping

SMALLEST_PART = 1e-6
"""How much of a law must be left when its ends are cut off."""
WIDEST = 100
"""Times the mean: a wider spread is a slip of the pen, and no computer could follow."""
NEGATIVE_PART = 1e-3
"""How much of a normal law may lie below nothing without being asked for."""


def wrong_together(
    kind: str, p: Mapping[str, float], said: Mapping[str, str]
) -> str | None:
    """Return what is wrong with the parameters of a law, as they stand together.

    Parameters
    ----------
    kind : str
        The law.
    p : mapping of str to float
        Its parameters and cuts, days; cv plain.
    said : mapping of str to str
        How each is called in messages.
    """
    if any(math.isnan(value) for value in p.values()):
        return None
    if any(value < 0 for value in p.values()):
        return "a time is less than nothing"
    if _spread(p) > WIDEST:
        return f"the spread is more than {WIDEST} times the mean"
    if "median" in p and p["median"] >= p["mean"]:
        return f"{said['median']} must lie below {said['mean']}"
    if "lowest" in p:
        wrong = _wrong_range(p, said)
        if wrong is not None:
            return wrong
    return _wrong_cut(kind, p, said)


def _spread(p: Mapping[str, float]) -> float:
    """Return sd divided by mean, where it is given."""
    return p["sd"] / p["mean"] if "sd" in p else p.get("cv", 0.0)


def _wrong_range(p: Mapping[str, float], said: Mapping[str, str]) -> str | None:
    if p["lowest"] >= p["highest"]:
        return f"{said['lowest']} must lie below {said['highest']}"
    if not p["lowest"] <= p.get("most_likely", p["lowest"]) <= p["highest"]:
        return (
            f"{said['most_likely']} must lie between {said['lowest']} and "
            f"{said['highest']}"
        )
    return None


def _wrong_cut(
    kind: str, p: Mapping[str, float], said: Mapping[str, str]
) -> str | None:
    low, high = p.get("at_least", 0.0), p.get("at_most", math.inf)
    cuts = " and ".join(said[k] for k in ("at_least", "at_most") if k in p)
    if low >= high:
        return f"{said['at_least']} must lie below {said['at_most']}"
    if _lies_outside(p, low, high):
        return f"{cuts}: this law has no such times"
    if _part_between(kind, p, low, high) < SMALLEST_PART:
        return f"{cuts}: this law has next to no such times"
    if kind == "normal" and "at_least" not in p:
        negative = part_below(kind, p, 0.0)
        if negative > NEGATIVE_PART:
            return (
                f"{negative * 100:.2g}% of these times would be negative; cut them: "
                "at_least: 0 min"
            )
    return None


def leaves_nothing(kind: str, p: Mapping[str, float], low: float, high: float) -> bool:
    """Return whether a member of a mixture has next to no times from low to high.

    Of what was refused, which is NaN, nothing is said.
    """
    if any(math.isnan(value) for value in (low, high, *p.values())):
        return False
    if kind == "fixed":
        return not low <= p["value"] <= high
    low, high = max(low, p.get("at_least", 0.0)), min(high, p.get("at_most", math.inf))
    return (
        low > high
        or _lies_outside(p, low, high)
        or _part_between(kind, p, low, high) < SMALLEST_PART
    )


def _lies_outside(p: Mapping[str, float], low: float, high: float) -> bool:
    return "lowest" in p and (low >= p["highest"] or high <= p["lowest"])


def _part_between(kind: str, p: Mapping[str, float], low: float, high: float) -> float:
    """Return the share of times between two; all where that is not easily said."""
    if kind not in EASY:
        return 1.0
    return part_below(kind, p, high) - part_below(kind, p, low)


EASY = ("normal", "exponential", "lognormal")
"""Laws of which it is easily said how many times are shorter than one."""


def part_below(kind: str, p: Mapping[str, float], time: float) -> float:
    """Return the share of times below a time, where it is easily said; else 0 or 1."""
    if time == math.inf:
        return 1.0
    if kind == "normal":
        sd = p["sd"] if "sd" in p else p["cv"] * p["mean"]
        return _normal((time - p["mean"]) / sd)
    if time <= 0:
        return 0.0
    if kind == "exponential":
        return -math.expm1(-time / p["mean"])
    if kind == "lognormal":
        return _lognormal(p, time)
    # Of the other laws only the lowest and highest times are known here.
    return 0.5


def _lognormal(p: Mapping[str, float], time: float) -> float:
    if "median" in p:
        spread = math.sqrt(2 * math.log(p["mean"] / p["median"]))
    else:
        cv = p["cv"] if "cv" in p else p["sd"] / p["mean"]
        spread = math.sqrt(math.log1p(cv * cv))
    return _normal((math.log(time / p["mean"]) + spread * spread / 2) / spread)


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))
