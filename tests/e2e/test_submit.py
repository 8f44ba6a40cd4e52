"""Batches are made ready for compute servers: scripts, what they ask for, sending."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main
from tests.servers.arrays import VARIABLES, play
from tests.servers.studies import run_files, write_study

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="there is no bash")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path)
    return tmp_path


def caresim(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def order(*words: object) -> dict[str, object]:
    result = caresim("submit", "people.yaml", *words, "--json")
    assert result.exit_code == 0, result.output
    plain = json.loads(result.stdout)
    assert isinstance(plain, dict)
    return plain


def scripts(folder: Path) -> tuple[str, str]:
    """Return the scripts of the tasks and of what follows them."""
    tasks, merge = (folder / "jobs" / f"{n}.sh" for n in ("tasks", "merge"))
    return tasks.read_text(encoding="utf-8"), merge.read_text(encoding="utf-8")


HEADS = {
    "slurm": (
        "#SBATCH --job-name=caresim-people",
        "#SBATCH --cpus-per-task=2",
        "#SBATCH --time=00:30:00",
        "#SBATCH --mem=1500M",
        "#SBATCH --array=1-5",
        "#SBATCH --output={logs}/%A-%a.txt",
        "#SBATCH --partition=short",
        "#SBATCH --account=planning",
        "#SBATCH --mail-type=FAIL",
    ),
    "pbs": (
        "#PBS -N caresim-people",
        "#PBS -l select=1:ncpus=2:mem=1500mb",
        "#PBS -l walltime=00:30:00",
        "#PBS -j oe",
        "#PBS -o {logs}/",
        "#PBS -J 1-5",
        "#PBS -q short",
        "#PBS -A planning",
        "#PBS --mail-type=FAIL",
    ),
    "sge": (
        "#$ -N caresim-people",
        "#$ -S /bin/bash",
        "#$ -l h_rt=00:30:00",
        "#$ -l mem_free=750M",
        "#$ -o {logs}/",
        "#$ -pe smp 2",
        "#$ -t 1-5",
        "#$ -q short",
        "#$ -P planning",
        "#$ --mail-type=FAIL",
    ),
    "lsf": (
        '#BSUB -J "caresim-people[1-5]"',
        "#BSUB -n 2",
        '#BSUB -R "span[hosts=1] rusage[mem=1500MB]"',
        "#BSUB -M 1500MB",
        "#BSUB -W 00:30",
        "#BSUB -o {logs}/%J-%I.txt",
        "#BSUB -q short",
        "#BSUB -P planning",
        "#BSUB --mail-type=FAIL",
    ),
}


@pytest.mark.parametrize("scheduler", HEADS)
def test_scripts_say_what_was_asked_in_the_words_of_the_scheduler(
    scheduler: str, here: Path
) -> None:
    result = caresim(
        *("submit", "people.yaml", f"--{scheduler}", "--out", "away", "--tasks", 5),
        *("--workers", 2, "--time", "30 min", "--memory", "1.5 GB", "--queue", "short"),
        *("--account", "planning", "--option", "--mail-type=FAIL"),
        *("--before", "module load python", "--python", "apptainer exec c.sif python3"),
        *("--replications", 7, "--seed", 3),
    )
    assert result.exit_code == 0, result.output
    tasks, merge = scripts(here / "away")
    assert tasks in result.stdout
    assert merge in result.stdout
    lines = tasks.splitlines()
    logs = here / "away" / "jobs" / "logs"
    assert lines[0] == "#!/bin/bash"
    assert logs.is_dir()
    for line in HEADS[scheduler]:
        assert line.format(logs=logs) in lines
    # A scheduler reads its lines up to the first command.
    first = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    assert lines[first:] == [
        f"cd {here} || exit 1",
        "module load python",
        "exec apptainer exec c.sif python3 -P -m simulator batch people.yaml "
        f"--out {here / 'away'} --replications 7 --seed 3 --workers 2 "
        f'--shard "${{{VARIABLES[scheduler]}}}/5"',
    ]
    assert "1-5" not in merge
    assert merge.endswith(f"-m simulator merge {here / 'away'}\n")


def test_time_and_memory_follow_from_the_plan(here: Path) -> None:
    found = order("--slurm", "--out", "away", "--tasks", 2)
    task = found["task"]
    assert isinstance(task, dict)
    tasks, _ = scripts(here / "away")
    hours, minutes = map(int, re.findall(r"--time=(\d+):(\d+):00", tasks)[0])
    asked = 60 * (60 * hours + minutes)
    # Three times as long and ten minutes, to the next five minutes.
    assert 3 * task["seconds"] + 600 <= asked < 3 * task["seconds"] + 600 + 300
    megabytes = int(re.findall(r"--mem=(\d+)M", tasks)[0])
    assert 2 * task["memory"] <= megabytes * 1e6 < 2 * task["memory"] + 1e8
    assert found["missing"] == 18
    assert found["jobs"] is None


def test_one_task_of_pbs_is_no_array(here: Path) -> None:
    order("--pbs", "--out", "away")
    tasks, _ = scripts(here / "away")
    assert " -J " not in tasks
    assert tasks.endswith("--shard 1/1\n")


@needs_bash
@pytest.mark.parametrize("scheduler", HEADS)
def test_scripts_are_shell(scheduler: str, here: Path) -> None:
    order(f"--{scheduler}", "--out", "away", "--before", "module load x", "--tasks", 2)
    for script in sorted((here / "away" / "jobs").glob("*.sh")):
        done = subprocess.run([str(BASH), "-n", script], check=False)
        assert done.returncode == 0


@needs_bash
def test_an_array_that_is_played_gives_the_bytes_of_a_local_batch(here: Path) -> None:
    order("--pbs", "--out", "away", "--tasks", 2)
    play(here / "away", "pbs")
    assert caresim("batch", "people.yaml", "--out", "local").exit_code == 0
    assert run_files(here / "away") == run_files(here / "local")
    nothing = caresim("submit", "people.yaml", "--pbs", "--out", "away", "--send")
    assert nothing.exit_code == 0
    assert (
        f"Nothing is missing. To put the runs together: caresim merge {here / 'away'}"
        in nothing.output
    )


def test_a_merge_says_which_tasks_left_something_and_how_to_go_on(here: Path) -> None:
    words = ("--slurm", "--out", "away", "--tasks", "3", "--time", "1 hour")
    order(*words)
    done = caresim("batch", "people.yaml", "--out", "away", "--shard", "2/3")
    assert done.exit_code == 0
    merged = caresim("merge", "away")
    assert merged.exit_code == 1
    assert "Tasks that left something undone, of 3: 1 and 3 (killed, " in merged.output
    again = re.search(r"To go on, in (\S+): (caresim submit .*)", merged.output)
    assert again
    assert Path(again[1]) == here
    assert shlex.split(again[2]) == [
        *("caresim", "submit", "people.yaml", "--slurm", "--out", str(here / "away")),
        *("--tasks", "3", "--time", "60 min", "--send"),
    ]


ANSWERS = {
    "slurm": ("sbatch", "12;cluster", "13", "12"),
    "pbs": ("qsub", "12[].server", "13.server", "12[].server"),
    "sge": ("qsub", "12.1-3:1", "13", "12"),
    "lsf": (
        "bsub",
        "Job <12> is submitted to queue <normal>.",
        "Job <13> is submitted to queue <normal>.",
        "12",
    ),
}
AFTER = {
    "slurm": "--parsable --dependency=afterany:12",
    "pbs": "-W depend=afterany:12[].server",
    "sge": "-terse -hold_jid 12",
    "lsf": "-w ended(12)",
}


def stand_in(
    folder: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch, refuses: int = 9
) -> Path:
    """Put a program of a scheduler's name on the path; return what it writes down.

    The call of that number is refused.
    """
    name, first, second, _ = ANSWERS[scheduler]
    calls = folder / "calls.txt"
    program = folder / "bin" / name
    program.parent.mkdir()
    program.write_text(
        f"""#!{BASH}
