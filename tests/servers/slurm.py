"""A SLURM of one machine, for tests: real, started in a folder of its own, and stopped.

It needs Debian's packages `slurm-wlm` and `munge`, which `make test-system` installs,
and listens on this machine only. Jobs are run as the user who starts it.
"""

from __future__ import annotations

import os
import platform
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")
CPUS = 2
"""Jobs of one processor that run at the same time."""
SETTINGS = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=1
MinJobAge=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=8000
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    """A SLURM that is running.

    Parameters
    ----------
    folder : Path
        With its settings, logs and state.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"SLURM_CONF": str(folder / "slurm.conf")}
        """What commands need in order to find it."""

    def said(self, *words: str) -> str:
        """Return what one of its commands prints."""
        return subprocess.run(
            words,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout.strip()

    def running(self, job: str) -> list[str]:
        """Return the numbers of a job's tasks that are running."""
        form = ("--noheader", "--array", "--states=RUNNING", "--format=%K")
        return self.said("squeue", *form, f"--jobs={job}").split()

    def wait_for_all(self, seconds: float = 120.0) -> None:
        """Wait until no job is waiting or running."""
        wait_until(lambda: not self.said("squeue", "--noheader"), seconds, self.logs)

    def logs(self) -> str:
        """Return the end of what its programs have written."""
        return "\n".join(
            f"{path.name}:\n{path.read_text(errors='replace')[-2000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )


def missing() -> list[str]:
    """Return the programs that are not there."""
    return [name for name in PROGRAMS if _program(name) is None]


@contextmanager
def slurm() -> Iterator[Slurm]:
    """Start a SLURM, and stop it at the end of the block."""
    # Not in a test's folder: a socket's path has a hundred letters at most.
    with tempfile.TemporaryDirectory(prefix="slurm-") as name, ExitStack() as stack:
        folder = Path(name)
        running = Slurm(folder)
        _prepare(folder)
        munge = folder / "munge"
        stack.enter_context(
            _program_running(
                folder,
                "munged",
                *("--force", "--foreground"),
                f"--key-file={munge / 'key'}",
                f"--socket={munge / 'socket'}",
                f"--pid-file={munge / 'pid'}",
                f"--log-file={munge / 'log'}",
                f"--seed-file={munge / 'seed'}",
            )
        )
        wait_until((munge / "socket").exists, 30, running.logs)
        settings = ("-D", "-f", str(folder / "slurm.conf"))
        stack.enter_context(_program_running(folder, "slurmctld", *settings))
        stack.enter_context(_program_running(folder, "slurmd", *settings))
        wait_until(lambda: _is_ready(running), 60, running.logs)
        yield running
        running.said("scancel", "--full", f"--user={_user()}")


def wait_until(
    is_so: Callable[[], bool], seconds: float, logs: Callable[[], str] = str
) -> None:
    """Wait until something is so, at most so many seconds."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} s\n{logs()}"
        time.sleep(0.05)


def _is_ready(running: Slurm) -> bool:
    """Return whether the machine takes jobs; errors mean that it is starting."""
    try:
        return running.said("sinfo", "--noheader", "--format=%T") == "idle"
    except subprocess.CalledProcessError:
        return False


def _prepare(folder: Path) -> None:
    """Write the settings and the secret."""
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir(mode=0o700)
    key = folder / "munge" / "key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    settings = SETTINGS.format(
        folder=folder,
        host=platform.node().partition(".")[0],
        ports=_free_ports(2),
        user=_user(),
        cpus=CPUS,
    )
    (folder / "slurm.conf").write_text(settings)


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _free_ports(count: int) -> list[int]:
    """Return ports at which nobody listens."""
    with ExitStack() as stack:
        made = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in made:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in made]


def _program(name: str) -> str | None:
    """Return where a program lies; those for administrators are not on every path."""
    places = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    return shutil.which(name, path=places)


@contextmanager
def _program_running(folder: Path, name: str, *words: str) -> Iterator[None]:
    """Start a program that stays in the foreground, and stop it."""
    path = _program(name)
    assert path is not None, f"{name} is not there"
    with (folder / f"{name}-said.log").open("wb") as log:
        started = subprocess.Popen(
            [path, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
