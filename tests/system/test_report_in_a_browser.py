"""Reports in a browser: everything is drawn, nothing is fetched, and it prints well."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, sync_playwright

from simulator.cli import main

pytestmark = pytest.mark.system

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MARKS = (
    ", ".join(
        f".mark-{mark} {shape}"
        for mark, shape in (("line", "path"), ("area", "path"), ("rect", "path"))
    )
    + ", .mark-symbol path, .mark-rule line"
)
WORDS = "p, li, td, th, h1, h2, h3, a, summary, figcaption"
DRAWN = "document.querySelectorAll('.chart[data-drawn]').length"
SPECIFIED = "Object.keys(JSON.parse(specifications.textContent).charts).length"
SECTIONS = 9
POOLED = Path(__file__).parents[2] / "benchmarks" / "pooled"
SCENARIOS = ("pooled-quick", "pooled-plus-30-quick")


def caresim(*words: object) -> None:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is not installed: make test-system installs it"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return reports of one run, of two, and of several."""
    folder = tmp_path_factory.mktemp("reports")
    runs = [folder / name for name in SCENARIOS]
    for name, run in zip(SCENARIOS, runs, strict=True):
        caresim("run", POOLED / f"{name}.yaml", "--replications", 3, "--out", run)
    made = {"one": runs[:1], "two": runs, "several": [*runs, runs[0]]}
    for name, chosen in made.items():
        caresim("report", *chosen, "-o", folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in made}


class Opened:
    """A report that a browser has opened, and what it complained of or asked for."""

    def __init__(self, browser: Browser, path: Path, *, scripts: bool = True) -> None:
        context = browser.new_context(java_script_enabled=scripts)
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        if scripts:
            self.page.wait_for_function(f"{DRAWN} === {SPECIFIED}", timeout=60_000)


@pytest.fixture(scope="session", params=["one", "two", "several"])
def opened(
    request: pytest.FixtureRequest, browser: Browser, reports: dict[str, Path]
) -> Opened:
    return Opened(browser, reports[request.param])


def test_the_browser_says_nothing_and_nothing_is_fetched(opened: Opened) -> None:
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    assert len(opened.asked) == 1


def test_every_chart_is_drawn_with_marks(opened: Opened) -> None:
    charts = opened.page.query_selector_all(".chart")
    assert len(charts) >= 12
    for chart in charts:
        name = chart.get_attribute("data-chart")
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] > 300, name
        assert box["height"] > 40, name
        bands = chart.query_selector_all("svg > path > title")
        assert chart.query_selector_all(MARKS) or bands, name


def test_a_chart_drawn_by_the_script_is_as_large_as_its_picture(
    browser: Browser, reports: dict[str, Path]
) -> None:
    with_scripts = Opened(browser, reports["two"]).page
    without = Opened(browser, reports["two"], scripts=False).page
    for chart in with_scripts.query_selector_all(".chart"):
        name = chart.get_attribute("data-chart")
        other = without.query_selector(f'[data-chart="{name}"]')
        assert other is not None
        one, two = chart.bounding_box(), other.bounding_box()
        assert one is not None
        assert two is not None
        assert one["height"] == pytest.approx(two["height"], rel=0.1), name


def test_no_text_of_a_chart_lies_outside_it(opened: Opened) -> None:
    outside = opened.page.evaluate(
        """() => [...document.querySelectorAll('.chart')].flatMap(chart => {
            const box = chart.querySelector('svg').getBoundingClientRect();
            return [...chart.querySelectorAll('text')].filter(text => {
                const own = text.getBoundingClientRect();
                return own.left < box.left - 1 || own.right > box.right + 1;
            }).map(text => chart.dataset.chart + ': ' + text.textContent);
        })"""
    )
    assert outside == []


def test_every_chart_has_its_words_and_its_numbers(opened: Opened) -> None:
    for figure in opened.page.query_selector_all("figure"):
        picture = figure.query_selector(".chart[role=img]")
        assert picture is not None
        assert len(picture.get_attribute("aria-label") or "") > 40
        assert figure.query_selector("figcaption") is not None
        table = figure.query_selector("details table")
        assert table is not None
        assert len(table.query_selector_all("tbody tr")) >= 1


def test_numbers_can_be_opened_with_the_keyboard(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = Opened(browser, reports["one"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#board"
    page.focus("summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")


def test_the_page_is_no_wider_than_a_telephone(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = Opened(browser, reports["two"]).page
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_words_stand_out_from_the_page(opened: Opened) -> None:
    colours = opened.page.evaluate(
        """words => [...new Set([...document.querySelectorAll(words)]
            .map(element => getComputedStyle(element).color))]""",
        WORDS,
    )
    assert colours
    for colour in colours:
        assert contrast(*map(int, re.findall(r"\d+", colour)[:3])) >= 4.5, colour


def contrast(*parts: int) -> float:
    """Return the contrast of a colour with white, by WCAG 2.2."""
    shares = [part / 255 for part in parts]
    linear = [
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    ]
    luminance = sum(
        w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    return 1.05 / (luminance + 0.05)


def test_it_prints_on_a4_each_section_on_a_page_of_its_own(opened: Opened) -> None:
    printed = opened.page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    sizes = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", printed))
    assert SECTIONS <= pages <= 30
    assert len(sizes) == 1
    left, top, width, height = map(float, sizes.pop().split())
    assert (width - left, height - top) == pytest.approx((595, 842), abs=1)


def test_no_chart_is_taller_than_a_printed_page(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 696, "height": 1017})  # A4 less margins
    tall = opened.page.evaluate(
        """() => [...document.querySelectorAll('figure')]
            .filter(figure => figure.getBoundingClientRect().height > 1017)
            .map(figure => figure.id)"""
    )
    opened.page.emulate_media(media="screen")
    opened.page.set_viewport_size({"width": 1280, "height": 720})
    assert tall == []
