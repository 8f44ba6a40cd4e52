"""The pages themselves: Markdown made of questions and of figures that were kept."""

from __future__ import annotations

from pathlib import Path

from docs.pages import back_test, rising_demand
from docs.pages.catalogue import ALL, Question, questions
from docs.pages.figures import definition
from docs.pages.playing import QUICK
from docs.pages.tables import FROZEN, Kept, read
from results.measures.naming import Name
from results.statistics.estimates import Estimate, estimate, paired
from results.words.numbers import amount, with_interval
from scenarios import catalogue
from scenarios import read as scenario_of
from scenarios.explain import changes_in_words
from scenarios.scenario import Scenario

HOME = Path(__file__).parents[1] / "catalogue"
"""Where the pages lie."""
MADE = (
    "<!-- Made by `make docs` from docs/pages; `make docs-check` holds it against "
    "that. "
    "Do not edit. -->"
)


TIMES_AND_SHARES = ("days", "share", "pounds")


def pages() -> dict[str, str]:
    """Return the text of every page, by the name of its file."""
    kept = read(FROZEN)
    made = {f"{each.name}.md": _page(each, kept) for each in questions()}
    made["back-test.md"] = _back_test()
    made["README.md"] = _index()
    return made


# One what-if


def _page(question: Question, kept: dict[str, Kept]) -> str:
    own, other = scenario_of(question.name), scenario_of(question.against)
    blocks = [
        f"# {own.title}",
        MADE,
        " ".join(own.notes.split()),
        "## What it changes",
        "\n".join(f"* {sentence}" for sentence in _changes(own, other)),
        "## What the source says",
        question.says,
        "## What the model answers",
        _answer(question, kept),
        _table(question, kept),
    ]
    if question.name == rising_demand.NAME:
        blocks += rising_demand.sections()
    blocks += [
        "## What it cannot say",
        question.cannot,
        "## Run it",
        _commands(question),
    ]
    return "\n\n".join(blocks) + "\n"


def _changes(own: Scenario, other: Scenario) -> list[str]:
    """Return what a scenario changes that the one it is held against does not."""
    known = set(changes_in_words(other))
    found = [each for each in changes_in_words(own) if each not in known]
    new = {s.name for s in own.services} - {s.name for s in other.services}
    gone = {s.name for s in other.services} - {s.name for s in own.services}
    if new and not gone:
        found.insert(0, f"New: {', '.join(sorted(new))}.")
    if gone:
        found.insert(
            0, f"One service in place of {len(gone)}: {', '.join(sorted(new))}."
        )
    if not found:
        found.append("See the file; it changes what is not a number.")
    return [each.removeprefix("Change: ") for each in found]


def _estimates(
    question: Question, kept: dict[str, Kept], figure: Name, group: str
) -> tuple[Estimate, Estimate, Estimate] | None:
    """Return a figure without and with the what-if, and the difference."""
    one = kept[question.against].values.get((group, figure))
    two = kept[question.name].values.get((group, figure))
    if one is None or two is None:
        return None
    a, b = list(one), list(two)
    return estimate(a), estimate(b), paired(a, b)


def _answer(question: Question, kept: dict[str, Kept]) -> str:
    """Return the answer in a sentence."""
    found = _estimates(question, kept, question.headline, question.group)
    if found is None:
        raise KeyError(f"{question.name}: no figures of {question.headline}")
    before, after, difference = found
    low, high = difference.interval or (difference.mean, difference.mean)
    figure, year = question.headline, kept[question.name].year
    whom = "" if question.group == ALL else f", {question.group}"
    unit = definition(figure).unit
    name = f"{_name(figure)}{whom}"
    half = (high - low) / 2
    ends_at = (_said(amount(each.mean, unit), unit) for each in (before, after))
    from_to = f"from {' to '.join(ends_at)}"
    if low > 0 or high < 0:
        verb = "rises" if low > 0 else "falls"
        ends = sorted((abs(low), abs(high)))
        size, *span = (
            _said(amount(each, unit, half), unit).replace("%", " points")
            for each in (abs(difference.mean), *ends)
        )
        interval = " to ".join(span)
        return (
            f"**{name} {verb} by {size}** (95% interval {interval}), {from_to}, "
            f"in {year}."
        )
    return f"**{name}: no clear change**, {from_to}, in {year}."


def _table(question: Question, kept: dict[str, Kept]) -> str:
    """Return the figures side by side."""
    rows = [
        f"| {kept[question.name].year} | without | with | difference (95% interval) |",
        "|---|--:|--:|--:|",
    ]
    for figure in question.figures:
        found = _estimates(question, kept, figure, question.group)
        found = found or _estimates(question, kept, figure, ALL)
        if found is None:
            continue
        before, after, difference = found
        unit = definition(figure).unit
        rows.append(
            f"| {_name(figure)} | {_said(amount(before.mean, unit), unit)} | "
            f"{_said(amount(after.mean, unit), unit)} | {_change(difference, unit)} |"
        )
    design = (
        f"Means over {QUICK.replications} replications at {QUICK.scale}, in full "
        "numbers; "
        "both sides with the same patients and the same luck."
    )
    if question.against == "young-people":
        design = "Means over replications at full size."
    return "\n".join(rows) + f"\n\n{design}"


