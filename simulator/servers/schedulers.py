"""How schedulers of compute servers are told what a task needs.

All say the same in words of their own: a job of many numbered tasks (an array), with a
time and a memory that it may take, and one more job once all of these have ended,
however they ended. Only SLURM was tried with the scheduler itself (22.05).
"""

from __future__ import annotations

from typing import NamedTuple


class Scheduler(NamedTuple):
    """The words of one scheduler; braces stand for what differs from job to job."""

    title: str
    mark: str
    """What its lines in a script begin with."""
    number: str
    """The environment variable that holds the number of a task, from 1 on."""
    both: tuple[str, ...]
    """Lines of every script."""
    several: tuple[str, ...]
    """Lines only where there are several workers."""
    array: tuple[str, ...]
    """Lines of the tasks' script only."""
    single: tuple[str, ...]
    """Lines of one job that is no array."""
    queue: str
    account: str
    send: tuple[str, ...]
    """The command that sends a script."""
    after: tuple[str, ...]
    """What it needs besides, to begin after a job."""
    takes_file: bool
    """Whether it takes a script by its name; else on standard input."""
    said: str
    """A pattern of what it says, with the number of the job."""
    has_array_of_one: bool = True


SCHEDULERS = {
    "slurm": Scheduler(
        title="SLURM",
        mark="#SBATCH",
        number="SLURM_ARRAY_TASK_ID",
        both=(
            "--job-name={name}",
            "--nodes=1",
            "--ntasks=1",
            "--cpus-per-task={workers}",
            "--time={hours:02d}:{minutes:02d}:00",
            "--mem={megabytes}M",
            "--requeue",
        ),
        several=(),
        array=("--array=1-{tasks}", "--output={logs}/%A-%a.txt"),
        single=("--output={logs}/%j.txt",),
        queue="--partition={queue}",
        account="--account={account}",
        send=("sbatch", "--parsable"),
        after=("--dependency=afterany:{job}",),
        takes_file=True,
        said=r"^(\d+)",
    ),
    "pbs": Scheduler(
        title="PBS",
        mark="#PBS",
        number="PBS_ARRAY_INDEX",
        both=(
            "-N {name}",
            "-l select=1:ncpus={workers}:mem={megabytes}mb",
            "-l walltime={hours:02d}:{minutes:02d}:00",
            "-j oe",
            "-o {logs}/",
            "-r y",
        ),
        several=(),
        array=("-J 1-{tasks}",),
        single=(),
        queue="-q {queue}",
        account="-A {account}",
        send=("qsub",),
        after=("-W", "depend=afterany:{job}"),
        takes_file=True,
        said=r"^(\d\S*)",
        has_array_of_one=False,
    ),
    "sge": Scheduler(
        title="SGE",
        mark="#$",
        number="SGE_TASK_ID",
        both=(
            "-N {name}",
            "-S /bin/bash",
            "-l h_rt={hours:02d}:{minutes:02d}:00",
            # For each worker, as this scheduler counts.
            "-l mem_free={megabytes_each}M",
            "-j y",
            "-o {logs}/",
            "-r y",
        ),
        several=("-pe {parallel} {workers}",),
        array=("-t 1-{tasks}",),
        single=(),
        queue="-q {queue}",
        account="-P {account}",
        send=("qsub", "-terse"),
        after=("-hold_jid", "{job}"),
        takes_file=True,
        said=r"^(\d+)",
    ),
    "lsf": Scheduler(
        title="LSF",
        mark="#BSUB",
        number="LSB_JOBINDEX",
        both=(
            "-n {workers}",
            '-R "span[hosts=1] rusage[mem={megabytes}MB]"',
            "-M {megabytes}MB",
            "-W {hours:02d}:{minutes:02d}",
            "-r",
        ),
        several=(),
        array=('-J "{name}[1-{tasks}]"', "-o {logs}/%J-%I.txt"),
        single=('-J "{name}"', "-o {logs}/%J.txt"),
        queue="-q {queue}",
        account="-P {account}",
        send=("bsub",),
        after=("-w", "ended({job})"),
        takes_file=False,
        said=r"Job <(\d+)>",
    ),
}
"""By the name of the option of `caresim submit`."""
