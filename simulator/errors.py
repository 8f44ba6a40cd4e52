"""What stops a run, in words."""

import numpy as np

from kernels import layout


class StuckError(RuntimeError):
    """A model that never leaves an instant."""


def moment_text(time: int) -> str:
    """Return a moment as people write it."""
    return str(layout.EPOCH + np.timedelta64(time, "us"))[:19].replace("T", " ")
