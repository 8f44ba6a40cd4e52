"""Every example in the documentation does what the page says."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import results
import scenarios
from results.measures import naming
from scenarios.questions import is_question, question
from simulator.cli import main
from simulator.preflight_pages import COLUMNS as PREFLIGHT

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
NAMED = re.compile(r"`([\w-]+\.yaml)`:\s*$")


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """Return the name that stands before each block, and its text."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        if match[1] == language:
            name = NAMED.search(text[: match.start()].rstrip())
            found.append((name[1] if name else "example.yaml", match[2]))
    return found


WITH_SCENARIOS = [
    p for p in PAGES if any("caresim: 1" in t for _, t in blocks(p, "yaml"))
]


@pytest.mark.parametrize("page", WITH_SCENARIOS, ids=lambda p: p.name)
def test_every_scenario_on_a_page_can_be_read(page: Path, tmp_path: Path) -> None:
    whole = [(n, t) for n, t in blocks(page, "yaml") if t.startswith("caresim: 1")]
    assert whole
    for name, text in whole:
        (tmp_path / name).write_text(text, encoding="utf-8")
        if scenarios.is_study(tmp_path / name):
            assert scenarios.study(tmp_path / name).variants[-1].scenario().services
        elif is_question(tmp_path / name):
            assert question(tmp_path / name).scenario.services
        else:
            assert scenarios.read(tmp_path / name).services


def test_the_page_on_studies_says_what_becomes_of_its_example(tmp_path: Path) -> None:
    page = ROOT / "docs" / "reference" / "studies.md"
    for name, text in blocks(page, "yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    study = scenarios.study(tmp_path / "beds.yaml")
    names = {variant.name for variant in study.variants}
    assert "town_beds-5_nurses-1.5_draw-007" in names
    assert len(study.variants) == 1 + 3 * 2 * 20
    for command in ("check", "explain"):
        result = CliRunner().invoke(main, [command, str(tmp_path / "beds.yaml")])
        assert result.exit_code == 0, result.output
        assert "121 variants" in result.output


def test_the_tutorial_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "first-scenario.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    commands = [
        line for _, text in blocks(page, "console") for line in text.split("\n")
    ]
    said = {}
    for command in filter(None, commands):
        words = command.split()
        assert words[0] == "caresim"
        result = CliRunner().invoke(main, words[1:])
        assert result.exit_code == 0, (command, result.output)
        said[words[1]] = result.output
    assert "Clinic: arrivals a day rise" in said["compare"]


def test_the_first_what_if_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "tutorial" / "first-what-if.md"
    files = dict(blocks(page, "yaml"))
    said = {}
    commands = "".join(text for _, text in blocks(page, "console")).splitlines()
    for command in commands:
        name, *words = shlex.split(command)
        assert name == "caresim"
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, (command, result.output)
        said[" ".join(words[:2])] = " ".join(result.output.split())
        if words[0] == "new":  # as the page says: then it is edited
            begun = scenarios.read("busier.yaml")
            for file, text in files.items():
                Path(file).write_text(text, encoding="utf-8")
            assert scenarios.read("busier.yaml").title == begun.title
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"^    ([A-Z].*\.)$", text, re.MULTILINE)
    assert len(shown) == 3
    for line in shown:
        assert line in said["compare runs/today"], line
    third = said["compare runs/today"].partition("'The same, with 25% more")[2]
    assert "Talking therapies in Leeds: mean wait falls by 2 days" in third
    assert "mental health: 29% of those who join" in said["explain busier.yaml"]
    assert (
        "falls short from October 2021 (month 1): it needs"
        in said["explain busier.yaml"]
    )
    whole = CliRunner().invoke(main, ["explain", "busier.yaml", "--preflight"]).output
    assert re.search("talking therapies in Leeds +2021-11", whole)
    assert Path("board.html").stat().st_size > 100_000


