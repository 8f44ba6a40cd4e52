"""What every process of these tests has loaded and compiled before it is forked."""

import tempfile
from pathlib import Path

from simulator import run
from simulator.batch import batches, places
from simulator.commands import batches as commands
from tests.batches.studies import WARD

LOADED = (batches, places, commands)

with tempfile.TemporaryDirectory() as _folder:
    _file = Path(_folder) / "ward.yaml"
    _file.write_text(WARD, encoding="utf-8")
    for _engine in ("compiled", "simpy"):
        run(_file, replications=1, engine=_engine).write(Path(_folder) / _engine)
