"""What tests of batches share: a study, and its batch as nobody has disturbed it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.batch import book
from tests.batches.clusters import LOCAL_CLUSTER, dask
from tests.batches.processes import ended
from tests.batches.studies import runs_of, write_study


class Undisturbed(NamedTuple):
    """A batch from beginning to end."""

    folder: Path
    runs: dict[str, bytes]
    """The bytes of its run folders, but for their logs."""
    steps: Counter[str]
    """By phase."""


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    here = tmp_path_factory.mktemp("undisturbed")
    write_study(here)
    said = ended(here, ["batch", "beds.yaml", "--out", "whole", "--workers", 2])
    assert said.code == 0, said.text
    folder = here / "whole"
    return Undisturbed(folder, runs_of(folder), said.steps)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the study, whose units hold two replications."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(book, "MOST", 2)
    write_study(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a cluster of two worker processes."""
    with dask(tmp_path_factory.mktemp("cluster"), LOCAL_CLUSTER) as (_, address):
        assert address.startswith("tcp://")
        yield address
