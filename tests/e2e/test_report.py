"""Reports as planners make them: what a page holds, and what is refused."""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import results
from simulator.cli import main
from tests.worlds import BASE, child, write

SECTIONS = (
    "demand",
    "lists",
    "standards",
    "occupancy",
    "blocked",
    "flows",
    "cost",
    "fairness",
    "method",
)
LIMIT = 3_000_000
BUSIER = "  - demand: [clinic, emergency]\n    multiply_by: 1.4\n    from: 2024-01-15"


def caresim(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with runs: a baseline, a what-if, one without much, one alone."""
    folder = tmp_path_factory.mktemp("runs")
    write(folder, "base")
    write(folder, "busier", child(BUSIER))
    for name, extra in (
        ("base", ["--record", "visits"]),
        ("busier", ["--record", "visits"]),
    ):
        done = caresim("run", folder / f"{name}.yaml", "--out", folder / name, *extra)
        assert done.exit_code == 0, done.output
    bare = BASE[: BASE.index("clocks:")].replace("budgets: [hospital]\n", "")
    bare = re.sub(r"    cost: .*\n", "", bare)
    write(folder, "bare", bare)
    alone = ["--replications", 1, "--out", folder / "bare"]
    assert caresim("run", folder / "bare.yaml", *alone).exit_code == 0
    return folder


class Page(HTMLParser):
    """What a page holds, read as a browser would without running scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.inside):
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def made(runs: Path, target: Path, *names: str) -> Page:
    folders = [runs / name for name in names]
    result = caresim("report", *folders, "-o", target)
    assert result.exit_code == 0, result.output
    assert result.output == f"Report: {target}\n"
    return Page(target.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def two(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return made(runs, tmp_path_factory.mktemp("two") / "report.html", "base", "busier")


def anchors(page: Page) -> Iterator[str]:
    return (s["id"] or "" for s in page.all("section"))


def test_a_report_has_a_board_page_and_all_sections(two: Page) -> None:
    assert list(anchors(two)) == ["board", *(f"{name}-section" for name in SECTIONS)]
    for heading in ("The question", "What changes", "The answer", "How sure is this?"):
        assert heading in two.texts


def test_the_board_page_has_three_charts(two: Page) -> None:
    before = two.tags[: two.tags.index(("section", two.all("section")[1]))]
    assert sum(tag == "figure" for tag, _ in before) == 3


def test_every_chart_has_a_sentence_and_a_table(two: Page) -> None:
    figures = two.all("figure")
    pictures = [d for d in two.all("div") if d.get("data-chart")]
    assert len(figures) == len(pictures) >= 10
    assert len(two.all("figcaption")) == len(two.all("details")) == len(figures)
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"] or "") > 40
    assert len(two.all("caption")) == len(two.all("table"))


def test_every_chart_is_there_before_any_script_runs(two: Page) -> None:
    pictures = [a for a in two.all("svg") if a.get("viewbox")]
    assert len(pictures) == len(two.all("figure"))


def test_every_cell_of_a_table_has_headings(two: Page) -> None:
    assert {a.get("scope") for a in two.all("th")} == {"col", "row"}


def test_nothing_is_fetched_from_anywhere(two: Page) -> None:
    for _, attributes in two.tags:
        for name in ("src", "href", "srcset", "data", "action"):
            target = attributes.get(name) or ""
            assert target.startswith(("#", "data:")) or not target, target
    policy = next(m for m in two.all("meta") if m.get("http-equiv"))
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_the_answer_is_in_the_words_of_the_comparison(runs: Path, two: Page) -> None:
    a, b = results.load(runs / "base"), results.load(runs / "busier")
    sentences = {s.lower() for s in results.compare(a, b).sentences()}
    told = [text for text in two.texts if text.lower() in sentences]
    assert any("wait" in text and "rises" in text for text in told)


def test_levels_in_tables_are_those_of_the_measures(runs: Path, two: Page) -> None:
    rows = results.load(runs / "base").measures.to_pylist()
    values = [
        row["value"]
        for row in rows
        if (row["subject"], row["measure"], row["statistic"])
        == ("emergency", "arrivals", "per day")
        and (row["period"], row["group"]) == ("whole", "all")
    ]
    assert len(values) == 3
    mean = sum(values) / 3
    assert re.search(rf"emergency {mean:.0f}(\.\d)? ± ", two.text)


def test_flows_are_those_of_recorded_patients(runs: Path, two: Page) -> None:
    counts = {"base": 0, "busier": 0}
    for name in counts:
        for replication in (1, 2, 3):
            visits = results.load(runs / name).visits(replication).to_pylist()
            last: dict[int, str] = {}
            for visit in sorted(visits, key=lambda v: (v["who"], v["visit"])):
                if visit["part"] == 0:
                    before = last.get(visit["who"])
                    if before == "emergency" and visit["service"] == "ward":
                        counts[name] += visit["joined"] >= 0
                    last[visit["who"]] = visit["service"]
    more = (counts["busier"] - counts["base"]) / 3
    assert more > 0
    assert (
        f"emergency → ward +{more:.{0 if more >= 10 else 1}f}"
        in " ".join(re.findall(r"<title>(.*?)</title>", (two.rawdata or "")))
        or f"emergency ward {more:.0f}" in two.text
    )


def test_one_run_is_described(runs: Path, tmp_path: Path) -> None:
    page = made(runs, tmp_path / "report.html", "busier")
    assert "What changes" not in page.texts
    assert "What-if" not in page.text
    assert "of 1 standards are met in every month." in page.text


def test_several_runs_are_each_held_against_the_first(
    runs: Path, tmp_path: Path
) -> None:
    page = made(runs, tmp_path / "report.html", "base", "busier", "base")
    assert "Baseline" in page.texts
    assert any(text.startswith("busier: ") for text in page.texts)
    assert "base: Nothing moves that these replications could show." in page.texts
    assert "In 'base', all flows are the same as in the baseline." in page.texts


def test_a_run_without_standards_prices_and_intervals_says_so(
    runs: Path, tmp_path: Path
) -> None:
    page = made(runs, tmp_path / "report.html", "bare")
    assert "The scenario has no standards" in page.text
    assert "The scenario has no prices" in page.text
    assert "one replication" in page.text
    assert "±" not in page.text


def test_the_same_runs_give_the_same_bytes(runs: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        folders = runs / "base", runs / "busier"
        to = ["-o", tmp_path / name / "r.html", "--charts", tmp_path / name / "charts"]
        assert caresim("report", *folders, *to).exit_code == 0
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*"))
    assert len(files) > 20
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (
            tmp_path / "b" / file
        ).read_bytes(), file
    assert (tmp_path / "a" / "r.html").stat().st_size < LIMIT


def test_charts_are_written_as_pictures(runs: Path, tmp_path: Path) -> None:
    out = ["-o", tmp_path / "r.html", "--charts", tmp_path / "charts"]
    result = caresim("report", runs / "base", *out)
    assert result.exit_code == 0, result.output
    names = {p.name for p in (tmp_path / "charts").iterdir()}
    assert {"lists.svg", "lists.png", "flows.svg", "flows.png"} <= names
    assert f"Charts: {len(names)} files in {tmp_path / 'charts'}" in result.output
    for path in (tmp_path / "charts").iterdir():
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG" if path.suffix == ".png" else b"<svg ")


def test_a_title_can_be_given_and_is_safe(runs: Path, tmp_path: Path) -> None:
    out = ["-o", tmp_path / "r.html", "--title", "A&E <b>now</b>"]
    assert caresim("report", runs / "base", *out).exit_code == 0
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<h1>A&amp;E &lt;b&gt;now&lt;/b&gt;</h1>" in html
    assert "<b>" not in html


def test_a_file_that_is_there_is_kept_unless_it_may_go(
    runs: Path, tmp_path: Path
) -> None:
    path = tmp_path / "r.html"
    path.write_text("mine")
    taken = caresim("report", runs / "base", "-o", path)
    assert taken.exit_code == 1
    assert "is there already" in taken.output
    assert path.read_text() == "mine"
    assert caresim("report", runs / "base", "-o", path, "--replace").exit_code == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_runs_that_cannot_be_compared_are_refused(runs: Path, tmp_path: Path) -> None:
    out = ["-o", tmp_path / "r.html"]
    result = caresim("report", runs / "base", runs / "bare", *out)
    assert result.exit_code == 1
    assert "cannot be compared" in result.output
    assert not (tmp_path / "r.html").exists()


def test_more_runs_than_can_be_told_apart_are_refused(
    runs: Path, tmp_path: Path
) -> None:
    result = caresim("report", *[runs / "base"] * 7, "-o", tmp_path / "r.html")
    assert result.exit_code == 1
    assert "one to 6 runs" in result.output


def test_no_run_folder_is_one_line(tmp_path: Path) -> None:
    result = caresim("report", tmp_path / "nothing", "-o", tmp_path / "r.html")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("missing", ["altair", "vl_convert", "jinja2"])
def test_without_what_draws_it_says_how_to_install_it(
    missing: str, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [n for n in sys.modules if n.startswith("results.report.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    result = caresim("report", runs / "base", "-o", tmp_path / "r.html")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert f"{missing} is not installed here" in result.output
    assert "python -m pip install" in result.output
