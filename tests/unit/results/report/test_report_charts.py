"""How charts look: axes, colours, forms, and pictures that are the same each time."""

import json
import re
from datetime import date
from itertools import combinations

import pytest

from results.measures.naming import CAUSES
from results.report.charts import palette
from results.report.charts.axes import labels
from results.report.charts.by_month import Line, Panel, lines_by_month
from results.report.charts.by_subject import Row, dots
from results.report.charts.rendering import png, svg
from results.report.charts.sankey import Flow, sankey
from results.report.content import Chart, Table
from results.report.years import financial_year
from results.statistics.estimates import Estimate

NOTHING = Table("", (), ())


def months(first: date, count: int) -> list[date]:
    places = range(first.month - 1, first.month - 1 + count)
    return [date(first.year + place // 12, place % 12 + 1, 1) for place in places]


def sure(value: float) -> Estimate:
    return Estimate(value, value - 1, value + 1, 0.3, 5)


@pytest.mark.parametrize(
    ("month", "year"),
    [
        (date(2022, 3, 1), "2021/22"),
        (date(2022, 4, 1), "2022/23"),
        (date(2022, 12, 1), "2022/23"),
        (date(1999, 4, 1), "1999/00"),
        (date(2009, 1, 1), "2008/09"),
    ],
)
def test_a_financial_year_runs_from_april_to_march(month: date, year: str) -> None:
    assert financial_year(month) == year


def test_few_months_all_have_a_label_and_years_stand_where_they_begin() -> None:
    assert labels(months(date(2022, 2, 1), 4)) == {
        date(2022, 2, 1): ["Feb", "2021/22"],
        date(2022, 3, 1): ["Mar", ""],
        date(2022, 4, 1): ["Apr", "2022/23"],
        date(2022, 5, 1): ["May", ""],
    }


def test_of_three_years_quarters_have_labels() -> None:
    shown = labels(months(date(2022, 4, 1), 36))
    assert {month.month for month in shown} == {1, 4, 7, 10}
    assert len(shown) == 12


def test_of_many_years_no_more_than_five_aprils_have_labels() -> None:
    shown = labels(months(date(2022, 4, 1), 84))
    assert list(shown.values()) == [
        ["Apr", "2022/23"],
        ["Apr", "2024/25"],
        ["Apr", "2026/27"],
        ["Apr", "2028/29"],
    ]


def test_black_on_white_has_the_highest_contrast() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    # W3C's own example of what just passes: #767676 on white, 4.54.
    assert palette.contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    "colour",
    [
        *(style.colour for style in palette.STYLES),
        palette.INK,
        palette.QUIET,
        palette.MORE,
        palette.FEWER,
    ],
)
def test_every_colour_stands_out_from_the_page(colour: str) -> None:
    assert palette.contrast(colour, "#ffffff") >= 4.5


# Machado, Oliveira and Fernandes (2009): what people without cones for red, for green
# and for blue see, in linear RGB.
SEEN = {
    "red": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "green": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "blue": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def seen(colour: str, matrix: tuple[tuple[float, ...], ...]) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    mixed = [sum(f * p for f, p in zip(row, linear, strict=True)) for row in matrix]
    return [min(max(part, 0.0), 1.0) ** (1 / 2.2) for part in mixed]


@pytest.mark.parametrize("missing", SEEN)
def test_the_first_three_runs_are_told_apart_whatever_one_sees(missing: str) -> None:
    colours = [seen(style.colour, SEEN[missing]) for style in palette.STYLES[:3]]
    for one, other in combinations(colours, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.2


def test_no_two_runs_differ_in_colour_alone() -> None:
    for one, other in combinations(palette.STYLES, 2):
        assert one.dash != other.dash
        assert one.shape != other.shape


def lines(*series: str) -> Chart:
    few = months(date(2022, 4, 1), 3)
    drawn = [Line(name, [sure(5.0), None, sure(7.0)]) for name in series]
    panels = [Panel(title, "days", "days", drawn) for title in ("ward", "clinic")]
    return Chart("waits", "", "", NOTHING, lines_by_month(panels, few))


def test_a_picture_is_the_same_each_time() -> None:
    first, again = svg(lines("Baseline", "What-if")), svg(lines("Baseline", "What-if"))
    assert first == again
    assert png(first) == png(again)
    assert png(first).startswith(b"\x89PNG")


def test_ids_within_a_picture_are_its_own() -> None:
    ids = re.findall(r'\bid="([^"]+)"', svg(lines("Baseline")))
    assert all(name.startswith("waits-") for name in ids)


def test_a_line_is_broken_where_there_is_no_value_and_bands_stay_above_zero() -> None:
    low = [Estimate(0.5, -1.0, 2.0, 0.5, 5), None]
    panel = Panel("ward", "days", "days", [Line("Baseline", low)])
    drawn = lines_by_month([panel], months(date(2022, 4, 1), 2))
    (rows,) = drawn["datasets"].values()
    assert [(row["v"], row["l"], row["u"]) for row in rows] == [
        (0.5, 0.0, 2.0),
        (None, None, None),
    ]


def test_numbers_on_axes_are_written_out() -> None:
    panel = Panel("ward", "patients", "patients", [Line("x", [sure(90_000.0)] * 3)])
    chart = Chart(
        "a", "", "", NOTHING, lines_by_month([panel], months(date(2022, 4, 1), 3))
    )
    assert re.search(r">\d+0,000<", svg(chart))
    assert "e+" not in svg(chart)


def test_what_is_promised_stands_across_its_row() -> None:
    row = Row("four hours", {"Baseline": sure(0.8)}, 0.95)
    drawn = dots([row], unit="share", axis="within", mark="promised")
    rows = [row for data in drawn["datasets"].values() for row in data]
    assert {"n": "four hours", "r": "promised", "v": 0.95} in rows
    assert ">promised<" in svg(Chart("a", "", "", NOTHING, drawn))


def test_a_specification_is_plain_data() -> None:
    assert json.loads(json.dumps(lines("a", "b").drawing)) == lines("a", "b").drawing


def flow(source: str, target: str, size: float) -> Flow:
    return Flow(source, target, size, "#005eb8", False, f"{source} to {target}")


def heights(picture: str) -> list[float]:
    return [float(h) for h in re.findall(r'width="12" height="([\d.]+)"', picture)]


def test_nodes_are_as_high_as_what_flows_through_them() -> None:
    flows = [flow("a", "x", 30), flow("a", "y", 10), flow("b", "y", 20)]
    sizes = {"a": "40", "b": "20"}, {"x": "30", "y": "30"}
    a, b, x, y = heights(sankey(flows, ("from", "to"), sizes))
    assert a / b == pytest.approx(2, rel=0.01)
    assert x == y
    assert a + b == pytest.approx(x + y, rel=0.01)


def test_bands_say_what_they_are_and_names_are_safe() -> None:
    flows = [flow("A&E <1>", "treated", 5)]
    picture = sankey(flows, ("from", "to"), ({"A&E <1>": "5"}, {"treated": "5"}))
    assert "<title>A&amp;E &lt;1&gt; to treated</title>" in picture
    assert "<1>" not in picture


def test_ends_of_quarters_have_a_label_each_year() -> None:
    quarters = [date(2021 + n // 4, 3 * (n % 4) + 3, 1) for n in range(9)]
    assert labels(quarters) == {
        date(2021, 3, 1): ["Mar", "2020/21"],
        date(2022, 3, 1): ["Mar", "2021/22"],
        date(2023, 3, 1): ["Mar", "2022/23"],
    }


def test_every_cause_has_a_colour_of_its_own() -> None:
    assert len(set(palette.PARTS)) == len(palette.PARTS) == len(CAUSES)
