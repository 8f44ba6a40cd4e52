"""Changes in words."""

from __future__ import annotations

from collections.abc import Mapping

SUBJECTS = (
    *("demand", "services", "people", "teams"),
    *("routes", "pathways", "escalation", "standards", "start_state"),
)
OPERATIONS = ("multiply_by", "add", "set_to", "curve")
DATES = ("from", "reached_by", "until", "in_months")
LATER = "of those whom it keeps away, {share} come later, after {after}"


def change_in_words(change: object) -> str:
    """Return a change, as plain maps, lists and texts, as it reads aloud."""
    if not isinstance(change, dict):
        return str(change)
    return f"Change: {without_heading(change)}"


def without_heading(change: Mapping[str, object]) -> str:
    """Return a change as it reads aloud, without saying that it is one."""
    subject = next(key for key in SUBJECTS if key in change)
    operation = next(key for key in OPERATIONS if key in change)
    what = f" ({change['what']})" if "what" in change else ""
    dates = [f"{_word(key)} {_plain(change[key])}" for key in DATES if key in change]
    if isinstance(returns := change.get("returns"), dict):
        words = {key: _plain(part) for key, part in returns.items()}
        dates = [", ".join([" ".join(dates), LATER.format(**words)]).lstrip(", ")]
    return (
        " ".join(
            [
                f"{subject} of {_plain(change[subject])}{what}:",
                f"{_word(operation)} {_plain(change[operation])}",
                *dates,
            ]
        ).rstrip()
        + "."
    )


def _word(key: str) -> str:
    return key.replace("_", " ")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_word(k)} {_plain(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(v) for v in value)
    return str(value)
