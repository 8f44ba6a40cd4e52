"""Units in use, and whether that lets patients who keep each other's beds move."""

import numpy as np

from kernels.jit import inlined
from kernels.state import STIRRED, Integers


@inlined
def use(n: Integers, desk: np.void, units: int) -> None:
    """Add to the units of a service that are in use; less than none gives them back.

    Circles are looked for anew where this opens or shuts the service for those in line
    who keep a bed elsewhere.
    """
    had_room = desk["in_use"] <= desk["capacity"]
    desk["in_use"] += units
    if desk["boarders"] > 0 and had_room != (desk["in_use"] <= desk["capacity"]):
        n[STIRRED] = 1
