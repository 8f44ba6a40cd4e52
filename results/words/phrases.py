"""Measures as people say them within a sentence: `mean wait`, `arrivals a day`."""

from __future__ import annotations

from results.measures.naming import Name

_SAID = {
    "arrivals, per day": "arrivals a day",
    "in line, mean": "average number in line",
    "in use, mean": "average number in use",
    "capacity, mean": "average capacity",
    "delayed, mean": "average number delayed",
    "delayed, total": "days of delay",
    "blocked, mean": "average number blocked",
    "blocked, total": "days blocked",
    "helped elsewhere, mean": "average number helped elsewhere",
    "helped elsewhere, total": "days in places of others",
    "moved back, number": "number who move back",
    "breakdowns, number": "number of breakdowns",
    "down, share of time": "share of time down",
    "utilisation, of rostered time": "utilisation",
    "occupancy, mean": "occupancy",
    "slots, offered": "slots offered",
    "slots, share used": "share of slots used",
    "left unseen, share": "share who leave unseen",
    "left unseen, number": "number who leave unseen",
    "turned away, share": "share turned away",
    "turned away, number": "number turned away",
    "did not attend, share": "share who do not attend",
    "did not attend, number": "number who do not attend",
    "handed back, number": "number handed back",
    "wait, share above zero": "share who wait at all",
    "age of the list, mean": "mean time waited so far by those on the list",
    "within, share": "share within the time",
    "within, number": "number within the time",
    "counted, number": "number counted",
    "breach, number": "number not within the time",
    "breach, mean": "mean time of those not within",
    "breach, share": "share of the time of those not within",
    "achieved, mean": "mean time",
    "achieved, percentile": "percentile promised",
    "achieved, occupancy": "occupancy",
    "achieved, patients": "average number of patients",
    "target, share": "share promised",
    "target, time": "time promised",
    "target, patients": "number of patients promised",
    "met, share of months": "share of months in which the target is met",
    "open, share of time": "share of time open",
    "opened, number": "number of openings",
    "held, share of time": "share of time in it",
    "cost per patient within, mean": "cost per patient within the time",
    "entered, number": "number of patients who come",
    "started, number": "number of clocks started",
    "stopped, number": "number of clocks stopped",
    "running at the end, number": "number of clocks running at the end",
}
_PLURAL = ("arrivals", "starts", "completions", "slots", "days", "patients")


def phrase(name: Name) -> str:
    """Return a measure as it is said after its subject.

    Parameters
    ----------
    name : Name

    Returns
    -------
    str
        What nobody has put into words is said by its name: `cost of agency` for a
        number or total, `mean wait` for other statistics.
    """
    said = _SAID.get(f"{name.measure}, {name.statistic}")
    if said is not None:
        return said
    measure, bracket, cause = name.measure.partition(" (")
    if measure == "breach" and bracket:
        what = "days of" if name.statistic == "mean" else "share of the time of"
        return f"{what} those not within put down to {cause[:-1]}"
    if name.statistic in ("number", "total"):
        return name.measure
    if name.statistic == "mean" or "percentile" in name.statistic:
        return f"{name.statistic} {name.measure}"
    if name.statistic == "median":
        return f"median {name.measure}"
    return f"{name.measure}, {name.statistic}"


def subject(name: Name) -> str:
    """Return what a sentence about a measure begins with, in a capital."""
    prefix = "pathway " if name.kind == "pathway" else ""
    text = f"{prefix}{name.subject}"
    return text[:1].upper() + text[1:]


def is_plural(said: str) -> bool:
    """Return whether what is said takes the verb of several."""
    return said.split(" ", 1)[0] in _PLURAL