def test_the_guide_to_standards_can_be_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "standards.md"
    (_, text), (_, stricter) = blocks(page, "yaml")
    Path("eighteen-weeks.yaml").write_text(text, encoding="utf-8")
    Path("stricter.yaml").write_text(stricter, encoding="utf-8")
    tables = {}
    for name in ("eighteen-weeks", "stricter"):
        command = ["run", f"{name}.yaml", "--replications", "2", "--out", name]
        result = CliRunner().invoke(main, [*command, "--json"])
        assert result.exit_code == 0, result.output
        rows = json.loads(result.stdout)["standards"]
        tables[name] = {row["standard"]: row for row in rows}
    plain, strict = tables.values()
    written = [s.name for s in scenarios.read("eighteen-weeks.yaml").standards]
    assert list(plain) == written
    for standard, row in plain.items():
        assert row["achieved"]["mean"] == strict[standard]["achieved"]["mean"]
    ((_, asked),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(asked, page.name, "exec"), {})
    (said,) = capsys.readouterr().out.splitlines()
    assert f"    {said}\n" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("guide", "measures"),
    [
        (
            "beds",
            [
                "medical ward: delayed, mean",
                "medical ward: occupancy, mean",
                "medical ward: wait, mean",
                "medical ward: helped elsewhere, total",
                "medical ward: moved back, number",
            ],
        ),
        (
            "beds/mental-health-beds.yaml",
            [
                "out of area: in use, mean",
                "out of area: cost, total",
                "mental health ward: moved back, number",
            ],
        ),
        (
            "queues",
            [
                "walk-in centre: left unseen (gives up), number",
                "walk-in centre: changed priority (gets worse), number",
                "walk-in centre: turned away (too long), number",
                "telephone line: turned away (engaged), number",
            ],
        ),
        (
            "resources",
            [
                "surgeon: utilisation, of rostered time",
                "theatre nurses: in use, mean",
                "theatre: wait, mean",
            ],
        ),
        (
            "escalation",
            [
                "ward: cost of escalation, total",
                "hospital: spending (escalation), total",
            ],
        ),
    ],
)
def test_a_guide_can_be_run_and_shows_what_it_promises(
    guide: str, measures: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page, _, wanted = guide.partition("/")
    found = blocks(ROOT / "docs" / "guides" / f"{page}.md", "yaml")
    ((name, text),) = [b for b in found if b[0] == wanted] or found[:1]
    Path(name).write_text(text, encoding="utf-8")
    explained = CliRunner().invoke(main, ["explain", name])
    assert explained.exit_code == 0, explained.output
    command = ["run", name, "--replications", "2", "--out", "done"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    table = results.load("done").measures.to_pylist()
    whole = {
        naming.name(r["kind"], r["subject"], r["measure"], r["statistic"]): r["value"]
        for r in table
        if r["period"] == "whole" and r["group"] == "all"
    }
    for measure in measures:
        assert whole[measure] > 0, measure


def test_the_guide_to_notebooks_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "notebook.md"
    ((_, commands),) = blocks(page, "console")
    for command in commands.splitlines():
        result = CliRunner().invoke(main, command.split()[1:])
        assert result.exit_code == 0, (command, result.output)
    first, *others = [text for _, text in blocks(page, "python")]
    assert len([line for line in first.splitlines() if line]) <= 5
    cells: dict[str, Any] = {}
    for text in (first, *others):
        exec(compile(text, page.name, "exec"), cells)
    assert cells["differences"].num_rows == len(results.compare(*_two(cells)).rows)
    months = [edge[:7] for edge in cells["a"].labels.months[:-1]]
    assert cells["by_month"]["period"].to_list() == months
    assert list(cells["in_2021"].index) == [1, 2, 3, 4, 5]
    assert (cells["in_2021"] > 0).all()
    assert len(cells["longest"]) == 5
    assert {row[1] for row in cells["rows"]} == {
        s.name for s in cells["a"].labels.services
    }
    median = cells["a"].summary().services[2].wait_mean
    assert median is not None
    assert cells["eighty_percent_within"] > median.mean
    assert "runs/red-kite-view" in capsys.readouterr().out


def _two(cells: dict[str, Any]) -> tuple[results.Run, results.Run]:
    return cells["a"], cells["b"]


def test_the_guide_to_displacement_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "displacement.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    said = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, command.split()[1:])
        assert result.exit_code == 0, (command, result.output)
        said.append(result.output)
    # As the guide says: people who come in both runs are sent out of area.
    assert (
        "out of area ward"
        in said[2].partition("Treated at least once, of those in both")[2]
    )
    assert "The same visits wait, on average:" in said[2]
    assert "25 and over: extra " in said[3]
    cells: dict[str, Any] = {}
    for _, text in blocks(page, "python"):
        exec(compile(text, page.name, "exec"), cells)
    assert {row["b_sector"] for row in cells["extra"]} >= {
        "mental health",
        "out of area",
    }
    ((row),) = cells["pushed_out"]
    assert row["patients"].low > 0
    assert list(cells["tables"]) == ["ends", "moves", "waits", "use"]
    assert "out of area" in capsys.readouterr().out


def test_the_guide_to_reports_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "report.md"
    commands = "".join(text for _, text in blocks(page, "console")).splitlines()
    assert len(commands) == 5
    for command in commands:
        name, *words = shlex.split(command)
        assert name == "caresim"
        few = ["--replications", "2"] if words[0] == "run" else []
        result = CliRunner().invoke(main, [*words, *few])
        assert result.exit_code == 0, (command, result.output)
    whole = Path("report.html").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([a-z ]+) \| ", page.read_text("utf-8"), re.MULTILINE)
    assert len(listed) == 12
    for part in listed[2:]:
        assert re.search(rf"<h2[^>]*>{part}</h2>", whole, re.IGNORECASE), part
    assert len(list(Path("charts").iterdir())) > 20


def test_the_guide_to_compute_servers_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "compute-servers.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    commands = "".join(text for _, text in blocks(page, "console")).splitlines()
    assert len(commands) == 6
    for command in commands:
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        if "submit" in command:
            (line,) = re.findall("^#SBATCH --array=.*", result.stdout, re.MULTILINE)
            assert line == "#SBATCH --array=1-4"
    here, by_hand = (Path("runs", name, "runs") for name in ("people", "by-hand"))
    assert sorted(p.name for p in here.iterdir()) == sorted(
        ["line", *(f"line_people-{n}" for n in (0, 1, 2, 3))]
    )
    for run in here.iterdir():
        for table in (run.glob("*.parquet"), [run / "manifest.json"]):
            for file in table:
                same = by_hand / run.name / file.name
                assert file.read_bytes() == same.read_bytes()


def test_every_command_and_option_is_on_its_page() -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}"))
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"`{option.opts[0]}`" in row, (name, option.opts)


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), (page.name, target)


