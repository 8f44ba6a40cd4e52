"""One simulated patient for so many people: how large services are then."""

from pathlib import Path

import pytest
from scipy.optimize import brentq
from scipy.stats import poisson

from scenarios import ScenarioError, parse, read, study, written
from scenarios.small_pools import small_pool

TEXT = """\
caresim: 1
title: Wards
period: {start: 2024-01-01, horizon: 1 year}
SCALE
services:
  ward: {kind: beds, capacity: 400, takes: {law: exponential, mean: 9 days}}
  unit: {kind: beds, capacity: 22, takes: {law: exponential, mean: 9 days}}
  line: {kind: staff, capacity: {08:00-20:00: 3}, takes: 20 min}
  closed: {kind: beds, capacity: 0, takes: 1 day}
  clinic: {kind: slots, capacity: {Mon-Fri 09:00-17:00: 30}}
demand:
  ward: {rate: 40 per day}
  unit: {rate: 1 per day}
  line: {rate: 9 per day}
  closed: {rate: 1 per day}
  clinic: {rate: 20 per day}
"""


def sizes(scale: str) -> dict[str, list[float] | None]:
    """Return the capacity of each service at the scale; None is its plain part."""
    scenario = parse(TEXT.replace("SCALE", scale))
    return {
        s.name: None if s.instead is None else [e.number.values[0] for e in s.instead]
        for s in scenario.services
    }


def test_small_pools_have_a_root_more_than_their_part() -> None:
    found = sizes("scale: {ratio: 1:25, small_pools: 0.5}")
    assert found["ward"] == [pytest.approx(16 + 0.5 * 4 * 0.8)]
    assert found["unit"] == [pytest.approx(0.88 + 0.5 * 0.88**0.5 * 0.8)]
    assert found["line"] == [1.0]
    assert found["closed"] == [0.0]
    assert found["clinic"] is None


def test_at_full_size_nothing_is_added() -> None:
    found = sizes("scale: {ratio: 1:1, small_pools: 0.5}")
    assert found["ward"] == [400.0]


def test_what_is_kept_whole_has_its_size_and_a_number_of_its_own_comes_first() -> None:
    kept = "keep_whole: [unit, line], instead: {ward: 17}"
    found = sizes(f"scale: {{ratio: 1:25, small_pools: 1, {kept}}}")
    assert found["unit"] == [22.0]
    assert found["line"] == [3.0]
    assert found["ward"] == [17.0]


def waiting(servers: float, load: float) -> float:
    """Return the chance of waiting in M/M/n, by Erlang C, between whole servers."""
    low = int(servers)
    blocked = [poisson.pmf(n, load) / poisson.cdf(n, load) for n in (low, low + 1)]
    waits = [
        b / (1 - load / n * (1 - b))
        for b, n in zip(blocked, (low, low + 1), strict=True)
    ]
    return float(waits[0] + (waits[1] - waits[0]) * (servers - low))


def test_a_small_pool_with_the_room_of_the_large_one_lets_as_many_wait() -> None:
    load, servers = 3750.0, 3800.0
    more = (servers - load) / load**0.5
    ratio = 1 / 20
    small = small_pool(servers, ratio, more)
    assert waiting(servers * ratio, load * ratio) > 1.3 * waiting(servers, load)
    assert waiting(small, load * ratio) == pytest.approx(
        waiting(servers, load), rel=0.08
    )
    needed = brentq(
        lambda n: waiting(n, load * ratio) - waiting(servers, load), 190, 215
    )
    assert small == pytest.approx(needed, abs=0.5)


def test_one_word_is_a_ratio_and_keeps_the_rest_of_the_parent(tmp_path: Path) -> None:
    parent = TEXT.replace("SCALE", "scale: {ratio: 1:1, keep_whole: [unit]}")
    (tmp_path / "wards.yaml").write_text(parent)
    child = "caresim: 1\nextends: wards\ntitle: Small\nscale: 1:20\n"
    (tmp_path / "small.yaml").write_text(child)
    small = read(tmp_path / "small.yaml")
    assert small.scale.ratio == 0.05
    assert small.scale.keep_whole == ("unit",)
    assert "1:20" in written(small)


def test_another_scale_is_chosen_for_one_run(tmp_path: Path) -> None:
    file = tmp_path / "wards.yaml"
    file.write_text(TEXT.replace("SCALE", "scale: {ratio: 1:1, keep_whole: [unit]}"))
    small = read(file, "1:50")
    assert small.scale.ratio == 0.02
    assert small.scale.keep_whole == ("unit",)
    again = parse(written(small))
    assert again.scale == small.scale
    assert again.services == small.services
    with pytest.raises(ScenarioError, match=r"'fifty' is not a ratio"):
        read(file, "fifty")


def test_a_study_has_a_scale_for_all_its_scenarios(tmp_path: Path) -> None:
    (tmp_path / "wards.yaml").write_text(TEXT.replace("SCALE", ""))
    file = tmp_path / "question.yaml"
    file.write_text("caresim: 1\nstudy: How many?\nbase: wards\nscale: 1:20\n")
    (variant,) = study(file).variants
    assert variant.scenario().scale.ratio == 0.05
