"""Cases of the validation pack that no scenario file says, and why."""

from __future__ import annotations

from typing import NamedTuple


class Unsaid(NamedTuple):
    """A case that cannot be written."""

    name: str
    what: str
    reason: str


NEVER = (
    Unsaid(
        "P11",
        "processor sharing (Ciw test suite)",
        "A server treats one patient at a time: nobody is treated at half speed "
        "because another one is there.",
    ),
    Unsaid(
        "T19a",
        "a finite population",
        "There is no word for it: patients come from outside. It is said all the same, "
        "with twelve patients whom slots of one day let in and who never leave.",
    ),
    Unsaid(
        "T22a",
        "a rate that switches at random",
        "There is no word for it: rates move on dates. It is said all the same, with "
        "one patient who never leaves and shuts a gate for the others while there.",
    ),
    Unsaid(
        "P9",
        "pharmacy, laboratory, nurses, the doctors' other work",
        "Who needs them, and how administration is fitted in, is not printed.",
    ),
)
"""What the language does not say."""
