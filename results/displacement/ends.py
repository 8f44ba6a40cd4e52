"""Where each patient's way ended, as codes and in words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.displacement import world as of
from results.displacement.names import Names
from results.displacement.world import NEVER, World
from results.errors import ResultError

STATES = (
    "treated",
    "left unseen",
    "turned away",
    "did not attend",
    "still waiting",
    "in treatment",
    "on the way",
    "no visit",
)
"""How a way ends; docs/background/measures.md defines them."""
(
    TREATED,
    LEFT_UNSEEN,
    TURNED_AWAY,
    DID_NOT_ATTEND,
    STILL_WAITING,
    IN_TREATMENT,
    ON_THE_WAY,
    NO_VISIT,
) = range(len(STATES))
THERE = (STILL_WAITING, IN_TREATMENT, ON_THE_WAY)
"""Of patients who are in the model at the end of the run."""

_IMPOSSIBLE = -1
_GONE = np.array(
    [TREATED, LEFT_UNSEEN, TURNED_AWAY, DID_NOT_ATTEND, *(_IMPOSSIBLE,) * 3, NO_VISIT]
)
"""By the outcome of the last visit; the last is for those who made none."""
_THERE = np.array(
    [*(ON_THE_WAY,) * 4, STILL_WAITING, STILL_WAITING, IN_TREATMENT, ON_THE_WAY]
)
"""Likewise; who was handed back in the last moment stands in line again."""


class End(NamedTuple):
    """One way to end; codes of `Names`, -1 where there is none."""

    state: int
    service: int
    cause: int
    ending: int


class Ends(NamedTuple):
    """The end of each of P patients."""

    state: NDArray[np.int32]
    service: NDArray[np.int32]
    cause: NDArray[np.int32]
    ending: NDArray[np.int32]

    def codes(self, names: Names) -> NDArray[np.int64]:
        """Return each end as one number."""
        code = self.state.astype(np.int64)
        for column, size in zip(self[1:], _sizes(names), strict=True):
            code = code * size + column + 1
        return code


def ends(world: World) -> Ends:
    """Return where everybody ended.

    Parameters
    ----------
    world : World

    Raises
    ------
    ResultError
        If somebody has left the model in the middle of a visit.
    """
    last, is_gone = world.last, world.left != NEVER
    made_any = last >= 0
    # Without any visit the row is another patient's, and nothing of it is used.
    rows = world.whole.at(last) if len(world.whole.owner) else None
    outcome = np.full(len(last), len(_GONE) - 1)
    service, cause = np.full((2, len(last)), -1, np.int32)
    if rows is not None:
        outcome[made_any] = rows.outcome[made_any]
        service[made_any] = rows.service[made_any]
        by_cause = made_any & np.isin(rows.outcome, (of.LEFT, of.TURNED_AWAY))
        cause[by_cause] = rows.cause[by_cause]
    state = np.where(is_gone, _GONE[outcome], _THERE[outcome]).astype(np.int32)
    if bool((state == _IMPOSSIBLE).any()):
        who = int(world.who[state == _IMPOSSIBLE][0])
        raise ResultError(f"patient {who} left the model within a visit: damaged")
    return Ends(state, service, cause, world.ending)


def end_of(code: int, names: Names) -> End:
    """Return the end that a number stands for."""
    parts = []
    for size in reversed(_sizes(names)):
        code, part = divmod(code, size)
        parts.append(part - 1)
    return End(code, *reversed(parts))


def end_words(
    state: str, service: str | None, cause: str | None, ending: str | None
) -> str:
    """Say where a way ended: `left unseen at ward (gives up)`.

    Parameters
    ----------
    state : str
        One of `STATES`.
    service, cause, ending : str or None
        Names; the plain ending `leave` is not worth saying.
    """
    place = f" {_AT.get(state, 'at')} {service}" if service else ""
    why = f" ({cause})" if cause else ""
    how = f", {ending}" if ending and ending != "leave" else ""
    return f"{state}{place}{why}{how}"


_AT = {"turned away": "from", "on the way": "from"}


def _sizes(names: Names) -> tuple[int, int, int]:
    return len(names.services) + 1, len(names.causes) + 1, len(names.endings) + 1
