"""All cases, by family.

Expected values of the cases T.. and P.. are those of the project's validation pack,
copied with all their digits; those of the cases F.. are computed in `formulas`.
"""

from tests.validation.cases import (
    hidden,
    interrupting,
    journeys,
    laws,
    loss,
    moving,
    one_server,
    patience,
    priorities,
    published,
    repatriation,
    several_servers,
    unlimited,
    wards,
)
from tests.validation.harness import Case

CASES: tuple[Case, ...] = (
    *one_server.CASES,
    *several_servers.CASES,
    *loss.CASES,
    *patience.CASES,
    *priorities.CASES,
    *interrupting.CASES,
    *unlimited.CASES,
    *journeys.CASES,
    *wards.CASES,
    *moving.CASES,
    *repatriation.CASES,
    *hidden.CASES,
    *laws.CASES,
    *published.CASES,
)