echo "$*" >> {calls}
count=$(wc -l < {calls})
if [ "$count" -eq {refuses} ]; then echo "no such queue" >&2; exit 1; fi
[ "$count" -eq 1 ] && echo {shlex.quote(first)} || echo {shlex.quote(second)}
if [ {scheduler} = lsf ]; then cat >> {folder}/read.txt; fi
"""
    )
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    return calls


@needs_bash
@pytest.mark.parametrize("scheduler", ANSWERS)
def test_what_follows_waits_for_all_tasks(
    scheduler: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = stand_in(here, scheduler, monkeypatch)
    words = ("submit", "people.yaml", f"--{scheduler}", "--out", "away", "--tasks", 3)
    result = caresim(*words, "--send")
    assert result.exit_code == 0, result.output
    number = ANSWERS[scheduler][3]
    assert f"Sent: job {number} does the work, job 13" in result.output
    first, second = calls.read_text().splitlines()
    jobs = here / "away" / "jobs"
    if scheduler == "lsf":
        assert (first, second) == ("", AFTER["lsf"])
        assert (here / "read.txt").read_text() == "".join(scripts(here / "away"))
    else:
        assert first.split()[-1] == str(jobs / "tasks.sh")
        assert second == f"{AFTER[scheduler]} {jobs / 'merge.sh'}"


@needs_bash
def test_what_a_scheduler_refuses_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(here, "slurm", monkeypatch, refuses=2)
    result = caresim("submit", "people.yaml", "--slurm", "--out", "away", "--send")
    assert result.exit_code == 1
    last = result.output.splitlines()[-1]
    assert last == (
        "Error: job 12 was sent, but not what puts it together; when it has ended: "
        f"caresim merge {here / 'away'}. sbatch refuses {here / 'away'}/jobs/merge.sh: "
        "no such queue"
    )


def test_a_scheduler_that_is_not_there_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(here))
    result = caresim("submit", "people.yaml", "--lsf", "--out", "away", "--send")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == (
        "Error: there is no bsub here: submit on a machine of the server that has "
        "LSF's commands"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Say which scheduler: --slurm, --pbs, --sge or --lsf."),
        (("--slurm", "--time", "soon"), 2, "write for example '90 min', '2 hours'."),
        (("--slurm", "--time", "0 min"), 2, "'0 min' is no time"),
        (("--slurm", "--memory", "4"), 2, "write for example '800 MB', '4 GB'."),
        (("--slurm", "--option", "a\nb"), 2, "is not one line."),
        (("--slurm", "--queue", "a b"), 2, "is no name: it has blanks"),
        (("--slurm", "--out", "a b"), 1, "name another with --out"),
        (("--slurm", "--out", "50%"), 1, "name another with --out"),
    ],
)
def test_mistakes_are_told(
    words: tuple[str, ...], code: int, said: str, here: Path
) -> None:
    result = caresim("submit", "people.yaml", *words)
    assert result.exit_code == code
    assert said in result.output


def test_nothing_is_written_for_a_study_that_is_wrong(here: Path) -> None:
    file = here / "people.yaml"
    file.write_text(file.read_text("utf-8").replace("line, add", "lime, add"))
    result = caresim("submit", "people.yaml", "--slurm", "--out", "away")
    assert result.exit_code == 2
    assert "Did you mean 'line'?" in result.output
    assert not (here / "away").exists()


def test_a_shard_joins_a_folder_that_another_is_just_making(here: Path) -> None:
    order("--slurm", "--out", "away")
    (here / "away" / "batch.json").unlink()
    assert (
        caresim("batch", "people.yaml", "--out", "away", "--shard", "1/2").exit_code
        == 0
    )
    (here / "other").mkdir()
    (here / "other" / "letter.txt").touch()
    refused = caresim("batch", "people.yaml", "--out", "other")
    assert refused.exit_code == 1
    assert "is no folder of a batch and not empty" in refused.output
