"""Dask clusters of tests: schedulers and workers in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.batches.processes import ROOT

SLOWLY = """\
import time
from simulator.batch import work
from simulator.replication import replicate

def slow(*args, **more):
    time.sleep(0.15)
    return replicate(*args, **more)

work.replicate = slow
"""
LOCAL_CLUSTER = """\
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        preload=["slowly.py"],
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
SCHEDULER = """\
import asyncio
from distributed import Scheduler

async def main():
    async with Scheduler(port=0, dashboard_address=None) as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()

asyncio.run(main())
"""
WORKER = """\
import asyncio, sys
import slowly
from distributed import Worker

async def main():
    async with Worker(sys.argv[1], nthreads=1, dashboard_address=None) as worker:
        print(worker.address, flush=True)
        await worker.finished()

asyncio.run(main())
"""


@contextmanager
def dask(
    folder: Path, script: str, *words: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a process of a cluster, and its address."""
    (folder / "slowly.py").write_text(SLOWLY)
    file = folder / "part.py"
    file.write_text(script)
    with subprocess.Popen(
        [sys.executable, str(file), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            assert process.stdin is not None
            process.stdin.close()
            if script != LOCAL_CLUSTER:
                process.kill()