def test_the_guide_to_sharing_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "sharing.md"
    ((name, text),) = blocks(page, "yaml")
    Path(name).write_text(text, encoding="utf-8")
    for _, block in blocks(page, "console"):
        for command in block.strip().split("\n"):
            result = CliRunner().invoke(main, command.split()[1:])
            assert result.exit_code == 0, (command, result.output)
    for file in ("walk-in.xlsx", "public.xlsx", "walk-in-animated.csv", "methods.md"):
        assert Path(file).stat().st_size > 1000
    stars = Path("public/measures.csv").read_text(encoding="utf-8").count(",*,*,*,")
    logged = Path("public/suppressed.csv").read_text(encoding="utf-8").splitlines()
    assert stars == len(logged) - 1 > 0
    assert "Attendances, monthly return" in Path("methods.md").read_text("utf-8")


def test_the_guide_to_batches_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "batches.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    said = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said.append(result.output)
    explained, plan, _, status, more, compared, *_ = said
    assert "every value of one with every value of the others" in explained
    assert "7 runs with 140 replications in all." in plan
    assert "7 of 7 runs are whole" in status
    assert "140 of 210 replications are there already." in more
    assert "Clinic: mean wait rises" in compared
    assert "Clinic: mean wait falls" in compared
    cells: dict[str, Any] = {}
    for _, text in blocks(page, "python"):
        exec(compile(text, page.name, "exec"), cells)
    answers = {levels: row.difference.mean for levels, row in cells["answers"].items()}
    assert len(answers) == 6
    # Each nurse more shortens the wait, and so does a quicker pace.
    for pace in ("1", "0.9"):
        assert answers["0", pace] > answers["1", pace] > answers["2", pace]
    assert all(answers[n, "0.9"] < answers[n, "1"] for n in ("0", "1", "2"))
    own, shared = Path("runs/nurses/runs.csv"), Path("runs/shared/runs.csv")
    assert len(own.read_text("utf-8").splitlines()) == 8
    assert len(list(shared.with_name("runs").iterdir())) == 7


def test_the_guide_to_precision_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "precision.md"
    ((name, text),) = blocks(page, "yaml")
    Path(name).write_text(text, encoding="utf-8")
    said = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said.append(result)
    sharp, bounded = said
    shown = re.findall(
        "^    +(\\d.*|clinic: .*)$", page.read_text("utf-8"), re.MULTILINE
    )
    assert len(shown) == 3
    for line in shown:
        assert line in sharp.stdout
    assert bounded.stderr.splitlines()[-1].startswith("WARNING: 15 replications")
    ((_, code),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(code, page.name, "exec"), {})
    assert capsys.readouterr().out.startswith("clinic: wait, mean: ")
    assert results.load("runs/sharp").manifest["precision"]["reached"]


def test_the_guide_to_recovery_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "recovery.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    said = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said.append(result.stdout)
    shown = re.findall("^    ((?:It|Of) .*)$", page.read_text("utf-8"), re.MULTILINE)
    assert len(shown) == 2
    assert [line.strip() for line in said[2].splitlines()][-2:] == shown
    assert "more" in said[3]
    assert Path("recovery.svg").read_text("utf-8").startswith("<svg")
    head, *rows = said[4].splitlines()
    assert head == "asked,run,month,met_again,replications,share,low,high"
    assert {row.split('",')[1].split(",")[0] for row in rows} == {"today", "more"}
    ((_, code),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(code, page.name, "exec"), {})
    assert capsys.readouterr().out == "half 2028-02\nnine in ten 2028-03\n"


