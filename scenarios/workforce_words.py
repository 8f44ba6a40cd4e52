"""Workforces in words: what becomes of whole-time equivalents, one step at a time."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.courses import Course
from scenarios.dates import written_date
from scenarios.scenario import Number, Period, Scenario, Staff, Workforce
from scenarios.staffing import InPost, Staffing

OUTPUT = {
    "places": "places",
    "slots": "slots a week",
    "hours": "hours a week",
}


def workforces(scenario: Scenario) -> Iterator[str]:
    """Yield a sentence about each team and each service that has a workforce."""
    teams: dict[str, Workforce] = {}
    for service in scenario.services:
        entry = service.capacity[0] if service.capacity else None
        workforce = None if entry is None else entry.workforce
        if entry is None or workforce is None:
            continue
        if workforce.team is not None and workforce.team not in teams:
            teams[workforce.team] = workforce
            yield _team(workforce.team, workforce.staff, scenario.period)
        yield f"{service.name}: {_service(workforce, entry.number, scenario.period)}"


def _team(name: str, staff: Staff, period: Period) -> str:
    in_post = InPost(staff, period)
    first, last = in_post.at(period.start), in_post.at(period.end - 1)
    return (
        f"Team {name}: {_amount(first)} of {_posts(in_post, period)} in post at the "
        f"start, {_amount(last)} at the end.{_recruits(staff, period)}"
    )


def _service(workforce: Workforce, factor: Number, period: Period) -> str:
    """Return what becomes of the staff of a service, and what they give."""
    staffing = Staffing(workforce, period)
    start = period.start
    (_, in_post), *steps = staffing.steps(start)
    if workforce.team is None:
        posts = _posts(staffing.in_post, period)
        head = f"{_amount(in_post)} of {posts} in post"
    else:
        _, here = steps.pop(0)
        part = 0.0 if staffing.share is None else staffing.share.at(start)
        head = f"{_share(part)} of the team {workforce.team}, {_amount(here)}"
    shares = dict(staffing.taken_off)
    parts = [
        f"{_amount(left)} after {name.replace('_', ' ')} "
        f"({_share(shares[name].at(start))})"
        for name, left in steps
    ]
    output = OUTPUT[workforce.output]
    entry = "each gives " + workforce.each_gives.text
    times = Course(factor, period)
    gives = [staffing.at(t) * times.at(t) for t in (start, period.end - 1)]
    recruits = "" if workforce.team else _recruits(workforce.staff, period)
    return (
        f"{', '.join([head, *parts])}; {entry}: {_amount(gives[0])} {output} at the "
        f"start, {_amount(gives[1])} at the end.{recruits}"
    )


def _posts(in_post: InPost, period: Period) -> str:
    posts = in_post.posts.at(period.start)
    return f"{_amount(posts)} whole-time equivalent{'s' * (posts != 1)}"


def _recruits(staff: Staff, period: Period) -> str:
    """Return when recruits start work, as a sentence after a space."""
    if not staff.recruits:
        return ""
    parts = [
        f"{_amount(number.values[0])} on {written_date(day)}"
        + (" (after the end)" if day >= period.end else "")
        for day, number in staff.recruits
    ]
    return f" Recruits start work: {', '.join(parts)}."


def _amount(number: float) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def _share(share: float) -> str:
    return f"{share * 100:.4g}%"
