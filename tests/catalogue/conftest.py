"""The shipped scenario and its flows, read once."""

from __future__ import annotations

import pytest

from tests.catalogue.comparing import LEFT, REMOVED
from tests.catalogue.shipped import Flow, Shipped, shipped


@pytest.fixture(scope="session")
def model() -> Shipped:
    return shipped()


@pytest.fixture(scope="session")
def flow(model: Shipped) -> dict[str, Flow]:
    """Return the flows if nobody were removed from hospital lists."""
    return model.solved(LEFT)


@pytest.fixture(scope="session")
def treated_flow(model: Shipped) -> dict[str, Flow]:
    """Return the flows with as many removed from hospital lists as in the pack."""
    return model.solved(LEFT | REMOVED)