def test_the_guide_to_solving_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "solve.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    ((_, command),) = blocks(page, "console")
    result = CliRunner().invoke(main, shlex.split(command)[1:])
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    after = page.read_text("utf-8").partition("```console")[2].partition("## ")[0]
    shown = re.findall("^    ([A-Za-z0-9].*)$", after, re.MULTILINE)
    assert len(shown) == 10
    for line in shown:
        assert " ".join(line.split()) in lines, line
    assert Path("capacity.svg").read_text("utf-8").startswith("<svg")
    assert scenarios.read("capacity-plan.yaml").title.endswith("beds plus 2")
    ((_, code),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(code, page.name, "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert "appointments plus 1, beds plus 2 242656 holds, tested" in printed


def test_the_guide_to_the_pre_flight_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "preflight.md"
    ((name, text),) = blocks(page, "yaml")
    Path(name).write_text(text, encoding="utf-8")
    said: list[str] = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said += [line.strip() for line in result.stdout.splitlines()]
    whole = page.read_text("utf-8")
    shown = re.findall("^    ((?:clinic|scan|ward) .*)$", whole, re.MULTILINE)
    assert len(shown) == 4
    for line in shown:
        assert line in said
    for column in re.findall("`([a-z_]+)`", whole.partition("| column |")[2]):
        if column not in ("by",):
            assert column in PREFLIGHT or column in ("clinic", "explain"), column
    ((_, code),) = blocks(page, "python")
    exec(compile(code, page.name, "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 36


def test_the_guide_to_shocks_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "stress.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    said: list[str] = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said += [line.strip() for line in result.stdout.splitlines()]
    shown = re.findall("^    ( *[A-Zct].*)$", page.read_text("utf-8"), re.MULTILINE)
    shown = [line.strip() for line in shown if "(" in line]
    assert len(shown) == 3 + 5 + 2
    for line in shown:
        assert line in said
    assert Path("stress.svg").read_text("utf-8").startswith("<svg")
    ((_, code),) = blocks(page, "python")
    exec(compile(code, page.name, "exec"), {})
    assert capsys.readouterr().out.startswith("clinic: list at the end, number")


def test_the_guide_to_marginal_effects_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "marginal.md"
    ((name, text),) = blocks(page, "yaml")
    Path(name).write_text(text, encoding="utf-8")
    said = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said.append(result)
    first, second = said
    lines = [line.strip() for line in first.stdout.splitlines()]
    shown = re.findall(
        "^    ((?:Most|[1-4] ).*)$", page.read_text("utf-8"), re.MULTILINE
    )
    assert len(shown) == 5
    for line in shown:
        assert line in lines
    assert Path("marginal.svg").read_text("utf-8").startswith("<svg")
    # The scenario as it is was there already.
    assert "30 of 90 replications are there already." in second.stderr
    table = Path("runs/hospital-marginal/marginal.csv").read_text("utf-8").splitlines()
    assert len(table) == 3
    ((_, code),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(code, page.name, "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == [
        *("rehabilitation", "ward", "A&E", "clinic"),
    ]


def test_the_guide_to_what_is_not_known_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "uncertain.md"
    for name, text in blocks(page, "yaml"):
        Path(name).write_text(text, encoding="utf-8")
    first, choice = _followed(page)
    shown = _shown(page)
    lines = [line.strip() for line in first.splitlines()]
    assert len(shown) == 14
    for line in shown:
        assert line in lines
    assert Path("spread.svg").read_text("utf-8").startswith("<svg")
    assert "With all inputs known one would decide otherwise in 0%." in choice
    ((_, code),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(code, page.name, "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "services.frailty ward.takes.mean 0.48 0.48"
    assert len(printed) == 3


def test_the_guide_to_sensitivity_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "guides" / "sensitivity.md"
    ((name, text),) = blocks(page, "yaml")
    Path(name).write_text(text, encoding="utf-8")
    tornado, by_half, screening = _followed(page)
    shown = _shown(page)
    lines = [line.strip() for line in (tornado + screening).splitlines()]
    assert len(shown) == 5
    for line in shown:
        assert line in lines
    assert "Most comes from services.frailty ward.capacity" in by_half
    for chart in ("tornado.svg", "screening.svg"):
        assert Path(chart).read_text("utf-8").startswith("<svg")
    ((_, code),) = blocks(page, "python")
    capsys.readouterr()
    exec(compile(code, page.name, "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed][2] == "demand.front"


def _followed(page: Path) -> list[str]:
    """Return what the commands of a page print."""
    said = []
    commands = "".join(text for _, text in blocks(page, "console"))
    for command in commands.splitlines():
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, (command, result.output)
        said.append(result.stdout)
    return said


def _shown(page: Path) -> list[str]:
    """Return the lines that a page shows of what was printed."""
    text = re.sub("```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.findall("^    (\\S.*)$", text, re.MULTILINE)
