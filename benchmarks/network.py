"""The numbers of case (c), ten services with routes, for the peers; times in hours.

Our own engines read them from `cases/c.yaml`.
"""

from __future__ import annotations

import math
from itertools import accumulate

RATE = 12.0
"""Patients an hour."""
ENTRY = (0.6, 0.4)
"""Shares who come to services 0 and 1."""
HIGH = 0.3
"""Share of the high priority."""
PATIENCE = 4.0
"""Mean, exponential, drawn at every visit."""
SHIFT = 12.0
"""The day comes first, then the night, both as long."""
DAY = (10, 7, 3, 5, 4, 7, 7, 4, 6, 4)
NIGHT = (8, 5, 2, 4, 3, 5, 5, 3, 4, 3)
MEANS = (1.0, 1.0, 0.7, 0.8, 0.8, 1.5, 1.5, 0.8, 1.0, 0.7)
CV = 0.8
"""Of the lognormal times of treatment."""
SIGMA = math.sqrt(math.log(1 + CV**2))
MU = tuple(math.log(mean) - SIGMA**2 / 2 for mean in MEANS)
"""Mean and standard deviation of the logarithm."""
ROUTES = (
    (0.00, 0.00, 0.25, 0.35, 0.20, 0.00, 0.00, 0.00, 0.00, 0.10),
    (0.00, 0.00, 0.00, 0.30, 0.40, 0.20, 0.00, 0.00, 0.00, 0.00),
    (0.05, 0.00, 0.00, 0.00, 0.00, 0.40, 0.30, 0.00, 0.00, 0.00),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.30, 0.30, 0.20, 0.00, 0.00),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.40, 0.30, 0.00, 0.00),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.30, 0.40, 0.00),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.20, 0.50, 0.00),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.30, 0.30),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.10, 0.00, 0.00, 0.00, 0.40),
    (0.05, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
)
"""Shares from row to column; the rest leaves."""
EDGES = tuple(tuple(accumulate(row)) for row in ROUTES)
"""The next service is the first whose edge lies above a uniform number."""
