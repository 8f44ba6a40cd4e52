"""Financial years, from April to March."""

from __future__ import annotations

from datetime import date

APRIL = 4


def financial_year(month: date) -> str:
    """Return the financial year in which a month lies: `2022/23`.

    Parameters
    ----------
    month : date
    """
    first = month.year if month.month >= APRIL else month.year - 1
    return f"{first}/{(first + 1) % 100:02d}"
