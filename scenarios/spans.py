"""Numbers that lie between two ends, each written with its unit, and their draws."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from scenarios.problems import quoted
from scenarios.texts import TextError, number, split_mark

PARTS = re.compile(r"([-+]?) ?(£? ?)([0-9.,]+)(.*)")
PLURAL = re.compile(r"(?<=[a-z])s\b")
FINE = 6
"""A drawn number is a whole multiple of a step: 10 to the power of minus this, times
the power of ten in the width of its span."""
HALF = Decimal("0.5")
UNCERTAIN = "{between: [1.20, 1.40], most_likely: 1.30}"
"""How an uncertain number is written."""


@dataclass(frozen=True)
class Amount:
    """A number with what stands around it."""

    value: Decimal
    before: str
    """`£`, or nothing."""
    after: str
    """The unit, with the space before it."""
    mark: str | None
    """The source in brackets."""
    text: str
    """As written, without the mark."""

    @property
    def unit(self) -> str:
        """Return what two numbers must have alike to lie on one scale."""
        return self.before.strip() + PLURAL.sub("", self.after.strip())


def amount(text: str) -> Amount:
    """Return a text taken apart.

    Raises
    ------
    TextError
        If it does not begin with a number.
    """
    plain, mark = split_mark(text)
    found = PARTS.fullmatch(plain)
    value = None if found is None else number(found[3])
    if found is None or value is None:
        raise TextError(f"{quoted(text)} does not begin with a number.")
    size = Decimal(found[3].replace(",", ""))
    signed = -size if found[1] == "-" else size
    return Amount(signed, found[2].strip(), found[4], mark, plain)


@dataclass(frozen=True)
class Span:
    """A number that is known to lie between two ends.

    All numbers between are equally likely, or, if one is most likely, the less so the
    further they lie from it, in straight lines (a triangular law).
    """

    low: Amount
    high: Amount
    likely: Amount | None = None
    is_whole: bool = False

    @property
    def written(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Return each text with its place below the span."""
        ends = ((("between", 0), self.low), (("between", 1), self.high))
        likely = () if self.likely is None else ((("most_likely",), self.likely),)
        return tuple(
            (place, _marked(part.text, part.mark)) for place, part in (*ends, *likely)
        )

    def whole(self) -> Span:
        """Return the same span of whole numbers alone."""
        return replace(self, is_whole=True)

    @property
    def central(self) -> str:
        """Return the most likely number, else the middle, as it could be written."""
        if self.likely is not None:
            return _marked(self.likely.text, self._mark)
        return self._text((self.low.value + self.high.value) / 2)

    def at(self, u: float) -> str:
        """Return the number below which a draw falls by a chance, as text.

        Parameters
        ----------
        u : float
            The chance, 0 to 1.
        """
        # Each whole number stands for the stretch of half a unit on either side.
        wider = HALF if self.is_whole else Decimal(0)
        low, high = float(self.low.value - wider), float(self.high.value + wider)
        likely = None if self.likely is None else float(self.likely.value)
        return self._text(Decimal(_quantile(u, low, high, likely)))

    def _text(self, value: Decimal) -> str:
        """Return a number of the span, rounded to its step."""
        step = Decimal(1).scaleb(-self._decimals)
        rounded = ((value / step + HALF).to_integral_value(ROUND_FLOOR)) * step
        kept = min(max(rounded, self.low.value), self.high.value)
        digits = f"{abs(kept):f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        sign = "-" if kept < 0 else ""
        after = max(self.low.after, self.high.after, key=len)
        return _marked(f"{sign}{self.low.before}{digits}{after}", self._mark)

    @property
    def _decimals(self) -> int:
        if self.is_whole:
            return 0
        return max(0, FINE - (self.high.value - self.low.value).adjusted())

    @property
    def _mark(self) -> str | None:
        parts = (self.likely, self.low, self.high)
        marks = (part.mark for part in parts if part is not None)
        return next((mark for mark in marks if mark is not None), None)

    def __str__(self) -> str:
        """Return the span in words."""
        likely = "" if self.likely is None else f", most likely {self.likely.text}"
        return f"between {self.low.text} and {self.high.text}{likely}"


def _marked(text: str, mark: str | None) -> str:
    return text if mark is None else f"{text} ({mark})"


def _quantile(u: float, low: float, high: float, likely: float | None) -> float:
    """Return the quantile of a uniform or triangular law."""
    width = high - low
    if likely is None:
        return low + u * width
    if u * width < likely - low:
        return low + math.sqrt(u * width * (likely - low))
    return high - math.sqrt((1 - u) * width * (high - likely))