def _said(text: str, unit: str) -> str:
    """Return a figure without the word for what is counted: its row says that."""
    return text if unit in TIMES_AND_SHARES else text.replace(f" {unit}", "")


def _change(difference: Estimate, unit: str) -> str:
    """Return a difference with its interval; that of shares is in points."""
    text = _said(with_interval(difference, unit), unit)
    if unit != "share":
        return text
    value, _, interval = text.partition("% (")
    return f"{value} points ({interval.replace('%', '')}" if interval else text


def _name(figure: Name) -> str:
    """Return what a figure is, for people."""
    measure = figure.measure
    if measure == "within":
        return figure.subject[0].upper() + figure.subject[1:] + ", share"
    words = {
        "list at the end": "list at the end of the year",
        "running at the end": "people on the list at the end of the year",
        "wait": "mean wait",
        "in use": "people in treatment",
        "blocked": "people who wait for the next place",
        "delayed": "people whose treatment is over",
        "arrivals": "arrivals",
        "occupancy": "occupancy",
    }
    said = words.get(measure, measure)
    if figure.statistic == "per day":
        said += " a day"
    subject = {"model": "All services"}.get(figure.subject, figure.subject)
    return f"{subject[0].upper()}{subject[1:]}: {said}"


def _commands(question: Question) -> str:
    scale = "" if question.against == "young-people" else " --scale 1:20"
    return (
        "```text\n"
        f"caresim run {question.against}{scale} --out runs/without\n"
        f"caresim run {question.name}{scale} --out runs/with\n"
        "caresim compare runs/without runs/with\n"
        "```"
    )


# The back-test


def _back_test() -> str:
    rows = back_test.rows()
    inside = sum(row.is_inside for row in rows)
    design = back_test.DESIGN
    intro = (
        f"West Yorkshire at full size from October 2021 to December 2022, "
        f"{design.replications} replications, set beside {len(rows)} published "
        "figures. "
        f"**{inside} of {len(rows)} ({inside / len(rows):.0%}) are inside**: the 95% "
        "interval of the simulation meets the published figure's range. That range is "
        "the source's or the pack's own where there is one, otherwise five in a "
        "hundred "
        "to either side, and for shares five percentage points. Capacities and demand "
        "marked *calibrated* in the file were chosen, within the pack's ranges "
        "where it "
        "has any, so that these figures come out; so this page shows that the model "
        "holds together, not that it foretells."
    )
    table = [
        "| figure | published | range | simulated (95% interval) | inside | why not |",
        "|---|--:|--:|--:|---|---|",
    ]
    table += [_back_test_row(row) for row in rows]
    sources = ["| figure | source | measure, months |", "|---|---|---|"]
    for each in back_test.published():
        months = f"{each.months[0]} to {each.months[-1]}"
        months = each.months[0] if len(each.months) == 1 else months
        sources.append(f"| {each.name} | {each.source} | `{each.measure}`, {months} |")
    blocks = [
        "# The back-test",
        MADE,
        intro,
        "\n".join(table),
        "## Where they come from",
    ]
    return "\n\n".join([*blocks, "\n".join(sources)]) + "\n"


def _back_test_row(row: back_test.Row) -> str:
    figure, found = row.figure, row.found
    low, high = found.interval or (found.mean, found.mean)
    size = 0.01 if figure.is_share else 1.0
    sign = "%" if figure.is_share else ""

    def text(value: float) -> str:
        decimals = 1 if figure.is_share or abs(value) < 1000 else 0
        return f"{value / size:,.{decimals}f}{sign}"

    published = f"{text(figure.value)} | {text(figure.low)} to {text(figure.high)}"
    simulated = f"{text(found.mean)} ({text(low)} to {text(high)})"
    verdict = "yes" if row.is_inside else "**no**"
    why = "" if row.is_inside else figure.why or "Not explained."
    return f"| {figure.name} | {published} | {simulated} | {verdict} | {why} |"


# The index


def _index() -> str:
    shipped = {each.name: each for each in catalogue()}
    asked = {each.name for each in questions()}
    themes: dict[str, list[str]] = {}
    for name, each in shipped.items():
        link = f"[{each.title}]({name}.md)" if name in asked else each.title
        themes.setdefault(each.theme, []).append(f"* `{name}`: {link}")
    blocks = [
        "# The catalogue",
        MADE,
        "Every scenario that comes with caresim, by theme; `caresim list` shows them "
        "too. [The back-test](back-test.md) sets the baseline beside published "
        "figures; "
        "[where its numbers come from](../background/west-yorkshire.md).",
    ]
    for theme, lines in sorted(themes.items()):
        blocks += [f"## {theme[0].upper()}{theme[1:]}", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def written() -> list[str]:
    """Write all pages; return the names of those that changed or are gone."""
    HOME.mkdir(exist_ok=True)
    changed = []
    made = pages()
    for name, text in made.items():
        path = HOME / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    for path in HOME.glob("*.md"):
        if path.name not in made:
            path.unlink()
            changed.append(path.name)
    return changed


def differing() -> list[str]:
    """Return the pages that differ from what would be written now."""
    made = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in HOME.glob("*.md")}
    return sorted(n for n in {*made, *there} if made.get(n) != there.get(n))
